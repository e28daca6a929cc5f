//! The JSON API (api.md): how it is asked, and what it answers.
//!
//! Each endpoint is a line of a router: a [`Door`](door::Door), which says who may come in with
//! what, and a function of a [`Visit`](door::Visit), which finds everything about the request read
//! and judged already. The order of the checks (§1.9) stands in [`door`] alone.

pub(crate) mod access;
pub(crate) mod answer;
mod approvals;
mod audit;
mod cards;
mod contracts;
pub(crate) mod counts;
mod cursor;
pub(crate) mod door;
mod jobs;
pub(crate) mod key;
pub(crate) mod media;
mod page;
mod production;
mod proposals;
mod query;
mod sandbox;
mod tokens;
pub(crate) mod told;
mod wait;

use axum::Router;

use crate::guard::Visitor;
use crate::problem::Problem;
use crate::state::Web;

/// Everything below `/v1`.
pub fn router(sandbox: bool) -> Router<Web> {
    approvals::router()
        .merge(contracts::router())
        .merge(cards::router())
        .merge(tokens::router())
        .merge(proposals::router())
        .merge(audit::router())
        .merge(production::router())
        .merge(jobs::router())
        .merge(sandbox::router(sandbox))
}

/// What is not there.
pub async fn missing(
    axum::extract::State(web): axum::extract::State<Web>,
    axum::Extension(visitor): axum::Extension<Visitor>,
) -> axum::response::Response {
    visitor.tell(Problem::new("not_found"), &web)
}

/// What is there, but not by this method; the router adds `Allow`.
pub async fn other_method(
    axum::extract::State(web): axum::extract::State<Web>,
    axum::Extension(visitor): axum::Extension<Visitor>,
) -> axum::response::Response {
    visitor.tell(Problem::new("method_not_allowed"), &web)
}
