//! Brings a database to this program's schema.
//!
//! Migrations are numbered, append-only, and never edited once released; each is kept with its
//! hash. Looking what is missing and adding it happen under one write lock, so that two processes
//! may start at once.

use std::fmt::Write as _;

use rusqlite::{Connection, TransactionBehavior, params};
use sekisho_app::tx::StoreError;
use sha2::{Digest, Sha256};

use crate::fault::fault;
use crate::options::Options;
use crate::sqlite::SqliteEngine;

/// One step of the schema.
struct Migration {
    number: i64,
    name: &'static str,
    text: &'static str,
}

const MIGRATIONS: &[Migration] = &[Migration {
    number: 1,
    name: "first",
    text: include_str!("../migrations/sqlite/0001_first.sql"),
}];

const HISTORY: &str = "CREATE TABLE IF NOT EXISTS schema_history (
    number BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    sha256 TEXT NOT NULL
)";

/// Why a database cannot be used or migrated by this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// A newer program has been here.
    #[error(
        "the database has schema {found}, this program knows up to {known}: install a newer one"
    )]
    Newer {
        /// The database's.
        found: i64,
        /// The newest of this program.
        known: i64,
    },
    /// Migrations have not run yet.
    #[error("the database lacks {}: run `sekisho migrate`", .0.join(", "))]
    Older(Vec<String>),
    /// A migration ran with another text than this program's: one of the two was edited.
    #[error("the database was migrated by another text of {0} than this program's")]
    Altered(String),
    /// The database could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Runs what is missing and returns the names of it, oldest first; the file is made if absent.
pub fn migrate(options: &Options) -> Result<Vec<String>, SchemaError> {
    let mut engine = SqliteEngine::open(options)?;
    let connection = engine.connection();
    let change = connection.transaction_with_behavior(TransactionBehavior::Immediate);
    let change = change.map_err(|e| fault(&e))?;
    let missing = missing(&change)?;
    change.execute_batch(HISTORY).map_err(|e| fault(&e))?;
    for migration in missing {
        change.execute_batch(migration.text).map_err(|e| fault(&e))?;
        let text = "INSERT INTO schema_history (number, name, sha256) VALUES (?1, ?2, ?3)";
        let row = params![migration.number, migration.name, migration.sha256()];
        change.execute(text, row).map_err(|e| fault(&e))?;
    }
    change.commit().map_err(|e| fault(&e))?;
    Ok(missing.iter().map(Migration::title).collect())
}

/// The names of what [`migrate`] would run. Changes nothing; an absent file lacks everything and
/// stays absent.
pub fn pending(options: &Options) -> Result<Vec<String>, SchemaError> {
    if !options.path.exists() {
        return Ok(MIGRATIONS.iter().map(Migration::title).collect());
    }
    let mut engine = SqliteEngine::open(&Options { read_only: true, ..options.clone() })?;
    Ok(missing(engine.connection())?.iter().map(Migration::title).collect())
}

/// Refuses a database whose schema is not exactly this program's.
pub(crate) fn require_current(engine: &mut SqliteEngine) -> Result<(), SchemaError> {
    let missing = missing(engine.connection())?;
    if missing.is_empty() {
        return Ok(());
    }
    Err(SchemaError::Older(missing.iter().map(Migration::title).collect()))
}

/// What has not run yet; an error if what has run is not what this program knows.
fn missing(connection: &Connection) -> Result<&'static [Migration], SchemaError> {
    let applied = applied(connection).map_err(|e| fault(&e))?;
    for (place, (number, sha256)) in applied.iter().enumerate() {
        let known = i64::try_from(MIGRATIONS.len()).expect("migrations are few");
        let Some(migration) = MIGRATIONS.get(place) else {
            let found = applied.last().map_or(*number, |(number, _)| *number);
            return Err(SchemaError::Newer { found, known });
        };
        if migration.number != *number || migration.sha256() != *sha256 {
            return Err(SchemaError::Altered(migration.title()));
        }
    }
    Ok(&MIGRATIONS[applied.len()..])
}

/// Number and hash of what has run, oldest first.
fn applied(connection: &Connection) -> rusqlite::Result<Vec<(i64, String)>> {
    // Asked as a query, because only a query makes sure that the connection knows the newest
    // schema.
    let text = "SELECT count(*) FROM sqlite_schema WHERE name = 'schema_history'";
    if connection.query_row(text, [], |row| row.get::<_, i64>(0))? == 0 {
        return Ok(Vec::new());
    }
    let text = "SELECT number, sha256 FROM schema_history ORDER BY number";
    let mut statement = connection.prepare(text)?;
    statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

impl Migration {
    fn title(&self) -> String {
        format!("{:04}_{}", self.number, self.name)
    }

    fn sha256(&self) -> String {
        let mut hex = String::with_capacity(64);
        for byte in Sha256::digest(self.text) {
            write!(hex, "{byte:02x}").expect("a String takes all that is written");
        }
        hex
    }
}
