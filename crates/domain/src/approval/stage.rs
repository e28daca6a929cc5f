//! Where an approval stands: each stage holds what is known only there.

use serde::{Deserialize, Serialize};

use super::challenge::Challenge;
use crate::id::{ClientId, ConsumptionId, CredentialId};
use crate::method::MethodKind;
use crate::reason::words;
use crate::time::Timestamp;

/// Where an approval stands (api.md §4.1).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Asked for by the bank; the customer has seen nothing yet.
    Requested,
    /// The customer has been asked.
    Challenged(Challenge),
    /// Answered rightly; may be used once.
    Approved(Approved),
    /// Used.
    Consumed(Approved, Consumption),
    /// Ended without having been used.
    Ended {
        /// How.
        end: End,
        /// Why.
        reason: EndReason,
        /// When.
        at: Timestamp,
    },
}

/// By what and when it was approved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// The methods that answered, the leading one first; empty where nothing was asked.
    pub methods: Vec<MethodKind>,
    /// The credentials that answered.
    pub credentials: Vec<CredentialId>,
    /// When.
    pub at: Timestamp,
    /// Until when it can be consumed.
    pub consume_before: Timestamp,
}

/// The one use of an approval (api.md §4.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumption {
    /// Its id.
    pub id: ConsumptionId,
    /// The core's own number.
    pub booking: String,
    /// Who used it; `None` for a page of ours.
    pub client: Option<ClientId>,
    /// When.
    pub at: Timestamp,
}

words! {
    /// How an approval ended unused.
    End {
        /// By wrong answers, or by the customer.
        Refused = "refused",
        /// By time.
        Expired = "expired",
        /// By the bank.
        Cancelled = "cancelled",
        /// By something else that happened.
        Void = "void",
    }
}

impl End {
    pub(super) const fn event(self) -> &'static str {
        match self {
            Self::Refused => "approval.refused",
            Self::Expired => "approval.expired",
            Self::Cancelled => "approval.cancelled",
            Self::Void => "approval.void",
        }
    }
}

/// Why an approval ended unused (api.md §4.1).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EndReason {
    /// Wrong answers used up.
    AttemptsExhausted,
    /// The customer pressed 「取りやめる」.
    Declined,
    /// A card was locked.
    Locked,
    /// The method may approve nothing more since the mandatory date (E-07).
    MethodRetired,
    /// Nobody answered in time.
    NotAnswered,
    /// Nobody used it in time.
    NotConsumed,
    /// The session ended.
    SessionEnded,
    /// Another challenge of the contract was opened (E-17).
    Replaced,
    /// The contract was suspended or cancelled.
    Suspended,
    /// The card asked was revoked or replaced.
    CredentialRevoked,
    /// The bank's own word.
    Bank(String),
}

impl EndReason {
    /// The word of the API.
    pub fn word(&self) -> &str {
        match self {
            Self::AttemptsExhausted => "attempts_exhausted",
            Self::Declined => "declined",
            Self::Locked => "locked",
            Self::MethodRetired => "method_retired",
            Self::NotAnswered => "not_answered",
            Self::NotConsumed => "not_consumed",
            Self::SessionEnded => "session_ended",
            Self::Replaced => "replaced",
            Self::Suspended => "suspended",
            Self::CredentialRevoked => "credential_revoked",
            Self::Bank(word) => word,
        }
    }
}

impl Stage {
    /// The word of the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Challenged(_) => "challenged",
            Self::Approved(_) => "approved",
            Self::Consumed(..) => "consumed",
            Self::Ended { end, .. } => end.word(),
        }
    }

    /// Whether nothing more can happen to it.
    pub const fn terminal(&self) -> bool {
        matches!(self, Self::Consumed(..) | Self::Ended { .. })
    }
}
