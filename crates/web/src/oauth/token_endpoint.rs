//! The token endpoint and its opposite: access tokens are given and taken back (RFC 6749, RFC
//! 7009).

use std::collections::BTreeSet;

use axum::body::Bytes;
use axum::extract::{Extension, Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse as _, Response};
use sekisho_app::context::Context;
use sekisho_app::grant::{self, ACCESS_LIFE_S, Bound};
use sekisho_app::tx::Tx;
use sekisho_domain::client::{Client, Profile};
use sekisho_domain::event::Actor;
use sekisho_domain::id::InstitutionId;
use serde_json::json;

use super::client_proof::{Caller, prove};
use super::dpop::{self, About, Unproven};
use super::fault::OAuthFault;
use crate::guard::Visitor;
use crate::limits;
use crate::state::Web;

/// The slug under which clients of the platform itself are known.
const PLATFORM: &str = "platform";

/// A posted form; no parameter stands twice.
pub struct Form(Vec<(String, String)>);

impl Form {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(headers: &HeaderMap, body: &[u8]) -> Result<Self, OAuthFault> {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let kind = kind.and_then(|kind| kind.split(';').next()).unwrap_or_default().trim();
        if !kind.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err(OAuthFault::InvalidRequest("the body is a form"));
        }
        let mut pairs: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(body) {
            if pairs.iter().any(|(known, _)| *known == name) {
                return Err(OAuthFault::InvalidRequest("a parameter stands twice"));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(pairs))
    }

    /// The value of a parameter; an empty one counts as absent (RFC 6749 §3.2).
    pub fn one(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(sent, value)| sent == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }
}

/// `POST /i/{slug}/token`
pub(super) async fn give(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match give_to(&web, &visitor, &slug, &headers, &body).await {
        Ok(given) => given,
        Err(fault) => fault.into_response(),
    }
}

async fn give_to(
    web: &Web,
    visitor: &Visitor,
    slug: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, OAuthFault> {
    let (home, issuer) = enter(web, visitor, slug)?;
    let form = Form::read(headers, body)?;
    let caller = prove(web, visitor, headers, &form, (home, &issuer)).await?;
    if let Some(wait_s) = web.quotas.token_endpoint.take(caller.client.id, web.now()).wait_s {
        return Err(OAuthFault::TooMany(wait_s));
    }
    match form.one("grant_type") {
        Some("client_credentials") => {
            let url = format!("{issuer}/token");
            client_credentials(web, headers, &form, caller, &url).await
        }
        Some("authorization_code") => crate::oidc::redeem(web, &form, caller, &issuer).await,
        Some(_) => Err(OAuthFault::UnsupportedGrantType),
        None => Err(OAuthFault::InvalidRequest("grant_type is missing")),
    }
}

async fn client_credentials(
    web: &Web,
    headers: &HeaderMap,
    form: &Form,
    caller: Caller,
    url: &str,
) -> Result<Response, OAuthFault> {
    let scopes = scopes(&caller.client, form.one("scope"))?;
    let bound = bound(web, headers, &caller, url)?;
    let kind = if matches!(bound, Bound::Key(_)) { "DPoP" } else { "Bearer" };
    let scope = scopes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
    let actor = Actor::Client(caller.client.id);
    let give = move |tx: &mut Tx, cx: &mut Context| {
        caller.spend(tx, cx)?;
        grant::issue(tx, cx, &caller.client, scopes.clone(), bound.clone())
    };
    let access_token = web.run(actor, give).await?;
    let body = json!({
        "access_token": access_token, "token_type": kind, "expires_in": ACCESS_LIFE_S,
        "scope": scope,
    });
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, body.to_string()).into_response())
}

/// The scopes asked for, or all the client has.
fn scopes(client: &Client, asked: Option<&str>) -> Result<BTreeSet<String>, OAuthFault> {
    let Some(asked) = asked else {
        return Ok(client.scopes.clone());
    };
    let scopes: BTreeSet<String> = asked.split(' ').map(str::to_owned).collect();
    if scopes.is_subset(&client.scopes) { Ok(scopes) } else { Err(OAuthFault::InvalidScope) }
}

/// To what the access token is bound; `fapi` must be bound to something.
fn bound(web: &Web, headers: &HeaderMap, caller: &Caller, url: &str) -> Result<Bound, OAuthFault> {
    let mut proofs = headers.get_all("dpop").iter();
    let proof = proofs.next().map(|value| value.to_str().unwrap_or_default());
    if proofs.next().is_some() {
        return Err(OAuthFault::InvalidDpopProof);
    }
    if let Some(proof) = proof {
        let about = About { method: "POST", url, access_token: None };
        return dpop::check(web, proof, about).map(Bound::Key).map_err(|unproven| match unproven {
            Unproven::Invalid => OAuthFault::InvalidDpopProof,
            Unproven::NonceRequired => OAuthFault::UseDpopNonce(dpop::nonce(web)),
        });
    }
    match (&caller.certificate, caller.client.profile) {
        (Some(certificate), Profile::Fapi) => Ok(Bound::Certificate(certificate.clone())),
        (None, Profile::Fapi) => Err(OAuthFault::InvalidRequest("access must be bound: send DPoP")),
        (_, Profile::Baseline) => Ok(Bound::Bearer),
    }
}

/// `POST /i/{slug}/revoke`: always 200 for a client that proved itself.
pub(super) async fn take_back(
    State(web): State<Web>,
    Extension(visitor): Extension<Visitor>,
    Path(slug): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    match take_back_from(&web, &visitor, &slug, &headers, &body).await {
        Ok(()) => ().into_response(),
        Err(fault) => fault.into_response(),
    }
}

async fn take_back_from(
    web: &Web,
    visitor: &Visitor,
    slug: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<(), OAuthFault> {
    let (home, issuer) = enter(web, visitor, slug)?;
    let form = Form::read(headers, body)?;
    let caller = prove(web, visitor, headers, &form, (home, &issuer)).await?;
    let given =
        form.one("token").ok_or(OAuthFault::InvalidRequest("nothing to revoke"))?.to_owned();
    web.accesses.forget(&given);
    let actor = Actor::Client(caller.client.id);
    let take_back = move |tx: &mut Tx, cx: &mut Context| {
        caller.spend(tx, cx)?;
        grant::revoke(tx, cx, caller.client.id, &given)
    };
    web.run(actor, take_back).await?;
    Ok(())
}

/// Whose endpoint it is and its issuer's name; a source that calls too often waits.
fn enter(
    web: &Web,
    visitor: &Visitor,
    slug: &str,
) -> Result<(Option<InstitutionId>, String), OAuthFault> {
    let source = limits::source(visitor.address);
    if let Some(wait_s) = web.quotas.source.take(source, web.now()).wait_s {
        return Err(OAuthFault::TooMany(wait_s));
    }
    let home = match slug {
        PLATFORM => None,
        slug => Some(web.platform.by_slug(slug).ok_or(OAuthFault::InvalidClient)?.id),
    };
    Ok((home, format!("{}/i/{slug}", web.public_url)))
}
