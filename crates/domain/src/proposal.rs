//! A change that waits for a second person (起票・再鑑, api.md §5.0).

use serde::{Deserialize, Serialize};

use crate::card::CardNumber;
use crate::event::{Actor, Event, Subject};
use crate::id::{
    BatchId, ClientId, ContractId, CredentialId, DispatchId, InstitutionId, JobId, OrderId,
    ProposalId, StaffId, TokenId,
};
use crate::moment::Moment;
use crate::order::OrderKind;
use crate::reason::{Reason, words};
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Days a proposal waits.
pub const LIFE_DAYS: i64 = 7;

/// What is to be changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// 利用再開.
    ContractResumption {
        /// Which contract.
        contract: ContractId,
    },
    /// 解約.
    ContractCancellation {
        /// Which contract.
        contract: ContractId,
        /// Why.
        reason: Reason,
    },
    /// A letter with a new password.
    PasswordReset {
        /// Whose.
        contract: ContractId,
    },
    /// The delay and the lock of the login password are lifted.
    PasswordUnlock {
        /// Whose.
        contract: ContractId,
    },
    /// A letter with an activation code (E-04).
    ActivationCode {
        /// Whose.
        contract: ContractId,
    },
    /// A card ordered by telephone or at a branch.
    CardOrder {
        /// For whom.
        contract: ContractId,
        /// What card.
        order: OrderKind,
        /// Why again.
        reason: Option<Reason>,
    },
    /// An order made or frozen may go on (E-02).
    OrderApproval {
        /// Which order.
        order: OrderId,
    },
    /// ロック解除.
    CredentialUnlock {
        /// Which card.
        credential: CredentialId,
    },
    /// An envelope that came back (返戻).
    DispatchReturn {
        /// Which envelope.
        dispatch: DispatchId,
        /// The number on the card that was in it.
        scanned: CardNumber,
    },
    /// The files of a batch are made, once.
    BatchSeal {
        /// Which batch.
        batch: BatchId,
        /// The job that will make them.
        job: JobId,
        /// The age key of the printer.
        printer: String,
        /// The age key of the enclosing house.
        house: String,
    },
    /// 利用開始 of a token by staff; the customer has shown its code.
    OtpStart {
        /// For whom.
        contract: ContractId,
        /// Which token.
        token: TokenId,
        /// Whether a sign-in asks for it.
        at_sign_in: bool,
    },
    /// A file of hardware tokens is taken into stock.
    TokenImport {
        /// The job that waits for it.
        job: JobId,
    },
    /// A device that serves nobody any more is destroyed.
    TokenDestruction {
        /// Which device.
        token: TokenId,
    },
    /// What the printer and the enclosing house have counted.
    BatchReconciliation {
        /// Which batch.
        batch: BatchId,
        /// Printed, good or bad.
        printed: u64,
        /// The numbers of what was printed badly.
        spoiled: Vec<CardNumber>,
        /// Put into envelopes.
        enclosed: u64,
    },
}

impl Change {
    /// The word of the API.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::ContractResumption { .. } => "contract_resumption",
            Self::ContractCancellation { .. } => "contract_cancellation",
            Self::PasswordReset { .. } => "password_reset",
            Self::PasswordUnlock { .. } => "password_unlock",
            Self::ActivationCode { .. } => "activation_code",
            Self::CardOrder { .. } => "card_order",
            Self::OrderApproval { .. } => "order_approval",
            Self::CredentialUnlock { .. } => "credential_unlock",
            Self::DispatchReturn { .. } => "dispatch_return",
            Self::BatchSeal { .. } => "batch_seal",
            Self::OtpStart { .. } => "otp_start",
            Self::TokenImport { .. } => "token_import",
            Self::TokenDestruction { .. } => "token_destruction",
            Self::BatchReconciliation { .. } => "batch_reconciliation",
        }
    }

    /// The id of what is changed.
    pub fn subject(&self) -> String {
        match self {
            Self::ContractResumption { contract }
            | Self::ContractCancellation { contract, .. }
            | Self::PasswordReset { contract }
            | Self::PasswordUnlock { contract }
            | Self::ActivationCode { contract }
            | Self::CardOrder { contract, .. }
            | Self::OtpStart { contract, .. } => contract.to_string(),
            Self::TokenImport { job } => job.to_string(),
            Self::TokenDestruction { token } => token.to_string(),
            Self::OrderApproval { order } => order.to_string(),
            Self::CredentialUnlock { credential } => credential.to_string(),
            Self::DispatchReturn { dispatch, .. } => dispatch.to_string(),
            Self::BatchSeal { batch, .. } | Self::BatchReconciliation { batch, .. } => {
                batch.to_string()
            }
        }
    }
}

/// Who made or decided it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Person {
    /// A system of the bank: it can make, never check.
    Client(ClientId),
    /// A member of staff.
    Staff(StaffId),
    /// An operator at the server's own console.
    Operator(String),
}

impl Person {
    /// Whoever acts; `None` for customers and for sekisho itself, who propose nothing.
    pub fn of(actor: &Actor) -> Option<Self> {
        match actor {
            Actor::Client(id) => Some(Self::Client(*id)),
            Actor::Staff(id) => Some(Self::Staff(*id)),
            Actor::Operator(login) => Some(Self::Operator(login.clone())),
            Actor::Customer(_) | Actor::Stranger | Actor::System => None,
        }
    }
}

words! {
    /// Where a proposal stands.
    ProposalState {
        /// Waits for a second person.
        Open = "open",
        /// Agreed, and done in the same commit.
        Accepted = "accepted",
        /// Not agreed.
        Rejected = "rejected",
        /// Taken back by its maker.
        Withdrawn = "withdrawn",
        /// Nobody decided in time.
        Expired = "expired",
    }
}

/// A change that waits for a second person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// Whose matter.
    pub institution: InstitutionId,
    /// Grows by one per change.
    pub version: u64,
    /// What is to be changed.
    pub change: Change,
    /// Who made it.
    pub maker: Person,
    /// When.
    pub made_at: Timestamp,
    /// When it ends undecided.
    pub expires_at: Timestamp,
    /// Where it stands.
    pub state: ProposalState,
    /// Who decided it.
    pub checker: Option<Person>,
}

impl Proposal {
    /// A new proposal.
    pub fn open(
        institution: InstitutionId,
        change: Change,
        maker: Person,
        moment: &mut Moment,
    ) -> Transition<Self> {
        let proposal = Self {
            id: ProposalId::make(moment),
            institution,
            version: 1,
            change,
            maker,
            made_at: moment.now,
            expires_at: moment.now.plus_days(LIFE_DAYS),
            state: ProposalState::Open,
            checker: None,
        };
        let event = proposal.event("proposal.opened");
        Transition::new(proposal, event)
    }

    /// Whether it can still be decided.
    pub fn check_open(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.state {
            ProposalState::Open if now < self.expires_at => Ok(()),
            ProposalState::Open => Err(Refusal::ProposalClosed { state: "expired" }),
            state => Err(Refusal::ProposalClosed { state: state.word() }),
        }
    }

    /// A second person decides: never its maker, never a machine.
    pub fn decide(
        self,
        accepts: bool,
        checker: Person,
        now: Timestamp,
    ) -> Result<Transition<Self>, Refusal> {
        self.check_open(now)?;
        if checker == self.maker || matches!(checker, Person::Client(_)) {
            return Err(Refusal::MakerCannotCheck);
        }
        let state = if accepts { ProposalState::Accepted } else { ProposalState::Rejected };
        Ok(Self { checker: Some(checker), ..self }.enter(state, "proposal.decided"))
    }

    /// Its maker takes it back; again: the same end and no event.
    pub fn withdraw(self, by: &Person, now: Timestamp) -> Result<Transition<Self>, Refusal> {
        if *by != self.maker {
            return Err(Refusal::NotFound);
        }
        if self.state == ProposalState::Withdrawn {
            return Ok(Transition::quiet(self));
        }
        self.check_open(now)?;
        Ok(self.enter(ProposalState::Withdrawn, "proposal.decided"))
    }

    /// Nobody decided in time.
    pub fn expire(self) -> Transition<Self> {
        self.enter(ProposalState::Expired, "proposal.expired")
    }

    fn enter(mut self, state: ProposalState, kind: &'static str) -> Transition<Self> {
        self.state = state;
        self.version += 1;
        let event = self.event(kind).with("state", state.word());
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        let event = Event::new(kind, Subject::new("proposal", self.id).at(self.version));
        event.with("change", self.change.kind()).with("of", self.change.subject())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;

    #[test]
    fn two_different_people_decide_once() {
        let mut chance = Chance::from_seed([1; 32]);
        let now = Timestamp::from_millis(1_795_151_000_000);
        let mut moment = Moment::new(now, &mut chance);
        let (one, two) = (StaffId::make(&mut moment), StaffId::make(&mut moment));
        let (one, two) = (Person::Staff(one), Person::Staff(two));
        let machine = Person::Client(ClientId::make(&mut moment));
        let institution = InstitutionId::make(&mut moment);
        let resumption = Change::ContractResumption { contract: ContractId::make(&mut moment) };
        let open = Proposal::open(institution, resumption, one.clone(), &mut moment).into_parts().0;
        for checker in [one.clone(), machine] {
            let refused = open.clone().decide(true, checker, now).map(|_| ());
            assert_eq!(refused, Err(Refusal::MakerCannotCheck));
        }
        let agreed = open.clone().decide(true, two.clone(), now).expect("agreed").into_parts().0;
        assert_eq!((agreed.state, agreed.version), (ProposalState::Accepted, 2));
        let again = agreed.decide(true, two.clone(), now).map(|_| ());
        assert_eq!(again, Err(Refusal::ProposalClosed { state: "accepted" }));
        let late = open.clone().decide(true, two.clone(), now.plus_days(LIFE_DAYS)).map(|_| ());
        assert_eq!(late, Err(Refusal::ProposalClosed { state: "expired" }));
        assert_eq!(open.clone().withdraw(&two, now).map(|_| ()), Err(Refusal::NotFound));
        let back = open.withdraw(&one, now).expect("taken back").into_parts().0;
        assert!(back.withdraw(&one, now).is_ok(), "again is the same");
    }
}
