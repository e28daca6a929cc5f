//! The customer's inbox: what was told him, and whether he has seen it (api.md §5.4).

use axum::Router;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::inbox;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_domain::fields::Fields;
use sekisho_domain::id::{InstitutionId, NoticeId};
use sekisho_domain::institution::Institution;
use sekisho_domain::notice::PostedNotice;
use sekisho_domain::read::object;
use sekisho_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::{READS, WRITES, listed};
use crate::api::answer::Answer;
use crate::api::door::{Door, Visit};
use crate::api::page;
use crate::mail;
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

const FILTERS: &[&str] = &["limit", "after", "order"];

pub(super) fn router() -> Router<Web> {
    let of_contract = Door::get(READS).with_query(FILTERS).route(list);
    Router::new()
        .route("/v1/contracts/{ctr}/notices", of_contract)
        .route("/v1/notices/{ntc}/read", Door::post(WRITES).or_empty().route(read))
}

/// A notice in the words of the inbox.
fn shown(notice: &PostedNotice, home: &Institution, lang: Lang) -> Value {
    let words = mail::inbox_text(notice, home, lang);
    let row = |row: &mail::Row| json!({"label": row.label, "lines": row.lines});
    let mut shown = json!({
        "id": notice.id.to_string(), "contract": notice.contract.to_string(),
        "number": mail::short_id(notice.id), "kind": notice.kind, "at": notice.at.to_string(),
        "title": words.title, "text": words.paragraphs,
        "rows": words.rows.iter().map(row).collect::<Vec<_>>(),
    });
    if let Some(at) = notice.read_at {
        shown["read_at"] = at.to_string().into();
    }
    shown
}

async fn list(visit: Visit) -> Result<Answer, Problem> {
    let found = listed::<PostedNotice>(&visit).await?;
    let home = visit.home();
    let items = found.items.iter().map(|notice| shown(notice, &home, visit.lang())).collect();
    Ok(page::answer(&visit, items, found.next))
}

fn found(tx: &mut Tx, institution: InstitutionId, id: NoticeId) -> Result<PostedNotice, Error> {
    let found = tx.load::<PostedNotice>(&id)?.filter(|notice| notice.institution == institution);
    found.ok_or_else(|| Refusal::NotFound.into())
}

/// `…/read`: the customer has seen it in the bank's own pages; the first time counts.
async fn read(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(|_: &mut Fields| Ok(())))?;
    let id: NoticeId = visit.id("ntc")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let contract = found(tx, institution, id)?.contract;
            inbox::open(tx, cx, contract, id)
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    let body = shown(&kept.outcome, &visit.home(), visit.lang());
    Ok(Answer::ok(&body).replayed(kept.replayed))
}
