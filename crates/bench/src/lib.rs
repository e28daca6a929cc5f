//! What measures and torments a sekisho server from outside. Never shipped.
//!
//! - [`commands::speed`] puts approvals per second beside the **bare limit**: the same HTTP and the
//!   same rows without any rules ([`bare`]), in turns, within minutes (house.md §4).
//! - [`commands::copies`] sends the same answer many times at the same instant.
//! - [`commands::crash`] kills the server at random moments and looks what is left.
//! - [`commands::start`] measures how soon a server answers.
//!
//! All four make their own bank first ([`seed`]): contracts whose cards they can read. They then
//! know the server only as a child process ([`child`]) and through its public API ([`load`]).

pub mod bare;
pub mod child;
pub mod cli;
pub mod clock;
pub mod commands;
pub mod load;
pub mod machine;
pub mod progress;
pub mod records;
pub mod seed;
pub mod stats;
