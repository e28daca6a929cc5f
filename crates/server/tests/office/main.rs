//! The office at the command line, run as a program: from the file of a bank's contracts to the
//! customer's letter box, and the log of all of it.

mod bench;
mod import;
mod post;
mod production;
mod registry;
mod tamper;
mod tokens;

#[path = "../../src/scratch.rs"]
mod scratch;
