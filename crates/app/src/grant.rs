//! What OAuth gives and spends: access tokens, and assertions that count once (api.md §2.1).
//!
//! An access token is kept only as a hash. All things of this kind share one table; each lives for
//! a short time and is then swept away by [`sweep`].

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use sekisho_domain::client::{Client, Scope};
use sekisho_domain::id::{ClientId, InstitutionId};
use sekisho_domain::time::Timestamp;

use crate::context::Context;
use crate::error::Error;
use crate::tx::{Facets, Query, Record, Table, Tx};

/// Seconds an access token lives.
pub const ACCESS_LIFE_S: u32 = 600;

/// Something given or spent, until its time is over.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Grant {
    /// What it is and its hash: `access/…`, `spent/…`.
    pub key: String,
    /// What it is.
    pub kind: GrantKind,
    /// Its last moment.
    pub until: Timestamp,
}

/// What is given or spent.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrantKind {
    /// An access token of a client.
    Access(Access),
    /// The id of an assertion that was used and is not taken again.
    Spent,
    /// The code of a sign-in; see [`crate::code`].
    Code(Box<crate::code::Code>),
    /// An access token for the claims of a customer; see [`crate::code`].
    Claims(crate::code::ClaimsAccess),
}

/// What an access token admits to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    /// Who holds it.
    pub client: ClientId,
    /// At which institution; `None` for a client of the platform.
    pub institution: Option<InstitutionId>,
    /// What it may do: at most what the client may.
    pub scopes: BTreeSet<String>,
    /// Who alone can use it.
    pub bound: Bound,
}

/// Who alone can use an access token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Whoever bears it: `baseline` clients only.
    Bearer,
    /// The holder of a certificate, by its SHA-256 thumbprint in base64url (RFC 8705).
    Certificate(String),
    /// The holder of a key, by its JWK thumbprint (RFC 9449).
    Key(String),
}

impl Access {
    /// Whether it admits to what needs `scope`.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(scope.word())
    }
}

impl Record for Grant {
    const TABLE: Table = Table::Grant;
    type Key = String;
    fn key(&self) -> String {
        self.key.clone()
    }
    fn facets(&self) -> Facets {
        Facets { due: Some(self.until.millis()), ..Facets::default() }
    }
}

/// Gives a client an access token: `sat_` and 43 letters, to be shown once.
pub fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    client: &Client,
    scopes: BTreeSet<String>,
    bound: Bound,
) -> Result<String, Error> {
    let secret: [u8; 32] = cx.moment.bytes();
    let access_token = format!("sat_{}", URL_SAFE_NO_PAD.encode(secret));
    let access = Access { client: client.id, institution: client.institution, scopes, bound };
    tx.put(Grant {
        key: access_key(&access_token),
        kind: GrantKind::Access(access),
        until: cx.now().plus_s(i64::from(ACCESS_LIFE_S)),
    })?;
    Ok(access_token)
}

/// What an access token admits to, and its last moment; `None` when it is unknown or its time is
/// over.
pub fn find(
    tx: &mut Tx,
    cx: &Context,
    access_token: &str,
) -> Result<Option<(Access, Timestamp)>, Error> {
    let grant = tx.load::<Grant>(&access_key(access_token))?;
    Ok(grant.filter(|grant| cx.now() < grant.until).and_then(|grant| match grant.kind {
        GrantKind::Access(access) => Some((access, grant.until)),
        GrantKind::Spent | GrantKind::Code(_) | GrantKind::Claims(_) => None,
    }))
}

/// Takes an access token back (RFC 7009). Another client's is left alone; an unknown one is as good
/// as revoked.
pub fn revoke(
    tx: &mut Tx,
    cx: &Context,
    client: ClientId,
    access_token: &str,
) -> Result<(), Error> {
    if find(tx, cx, access_token)?.is_some_and(|(access, _)| access.client == client) {
        tx.forget(Table::Grant, &access_key(access_token))?;
    }
    Ok(())
}

/// Spends the id of an assertion; `false` when it was spent before and must be refused.
pub fn spend_once(
    tx: &mut Tx,
    cx: &Context,
    client: ClientId,
    jti: &str,
    until: Timestamp,
) -> Result<bool, Error> {
    let key = format!("spent/{client}/{}", hash(jti));
    if tx.load::<Grant>(&key)?.is_some_and(|spent| cx.now() < spent.until) {
        return Ok(false);
    }
    tx.put(Grant { key, kind: GrantKind::Spent, until })?;
    Ok(true)
}

/// Removes what has outlived its time; returns how many. Called by the worker.
pub fn sweep(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = Query { due_by: Some(cx.now().millis()), limit, ..Query::all(Table::Grant) };
    let over = tx.list::<Grant>(&query)?;
    for grant in &over {
        tx.forget(Table::Grant, &grant.key)?;
    }
    Ok(over.len())
}

pub(crate) fn access_key(access_token: &str) -> String {
    format!("access/{}", hash(access_token))
}

pub(crate) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
