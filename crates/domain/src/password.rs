//! The login password (domain.md §2.2): initial by letter, changed at the first sign-in, counted
//! over all channels.

use serde::{Deserialize, Serialize};

use crate::attempts::Attempts;
use crate::contract::Contract;
use crate::event::Event;
use crate::id::OrderId;
use crate::notice::{Notice, NoticeKind};
use crate::policy::Policy;
use crate::refusal::{PasswordFault, Refusal};
use crate::time::Timestamp;
use crate::transition::Transition;

/// Most characters of a password.
pub const LENGTH_MAX: usize = 64;

/// What stands for a password at rest: its argon2id verifier and what is known of its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Password {
    /// PHC string over the peppered password; `None`: no password exists, a letter is due.
    pub verifier: Option<Verifier>,
    /// Set while it is the printed one, which must be changed at the first sign-in.
    pub initial_until: Option<Timestamp>,
    /// The order of the letter it is printed in, while it is the printed one.
    pub letter: Option<OrderId>,
    /// Wrong passwords in a row, over all channels.
    pub attempts: Attempts,
}

/// An argon2id verifier and the pepper it was made with. It is no secret that opens anything, yet
/// is never printed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verifier {
    /// PHC string format.
    pub phc: String,
    /// Number of the ring key that peppers it.
    pub key: u16,
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Verifier(key {})", self.key)
    }
}

/// Where a sign-in came from, as far as it may be kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Fingerprint of the device cookie.
    pub mark: String,
    /// A few words: Windows, iPhone.
    pub kind: String,
}

impl Password {
    /// No password: nobody can sign in until a letter has brought one.
    pub fn none() -> Self {
        Self { verifier: None, initial_until: None, letter: None, attempts: Attempts::default() }
    }

    /// Whether it must be changed before anything else.
    pub fn is_initial(&self) -> bool {
        self.initial_until.is_some()
    }

    fn usable(&self, now: Timestamp) -> bool {
        self.verifier.is_some() && self.initial_until.is_none_or(|until| now < until)
    }
}

impl Contract {
    /// Somebody is about to try a password: the try is counted before it is judged, so that a crash
    /// cannot make it free. Success takes it back.
    ///
    /// Refused while a delay runs, after a lock, and when there is no usable password: all alike
    /// (E-10).
    pub fn charge_password(
        mut self,
        policy: &Policy,
        now: Timestamp,
    ) -> Result<Transition<Self>, Refusal> {
        let rules = &policy.lock.password;
        let attempts = self.password.attempts;
        if attempts.locked(rules) || attempts.wait_s(now) > 0 || !self.password.usable(now) {
            let wait_s = attempts.wait_s(now);
            return Err(Refusal::SignInFailed { wait_s });
        }
        self.password.attempts = attempts.failed(rules, now);
        Ok(Transition::quiet(self))
    }

    /// The password tried was wrong; it has been counted by [`Self::charge_password`].
    pub fn password_wrong(mut self, policy: &Policy) -> Transition<Self> {
        self.failures_since += 1;
        let event =
            self.event("session.failures").with("failures", self.password.attempts.failures());
        let locked = self.password.attempts.locked(&policy.lock.password);
        if locked {
            self.version += 1;
            let lock = self.event("contract.locked").with("what", "password");
            return Transition::new(self, event).and(lock);
        }
        Transition::new(self, event)
    }

    /// The password was right: counts go back to zero and the customer is told what is unusual.
    /// With `renewed`, the same password is kept by this verifier from now on.
    pub fn password_right(
        mut self,
        device: &Device,
        renewed: Option<Verifier>,
        now: Timestamp,
    ) -> Transition<Self> {
        if let Some(verifier) = renewed {
            self.password.verifier = Some(verifier);
        }
        let failures = std::mem::take(&mut self.failures_since);
        let first = self.last_sign_in_at.is_none();
        let is_new = self.note_device(&device.mark);
        self.password.attempts = Attempts::default();
        self.last_sign_in_at = Some(now);
        let mut transition = Transition::quiet(self);
        if is_new && !first {
            let notice = Notice::new(NoticeKind::NewDevice).with("device", device.kind.clone());
            transition = transition.tell(notice);
        }
        if failures > 0 {
            let notice = Notice::new(NoticeKind::SignedInAfterFailures).with("failures", failures);
            transition = transition.tell(notice);
        }
        transition
    }

    /// The password was right, and a code is wanted besides: the wrong tries are forgotten, and
    /// nothing else; a sign-in or a device is noted when the code was right too (E-10).
    pub fn password_shown(mut self, renewed: Option<Verifier>) -> Transition<Self> {
        if let Some(verifier) = renewed {
            self.password.verifier = Some(verifier);
        }
        self.password.attempts = Attempts::default();
        Transition::quiet(self)
    }

    /// The password was right at a sign-in, and the code was not.
    pub fn code_wrong(mut self) -> Transition<Self> {
        self.failures_since += 1;
        let event = self.event("session.failures").with("reason", "code");
        Transition::new(self, event)
    }

    /// What was shown of a token, with no card to ask besides, was wrong, so often in a row.
    pub fn proof_refused(&self, failures: u8) -> Event {
        self.event("contract.proof_refused").with("failures", failures)
    }

    /// A letter with a new password goes out, that of the order `letter`; the old one is dead,
    /// whatever it was.
    pub fn reset_password(
        mut self,
        verifier: Verifier,
        letter: OrderId,
        policy: &Policy,
        now: Timestamp,
    ) -> Transition<Self> {
        let until = now.plus_days(i64::from(policy.password.initial_days));
        self.password = Password {
            verifier: Some(verifier),
            initial_until: Some(until),
            letter: Some(letter),
            attempts: Attempts::default(),
        };
        self.version += 1;
        let event = self.event("contract.changed").with("what", vec!["password_letter"]);
        Transition::new(self, event)
    }

    /// The customer has chosen a password. The first time this brings a pending contract to life.
    pub fn choose_password(mut self, verifier: Verifier) -> Transition<Self> {
        self.password = Password {
            verifier: Some(verifier),
            initial_until: None,
            letter: None,
            attempts: Attempts::default(),
        };
        self.version += 1;
        let changed = self.event("contract.changed").with("what", vec!["password"]);
        let activated = self.activate_if_pending();
        let notice = Notice::new(NoticeKind::PasswordChanged);
        let transition = Transition::new(self, changed).tell(notice);
        activated.into_iter().fold(transition, Transition::and)
    }

    /// Clears the delay and the lock of the password, by staff.
    pub fn unlock_password(mut self) -> Transition<Self> {
        self.password.attempts = Attempts::default();
        self.version += 1;
        let event = self.event("contract.changed").with("what", vec!["password_unlocked"]);
        Transition::new(self, event)
    }
}

/// Whether a password may be chosen: long enough and not well known; nothing else (NIST §3.1.1.2).
pub fn fit(password: &str, login_id: &str, policy: &Policy) -> Result<(), PasswordFault> {
    let length = password.chars().count();
    if length < usize::from(policy.password.min_length) {
        return Err(PasswordFault::TooShort);
    }
    if length > LENGTH_MAX {
        return Err(PasswordFault::TooLong);
    }
    let plain = password.to_lowercase();
    let mut letters = plain.chars().collect::<Vec<_>>();
    let run = letters.windows(2).all(|w| u32::from(w[1]).wrapping_sub(u32::from(w[0])) <= 1);
    letters.dedup();
    let common = COMMON.iter().any(|word| plain.contains(word)) && plain.len() < 12;
    if run || letters.len() < 3 || plain.contains(&login_id.to_lowercase()) || common {
        return Err(PasswordFault::TooCommon);
    }
    Ok(())
}

/// Cores of the passwords that are tried first everywhere; a short password built around one is
/// refused.
const COMMON: &[&str] = &[
    "password", "passwd", "qwerty", "asdf", "zxcv", "abc123", "123456", "654321", "111111",
    "iloveyou", "welcome", "admin", "letmein", "monkey", "dragon", "sakura", "sinkin", "shinkin",
    "ginkou", "tanaka", "suzuki", "watashi", "doraemon", "pokemon", "1q2w3e", "q1w2e3", "aaaa",
    "0000",
];

/// Says in the audit log that somebody tried a contract that takes no passwords now: delayed,
/// locked, or without one.
pub fn barred_login(subject: crate::event::Subject) -> Event {
    Event::new("session.failures", subject).with("reason", "barred")
}

/// Says in the audit log that somebody tried a login id that nobody has, without saying which.
pub fn unknown_login(subject: crate::event::Subject) -> Event {
    Event::new("session.failures", subject).with("reason", "unknown_login_id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_length_and_the_block_list_decide() {
        let policy = Policy::default();
        for (password, verdict) in [
            ("kumo-no-ue-no-osanpo", Ok(())),
            ("くものうえのおさんぽ", Ok(())),
            ("correct horse", Ok(())),
            ("short7!", Err(PasswordFault::TooShort)),
            ("password1", Err(PasswordFault::TooCommon)),
            ("aaaabbbb", Err(PasswordFault::TooCommon)),
            ("12345678", Err(PasswordFault::TooCommon)),
            ("x12345678901y", Err(PasswordFault::TooCommon)),
            (&"あ".repeat(65), Err(PasswordFault::TooLong)),
        ] {
            assert_eq!(fit(password, "12345678901", &policy), verdict, "{password}");
        }
    }
}
