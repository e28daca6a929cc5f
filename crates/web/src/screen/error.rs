//! Pages for what went wrong on the way to a page.

use askama::Template;

use super::problem::PlainFrame;
use crate::frame::Frame;

/// What went wrong, by HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// 404: there is no such page.
    NotFound,
    /// 410: there was one; it has ended.
    Gone,
    /// 413: more was sent than a form of ours can hold.
    TooLarge,
    /// 429: too many requests from one place.
    TooMany,
    /// 500: our fault; an alarm was raised.
    Internal,
    /// 503: full, or announced work.
    Unavailable,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::NotFound,
        Self::Gone,
        Self::TooLarge,
        Self::TooMany,
        Self::Internal,
        Self::Unavailable,
    ];

    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::NotFound => 404,
            Self::Gone => 410,
            Self::TooLarge => 413,
            Self::TooMany => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// Message whose value is the title and whose attributes are `what` and `next`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::NotFound => "fault-not-found",
            Self::Gone => "fault-gone",
            Self::TooLarge => "fault-too-large",
            Self::TooMany => "fault-too-many",
            Self::Internal => "fault-internal",
            Self::Unavailable => "fault-unavailable",
        }
    }

    /// Message with what happened.
    pub fn what(&self) -> String {
        format!("{}.what", self.key())
    }

    /// Message with what to do now.
    pub fn next(&self) -> String {
        format!("{}.next", self.key())
    }
}

/// A fault below `/i/{slug}/`, with the institution's telephone number.
#[derive(Template)]
#[template(path = "fault.html")]
pub struct FaultPage {
    /// Around it.
    pub frame: Frame,
    /// What went wrong.
    pub fault: Fault,
    /// Id of the request, to read out on the telephone.
    pub request_id: Option<String>,
}

/// A fault elsewhere, where no institution is known.
#[derive(Template)]
#[template(path = "fault_plain.html")]
pub struct PlainFaultPage {
    /// Around it.
    pub frame: PlainFrame,
    /// What went wrong.
    pub fault: Fault,
    /// Id of the request.
    pub request_id: Option<String>,
}
