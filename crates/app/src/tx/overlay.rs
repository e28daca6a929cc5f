//! What a batch has read and changed so far.

use std::any::Any;
use std::collections::HashMap;
use std::sync::Arc;

use super::changes::{Changes, NewEvent, Refiled, Write};
use super::engine::{Row, StoreError, Table};
use super::record::Record;

/// A record that can turn itself into a row without its type being known.
pub(super) trait Stored: Any + Send + Sync {
    fn row(&self) -> Row;
    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

impl<R: Record> Stored for R {
    fn row(&self) -> Row {
        let facets = self.facets();
        Row {
            key: self.key().to_string(),
            version: 0,
            institution: facets.institution,
            owner: facets.owner,
            state: facets.state.to_owned(),
            due: facets.due,
            body: serde_json::to_string(self).expect("records hold nothing JSON cannot say"),
        }
    }

    fn any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync> {
        self
    }
}

/// A record as the batch sees it.
#[derive(Clone)]
pub(super) struct Entry {
    /// The row in the database, without its body, which `value` has taken over.
    pub(super) stored: Option<Arc<Row>>,
    /// What it is now; `None` when absent or deleted.
    pub(super) value: Option<Arc<dyn Stored>>,
    pub(super) changed: bool,
}

impl Entry {
    pub(super) fn absent() -> Self {
        Self { stored: None, value: None, changed: false }
    }

    pub(super) fn read<R: Record>(row: Row) -> Result<Self, StoreError> {
        let value: R = serde_json::from_str(&row.body)
            .map_err(|e| StoreError::Corrupt(format!("{} {}: {e}", R::TABLE, row.key)))?;
        let stored = Some(bodiless(row));
        Ok(Self { stored, value: Some(Arc::new(value)), changed: false })
    }

    pub(super) fn value<R: Record>(&self) -> Option<R> {
        let value = self.value.clone()?.any();
        Some(value.downcast_ref::<R>().expect("a table holds one type of record").clone())
    }
}

/// What a batch has read and changed so far, over all its use cases.
#[derive(Default)]
pub struct Overlay {
    pub(super) entries: HashMap<(Table, String), Entry>,
    pub(super) events: Vec<NewEvent>,
}

impl Overlay {
    /// An overlay over nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything to be written, in one commit.
    pub fn into_changes(self) -> Changes {
        let mut writes: Vec<Write> = self
            .entries
            .into_iter()
            .filter(|(_, entry)| entry.changed)
            .filter_map(|((table, key), entry)| match (entry.stored, entry.value) {
                (None, None) => None,
                (None, Some(value)) => {
                    Some(Write::Insert(table, Row { version: 1, ..value.row() }))
                }
                (Some(stored), Some(value)) => Some(next(table, &stored, value.row())),
                (Some(stored), None) => Some(Write::Delete(table, key, stored.version)),
            })
            .collect();
        writes.sort_by(|a, b| place(a).cmp(&place(b)));
        Changes { writes, events: self.events }
    }
}

/// The row as an entry remembers it.
pub(super) fn bodiless(row: Row) -> Arc<Row> {
    Arc::new(Row { body: String::new(), ..row })
}

fn next(table: Table, kept: &Row, row: Row) -> Write {
    let refiled = Refiled::between(kept, &row);
    Write::Update(table, Row { version: kept.version + 1, ..row }, refiled)
}

fn place(write: &Write) -> (Table, &str) {
    match write {
        Write::Insert(table, row) | Write::Update(table, row, _) => (*table, &row.key),
        Write::Delete(table, key, _) => (*table, key),
    }
}
