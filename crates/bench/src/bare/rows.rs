//! What the bare limit keeps: sekisho's own tables, and for each row of sekisho one of as many
//! bytes.
//!
//! The bodies are as long as sekisho's were after a run with customer cards on 2026-11-20.

use std::path::Path;

use anyhow::Result;
use rusqlite::{Connection, params};
use sekisho_store::{Options, migrate};

use super::writer::Step;
use crate::seed::{Customer, Face};

/// Bytes of the bodies one step writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sizes {
    /// The approval.
    pub approval: usize,
    /// The event.
    pub event: usize,
    /// The reply kept under the caller's key.
    pub reply: usize,
    /// The notice; 0: none.
    pub notice: usize,
}

/// A new approval.
pub const REQUEST: Sizes = Sizes { approval: 876, event: 304, reply: 184, notice: 0 };
/// Its question.
pub const OPEN: Sizes = Sizes { approval: 1095, event: 375, reply: 406, notice: 0 };
/// Its answer.
pub const ANSWER: Sizes = Sizes { approval: 1001, event: 328, reply: 485, notice: 654 };
/// What lies open at a contract.
pub const DESK: usize = 443;
/// The credential, written at the question and at the answer.
pub const CREDENTIAL: usize = 438;
/// What never changes of it, which is only read.
pub const SECRET: usize = 426;
/// A token with its sealed seed, written at the answer in the credential's place at the question.
pub const TOKEN: usize = 661;
/// The name by which the bank knows the approval.
pub const REFERENCE: usize = 131;
/// The contract, which is only read.
pub const CONTRACT: usize = 672;

const FILLER: [u8; 2048] = [b'x'; 2048];

/// A body of this many bytes.
pub(super) fn filler(bytes: usize) -> &'static str {
    str::from_utf8(&FILLER[..bytes]).expect("the filler is plain")
}

/// What the step writes.
pub(super) fn sizes(step: &Step) -> Sizes {
    match step {
        Step::Request { .. } => REQUEST,
        Step::Open(_) => OPEN,
        Step::Answer(_) => ANSWER,
    }
}

/// The only institution.
pub(super) const INSTITUTION: &str = "ins_01kn35e000ektt35dhh049836d";

/// The key of a contract's credential: as long as sekisho's, and found without a look.
pub(super) fn credential_of(contract: &str) -> String {
    contract.replacen("ctr", "crd", 1)
}

/// The key of a contract's token.
pub(super) fn token_of(contract: &str) -> String {
    contract.replacen("ctr", "tok", 1)
}

/// Opens the file with the settings of sekisho's store, but for the disk: each commit waits for it
/// here.
pub(super) fn connect(options: &Options) -> Result<Connection> {
    let db = Connection::open(&options.path)?;
    db.pragma_update(None, "cache_size", -i64::from(options.cache_mib) * 1024)?;
    db.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    db.pragma_update(None, "synchronous", "full")?;
    db.pragma_update(None, "wal_autocheckpoint", options.checkpoint_pages)?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// By what a contract's own events and notices are found in sekisho's tables.
const TRAILS: &[(&str, &str)] = &[
    ("desk", "newest_event"),
    ("desk", "newest_notice"),
    ("event", "before"),
    ("notice", "before"),
];

/// Makes a database with the rows of `customers`, in sekisho's tables without the indexes and
/// trails that its lists need and without triggers; besides theirs, so many idle tokens.
pub fn seed(database: &Path, customers: &[Customer], tokens: usize) -> Result<()> {
    let options = Options::at(database);
    migrate::migrate(&options)?;
    let mut db = connect(&options)?;
    for kind in ["index", "trigger"] {
        let text = "SELECT name FROM sqlite_schema WHERE type = ?1 AND sql IS NOT NULL";
        let names: Vec<String> =
            db.prepare(text)?.query_map([kind], |row| row.get(0))?.collect::<Result<_, _>>()?;
        for name in names {
            db.execute_batch(&format!("DROP {kind} {name}"))?;
        }
    }
    for (table, column) in TRAILS {
        db.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {column}"))?;
    }
    let transaction = db.transaction()?;
    let insert = |table: &str, key: &str, owner: &str, body: usize| -> Result<()> {
        let text = format!("INSERT INTO {table} VALUES (?1, 1, ?2, ?3, 'active', NULL, ?4)");
        let row = params![key, INSTITUTION, owner, filler(body)];
        transaction.prepare_cached(&text)?.execute(row)?;
        Ok(())
    };
    for customer in customers {
        let contract = customer.contract.to_string();
        let credential = credential_of(&contract);
        insert("contract", &contract, "001", CONTRACT)?;
        insert("desk", &contract, &contract, DESK)?;
        insert("credential", &credential, &contract, CREDENTIAL)?;
        match customer.face {
            Face::Token(_) => insert("token", &token_of(&contract), "", TOKEN)?,
            _ => insert("credential_secret", &credential, "", SECRET)?,
        }
    }
    for number in 0..tokens {
        insert("token", &format!("tok_{number:026}"), "", TOKEN)?;
        insert("alias", &format!("{INSTITUTION}/serial/{number:012}"), "", REFERENCE)?;
    }
    Ok(transaction.commit()?)
}
