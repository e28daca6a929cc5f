//! A customer's session: bound to a cookie, ended by idleness, age, a newer one, or a person.

use serde::{Deserialize, Serialize};

use crate::event::{Event, Subject};
use crate::id::{ContractId, InstitutionId, SessionId};
use crate::method::MethodKind;
use crate::password::Device;
use crate::policy::Policy;
use crate::reason::words;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Seconds between two writes of the same session's last use.
const TOUCH_EVERY_S: i64 = 30;

/// A customer's session.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    /// Its id, `sid` to the bank.
    pub id: SessionId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Who is signed in.
    pub contract: ContractId,
    /// SHA-256 of the cookie's secret, in hex: the cookie itself is nowhere.
    pub secret_hash: String,
    /// When the customer signed in.
    pub signed_in_at: Timestamp,
    /// The last request, to within half a minute.
    pub seen_at: Timestamp,
    /// The sign-in before this one.
    pub last_sign_in_at: Option<Timestamp>,
    /// Wrong passwords before this sign-in.
    pub failures_since: u32,
    /// A few words about the device.
    pub device: String,
    /// The method that was shown besides the password.
    pub otp: Option<MethodKind>,
    /// Set until the printed initial password has been replaced: then nothing else is shown.
    pub must_change_password: bool,
    /// Set once the offer of the card was shown in this session (U-07).
    pub offered: bool,
    /// Why it ended.
    pub ended: Option<SessionEnd>,
}

words! {
    /// Why a session ended.
    SessionEnd {
        /// The customer signed out.
        SignedOut = "signed_out",
        /// Nobody was there.
        Idle = "idle",
        /// Its time was over.
        Aged = "aged",
        /// A newer session took over.
        Replaced = "replaced",
        /// The contract was suspended or cancelled.
        Suspended = "suspended",
        /// The password or a card was changed elsewhere.
        CredentialChanged = "credential_changed",
        /// Staff or the bank ended it.
        Revoked = "revoked",
    }
}

/// What a new session is made of.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Its id.
    pub id: SessionId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Who.
    pub contract: ContractId,
    /// SHA-256 of the cookie's secret, in hex.
    pub secret_hash: String,
    /// The device.
    pub device: Device,
    /// The sign-in before.
    pub last_sign_in_at: Option<Timestamp>,
    /// Wrong passwords before.
    pub failures_since: u32,
    /// The method that was shown besides the password.
    pub otp: Option<MethodKind>,
    /// Whether the initial password must be replaced first.
    pub must_change_password: bool,
}

impl Session {
    /// A session that begins now.
    pub fn start(new: SignedIn, now: Timestamp) -> Transition<Self> {
        let device = new.device.kind.clone();
        let session = Self {
            id: new.id,
            institution: new.institution,
            contract: new.contract,
            secret_hash: new.secret_hash,
            signed_in_at: now,
            seen_at: now,
            last_sign_in_at: new.last_sign_in_at,
            failures_since: new.failures_since,
            device: new.device.kind,
            otp: new.otp,
            must_change_password: new.must_change_password,
            offered: false,
            ended: None,
        };
        let mut event = session.event("session.started").with("device", device);
        if let Some(method) = session.otp {
            event = event.with("method", method.as_str());
        }
        Transition::new(session, event)
    }

    /// Whether it still holds at `now`; the reason when not.
    pub fn alive(&self, policy: &Policy, now: Timestamp) -> Result<(), SessionEnd> {
        if let Some(end) = self.ended {
            return Err(end);
        }
        if now.seconds_since(self.seen_at) > i64::from(policy.session.idle_s) {
            return Err(SessionEnd::Idle);
        }
        if now.seconds_since(self.signed_in_at) > i64::from(policy.session.total_s) {
            return Err(SessionEnd::Aged);
        }
        Ok(())
    }

    /// When it ends by itself.
    pub fn deadline(&self, policy: &Policy) -> Timestamp {
        let idle = self.seen_at.plus_s(i64::from(policy.session.idle_s));
        idle.min(self.signed_in_at.plus_s(i64::from(policy.session.total_s)))
    }

    /// Notes that it is in use; `None` when that was noted a moment ago.
    pub fn touch(mut self, now: Timestamp) -> Option<Transition<Self>> {
        if now.seconds_since(self.seen_at) < TOUCH_EVERY_S {
            return None;
        }
        self.seen_at = now;
        Some(Transition::quiet(self))
    }

    /// The offer of the card was shown; not again in this session.
    pub fn offered(mut self) -> Transition<Self> {
        self.offered = true;
        Transition::quiet(self)
    }

    /// The initial password was replaced; the pages open.
    pub fn password_changed(mut self) -> Transition<Self> {
        self.must_change_password = false;
        Transition::quiet(self)
    }

    /// Ends it; again: the same state and no event.
    pub fn end(mut self, end: SessionEnd) -> Transition<Self> {
        if self.ended.is_some() {
            return Transition::quiet(self);
        }
        self.ended = Some(end);
        let event = self.event("session.ended").with("reason", end.word());
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, Subject::new("session", self.id))
    }
}
