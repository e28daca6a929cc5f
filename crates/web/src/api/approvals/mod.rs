//! Approvals (api.md §4): the heart of the API.

mod answers;
mod cancellation;
mod challenge;
mod consumption;
mod list;
mod parts;
mod receipt;
mod request;
mod show;
mod standing;

use axum::Router;
use sekisho_domain::client::Scope;

use super::door::Door;
use crate::state::Web;

const ASKS: &[Scope] = &[Scope::ApprovalsWrite];
const READS: &[Scope] = &[Scope::ApprovalsRead, Scope::ApprovalsWrite];
const ANSWERS: &[Scope] = &[Scope::ApprovalsAnswer];
const CONSUMES: &[Scope] = &[Scope::ApprovalsConsume];
const LISTS: &[Scope] = &[Scope::ApprovalsRead];

const FILTERS: &[&str] = &[
    "contract",
    "state",
    "reference",
    "created_from",
    "created_before",
    "limit",
    "after",
    "order",
];

pub(super) fn router() -> Router<Web> {
    let all = Door::post(ASKS).route(request::request);
    let all = all.merge(Door::get(LISTS).with_query(FILTERS).route(list::list));
    let challenge = Door::post(ANSWERS).or_empty().route(challenge::open);
    let challenge = challenge.merge(Door::get(ANSWERS).route(challenge::again));
    let consumption = Door::post(CONSUMES).route(consumption::consume);
    let consumption = consumption.merge(Door::get(CONSUMES).route(consumption::look));
    Router::new()
        .route("/v1/approvals", all)
        .route("/v1/approvals/{apr}", Door::get(READS).route(show::show))
        .route("/v1/approvals/{apr}/challenge", challenge)
        .route("/v1/approvals/{apr}/answers", Door::post(ANSWERS).route(answers::answer))
        .route("/v1/approvals/{apr}/cancellation", Door::post(ASKS).route(cancellation::cancel))
        .route("/v1/approvals/{apr}/consumption", consumption)
}
