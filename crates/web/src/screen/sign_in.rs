//! The door: signing in, what to do when it does not open, leaving.

use askama::Template;
use sekisho_domain::time::{Day, Timestamp};

use super::troubles::Troubles;
use crate::frame::Frame;

/// Announcement of the switch to the image card, on the sign-in page (U-03).
#[derive(Clone, Copy, Debug)]
pub struct CampaignNote {
    /// From this day transfers need the image card.
    pub mandatory: Day,
}

/// The doors to the one-time password that stand before sign-in; addresses of pages.
#[derive(Clone, Debug)]
pub struct OtpDoors {
    /// 利用開始
    pub start_url: String,
    /// 交換
    pub exchange_url: String,
    /// 利用中止
    pub stop_url: String,
}

/// Why signing in did not work; never says which part was wrong or whether the contract exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignInTrouble {
    /// Something was left empty.
    Incomplete,
    /// Id and password do not belong together.
    Mismatch,
    /// Too many tries for now; said of every id alike, whether it exists or not.
    Wait {
        /// From when it can be tried again.
        until: Timestamp,
    },
    /// The page had stood open for too long.
    Stale,
}

/// ログイン. Form: `login_id`, `password`.
#[derive(Template)]
#[template(path = "sign_in.html")]
pub struct SignIn {
    /// Around it.
    pub frame: Frame,
    /// What to put into the id field (`login_hint`, or what was typed).
    pub login_id: String,
    /// Announcement on top.
    pub campaign: Option<CampaignNote>,
    /// Where one-time passwords are offered.
    pub otp: Option<OtpDoors>,
    /// Why it did not work.
    pub trouble: Option<SignInTrouble>,
}

impl SignInTrouble {
    /// Its sentences.
    pub fn troubles(self, frame: &Frame) -> Troubles {
        let none = Troubles::default();
        match self {
            Self::Incomplete => none.and(frame.t("sign-in-incomplete")),
            Self::Mismatch => none.and(frame.t("sign-in-mismatch")),
            Self::Stale => none.and(frame.t("form-stale")),
            Self::Wait { until } => {
                none.and(frame.with("sign-in-wait", &[("at", frame.texts.clock(until))]))
            }
        }
    }
}

impl SignIn {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        self.trouble.map_or_else(Troubles::default, |trouble| trouble.troubles(&self.frame))
    }
}

/// ログインでお困りの場合はこちら
#[derive(Template)]
#[template(path = "sign_in_trouble.html")]
pub struct SignInHelp {
    /// Around it.
    pub frame: Frame,
}

/// ご利用推奨環境
#[derive(Template)]
#[template(path = "environment.html")]
pub struct Environment {
    /// Around it.
    pub frame: Frame,
}

/// After ログアウト, or when the session ended by itself.
#[derive(Template)]
#[template(path = "signed_out.html")]
pub struct SignedOut {
    /// Around it; without a customer.
    pub frame: Frame,
    /// Whether time ended it and not the customer.
    pub by_time: bool,
}

/// この画面は開けません: a link used twice, too late, or in another browser. Says no more.
#[derive(Template)]
#[template(path = "cannot_open.html")]
pub struct CannotOpen {
    /// Around it.
    pub frame: Frame,
}
