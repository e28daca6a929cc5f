//! What is particular to a credential that is bound to a token, and to the cards beside it
//! (domain.md §2.5).

use super::{Credential, CredentialState};
use crate::notice::NoticeKind;
use crate::policy::Policy;
use crate::refusal::Refusal;
use crate::time::Timestamp;
use crate::transition::Transition;

impl Credential {
    /// 利用開始: the token answers for its owner from now on (T-07).
    pub fn start(mut self, now: Timestamp) -> Result<Transition<Self>, Refusal> {
        if self.state != CredentialState::Pending {
            return Err(Refusal::InvalidTransition { state: self.state.word() });
        }
        self.state = CredentialState::Active;
        self.activated_at = Some(now);
        self.attempts = self.attempts.cleared();
        let notice = self.notice(NoticeKind::OtpStarted);
        Ok(self.changed("credential.activated").tell(notice))
    }

    /// 交換: `next` has taken its place; the owner is told of both (T-12).
    pub fn exchange(mut self, next: &Self) -> Transition<Self> {
        self.state = CredentialState::Exchanged;
        let notice = self.notice(NoticeKind::OtpExchanged).with("next_serial", next.printed());
        self.changed("credential.exchanged").tell(notice)
    }

    /// 利用中止 by its owner (T-08).
    pub fn stop(mut self) -> Transition<Self> {
        self.state = CredentialState::Stopped;
        let notice = self.notice(NoticeKind::OtpStopped);
        self.changed("credential.stopped").tell(notice)
    }

    /// Whether a sign-in asks for it from now on (C-07).
    pub fn ask_at_sign_in(mut self, wanted: bool) -> Transition<Self> {
        if self.at_sign_in == wanted {
            return Transition::quiet(self);
        }
        self.at_sign_in = wanted;
        self.version += 1;
        let event = self.event("credential.sign_in_changed").with("at_sign_in", wanted);
        Transition::new(self, event)
    }

    /// Where a token has come into use: from now on the card proves changes only (T-03, T-16).
    pub fn limit(mut self) -> Transition<Self> {
        match self.state {
            CredentialState::Active | CredentialState::Retiring => {
                self.state = CredentialState::Limited;
                self.changed("credential.limited")
            }
            _ => Transition::quiet(self),
        }
    }

    /// The token was given up and the card approves again (policy `otp.after_stop`).
    pub fn restore(mut self, policy: &Policy) -> Transition<Self> {
        if self.state != CredentialState::Limited {
            return Transition::quiet(self);
        }
        self.state = self.by_wear(policy);
        self.changed("credential.restored")
    }
}
