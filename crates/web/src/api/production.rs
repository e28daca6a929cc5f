//! `/v1/batches`, `/v1/dispatches` and `/v1/deliveries` (api.md §5.5): what is made, and what is on
//! its way.

mod batches;
mod deliveries;
mod dispatches;
mod files;
mod sheet;

use axum::Router;
use sekisho_app::batch;
use sekisho_app::batch::post::{self, Which};
use sekisho_app::context::Context;
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_domain::batch::{Batch, BatchState, Dispatch, DispatchState};
use sekisho_domain::client::Scope;
use sekisho_domain::id::{BatchId, DispatchId};
use sekisho_domain::proposal::Change;
use sekisho_domain::read::{object, parsed};
use serde_json::{Value, json};

use super::answer::Answer;
use super::door::{Door, Visit};
use super::page;
use super::proposals::submit;
use crate::problem::Problem;
use crate::state::Web;

const READS: &[Scope] = &[Scope::ProductionRead];
const WRITES: &[Scope] = &[Scope::ProductionWrite];
const BATCHES: &[&str] = &["state", "limit", "after", "order"];
const DISPATCHES: &[&str] = &["state", "older_than_days", "limit", "after", "order"];

pub(super) fn router() -> Router<Web> {
    let signed = Door::get(READS).making("application/jose").route(files::manifest);
    let bytes = Door::get(READS).making("application/octet-stream").route(files::read);
    let posted = Door::post(WRITES).reading(sheet::JSON_OR_CSV).route(dispatches::dispatch);
    Router::new()
        .route(
            "/v1/batches",
            Door::post(WRITES)
                .route(batches::open)
                .merge(Door::get(READS).with_query(BATCHES).route(batches)),
        )
        .route("/v1/batches/{bat}", Door::get(READS).route(one_batch))
        .route("/v1/batches/{bat}/seal", Door::post(WRITES).route(batches::seal))
        .route("/v1/batches/{bat}/reconciliation", Door::post(WRITES).route(batches::reconcile))
        .route("/v1/batches/{bat}/manifest", signed)
        .route("/v1/batches/{bat}/files", Door::get(READS).route(files::list))
        .route("/v1/batches/{bat}/files/{fil}", bytes)
        .route("/v1/batches/{bat}/dispatches", posted)
        .route("/v1/deliveries", Door::post(WRITES).reading(sheet::CSV).route(deliveries::take))
        .route("/v1/dispatches", Door::get(READS).with_query(DISPATCHES).route(dispatches))
        .route("/v1/dispatches/{dsp}/return", Door::post(WRITES).route(returned))
}

fn shown_batch(batch: &Batch) -> Value {
    let mut shown = json!({
        "id": batch.id.to_string(), "version": batch.version, "kind": batch.kind.word(),
        "state": batch.state.word(), "opened_at": batch.opened_at.to_string(),
        "counts": batch.counts, "files": batch.files,
    });
    if let Some(at) = batch.sealed_at {
        shown["sealed_at"] = at.to_string().into();
    }
    shown
}

fn shown_dispatch(dispatch: &Dispatch) -> Value {
    json!({
        "id": dispatch.id.to_string(), "state": dispatch.state.word(),
        "contract": dispatch.contract.to_string(), "order": dispatch.order.to_string(),
        "batch": dispatch.batch.to_string(), "card_number": dispatch.card_number.to_string(),
        "tracking_number": dispatch.tracking_number,
        "dispatched_on": dispatch.dispatched_on.to_string(),
    })
}

async fn batches(visit: Visit) -> Result<Answer, Problem> {
    let words: Vec<&'static str> = BatchState::ALL.iter().map(|state| state.word()).collect();
    let states = visit.query.words("state", &words)?;
    let rows =
        Rows { states, ..page::Wanted::read(&visit)?.rows(Table::Batch, visit.institution()) };
    let act = move |tx: &mut Tx, _: &mut Context| {
        page::fill::<Batch>(tx, rows.clone(), |_| true, |_| false)
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown_batch).collect(), found.next))
}

async fn one_batch(visit: Visit) -> Result<Answer, Problem> {
    let id: BatchId = visit.id("bat")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| batch::find(tx, institution, id)).await?;
    Ok(Answer::ok(&shown_batch(&found)).at(found.version))
}

async fn dispatches(visit: Visit) -> Result<Answer, Problem> {
    let words: Vec<&'static str> = DispatchState::ALL.iter().map(|state| state.word()).collect();
    let states = visit.query.words("state", &words)?;
    let days = visit.query.read_one("older_than_days", |text| text.parse::<u16>().ok())?;
    let before = days.map(|days| visit.web.now().day().plus(-i32::from(days)));
    let rows =
        Rows { states, ..page::Wanted::read(&visit)?.rows(Table::Dispatch, visit.institution()) };
    let act = move |tx: &mut Tx, _: &mut Context| {
        let old = |found: &Dispatch| before.is_none_or(|before| found.dispatched_on < before);
        page::fill::<Dispatch>(tx, rows.clone(), old, |_| false)
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown_dispatch).collect(), found.next))
}

/// `POST /v1/dispatches/{dsp}/return`²: the card that came back is void, the address in doubt.
async fn returned(visit: Visit) -> Result<Answer, Problem> {
    let scanned = visit.read(object(|f| f.required("scanned", parsed())))?;
    let dispatch: DispatchId = visit.id("dsp")?;
    let institution = visit.institution();
    let after = move |tx: &mut Tx| {
        post::find(tx, institution, Which::Dispatch(dispatch)).map(|found| shown_dispatch(&found))
    };
    submit(&visit, Change::DispatchReturn { dispatch, scanned }, after).await
}
