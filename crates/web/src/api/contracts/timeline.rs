//! `GET /v1/contracts/{ctr}/timeline`: what happened at a contract, newest first.

use sekisho_app::context::Context;
use sekisho_app::tx::{EventQuery, KeptEvent, Order, StoreError, Tx};
use sekisho_app::{contract, log};
use sekisho_domain::id::ContractId;
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::page;
use crate::problem::Problem;

pub(super) const FILTERS: &[&str] = &["view", "limit", "after"];

/// Who is to read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum View {
    /// Everything, as it stands in the audit log.
    Staff,
    /// What a customer is shown; of who acted, only what he was.
    Customer,
}

pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let view = match visit.query.one("view")? {
        None | Some("staff") => View::Staff,
        Some("customer") => View::Customer,
        Some(_) => return Err(Problem::parameter("view", "enum")),
    };
    let wanted = page::Wanted::read(&visit)?;
    let place = |text: String| text.parse().map_err(|_| Problem::new("invalid_cursor"));
    let after: Option<i64> = wanted.after.map(place).transpose()?;
    let id: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let kinds = if view == View::Customer { log::SHOWN } else { &[] };
    let rows = EventQuery {
        institution: Some(institution.to_string()),
        contract: Some(id.to_string()),
        kinds: kinds.iter().map(|&kind| kind.to_owned()).collect(),
        after,
        order: Order::NewestFirst,
        limit: wanted.limit + 1,
        ..EventQuery::default()
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        contract::find(tx, institution, id)?;
        let mut found = tx.events(&rows)?;
        let more = found.len() > wanted.limit as usize;
        found.truncate(wanted.limit as usize);
        let next = found.last().filter(|_| more).map(|last| last.seq.to_string());
        let shown = found.iter().map(|event| shown(event, view)).collect::<Result<Vec<_>, _>>()?;
        Ok((shown, next))
    };
    let (items, next) = visit.web.look(act).await?;
    Ok(page::answer(&visit, items, next))
}

fn shown(event: &KeptEvent, view: View) -> Result<Value, StoreError> {
    let corrupt = |error| StoreError::Corrupt(format!("event {}: {error}", event.id));
    let mut body: Value = serde_json::from_str(&event.body).map_err(corrupt)?;
    if view == View::Customer {
        body["actor"] = json!({"kind": body["actor"]["kind"]});
    }
    Ok(body)
}
