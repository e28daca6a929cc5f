//! What was asked within an approval: one part per credential, one answer, one verdict.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::id::{ChallengeId, CredentialId};
use crate::method::MethodKind;
use crate::policy::Policy;
use crate::time::Timestamp;

/// A question to the customer. It belongs to one approval and is kept until answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Challenge {
    /// Its id; opaque choices are made from it.
    pub id: ChallengeId,
    /// When it was first shown.
    pub drawn_at: Timestamp,
    /// Until when it can be answered.
    pub expires_at: Timestamp,
    /// Wrong answers so far.
    pub wrong: u8,
    /// How often the customer has taken more time.
    pub extensions: u8,
    /// What is asked, best proof first.
    pub parts: Vec<Part>,
}

/// What one credential is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Part {
    /// How it is asked.
    pub method: MethodKind,
    /// What is asked.
    pub credential: CredentialId,
    /// The method's own record of the question.
    pub body: Box<RawValue>,
}

impl Challenge {
    /// A challenge of these parts, shown now.
    ///
    /// # Panics
    /// When there are none: a question asks something.
    pub fn new(id: ChallengeId, parts: Vec<Part>, policy: &Policy, now: Timestamp) -> Self {
        assert!(!parts.is_empty(), "a challenge asks something");
        let expires_at = now.plus_s(i64::from(policy.challenge.life_s));
        Self { id, drawn_at: now, expires_at, wrong: 0, extensions: 0, parts }
    }

    /// The method that leads.
    pub fn method(&self) -> MethodKind {
        self.parts.first().expect("a challenge asks something").method
    }

    /// Wrong answers still allowed by the challenge itself; a lock may come first.
    pub fn left(&self, policy: &Policy) -> u8 {
        policy.challenge.wrong_max.saturating_sub(self.wrong)
    }
}
