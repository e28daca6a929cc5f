//! How a database file is opened. The defaults are the measured ones (docs/decisions).

use std::path::{Path, PathBuf};

/// How a database file is opened and how much may wait before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// The database file. Beside it SQLite keeps `-wal` and `-shm` while it is open.
    pub path: PathBuf,
    /// Pages each connection keeps in memory, in MiB. More makes every commit slower, not faster.
    pub cache_mib: u32,
    /// After how many pages of log they are copied into the file. More makes the longest commits
    /// longer.
    pub checkpoint_pages: u32,
    /// Upper bound of the file, in pages of 4 KiB; beyond it the store says that it is full.
    /// `None`: the disk's.
    pub pages_max: Option<u32>,
    /// For looking at a copy: every write finishes with `Unavailable`.
    pub read_only: bool,
    /// How much work may wait, for the writer and for the readers each; beyond it a caller gets
    /// `Busy` at once.
    pub queue_max: usize,
    /// How many use cases one commit may carry. With fewer, the disk and the callers work while the
    /// writer is at the next batch; with more, less is written in all.
    pub batch_max: usize,
    /// How many threads read, each on a connection of its own.
    pub readers: usize,
}

impl Options {
    /// The defaults, for the database at `path`.
    pub fn at(path: impl AsRef<Path>) -> Self {
        Self {
            path: path.as_ref().to_owned(),
            cache_mib: 16,
            checkpoint_pages: 4000,
            pages_max: None,
            read_only: false,
            queue_max: 4096,
            batch_max: 32,
            readers: 2,
        }
    }
}
