//! The threads that only read, each on a connection and a snapshot of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Mutex, PoisonError};

use sekisho_app::tx::{Overlay, StoreError, Tx, Work};

use crate::source::Source;
use crate::sqlite::SqliteEngine;
use crate::syncer::{Ended, Ending};
use crate::writer::we_were_wrong;

pub(crate) struct Reader {
    pub(crate) engine: SqliteEngine,
    pub(crate) source: Source,
    /// Where work goes when it has run: it may have seen what the disk does not have yet.
    pub(crate) ending: Ending,
}

impl Reader {
    /// Works until nobody can send any more and the queue is empty.
    pub(crate) fn run(mut self, queue: &Mutex<Receiver<Box<dyn Work>>>) {
        // One reader waits at the queue with the lock in hand, the others wait for the lock.
        let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        while let Ok(mut work) = next() {
            let outcome = self.look(work.as_mut());
            self.ending.tell(vec![Ended { work, outcome }]);
        }
    }

    fn look(&mut self, work: &mut dyn Work) -> Result<(), StoreError> {
        self.engine.begin_reading()?;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            let mut nothing = Overlay::new();
            let mut tx = Tx::begin(&mut self.engine, &mut nothing);
            work.run(&mut tx, &mut self.source.moment());
            assert!(tx.is_clean(), "work sent to the readers saves nothing");
        }));
        self.engine.roll_back();
        outcome.map_err(|_| we_were_wrong())
    }
}
