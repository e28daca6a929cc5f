//! Which serials a browser should hold. A phone may throw away what scripts have written, keys and
//! all, after a week without a visit; a cookie of the server stays, and so the loss is noticed.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderMap, SET_COOKIE};
use axum::response::{IntoResponse, Response};
use sekisho_domain::serial::Serial;
use serde::Deserialize;
use serde_json::json;

use super::{dress, sent_as_json};
use crate::pages::cookie::{self, Cookies};
use crate::state::Web;

/// The serials of a browser's tokens, with dots between them. They are no secrets.
const KEPT: &str = "__Host-sekisho-tokens";
/// Serials remembered for one browser.
const SERIALS_MAX: usize = 10;
/// Bytes of a request's body.
pub(super) const BODY_MAX: usize = 1_024;

/// What the app says it holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Held {
    serials: Vec<Serial>,
}

/// GET `kept`: the serials that this browser should hold.
pub(super) async fn remembered(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    if web.platform.by_slug(&slug).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let cookies = Cookies::read(&headers);
    let value = cookies.get(KEPT).unwrap_or_default();
    let serials = value.split('.').filter_map(|serial| serial.parse::<Serial>().ok());
    let serials: Vec<Serial> = serials.take(SERIALS_MAX).collect();
    let mut reply = sent_as_json(&web, "application/json", &json!({ "serials": serials }));
    dress(&web, &mut reply, "no-store");
    reply
}

/// PUT `kept`: these serials and no others.
pub(super) async fn remember(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: String,
) -> Response {
    // Another site cannot send this type without asking first, and nobody answers it.
    let json = headers.get(CONTENT_TYPE).is_some_and(|kind| kind == "application/json");
    if web.platform.by_slug(&slug).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let held = serde_json::from_str::<Held>(&body).ok();
    let Some(held) = held.filter(|held| json && held.serials.len() <= SERIALS_MAX) else {
        return StatusCode::BAD_REQUEST.into_response();
    };
    let value: Vec<&str> = held.serials.iter().map(Serial::as_str).collect();
    let cookie = if value.is_empty() {
        cookie::drop(KEPT)
    } else {
        cookie::keep(KEPT, &value.join("."), Some(cookie::DEVICE_S))
    };
    ([(SET_COOKIE, cookie)], StatusCode::NO_CONTENT).into_response()
}
