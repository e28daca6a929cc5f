//! A code is traded at the token endpoint (OpenID Connect Core §3.1.3).

use axum::http::header;
use axum::response::{IntoResponse as _, Response};
use sekisho_app::code::{self, Given, Redeem, Redeemed};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::overview::{self, Overview};
use sekisho_app::tx::Tx;
use sekisho_domain::event::Actor;
use serde_json::json;

use super::claims::{self, Statement};
use crate::oauth::{Caller, Form, OAuthFault, jwt};
use crate::state::Web;

/// Answers `grant_type=authorization_code` of a client that has proven itself.
pub(crate) async fn redeem(
    web: &Web,
    form: &Form,
    caller: Caller,
    issuer: &str,
) -> Result<Response, OAuthFault> {
    let need = |name: &'static str, what: &'static str| {
        form.one(name).map(str::to_owned).ok_or(OAuthFault::InvalidRequest(what))
    };
    let shown = Redeem {
        client: caller.client.id,
        code: need("code", "code is missing")?,
        redirect_uri: need("redirect_uri", "redirect_uri is missing")?,
        verifier: need("code_verifier", "code_verifier is missing")?,
    };
    let client = caller.client.id.to_string();
    let actor = Actor::Client(caller.client.id);
    let trade = move |tx: &mut Tx, cx: &mut Context| {
        caller.spend(tx, cx)?;
        match code::redeem(tx, cx, &shown) {
            Ok(Redeemed::Once(given)) => {
                let has = overview::of_contract(tx, cx, given.code.contract)?;
                Ok(Some((given, has)))
            }
            Ok(Redeemed::Again) | Err(Error::Refused(_)) => Ok(None),
            Err(error) => Err(error),
        }
    };
    let traded = web.run(actor, trade).await?;
    let (given, has) = traded.ok_or(OAuthFault::InvalidGrant)?;
    reply(web, issuer, &client, &given, &has).await
}

async fn reply(
    web: &Web,
    issuer: &str,
    client: &str,
    given: &Given,
    has: &Overview,
) -> Result<Response, OAuthFault> {
    let now = web.now();
    let key = web.issuer_key(given.code.institution).await.map_err(|_| OAuthFault::Unavailable)?;
    let about = Statement {
        issuer,
        client,
        nonce: given.code.nonce.as_deref(),
        access_token: &given.access_token,
        now,
    };
    let claims = claims::id_token(&about, &given.code.scopes, &given.session, has);
    let header = json!({"alg": "ES256", "kid": key.kid, "typ": "JWT"});
    let scope = given.code.scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let body = json!({
        "access_token": given.access_token,
        "token_type": "Bearer",
        "expires_in": given.until.seconds_since(now),
        "id_token": jwt::sign(&key.key, &header, &claims),
        "scope": scope,
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body.to_string()).into_response())
}
