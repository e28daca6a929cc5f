//! Who is at the browser. Cookies are random, kept only as hashes, and end after ten idle minutes.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};
use sha2::{Digest, Sha256};

use crate::{
    clock::chance,
    sekisho::{Due, SignIn, SignedIn},
};

/// The session cookie: this host only, never by plain HTTP but on the machine itself.
pub const COOKIE: &str = "__Host-bank";
/// Ties a sign-in under way to the browser it began in.
pub const SIGN_IN_COOKIE: &str = "__Host-bank-sign-in";
/// A session ends when nothing was asked for this long, in milliseconds.
const IDLE_MS: i64 = 10 * 60 * 1000;
/// And after this long in any case.
const LIFE_MS: i64 = 2 * 60 * 60 * 1000;
/// A sign-in must come back within this time, in milliseconds.
const SIGN_IN_MS: i64 = 30 * 60 * 1000;

/// A signed-in customer's session.
#[derive(Debug, Clone)]
pub struct Session {
    /// Hash of the cookie: the row.
    pub cookie: String,
    /// Whose.
    pub customer: i64,
    /// `ctr_…`
    pub contract: String,
    /// `ses_…` at sekisho.
    pub sid: String,
    /// Hint for signing out at sekisho.
    pub id_token: String,
    /// Must come back with every form.
    pub seal: String,
    /// 前回ログイン日時.
    pub last_sign_in_at: Option<Timestamp>,
    /// Failed sign-ins since then.
    pub failures_since: i64,
    /// What the customer should do at sekisho.
    pub due: Vec<Due>,
}

/// A secret of 256 bits as text.
pub fn fresh_secret() -> String {
    URL_SAFE_NO_PAD.encode(chance::<32>())
}

fn hash(cookie: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(cookie.as_bytes()))
}

/// Begins a sign-in in the browser that holds `browser`. Old ones that never came back are swept.
pub fn begin_sign_in(
    tx: &Transaction<'_>,
    browser: &str,
    now: Timestamp,
) -> rusqlite::Result<SignIn> {
    let now_ms = now.as_millisecond();
    tx.execute("delete from sign_ins where started_at < ?1", [now_ms - SIGN_IN_MS])?;
    let sign_in = SignIn { state: fresh_secret(), nonce: fresh_secret(), verifier: fresh_secret() };
    tx.execute(
        "insert into sign_ins values (?1, ?2, ?3, ?4, ?5)",
        (&sign_in.state, hash(browser), &sign_in.nonce, &sign_in.verifier, now_ms),
    )?;
    Ok(sign_in)
}

/// Takes the sign-in that comes back with `state`, once, if it began in this browser and is not too
/// old.
pub fn take_sign_in(
    tx: &Transaction<'_>,
    state: &str,
    browser: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<SignIn>> {
    tx.query_row(
        "delete from sign_ins where state = ?1 and browser = ?2 and started_at >= ?3
         returning nonce, verifier",
        (state, hash(browser), now.as_millisecond() - SIGN_IN_MS),
        |row| Ok(SignIn { state: state.to_owned(), nonce: row.get(0)?, verifier: row.get(1)? }),
    )
    .optional()
}

/// Opens a session and returns the cookie to set. Sessions that have ended are swept.
pub fn open(
    tx: &Transaction<'_>,
    customer: i64,
    signed_in: &SignedIn,
    now: Timestamp,
) -> rusqlite::Result<String> {
    let (cookie, now_ms, claims) = (fresh_secret(), now.as_millisecond(), &signed_in.claims);
    tx.execute(
        "delete from sessions where seen_at < ?1 or started_at < ?2",
        (now_ms - IDLE_MS, now_ms - LIFE_MS),
    )?;
    let due = serde_json::to_string(&claims.due).expect("reminders hold only text");
    tx.execute(
        "insert into sessions values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, ?8, ?9, ?10)",
        (
            hash(&cookie),
            customer,
            &claims.sub,
            &claims.sid,
            &signed_in.id_token,
            fresh_secret(),
            now_ms,
            &claims.last_sign_in_at,
            claims.failures_since,
            due,
        ),
    )?;
    Ok(cookie)
}

/// The session of a cookie, if it still runs; its idle time begins anew.
pub fn resume(
    tx: &Transaction<'_>,
    cookie: &str,
    now: Timestamp,
) -> rusqlite::Result<Option<Session>> {
    let now_ms = now.as_millisecond();
    tx.prepare_cached(
        "update sessions set seen_at = ?2
         where cookie = ?1 and seen_at >= ?2 - ?3 and started_at >= ?2 - ?4
         returning cookie, customer, contract, sid, id_token, seal, last_sign_in_at,
           failures_since, due",
    )?
    .query_row((hash(cookie), now_ms, IDLE_MS, LIFE_MS), |row| {
        let (last, due): (Option<String>, String) = (row.get(6)?, row.get(8)?);
        Ok(Session {
            cookie: row.get(0)?,
            customer: row.get(1)?,
            contract: row.get(2)?,
            sid: row.get(3)?,
            id_token: row.get(4)?,
            seal: row.get(5)?,
            last_sign_in_at: last.and_then(|at| at.parse().ok()),
            failures_since: row.get(7)?,
            due: serde_json::from_str(&due).unwrap_or_default(),
        })
    })
    .optional()
}

/// Ends a session.
pub fn close(db: &Connection, session: &Session) -> rusqlite::Result<()> {
    db.execute("delete from sessions where cookie = ?1", [&session.cookie])?;
    Ok(())
}
