//! The code a bank gets for a customer who has signed in, and what it trades it for (api.md §3.1).
//!
//! A code is good for a minute and once. Used a second time it takes back what it gave the first
//! time, for then somebody else has it too (RFC 6749 §4.1.2).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use sekisho_domain::id::{ClientId, ContractId, InstitutionId, SessionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;
use sekisho_domain::time::Timestamp;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::grant::{Grant, GrantKind, access_key, hash};
use crate::tx::{Table, Tx};

/// Seconds a code is good for.
pub const CODE_LIFE_S: i64 = 60;
/// Seconds a used code is remembered, so that its second use is noticed.
const REMEMBERED_S: i64 = 3600;

/// What a code stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Code {
    /// Who asked.
    pub client: ClientId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// Who signed in.
    pub contract: ContractId,
    /// In which session.
    pub session: SessionId,
    /// Where the code was sent.
    pub redirect_uri: String,
    /// PKCE challenge, `S256`.
    pub challenge: String,
    /// Given back in the ID token.
    pub nonce: Option<String>,
    /// What the bank wants to know.
    pub scopes: BTreeSet<String>,
    /// Its last moment.
    pub until: Timestamp,
    /// What it gave, once it was used: the key of an access token.
    pub gave: Option<String>,
}

/// What an access token for claims admits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClaimsAccess {
    /// Who holds it.
    pub client: ClientId,
    /// Whose claims.
    pub contract: ContractId,
    /// With which it ends.
    pub session: SessionId,
    /// What the bank may know.
    pub scopes: BTreeSet<String>,
}

/// What a client shows to redeem a code.
#[derive(Debug, Clone)]
pub struct Redeem {
    /// Who it is; it has proven itself.
    pub client: ClientId,
    /// The code.
    pub code: String,
    /// Where it was sent.
    pub redirect_uri: String,
    /// PKCE verifier.
    pub verifier: String,
}

/// What came of it.
#[derive(Debug, Clone)]
pub enum Redeemed {
    /// The code's first use.
    Once(Box<Given>),
    /// A second use: what the first gave is taken back.
    Again,
}

/// What a code gives.
#[derive(Debug, Clone)]
pub struct Given {
    /// The code.
    pub code: Code,
    /// The session.
    pub session: Session,
    /// The access token, shown this once.
    pub access_token: String,
    /// Its last moment.
    pub until: Timestamp,
}

/// Makes a code: 43 letters, kept as a hash.
pub fn issue(tx: &mut Tx, cx: &mut Context, code: Code) -> Result<String, Error> {
    let letters = URL_SAFE_NO_PAD.encode(cx.moment.bytes::<32>());
    let until = cx.now().plus_s(CODE_LIFE_S + REMEMBERED_S);
    tx.put(Grant { key: code_key(&letters), kind: GrantKind::Code(Box::new(code)), until })?;
    Ok(letters)
}

/// Trades a code. Everything that is wrong about it is one refusal; a second use is a success of
/// this use case, for what it takes back must be kept.
pub fn redeem(tx: &mut Tx, cx: &mut Context, shown: &Redeem) -> Result<Redeemed, Error> {
    let key = code_key(&shown.code);
    let wrong = Refusal::ProofRefused { attempts_left: None };
    let grant = tx.load::<Grant>(&key)?.or_refuse(wrong.clone())?;
    let GrantKind::Code(mut code) = grant.kind else {
        return Err(wrong.into());
    };
    if code.client != shown.client {
        return Err(wrong.into());
    }
    if let Some(gave) = &code.gave {
        tx.forget(Table::Grant, gave)?;
        return Ok(Redeemed::Again);
    }
    let proven: bool = s256(&shown.verifier).as_bytes().ct_eq(code.challenge.as_bytes()).into();
    if cx.now() >= code.until || code.redirect_uri != shown.redirect_uri || !proven {
        return Err(wrong.into());
    }
    let session = tx.load::<Session>(&code.session)?.or_refuse(wrong.clone())?;
    let policy = cx.policy(code.institution);
    if session.alive(&policy, cx.now()).is_err() {
        return Err(wrong.into());
    }
    let until = session.signed_in_at.plus_s(i64::from(policy.session.total_s));
    let access_token = format!("sat_{}", URL_SAFE_NO_PAD.encode(cx.moment.bytes::<32>()));
    let access = access_key(&access_token);
    let kind = GrantKind::Claims(ClaimsAccess {
        client: code.client,
        contract: code.contract,
        session: code.session,
        scopes: code.scopes.clone(),
    });
    tx.put(Grant { key: access.clone(), kind, until })?;
    code.gave = Some(access);
    tx.put(Grant { key, kind: GrantKind::Code(code.clone()), until: grant.until })?;
    Ok(Redeemed::Once(Box::new(Given { code: *code, session, access_token, until })))
}

/// Whose claims an access token admits to, while the session lives.
pub fn claims(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    access_token: &str,
) -> Result<Option<(ClaimsAccess, Session)>, Error> {
    let grant = tx.load::<Grant>(&access_key(access_token))?;
    let Some(Grant { kind: GrantKind::Claims(access), until, .. }) = grant else {
        return Ok(None);
    };
    let session = tx.load::<Session>(&access.session)?;
    let session = session.filter(|session| session.institution == institution);
    let Some(session) = session.filter(|_| cx.now() < until) else {
        return Ok(None);
    };
    let alive = session.alive(&cx.policy(institution), cx.now()).is_ok();
    Ok(alive.then_some((access, session)))
}

/// PKCE: what a verifier's challenge must be (RFC 7636 §4.2).
pub fn s256(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier))
}

fn code_key(code: &str) -> String {
    format!("code/{}", hash(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_document() {
        // RFC 7636, appendix B
        assert_eq!(
            s256("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
