//! One bank, credit bank or credit union on the platform: its names, branches, looks and words.

use serde::{Deserialize, Serialize};

use crate::id::InstitutionId;
use crate::policy::Policy;
use crate::time::Timestamp;

/// An institution. All its secrets and records are keyed by its id, never by its bank code (E-20).
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Institution {
    /// Stays through mergers and changes of name.
    pub id: InstitutionId,
    /// In URLs: `^[a-z][a-z0-9-]{1,31}$`.
    pub slug: String,
    /// Four digits.
    pub bank_code: String,
    /// Names, in Japanese and English.
    pub name: Words,
    /// What the service is called.
    pub service: Words,
    /// How it speaks of itself: 当金庫, 当組合.
    pub itself: Words,
    /// Whom customers call.
    pub contact: Contact,
    /// Its branches.
    pub branches: Vec<Branch>,
    /// Its looks.
    pub brand: Brand,
    /// The sender of its mails.
    pub mail_from: String,
    /// Its policies, each in force from its instant; sorted, the first one from the beginning.
    pub policies: Vec<DatedPolicy>,
}

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// Japanese.
    pub ja: String,
    /// English.
    pub en: String,
}

/// Whom customers call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The desk.
    pub desk: Words,
    /// Its telephone.
    pub phone: String,
    /// Its hours.
    pub hours: Words,
    /// For losses and suspicion, day and night.
    pub loss_phone: String,
}

/// A branch (取扱店舗).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Branch {
    /// Three digits.
    pub code: String,
    /// Its name.
    pub name: Words,
    /// Its telephone.
    pub phone: String,
    /// Its hours.
    pub hours: Words,
}

/// The four things an institution may change about the look (design.md), as CSS colours and
/// lengths.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Brand {
    /// `#rrggbb` on paper and ground.
    pub accent: String,
    /// `#rrggbb` on the accent.
    pub on_accent: String,
    /// `#rrggbb` in the dark.
    pub accent_night: String,
    /// Corner radius in rem, 0 to 0.75.
    pub radius_rem: f32,
}

/// A policy and the instant from which it is in force.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DatedPolicy {
    /// From when.
    pub from: Timestamp,
    /// What holds then.
    pub policy: Policy,
}

impl Institution {
    /// The policy in force at `now`.
    ///
    /// # Panics
    /// When there is none: an institution is registered together with its first policy.
    pub fn policy(&self, now: Timestamp) -> &Policy {
        let in_force = self.policies.iter().rev().find(|dated| dated.from <= now);
        let dated = in_force.or(self.policies.first());
        &dated.expect("an institution is registered with its first policy").policy
    }

    /// The branch with this code.
    pub fn branch(&self, code: &str) -> Option<&Branch> {
        self.branches.iter().find(|branch| branch.code == code)
    }
}
