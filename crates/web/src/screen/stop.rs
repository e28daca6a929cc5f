//! 利用停止: the customer stops everything at once, signed in or not.

use askama::Template;
use sekisho_domain::time::Timestamp;

use super::troubles::Troubles;
use crate::frame::Frame;

/// What proves enough to stop: any one of them. The value of the form field `factor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopFactor {
    /// ログインパスワード
    Password,
    /// 停止コード, printed in letters and mails
    StopCode,
    /// カード番号 printed on either card
    CardNumber,
    /// ワンタイムパスワード
    OneTimePassword,
}

impl StopFactor {
    /// Value of the form field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::StopCode => "stop_code",
            Self::CardNumber => "card_number",
            Self::OneTimePassword => "one_time_password",
        }
    }

    /// The factor of a form value.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Password, Self::StopCode, Self::CardNumber, Self::OneTimePassword]
            .into_iter()
            .find(|factor| factor.code() == code)
    }

    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Password => "stop-factor-password",
            Self::StopCode => "stop-factor-code",
            Self::CardNumber => "stop-factor-card",
            Self::OneTimePassword => "stop-factor-otp",
        }
    }
}

/// Why nothing was stopped; does not say whether the contract exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopTrouble {
    /// The tick box, or something else, was left empty.
    Incomplete,
    /// The id and the proof do not belong together.
    Mismatch,
    /// The page had stood open for too long.
    Stale,
}

/// The stop. Form: `sure` (tick box); not signed in also `login_id`, `factor`, `proof`.
#[derive(Template)]
#[template(path = "stop.html")]
pub struct Stop {
    /// Around it; signed in when it has a customer.
    pub frame: Frame,
    /// What may prove it, when not signed in.
    pub factors: Vec<StopFactor>,
    /// What was typed as id.
    pub login_id: String,
    /// How many operations wait and would be withdrawn, when signed in.
    pub waiting: u32,
    /// Why nothing was stopped.
    pub trouble: Option<StopTrouble>,
}

impl Stop {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        match self.trouble {
            None => none,
            Some(StopTrouble::Incomplete) => none.and_at("sure", self.frame.t("stop-incomplete")),
            Some(StopTrouble::Mismatch) => none.and(self.frame.t("stop-mismatch")),
            Some(StopTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }
}

/// 利用停止の完了. Shown alike for ids that do not exist.
#[derive(Template)]
#[template(path = "stopped.html")]
pub struct Stopped {
    /// Around it; without a customer.
    pub frame: Frame,
    /// When it was stopped.
    pub at: Timestamp,
    /// Number of the stop, to read out on the telephone.
    pub reference: String,
}
