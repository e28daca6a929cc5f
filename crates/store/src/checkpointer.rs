//! Copies the write-ahead log into the file, on a thread beside the writer.
//!
//! The writer is what everything waits for, and copying would be a sixth of its work. A log that
//! is always being written is never copied to its end by another, and would grow for ever; so the
//! two take turns: the thread copies until little is left, and the writer copies that little
//! between two commits. The log then begins anew.

use std::ffi::c_int;
use std::mem;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use rusqlite::hooks::Wal;

use crate::sqlite::SqliteEngine;

/// After a round of so few pages it is the writer's turn: about as many have come meanwhile.
const LITTLE: c_int = 256;

/// Rounds after which it is the writer's turn whatever is left: it writes as fast as we copy.
const ROUNDS: usize = 8;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    /// The log is short.
    Nobody,
    Checkpointer,
    Writer,
    /// The store is being closed.
    Over,
}

/// What the two threads share.
#[derive(Clone)]
pub(crate) struct Turns(Arc<(Mutex<Turn>, Condvar)>);

impl Turns {
    pub(crate) fn new() -> Self {
        Self(Arc::new((Mutex::new(Turn::Nobody), Condvar::new())))
    }

    /// What the writer does after each commit, with a log now `pages` long.
    pub(crate) fn committed(&self, log: &mut Wal, pages: c_int, longest: c_int) {
        let mut turn = self.turn();
        match *turn {
            Turn::Nobody if pages >= longest => {
                *turn = Turn::Checkpointer;
                self.0.1.notify_one();
            }
            Turn::Writer => {
                // Not to be copied now, it is copied later: the commit has nothing to do with it.
                let _ = log.checkpoint();
                *turn = Turn::Nobody;
            }
            Turn::Nobody | Turn::Checkpointer | Turn::Over => {}
        }
    }

    /// Lets the checkpointer end.
    pub(crate) fn end(&self) {
        *self.turn() = Turn::Over;
        self.0.1.notify_one();
    }

    fn turn(&self) -> MutexGuard<'_, Turn> {
        self.0.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for the checkpointer's turn; false: there will be none.
    fn wait(&self) -> bool {
        let idle = |turn: &mut Turn| matches!(turn, Turn::Nobody | Turn::Writer);
        let turn = self.0.1.wait_while(self.turn(), idle).unwrap_or_else(PoisonError::into_inner);
        *turn == Turn::Checkpointer
    }

    fn pass_to_writer(&self) {
        let mut turn = self.turn();
        if *turn == Turn::Checkpointer {
            *turn = Turn::Writer;
        }
    }
}

pub(crate) struct Checkpointer {
    pub(crate) engine: SqliteEngine,
    pub(crate) turns: Turns,
}

impl Checkpointer {
    /// Works until [`Turns::end`].
    pub(crate) fn run(mut self) {
        while self.turns.wait() {
            let mut copied = 0;
            for _ in 0..ROUNDS {
                let until = self.engine.copy_log().unwrap_or(copied);
                if until - mem::replace(&mut copied, until) <= LITTLE {
                    break;
                }
            }
            self.turns.pass_to_writer();
        }
    }
}
