//! Where sekisho keeps what it knows. The only crate that speaks SQL; it knows nothing of what a
//! row means.
//!
//! [`SqliteStore`] is the store of a real installation: one writer thread that commits in groups, a
//! few readers on snapshots of their own, and no `async` anywhere (house.md §1.3). [`MemoryStore`]
//! runs the same use cases inline, for the simulator, and dies on command. [`migrate`] brings a
//! database file to this version's schema, [`blocking`] is the door for callers that may wait:
//! command line, workers, tests.

pub mod blocking;
pub mod migrate;

mod checkpointer;
mod fault;
mod memory;
mod options;
mod pool;
mod reader;
mod source;
mod sql;
mod sqlite;
mod syncer;
mod trail;
mod writer;

use sekisho_app::tx::{Changes, Engine, StoreError};

pub use memory::{Fault, MemoryEngine, MemoryStore, Snapshot, Watch};
pub use options::Options;
pub use pool::{OpenError, SqliteStore};
pub use source::Clock;
pub use sqlite::SqliteEngine;

/// An engine that can also write.
pub trait Apply: Engine {
    /// Writes `changes` as they stand, each write on exactly one row.
    ///
    /// A row that is there already, or not at the version expected, is [`StoreError::Conflict`];
    /// what was written before it is then still part of the open transaction, and the caller must
    /// roll that back.
    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError>;
}
