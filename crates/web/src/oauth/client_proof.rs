//! How a client proves who it is at an OAuth endpoint (api.md §2.1).
//!
//! `baseline`: its secret by HTTP Basic, from an address on its list. `fapi`: a statement signed
//! with a key of its own, or its certificate. Whatever is wrong, the answer is the same.

use std::sync::Arc;

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_app::client;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::grant;
use sekisho_app::session::hash;
use sekisho_app::tx::Tx;
use sekisho_domain::client::{Client, Profile};
use sekisho_domain::id::{ClientId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use subtle::ConstantTimeEq as _;

use super::certificate;
use super::fault::OAuthFault;
use super::jwt::{Jwk, Statement};
use super::token_endpoint::Form;
use crate::guard::Visitor;
use crate::state::Web;

/// Seconds ahead a statement's end may lie.
const LIFE_MAX_S: i64 = 300;
/// Seconds the statement's clock may be ahead of ours.
const AHEAD_S: i64 = 60;

const BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A client that has proven itself.
#[derive(Clone)]
pub struct Caller {
    /// Who it is.
    pub client: Arc<Client>,
    /// Its statement's id and end, to be spent in the transaction of what it asks for.
    pub spend: Option<(String, Timestamp)>,
    /// Thumbprint of its certificate, where a trusted proxy named one.
    pub certificate: Option<String>,
}

impl Caller {
    /// Spends the statement's id; one used before proves nothing.
    pub fn spend(&self, tx: &mut Tx, cx: &Context) -> Result<(), Error> {
        let Some((jti, until)) = &self.spend else {
            return Ok(());
        };
        let first = grant::spend_once(tx, cx, self.client.id, jti, *until)?;
        if first { Ok(()) } else { Err(Refusal::NotFound.into()) }
    }
}

/// What the client shows.
enum Shown<'a> {
    Secret(String),
    Statement(Statement<'a>),
    Certificate,
}

/// Finds out who calls. `home` is the institution of the endpoint, `None` at the platform's own;
/// `issuer` its name.
pub async fn prove(
    web: &Web,
    visitor: &Visitor,
    headers: &HeaderMap,
    form: &Form,
    (home, issuer): (Option<InstitutionId>, &str),
) -> Result<Caller, OAuthFault> {
    let certificate = certificate::thumbprint(headers, visitor.by_proxy);
    let (id, shown) = shown(headers, form)?;
    let client = web.look(move |tx, _| client::find(tx, id)).await?;
    let at_home = client.institution == home && !client.suspended;
    let listed = client.addresses.is_empty() || client.addresses.contains(&visitor.address);
    if !at_home || !listed {
        return Err(OAuthFault::InvalidClient);
    }
    let now = web.now();
    let (right, spend) = match shown {
        Shown::Secret(secret) => (secret_is_right(&client, &secret, now), None),
        Shown::Statement(statement) => {
            let spend = believed(&client, &statement, issuer, now);
            (spend.is_some(), spend)
        }
        Shown::Certificate => {
            let held = certificate.as_ref().is_some_and(|held| client.certificates.contains(held));
            (held && client.profile == Profile::Fapi, None)
        }
    };
    if !right {
        return Err(OAuthFault::InvalidClient);
    }
    Ok(Caller { client: Arc::new(client), spend, certificate })
}

fn shown<'a>(headers: &HeaderMap, form: &'a Form) -> Result<(ClientId, Shown<'a>), OAuthFault> {
    let named = |id: &str| id.parse::<ClientId>().map_err(|_| OAuthFault::InvalidClient);
    let basic = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(basic) = basic {
        if form.one("client_assertion").is_some() {
            return Err(OAuthFault::InvalidRequest("one proof at a time"));
        }
        let (id, secret) = from_basic(basic).ok_or(OAuthFault::InvalidClient)?;
        return Ok((named(&id)?, Shown::Secret(secret)));
    }
    if let Some(assertion) = form.one("client_assertion") {
        if form.one("client_assertion_type") != Some(BEARER) {
            return Err(OAuthFault::InvalidRequest("client_assertion_type is not jwt-bearer"));
        }
        let statement = Statement::parse(assertion).ok_or(OAuthFault::InvalidClient)?;
        let id = named(statement.text("sub").unwrap_or_default())?;
        if form.one("client_id").is_some_and(|said| said != id.to_string()) {
            return Err(OAuthFault::InvalidClient);
        }
        return Ok((id, Shown::Statement(statement)));
    }
    let id = named(form.one("client_id").ok_or(OAuthFault::InvalidClient)?)?;
    Ok((id, Shown::Certificate))
}

/// RFC 6749 §2.3.1: both halves are form-encoded first.
fn from_basic(value: &str) -> Option<(String, String)> {
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = decoded.split_once(':')?;
    let plain = |half: &str| {
        let pair = form_urlencoded::parse(half.as_bytes()).next();
        pair.map(|(text, _)| text.into_owned()).unwrap_or_default()
    };
    Some((plain(id), plain(secret)))
}

fn secret_is_right(client: &Client, secret: &str, now: Timestamp) -> bool {
    let given = hash(secret.as_bytes());
    let fits = |kept: &str| bool::from(given.as_bytes().ct_eq(kept.as_bytes()));
    client.profile == Profile::Baseline
        && client.secrets.iter().any(|known| fits(&known.hash) && now < known.until)
}

/// The statement's id and end, if it is signed by a key of the client, meant for us, and in time.
fn believed(
    client: &Client,
    statement: &Statement,
    issuer: &str,
    now: Timestamp,
) -> Option<(String, Timestamp)> {
    let id = client.id.to_string();
    let ends = Timestamp::from_millis(statement.seconds("exp")?.checked_mul(1000)?);
    let not_yet = |claim: &str| {
        let at = statement.seconds(claim).and_then(|s| s.checked_mul(1000));
        at.is_some_and(|at| Timestamp::from_millis(at) > now.plus_s(AHEAD_S))
    };
    let jti = statement.text("jti")?;
    let fits = client.profile == Profile::Fapi
        && statement.text("iss")? == id
        && statement.text("sub")? == id
        && statement.text("aud")? == issuer
        && now < ends
        && ends <= now.plus_s(LIFE_MAX_S)
        && !not_yet("iat")
        && !not_yet("nbf")
        && (1..=128).contains(&jti.len());
    let kid = statement.header["kid"].as_str();
    let keys = client.jwks.as_ref()?["keys"].as_array()?;
    let meant = |key: &&serde_json::Value| kid.is_none() || Jwk::new(key).kid() == kid;
    let signed = keys.iter().filter(meant).any(|key| statement.signed_by(&Jwk::new(key)));
    (fits && signed).then(|| (jti.to_owned(), ends))
}
