//! Approvals asked, opened and answered over kept-alive connections, each as fast as the last reply
//! lets it: a closed loop.
//!
//! The same driver works on sekisho and on the bare limit, which answers in the same letters. It
//! runs on one thread with an HTTP client of its own, so that it takes little of the cores it
//! shares with the server.

pub mod caller;
pub mod connection;
pub mod cycle;
mod drive;
pub mod words;

pub use drive::{Figures, Plan, drive};
