//! お取引の認証: the operation, the question, one button. And how it ended.

use askama::Template;
use sekisho_domain::time::Timestamp;

use super::challenge::Question;
use super::help::Topic;
use super::slip::{ClockView, SlipView};
use super::troubles::Troubles;
use crate::frame::Frame;

/// Why an answer did not approve; never says which part was wrong (E-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AnswerTrouble {
    /// Something was not chosen or not typed; not counted.
    Incomplete,
    /// It did not match.
    Rejected {
        /// Tries left; 1 or more.
        left: u32,
    },
    /// Too soon after the last try; not counted.
    Wait {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// The code was used before; not counted (E-14, E-15).
    Used {
        /// Seconds until the token shows the next one; 0 when it is not known, or there already.
        seconds: u32,
    },
    /// The page had stood open for too long.
    Stale,
}

/// Another way to answer.
#[derive(Clone, Debug)]
pub struct OtherWay {
    /// ワンタイムパスワード
    pub name: String,
    /// Address of the page that asks that way.
    pub url: String,
}

/// The approval page.
///
/// Form to the page's own path: the fields of [`Self::question`], `names` (tick box). Two forms
/// of their own: to `{path}/cancellation` and to `{path}/extension`.
#[derive(Template)]
#[template(path = "approve.html")]
pub struct Approve {
    /// Around it.
    pub frame: Frame,
    /// Path of this approval below `/i/{slug}/`: `approve/apr_…`.
    pub page: String,
    /// What is about to happen.
    pub slip: SlipView,
    /// Until when.
    pub clock: ClockView,
    /// The question.
    pub question: Question,
    /// Other ways to answer.
    pub others: Vec<OtherWay>,
    /// Whether the names of the pictures are shown.
    pub names: bool,
    /// Whether the time was just made longer.
    pub extended: bool,
    /// Why the answer did not approve.
    pub trouble: Option<AnswerTrouble>,
}

impl Approve {
    /// The guide to this page.
    pub fn topic(&self) -> &'static str {
        match self.question {
            Question::ImageCard(_) => Topic::ImageCard.slug(),
            Question::CustomerCard(_) => Topic::CustomerCard.slug(),
            Question::Code(_) => Topic::OneTimePassword.slug(),
        }
    }

    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        let (pictures, numbers) = ("answer-rejected-pictures", "answer-rejected-numbers");
        let rejected = match self.question {
            Question::ImageCard(_) => pictures,
            Question::CustomerCard(_) => numbers,
            Question::Code(_) => "answer-rejected-code",
        };
        match self.trouble {
            None => none,
            Some(AnswerTrouble::Incomplete) => none.and(self.frame.t("answer-incomplete")),
            Some(AnswerTrouble::Rejected { left }) => none.and(self.frame.count(rejected, left)),
            Some(AnswerTrouble::Wait { seconds }) => {
                let length = self.frame.texts.length(seconds);
                none.and(self.frame.with("answer-wait", &[("length", length)]))
            }
            Some(AnswerTrouble::Used { seconds: 0 }) => none.and(self.frame.t("answer-used")),
            Some(AnswerTrouble::Used { seconds }) => {
                let length = self.frame.texts.length(seconds);
                none.and(self.frame.with("answer-used-wait", &[("length", length)]))
            }
            Some(AnswerTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }
}

/// How an approval ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// 認証しました
    Approved,
    /// Wrong answers used up, the card itself still works.
    AttemptsExhausted,
    /// The customer pressed この取引をやめる.
    Declined,
    /// Not answered in time.
    Expired,
    /// Another approval was opened, or the operation changed (E-17).
    Replaced,
    /// The session, the card or the contract ended meanwhile.
    Void,
    /// The bank withdrew it.
    Cancelled,
    /// Too many questions were left unanswered.
    Paused {
        /// From when it can be tried again.
        until: Timestamp,
    },
}

impl Ending {
    /// Its message: attributes `title`, `what`, `next`.
    const fn key(self) -> &'static str {
        match self {
            Self::Approved => "ended-approved",
            Self::AttemptsExhausted => "ended-attempts",
            Self::Declined => "ended-declined",
            Self::Expired => "ended-expired",
            Self::Replaced => "ended-replaced",
            Self::Void => "ended-void",
            Self::Cancelled => "ended-cancelled",
            Self::Paused { .. } => "ended-paused",
        }
    }

    /// Whether the operation goes on.
    pub fn approved(&self) -> bool {
        *self == Self::Approved
    }
}

/// After the approval, before the bank's own page.
#[derive(Template)]
#[template(path = "approve_ended.html")]
pub struct ApproveEnded {
    /// Around it.
    pub frame: Frame,
    /// How it ended.
    pub ending: Ending,
    /// The operation's name: 振込.
    pub operation: String,
    /// 照合番号, so that the customer can name it.
    pub check_code: String,
    /// Back to the bank; registered by it.
    pub return_url: Option<String>,
}

impl ApproveEnded {
    /// The heading.
    pub fn title(&self) -> String {
        self.say("title")
    }

    /// What happened.
    pub fn what(&self) -> String {
        self.say("what")
    }

    /// What to do now.
    pub fn next(&self) -> String {
        self.say("next")
    }

    fn say(&self, part: &str) -> String {
        let until = match self.ending {
            Ending::Paused { until } => self.frame.texts.moment(until),
            _ => String::new(),
        };
        let args = [("operation", self.operation.as_str()), ("until", until.as_str())];
        self.frame.with(&format!("{}.{part}", self.ending.key()), &args)
    }
}
