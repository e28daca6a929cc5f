//! What came out of a batch of use cases, ready to be written.

use super::engine::{Row, Table};

/// One row to write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// The row must not exist yet.
    Insert(Table, Row),
    /// The row must exist with the version before `row.version`; of its facets only those named
    /// have changed.
    Update(Table, Row, Refiled),
    /// The row must exist with this version.
    Delete(Table, String, i64),
}

/// Which facets of a row an update changes. Every column named costs a store the indexes over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Refiled {
    /// Whose it is or what it belongs to.
    pub owner: bool,
    /// Its word to select by.
    pub state: bool,
    /// When something is to be done about it.
    pub due: bool,
}

impl Refiled {
    /// What differs between the row as it is kept and as it is to be.
    pub fn between(kept: &Row, next: &Row) -> Self {
        Self {
            owner: kept.owner != next.owner || kept.institution != next.institution,
            state: kept.state != next.state,
            due: kept.due != next.due,
        }
    }
}

/// An event to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Its id.
    pub id: String,
    /// Whose log it goes to.
    pub institution: String,
    /// The contract it concerns, which has a desk; empty if none.
    pub contract: String,
    /// Its name.
    pub kind: &'static str,
    /// JSON, without the position.
    pub body: String,
}

/// All a batch wants written, in one commit. Every write states what it expects; a store asserts
/// it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Rows, sorted by table and key, so that two nodes lock in the same order.
    pub writes: Vec<Write>,
    /// Events, in the order in which they happened.
    pub events: Vec<NewEvent>,
}

impl Changes {
    /// Whether there is nothing to write.
    pub fn is_empty(&self) -> bool {
        self.writes.is_empty() && self.events.is_empty()
    }
}
