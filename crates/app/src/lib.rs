//! Use cases of sekisho.
//!
//! Each takes a transaction and a [`context::Context`], lets `domain` decide, and saves. Whatever
//! it saves, saves with its audit events and notices, in one commit; whatever it refuses, leaves no
//! trace.

pub mod approval;
pub mod audit;
pub mod batch;
pub mod client;
pub mod code;
pub mod context;
pub mod contract;
pub mod credential;
pub mod error;
pub mod grant;
pub mod inbox;
pub mod job;
pub mod keys;
pub mod log;
mod method;
pub mod once;
pub mod order;
pub mod otp;
pub mod overview;
pub mod platform;
pub mod procedure;
pub mod proposal;
pub mod provision;
pub mod record;
mod reissue;
pub mod session;
pub mod switch;
pub mod tokens;
pub mod tx;
