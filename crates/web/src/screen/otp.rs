//! ワンタイムパスワード: 利用開始, 交換, 利用中止, 申請, and the choice at sign-in, step by step.

mod code;
mod form;
mod own;

pub use code::{SignInCode, SignInCodeTrouble, SignInGone};
pub use form::{OtpFields, OtpForm, OtpFormTrouble};
pub use own::{OtpOwn, OtpOwnTrouble, TokenStanding, TokenView};

use std::borrow::Borrow;

use askama::Template;
use sekisho_domain::time::Timestamp;

use super::challenge::Question;
use super::sign_in::SignInTrouble;
use super::slip::ClockView;
use super::troubles::Troubles;
use crate::frame::Frame;

/// What a customer does with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpAct {
    /// 利用開始, by serial and code.
    Start,
    /// 交換 (T-12).
    Exchange,
    /// 利用中止 (T-08).
    Stop,
    /// 申請: the bank issues a token by mail (Y-09).
    Issue,
    /// 利用開始 of a token that was issued, by its first code (Y-11).
    Activate,
    /// ログイン時の認証: whether a sign-in asks for a code (C-07).
    SignInChange,
}

impl OtpAct {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Start, Self::Exchange, Self::Stop, Self::Issue, Self::Activate, Self::SignInChange];

    /// Its word in addresses and forms.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Exchange => "exchange",
            Self::Stop => "stop",
            Self::Issue => "issue",
            Self::Activate => "activate",
            Self::SignInChange => "sign_in",
        }
    }

    /// The act of a word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|act| act.word() == word)
    }

    /// Message with the title of its pages.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Start | Self::Activate => "otp-title-start",
            Self::Exchange => "otp-title-exchange",
            Self::Stop => "otp-title-stop",
            Self::Issue => "otp-title-issue",
            Self::SignInChange => "otp-title-sign-in",
        }
    }

    /// Message with its own step.
    pub const fn step(self) -> &'static str {
        match self {
            Self::Start => "otp-step-start",
            Self::Exchange => "otp-step-exchange",
            Self::Stop => "otp-step-stop",
            Self::Issue => "otp-step-issue",
            Self::Activate => "otp-step-activate",
            Self::SignInChange => "otp-step-sign-in",
        }
    }

    /// Message of the link that gives it up.
    pub const fn give_up(self) -> &'static str {
        match self {
            Self::Start | Self::Activate => "otp-give-up-start",
            Self::Exchange => "otp-give-up-exchange",
            Self::Stop | Self::SignInChange => "otp-give-up-other",
            Self::Issue => "otp-give-up-issue",
        }
    }
}

/// Where in its steps a page stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OtpStep {
    /// 利用者認証
    Identify,
    /// Its own form.
    Form,
    /// The question to the card.
    Card,
    /// 処理結果
    Result,
}

/// What is done, and by which steps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OtpWay {
    /// What is done.
    pub act: OtpAct,
    /// Whether the customer is signed in; else 利用者認証 is the first step.
    pub signed_in: bool,
    /// Whether a card is asked for besides.
    pub card: bool,
}

impl OtpWay {
    /// The steps, each with `past`, `now` or `ahead`.
    pub fn steps(&self, now: impl Borrow<OtpStep>) -> Vec<(&'static str, &'static str)> {
        let now = *now.borrow();
        let all = [
            (OtpStep::Identify, "otp-step-identify", !self.signed_in),
            (OtpStep::Form, self.act.step(), true),
            (OtpStep::Card, "otp-step-card", self.card),
            (OtpStep::Result, "otp-step-result", true),
        ];
        let when = |step| match step {
            step if step < now => "past",
            step if step == now => "now",
            _ => "ahead",
        };
        let taken = all.into_iter().filter(|(_, _, taken)| *taken);
        taken.map(|(step, key, _)| (key, when(step))).collect()
    }

    /// Where a customer goes who gives it up.
    pub fn away(&self, frame: &Frame) -> String {
        frame.at(if self.signed_in { "otp" } else { "sign_in" })
    }

    /// Where it begins again.
    pub fn again(&self, frame: &Frame) -> String {
        if self.signed_in {
            return frame.at("otp");
        }
        frame.at(&format!("otp/{}", self.act.word()))
    }
}

/// 利用者認証. Form: `login_id`, `password`.
#[derive(Template)]
#[template(path = "otp_identify.html")]
pub struct OtpIdentify {
    /// Around it; without a customer.
    pub frame: Frame,
    /// What is done.
    pub way: OtpWay,
    /// What was typed as id.
    pub login_id: String,
    /// Why it did not go on; the words of a sign-in.
    pub trouble: Option<SignInTrouble>,
}

impl OtpIdentify {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        self.trouble.map_or_else(Troubles::default, |trouble| trouble.troubles(&self.frame))
    }
}

/// Why the card's answer did not go on; never says what was wrong: serial, code and card are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpCardTrouble {
    /// Something was not chosen or not typed; not counted.
    Incomplete,
    /// Something did not match.
    Rejected {
        /// Tries left.
        left: u32,
    },
    /// Too soon after the last try.
    Wait {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// The page had stood open for too long.
    Stale,
}

/// カードの確認. Form: the fields of [`Self::question`], `names` (tick box).
#[derive(Template)]
#[template(path = "otp_card.html")]
pub struct OtpCard {
    /// Around it.
    pub frame: Frame,
    /// What is done.
    pub way: OtpWay,
    /// What the card is asked.
    pub question: Question,
    /// Until when it can be answered. The form of its button posts to `otp/card/extension`.
    pub clock: ClockView,
    /// Whether time was just added.
    pub extended: bool,
    /// Why it did not go on.
    pub trouble: Option<OtpCardTrouble>,
}

impl OtpCard {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        match self.trouble {
            None => none,
            Some(OtpCardTrouble::Incomplete) => none.and(self.frame.t("answer-incomplete")),
            Some(OtpCardTrouble::Rejected { left }) => {
                none.and(self.frame.count("otp-rejected", left))
            }
            Some(OtpCardTrouble::Wait { seconds }) => {
                let length = self.frame.texts.length(seconds);
                none.and(self.frame.with("answer-wait", &[("length", length)]))
            }
            Some(OtpCardTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }
}

/// What has been done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OtpDone {
    /// A token is in use (T-07).
    Started {
        /// Its serial.
        serial: String,
        /// Whether a sign-in asks for it.
        at_sign_in: bool,
    },
    /// Another one has taken its place (T-12).
    Exchanged {
        /// Its serial.
        serial: String,
    },
    /// None is in use any more (T-09).
    Stopped {
        /// Whether the card approves again.
        by_card: bool,
    },
    /// The bank has issued one by mail (Y-09).
    Issued {
        /// Where the mail went, masked.
        mail_hint: String,
        /// Hours in which it can be set up.
        hours: u32,
    },
}

/// 処理結果.
#[derive(Template)]
#[template(path = "otp_result.html")]
pub struct OtpResult {
    /// Around it.
    pub frame: Frame,
    /// What was done.
    pub way: OtpWay,
    /// What came of it.
    pub done: OtpDone,
    /// Where to go on.
    pub onward_url: String,
}

/// Why it ended without being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtpEnding {
    /// Time is over, or nothing has begun in this browser.
    Expired,
    /// What was given did not match; no word about what.
    Refused,
    /// Wrong too often: the card or the token is locked.
    Locked,
    /// Too many questions were left open.
    Paused {
        /// Until when.
        until: Timestamp,
    },
    /// It cannot be done now: nothing there to be changed, or not yet.
    NotNow,
}

impl OtpEnding {
    /// Message that says so; it has `what` and `next`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Expired => "otp-over-expired",
            Self::Refused => "otp-over-refused",
            Self::Locked => "otp-over-locked",
            Self::Paused { .. } => "otp-over-paused",
            Self::NotNow => "otp-over-not-now",
        }
    }

    /// Whether it makes sense to begin again at once.
    pub const fn again(self) -> bool {
        matches!(self, Self::Expired | Self::Refused)
    }
}

/// It ended without being done.
#[derive(Template)]
#[template(path = "otp_over.html")]
pub struct OtpOver {
    /// Around it.
    pub frame: Frame,
    /// What was to be done.
    pub way: OtpWay,
    /// Why it was not.
    pub ending: OtpEnding,
}

impl OtpOver {
    /// What happened.
    pub fn what(&self) -> String {
        self.frame.t(&format!("{}.what", self.ending.key()))
    }

    /// What to do now.
    pub fn next(&self) -> crate::text::Markup {
        let key = format!("{}.next", self.ending.key());
        match self.ending {
            OtpEnding::Paused { until } => {
                self.frame.rich_with(&key, &[("until", self.frame.texts.moment(until))])
            }
            _ => self.frame.rich(&key),
        }
    }
}
