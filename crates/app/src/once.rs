//! Asked twice, done once (api.md §1.3): what came of a request is kept under the caller's key, in
//! the transaction of its effect.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::value::to_raw_value;

use sekisho_domain::refusal::Refusal;

use crate::context::Context;
use crate::error::Error;
use crate::record::Reply;
use crate::tx::{Query, StoreError, Table, Tx};

/// Days a reply is kept.
pub const KEPT_DAYS: i64 = 7;

/// Under which key something is asked, and what exactly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnceKey {
    /// Caller, institution and key.
    pub key: String,
    /// SHA-256 over method, path, query and canonical body, in base64.
    pub fingerprint: String,
}

/// What came of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept<T> {
    /// The outcome, now or the first time.
    pub outcome: T,
    /// Whether it is from an earlier time.
    pub replayed: bool,
}

/// What is kept under a key; refused with `idempotency_key_reused` when it was another request.
pub fn kept(tx: &mut Tx, cx: &Context, key: &OnceKey) -> Result<Option<Reply>, Error> {
    let reply = tx.load::<Reply>(&key.key)?.filter(|reply| cx.now() < reply.until);
    match reply {
        Some(reply) if reply.fingerprint != key.fingerprint => {
            Err(Refusal::IdempotencyKeyReused.into())
        }
        reply => Ok(reply),
    }
}

/// Runs `act` unless it ran before under the same key; then gives the outcome of that time.
///
/// A refusal changed nothing and is not kept: the same key is judged afresh.
pub fn once<T: Serialize + DeserializeOwned>(
    tx: &mut Tx,
    cx: &mut Context,
    key: &OnceKey,
    act: impl FnOnce(&mut Tx, &mut Context) -> Result<T, Error>,
) -> Result<Kept<T>, Error> {
    if let Some(reply) = kept(tx, cx, key)? {
        let outcome = serde_json::from_str(reply.outcome.get())
            .map_err(|e| StoreError::Corrupt(format!("kept reply: {e}")))?;
        return Ok(Kept { outcome, replayed: true });
    }
    let outcome = act(tx, cx)?;
    tx.put(Reply {
        key: key.key.clone(),
        fingerprint: key.fingerprint.clone(),
        outcome: to_raw_value(&outcome).expect("an outcome is plain"),
        until: cx.now().plus_days(KEPT_DAYS),
    })?;
    Ok(Kept { outcome, replayed: false })
}

/// Forgets replies whose days are over; returns how many. Called by the worker.
pub fn sweep(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = Query { due_by: Some(cx.now().millis()), limit, ..Query::all(Table::Reply) };
    let old = tx.list::<Reply>(&query)?;
    for reply in &old {
        tx.forget(Table::Reply, &reply.key)?;
    }
    Ok(old.len())
}
