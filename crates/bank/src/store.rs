//! The bank's own database file. Only the modules that keep something write SQL; this one opens and
//! migrates.

use std::{
    path::Path,
    sync::{Mutex, PoisonError},
};

use rusqlite::{Connection, Transaction, TransactionBehavior};

/// The database failed or is away. Nothing was written.
#[derive(Debug, thiserror::Error)]
#[error("the bank's database: {0}")]
pub struct StoreError(#[from] rusqlite::Error);

/// Migrations in order; `user_version` counts those applied. Append only.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_first.sql")];

/// One connection: every piece of work runs alone, in one transaction, to its end.
pub struct Store(Mutex<Connection>);

impl Store {
    /// Opens or creates the file and brings it to the newest form.
    /// Commits reach the disk before they are reported (`synchronous=FULL`).
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        Self::prepare(Connection::open(path)?)
    }

    /// A database that lives as long as the program runs.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::prepare(Connection::open_in_memory()?)
    }

    fn prepare(mut connection: Connection) -> Result<Self, StoreError> {
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.set_prepared_statement_cache_capacity(64);
        let applied: i64 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
        for (number, sql) in (1_i64..).zip(MIGRATIONS).filter(|(number, _)| *number > applied) {
            let tx = connection.transaction()?;
            tx.execute_batch(sql)?;
            tx.pragma_update(None, "user_version", number)?;
            tx.commit()?;
        }
        Ok(Self(Mutex::new(connection)))
    }

    /// Runs `work` in one transaction: committed when it returns `Ok`, undone otherwise.
    pub fn transact<T, E: From<rusqlite::Error>>(
        &self,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        // A panic in earlier work has undone its transaction when unwinding; the connection is
        // sound.
        let mut connection = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let tx = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = work(&tx)?;
        tx.commit()?;
        Ok(done)
    }
}
