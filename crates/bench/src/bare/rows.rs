//! What the bare limit keeps: for each row of sekisho one of as many bytes.
//!
//! The sizes are those of sekisho's own rows, the body with the columns beside it, as a run with
//! customer cards left them on 2026-11-20.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};
use sekisho_domain::id::ContractId;
use sekisho_store::Options;

use super::writer::Step;
use crate::seed::Customer;

/// Bytes of the rows one step writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The approval.
    pub approval: usize,
    /// The desk of its contract.
    pub desk: usize,
    /// The event.
    pub event: usize,
    /// The reply kept under the caller's key.
    pub reply: usize,
    /// The notice; 0: none.
    pub notice: usize,
}

/// A new approval.
pub const REQUEST: Sizes = Sizes { approval: 925, desk: 505, event: 390, reply: 305, notice: 0 };
/// Its question.
pub const OPEN: Sizes = Sizes { approval: 1170, desk: 505, event: 455, reply: 605, notice: 0 };
/// Its answer.
pub const ANSWER: Sizes = Sizes { approval: 1055, desk: 505, event: 405, reply: 530, notice: 755 };
/// The credential, written at the question and at the answer.
pub const CREDENTIAL: usize = 525;
/// The name by which the bank knows the approval.
pub const REFERENCE: usize = 195;
/// The contract, which is only read.
pub const CONTRACT: usize = 730;

const FILLER: [u8; 2048] = [b'x'; 2048];

const SCHEMA: &str = "
CREATE TABLE contract (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE desk (
    contract INTEGER PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE credential (
    contract INTEGER PRIMARY KEY, version INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE approval (
    id BLOB NOT NULL PRIMARY KEY, contract INTEGER NOT NULL, state INTEGER NOT NULL,
    due INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE reference (name TEXT NOT NULL PRIMARY KEY, approval BLOB NOT NULL) STRICT;
CREATE TABLE event (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, approval BLOB NOT NULL,
    body BLOB NOT NULL) STRICT;
CREATE TABLE reply (
    key BLOB NOT NULL PRIMARY KEY, due INTEGER NOT NULL, body BLOB NOT NULL) STRICT;
CREATE TABLE notice (
    seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, contract INTEGER NOT NULL,
    body BLOB NOT NULL) STRICT;
";

/// A body of this many bytes.
pub(super) fn filler(bytes: usize) -> &'static [u8] {
    &FILLER[..bytes]
}

/// What the step writes.
pub(super) fn sizes(step: &Step) -> Sizes {
    match step {
        Step::Request { .. } => REQUEST,
        Step::Open(_) => OPEN,
        Step::Answer(_) => ANSWER,
    }
}

/// The number the bare limit knows a contract by: eight bytes of its id, all from chance.
pub(super) fn contract_key(contract: ContractId) -> i64 {
    let bytes = contract.to_bytes();
    i64::from_be_bytes(*bytes.last_chunk().expect("sixteen bytes hold eight"))
}

/// Opens the file as sekisho's store opens its own.
pub(super) fn connect(options: &Options) -> Result<Connection> {
    let db = Connection::open(&options.path)?;
    db.pragma_update(None, "cache_size", -i64::from(options.cache_mib) * 1024)?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "wal_autocheckpoint", options.checkpoint_pages)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Makes a database with the rows of `customers`.
pub fn seed(database: &Path, customers: &[Customer]) -> Result<()> {
    let mut db = connect(&Options::at(database))?;
    db.execute_batch(SCHEMA)?;
    let transaction = db.transaction()?;
    for customer in customers {
        let key = contract_key(customer.contract);
        transaction
            .prepare_cached("INSERT INTO contract VALUES (?1, ?2)")?
            .execute(params![key, filler(CONTRACT)])?;
        transaction
            .prepare_cached("INSERT INTO desk VALUES (?1, 1, ?2)")?
            .execute(params![key, filler(REQUEST.desk)])?;
        transaction
            .prepare_cached("INSERT INTO credential VALUES (?1, 1, ?2)")?
            .execute(params![key, filler(CREDENTIAL)])?;
    }
    Ok(transaction.commit()?)
}
