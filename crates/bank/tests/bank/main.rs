//! The bank as a whole, between a browser and a small sekisho of the test's own.

mod sign_in;
mod transfers;
mod world;
