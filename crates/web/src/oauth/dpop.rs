//! Proof that the caller holds the key an access token is bound to (DPoP, RFC 9449).

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_domain::secret::Purpose;
use sekisho_domain::time::Timestamp;
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::jwt::{Jwk, Statement};
use crate::state::Web;

/// How far the proof's clock may stand from ours, in seconds.
const SKEW_S: i64 = 60;
/// Seconds a nonce of ours is given out; it is taken for twice as long.
const NONCE_STEP_S: i64 = 300;
/// Proofs remembered at most; each is forgotten when it would be too old anyway.
const REMEMBERED: usize = 200_000;

/// Ids of proofs seen lately, each with the moment from which it would be too old.
#[derive(Default)]
pub struct Seen(Mutex<HashMap<[u8; 32], Timestamp>>);

impl Seen {
    /// Notes a proof; `false` when it was seen before, or when too many come to remember them all.
    fn first(&self, thumbprint: &str, jti: &str, now: Timestamp) -> bool {
        let hash = Sha256::new().chain_update(thumbprint).chain_update([0]).chain_update(jti);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= REMEMBERED {
            seen.retain(|_, until| now < *until);
        }
        let until = now.plus_s(2 * SKEW_S + 1);
        let room = seen.len() < REMEMBERED;
        room && seen.insert(hash.finalize().into(), until).is_none_or(|until| until <= now)
    }
}

/// Why a proof does not prove anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unproven {
    /// Wrong form, key, place, time, or sent before.
    Invalid,
    /// It must carry the nonce we give.
    NonceRequired,
}

/// What the proof must be about.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// The address without query.
    pub url: &'a str,
    /// The access token it comes with, if any.
    pub access_token: Option<&'a str>,
}

/// Checks a proof; returns the thumbprint of the key that made it.
pub fn check(web: &Web, proof: &str, about: About<'_>) -> Result<String, Unproven> {
    let statement = Statement::parse(proof).ok_or(Unproven::Invalid)?;
    let thumbprint = proven(&statement, about, web.now()).ok_or(Unproven::Invalid)?;
    let stale = |nonce: &str| !nonces(web).iter().any(|ours| ours == nonce);
    if statement.text("nonce").is_some_and(stale) {
        return Err(Unproven::NonceRequired);
    }
    let jti = statement.text("jti").unwrap_or_default();
    let first = web.proofs.first(&thumbprint, jti, web.now());
    if first { Ok(thumbprint) } else { Err(Unproven::Invalid) }
}

/// Whose key a proof says it was made with; nothing of it is believed yet.
pub fn key_named(proof: &str) -> Option<String> {
    Statement::parse(proof)?.header["kid"].as_str().map(str::to_owned)
}

/// Checks a proof made with a key we know. It may carry the key too, as the RFC wants it; then it
/// is the same.
pub fn check_by(web: &Web, proof: &str, about: About<'_>, held: &Value) -> Result<(), Unproven> {
    let statement = Statement::parse(proof).ok_or(Unproven::Invalid)?;
    let ours = Jwk::new(held).thumbprint().ok_or(Unproven::Invalid)?;
    let sent = statement.header.get("jwk").map(|jwk| Jwk::new(jwk).thumbprint());
    let same = sent.is_none_or(|sent| sent.as_ref() == Some(&ours));
    let proven = proven_by(&statement, &Jwk::new(held), about, web.now());
    proven.filter(|_| same).ok_or(Unproven::Invalid)?;
    let jti = statement.text("jti").unwrap_or_default();
    if web.proofs.first(&ours, jti, web.now()) { Ok(()) } else { Err(Unproven::Invalid) }
}

fn proven(statement: &Statement, about: About<'_>, now: Timestamp) -> Option<String> {
    proven_by(statement, &Jwk::new(&statement.header["jwk"]), about, now)
}

fn proven_by(
    statement: &Statement,
    key: &Jwk<'_>,
    about: About<'_>,
    now: Timestamp,
) -> Option<String> {
    let at = Timestamp::from_millis(statement.seconds("iat")?.checked_mul(1000)?);
    let fits = statement.header["typ"].as_str()? == "dpop+jwt"
        && !key.is_private()
        && statement.text("htm")? == about.method
        && statement.text("htu")? == about.url
        && at <= now.plus_s(SKEW_S)
        && now <= at.plus_s(SKEW_S)
        && (1..=128).contains(&statement.text("jti")?.len())
        && match about.access_token {
            Some(given) => statement.text("ath")? == URL_SAFE_NO_PAD.encode(Sha256::digest(given)),
            None => true,
        };
    (fits && statement.signed_by(key)).then(|| key.thumbprint())?
}

/// The nonce to give out now: the same for all in its step, and nobody else can make it.
pub fn nonce(web: &Web) -> String {
    let [now, _] = nonces(web);
    now
}

fn nonces(web: &Web) -> [String; 2] {
    let step = web.now().seconds() / NONCE_STEP_S;
    [step, step - 1].map(|step| {
        let keyring = &web.platform.keyring;
        let parts: [&[u8]; 2] = [b"dpop nonce", &step.to_be_bytes()];
        let mac = keyring.mac(keyring.newest(), Purpose::Ticket, &parts);
        URL_SAFE_NO_PAD.encode(&mac.expect("the newest key is on the ring")[..16])
    })
}
