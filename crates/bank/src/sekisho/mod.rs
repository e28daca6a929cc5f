//! Everything the bank knows of sekisho: OpenID Connect and the public API, over HTTP, nothing
//! else.
//!
//! No other part of the bank sends a request anywhere. All calls block and are bounded in time:
//! they belong on a thread made for waiting.

mod approvals;
mod http;
mod id_token;
mod oidc;

use std::sync::Mutex;

pub use approvals::{Approval, ApprovalState, Ask, Consumed, Consumption};
pub use id_token::{Claims, Due, Expected, IdTokenRefused, Jwk, verify};
pub use oidc::{Endpoints, SignIn, SignedIn};

use crate::{clock::Clock, config::BankConfig};
use http::Http;

/// Why sekisho did not do what the bank asked.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// No reply, or a reply that says "later", after all tries. What was asked may have happened.
    #[error("sekisho cannot be reached: {0}")]
    Away(String),
    /// sekisho said no, in the words of api.md §1.6. Nothing happened beyond what the code says.
    #[error("sekisho refused: {}", .0.code)]
    Refused(Box<Problem>),
    /// A reply outside the public document.
    #[error("sekisho's reply is not as documented: {0}")]
    Strange(String),
    /// The ID token is not what the bank asked for.
    #[error(transparent)]
    IdToken(#[from] IdTokenRefused),
}

/// An `application/problem+json` reply.
#[derive(Debug, Clone, serde::Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: String,
    /// HTTP status.
    pub status: u16,
    /// One sentence for the customer, in the language asked for.
    #[serde(default)]
    pub title: String,
    /// With `no_usable_method`: why.
    pub why: Option<String>,
    /// With `already_consumed`: by whom.
    pub consumption: Option<serde_json::Value>,
}

impl Problem {
    /// Whether the identical request may well be accepted in a moment.
    pub fn is_of_the_moment(&self) -> bool {
        matches!(self.code.as_str(), "rate_limited" | "idempotency_in_progress")
    }
}

/// The bank's line to sekisho.
pub struct Sekisho {
    http: Http,
    clock: Clock,
    config: BankConfig,
    endpoints: Mutex<Option<Endpoints>>,
    keys: Mutex<Vec<Jwk>>,
    front_access: Mutex<Option<oidc::AccessToken>>,
    core_access: Mutex<Option<oidc::AccessToken>>,
}

impl Sekisho {
    /// A line that has not called yet.
    pub fn new(config: BankConfig, clock: Clock) -> Self {
        Self {
            http: Http::new(),
            clock,
            config,
            endpoints: Mutex::default(),
            keys: Mutex::default(),
            front_access: Mutex::default(),
            core_access: Mutex::default(),
        }
    }
}
