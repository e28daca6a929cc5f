//! What a batch has read and changed so far.

use std::any::Any;
use std::collections::HashMap;
use std::mem;
use std::sync::Arc;

use super::changes::{Changes, NewEvent, Refiled, Write};
use super::engine::{Row, StoreError, Table};
use super::record::Record;

/// Where a record stands.
pub(super) type Place = (Table, String);

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

/// A record as it is known.
#[derive(Clone)]
pub(super) struct Entry {
    /// The row in the database, without its body, which `value` has taken over.
    pub(super) stored: Option<Arc<Row>>,
    /// What it is now; `None` when absent or deleted.
    pub(super) value: Option<Arc<dyn Stored>>,
    pub(super) changed: bool,
    /// Whether anybody has asked for it since the last [sweep](Overlay::sweep).
    pub(super) asked: bool,
}

impl Entry {
    pub(super) fn new(stored: Option<Arc<Row>>, value: Option<Arc<dyn Stored>>) -> Self {
        Self { stored, value, changed: false, asked: true }
    }

    pub(super) fn read<R: Record>(row: Row) -> Result<Self, StoreError> {
        let value: R = serde_json::from_str(&row.body)
            .map_err(|e| StoreError::Corrupt(format!("{} {}: {e}", R::TABLE, row.key)))?;
        let stored = Arc::new(Row { body: String::new(), ..row });
        Ok(Self::new(Some(stored), Some(Arc::new(value))))
    }

    pub(super) fn value<R: Record>(&self) -> Option<R> {
        let value = self.value.clone()?.any();
        Some(value.downcast_ref::<R>().expect("a table holds one type of record").clone())
    }

    /// What is to be written, if anything; the entry then is as if read again.
    fn settle(&mut self, (table, key): &Place) -> Option<Write> {
        if !mem::take(&mut self.changed) {
            return None;
        }
        let Some(value) = &self.value else {
            let gone = self.stored.take()?;
            return Some(Write::Delete(*table, key.clone(), gone.version));
        };
        let version = self.stored.as_ref().map_or(1, |kept| kept.version + 1);
        let row = Row { version, ..value.row() };
        Some(match self.stored.replace(Arc::new(row.without_body())) {
            None => Write::Insert(*table, row),
            Some(kept) => {
                let refiled = Refiled::between(&kept, &row);
                Write::Update(*table, row, refiled)
            }
        })
    }
}

/// What is known of the rows, over all use cases of a batch and of the batches before it.
///
/// The steps of an approval come one soon after the other and touch the same few rows; whoever is
/// the only writer of a database need not fetch and parse them again each time.
#[derive(Default)]
pub struct Overlay {
    pub(super) entries: HashMap<Place, Entry>,
    changed: Vec<Place>,
    events: Vec<NewEvent>,
}

/// Rows known from earlier batches, beyond which the overlay is swept: a few megabytes.
const KNOWN_MAX: usize = 4096;

impl Overlay {
    /// An overlay over nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Everything to be written, in one commit. From here on it counts as written: should the
    /// commit fail, the overlay must go.
    pub fn changes(&mut self) -> Changes {
        let entries = &mut self.entries;
        let settle = |place: Place| entries.get_mut(&place).and_then(|entry| entry.settle(&place));
        let mut writes: Vec<Write> = self.changed.drain(..).filter_map(settle).collect();
        writes.sort_by(|a, b| place(a).cmp(&place(b)));
        Changes { writes, events: mem::take(&mut self.events) }
    }

    /// After a commit: lets go of rows nobody will ask for soon, when there are many.
    pub fn sweep(&mut self) {
        if self.entries.len() > KNOWN_MAX {
            self.entries.retain(|(table, _), entry| {
                mem::take(&mut entry.asked) && table.in_flight() && entry.value.is_some()
            });
        }
    }

    pub(super) fn known(&mut self, place: &Place) -> Option<&Entry> {
        let entry = self.entries.get_mut(place)?;
        entry.asked = true;
        Some(entry)
    }

    pub(super) fn take_over(&mut self, own: HashMap<Place, Entry>, events: Vec<NewEvent>) {
        self.changed.extend(own.keys().cloned());
        self.entries.extend(own);
        self.events.extend(events);
    }
}

fn place(write: &Write) -> (Table, &str) {
    match write {
        Write::Insert(table, row) | Write::Update(table, row, _) => (*table, &row.key),
        Write::Delete(table, key, _) => (*table, key),
    }
}
