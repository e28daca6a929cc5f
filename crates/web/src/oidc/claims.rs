//! What a bank learns about a customer who has signed in (api.md §3.2), by scope and nothing more.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::overview::Overview;
use sekisho_domain::method::MethodKind;
use sekisho_domain::session::Session;
use sekisho_domain::time::Timestamp;
use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use super::request::Strength;

/// Seconds an ID token is good for.
const ID_TOKEN_LIFE_S: i64 = 300;

/// What an ID token says besides the customer's own claims.
pub(super) struct Statement<'a> {
    pub(super) issuer: &'a str,
    pub(super) client: &'a str,
    pub(super) nonce: Option<&'a str>,
    pub(super) access_token: &'a str,
    pub(super) now: Timestamp,
}

/// The claims of an ID token.
pub(super) fn id_token(
    about: &Statement,
    scopes: &BTreeSet<String>,
    session: &Session,
    has: &Overview,
) -> Value {
    let mut claims = of_customer(scopes, session, has);
    let half = &Sha256::digest(about.access_token)[..16];
    let now_s = about.now.seconds();
    let own = json!({
        "iss": about.issuer,
        "aud": about.client,
        "iat": now_s,
        "exp": now_s + ID_TOKEN_LIFE_S,
        "auth_time": session.signed_in_at.seconds(),
        "acr": Strength::of(session).word(),
        "amr": amr(session.otp),
        "sid": session.id.to_string(),
        "at_hash": URL_SAFE_NO_PAD.encode(half),
    });
    if let Value::Object(own) = own {
        claims.extend(own);
    }
    if let Some(nonce) = about.nonce {
        claims.insert("nonce".into(), nonce.into());
    }
    Value::Object(claims)
}

/// What was shown at the sign-in (RFC 8176).
fn amr(otp: Option<MethodKind>) -> &'static [&'static str] {
    match otp {
        Some(MethodKind::OtpApp) => &["pwd", "mfa", "otp", "swk"],
        Some(MethodKind::OtpDevice) => &["pwd", "mfa", "otp", "hwk"],
        Some(MethodKind::ImageCard | MethodKind::CustomerCard) | None => &["pwd"],
    }
}

/// The claims about the customer alone.
pub(super) fn of_customer(
    scopes: &BTreeSet<String>,
    session: &Session,
    has: &Overview,
) -> Map<String, Value> {
    let contract = &has.contract;
    let mut claims = Map::new();
    let mut say = |name: &str, value: Value| claims.insert(name.to_owned(), value);
    say("sub", contract.id.to_string().into());
    if scopes.contains("contract") {
        say("login_id", contract.login_id.as_str().into());
        say("branch", contract.branch.clone().into());
        say("contract_state", contract.state.word().into());
        say("failures_since", session.failures_since.into());
        if let Some(at) = session.last_sign_in_at {
            say("last_sign_in_at", at.to_string().into());
        }
    }
    if scopes.contains("methods") {
        let methods: Vec<&str> = has.methods.iter().copied().map(MethodKind::as_str).collect();
        say("methods", methods.into());
        let by = has.mandatory.map(|day| day.to_string());
        let due = has.due.iter().map(|due| match &by {
            Some(by) => json!({"what": due.word(), "by": by}),
            None => json!({"what": due.word()}),
        });
        say("due", due.collect());
    }
    claims
}
