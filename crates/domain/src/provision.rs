//! Setting up a token app (api.md §6): from a stranger's key to a token with a serial.
//!
//! The app and the server each make a key pair for one use, and derive the same seed; it is never
//! sent. In mode self the app makes itself known and the customer binds its serial later (T-06,
//! In mode issued the institution has issued an id by mail, and the customer's start
//! password goes into the derivation (Y-09, Y-10): who has read the mail alone gets five tries.

mod issue;
mod registration;
mod start_password;
mod suite;

use serde::{Deserialize, Serialize};

pub use issue::{IssueState, NewIssue, START_TRIES, ServiceId, TokenIssue, UserId, service_id};
pub use registration::{
    Derived, LIFE_S, NewRegistration, OWN_TRIES, Registration, RegistrationState,
};
pub use start_password::StartPassword;
pub use suite::{Agreed, KeyPair, Point, SUITE, Transcript, bytes32};

/// How an app becomes a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mode {
    /// The app makes itself known; the customer binds its serial later.
    #[serde(rename = "self")]
    Own,
    /// The institution has issued it to a contract.
    #[serde(rename = "issued")]
    Issued,
}

impl Mode {
    /// The word of the protocol.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Own => "self",
            Self::Issued => "issued",
        }
    }
}
