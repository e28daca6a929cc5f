//! The mails that tell customers of notices, and the same words for the inbox.
//!
//! A mail is plain text and simple HTML of the same [`Sheet`], without links, pictures or
//! attachments (domain.md §2.10): what looks like ours and has a link is then not ours. Each shows
//! the short number of its notice, so that the customer can find it again in the inbox, where
//! nobody can forge it, and the stop code, which can do nothing but stop.

mod kind;
mod plain;
mod rows;
mod sheet;

use askama::Template;
use sekisho_domain::contract::Contract;
use sekisho_domain::id::NoticeId;
use sekisho_domain::institution::{Institution, Words};
use sekisho_domain::notice::PostedNotice;

use crate::text::{Lang, Texts};

pub use rows::Row;
use sheet::{Part, Sheet};

/// To whom a mail goes.
#[derive(Clone, Copy, Debug)]
pub struct Recipient<'a> {
    /// The contract told.
    pub contract: &'a Contract,
    /// Its institution, which speaks.
    pub institution: &'a Institution,
    /// The contract's stop code (`Platform::stop_code`).
    pub stop_code: &'a str,
}

/// A mail, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mail {
    /// One line, with the institution's name in front.
    pub subject: String,
    /// The plain text; Japanese lines are at most 20 full-width characters, English ones 64
    /// columns.
    pub text: String,
    /// The same as HTML, without links, pictures and styles.
    pub html: String,
}

/// A notice as the inbox shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboxText {
    /// What happened, in a line.
    pub title: String,
    /// What happened and what to do now.
    pub paragraphs: Vec<String>,
    /// The facts.
    pub rows: Vec<Row>,
}

/// The mail that tells of `notice`.
pub fn render(notice: &PostedNotice, to: Recipient, lang: Lang) -> Mail {
    let texts = texts(notice, to.institution, lang);
    let title = texts.t(kind::key(notice.kind));
    let subject = match notice.facts.get("reference_code").and_then(|code| code.as_str()) {
        Some(code) => texts.with("mail-subject-code", &[("title", title.as_str()), ("code", code)]),
        None => texts.with("mail-subject", &[("title", title.as_str())]),
    };
    let sheet = sheet(notice, to, &texts);
    let page = Page { title, sheet: &sheet };
    let html = page.render().expect("a page of strings can be written");
    Mail { subject, text: plain::text(&sheet), html }
}

/// The same for the inbox, where a customer reads it after signing in.
pub fn inbox_text(notice: &PostedNotice, institution: &Institution, lang: Lang) -> InboxText {
    let texts = texts(notice, institution, lang);
    let body = texts.t(&format!("{}.text", kind::key(notice.kind)));
    InboxText {
        title: texts.t(kind::key(notice.kind)),
        paragraphs: sheet::paragraphs(&body).iter().map(|lines| joined(lines, lang)).collect(),
        rows: rows::of(notice, &texts),
    }
}

/// The number of a notice as mail and inbox show it: eight letters of its id, `3R7K-9X2M`.
pub fn short_id(id: NoticeId) -> String {
    let text = id.to_string().to_ascii_uppercase();
    let (_, last) = text.split_at(text.len() - 8);
    let (first, second) = last.split_at(4);
    format!("{first}-{second}")
}

fn sheet(notice: &PostedNotice, to: Recipient, texts: &Texts) -> Sheet {
    let addressee = texts.with("mail-to", &[("name", &to.contract.person.name)]);
    let mut sheet = Sheet { lang: texts.lang(), to: addressee, parts: Vec::new() };
    sheet.paragraphs(&texts.t(&format!("{}.text", kind::key(notice.kind))));
    sheet.parts.push(Part::Rows(rows::of(notice, texts)));
    let help = if kind::alarms(notice.kind) { "mail-unknown" } else { "mail-question" };
    sheet.section(texts, help);
    if kind::can_be_stopped(notice.kind) {
        let text = texts.with("mail-stop.text", &[("stop_code", to.stop_code)]);
        sheet.heading(texts.t("mail-stop"));
        sheet.paragraphs(&text);
    }
    sheet.section(texts, "mail-about");
    let sender = texts.t("mail-from").lines().map(str::to_owned).collect();
    sheet.parts.push(Part::Paragraph(sender));
    sheet
}

/// The messages with the institution's words and the facts that stand within sentences.
fn texts(notice: &PostedNotice, institution: &Institution, lang: Lang) -> Texts {
    let say = |words: &Words| match lang {
        Lang::Ja => words.ja.clone(),
        Lang::En => words.en.clone(),
    };
    let contact = &institution.contact;
    let failures = notice.facts.get("failures").map_or_else(String::new, ToString::to_string);
    Texts::new(
        lang,
        vec![
            ("institution", say(&institution.name)),
            ("our", say(&institution.itself)),
            ("desk", say(&contact.desk)),
            ("phone", contact.phone.clone()),
            ("loss_phone", contact.loss_phone.clone()),
            ("hours", say(&contact.hours)),
            ("notice", short_id(notice.id)),
            ("failures", failures),
        ],
    )
}

/// Lines as one running text: Japanese without, English with spaces between.
fn joined(lines: &[String], lang: Lang) -> String {
    lines.join(if lang == Lang::Ja { "" } else { " " })
}

/// The HTML form.
#[derive(Template)]
#[template(path = "mail/notice.html")]
struct Page<'a> {
    title: String,
    sheet: &'a Sheet,
}
