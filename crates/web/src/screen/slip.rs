//! The operation slip: what is about to happen. And the clock that says until when.

use sekisho_domain::time::Timestamp;

/// How a badge looks; its words say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Badge {
    /// ● in use, done.
    Ok,
    /// ◆ on its way.
    Wait,
    /// ▲ look at this soon.
    Warn,
    /// ■ stopped, failed.
    Stop,
    /// ○ not in use.
    Plain,
}

impl Badge {
    /// Word for the style.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Wait => "wait",
            Self::Warn => "warn",
            Self::Stop => "stop",
            Self::Plain => "plain",
        }
    }
}

/// One line of a slip.
#[derive(Clone, Debug)]
pub struct SlipLine {
    /// What it is: お振込先.
    pub label: String,
    /// What it says; each part on a line of its own, the first in bold where it is a payee.
    pub parts: Vec<String>,
    /// A word beside it, such as 利用者登録の振込先.
    pub badge: Option<(Badge, String)>,
}

/// What is about to happen: amount first, then to whom, then the rest.
#[derive(Clone, Debug)]
pub struct SlipView {
    /// The operation's name: 振込.
    pub title: String,
    /// Label and whole yen of the largest line.
    pub amount: Option<(String, u64)>,
    /// Whom it reaches; beside the amount.
    pub target: Vec<SlipLine>,
    /// From where, fee, day.
    pub rest: Vec<SlipLine>,
    /// 照合番号, made from the digest.
    pub check_code: String,
}

impl SlipView {
    /// The amount in groups of three, without its unit.
    pub fn amount_digits(&self) -> String {
        self.amount.as_ref().map_or_else(String::new, |(_, yen)| crate::dates::grouped(*yen))
    }
}

/// How long the customer may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClockView {
    /// Seconds left when the page was made.
    pub left_s: u32,
    /// Seconds there were at first.
    pub whole_s: u32,
    /// When it ends.
    pub until: Timestamp,
    /// Seconds one press adds; `None` when no more can be given.
    pub extend_s: Option<u32>,
}

impl ClockView {
    /// How much of the ring is gone, in hundredths.
    pub fn gone(&self) -> u32 {
        100 - (u64::from(self.left_s) * 100 / u64::from(self.whole_s.max(1))).min(100) as u32
    }

    /// `2:19`
    pub fn digits(&self) -> String {
        format!("{}:{:02}", self.left_s / 60, self.left_s % 60)
    }

    /// Whole minutes one press adds, at least 1.
    pub fn extend_min(&self) -> u32 {
        self.extend_s.map_or(0, |seconds| seconds.div_ceil(60))
    }
}
