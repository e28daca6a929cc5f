//! ワンタイムパスワード: what a signed-in customer has of it, and what can be done with it.

use askama::Template;
use sekisho_domain::time::{Day, Timestamp};

use super::OtpAct;
use crate::frame::Frame;
use crate::screen::slip::Badge;
use crate::screen::troubles::Troubles;

/// How a customer's token stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenStanding {
    /// 利用中
    InUse,
    /// Set up; its first code was not shown yet (Y-11).
    Waiting,
    /// ロック
    Locked,
}

impl TokenStanding {
    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::InUse => "token-state-in-use",
            Self::Waiting => "token-state-waiting",
            Self::Locked => "token-state-locked",
        }
    }

    /// How it looks.
    pub const fn badge(self) -> Badge {
        match self {
            Self::InUse => Badge::Ok,
            Self::Waiting => Badge::Wait,
            Self::Locked => Badge::Stop,
        }
    }

    /// Message with what to do, where something is to be done.
    pub const fn advice(self) -> Option<&'static str> {
        match self {
            Self::InUse => None,
            Self::Waiting => Some("token-advice-waiting"),
            Self::Locked => Some("token-advice-locked"),
        }
    }
}

/// A token the customer has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenView {
    /// Whether it is a device; else an app.
    pub device: bool,
    /// What stands on it.
    pub serial: String,
    /// How it stands.
    pub standing: TokenStanding,
    /// Since when it is in use.
    pub since: Option<Day>,
    /// Whether a sign-in asks for it.
    pub at_sign_in: bool,
}

impl TokenView {
    /// Message with what it is.
    pub const fn kind(&self) -> &'static str {
        if self.device { "token-kind-device" } else { "token-kind-app" }
    }
}

/// Why nothing was begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpOwnTrouble {
    /// Nothing was chosen, or it cannot be done now.
    NotNow,
    /// A token was given up a moment ago.
    Restart {
        /// When another can be started.
        until: Timestamp,
    },
    /// The page had stood open for too long.
    Stale,
}

/// The token and its procedures, signed in (Y-09 to Y-13).
///
/// Form: `act` ([`OtpAct::word`], the value of the button); for the sign-in also `login` (`yes`,
/// `no`).
#[derive(Template)]
#[template(path = "otp_own.html")]
pub struct OtpOwn {
    /// Around it.
    pub frame: Frame,
    /// The token, if there is one.
    pub owned: Option<TokenView>,
    /// What can be begun here.
    pub acts: Vec<OtpAct>,
    /// Whether it can be begun before sign-in instead.
    pub at_the_door: bool,
    /// Hours in which an issued token can be set up.
    pub hours: u32,
    /// Whether a sign-in asks for a code now, where that was just changed.
    pub changed: Option<bool>,
    /// Why nothing was begun.
    pub trouble: Option<OtpOwnTrouble>,
}

impl OtpOwn {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        match self.trouble {
            None => none,
            Some(OtpOwnTrouble::NotNow) => none.and(self.frame.t("otp-not-now")),
            Some(OtpOwnTrouble::Restart { until }) => {
                let until = self.frame.texts.moment(until);
                none.and(self.frame.with("otp-restart", &[("until", until)]))
            }
            Some(OtpOwnTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }

    /// Whether an act can be begun here.
    pub fn can(&self, word: &str) -> bool {
        self.acts.iter().any(|act| act.word() == word)
    }
}
