//! What stands around every page: no form from elsewhere is read, no question is drawn before
//! somebody looks, and what went wrong is told on a page.

use askama::Template as _;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};

use super::around::Around;
use super::detour::{Detour, Notice};
use super::headers;
use crate::guard::Visitor;
use crate::limits;
use crate::screen::error::{Fault, FaultPage, PlainFaultPage};
use crate::screen::problem::PlainFrame;
use crate::screen::sign_in::CannotOpen;
use crate::state::Web;
use crate::text::Lang;

/// Below an institution's address, but no page.
pub(crate) async fn nothing_here() -> Detour {
    Detour::Fault(Fault::NotFound)
}

/// Refuses forms that another site has sent; the hidden field is the second lock on the same door.
pub(crate) async fn own_forms(State(web): State<Web>, request: Request, next: Next) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    if !harmless && !from_our_pages(&web, request.headers()) {
        return Detour::CannotOpen(StatusCode::FORBIDDEN).into_response();
    }
    next.run(request).await
}

/// Refuses forms of a source that sends too many: passwords are not guessed by the thousand.
pub(crate) async fn not_too_often(
    State(web): State<Web>,
    request: Request,
    next: Next,
) -> Response {
    let harmless = matches!(*request.method(), Method::GET | Method::HEAD);
    let visitor = request.extensions().get::<Visitor>().filter(|_| !harmless);
    let too_often = visitor.is_some_and(|visitor| {
        let source = limits::source(visitor.address);
        web.quotas.source.take(source, web.now()).wait_s.is_some()
    });
    if too_often {
        return Detour::Fault(Fault::TooMany).into_response();
    }
    next.run(request).await
}

/// Browsers say where a form came from; who says nothing is no browser and has no cookie to abuse.
fn from_our_pages(web: &Web, headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    match text(ORIGIN.as_str()) {
        Some(origin) => {
            let host = text(HOST.as_str()).unwrap_or_default();
            origin == web.public_url || origin == format!("https://{host}")
        }
        None => true,
    }
}

/// Refuses prefetching and prerendering: what is shown is spent, and nobody is looking yet
/// (domain.md §4.5).
pub(crate) async fn only_when_looked_at(request: Request, next: Next) -> Response {
    let ahead = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        let value = request.headers().get(*name).and_then(|value| value.to_str().ok());
        value.is_some_and(|purpose| purpose.contains("prefetch") || purpose.contains("prerender"))
    });
    // A router answers HEAD as it answers GET, but nobody sees what is drawn.
    if ahead || *request.method() == Method::HEAD {
        return Detour::Fault(Fault::Unavailable).into_response();
    }
    next.run(request).await
}

/// Makes the pages about what went wrong.
pub(crate) async fn faults(State(web): State<Web>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let around = Around::of(&web, &parts);
    let path = parts.uri.path().to_owned();
    let id = parts.extensions.get::<Visitor>().map(|visitor| visitor.request.to_string());
    let reply = next.run(Request::from_parts(parts, body)).await;
    let Some(notice) = reply.extensions().get::<Notice>().copied().or_else(|| unnoticed(&reply))
    else {
        return reply;
    };
    let html = match (around, notice) {
        (None, Notice::Fault(fault)) => plain(&path, fault, id),
        (None, Notice::CannotOpen) => plain(&path, Fault::NotFound, id),
        (Some(around), Notice::Fault(fault)) => {
            FaultPage { frame: around.frame(""), fault, request_id: id }.render()
        }
        (Some(around), Notice::CannotOpen) => CannotOpen { frame: around.frame("") }.render(),
    };
    let html = html.expect("a screen renders whatever it is filled with");
    let mut page = (reply.status(), Html(html)).into_response();
    headers::dress(&web, &mut page, &[]);
    page.extensions_mut().extend(reply.extensions().clone());
    page
}

/// Replies of the router itself, which have no words.
fn unnoticed(reply: &Response) -> Option<Notice> {
    match reply.status() {
        StatusCode::METHOD_NOT_ALLOWED => Some(Notice::Fault(Fault::NotFound)),
        StatusCode::BAD_REQUEST => Some(Notice::CannotOpen),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Notice::Fault(Fault::TooLarge)),
        _ => None,
    }
}

fn plain(path: &str, fault: Fault, request_id: Option<String>) -> askama::Result<String> {
    PlainFaultPage { frame: PlainFrame::new(Lang::Ja, path), fault, request_id }.render()
}
