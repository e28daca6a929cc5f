//! Tests of the store through its public door, in one program: they share a record and a place on
//! the disk.

mod account;
mod conformance;
mod group;
mod kill;
mod schema;
mod trail;
