//! The life of what was issued (domain.md §2.3, §2.4): pending → active → retiring → superseded,
//! and its side exits.

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

mod carrier;
mod otp;

pub use carrier::Carrier;

use crate::attempts::Attempts;
use crate::event::{Event, Subject};
use crate::id::{ContractId, CredentialId, InstitutionId};
use crate::method::{Ask, MethodKind, method};
use crate::notice::{Notice, NoticeKind};
use crate::policy::Policy;
use crate::reason::{Reason, ReportedBy};
use crate::refusal::{NoMethod, Refusal};
use crate::secret::Sealed;
use crate::time::{Day, Timestamp};
use crate::transition::Transition;

/// Something the institution issued: what moves. What never changes is the [`CredentialSecret`].
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Whose customer has it.
    pub institution: InstitutionId,
    /// Which contract.
    pub contract: ContractId,
    /// What kind it is.
    pub method: MethodKind,
    /// Where it stands.
    pub state: CredentialState,
    /// Grows by one per change that the API shows.
    pub version: u64,
    /// 1 for the first card of its kind, one more for each re-issue.
    pub generation: u16,
    /// What the customer holds in the hand.
    pub carrier: Carrier,
    /// Whether a sign-in asks for it too (C-07); only where it is a one-time password.
    pub at_sign_in: bool,
    /// When it was made.
    pub issued_at: Timestamp,
    /// When the customer began to use it.
    pub activated_at: Option<Timestamp>,
    /// The last day of use.
    pub expires_on: Option<Day>,
    /// Wrong answers in a row.
    pub attempts: Attempts,
    /// What moves in its method: spent cells. A token's moves with the token.
    pub motion: Box<RawValue>,
    /// Number of the ring key its verifiers were made with.
    pub key: u16,
}

/// What never changes: verifiers and panels, sealed to the credential.
#[derive(Clone, Serialize, Deserialize)]
pub struct CredentialSecret {
    /// Whose secret.
    pub credential: CredentialId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// JSON of the method's secret, sealed with the credential id as owner.
    pub sealed: Sealed,
}

/// Where a credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CredentialState {
    /// Made, not yet in use.
    Pending,
    /// In use.
    Active,
    /// In use only as proof for changes of other credentials (customer card: T-16).
    Limited,
    /// In use, the next generation is ordered.
    Retiring,
    /// No fresh cells are left.
    Exhausted,
    /// Stopped by the system after wrong answers.
    Locked,
    /// Replaced by its successor. Terminal.
    Superseded,
    /// 交換: another token has taken its place. Terminal.
    Exchanged,
    /// 利用中止 by its owner. Terminal.
    Stopped,
    /// Made useless by a person. Terminal.
    Revoked(Reason),
    /// Past its last day, or never switched to. Terminal.
    Expired,
}

impl CredentialState {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Active => "active",
            Self::Limited => "limited",
            Self::Retiring => "retiring",
            Self::Exhausted => "exhausted",
            Self::Locked => "locked",
            Self::Superseded => "superseded",
            Self::Exchanged => "exchanged",
            Self::Stopped => "stopped",
            Self::Revoked(_) => "revoked",
            Self::Expired => "expired",
        }
    }

    /// Whether it has ended for ever.
    pub const fn terminal(self) -> bool {
        matches!(
            self,
            Self::Superseded | Self::Exchanged | Self::Stopped | Self::Revoked(_) | Self::Expired
        )
    }
}

/// What a new credential is made of.
pub struct NewCredential {
    /// Its id.
    pub id: CredentialId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Which contract.
    pub contract: ContractId,
    /// What kind.
    pub method: MethodKind,
    /// Its generation.
    pub generation: u16,
    /// What the customer holds in the hand.
    pub carrier: Carrier,
    /// Whether a sign-in asks for it too.
    pub at_sign_in: bool,
    /// The method's first state.
    pub motion: Box<RawValue>,
    /// Number of the ring key of its verifiers.
    pub key: u16,
}

impl Credential {
    /// A credential that was just made; the customer does not have it yet.
    pub fn make(new: NewCredential, policy: &Policy, now: Timestamp) -> Transition<Self> {
        let years = match new.method {
            MethodKind::ImageCard => policy.image_card.valid_years,
            MethodKind::CustomerCard | MethodKind::OtpApp | MethodKind::OtpDevice => None,
        };
        let credential = Self {
            id: new.id,
            institution: new.institution,
            contract: new.contract,
            method: new.method,
            state: CredentialState::Pending,
            version: 1,
            generation: new.generation,
            carrier: new.carrier,
            at_sign_in: new.at_sign_in,
            issued_at: now,
            activated_at: None,
            expires_on: years.map(|years| now.day().plus(i32::from(years) * 365)),
            attempts: Attempts::default(),
            motion: new.motion,
            key: new.key,
        };
        let event = credential.event("credential.pending");
        Transition::new(credential, event)
    }

    /// Whether it can approve operations on `day`; a reason when it cannot.
    pub fn serves(&self, policy: &Policy, cells: u8, day: Day) -> Result<(), NoMethod> {
        match self.state {
            CredentialState::Active | CredentialState::Retiring => {}
            CredentialState::Locked => return Err(NoMethod::Locked),
            CredentialState::Exhausted => return Err(NoMethod::Exhausted),
            // A posted customer card comes into use with its first right answer (§2.3).
            CredentialState::Pending if self.method == MethodKind::CustomerCard => {}
            CredentialState::Pending if self.method == MethodKind::ImageCard => {
                return Err(NoMethod::CardOnTheWay);
            }
            _ => return Err(NoMethod::NoneEnrolled),
        }
        if self.expires_on.is_some_and(|last| last < day) {
            return Err(NoMethod::NoneEnrolled);
        }
        if self.method == MethodKind::CustomerCard && !policy.customer_card_serves(day) {
            return Err(NoMethod::MandatoryDatePassed);
        }
        if self.remaining(policy, cells) == Some(0) {
            return Err(NoMethod::Exhausted);
        }
        Ok(())
    }

    /// Whether an answer of it still counts at `day`: its state and the mandatory date are judged
    /// at the answer (E-07), its cells were at the draw.
    pub fn answers(&self, policy: &Policy, day: Day) -> Result<(), NoMethod> {
        match self.state {
            CredentialState::Locked => return Err(NoMethod::Locked),
            state if state.terminal() => return Err(NoMethod::NoneEnrolled),
            _ => {}
        }
        if self.method == MethodKind::CustomerCard && !policy.customer_card_serves(day) {
            return Err(NoMethod::MandatoryDatePassed);
        }
        Ok(())
    }

    /// A question it was asked ended without a right answer: never asked again unchanged, and its
    /// owner is told.
    pub fn abandoned(mut self, motion: Box<RawValue>) -> Transition<Self> {
        self.motion = motion;
        let notice = self.notice(NoticeKind::ChallengeAbandoned);
        Transition::quiet(self).tell(notice)
    }

    /// Whether it can prove its owner in a change of credentials: also where it approves nothing
    /// more (T-16).
    pub fn proves(&self) -> bool {
        let posted = self.method == MethodKind::CustomerCard;
        posted && self.state == CredentialState::Pending
            || matches!(
                self.state,
                CredentialState::Active | CredentialState::Limited | CredentialState::Retiring
            )
    }

    /// How many challenges are left, for methods that wear out.
    pub fn remaining(&self, policy: &Policy, cells: u8) -> Option<u32> {
        self.method.card()?;
        let left = method(self.method).remaining(&self.motion, policy.image_card.cell_use, cells);
        left.expect("a credential's motion was written by its own method")
    }

    /// What the credential may be used for (api.md §5.2 `powers`).
    pub fn powers(&self, policy: &Policy, day: Day) -> Vec<&'static str> {
        let mut powers = Vec::new();
        if self.serves(policy, 2, day).is_ok() {
            powers.push("transfer");
        }
        if self.proves() {
            match self.method.card() {
                Some(_) => {
                    powers.extend(["otp_start", "otp_exchange", "otp_stop", "card_switch"]);
                }
                None => powers.extend(["otp_exchange", "otp_stop"]),
            }
        }
        powers
    }

    /// Takes over what the method says has moved; with few challenges left the next card is due
    /// (§4.4).
    pub fn moved(mut self, motion: Box<RawValue>, policy: &Policy) -> Transition<Self> {
        let was = self.state;
        self.motion = motion;
        let remaining = self.remaining(policy, 2);
        match (was, remaining) {
            (
                CredentialState::Active | CredentialState::Retiring | CredentialState::Limited,
                Some(0),
            ) => {
                self.state = CredentialState::Exhausted;
                self.changed("credential.exhausted")
            }
            (CredentialState::Active, Some(left)) if left <= policy.image_card.reissue_at => {
                self.state = CredentialState::Retiring;
                let notice = self.notice(NoticeKind::CardNearlyUsedUp).with("left", left);
                self.changed("credential.nearly_exhausted").tell(notice)
            }
            _ => Transition::quiet(self),
        }
    }

    /// A right answer: failures are forgotten. A posted customer card comes into use with it
    /// (§2.3).
    pub fn succeeded(mut self, now: Timestamp) -> Transition<Self> {
        self.attempts = self.attempts.cleared();
        if self.state == CredentialState::Pending && self.method == MethodKind::CustomerCard {
            self.state = CredentialState::Active;
            self.activated_at = Some(now);
            return self.changed("credential.activated");
        }
        Transition::quiet(self)
    }

    /// A wrong answer: counted, and at the last one locked (§2.4: no unlock by time alone).
    pub fn failed(mut self, policy: &Policy, now: Timestamp) -> Transition<Self> {
        let rules = policy.lock.of(self.method);
        self.attempts = self.attempts.failed(rules, now);
        if self.attempts.locked(rules) && !self.state.terminal() {
            self.state = CredentialState::Locked;
            let notice =
                self.notice(self.by_carrier(NoticeKind::CardLocked, NoticeKind::OtpLocked));
            let failures = self.attempts.failures();
            self.version += 1;
            let event = self.event("credential.locked").with("failures", failures);
            return Transition::new(self, event).tell(notice);
        }
        Transition::quiet(self)
    }

    /// Wrong answers still borne, the locking one included.
    pub fn left(&self, policy: &Policy) -> u8 {
        self.attempts.left(policy.lock.of(self.method))
    }

    /// Whether the last attempt is used up.
    pub fn locked(&self, policy: &Policy) -> bool {
        self.attempts.locked(policy.lock.of(self.method))
    }

    /// The switch (切替え): the new card comes into use; its first cells are spent already.
    pub fn activate(mut self, now: Timestamp) -> Result<Transition<Self>, Refusal> {
        if self.state != CredentialState::Pending {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        }
        self.state = CredentialState::Active;
        self.activated_at = Some(now);
        self.attempts = self.attempts.cleared();
        let notice = self.notice(NoticeKind::CardSwitched);
        Ok(self.changed("credential.activated").tell(notice))
    }

    /// Its owner has confirmed the notice about it, in this version of the text (U-18).
    pub fn notice_confirmed(&self, version: &str) -> Event {
        self.event("credential.notice_confirmed").with("notice", version)
    }

    /// Its successor has come into use; it answers nothing any more (K-15).
    pub fn supersede(mut self) -> Transition<Self> {
        self.state = CredentialState::Superseded;
        self.changed("credential.superseded")
    }

    /// Makes it useless at once; again: the same state and no event (api.md §9).
    pub fn revoke(mut self, reason: Reason, by: ReportedBy) -> Transition<Self> {
        if self.state.terminal() {
            return Transition::quiet(self);
        }
        self.state = CredentialState::Revoked(reason);
        self.version += 1;
        let notice = self.notice(self.by_carrier(NoticeKind::CardRevoked, NoticeKind::OtpRevoked));
        let event =
            self.event("credential.revoked").with("reason", reason.word()).with("by", by.word());
        Transition::new(self, event).tell(notice)
    }

    /// Lifts the lock; spent cells stay spent.
    pub fn unlock(mut self, policy: &Policy) -> Result<Transition<Self>, Refusal> {
        if self.state != CredentialState::Locked {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        }
        self.attempts = self.attempts.cleared();
        self.state = self.by_wear(policy);
        let notice =
            self.notice(self.by_carrier(NoticeKind::CardUnlocked, NoticeKind::OtpUnlocked));
        Ok(self.changed("credential.unlocked").tell(notice))
    }

    fn by_wear(&self, policy: &Policy) -> CredentialState {
        match (self.activated_at, self.remaining(policy, 2)) {
            (None, _) => CredentialState::Pending,
            (_, Some(0)) => CredentialState::Exhausted,
            (_, Some(left)) if left <= policy.image_card.reissue_at => CredentialState::Retiring,
            _ => CredentialState::Active,
        }
    }

    /// Past its last day, or posted and never switched to.
    pub fn expire(mut self) -> Transition<Self> {
        if self.state.terminal() {
            return Transition::quiet(self);
        }
        self.state = CredentialState::Expired;
        self.changed("credential.expired")
    }

    /// What to ask the method, by policy.
    pub fn ask(&self, challenge: crate::id::ChallengeId, cells: u8, policy: &Policy) -> Ask {
        let cell_use = policy.image_card.cell_use;
        Ask { challenge, cells, cell_use, otp: policy.otp.reaches() }
    }

    fn changed(mut self, kind: &'static str) -> Transition<Self> {
        self.version += 1;
        let event = self.event(kind);
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        let subject = Subject::new("credential", self.id).at(self.version);
        Event::new(kind, subject).with("method", self.method.as_str())
    }

    fn notice(&self, kind: NoticeKind) -> Notice {
        let notice = Notice::new(kind).with("method", self.method.as_str());
        match &self.carrier {
            Carrier::Card { number, .. } => notice.with("card_number", number.to_string()),
            Carrier::Token { serial, .. } => notice.with("serial", serial.to_string()),
        }
    }

    fn by_carrier(&self, card: NoticeKind, token: NoticeKind) -> NoticeKind {
        match self.carrier {
            Carrier::Card { .. } => card,
            Carrier::Token { .. } => token,
        }
    }
}
