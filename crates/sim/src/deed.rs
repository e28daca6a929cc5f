//! What an actor does, and what it is told: all the oracle ever learns besides rows and events.

use sekisho_app::approval::{Consumed, Judged, Opened, Outcome, Requested};
use sekisho_app::once::Kept;
use sekisho_app::procedure;
use sekisho_app::session::{CodeShown, Entered, Knock};
use sekisho_domain::id::{ApprovalId, ChallengeId, ContractId, CredentialId, SessionId};
use sekisho_domain::method::Answer;
use sekisho_domain::refusal::Refusal;

/// Through which door an answer comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// The bank renders the question.
    Bank,
    /// Our page, in this session.
    Page(SessionId),
    /// Our page for changing cards, in this session.
    Switch(SessionId),
    /// Our page for changing tokens, before any session.
    Procedure,
}

/// An answer to a challenge.
#[derive(Clone)]
pub(crate) struct Attempt {
    /// Which approval.
    pub(crate) approval: ApprovalId,
    /// To which question.
    pub(crate) challenge: ChallengeId,
    /// The answers, part by part.
    pub(crate) parts: Vec<Answer>,
    /// The activation code that was shown besides.
    pub(crate) code: Option<String>,
    /// Whether one was asked.
    pub(crate) wants_code: bool,
    /// Through which door.
    pub(crate) door: Door,
}

/// What is changed about a contract's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// 利用開始.
    Start,
    /// 交換.
    Exchange,
    /// 利用中止.
    Stop,
}

/// What is shown of tokens for a change of them.
#[derive(Debug, Clone)]
pub(crate) struct Proof {
    /// For which contract.
    pub(crate) contract: ContractId,
    /// What is to be changed.
    pub(crate) change: Change,
    /// The approval that allows it.
    pub(crate) approval: Option<ApprovalId>,
    /// Serials, and the code shown for each.
    pub(crate) shown: Vec<(String, String)>,
}

/// What somebody does, as far as it matters who and what.
pub(crate) enum Deed {
    /// Tries a password at the contract, if there is one.
    Knock(Option<ContractId>),
    /// Has tried a password.
    Enter(ContractId, bool),
    /// Has tried a password to change a token without signing in.
    Begin(ContractId, bool),
    /// Gives serial and code within a procedure: judged, and told to nobody.
    Give(Proof),
    /// Shows the code that a sign-in wants besides the password.
    ShowCode(ContractId, String),
    /// Something by which passwords may be replaced.
    Password,
    /// The bank wants something approved.
    Request,
    /// Looks at the question of an approval, drawing it the first time.
    Open(ApprovalId),
    /// Answers.
    Answer(Attempt),
    /// Takes more time.
    Extend(ApprovalId),
    /// The bank books; whether what it books is what was approved.
    Consume(ApprovalId, bool),
    /// The office lifts a lock.
    Unlock(CredentialId),
    /// Serial and code are shown, to start, exchange or stop a token.
    Prove(Proof),
    /// The office sets a token right by two codes in a row.
    Resync(CredentialId, [String; 2]),
    /// Anything else.
    Step,
}

/// A deed with its name and the key it is done under.
pub(crate) struct Act {
    /// A few words for the trace.
    pub(crate) name: &'static str,
    /// What.
    pub(crate) deed: Deed,
    /// The idempotency key, if any.
    pub(crate) key: Option<String>,
}

impl Act {
    /// A deed without a key.
    pub(crate) fn new(name: &'static str, deed: Deed) -> Self {
        Self { name, deed, key: None }
    }

    /// Something the oracle has no rule of its own for.
    pub(crate) fn step(name: &'static str) -> Self {
        Self::new(name, Deed::Step)
    }

    /// The same under an idempotency key.
    pub(crate) fn under(self, key: &str) -> Self {
        Self { key: Some(key.to_owned()), ..self }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply<T> {
    /// It is done.
    Done(T),
    /// An expected no.
    Refused(Refusal),
    /// The queue was full.
    Busy,
    /// The server died: nobody says whether before or after.
    Lost,
}

impl<T> Reply<T> {
    /// What is done, if it is known to be.
    pub(crate) fn done(self) -> Option<T> {
        match self {
            Self::Done(outcome) => Some(outcome),
            _ => None,
        }
    }

    /// Whether the answer is known: done, or refused.
    pub(crate) fn known(&self) -> bool {
        matches!(self, Self::Done(_) | Self::Refused(_))
    }
}

/// What was said about a deed that is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Told {
    /// Nothing the oracle has a rule for.
    Done,
    /// Whether the password may be tried.
    Tried(bool),
    /// Whether somebody is signed in.
    Entered(bool),
    /// The password was right, and a code is wanted besides.
    CodeWanted,
    /// How an answer was judged.
    Judged(Outcome),
    /// Whether it was used; otherwise the digest differed.
    Consumed(bool),
}

/// Says what a reply means to the oracle.
pub(crate) trait Tell {
    /// What was said.
    fn told(&self) -> Told {
        Told::Done
    }

    /// For a reply under a key: the reply in words, and whether it is one from an earlier time.
    fn kept(&self) -> Option<(String, bool)> {
        None
    }
}

/// A reply the oracle has no rule for.
#[derive(Debug, Clone)]
pub(crate) struct Plain<T>(pub(crate) T);

impl<T> Tell for Plain<T> {}
impl Tell for Opened {}
impl Tell for Requested {}

impl Tell for Knock {
    fn told(&self) -> Told {
        Told::Tried(matches!(self, Self::Try(..)))
    }
}

impl Tell for Entered {
    fn told(&self) -> Told {
        match self {
            Self::CodeWanted(_) => Told::CodeWanted,
            Self::In(_) | Self::Refused => Told::Entered(matches!(self, Self::In(_))),
        }
    }
}

impl Tell for procedure::Entered {
    fn told(&self) -> Told {
        Told::Entered(matches!(self, Self::In(_)))
    }
}

impl Tell for procedure::Step {
    fn told(&self) -> Told {
        Told::Judged(match self {
            Self::Done => Outcome::Accepted,
            Self::Rejected { .. } | Self::Over => Outcome::Rejected,
            Self::Wait { .. } => Outcome::Wait,
        })
    }
}

impl Tell for CodeShown {
    fn told(&self) -> Told {
        Told::Entered(matches!(self, Self::In(_)))
    }
}

impl Tell for Judged {
    fn told(&self) -> Told {
        Told::Judged(self.outcome)
    }
}

impl Tell for Consumed {
    fn told(&self) -> Told {
        Told::Consumed(matches!(self, Self::Once(_)))
    }
}

impl<T: Tell + std::fmt::Debug> Tell for Kept<T> {
    fn told(&self) -> Told {
        self.outcome.told()
    }

    fn kept(&self) -> Option<(String, bool)> {
        Some((format!("{:?}", self.outcome), self.replayed))
    }
}
