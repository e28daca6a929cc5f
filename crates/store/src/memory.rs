//! A store in memory, for the simulator: it runs use cases at once, and dies on command.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex};

use sekisho_app::tx::{
    Changes, Engine, EventQuery, KeptEvent, Order, Overlay, Query, Row, Store, StoreError, Table,
    Tx, Work, Write,
};

use crate::Apply;
use crate::source::{Clock, Source};
use crate::trail::no_desk;

/// What befalls the next write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// The queue is full: [`StoreError::Busy`].
    Full,
    /// The server dies having decided and written nothing; the caller never hears of it.
    DiesBeforeCommit,
    /// The server dies having committed; the caller never hears of it.
    DiesAfterCommit,
}

/// Rows and events in memory, by the same rules as a database.
#[derive(Clone, Default)]
pub struct MemoryEngine {
    tables: BTreeMap<Table, Shelf>,
    events: Vec<Arc<KeptEvent>>,
}

/// The rows of one table.
#[derive(Clone, Default)]
struct Shelf {
    rows: BTreeMap<String, Arc<Row>>,
    by_owner: BTreeSet<(String, String)>,
    by_due: BTreeSet<(i64, String)>,
}

/// All a store held at one instant: a backup.
#[derive(Clone)]
pub struct Snapshot(MemoryEngine);

/// Sees what is about to be written, and may change it; see [`MemoryStore::watch`].
pub type Watch = Box<dyn FnMut(&mut MemoryEngine, &mut Changes) + Send>;

/// A store that runs each use case at once, on the caller's thread.
pub struct MemoryStore {
    desk: Mutex<Desk>,
}

struct Desk {
    engine: MemoryEngine,
    source: Source,
    fault: Option<Fault>,
    watch: Option<Watch>,
}

impl MemoryStore {
    /// An empty store; equal seeds and equal calls give equal states.
    pub fn new(clock: Clock, seed: [u8; 32]) -> Self {
        let source = Source::new(clock, seed);
        let desk = Desk { engine: MemoryEngine::default(), source, fault: None, watch: None };
        Self { desk: Mutex::new(desk) }
    }

    /// Lets `fault` befall the next write.
    pub fn fail_next(&self, fault: Fault) {
        self.desk().fault = Some(fault);
    }

    /// Lets `watch` see each commit before it is written: an oracle that counts, a bug that is
    /// planted.
    pub fn watch(&self, watch: Watch) {
        self.desk().watch = Some(watch);
    }

    /// A backup of what is committed now.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(self.desk().engine.clone())
    }

    /// Puts a backup back: whatever was committed since is lost.
    pub fn restore(&self, snapshot: Snapshot) {
        self.desk().engine = snapshot.0;
    }

    /// Calls `f` with the committed rows, for an oracle that looks at everything.
    pub fn inspect<T>(&self, f: impl FnOnce(&mut MemoryEngine) -> T) -> T {
        f(&mut self.desk().engine)
    }

    fn desk(&self) -> std::sync::MutexGuard<'_, Desk> {
        self.desk.lock().expect("a simulation ends with its first panic")
    }
}

impl Store for MemoryStore {
    fn write(&self, mut work: Box<dyn Work>) -> Result<(), StoreError> {
        let mut desk = self.desk();
        let fault = desk.fault.take();
        if fault == Some(Fault::Full) {
            return Err(StoreError::Busy);
        }
        let mut changes = desk.decide(work.as_mut());
        if fault == Some(Fault::DiesBeforeCommit) {
            return Ok(());
        }
        let Desk { engine, watch, .. } = &mut *desk;
        if let Some(watch) = watch {
            watch(engine, &mut changes);
        }
        let outcome = desk.engine.apply(&changes);
        drop(desk); // finishing may send more work
        if fault.is_none() {
            work.finish(outcome);
        }
        Ok(())
    }

    fn read(&self, mut work: Box<dyn Work>) -> Result<(), StoreError> {
        let changes = self.desk().decide(work.as_mut());
        assert!(changes.is_empty(), "work sent to the readers saves nothing");
        work.finish(Ok(()));
        Ok(())
    }
}

impl Desk {
    fn decide(&mut self, work: &mut dyn Work) -> Changes {
        let mut batch = Overlay::new();
        let mut tx = Tx::begin(&mut self.engine, &mut batch);
        if work.run(&mut tx, &mut self.source.moment()) {
            tx.keep();
        }
        batch.changes()
    }
}

impl Engine for MemoryEngine {
    fn fetch(&mut self, table: Table, key: &str) -> Result<Option<Row>, StoreError> {
        Ok(self.row(table, key).map(|row| row.as_ref().clone()))
    }

    fn list(&mut self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let Some(kept) = self.tables.get(&query.table) else { return Ok(Vec::new()) };
        let wanted = |row: &&Arc<Row>| admits(query, row);
        let limit = usize::try_from(query.limit).expect("a limit fits memory");
        let take = |rows: &mut dyn Iterator<Item = &Arc<Row>>| {
            rows.filter(wanted).take(limit).map(|row| row.as_ref().clone()).collect()
        };
        if let Some(instant) = query.due_by {
            let due = kept.by_due.range(..(instant.saturating_add(1), String::new()));
            return Ok(take(&mut due.map(|(_, key)| &kept.rows[key])));
        }
        let after = query.after.as_deref();
        Ok(match (&query.owner, query.order) {
            (Some(owner), Order::OldestFirst) => take(&mut kept.of_owner(owner)),
            (Some(owner), Order::NewestFirst) => take(&mut kept.of_owner(owner).rev()),
            (None, Order::OldestFirst) => {
                let start = after.map_or(Bound::Unbounded, Bound::Excluded);
                let rows = kept.rows.range::<str, _>((start, Bound::Unbounded));
                take(&mut rows.map(|(_, row)| row))
            }
            (None, Order::NewestFirst) => {
                let end = after.map_or(Bound::Unbounded, Bound::Excluded);
                let rows = kept.rows.range::<str, _>((Bound::Unbounded, end));
                take(&mut rows.rev().map(|(_, row)| row))
            }
        })
    }

    fn events(&mut self, query: &EventQuery) -> Result<Vec<KeptEvent>, StoreError> {
        let limit = usize::try_from(query.limit).expect("a limit fits memory");
        let place = |seq: i64| usize::try_from(seq).unwrap_or(0).min(self.events.len());
        let wanted = |event: &&Arc<KeptEvent>| tells(query, event);
        let kept = |event: &Arc<KeptEvent>| event.as_ref().clone();
        Ok(match query.order {
            Order::OldestFirst => {
                let events = &self.events[place(query.after.unwrap_or(0))..];
                events.iter().filter(wanted).take(limit).map(kept).collect()
            }
            Order::NewestFirst => {
                let events =
                    &self.events[..query.after.map_or(self.events.len(), |n| place(n - 1))];
                events.iter().rev().filter(wanted).take(limit).map(kept).collect()
            }
        })
    }
}

impl Apply for MemoryEngine {
    fn apply(&mut self, changes: &Changes) -> Result<(), StoreError> {
        if !changes.writes.iter().all(|write| self.expects(write)) {
            return Err(StoreError::Conflict);
        }
        for write in &changes.writes {
            match write {
                Write::Insert(table, row) | Write::Update(table, row, _) => {
                    self.put(*table, row.clone());
                }
                Write::Delete(table, key, _) => self.shelf(*table).remove(key),
            }
        }
        for event in &changes.events {
            let contract = &event.contract;
            if !contract.is_empty() && self.row(Table::Desk, contract).is_none() {
                return Err(no_desk(contract));
            }
            let seq = i64::try_from(self.events.len()).expect("events fit memory") + 1;
            self.events.push(Arc::new(KeptEvent {
                seq,
                id: event.id.clone(),
                institution: event.institution.clone(),
                contract: event.contract.clone(),
                kind: event.kind.to_owned(),
                body: event.body.clone(),
            }));
        }
        Ok(())
    }
}

impl MemoryEngine {
    /// All committed events, oldest first.
    pub fn all_events(&self) -> &[Arc<KeptEvent>] {
        &self.events
    }

    /// All committed rows of a table, by key.
    pub fn all_rows(&self, table: Table) -> impl Iterator<Item = &Row> {
        self.tables.get(&table).into_iter().flat_map(|shelf| shelf.rows.values().map(Arc::as_ref))
    }

    fn shelf(&mut self, table: Table) -> &mut Shelf {
        self.tables.entry(table).or_default()
    }

    fn row(&self, table: Table, key: &str) -> Option<&Arc<Row>> {
        self.tables.get(&table)?.rows.get(key)
    }

    fn expects(&self, write: &Write) -> bool {
        let (table, key, version) = match write {
            Write::Insert(table, row) => return self.row(*table, &row.key).is_none(),
            Write::Update(table, row, _) => (table, &row.key, row.version - 1),
            Write::Delete(table, key, version) => (table, key, *version),
        };
        self.row(*table, key).is_some_and(|row| row.version == version)
    }

    fn put(&mut self, table: Table, row: Row) {
        let kept = self.shelf(table);
        kept.remove(&row.key);
        kept.by_owner.insert((row.owner.clone(), row.key.clone()));
        kept.by_due.extend(row.due.map(|due| (due, row.key.clone())));
        kept.rows.insert(row.key.clone(), Arc::new(row));
    }
}

impl Shelf {
    fn of_owner(&self, owner: &str) -> impl DoubleEndedIterator<Item = &Arc<Row>> {
        let end = format!("{owner}\0");
        let keys = self.by_owner.range((owner.to_owned(), String::new())..(end, String::new()));
        keys.map(|(_, key)| &self.rows[key])
    }

    fn remove(&mut self, key: &str) {
        let Some(row) = self.rows.remove(key) else { return };
        self.by_owner.remove(&(row.owner.clone(), key.to_owned()));
        if let Some(due) = row.due {
            self.by_due.remove(&(due, key.to_owned()));
        }
    }
}

fn admits(query: &Query, row: &Row) -> bool {
    query.institution.as_ref().is_none_or(|institution| *institution == row.institution)
        && query.owner.as_ref().is_none_or(|owner| *owner == row.owner)
        && (query.states.is_empty() || query.states.contains(&row.state.as_str()))
        && (query.due_by.is_some()
            || query.after.as_ref().is_none_or(|after| match query.order {
                Order::OldestFirst => row.key > *after,
                Order::NewestFirst => row.key < *after,
            }))
}

fn tells(query: &EventQuery, event: &KeptEvent) -> bool {
    query.institution.as_ref().is_none_or(|institution| *institution == event.institution)
        && query
            .contract
            .as_ref()
            .is_none_or(|contract| !contract.is_empty() && *contract == event.contract)
        && (query.kinds.is_empty() || query.kinds.contains(&event.kind))
        && query.id.as_ref().is_none_or(|id| *id == event.id)
}
