//! お知らせ: every mail again, where nobody can forge it.

use askama::Template;
use sekisho_domain::time::Timestamp;

use super::troubles::Troubles;
use crate::frame::Frame;

/// One line of the inbox.
#[derive(Clone, Debug)]
pub struct NoticeLine {
    /// Address of the notice.
    pub url: String,
    /// When it was sent.
    pub at: Timestamp,
    /// The subject of the mail.
    pub subject: String,
    /// Not opened yet.
    pub unread: bool,
}

/// The inbox, newest first. Form to the page's own path: `number`, the short number in a mail.
#[derive(Template)]
#[template(path = "notices.html")]
pub struct Notices {
    /// Around it.
    pub frame: Frame,
    /// The lines of this page.
    pub lines: Vec<NoticeLine>,
    /// Where mail goes, masked.
    pub mail_hint: Option<String>,
    /// Address of the newer page.
    pub newer_url: Option<String>,
    /// Address of the older page.
    pub older_url: Option<String>,
    /// Whether the number just typed names no notice.
    pub unknown: bool,
}

impl Notices {
    /// The sentences about the number that was typed.
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        if self.unknown { none.and_at("number", self.frame.t("verify-unknown")) } else { none }
    }
}

/// One notice.
#[derive(Template)]
#[template(path = "notice.html")]
pub struct NoticePage {
    /// Around it.
    pub frame: Frame,
    /// The subject of the mail.
    pub subject: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Where it was sent, masked.
    pub sent_to: Vec<String>,
    /// The text of the mail, line by line as it was sent.
    pub body: String,
}
