//! A tiny record and a place on the disk, for the tests of the store.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use sekisho_app::tx::{Facets, Record, Table};
use sekisho_domain::time::Timestamp;
use sekisho_store::{Clock, Options, SqliteStore, migrate};
use serde::{Deserialize, Serialize};

/// Something to load and save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Account {
    pub(crate) id: String,
    pub(crate) yen: i64,
    institution: String,
    owner: String,
    state: String,
    due: Option<i64>,
}

/// An open account of mine with nothing in it.
pub(crate) fn account(id: impl Into<String>) -> Account {
    Account {
        id: id.into(),
        yen: 0,
        institution: "ins_1".into(),
        owner: "me".into(),
        state: "open".into(),
        due: None,
    }
}

/// `count` accounts in the order of their keys.
pub(crate) fn accounts(count: usize) -> Vec<Account> {
    (0..count).map(|n| account(format!("acc_{n:05}"))).collect()
}

/// A key of the type that [`Account`] is loaded by.
pub(crate) fn key(id: &str) -> String {
    id.to_owned()
}

impl Account {
    pub(crate) fn yen(self, yen: i64) -> Self {
        Self { yen, ..self }
    }

    pub(crate) fn of(self, owner: &str) -> Self {
        Self { owner: owner.into(), ..self }
    }

    pub(crate) fn at(self, institution: &str) -> Self {
        Self { institution: institution.into(), ..self }
    }

    pub(crate) fn state(self, state: &str) -> Self {
        Self { state: state.into(), ..self }
    }

    pub(crate) fn due(self, due: i64) -> Self {
        Self { due: Some(due), ..self }
    }
}

impl Record for Account {
    const TABLE: Table = Table::Approval;
    type Key = String;

    fn key(&self) -> String {
        self.id.clone()
    }

    fn facets(&self) -> Facets {
        let state = match self.state.as_str() {
            "open" => "open",
            "closed" => "closed",
            _ => "frozen",
        };
        Facets {
            institution: self.institution.clone(),
            owner: self.owner.clone(),
            state,
            due: self.due,
        }
    }
}

/// A clock that stands.
pub(crate) fn clock() -> Clock {
    Arc::new(|| Timestamp::from_millis(1_795_151_000_000))
}

/// A folder of one's own with a migrated database, gone with the value.
pub(crate) struct Scratch {
    folder: PathBuf,
    path: PathBuf,
}

static FOLDERS: AtomicU32 = AtomicU32::new(0);

impl Scratch {
    pub(crate) fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::Relaxed);
        let name = format!("sekisho-store-{}-{number}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("room for tests");
        let path = folder.join("sekisho.sqlite");
        migrate::migrate(&Options::at(&path)).expect("a new file");
        Self { folder, path }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// The usual options for the database here.
    pub(crate) fn options(&self) -> Options {
        Options::at(&self.path)
    }

    pub(crate) fn open(&self) -> SqliteStore {
        open(&self.options())
    }
}

/// A store on a migrated file.
pub(crate) fn open(options: &Options) -> SqliteStore {
    SqliteStore::open(options, clock(), [2; 32]).expect("a migrated file")
}

impl Drop for Scratch {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).expect("the folder is ours");
    }
}
