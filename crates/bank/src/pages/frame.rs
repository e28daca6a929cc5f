//! What every template can use: words in two languages, icons, yen, days, accounts.

use std::borrow::Borrow;

use jiff::{
    Timestamp,
    civil::{Date, Weekday},
};

use super::visitor::{Signed, Visitor};
use crate::{
    clock::JST,
    directory,
    drafts::{Draft, State},
    kana,
    money::with_commas,
    operation::{AccountNumber, Operation},
};

/// The frame of a page.
#[derive(Debug, Clone)]
pub(super) struct Frame {
    pub(super) english: bool,
    pub(super) large: bool,
    /// The signed-in customer's name.
    pub(super) name: Option<String>,
    /// Comes back with every form.
    pub(super) seal: String,
    /// Address of this page with a `?` or `&` to add to; `None` for the reply to a form.
    pub(super) here: Option<String>,
}

impl Frame {
    /// For a visitor who is not signed in.
    pub(super) fn outside(visitor: &Visitor) -> Self {
        let here = visitor.path.as_ref().map(|path| {
            let mark = if path.contains('?') { '&' } else { '?' };
            format!("{path}{mark}")
        });
        let (english, large) = (visitor.english, visitor.large);
        Self { english, large, name: None, seal: String::new(), here }
    }

    /// For a signed-in customer.
    pub(super) fn of(signed: &Signed) -> Self {
        let (name, seal) = (Some(signed.customer.name.clone()), signed.session.seal.clone());
        Self { name, seal, ..Self::outside(&signed.visitor) }
    }

    /// One of two wordings.
    pub(super) fn say<'a>(&self, ja: &'a str, en: &'a str) -> &'a str {
        if self.english { en } else { ja }
    }

    /// `50,000円` or `¥50,000`.
    pub(super) fn yen(&self, amount_yen: impl Borrow<i64>) -> String {
        let written = with_commas(*amount_yen.borrow());
        if self.english { format!("¥{written}") } else { format!("{written}円") }
    }

    /// 2026年11月20日（金）
    pub(super) fn day(&self, day: impl Borrow<Date>) -> String {
        let day = day.borrow();
        let names = match day.weekday() {
            Weekday::Monday => ("月", "Mon"),
            Weekday::Tuesday => ("火", "Tue"),
            Weekday::Wednesday => ("水", "Wed"),
            Weekday::Thursday => ("木", "Thu"),
            Weekday::Friday => ("金", "Fri"),
            Weekday::Saturday => ("土", "Sat"),
            Weekday::Sunday => ("日", "Sun"),
        };
        let (year, month, date) = (day.year(), day.month(), day.day());
        if self.english {
            format!("{}, {}", names.1, day.strftime("%-d %B %Y"))
        } else {
            format!("{year}年{month}月{date}日（{}）", names.0)
        }
    }

    /// Day and time in Japan.
    pub(super) fn moment(&self, at: &Timestamp) -> String {
        let at = JST.to_datetime(*at);
        format!("{} {}:{:02}", self.day(at.date()), at.hour(), at.minute())
    }

    /// An account of this bank in words.
    pub(super) fn account(&self, account: &AccountNumber) -> String {
        let branch = directory::own_branch(&account.branch);
        let kind = directory::kind_in_words(&account.kind, self.english);
        format!("{branch} {kind} {}", account.number)
    }

    /// A kind of account in words.
    pub(super) fn kind(&self, kind: &str) -> &'static str {
        directory::kind_in_words(kind, self.english)
    }

    /// What an operation is, in a word.
    pub(super) fn operation(&self, operation: &Operation) -> &'static str {
        match (operation, self.english) {
            (Operation::Transfer { .. }, false) => "振込",
            (Operation::Transfer { .. }, true) => "Transfer",
            (Operation::OwnTransfer { .. }, false) => "振替",
            (Operation::OwnTransfer { .. }, true) => "Between my accounts",
        }
    }

    /// To whom, in a line.
    pub(super) fn receiver(&self, operation: &Operation) -> String {
        match operation {
            Operation::Transfer { payee, .. } => {
                format!("{} {}", payee.bank_name, kana::full_width(&payee.name))
            }
            Operation::OwnTransfer { to, .. } => self.account(to),
        }
    }

    /// Class and word of a draft's badge.
    pub(super) fn badge(&self, draft: &Draft) -> (&'static str, &'static str) {
        let (class, ja, en) = match draft.state {
            State::Draft => ("", "受付前", "Not sent yet"),
            State::Asked => ("wait", "認証待ち", "To be approved"),
            State::Approved => ("wait", "手続き中", "In progress"),
            State::Booked => ("ok", "完了", "Done"),
            State::Refused if draft.reason.as_deref() != Some("declined") => {
                ("stop", "認証不成立", "Not approved")
            }
            State::Refused | State::Cancelled => ("", "取りやめ", "Cancelled"),
            State::Expired => ("", "時間切れ", "Timed out"),
            State::Failed => ("stop", "お受けできません", "Not accepted"),
        };
        (class, if self.english { en } else { ja })
    }
}

/// The same for every visitor.
#[expect(clippy::unused_self, reason = "a template can call methods of its frame, not functions")]
impl Frame {
    /// An amount without its unit, for tables.
    pub(super) fn figure(&self, amount_yen: impl Borrow<i64>) -> String {
        with_commas(*amount_yen.borrow())
    }

    /// Banks and branches money can be sent to.
    pub(super) fn banks(&self) -> &'static [directory::Bank] {
        directory::BANKS
    }

    /// The path of an icon, drawn in a 24 by 24 field.
    pub(super) fn icon(&self, name: &str) -> &'static str {
        match name {
            "warn" => "M12 3 1.8 20.5h20.4zM12 10v5M12 17.4v.6",
            "done" => "m4 12.5 5.5 5.5L20 6.5",
            "stop" => "M8 2h8l6 6v8l-6 6H8l-6-6V8zM8 12h8",
            "card" => "M2 5h20v14H2zM2 9.5h20M6 15h5",
            "send" => "M3 12h16M13 6l6 6-6 6",
            "swap" => "M4 8h15M15 4l4 4-4 4M20 16H5M9 12l-4 4 4 4",
            "list" => "M8 6h13M8 12h13M8 18h13M3 6h1M3 12h1M3 18h1",
            "people" => {
                "M9 11a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM2 21a7 7 0 0 1 14 0M16 4a4 4 0 0 1 0 7M18 \
                 15a7 7 0 0 1 4 6"
            }
            "book" => "M4 4h13a3 3 0 0 1 3 3v13H7a3 3 0 0 1-3-3zM8 9h8M8 13h8",
            "lock" => "M6 10V7a6 6 0 0 1 12 0v3M4.5 10h15v11h-15zM12 14.5v3",
            _ => "M2.5 12a9.5 9.5 0 1 0 19 0 9.5 9.5 0 0 0-19 0M12 11v6M12 7v.5",
        }
    }
}
