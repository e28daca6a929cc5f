//! The contract (ご契約, domain.md §2.1): pending → active → suspended → cancelled.

use serde::{Deserialize, Serialize};

use crate::event::{Event, Subject};
use crate::id::{ContractId, InstitutionId, OrderId};
use crate::money::Yen;
use crate::notice::{Notice, NoticeKind};
use crate::password::Password;
use crate::reason::{Reason, ReportedBy};
use crate::refusal::Refusal;
use crate::text::{LoginId, Postcode};
use crate::time::Timestamp;
use crate::transition::Transition;

/// Devices remembered for each contract; the least recently used one is forgotten first.
pub const DEVICES_MAX: usize = 10;

/// A customer's contract with one institution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contract {
    /// Stable over card, branch and merger changes.
    pub id: ContractId,
    /// Whose customer it is.
    pub institution: InstitutionId,
    /// Grows by one per change.
    pub version: u64,
    /// What the customer types (契約者ID).
    pub login_id: LoginId,
    /// The bank's own number for the customer.
    pub external_id: Option<String>,
    /// Handling branch, three digits.
    pub branch: String,
    /// Who and where.
    pub person: Person,
    /// Where it stands.
    pub state: ContractState,
    /// The login password.
    pub password: Password,
    /// When it was made.
    pub created_at: Timestamp,
    /// When the address was last changed.
    pub address_changed_at: Option<Timestamp>,
    /// Set when post came back: nothing more is posted until the address is mended.
    pub address_invalid: bool,
    /// The sign-in before the present one (前回ログイン日時).
    pub last_sign_in_at: Option<Timestamp>,
    /// Wrong passwords between the last two sign-ins.
    pub failures_since: u32,
    /// Fingerprints of devices seen at sign-in, newest last.
    pub devices: Vec<String>,
    /// The code that stands in for a lost card at the switch (E-04).
    pub activation: Option<ActivationCode>,
    /// Daily transfer limit of this contract, where lower than the policy's.
    pub transfer_day_yen: Option<Yen>,
}

/// Personal data of the customer. Never in the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// Name as on the envelope.
    pub name: String,
    /// Name in full-width kana (あて名).
    pub name_kana: String,
    /// Registered postcode (U-13).
    pub postcode: Postcode,
    /// Registered address, a line each.
    pub address: Vec<String>,
    /// At most two addresses; all of them are told.
    pub mails: Vec<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// Where a contract stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContractState {
    /// Made; the customer has not signed in yet.
    Pending,
    /// In use.
    Active,
    /// Stopped by a person; can be resumed.
    Suspended {
        /// Why.
        reason: Reason,
        /// Who reported it.
        by: ReportedBy,
        /// When.
        at: Timestamp,
    },
    /// Ended for ever.
    Cancelled {
        /// Why.
        reason: Reason,
        /// When.
        at: Timestamp,
    },
}

impl ContractState {
    /// The word of the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Suspended { .. } => "suspended",
            Self::Cancelled { .. } => "cancelled",
        }
    }
}

/// A one-time code that proves its owner at the switch when no old card can (E-04, E-12).
///
/// Twelve digits, about 40 bits, given at a branch or by a letter of its own, never in the card's
/// envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivationCode {
    /// Keyed verifier, in base64: the code itself is nowhere.
    pub verifier: String,
    /// Number of the ring key of the verifier.
    pub key: u16,
    /// Its last moment.
    pub until: Timestamp,
    /// The order of the letter it is printed in; `None` when it was told at a branch.
    pub letter: Option<OrderId>,
}

/// Days an activation code is good for (NIST SP 800-63B-4 §4.2.1.2: issued by post).
pub const ACTIVATION_DAYS: i64 = 21;

/// What a new contract is made of.
#[derive(Debug, Clone, PartialEq)]
pub struct NewContract {
    /// Its id.
    pub id: ContractId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// What the customer will type.
    pub login_id: LoginId,
    /// The bank's own number.
    pub external_id: Option<String>,
    /// Handling branch.
    pub branch: String,
    /// Who and where.
    pub person: Person,
}

impl Contract {
    /// A contract nobody has signed in to yet.
    pub fn create(new: NewContract, now: Timestamp) -> Transition<Self> {
        let contract = Self {
            id: new.id,
            institution: new.institution,
            version: 1,
            login_id: new.login_id,
            external_id: new.external_id,
            branch: new.branch,
            person: new.person,
            state: ContractState::Pending,
            password: Password::none(),
            created_at: now,
            address_changed_at: None,
            address_invalid: false,
            last_sign_in_at: None,
            failures_since: 0,
            devices: Vec::new(),
            activation: None,
            transfer_day_yen: None,
        };
        let event = contract.event("contract.created");
        Transition::new(contract, event)
    }

    /// Whether operations can be approved.
    pub fn active(&self) -> Result<(), Refusal> {
        match self.state {
            ContractState::Active => Ok(()),
            _ => Err(Refusal::ContractNotActive { state: self.state.word() }),
        }
    }

    /// The first sign-in is done and the initial password replaced.
    pub(crate) fn activate_if_pending(&mut self) -> Option<Event> {
        if self.state != ContractState::Pending {
            return None;
        }
        self.state = ContractState::Active;
        Some(self.event("contract.activated"))
    }

    /// Stops internet banking at once; again: the same state and no event (api.md §9).
    ///
    /// A compromised contract that was suspended for a lesser reason keeps the graver one.
    pub fn suspend(
        mut self,
        reason: Reason,
        by: ReportedBy,
        now: Timestamp,
    ) -> Result<Transition<Self>, Refusal> {
        match &self.state {
            ContractState::Cancelled { .. } => {
                return Err(Refusal::InvalidTransition { state: self.state.word() });
            }
            ContractState::Suspended { reason: known, .. }
                if known.compromise() || !reason.compromise() =>
            {
                return Ok(Transition::quiet(self));
            }
            _ => {}
        }
        self.version += 1;
        self.state = ContractState::Suspended { reason, by, at: now };
        let event =
            self.event("contract.suspended").with("reason", reason.word()).with("by", by.word());
        let notice = Notice::new(NoticeKind::ContractSuspended);
        Ok(Transition::new(self, event).tell(notice))
    }

    /// Resumes after suspension, with identity checked at the branch.
    ///
    /// The old password dies where it may have been stolen; then a letter brings a new one.
    pub fn resume(mut self) -> Result<Transition<Self>, Refusal> {
        let ContractState::Suspended { reason, .. } = self.state else {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        };
        self.version += 1;
        self.state = ContractState::Active;
        if reason.compromise() {
            self.password = Password::none();
        }
        let event = self.event("contract.resumed");
        Ok(Transition::new(self, event).tell(Notice::new(NoticeKind::ContractResumed)))
    }

    /// Ends the contract for ever; again: the same state and no event.
    pub fn cancel(mut self, reason: Reason, now: Timestamp) -> Transition<Self> {
        if matches!(self.state, ContractState::Cancelled { .. }) {
            return Transition::quiet(self);
        }
        self.version += 1;
        self.state = ContractState::Cancelled { reason, at: now };
        self.password = Password::none();
        let event = self.event("contract.cancelled").with("reason", reason.word());
        Transition::new(self, event)
    }

    /// Takes over changed personal data. A change of address is dated (E-02); one of mail is told
    /// to both.
    pub fn change_person(mut self, person: Person, now: Timestamp) -> Transition<Self> {
        let moved = (&person.postcode, &person.address, &person.name)
            != (&self.person.postcode, &self.person.address, &self.person.name);
        let mails_changed = person.mails != self.person.mails;
        let former = self.person.mails.clone();
        let what: Vec<&str> = [(moved, "address"), (mails_changed, "mail")]
            .into_iter()
            .filter_map(|(changed, word)| changed.then_some(word))
            .collect();
        if moved {
            self.address_changed_at = Some(now);
            self.address_invalid = false;
        }
        self.version += 1;
        self.person = person;
        let event = self.event("contract.changed").with("what", what);
        let transition = Transition::new(self, event);
        if !mails_changed {
            return transition;
        }
        transition.tell(Notice::new(NoticeKind::MailChanged).also_to(former))
    }

    /// A code was issued; an older one is dead.
    pub fn issue_activation(mut self, code: ActivationCode) -> Transition<Self> {
        self.activation = Some(code);
        self.version += 1;
        let event = self.event("contract.changed").with("what", vec!["activation_code"]);
        Transition::new(self, event)
    }

    /// The code was used; it works once.
    pub fn spend_activation(mut self) -> Transition<Self> {
        self.activation = None;
        self.version += 1;
        let event = self.event("contract.changed").with("what", vec!["activation_code_used"]);
        Transition::new(self, event)
    }

    /// The letter of this order went astray, or never left the house: the secret printed in it is
    /// dead, unless another has taken its place or the customer has used it; then: the same and no
    /// event.
    pub fn void_letter(mut self, letter: OrderId) -> Transition<Self> {
        let mut what = Vec::new();
        if self.password.letter == Some(letter) {
            self.password = Password::none();
            what.push("password_void");
        }
        if self.activation.as_ref().is_some_and(|code| code.letter == Some(letter)) {
            self.activation = None;
            what.push("activation_code_void");
        }
        if what.is_empty() {
            return Transition::quiet(self);
        }
        self.version += 1;
        let event = self.event("contract.changed").with("what", what);
        Transition::new(self, event)
    }

    /// Marks the address as wrong: post came back.
    pub fn mail_returned(mut self) -> Transition<Self> {
        self.version += 1;
        self.address_invalid = true;
        let event = self.event("contract.changed").with("what", vec!["address_invalid"]);
        Transition::new(self, event)
    }

    /// Notes a sign-in from `device`: the event, and what the customer must be told.
    pub(crate) fn note_device(&mut self, device: &str) -> bool {
        let known = self.devices.iter().position(|d| d == device);
        let is_new = known.is_none();
        if let Some(at) = known {
            self.devices.remove(at);
        }
        self.devices.push(device.to_owned());
        if self.devices.len() > DEVICES_MAX {
            self.devices.remove(0);
        }
        is_new
    }

    pub(crate) fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, Subject::new("contract", self.id).at(self.version))
    }
}
