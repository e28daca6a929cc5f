//! What pages are made of and what says nothing about anybody: style, scripts, sample pictures,
//! problem pages.

use askama::Template as _;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;

use super::cookie::{self, Cookies};
use super::headers;
use crate::assets::find;
use crate::brand::Brand;
use crate::screen::problem::{PlainFrame, Problem, ProblemPage};
use crate::state::Web;
use crate::text::Lang;

/// GET `/assets/{file}`: the name changes with the content, so it may be kept for a year.
pub(crate) async fn file(Path(file): Path<String>) -> Response {
    match find(&file) {
        Some(asset) => kept(asset.content_type, asset.bytes),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// GET `/assets/pictures/{id}.svg`: a picture of the set, for the sample card.
pub(crate) async fn sample(Path(file): Path<String>) -> Response {
    match file.strip_suffix(".svg").and_then(sekisho_pictures::by_id) {
        Some(picture) => kept("image/svg+xml", picture.svg.as_bytes().into()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn kept(content_type: &'static str, bytes: std::borrow::Cow<'static, [u8]>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, bytes).into_response()
}

/// GET `/i/{slug}/brand.css`: the institution's colours; unreadable ones were refused when they
/// were saved, and what slipped through is shown in ours.
pub(crate) async fn brand(State(web): State<Web>, Path(slug): Path<String>) -> Response {
    let Some(institution) = web.platform.by_slug(&slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let css = Brand::of(&institution.brand).and_then(|brand| brand.css().ok());
    let css = css.unwrap_or_default();
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    (headers, css).into_response()
}

/// The query of a page without an institution.
#[derive(Deserialize)]
pub(crate) struct Asked {
    lang: Option<String>,
}

/// GET `/problems/{code}`.
pub(crate) async fn problem(
    State(web): State<Web>,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
) -> Response {
    let Some(problem) = Problem::of(&code) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let cookies = Cookies::read(&headers);
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    let lang = Lang::choose(asked.lang.as_deref(), cookies.get(cookie::LANG), accept);
    let frame = PlainFrame::new(lang, &format!("/problems/{code}"));
    let html = ProblemPage { frame, problem }.render();
    let html = html.expect("a screen renders whatever it is filled with");
    let mut reply = Html(html).into_response();
    headers::dress(&web, &mut reply, &[]);
    reply
}
