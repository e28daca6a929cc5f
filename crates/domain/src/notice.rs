//! Notices to the customer (domain.md §2.10): told by mail and kept in the inbox.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::id::{ContractId, InstitutionId, NoticeId};
use crate::time::Timestamp;
use crate::transition::Transition;

/// What a notice is about. Its text lies in the messages, under the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// An image card was ordered.
    CardOrdered,
    /// An order could not be kept; the branch knows more.
    OrderRejected,
    /// A card is on its way by registered mail.
    CardDispatched,
    /// A card came back from the post.
    CardReturned,
    /// A card has not arrived in time; a new one is being made.
    CardLost,
    /// A posted card waits to be switched to.
    SwitchReminder,
    /// The image card is in use from now on.
    CardSwitched,
    /// A card was made useless.
    CardRevoked,
    /// A card was locked after wrong answers.
    CardLocked,
    /// A card was unlocked.
    CardUnlocked,
    /// Few questions are left on the card; a new one is being made.
    CardNearlyUsedUp,
    /// A question was shown and never answered.
    ChallengeAbandoned,
    /// Somebody signed in from a device not seen before.
    NewDevice,
    /// Somebody signed in after wrong passwords.
    SignedInAfterFailures,
    /// The password was changed.
    PasswordChanged,
    /// An operation was approved.
    OperationApproved,
    /// Internet banking was stopped.
    ContractSuspended,
    /// Internet banking works again.
    ContractResumed,
    /// A token is in use from now on (T-07).
    OtpStarted,
    /// Another token has taken the place of the one used until now.
    OtpExchanged,
    /// The token is not in use any more.
    OtpStopped,
    /// A token was locked after wrong codes.
    OtpLocked,
    /// A token was unlocked.
    OtpUnlocked,
    /// A token was made useless: lost, stolen, or reported by somebody else (E-18).
    OtpRevoked,
    /// A token was issued; the address given gets what the app asks for (Y-09).
    OtpIssued,
    /// An issued token was given up after wrong start passwords, or its time was over.
    OtpIssueDead,
    /// A hardware token will soon show nothing any more.
    TokenExpiring,
    /// The mail address was changed (told to the old and the new one).
    MailChanged,
}

/// A notice as it is decided, before it is known when it is sent.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// What it is about.
    pub kind: NoticeKind,
    /// What the text needs: card number, day, amount, payee. Never a secret.
    pub facts: Map<String, Value>,
    /// Addresses told besides the registered ones: the former ones after a change.
    pub also_to: Vec<String>,
}

impl Notice {
    /// A notice without facts.
    pub fn new(kind: NoticeKind) -> Self {
        Self { kind, facts: Map::new(), also_to: Vec::new() }
    }

    /// Adds a fact for the text.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// Tells these addresses too.
    #[must_use]
    pub fn also_to(mut self, addresses: Vec<String>) -> Self {
        self.also_to = addresses;
        self
    }

    /// The notice as the customer's inbox keeps it; its mail is due at once.
    pub fn posted(
        self,
        id: NoticeId,
        to: (InstitutionId, ContractId),
        at: Timestamp,
    ) -> PostedNotice {
        let (institution, contract) = to;
        PostedNotice {
            id,
            institution,
            contract,
            kind: self.kind,
            facts: self.facts,
            also_to: self.also_to,
            at,
            read_at: None,
            mail: Mailing::Due { tries: 0, at },
        }
    }
}

/// A notice in the inbox of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PostedNotice {
    /// Its id; also printed in the mail, so that a customer can check that the mail is ours.
    pub id: NoticeId,
    /// Whose customer it tells.
    pub institution: InstitutionId,
    /// The contract told.
    pub contract: ContractId,
    /// What it is about.
    pub kind: NoticeKind,
    /// What the text needs.
    pub facts: Map<String, Value>,
    /// Addresses told besides the registered ones.
    pub also_to: Vec<String>,
    /// When it was decided.
    pub at: Timestamp,
    /// When the customer opened it in the inbox.
    pub read_at: Option<Timestamp>,
    /// What became of its mail.
    pub mail: Mailing,
}

/// What became of the mail of a notice: sent at least once, under the same id each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mailing {
    /// To be sent at `at`, after `tries` failures.
    Due {
        /// Failures so far.
        tries: u8,
        /// When to try.
        at: Timestamp,
    },
    /// The mail server has taken it.
    Sent(Timestamp),
    /// There is no address.
    NoAddress,
    /// Given up after [`MAIL_TRIES_MAX`] failures; staff see it in the list of dead letters.
    Dead,
}

/// Failures after which a mail is given up; with the waits below that is after about two days.
pub const MAIL_TRIES_MAX: u8 = 10;

const MAIL_WAITS_S: [i64; 9] = [10, 30, 120, 600, 1_800, 7_200, 21_600, 43_200, 86_400];

impl PostedNotice {
    /// Marks the notice as read; the first reading counts.
    pub fn read(mut self, now: Timestamp) -> Transition<Self> {
        self.read_at.get_or_insert(now);
        Transition::quiet(self)
    }
    /// The mail server has taken the mail, or there was nobody to send it to.
    pub fn mailed(mut self, sent_at: Option<Timestamp>) -> Transition<Self> {
        self.mail = sent_at.map_or(Mailing::NoAddress, Mailing::Sent);
        Transition::quiet(self)
    }

    /// The mail server was away or refused: later again, with growing waits, at last never.
    pub fn mail_failed(mut self, now: Timestamp) -> Transition<Self> {
        let tries = match self.mail {
            Mailing::Due { tries, .. } => tries + 1,
            _ => return Transition::quiet(self),
        };
        self.mail = match MAIL_WAITS_S.get(usize::from(tries) - 1) {
            Some(wait_s) => Mailing::Due { tries, at: now.plus_s(*wait_s) },
            None => Mailing::Dead,
        };
        Transition::quiet(self)
    }
}
