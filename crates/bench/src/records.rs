//! A look into a server's database, from outside and without touching it.

use std::path::Path;

use anyhow::{Context as _, Result};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _};
use sekisho_domain::approval::Approval;
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, CredentialId};
use serde::de::DeserializeOwned;

/// A database file, open for reading only.
pub struct Records(Connection);

impl Records {
    /// Opens the file; its server may run.
    pub fn open(database: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let db = Connection::open_with_flags(database, flags)?;
        db.busy_timeout(std::time::Duration::from_secs(5))?;
        Ok(Self(db))
    }

    /// The approval with this id.
    pub fn approval(&self, id: &str) -> Result<Option<Approval>> {
        self.read("SELECT body FROM approval WHERE key = ?1", id)
    }

    /// The desk of a contract.
    pub fn desk(&self, contract: ContractId) -> Result<Desk> {
        let desk = self.read("SELECT body FROM desk WHERE key = ?1", &contract.to_string())?;
        desk.with_context(|| format!("{contract} has no desk"))
    }

    /// A card.
    pub fn credential(&self, id: CredentialId) -> Result<Credential> {
        let card = self.read("SELECT body FROM credential WHERE key = ?1", &id.to_string())?;
        card.with_context(|| format!("there is no {id}"))
    }

    /// How many events of this kind concern a contract.
    pub fn events(&self, kind: &str, contract: ContractId) -> Result<u32> {
        let select = "SELECT count(*) FROM event WHERE contract = ?1 AND contract <> '' \
                      AND kind = ?2";
        let count = self.0.query_row(select, [&contract.to_string(), kind], |row| row.get(0))?;
        Ok(count)
    }

    /// Approvals to which an event of this kind happened more than once.
    pub fn happened_twice(&self, kind: &str) -> Result<Vec<String>> {
        let mut select = self.0.prepare(
            "SELECT json_extract(body, '$.subject.id') AS approval FROM event WHERE kind = ?1 \
             GROUP BY approval HAVING count(*) > 1",
        )?;
        let found = select.query_map([kind], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// How many approvals there are in this state.
    pub fn approvals(&self, state: &str) -> Result<u32> {
        let select = "SELECT count(*) FROM approval WHERE state = ?1";
        Ok(self.0.query_row(select, [state], |row| row.get(0))?)
    }

    /// What SQLite itself finds wrong with the file; `ok` when nothing.
    pub fn integrity(&self) -> Result<String> {
        Ok(self.0.query_row("PRAGMA integrity_check", [], |row| row.get(0))?)
    }

    fn read<T: DeserializeOwned>(&self, select: &str, key: &str) -> Result<Option<T>> {
        let body: Option<String> =
            self.0.prepare_cached(select)?.query_row([key], |row| row.get(0)).optional()?;
        body.map(|body| Ok(serde_json::from_str(&body)?)).transpose()
    }
}
