//! お知らせ: every mail again, where nobody can forge it.

use axum::extract::{Path, Query};
use sekisho_app::context::Context;
use sekisho_app::inbox;
use sekisho_app::tx::Tx;
use sekisho_domain::id::NoticeId;
use serde::Deserialize;

use super::detour::{Detour, Page};
use super::guest::Customer;
use super::sent::Sent;
use super::words;
use crate::mail::{InboxText, inbox_text, short_id};
use crate::screen::error::Fault;
use crate::screen::notices::{NoticeLine, NoticePage, Notices};

/// Notices on a page.
const LINES: u32 = 20;

/// The query of the inbox.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Begins after this notice.
    from: Option<String>,
    /// The number just typed names no notice.
    unknown: Option<String>,
}

/// GET: the inbox.
pub(crate) async fn list(customer: Customer, Query(asked): Query<Asked>) -> Page {
    let id = customer.contract.id;
    let before = asked.from.as_deref().and_then(|from| from.parse::<NoticeId>().ok());
    let look = move |tx: &mut Tx, _: &mut Context| inbox::page(tx, id, before, LINES + 1);
    let mut notices = customer.web.look(look).await?;
    let at = |id: NoticeId| customer.around.at(&format!("notices/{id}"));
    let more = notices.len() > LINES as usize;
    notices.truncate(LINES as usize);
    let older = notices.last().filter(|_| more).map(|last| last.id);
    let (institution, lang) = (&customer.around.institution, customer.around.lang);
    let lines = notices.iter().map(|notice| NoticeLine {
        url: at(notice.id),
        at: notice.at,
        subject: inbox_text(notice, institution, lang).title,
        unread: notice.read_at.is_none(),
    });
    Ok(customer.show(&Notices {
        frame: customer.frame(),
        lines: lines.collect(),
        mail_hint: words::mail_hint(&customer.contract.person.mails),
        newer_url: before.map(|_| customer.around.at("notices")),
        older_url: older.map(|last| customer.around.at(&format!("notices?from={last}"))),
        unknown: asked.unknown.is_some(),
    }))
}

/// POST: leads to the notice whose short number stands in a mail: what is not there is not ours.
pub(crate) async fn find(customer: Customer, sent: Sent) -> Page {
    let (id, number) = (customer.contract.id, sent.text("number").to_owned());
    let look = move |tx: &mut Tx, _: &mut Context| inbox::by_code(tx, id, &number);
    let page = match customer.web.look(look).await? {
        Some(notice) => format!("notices/{}", notice.id),
        None => "notices?unknown=1".to_owned(),
    };
    Ok(customer.go(&customer.around.at(&page)))
}

/// GET: one notice; it counts as read.
pub(crate) async fn one(customer: Customer, Path((_, id)): Path<(String, String)>) -> Page {
    let id = id.parse::<NoticeId>().map_err(|_| Detour::Fault(Fault::NotFound))?;
    let contract = customer.contract.id;
    let open = move |tx: &mut Tx, cx: &mut Context| inbox::open(tx, cx, contract, id);
    let notice = customer.web.run(customer.actor(), open).await?;
    let frame = customer.frame();
    let text = inbox_text(&notice, &customer.around.institution, customer.around.lang);
    let body = letter(&text, &frame.with("notice-number", &[("number", short_id(id))]));
    let told = customer.contract.person.mails.iter().chain(&notice.also_to);
    Ok(customer.show(&NoticePage {
        subject: text.title,
        at: notice.at,
        sent_to: told.map(|mail| words::masked(mail)).collect(),
        body,
        frame,
    }))
}

/// The words of a notice as running text: paragraphs, facts, and the number that is printed in the
/// mail too.
fn letter(text: &InboxText, number: &str) -> String {
    let mut parts = text.paragraphs.clone();
    let rows = text.rows.iter().map(|row| format!("{}：{}", row.label, row.lines.join(" ")));
    parts.push(rows.collect::<Vec<_>>().join("\n"));
    parts.push(number.to_owned());
    parts.retain(|part| !part.is_empty());
    parts.join("\n\n")
}
