//! Who calls: the access token, what it is bound to, and from where it may come.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, header};
use sekisho_app::grant::{self, Access, Bound};
use sekisho_app::{client, error::Error};
use sekisho_domain::client::{Client, Scope};
use sekisho_domain::time::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::guard::Visitor;
use crate::oauth::certificate_thumbprint;
use crate::oauth::dpop::{self, About, Unproven};
use crate::problem::Problem;
use crate::state::Web;

/// A client that has shown a good access token.
#[derive(Debug)]
pub(crate) struct Caller {
    /// Who it is.
    pub(crate) client: Arc<Client>,
    /// What the access token admits to.
    pub(crate) access: Access,
    /// The access token's last moment.
    until: Timestamp,
}

impl Caller {
    /// Whether it may now do what needs `scope`: by its access token, and still by itself.
    pub(crate) fn may(&self, scope: Scope) -> bool {
        self.access.may(scope) && self.client.may(scope)
    }
}

/// Seconds a found access token is believed without looking again: the longest a revocation
/// elsewhere goes unseen.
const BELIEVED_S: i64 = 5;
/// Access tokens remembered at most.
const REMEMBERED: usize = 10_000;

type Found = HashMap<[u8; 32], (Arc<Caller>, Timestamp)>;

/// Access tokens found lately, by hash, so that not every call reads them anew.
#[derive(Default)]
pub(crate) struct Accesses(Mutex<Found>);

impl Accesses {
    fn recall(&self, hash: &[u8; 32], now: Timestamp) -> Option<Arc<Caller>> {
        let found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (caller, read_at) = found.get(hash)?;
        let fresh = *read_at <= now && now < read_at.plus_s(BELIEVED_S) && now < caller.until;
        fresh.then(|| Arc::clone(caller))
    }

    fn remember(&self, hash: [u8; 32], caller: Arc<Caller>, now: Timestamp) {
        let mut found = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if found.len() >= REMEMBERED {
            found.retain(|_, (_, read_at)| now < read_at.plus_s(BELIEVED_S));
        }
        if found.len() < REMEMBERED {
            found.insert(hash, (caller, now));
        }
    }

    /// Forgets one that was revoked.
    pub(crate) fn forget(&self, access_token: &str) {
        let hash: [u8; 32] = Sha256::digest(access_token).into();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&hash);
    }
}

/// Finds out who calls, or says why nobody is admitted.
pub(crate) async fn find(
    web: &Web,
    visitor: &Visitor,
    headers: &HeaderMap,
    about: (&str, &str),
) -> Result<Arc<Caller>, Problem> {
    let (scheme, access_token) = sent(headers)?;
    let caller = look(web, access_token).await?.ok_or_else(unknown)?;
    check_bound(web, visitor, headers, about, &caller, (scheme, access_token))?;
    let addresses = &caller.client.addresses;
    if addresses.is_empty() || addresses.contains(&visitor.address) {
        Ok(caller)
    } else {
        Err(Problem::new("source_not_allowed"))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Bearer,
    Dpop,
}

fn sent(headers: &HeaderMap) -> Result<(Scheme, &str), Problem> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = all.next() else {
        return Err(Problem::new("access_token_invalid").challenge("Bearer realm=\"sekisho\""));
    };
    let (scheme, rest) = value.to_str().ok().and_then(|v| v.split_once(' ')).ok_or_else(unknown)?;
    let scheme = match scheme {
        s if s.eq_ignore_ascii_case("bearer") => Scheme::Bearer,
        s if s.eq_ignore_ascii_case("dpop") => Scheme::Dpop,
        _ => return Err(unknown()),
    };
    let access_token = rest.trim();
    let plausible =
        access_token.len() == 47 && access_token.starts_with("sat_") && all.next().is_none();
    if plausible { Ok((scheme, access_token)) } else { Err(unknown()) }
}

fn unknown() -> Problem {
    let challenge = "Bearer realm=\"sekisho\", error=\"invalid_token\"";
    Problem::new("access_token_invalid").challenge(challenge)
}

async fn look(web: &Web, access_token: &str) -> Result<Option<Arc<Caller>>, Error> {
    let hash: [u8; 32] = Sha256::digest(access_token).into();
    let now = web.now();
    if let Some(caller) = web.accesses.recall(&hash, now) {
        return Ok(Some(caller));
    }
    let access_token = access_token.to_owned();
    let found = web
        .look(move |tx, cx| {
            let Some((access, until)) = grant::find(tx, cx, &access_token)? else {
                return Ok(None);
            };
            let client = Arc::new(client::find(tx, access.client)?);
            Ok((!client.suspended).then_some(Caller { client, access, until }))
        })
        .await?;
    let caller = found.map(Arc::new);
    if let Some(caller) = &caller {
        web.accesses.remember(hash, Arc::clone(caller), now);
    }
    Ok(caller)
}

fn check_bound(
    web: &Web,
    visitor: &Visitor,
    headers: &HeaderMap,
    (method, path): (&str, &str),
    caller: &Caller,
    (scheme, access_token): (Scheme, &str),
) -> Result<(), Problem> {
    match (&caller.access.bound, scheme) {
        (Bound::Bearer, Scheme::Bearer) => Ok(()),
        (Bound::Certificate(held), Scheme::Bearer) => {
            let shown = certificate_thumbprint(headers, visitor.by_proxy);
            if shown.as_ref() == Some(held) { Ok(()) } else { Err(not_bound()) }
        }
        (Bound::Key(held), Scheme::Dpop) => {
            let mut proofs = headers.get_all("dpop").iter();
            let proof = proofs.next().and_then(|value| value.to_str().ok());
            let proof = proof.filter(|_| proofs.next().is_none()).ok_or_else(not_bound)?;
            let url = format!("{}{path}", web.public_url);
            let about = About { method, url: &url, access_token: Some(access_token) };
            match dpop::check(web, proof, about) {
                Ok(thumbprint) if thumbprint == *held => Ok(()),
                Ok(_) | Err(Unproven::Invalid) => Err(not_bound()),
                Err(Unproven::NonceRequired) => Err(nonce_required(web)),
            }
        }
        (Bound::Bearer | Bound::Certificate(_), Scheme::Dpop) | (Bound::Key(_), Scheme::Bearer) => {
            Err(not_bound())
        }
    }
}

fn not_bound() -> Problem {
    let challenge = "DPoP error=\"invalid_dpop_proof\", algs=\"ES256 PS256 EdDSA\"";
    Problem::new("access_token_not_bound").challenge(challenge)
}

fn nonce_required(web: &Web) -> Problem {
    Problem::new("dpop_nonce_required")
        .challenge("DPoP error=\"use_dpop_nonce\", algs=\"ES256 PS256 EdDSA\"")
        .header(axum::http::HeaderName::from_static("dpop-nonce"), &dpop::nonce(web))
}
