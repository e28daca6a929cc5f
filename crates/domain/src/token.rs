//! A token (トークン): an app on a phone or a device in the hand, and its life (domain.md §2.5,
//! §2.6). What a contract has of it is a credential bound to it.

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::event::{Event, Subject};
use crate::id::{ContractId, CredentialId, InstitutionId, JobId, TokenId};
use crate::method::MethodKind;
use crate::method::otp::State;
use crate::policy::Policy;
use crate::reason::words;
use crate::refusal::Refusal;
use crate::secret::Sealed;
use crate::serial::Serial;
use crate::time::{Day, Timestamp};
use crate::transition::Transition;

words! {
    /// What a token is.
    TokenKind {
        /// ソフトウェアトークン.
        App = "app",
        /// ハードウェアトークン.
        Device = "device",
    }
}

impl TokenKind {
    /// The method of credentials bound to it.
    pub const fn method(self) -> MethodKind {
        match self {
            Self::App => MethodKind::OtpApp,
            Self::Device => MethodKind::OtpDevice,
        }
    }
}

words! {
    /// Where a token stands (api.md §5.3).
    TokenState {
        /// A device at the institution.
        Stock = "stock",
        /// A device set aside for a contract.
        Allocated = "allocated",
        /// A device on its way by post.
        Mailed = "mailed",
        /// It can be started, or is in use.
        Usable = "usable",
        /// In use; its battery is nearly empty.
        LowBattery = "low_battery",
        /// Past its last day. Terminal.
        Expired = "expired",
        /// Broken; goes back. Terminal but for its destruction.
        Defect = "defect",
        /// Its owner has lost it. Terminal but for its destruction.
        Lost = "lost",
        /// The app has removed it. Terminal.
        Wiped = "wiped",
        /// Somebody else may hold it. Terminal but for its destruction.
        Compromised = "compromised",
        /// Destroyed. Terminal.
        Destroyed = "destroyed",
    }
}

impl TokenState {
    /// Whether a customer can start it (T-11: only what this institution handed out).
    pub const fn can_start(self) -> bool {
        matches!(self, Self::Allocated | Self::Mailed | Self::Usable | Self::LowBattery)
    }

    /// Whether it answers for nobody any more.
    pub const fn ended(self) -> bool {
        matches!(
            self,
            Self::Expired
                | Self::Defect
                | Self::Lost
                | Self::Wiped
                | Self::Compromised
                | Self::Destroyed
        )
    }
}

/// Days before its last day from which a token is looked at: no notice is asked for earlier.
const LOOKED_AT_DAYS: i32 = 366;
/// Days from one look to the next, so that a changed policy is soon followed.
const LOOK_EVERY_DAYS: i32 = 30;
/// The same while nobody is bound to it, who could be told.
const IDLE_LOOK_EVERY_DAYS: i32 = 7;

/// What the end of a token's life asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    /// Its last day is over.
    Over,
    /// Its owners are to be told.
    Tell,
    /// Nothing before this day.
    Wait(Day),
    /// It has no last day, or has ended.
    Never,
}

/// One contract that a token answers for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Which contract.
    pub contract: ContractId,
    /// By which credential.
    pub credential: CredentialId,
}

/// A token. Its counter moves with it, so that a code is good once for all contracts together
/// (E-14).
#[derive(Clone, Serialize, Deserialize)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose customers may start it.
    pub institution: InstitutionId,
    /// App or device.
    pub kind: TokenKind,
    /// What stands on it.
    pub serial: Serial,
    /// Where it stands.
    pub state: TokenState,
    /// Grows by one per change that the API shows; a code that was used is none.
    pub version: u64,
    /// The contracts it answers for.
    pub bound: Vec<Binding>,
    /// The contract a device was set aside for: nobody else can start it.
    pub allocated_to: Option<ContractId>,
    /// What moves: the step accepted last, the drift ([`State`]).
    pub motion: Box<RawValue>,
    /// JSON of [`crate::method::otp::Secret`], sealed with the token id as owner.
    pub sealed: Sealed,
    /// The import that brought it.
    pub import: Option<JobId>,
    /// Public key of the app's installation, as in api.md §6.1.
    pub device_key: Option<Box<RawValue>>,
    /// When it came.
    pub registered_at: Timestamp,
    /// The last day of use.
    pub expires_on: Option<Day>,
    /// Whether its owners were told that it ends soon.
    pub expiry_told: bool,
    /// The day on which to look at what is left of its life; `None`: it has no last day.
    pub look_on: Option<Day>,
}

/// What a new token is made of.
pub struct NewToken {
    /// Its id: the owner of what is sealed.
    pub id: TokenId,
    /// Whose customers may start it.
    pub institution: InstitutionId,
    /// App or device.
    pub kind: TokenKind,
    /// What stands on it.
    pub serial: Serial,
    /// Its counter or drift at first.
    pub state: State,
    /// What its codes are made from.
    pub sealed: Sealed,
    /// The import that brings it.
    pub import: Option<JobId>,
    /// Public key of the app's installation.
    pub device_key: Option<Box<RawValue>>,
    /// The last day of use.
    pub expires_on: Option<Day>,
}

impl Token {
    /// A token that has just come: an app can be started at once, a device lies in stock.
    pub fn register(new: NewToken, now: Timestamp) -> Transition<Self> {
        let state = match new.kind {
            TokenKind::App => TokenState::Usable,
            TokenKind::Device => TokenState::Stock,
        };
        let token = Self {
            id: new.id,
            institution: new.institution,
            kind: new.kind,
            serial: new.serial,
            state,
            version: 1,
            bound: Vec::new(),
            allocated_to: None,
            motion: to_raw_value(&new.state).expect("a counter is plain"),
            sealed: new.sealed,
            import: new.import,
            device_key: new.device_key,
            registered_at: now,
            expires_on: new.expires_on,
            expiry_told: false,
            look_on: new.expires_on.map(|last| last.plus(-LOOKED_AT_DAYS)),
        };
        let event = token.event("token.registered");
        Transition::new(token, event)
    }

    /// Whether `contract` can be bound to it now (T-11, §2.5). The reason of a "no" is for staff
    /// and the log, never for whoever asks (E-10).
    pub fn may_bind(&self, contract: ContractId, policy: &Policy, today: Day) -> bool {
        let own = self.allocated_to.is_none_or(|owner| owner == contract);
        let full = self.bound.len() >= usize::from(policy.otp.max_contracts_per_token);
        let twice = self.bound.iter().any(|binding| binding.contract == contract);
        let over = self.expires_on.is_some_and(|last| last < today);
        self.state.can_start() && own && !full && !twice && !over
    }

    /// A contract is bound to it.
    pub fn bind(mut self, binding: Binding) -> Transition<Self> {
        self.bound.push(binding);
        if self.state != TokenState::LowBattery {
            self.state = TokenState::Usable;
        }
        self.changed("token.bound")
    }

    /// A contract is bound to it no longer. A device goes back to its owner, not to stock.
    pub fn unbind(mut self, credential: CredentialId) -> Transition<Self> {
        let before = self.bound.len();
        self.bound.retain(|binding| binding.credential != credential);
        if self.bound.len() == before {
            return Transition::quiet(self);
        }
        self.changed("token.unbound")
    }

    /// A code was judged; what has moved is kept. The log has a word for what came of it, not for
    /// this.
    pub fn moved(mut self, motion: Box<RawValue>) -> Transition<Self> {
        self.motion = motion;
        Transition::quiet(self)
    }

    /// Two codes in a row have shown where it stands (E-13, 時刻補正).
    pub fn resynced(mut self, state: State) -> Transition<Self> {
        self.motion = to_raw_value(&state).expect("a counter is plain");
        self.version += 1;
        let event = self.event("token.resynced").with("drift", state.drift);
        Transition::new(self, event)
    }

    /// A device is set aside for a contract.
    pub fn allocate(mut self, contract: ContractId) -> Result<Transition<Self>, Refusal> {
        self.device_in(&[TokenState::Stock])?;
        self.state = TokenState::Allocated;
        self.allocated_to = Some(contract);
        Ok(self.changed("token.allocated"))
    }

    /// A device was given to the post, or into the customer's hand.
    pub fn mail(mut self) -> Result<Transition<Self>, Refusal> {
        self.device_in(&[TokenState::Allocated])?;
        self.state = TokenState::Mailed;
        Ok(self.changed("token.mailed"))
    }

    /// A device nobody is bound to came back, and lies in stock again.
    pub fn put_back(mut self) -> Result<Transition<Self>, Refusal> {
        self.device_in(&[TokenState::Allocated, TokenState::Mailed, TokenState::Usable])?;
        if !self.bound.is_empty() {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        }
        self.state = TokenState::Stock;
        self.allocated_to = None;
        Ok(self.changed("token.returned"))
    }

    /// Its battery is nearly empty (`bAtt 0x`, §2.6).
    pub fn battery_low(mut self) -> Result<Transition<Self>, Refusal> {
        self.device_in(&[TokenState::Usable])?;
        self.state = TokenState::LowBattery;
        Ok(self.changed("token.low_battery"))
    }

    /// It ends: expired, defect, lost, wiped or compromised. Its bindings end with it; the caller
    /// ends their credentials in the same transaction. Again: nothing happens.
    ///
    /// # Panics
    /// When `end` is no end.
    pub fn end(mut self, end: TokenState) -> Transition<Self> {
        assert!(end.ended() && end != TokenState::Destroyed, "{} is no such end", end.word());
        if self.state.ended() {
            return Transition::quiet(self);
        }
        self.state = end;
        self.bound.clear();
        let kind = match end {
            TokenState::Expired => "token.expired",
            TokenState::Defect => "token.defect",
            _ => "token.revoked",
        };
        self.version += 1;
        let event = self.event(kind).with("state", end.word());
        Transition::new(self, event)
    }

    /// A device was destroyed, by two people.
    pub fn destroy(mut self) -> Result<Transition<Self>, Refusal> {
        let idle = self.state == TokenState::Stock || self.state.ended();
        if self.kind != TokenKind::Device || !idle || self.state == TokenState::Destroyed {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        }
        self.state = TokenState::Destroyed;
        Ok(self.changed("token.destroyed"))
    }

    /// What its last day asks for today, when owners are told `notice_days` before (§2.6).
    pub fn expiry(&self, notice_days: u16, today: Day) -> Expiry {
        let Some(last) = self.expires_on.filter(|_| !self.state.ended()) else {
            return Expiry::Never;
        };
        if last < today {
            return Expiry::Over;
        }
        if self.expiry_told {
            return Expiry::Wait(last.plus(1));
        }
        if self.bound.is_empty() {
            return Expiry::Wait(last.plus(1).min(today.plus(IDLE_LOOK_EVERY_DAYS)));
        }
        let tell = last.plus(-i32::from(notice_days));
        if tell <= today {
            Expiry::Tell
        } else {
            Expiry::Wait(tell.min(today.plus(LOOK_EVERY_DAYS)))
        }
    }

    /// Its owners were told that it ends soon (ASVS 6.4.5).
    pub fn told_of_expiry(mut self) -> Transition<Self> {
        self.expiry_told = true;
        self.look_on = self.expires_on.map(|last| last.plus(1));
        Transition::quiet(self)
    }

    /// Nothing is to be done about it before `next`.
    pub fn looked_at(mut self, next: Day) -> Transition<Self> {
        self.look_on = Some(next);
        Transition::quiet(self)
    }

    fn device_in(&self, states: &[TokenState]) -> Result<(), Refusal> {
        if self.kind == TokenKind::Device && states.contains(&self.state) {
            return Ok(());
        }
        Err(Refusal::InvalidTransition { state: self.state.word() })
    }

    fn changed(mut self, kind: &'static str) -> Transition<Self> {
        self.version += 1;
        let event = self.event(kind);
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        let subject = Subject::new("token", self.id).at(self.version);
        Event::new(kind, subject).with("kind", self.kind.word())
    }
}
