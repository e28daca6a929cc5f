//! Tells work its end once the disk has what it did.
//!
//! SQLite would wait for the disk inside each commit, and the one writer with it. Here the writer
//! goes on with the next batch, and a thread of its own waits: one wait makes everything last that
//! was committed before it began. Nobody hears of a commit earlier; not from a reader either, which
//! may have seen it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use sekisho_app::tx::{StoreError, Work};

use crate::writer::finish;

/// Batches that may wait for the disk while the writer works at the next.
const AHEAD: usize = 4;

/// Work that has run, and what became of it.
pub(crate) struct Ended {
    pub(crate) work: Box<dyn Work>,
    pub(crate) outcome: Result<(), StoreError>,
}

/// How many commits have begun, how many are over, and how many of those the disk has.
#[derive(Default)]
struct Commits {
    begun: AtomicU64,
    over: AtomicU64,
    lasting: AtomicU64,
}

/// Where work goes when it has run.
#[derive(Clone)]
pub(crate) struct Ending {
    queue: SyncSender<Vec<Ended>>,
    commits: Arc<Commits>,
}

impl Ending {
    /// Runs a commit, for one writer at a time. From its beginning on readers may see it.
    pub(crate) fn commit<T>(&self, commit: impl FnOnce() -> T) -> T {
        self.commits.begun.fetch_add(1, Ordering::SeqCst);
        let outcome = commit();
        self.commits.over.fetch_add(1, Ordering::SeqCst);
        outcome
    }

    /// Lets `ended` be told as soon as all that it may have seen or done lasts.
    pub(crate) fn tell(&self, ended: Vec<Ended>) {
        let begun = self.commits.begun.load(Ordering::SeqCst);
        if self.commits.lasting.load(Ordering::SeqCst) == begun {
            return ended.into_iter().for_each(|ended| finish(ended.work, ended.outcome));
        }
        // The syncer outlives everybody who holds an `Ending`.
        let _ = self.queue.send(ended);
    }
}

/// Makes commits last: returns when everything written to the log before is on the disk.
pub(crate) type SyncLog = Box<dyn FnMut() -> io::Result<()> + Send>;

pub(crate) struct Syncer {
    queue: Receiver<Vec<Ended>>,
    commits: Arc<Commits>,
    sync: SyncLog,
}

impl Syncer {
    pub(crate) fn new(sync: SyncLog) -> (Self, Ending) {
        let (sender, queue) = sync_channel(AHEAD);
        let commits = Arc::<Commits>::default();
        (Self { queue, commits: commits.clone(), sync }, Ending { queue: sender, commits })
    }

    /// Works until nobody can send any more.
    ///
    /// What a disk has once refused it may have dropped, and a later success says nothing about it
    /// (as PostgreSQL learned in 2018): from then on everybody is told that the store is away,
    /// until it is opened anew.
    pub(crate) fn run(mut self) {
        let mut refused = None;
        while let Ok(first) = self.queue.recv() {
            let ended: Vec<Ended> =
                first.into_iter().chain(self.queue.try_iter().flatten()).collect();
            let over = self.commits.over.load(Ordering::SeqCst);
            if refused.is_none() {
                match (self.sync)() {
                    Ok(()) => self.commits.lasting.store(over, Ordering::SeqCst),
                    Err(error) => refused = Some(away(&error)),
                }
            }
            for ended in ended {
                finish(ended.work, refused.clone().map_or(ended.outcome, Err));
            }
        }
    }
}

fn away(error: &io::Error) -> StoreError {
    StoreError::Unavailable(format!("the disk did not keep the log: {error}"))
}

/// Syncs the log of the database at `path`, which is open already: only then has it a log, and only
/// until its last connection is gone.
pub(crate) fn of_log(path: &Path) -> Result<SyncLog, StoreError> {
    let log =
        open_log(path).map_err(|e| StoreError::Unavailable(format!("no log to sync: {e}")))?;
    Ok(Box::new(move || log.sync_data()))
}

fn open_log(path: &Path) -> io::Result<File> {
    // Of a link SQLite keeps the log where the file itself is.
    let mut log = path.canonicalize()?.into_os_string();
    log.push("-wal");
    File::open(log)
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};
    use std::thread;

    use sekisho_app::tx::Tx;
    use sekisho_domain::moment::Moment;

    use super::*;

    struct Told(Sender<Result<(), StoreError>>);

    impl Work for Told {
        fn run(&mut self, _: &mut Tx, _: &mut Moment) -> bool {
            true
        }

        fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
            self.0.send(outcome).expect("the test listens");
        }
    }

    type Outcomes = Receiver<Result<(), StoreError>>;

    fn ended(outcome: Result<(), StoreError>) -> (Vec<Ended>, Outcomes) {
        let (told, outcomes) = channel();
        (vec![Ended { work: Box::new(Told(told)), outcome }], outcomes)
    }

    #[test]
    fn nobody_hears_of_a_commit_before_the_disk_has_it() {
        let (begun, begins) = channel();
        let (go_on, wait) = channel::<()>();
        let sync = move || {
            begun.send(()).expect("the test listens");
            wait.recv().map_err(io::Error::other)
        };
        let (syncer, ending) = Syncer::new(Box::new(sync));
        let thread = thread::spawn(move || syncer.run());

        let (nothing, outcomes) = ended(Ok(()));
        ending.tell(nothing);
        assert_eq!(outcomes.try_recv(), Ok(Ok(())), "nothing was committed, nothing is waited for");

        ending.commit(|| ());
        let (first, first_told) = ended(Ok(()));
        ending.tell(first);
        begins.recv().expect("the disk is asked");
        ending.commit(|| ());
        let (second, second_told) = ended(Ok(()));
        ending.tell(second);
        let (reader, reader_told) = ended(Ok(()));
        ending.tell(reader);
        assert!(first_told.try_recv().is_err());
        go_on.send(()).expect("the disk waits");
        assert_eq!(first_told.recv(), Ok(Ok(())));
        begins.recv().expect("what came meanwhile needs a wait of its own");
        assert!(second_told.try_recv().is_err() && reader_told.try_recv().is_err());
        go_on.send(()).expect("the disk waits");
        assert_eq!((second_told.recv(), reader_told.recv()), (Ok(Ok(())), Ok(Ok(()))));

        drop(ending);
        thread.join().expect("the syncer ends");
    }

    #[test]
    fn a_disk_that_refused_once_is_never_believed_again() {
        let mut answers = vec![Ok(()), Err(io::Error::other("worn out"))];
        let sync = move || answers.pop().expect("it is not asked again");
        let (syncer, ending) = Syncer::new(Box::new(sync));
        let thread = thread::spawn(move || syncer.run());
        for _ in 0..2 {
            ending.commit(|| ());
            let (work, told) = ended(Ok(()));
            ending.tell(work);
            let told = told.recv().expect("an answer");
            assert!(matches!(told, Err(StoreError::Unavailable(_))), "{told:?}");
        }
        drop(ending);
        thread.join().expect("the syncer ends");
    }
}
