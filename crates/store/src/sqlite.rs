//! One connection to a database file, and how rows get in and out of it.

use std::ffi::c_int;
use std::mem;
use std::time::Duration;

use rusqlite::hooks::Wal;
use rusqlite::types::{ToSql, ToSqlOutput};
use rusqlite::{CachedStatement, Connection, OpenFlags, OptionalExtension, params};
use rusqlite::{params_from_iter, types};
use sekisho_app::tx::{
    Changes, Engine, EventQuery, KeptEvent, NewEvent, Query, Row, StoreError, Table, Write,
};

use crate::Apply;
use crate::checkpointer::Turns;
use crate::fault::fault;
use crate::options::Options;
use crate::sql::{self, Param};
use crate::trail;

/// How long to wait for another process, such as the command line beside the server.
const BUSY: Duration = Duration::from_secs(5);

/// Room for all statements on rows and for the lists in use.
const STATEMENTS_KEPT: usize = 256;

/// What a connection may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    Write,
    Read,
}

/// One connection. Outside [`SqliteEngine::begin`] each statement stands for itself.
pub struct SqliteEngine {
    connection: Connection,
    /// What SQLite calls the state the file was in when this connection last asked.
    file_state: i64,
}

impl SqliteEngine {
    /// A connection to the file that `options` name, for reading and writing; the file is made if
    /// absent.
    pub fn open(options: &Options) -> Result<Self, StoreError> {
        Self::open_for(options, Access::Write)
    }

    pub(crate) fn open_for(options: &Options, access: Access) -> Result<Self, StoreError> {
        let connection = Self::connect(options, access).map_err(|e| fault(&e))?;
        Ok(Self { connection, file_state: 0 })
    }

    fn connect(options: &Options, access: Access) -> rusqlite::Result<Connection> {
        let writes = access == Access::Write && !options.read_only;
        let flags = if writes {
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
        } else {
            OpenFlags::SQLITE_OPEN_READ_ONLY
        };
        let flags = flags | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&options.path, flags)?;
        connection.busy_timeout(BUSY)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
        connection.pragma_update(None, "trusted_schema", false)?;
        connection.pragma_update(None, "cache_size", -i64::from(options.cache_mib) * 1024)?;
        if writes {
            let mode: String =
                connection
                    .pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
            assert_eq!(mode, "wal", "readers beside the writer need the write-ahead log");
            connection.pragma_update(None, "synchronous", "full")?;
            connection.pragma_update(None, "wal_autocheckpoint", options.checkpoint_pages)?;
        }
        if let Some(pages) = options.pages_max {
            connection.pragma_update(None, "max_page_count", pages)?;
        }
        Ok(connection)
    }

    /// Begins a transaction that may write, and takes the file's one write lock for it.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        self.execute("BEGIN IMMEDIATE")
    }

    /// Whether another connection has committed anything since this was last asked: then nothing
    /// that was read before holds any more. To be asked within a transaction.
    pub(crate) fn changed_elsewhere(&mut self) -> Result<bool, StoreError> {
        let version = self
            .statement("PRAGMA data_version")?
            .query_row([], |row| row.get(0))
            .map_err(|e| fault(&e))?;
        Ok(mem::replace(&mut self.file_state, version) != version)
    }

    /// Begins a transaction that only reads: all its reads see the same state.
    pub(crate) fn begin_reading(&mut self) -> Result<(), StoreError> {
        self.execute("BEGIN")
    }

    /// Makes the transaction's writes last; when this returns they are on the disk, unless that
    /// was [left to another](Self::leave_sync).
    pub fn commit(&mut self) -> Result<(), StoreError> {
        self.execute("COMMIT")
    }

    /// Ends the transaction without a trace; does nothing when none is open.
    pub fn roll_back(&mut self) {
        if !self.connection.is_autocommit() {
            // A failed rollback can only mean that SQLite has rolled back by itself.
            let _ = self.execute("ROLLBACK");
        }
    }

    /// Copies the log into the file and empties it, as far as other connections permit.
    pub(crate) fn checkpoint(&mut self) {
        // Left undone, the next process that opens the file does it.
        let _ = self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    /// Copies what it can of the log into the file, and says how many of its pages are copied now;
    /// `None` when it could not.
    pub(crate) fn copy_log(&mut self) -> Option<c_int> {
        self.connection.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get(2)).ok()
    }

    /// Leaves the copying of the log to a [checkpointer](crate::checkpointer), to be asked for
    /// when the log is `longest` pages long.
    pub(crate) fn leave_log_to(&mut self, turns: Turns, longest: u32) -> Result<(), StoreError> {
        let longest = c_int::try_from(longest).unwrap_or(c_int::MAX);
        let committed = move |log: &mut Wal, pages| {
            turns.committed(log, pages, longest);
            Ok(())
        };
        self.connection.wal_hook(Some(committed)).map_err(|e| fault(&e))
    }

    /// Lets commits return before they are on the disk; a [syncer](crate::syncer) then waits for
    /// it. The log is still synced before any of it is copied into the file.
    pub(crate) fn leave_sync(&mut self) -> Result<(), StoreError> {
        let set = self.connection.pragma_update(None, "synchronous", "normal");
        set.map_err(|e| fault(&e))
    }

    pub(crate) fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    fn execute(&mut self, text: &'static str) -> Result<(), StoreError> {
        self.statement(text)?.execute([]).map(|_| ()).map_err(|e| fault(&e))
    }

    fn statement(&self, text: &str) -> Result<CachedStatement<'_>, StoreError> {
        self.connection.prepare_cached(text).map_err(|e| fault(&e))
    }

    fn write(&self, write: &Write) -> Result<(), StoreError> {
        let rows = match write {
            Write::Insert(table, row) => self.statement(&sql::of(*table).insert)?.execute(params![
                row.key,
                row.version,
                row.institution,
                row.owner,
                row.state,
                row.due,
                row.body,
            ]),
            Write::Update(table, row, refiled) => {
                let expected = row.version - 1;
                let mut params: Vec<&dyn ToSql> =
                    vec![&row.key, &expected, &row.version, &row.body];
                if refiled.owner {
                    params.extend([&row.institution as &dyn ToSql, &row.owner]);
                }
                if refiled.state {
                    params.push(&row.state);
                }
                if refiled.due {
                    params.push(&row.due);
                }
                self.statement(sql::of(*table).update(*refiled))?.execute(params.as_slice())
            }
            Write::Delete(table, key, version) => {
                self.statement(&sql::of(*table).delete)?.execute(params![key, version])
            }
        };
        match (rows.map_err(|e| fault(&e))?, write) {
            (1, Write::Insert(Table::Notice, row)) => {
                trail::NOTICES.lead_to(&self.connection, &row.owner, &row.key)
            }
            (1, _) => Ok(()),
            _ => Err(StoreError::Conflict),
        }
    }

    fn append(&self, event: &NewEvent) -> Result<(), StoreError> {
        let NewEvent { id, institution, contract, kind, body } = event;
        let rows = self
            .statement(sql::APPEND)?
            .execute(params![id, institution, contract, kind, body])
            .map_err(|e| fault(&e))?;
        assert_eq!(rows, 1, "an event is one row");
        if contract.is_empty() {
            return Ok(());
        }
        trail::EVENTS.lead_to(&self.connection, contract, &self.connection.last_insert_rowid())
    }
}

impl Engine for SqliteEngine {
    fn fetch(&mut self, table: Table, key: &str) -> Result<Option<Row>, StoreError> {
        let row = |row: &rusqlite::Row| {
            Ok(Row {
                key: key.to_owned(),
                version: row.get(0)?,
                institution: row.get(1)?,
                owner: row.get(2)?,
                state: row.get(3)?,
                due: row.get(4)?,
                body: row.get(5)?,
            })
        };
        let found = self.statement(&sql::of(table).fetch)?.query_row([key], row).optional();
        found.map_err(|e| fault(&e))
    }

    fn list(&mut self, query: &Query) -> Result<Vec<Row>, StoreError> {
        if let (Table::Notice, Some(contract), None) = (query.table, &query.owner, query.due_by) {
            return trail::notices(&self.connection, contract, query);
        }
        let select = sql::list(query);
        self.select(&select, |row| {
            Ok(Row {
                key: row.get(0)?,
                version: row.get(1)?,
                institution: row.get(2)?,
                owner: row.get(3)?,
                state: row.get(4)?,
                due: row.get(5)?,
                body: row.get(6)?,
            })
        })
    }

    fn events(&mut self, query: &EventQuery) -> Result<Vec<KeptEvent>, StoreError> {
        if let Some(contract) = &query.contract {
            return trail::events(&self.connection, contract, query);
        }
        let select = sql::events(query);
        self.select(&select, |row| {
            Ok(KeptEvent {
                seq: row.get(0)?,
                id: row.get(1)?,
                institution: row.get(2)?,
                contract: row.get(3)?,
                kind: row.get(4)?,
                body: row.get(5)?,
            })
        })
    }
}

impl SqliteEngine {
    fn select<T>(
        &self,
        select: &sql::Select,
        read: impl Fn(&rusqlite::Row) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, StoreError> {
        let mut statement = self.statement(&select.text)?;
        let rows = statement.query_map(params_from_iter(&select.params), read);
        rows.and_then(Iterator::collect).map_err(|e| fault(&e))
    }
}

impl Apply for SqliteEngine {
    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        changes.writes.iter().try_for_each(|write| self.write(write))?;
        changes.events.iter().try_for_each(|event| self.append(event))
    }
}

impl ToSql for Param<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Text(text) => ToSqlOutput::Borrowed(types::ValueRef::Text(text.as_bytes())),
            Self::Number(number) => ToSqlOutput::Owned(types::Value::Integer(*number)),
        })
    }
}
