//! The claims of a customer once more, for the access token of a sign-in (OpenID Connect Core
//! §5.3).

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sekisho_app::{code, overview};
use serde_json::Value;

use super::claims;
use crate::state::Web;

/// GET or POST `/i/{slug}/userinfo`.
pub(super) async fn tell(
    State(web): State<Web>,
    Path(slug): Path<String>,
    headers: HeaderMap,
) -> Response {
    let bearer = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let bearer = bearer.and_then(|value| value.split_once(' '));
    let shown = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let (Some(institution), Some((_, shown))) = (web.platform.by_slug(&slug), shown) else {
        return refused("Bearer realm=\"sekisho\"");
    };
    let (id, shown) = (institution.id, shown.trim().to_owned());
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let Some((access, session)) = code::claims(tx, cx, id, &shown)? else { return Ok(None) };
        let has = overview::of_contract(tx, cx, access.contract)?;
        Ok(Some(claims::of_customer(&access.scopes, &session, &has)))
    };
    match web.look(look).await {
        Ok(Some(claims)) => {
            let kind = [(header::CONTENT_TYPE, "application/json")];
            (kind, Value::Object(claims).to_string()).into_response()
        }
        Ok(None) => refused("Bearer realm=\"sekisho\", error=\"invalid_token\""),
        Err(_) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn refused(challenge: &'static str) -> Response {
    (StatusCode::UNAUTHORIZED, [(header::WWW_AUTHENTICATE, challenge)]).into_response()
}
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
