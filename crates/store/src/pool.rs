//! The store of a real installation: bounded queues and plain threads before one SQLite file.

use std::io;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use sekisho_app::tx::{Overlay, Store, StoreError, Work};

use crate::checkpointer::{Checkpointer, Turns};
use crate::migrate::{self, SchemaError};
use crate::options::Options;
use crate::reader::Reader;
use crate::source::{Clock, Source};
use crate::sqlite::{Access, SqliteEngine};
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

/// A SQLite file with one writer thread, one that copies its log, and some readers.
///
/// Dropped, it takes no more work, ends what is queued, empties the write-ahead log and waits for
/// its threads. Several processes may have the same file open; a writer waits up to five seconds
/// for another.
pub struct SqliteStore {
    writing: Option<Queue>,
    reading: Option<Queue>,
    turns: Turns,
    writer: Option<JoinHandle<()>>,
    checkpointer: Option<JoinHandle<()>>,
    readers: Vec<JoinHandle<()>>,
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
        let mut store = Self {
            writing: Some(writing),
            reading: Some(reading),
            turns: Turns::new(),
            writer: None,
            checkpointer: None,
            readers: vec![],
        };
        let looks = Arc::new(Mutex::new(looks));
        for n in 0..options.readers {
            let engine = SqliteEngine::open_for(options, Access::Read)?;
            let reader = Reader { engine, source: source.branch() };
            store.readers.push(start_reader(n, reader, looks.clone())?);
        }
        let turns = store.turns.clone();
        engine.leave_log_to(turns.clone(), options.checkpoint_pages)?;
        let copying = SqliteEngine::open(options)?;
        store.checkpointer = Some(start_checkpointer(Checkpointer { engine: copying, turns })?);
        let writer = Writer { engine, source, batch_max: options.batch_max, known: Overlay::new() };
        store.writer = Some(start_writer(writer, queue)?);
        Ok(store)
    }
}

fn start_writer(writer: Writer, queue: Receiver<Box<dyn Work>>) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("store-writer".into()).spawn(move || writer.run(&queue))
}

fn start_checkpointer(checkpointer: Checkpointer) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name("store-checkpoint".into()).spawn(move || checkpointer.run())
}

fn start_reader(
    n: usize,
    reader: Reader,
    queue: Arc<Mutex<Receiver<Box<dyn Work>>>>,
) -> io::Result<JoinHandle<()>> {
    thread::Builder::new().name(format!("store-reader-{n}")).spawn(move || reader.run(&queue))
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
        // Readers first: the writer can empty the log only when nobody reads from it.
        self.reading = None;
        self.readers.drain(..).for_each(join);
        self.turns.end();
        self.checkpointer.take().into_iter().for_each(join);
        self.writing = None;
        self.writer.take().into_iter().for_each(join);
    }
}

fn join(thread: JoinHandle<()>) {
    // The last owner may have been a piece of work, and then this is the store's own thread.
    if thread.thread().id() != thread::current().id() {
        // A panic there has already been told by the panic hook.
        let _ = thread.join();
    }
}
