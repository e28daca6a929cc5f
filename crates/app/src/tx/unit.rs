//! One use case's view of the store.

use std::collections::HashMap;
use std::fmt::Display;
use std::sync::Arc;

use super::changes::NewEvent;
use super::engine::{Engine, EventQuery, KeptEvent, Query, StoreError, Table};
use super::overlay::{Entry, Overlay, Place, Stored};
use super::record::Record;

/// The unit of work of one use case.
///
/// What it saves is seen by its own later loads at once, and by the use cases after it in the same
/// batch once [`Tx::keep`] is called; dropped without that, it leaves no trace.
pub struct Tx<'a> {
    engine: &'a mut dyn Engine,
    batch: &'a mut Overlay,
    own: HashMap<Place, Entry>,
    events: Vec<NewEvent>,
}

impl<'a> Tx<'a> {
    /// Begins a use case within a batch.
    pub fn begin(engine: &'a mut dyn Engine, batch: &'a mut Overlay) -> Self {
        Self { engine, batch, own: HashMap::new(), events: Vec::new() }
    }

    /// Hands what was saved to the batch.
    pub fn keep(self) {
        self.batch.take_over(self.own, self.events);
    }

    /// Whether anything was saved.
    pub fn is_clean(&self) -> bool {
        self.own.is_empty() && self.events.is_empty()
    }

    /// The record with this key, as this use case and the batch before it left it.
    pub fn load<R: Record>(&mut self, key: &R::Key) -> Result<Option<R>, StoreError> {
        let place = (R::TABLE, key.to_string());
        if let Some(entry) = self.known(&place) {
            return Ok(entry.value());
        }
        let entry = match self.engine.fetch(R::TABLE, &place.1)? {
            Some(row) => Entry::read::<R>(row)?,
            None => Entry::new(None, None),
        };
        let value = entry.value();
        self.batch.entries.insert(place, entry);
        Ok(value)
    }

    /// Puts a record without any word in the audit log: for things that have no life of their own.
    ///
    /// What has a life is saved as a transition, see [`crate::context::Context`].
    pub fn put<R: Record>(&mut self, record: R) -> Result<(), StoreError> {
        let key = record.key();
        self.stage(R::TABLE, &key, Some(Arc::new(record) as Arc<_>))
    }

    /// Removes a record that only lived for a time (a kept reply, a spent code).
    pub fn forget(&mut self, table: Table, key: &dyn Display) -> Result<(), StoreError> {
        self.stage(table, key, None)
    }

    fn stage(
        &mut self,
        table: Table,
        key: &dyn Display,
        value: Option<Arc<dyn Stored>>,
    ) -> Result<(), StoreError> {
        let place = (table, key.to_string());
        let stored = match self.known(&place) {
            Some(entry) => entry.stored.clone(),
            None => self.engine.fetch(table, &place.1)?.map(|row| Arc::new(row.without_body())),
        };
        self.own.insert(place, Entry { changed: true, ..Entry::new(stored, value) });
        Ok(())
    }

    fn known(&mut self, place: &Place) -> Option<&Entry> {
        self.own.get(place).or_else(|| self.batch.known(place))
    }

    pub(crate) fn record_event(&mut self, event: NewEvent) {
        self.events.push(event);
    }

    /// The records a query selects, each as this batch left it.
    ///
    /// The selection is by what was last committed: see [`Engine::list`].
    pub fn list<R: Record>(&mut self, query: &Query) -> Result<Vec<R>, StoreError> {
        assert_eq!(query.table, R::TABLE, "a query asks the table of the records it wants");
        let pages = query.due_by.is_none() || query.after.is_none();
        assert!(pages, "what is due is not leafed through: done with, it is no longer due");
        let rows = self.engine.list(query)?;
        let mut records = Vec::with_capacity(rows.len());
        for row in rows {
            let place = (R::TABLE, row.key.clone());
            let entry = match self.known(&place) {
                Some(entry) => entry.clone(),
                None => Entry::read::<R>(row)?,
            };
            records.extend(entry.value());
        }
        Ok(records)
    }

    /// The events a query selects, as last committed.
    pub fn events(&mut self, query: &EventQuery) -> Result<Vec<KeptEvent>, StoreError> {
        self.engine.events(query)
    }
}
