//! The one thread that writes.
//!
//! It takes all work that waits, runs it one after another over one overlay, and writes what came
//! out in one transaction (house.md §4); when that is on the disk, the [syncer](crate::syncer)
//! answers. It never waits for more work to come: while one batch is written, the next gathers by
//! itself.

use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::slice;
use std::sync::mpsc::Receiver;

use sekisho_app::tx::{Overlay, StoreError, Tx, Work};

use crate::Apply;
use crate::source::Source;
use crate::sqlite::SqliteEngine;
use crate::syncer::{Ended, Ending};

/// How often work that ran into somebody else's change is run.
const TRIES: usize = 3;

pub(crate) struct Writer {
    pub(crate) engine: SqliteEngine,
    pub(crate) source: Source,
    pub(crate) batch_max: usize,
    /// Rows as the last commit left them.
    pub(crate) known: Overlay,
    /// Where work goes when it has run.
    pub(crate) ending: Ending,
}

/// Work with what became of it.
struct Job {
    work: Box<dyn Work>,
    panicked: bool,
}

impl Writer {
    /// Works until nobody can send any more and the queue is empty.
    pub(crate) fn run(mut self, queue: &Receiver<Box<dyn Work>>) {
        while let Ok(first) = queue.recv() {
            let rest = queue.try_iter().take(self.batch_max.saturating_sub(1));
            let jobs = std::iter::once(first).chain(rest);
            self.serve(jobs.map(|work| Job { work, panicked: false }).collect());
        }
        self.engine.checkpoint();
    }

    fn serve(&mut self, mut jobs: Vec<Job>) {
        if jobs.len() > 1 {
            let outcome = self.transact(&mut jobs);
            // Busy: the lock was not to be had, and will not be for each alone either.
            if matches!(outcome, Ok(()) | Err(StoreError::Busy)) {
                return self.ending.tell(jobs.into_iter().map(|job| job.ended(&outcome)).collect());
            }
        }
        // Whoever made the batch fail must not take the others down.
        for job in jobs {
            self.serve_alone(job);
        }
    }

    fn serve_alone(&mut self, mut job: Job) {
        let mut outcome = Err(StoreError::Conflict);
        for _ in 0..TRIES {
            outcome = self.transact(slice::from_mut(&mut job));
            if outcome != Err(StoreError::Conflict) {
                break;
            }
        }
        self.ending.tell(vec![job.ended(&outcome)]);
    }

    fn transact(&mut self, jobs: &mut [Job]) -> Result<(), StoreError> {
        self.engine.begin()?;
        let outcome = catch_unwind(AssertUnwindSafe(|| self.decide_and_write(jobs)));
        self.engine.roll_back();
        outcome.unwrap_or_else(|_| Err(we_were_wrong()))
    }

    fn decide_and_write(&mut self, jobs: &mut [Job]) -> Result<(), StoreError> {
        if self.engine.changed_elsewhere()? {
            self.known = Overlay::new();
        }
        // Should anything fail from here on, nothing is known any more.
        let mut batch = mem::take(&mut self.known);
        for job in jobs.iter_mut().filter(|job| !job.panicked) {
            let mut tx = Tx::begin(&mut self.engine, &mut batch);
            let mut moment = self.source.moment();
            // A use case that panics leaves no trace: what it saved goes with its Tx.
            match catch_unwind(AssertUnwindSafe(|| job.work.run(&mut tx, &mut moment))) {
                Ok(true) => tx.keep(),
                Ok(false) => {}
                Err(_) => job.panicked = true,
            }
        }
        let changes = batch.changes();
        if !changes.is_empty() {
            self.engine.apply(&changes)?;
            self.ending.commit(|| self.engine.commit())?;
        }
        batch.sweep();
        self.known = batch;
        Ok(())
    }
}

impl Job {
    fn ended(self, outcome: &Result<(), StoreError>) -> Ended {
        let outcome = if self.panicked { Err(we_were_wrong()) } else { outcome.clone() };
        Ended { work: self.work, outcome }
    }
}

/// Tells `work` its end; should even that panic, the thread lives on.
pub(crate) fn finish(work: Box<dyn Work>, outcome: Result<(), StoreError>) {
    // The panic hook has already told the operator.
    let _ = catch_unwind(AssertUnwindSafe(|| work.finish(outcome)));
}

/// What the caller of a use case that panicked is told.
pub(crate) fn we_were_wrong() -> StoreError {
    StoreError::Corrupt("the use case found its own assumptions broken; nothing was kept".into())
}
