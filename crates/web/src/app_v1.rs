//! The doors of the token app (api.md §6), below `/i/{slug}/app/v1/`: for anybody, in the form of
//! the JSON API.
//!
//! An app is nobody's client. It proves itself by what it has derived, and later by the key of its
//! installation; no other site may call in its name, for a browser asks first and gets no yes (no
//! CORS).

mod confirmation;
mod door;
mod registrations;
mod token;

use axum::Router;
use axum::routing::any;
use sekisho_domain::time::Timestamp;
use serde::Serialize;

use crate::api;
use crate::api::answer::Answer;
use crate::api::told::Told;
use crate::problem::Problem;
use crate::state::Web;
use door::{Call, Door};

/// Everything below `/i/{slug}/app/v1/`.
pub fn router() -> Router<Web> {
    const BASE: &str = "/i/{slug}/app/v1";
    let at = |path: &str| format!("{BASE}/{path}");
    let confirm = Door::post().route(confirmation::confirm);
    Router::new()
        .route(&at("registrations"), Door::post().route(registrations::register))
        .route(&at("registrations/{reg}/confirmation"), confirm)
        .route(&at("clock"), Door::get().route(clock))
        .route(&at("token"), Door::get().route(token::show))
        .route(&at("{*rest}"), any(api::missing))
}

#[derive(Serialize)]
struct Clock {
    clock: Told<Timestamp>,
}

/// `GET clock`: for an app that would know how wrong its own is (E-13).
async fn clock(call: Call) -> Result<Answer, Problem> {
    Ok(Answer::ok(&Clock { clock: Told(call.web.now()) }))
}
