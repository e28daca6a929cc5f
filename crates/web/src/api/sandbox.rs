//! `/v1/about`, and what a sandbox has besides: a clock to turn and the mails it wrote (api.md §8).

mod outbox;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum::{Json, Router};
use sekisho_domain::client::Scope;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::method::MethodKind;
use sekisho_domain::read::{integer, object};
use serde_json::json;

use super::answer::Answer;
use super::door::{Door, Visit};
use crate::problem::Problem;
use crate::state::Web;

const PLATFORM: &[Scope] = &[Scope::Platform];
/// A year: nothing of ours reaches further.
const ADVANCE_MAX_S: i64 = 366 * 86_400;

/// What a sandbox has besides; elsewhere these paths are not there.
pub(super) fn router(sandbox: bool) -> Router<Web> {
    let about = Router::new().route("/v1/about", get(about));
    if !sandbox {
        return about;
    }
    let mails = Door::get(PLATFORM).of_platform().with_query(outbox::FILTERS);
    about
        .route("/v1/sandbox/clock", Door::post(PLATFORM).of_platform().route(turn))
        .route("/v1/sandbox/outbox", mails.route(outbox::list))
}

/// What this server is and can do; anybody may ask.
async fn about(State(web): State<Web>) -> Response {
    let features = MethodKind::ALL.map(MethodKind::as_str);
    let version = env!("CARGO_PKG_VERSION");
    let sandbox = web.sandbox.is_some();
    let body = json!({
        "version": version, "api": ["v1"], "features": features, "sandbox": sandbox,
    });
    Json(body).into_response()
}

fn read(f: &mut Fields) -> Read<u32> {
    let seconds = f.required("advance_s", integer(1..=ADVANCE_MAX_S))?;
    Ok(u32::try_from(seconds).expect("a year fits"))
}

/// Turns the clock forward. It is no use case and keeps no reply: turning twice turns twice.
async fn turn(visit: Visit) -> Result<Answer, Problem> {
    let seconds = visit.read(object(read))?;
    let sandbox = visit.web.sandbox.as_ref().ok_or_else(|| Problem::new("not_found"))?;
    Ok(Answer::ok(&json!({"clock": sandbox.advance(seconds).to_string()})))
}
