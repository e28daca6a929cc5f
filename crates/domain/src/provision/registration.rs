//! An app on its way to becoming a token: offered a key, not yet believed.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, Zeroizing};

use super::{Agreed, Mode, Point};
use crate::id::{InstitutionId, IssueId, RegistrationId};
use crate::reason::words;
use crate::secret::Sealed;
use crate::serial::Serial;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Seconds a registration can be confirmed.
pub const LIFE_S: i64 = 600;
/// Wrong proofs at which a registration in mode self is given up. In mode issued the issue counts.
pub const OWN_TRIES: u8 = 3;

words! {
    /// Where a registration stands.
    RegistrationState {
        /// Waits for the app's proof.
        Open = "open",
        /// The app has proved itself. Terminal.
        Confirmed = "confirmed",
        /// Given up after wrong proofs. Terminal.
        Dead = "dead",
    }
}

/// What the server keeps of the derivation until the app proves itself. Wiped when dropped, never
/// printed.
#[derive(Zeroize)]
#[zeroize(drop)]
pub struct Derived {
    seed: [u8; 32],
    app_mac: [u8; 32],
    server_mac: [u8; 32],
}

impl Derived {
    /// What is needed of `agreed` later.
    pub fn of(agreed: &Agreed) -> Self {
        Self { seed: agreed.seed, app_mac: agreed.app_mac(), server_mac: agreed.server_mac() }
    }

    /// As it is sealed.
    pub fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        Zeroizing::new([self.seed, self.app_mac, self.server_mac].concat())
    }

    /// Takes back what [`Self::to_bytes`] gave.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (parts, rest) = bytes.as_chunks::<32>();
        let [seed, app_mac, server_mac] = *parts else { return None };
        rest.is_empty().then_some(Self { seed, app_mac, server_mac })
    }

    /// Whether the app has derived the same; takes equally long whatever was sent.
    pub fn proven_by(&self, app_mac: &[u8; 32]) -> bool {
        self.app_mac.ct_eq(app_mac).into()
    }

    /// What proves the server to the app: shown only to an app that has proved itself.
    pub fn server_mac(&self) -> [u8; 32] {
        self.server_mac
    }

    /// The token's seed.
    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}

/// A registration. What strangers do here has no word in the audit log until a token comes of it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Registration {
    /// Its id: the owner of what is sealed.
    pub id: RegistrationId,
    /// Whose app.
    pub institution: InstitutionId,
    /// How the app becomes a token.
    pub mode: Mode,
    /// The serial the token will have.
    pub serial: Serial,
    /// Where it stands.
    pub state: RegistrationState,
    /// In mode issued, what counts its wrong proofs; it may be nobody's.
    pub issue: Option<IssueId>,
    /// Whether nothing can come of it, which nobody is told: its ids are unknown or used up.
    pub decoy: bool,
    /// Seconds a code will be shown.
    pub period_s: u16,
    /// The app's key for later.
    pub device_key: Point,
    /// [`Derived`], sealed with the id as owner; nothing once it has ended.
    pub sealed: Option<Sealed>,
    /// Wrong proofs.
    pub tries: u8,
    /// Until when it can be confirmed.
    pub until: Timestamp,
}

/// What a new registration is made of.
pub struct NewRegistration {
    /// Its id.
    pub id: RegistrationId,
    /// Whose app.
    pub institution: InstitutionId,
    /// How the app becomes a token.
    pub mode: Mode,
    /// The serial the token will have.
    pub serial: Serial,
    /// In mode issued, what counts its wrong proofs.
    pub issue: Option<IssueId>,
    /// Whether nothing can come of it.
    pub decoy: bool,
    /// Seconds a code will be shown.
    pub period_s: u16,
    /// The app's key for later.
    pub device_key: Point,
    /// [`Derived`], sealed.
    pub sealed: Sealed,
}

impl Registration {
    /// A registration that waits for the app's proof.
    pub fn begin(new: NewRegistration, now: Timestamp) -> Transition<Self> {
        Transition::quiet(Self {
            id: new.id,
            institution: new.institution,
            mode: new.mode,
            serial: new.serial,
            state: RegistrationState::Open,
            issue: new.issue,
            decoy: new.decoy,
            period_s: new.period_s,
            device_key: new.device_key,
            sealed: Some(new.sealed),
            tries: 0,
            until: now.plus_s(LIFE_S),
        })
    }

    /// Whether its time is not over.
    pub fn lives(&self, now: Timestamp) -> bool {
        now < self.until
    }

    /// Tries left in mode self, should the next proof be wrong too.
    pub fn tries_left(&self) -> u8 {
        OWN_TRIES.saturating_sub(self.tries)
    }

    /// The proof was wrong; with `tries_left` 0 it is given up and what it held is erased.
    pub fn refuse(mut self, tries_left: u8) -> Transition<Self> {
        self.tries = self.tries.saturating_add(1);
        if tries_left == 0 {
            self.state = RegistrationState::Dead;
            self.sealed = None;
        }
        Transition::quiet(self)
    }

    /// The app has proved itself; what it held is erased. The token that comes of it has the event.
    pub fn confirm(mut self) -> Transition<Self> {
        self.state = RegistrationState::Confirmed;
        self.sealed = None;
        Transition::quiet(self)
    }
}
