//! One picture of a question that is alive. Address and reply say nothing about which picture it
//! is.

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::Tx;
use sekisho_app::{approval, session};
use sekisho_domain::approval::{Approval, AskedBy, Mode};
use sekisho_domain::id::{ApprovalId, InstitutionId, ProcedureId, SessionId};
use sekisho_domain::method::View;

use super::approve::link;
use super::cookie::Cookies;
use super::otp;
use crate::state::Web;

/// GET `/i/{slug}/pictures/{approval}/{choice}`.
pub(crate) async fn picture(
    State(web): State<Web>,
    Path((slug, approval, choice)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Response {
    let (Some(institution), Ok(id)) = (web.platform.by_slug(&slug), approval.parse::<ApprovalId>())
    else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let institution = institution.id;
    let cookies = Cookies::read(&headers);
    let key = cookies.session();
    let traded = link::traded(&web, &cookies, id);
    let begun = otp::key(&cookies);
    let found = web
        .look(move |tx, cx| {
            let (key, begun) = (key.as_ref(), begun.as_ref());
            let by = Viewer { institution, key, traded, begun };
            look(tx, cx, id, &choice, &by)
        })
        .await;
    match found {
        Ok(Some(svg)) => drawing(svg),
        Ok(None) | Err(Error::Refused(_)) => StatusCode::NOT_FOUND.into_response(),
        Err(Error::Store(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

/// Who wants to see a picture.
struct Viewer<'a> {
    institution: InstitutionId,
    key: Option<&'a (SessionId, Vec<u8>)>,
    traded: bool,
    begun: Option<&'a (ProcedureId, Option<Vec<u8>>)>,
}

fn look(
    tx: &mut Tx,
    cx: &mut Context,
    id: ApprovalId,
    choice: &str,
    by: &Viewer,
) -> Result<Option<&'static str>, Error> {
    let approval = approval::find(tx, by.institution, id)?;
    if approval.lapsed(cx.now()) || !admitted(tx, cx, &approval, by)? {
        return Ok(None);
    }
    let Some(challenge) = approval.challenge() else {
        return Ok(None);
    };
    for (_, view) in approval::view(tx, cx, &challenge.parts)? {
        let View::ImageCard { prompts } = view else { continue };
        let mut panel = prompts.iter().flat_map(|prompt| &prompt.panel);
        if let Some(found) = panel.find(|offered| offered.choice == choice) {
            return Ok(sekisho_pictures::by_index(found.picture).map(|picture| picture.svg));
        }
    }
    Ok(None)
}

/// On our pages the browser that is asked; in direct mode the bank's page, which has no cookie of
/// ours: there the choice in the address is what nobody can guess.
fn admitted(tx: &mut Tx, cx: &Context, approval: &Approval, by: &Viewer) -> Result<bool, Error> {
    if approval.mode == Mode::Direct {
        return Ok(true);
    }
    if approval.asked_by != AskedBy::Page && !by.traded {
        return Ok(false);
    }
    let Some(wanted) = approval.session else {
        // A question of ours without a session belongs to a procedure before sign-in.
        return match by.begun {
            _ if approval.asked_by != AskedBy::Page => Ok(true),
            Some(key) => otp::asks(tx, cx, by.institution, key, approval.id),
            None => Ok(false),
        };
    };
    let Some((id, secret)) = by.key.filter(|(id, _)| *id == wanted) else { return Ok(false) };
    Ok(session::visitor(tx, cx, by.institution, *id, secret)?.is_some())
}

fn drawing(svg: &'static str) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "image/svg+xml"),
        (header::CACHE_CONTROL, "no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("cross-origin-resource-policy"), "cross-origin"),
    ];
    (headers, svg).into_response()
}
