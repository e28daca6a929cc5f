//! The simulator (house.md §1.8): a small world in which everything that can go wrong does, over
//! the real use cases.
//!
//! [`plan`] draws from a seed whose turn it is when, and what fails; `world` owns time, chance
//! and the store, and gives each of the `actors` its turns; `oracle` learns what was done and
//! what became of it, and says when a promise was broken. [`saboteur`] plants bugs to prove that it
//! would; [`shrink`] removes from a failing plan what the failure does not need. Equal seeds give
//! equal worlds, to the last hash.

pub mod plan;
pub mod run;
pub mod saboteur;
pub mod shrink;

mod actors;
mod deed;
mod dice;
mod door;
mod faults;
mod hex;
mod oracle;
mod screen;
mod terms;
mod world;
