//! A bank signs its customer out of sekisho too (OpenID Connect RP-Initiated Logout 1.0).

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_app::{client, session};
use sekisho_domain::client::Client;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ClientId, SessionId};
use sekisho_domain::session::{Session, SessionEnd};

use super::request::Params;
use crate::oauth::jwt::{Jwk, Statement};
use crate::pages::around::pairs;
use crate::pages::detour::{Detour, Page};
use crate::pages::guest::Guest;
use crate::pages::{issuer, sign_out};

/// GET: the request in the query.
pub(super) async fn get(guest: Guest, RawQuery(query): RawQuery) -> Page {
    leave(&guest, &Params::new(pairs(&query.unwrap_or_default()))).await
}

/// POST: the request as a form.
pub(super) async fn post(guest: Guest, body: Bytes) -> Page {
    let text = std::str::from_utf8(&body);
    let text = text.map_err(|_| Detour::CannotOpen(StatusCode::BAD_REQUEST))?;
    leave(&guest, &Params::new(pairs(text))).await
}

/// Ends the session an ID token of ours names. Without one nothing is ended: the customer is led to
/// a page with the button for it.
async fn leave(guest: &Guest, params: &Params) -> Page {
    let hint = match params.one("id_token_hint") {
        Some(hint) => read(guest, hint).await?,
        None => None,
    };
    let Some((client, sid)) = hint else {
        let page = if guest.session().is_some() { "overview" } else { "signed_out" };
        return Ok(guest.go(&guest.around.at(page)));
    };
    let institution = guest.institution();
    let end = move |tx: &mut Tx, cx: &mut Context| {
        let ours = tx.load::<Session>(&sid)?.is_some_and(|s| s.institution == institution);
        if ours {
            session::end(tx, cx, sid, SessionEnd::SignedOut)?;
        }
        client::find(tx, client)
    };
    let client = guest.web.run(Actor::Client(client), end).await?;
    let target = target(params, &client).unwrap_or_else(|| guest.around.at("signed_out"));
    let mut reply = guest.go(&target);
    if guest.session().is_none_or(|own| own == sid) {
        sign_out::clear(&mut reply);
    }
    Ok(reply)
}

/// One of the client's registered addresses, with `state`; no other.
fn target(params: &Params, client: &Client) -> Option<String> {
    let wanted = params.one("post_logout_redirect_uri")?;
    let known = client.post_logout_uris.iter().any(|uri| uri == wanted);
    let state = params.one("state").map(|state| {
        let mark = if wanted.contains('?') { '&' } else { '?' };
        let pair =
            form_urlencoded::Serializer::new(String::new()).append_pair("state", state).finish();
        format!("{mark}{pair}")
    });
    known.then(|| format!("{wanted}{}", state.unwrap_or_default()))
}

/// For whom and about which session an ID token is, if we signed it; its age does not matter here.
async fn read(guest: &Guest, hint: &str) -> Result<Option<(ClientId, SessionId)>, Detour> {
    let key = guest.web.issuer_key(guest.institution()).await?;
    let Some(statement) = Statement::parse(hint) else { return Ok(None) };
    let iss = issuer(&guest.web, &guest.around);
    if !statement.signed_by(&Jwk::new(&key.jwk)) || statement.text("iss") != Some(iss.as_str()) {
        return Ok(None);
    }
    let client = statement.text("aud").and_then(|aud| aud.parse().ok());
    Ok(client.zip(statement.text("sid").and_then(|sid| sid.parse().ok())))
}
