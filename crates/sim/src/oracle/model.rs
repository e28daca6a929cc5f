//! What the oracle believes.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// All it believes; cloned with a backup.
#[derive(Clone, Default)]
pub(crate) struct Model {
    pub(super) contracts: BTreeMap<String, Contract>,
    pub(super) cards: BTreeMap<String, Card>,
    pub(super) tokens: BTreeMap<String, Token>,
    /// Contracts whose token was exchanged in the deed that is being read.
    pub(super) exchanged: BTreeSet<String>,
    pub(super) approvals: BTreeMap<String, Approval>,
    pub(super) orders: BTreeMap<String, Lying>,
    pub(super) sessions: BTreeMap<String, Lying>,
    pub(super) desks: BTreeMap<String, Value>,
    /// Contract, kind and facts of each notice.
    pub(super) notices: BTreeMap<String, String>,
    /// For each contract and kind of notice: how many there must be, how many there are.
    pub(super) told: BTreeMap<(String, &'static str), (u32, u32)>,
    /// When each key was answered, and how if that was heard.
    pub(super) replies: BTreeMap<String, (i64, Option<String>)>,
    /// The last version of each subject that an event has named.
    pub(super) versions: BTreeMap<String, u64>,
    /// How many events of a kind there were about a subject.
    pub(super) kinds: BTreeMap<(String, String), u32>,
    /// Events read so far.
    pub(super) events: usize,
    /// The latest instant the server's clock has ever shown.
    pub(super) latest: i64,
}

/// Something of a contract that is open or has ended.
#[derive(Clone)]
pub(super) struct Lying {
    pub(super) contract: String,
    pub(super) open: bool,
}

/// What the bank wants approved.
#[derive(Clone)]
pub(crate) struct Draft {
    /// Whose.
    pub(crate) contract: String,
    /// The operation, as sent.
    pub(crate) operation: Value,
    /// Yen that leave the contract.
    pub(crate) leaves_yen: u64,
    /// Seconds it may stay unanswered.
    pub(crate) expires_in_s: i64,
}

/// A contract.
#[derive(Clone, Default)]
pub(super) struct Contract {
    pub(super) state: String,
    /// What is kept of the password, if there is one.
    pub(super) verifier: Option<String>,
    pub(super) password_until: Option<i64>,
    pub(super) failures: u8,
    pub(super) not_before: i64,
    /// Whether serial and code were shown rightly for a token that is about to come into use.
    pub(super) starts_token: bool,
    /// What is kept of its activation code, and until when it is good.
    pub(super) code: Option<(String, i64)>,
    /// Yen used, by day; and those of them that a printed card approved.
    pub(super) spent: BTreeMap<i64, (u64, u64)>,
}

/// A card, or what a contract has of a token.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four facts, each true or not by itself")]
pub(super) struct Card {
    pub(super) contract: String,
    /// The number of the card, the serial of the token.
    pub(super) number: String,
    /// The token it is bound to, if it is bound to one.
    pub(super) token: Option<String>,
    pub(super) image: bool,
    pub(super) failures: u8,
    pub(super) not_before: i64,
    pub(super) locked: bool,
    pub(super) ended: bool,
    pub(super) in_use: bool,
    /// How often each cell was asked.
    pub(super) asked: BTreeMap<String, u8>,
}

/// A token: its codes are good once, whoever shows them (E-14).
#[derive(Clone)]
pub(super) struct Token {
    pub(super) serial: String,
    /// The step that was used last.
    pub(super) last: Option<i64>,
    /// How many steps its clock is believed to be ahead.
    pub(super) drift: i64,
    /// The contracts it answers for, by their credentials.
    pub(super) bound: BTreeMap<String, String>,
    pub(super) ended: bool,
}

/// Where an approval stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Requested,
    Challenged,
    Approved { until: i64 },
    Consumed,
    Ended,
}

/// An approval.
#[derive(Clone)]
#[expect(clippy::struct_excessive_bools, reason = "four facts, each true or not by itself")]
pub(super) struct Approval {
    pub(super) contract: String,
    /// Asked by a page of ours, for a change of cards or tokens.
    pub(super) by_page: bool,
    /// Whether it is the switch to a new card.
    pub(super) is_switch: bool,
    /// Whether what was given besides the card was right, in a procedure.
    pub(super) besides: bool,
    /// Whether it is a change of cards or tokens.
    pub(super) is_change: bool,
    pub(super) session: Option<String>,
    pub(super) reference: String,
    pub(super) leaves_yen: u64,
    pub(super) expires_at: i64,
    pub(super) stage: Stage,
    pub(super) challenge: Option<Challenge>,
    pub(super) accepted: u32,
    pub(super) consumed: u32,
    /// Wrong answers.
    pub(super) wrong: u32,
}

/// A question.
#[derive(Clone)]
pub(super) struct Challenge {
    pub(super) id: String,
    /// The cards asked, in order.
    pub(super) cards: Vec<String>,
    /// What is asked, as kept.
    pub(super) asked: String,
    pub(super) expires_at: i64,
    pub(super) wrong: u8,
}

impl Approval {
    /// When it ends by itself.
    pub(super) fn deadline(&self) -> Option<i64> {
        match (self.stage, &self.challenge) {
            (Stage::Challenged, Some(challenge)) => Some(challenge.expires_at.min(self.expires_at)),
            (Stage::Requested | Stage::Challenged, _) => Some(self.expires_at),
            (Stage::Approved { until }, _) => Some(until),
            (Stage::Consumed | Stage::Ended, _) => None,
        }
    }

    /// Whether nothing more can happen to it.
    pub(super) fn over(&self) -> bool {
        matches!(self.stage, Stage::Consumed | Stage::Ended)
    }
}

impl Model {
    /// A notice of this kind must be there.
    pub(super) fn expect_notice(&mut self, contract: &str, kind: &'static str) {
        self.told.entry((contract.to_owned(), kind)).or_default().0 += 1;
    }
}

/// The day in Japan an instant belongs to.
pub(super) fn day_of(millis: i64) -> i64 {
    (millis + 9 * 3_600_000).div_euclid(86_400_000)
}
