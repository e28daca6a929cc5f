//! The store of a real installation: bounded queues and plain threads before one SQLite file.

use std::io;
use std::sync::mpsc::{SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use sekisho_app::tx::{Overlay, Store, StoreError, Work};

use crate::checkpointer::{Checkpointer, Turns};
use crate::migrate::{self, SchemaError};
use crate::options::Options;
use crate::reader::Reader;
use crate::source::{Clock, Source};
use crate::sqlite::{Access, SqliteEngine};
use crate::syncer::{self, Syncer};
use crate::writer::Writer;

type Queue = SyncSender<Box<dyn Work>>;

/// Why a store could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The file is not there, not readable, or not a database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file has another schema than this program.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The operating system gave no thread.
    #[error("no thread for the store: {0}")]
    Thread(#[from] io::Error),
}

/// A SQLite file with one writer thread, one that waits for the disk, one that copies the log, and
/// some readers.
///
/// Dropped, it takes no more work, ends what is queued, empties the write-ahead log and waits for
/// its threads. Several processes may have the same file open; a writer waits up to five seconds
/// for another.
pub struct SqliteStore {
    writing: Option<Queue>,
    reading: Option<Queue>,
    turns: Turns,
    /// Threads that end first: the writer can empty the log only when nobody else has it open.
    beside: Vec<JoinHandle<()>>,
    /// The writer, and who tells its callers.
    writers: Vec<JoinHandle<()>>,
}

impl SqliteStore {
    /// Opens the file, whose schema must be this program's: see [`migrate::migrate`].
    ///
    /// `seed` is 32 bytes nobody can foresee; all chance the use cases draw comes from it.
    pub fn open(options: &Options, clock: Clock, seed: [u8; 32]) -> Result<Self, OpenError> {
        let mut source = Source::new(clock, seed);
        let mut engine = SqliteEngine::open(options)?;
        migrate::require_current(&mut engine)?;

        let (writing, queue) = sync_channel(options.queue_max);
        let (reading, looks) = sync_channel(options.queue_max);
        let turns = Turns::new();
        let mut store = Self {
            writing: Some(writing),
            reading: Some(reading),
            turns: turns.clone(),
            beside: vec![],
            writers: vec![],
        };
        let (syncer, ending) = Syncer::new(syncer::of_log(&options.path)?);
        let looks = Arc::new(Mutex::new(looks));
        for n in 0..options.readers {
            let engine = SqliteEngine::open_for(options, Access::Read)?;
            let reader = Reader { engine, source: source.branch(), ending: ending.clone() };
            let looks = looks.clone();
            store.beside.push(start(&format!("store-reader-{n}"), move || reader.run(&looks))?);
        }
        let copying = Checkpointer { engine: SqliteEngine::open(options)?, turns: turns.clone() };
        store.beside.push(start("store-checkpoint", move || copying.run())?);
        engine.leave_log_to(turns, options.checkpoint_pages)?;
        engine.leave_sync()?;
        let (batch_max, known) = (options.batch_max, Overlay::new());
        let writer = Writer { engine, source, batch_max, known, ending };
        store.writers.push(start("store-writer", move || writer.run(&queue))?);
        store.writers.push(start("store-sync", move || syncer.run())?);
        Ok(store)
    }
}

fn start(name: &str, run: impl FnOnce() + Send + 'static) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(run)
}

impl Store for SqliteStore {
    fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        send(self.writing.as_ref(), work)
    }

    fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError> {
        send(self.reading.as_ref(), work)
    }
}

fn send(queue: Option<&Queue>, work: Box<dyn Work>) -> Result<(), StoreError> {
    let queue = queue.expect("the queues are closed only while the store is dropped");
    queue.try_send(work).map_err(|refused| match refused {
        TrySendError::Full(_) => StoreError::Busy,
        TrySendError::Disconnected(_) => StoreError::Unavailable("the store has stopped".into()),
    })
}

impl Drop for SqliteStore {
    fn drop(&mut self) {
        self.reading = None;
        self.turns.end();
        // The last owner may have been a piece of work, and then this is one of the store's own
        // threads, for which others may be waiting.
        let own = |thread: &JoinHandle<()>| thread.thread().id() == thread::current().id();
        if self.beside.iter().chain(&self.writers).any(own) {
            return;
        }
        self.beside.drain(..).for_each(join);
        self.writing = None;
        self.writers.drain(..).for_each(join);
    }
}

fn join(thread: JoinHandle<()>) {
    // A panic there has already been told by the panic hook.
    let _ = thread.join();
}
