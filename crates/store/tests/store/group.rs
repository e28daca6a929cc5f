//! Many callers at once: the writer groups them, and nobody pays for another's fault.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::account::{Account, Scratch, account, accounts, clock, key, open};
use sekisho_app::tx::{Record, Store, StoreError, Tx, Work};
use sekisho_domain::moment::Moment;
use sekisho_store::{OpenError, Options, SqliteEngine, SqliteStore, blocking};

fn yen(store: &dyn Store, id: &str) -> i64 {
    let id = key(id);
    let found = blocking::look::<_, StoreError, _>(store, move |tx, _| tx.load::<Account>(&id));
    found.expect("a store that works").expect("it was put").yen
}

fn pay_one(tx: &mut Tx, id: &str) -> Result<(), StoreError> {
    let found = tx.load::<Account>(&key(id))?.expect("it was put");
    let more = found.yen + 1;
    tx.put(found.yen(more))
}

/// Holds the writer until it is told to go on, so that what is sent meanwhile lands in one batch.
struct Gate {
    entered: Sender<()>,
    go_on: Receiver<()>,
}

impl Work for Gate {
    fn run(&mut self, _: &mut Tx, _: &mut Moment) -> bool {
        // The test may have ended already.
        let _ = self.entered.send(());
        let _ = self.go_on.recv();
        false
    }

    fn finish(self: Box<Self>, _: Result<(), StoreError>) {}
}

/// The writer stands still until the returned sender is dropped.
fn hold(store: &dyn Store) -> Sender<()> {
    let (entered, inside) = channel();
    let (hold, go_on) = channel();
    store.write(Box::new(Gate { entered, go_on })).expect("room in the queue");
    inside.recv().expect("the writer has begun");
    hold
}

type Act = Box<dyn FnMut(&mut Tx) -> Result<(), StoreError> + Send>;

/// Work that tells what became of it.
struct Told {
    act: Act,
    told: Sender<Result<(), StoreError>>,
}

impl Work for Told {
    fn run(&mut self, tx: &mut Tx, _: &mut Moment) -> bool {
        (self.act)(tx).is_ok()
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        // A test need not wait for its answer.
        let _ = self.told.send(outcome);
    }
}

fn send(
    store: &dyn Store,
    act: impl FnMut(&mut Tx) -> Result<(), StoreError> + Send + 'static,
) -> Receiver<Result<(), StoreError>> {
    let (told, outcome) = channel();
    store.write(Box::new(Told { act: Box::new(act), told })).expect("room in the queue");
    outcome
}

#[test]
fn no_change_is_lost_among_64_callers() {
    let scratch = Scratch::new();
    let store = scratch.open();
    send(&store, |tx| accounts(5).into_iter().try_for_each(|account| tx.put(account)))
        .recv()
        .expect("the writer answers")
        .expect("room on the disk");
    thread::scope(|scope| {
        for caller in 0..64 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..40 {
                    let id = format!("acc_{:05}", (caller + n) % 5);
                    blocking::run::<_, StoreError, _>(store, move |tx, _| pay_one(tx, &id))
                        .expect("room in the queue");
                }
            });
        }
    });
    let sum: i64 = accounts(5).iter().map(|account| yen(&store, &account.id)).sum();
    assert_eq!(sum, 64 * 40);
}

#[test]
fn two_processes_share_the_file_without_losing_a_change() {
    let scratch = Scratch::new();
    let (one, two) = (scratch.open(), scratch.open());
    send(&one, |tx| tx.put(account("a"))).recv().expect("an answer").expect("room");
    thread::scope(|scope| {
        for store in [&one, &two] {
            for _ in 0..4 {
                scope.spawn(move || {
                    for _ in 0..50 {
                        blocking::run::<_, StoreError, _>(store, |tx, _| pay_one(tx, "a"))
                            .expect("each waits for the other");
                    }
                });
            }
        }
    });
    assert_eq!((yen(&one, "a"), yen(&two, "a")), (400, 400));
}

#[test]
fn what_is_changed_again_after_thousands_of_others_is_changed_rightly() {
    const ROWS: usize = 6_000; // more than the writer remembers
    let scratch = Scratch::new();
    let store = scratch.open();
    let done = |outcome: Receiver<Result<(), StoreError>>| {
        assert_eq!(outcome.recv(), Ok(Ok(())));
    };
    done(send(&store, |tx| accounts(ROWS).into_iter().try_for_each(|account| tx.put(account))));
    for _ in 0..2 {
        for part in accounts(ROWS).chunks(500) {
            let ids: Vec<String> = part.iter().map(|account| account.id.clone()).collect();
            done(send(&store, move |tx| ids.iter().try_for_each(|id| pay_one(tx, id))));
        }
    }
    done(send(&store, |tx| tx.forget(Account::TABLE, &"acc_00007")));
    done(send(&store, |tx| {
        assert_eq!(tx.load::<Account>(&key("acc_00007"))?, None);
        tx.put(account("acc_00007").yen(2))
    }));
    drop(store);
    let store = scratch.open();
    assert!(accounts(ROWS).iter().all(|account| yen(&store, &account.id) == 2));
}

#[test]
fn the_log_is_copied_while_writing_goes_on_and_begins_anew() {
    let scratch = Scratch::new();
    let store = open(&Options { checkpoint_pages: 100, ..scratch.options() });
    let commits = (0..3_000).map(|n| send(&store, move |tx| tx.put(account(format!("{n:05}")))));
    // One after another, so that each is a commit of a few pages.
    assert!(commits.into_iter().all(|outcome| outcome.recv() == Ok(Ok(()))));
    let log = scratch.path().with_extension("sqlite-wal");
    let pages = std::fs::metadata(log).expect("the log").len() / 4096;
    assert!(pages < 3_000, "{pages} pages");
    assert_eq!(yen(&store, "02999"), 0);
}

#[test]
fn within_a_batch_each_sees_what_those_before_it_kept() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let gate = hold(&store);
    let first = send(&store, |tx| tx.put(account("a")));
    let refused = send(&store, |tx| {
        pay_one(tx, "a")?;
        Err(StoreError::Busy)
    });
    let rest: Vec<_> = (0..10).map(|_| send(&store, |tx| pay_one(tx, "a"))).collect();
    drop(gate);
    assert_eq!(first.recv(), Ok(Ok(())));
    assert_eq!(refused.recv(), Ok(Ok(())), "a refusal is no failure of the store");
    assert!(rest.iter().all(|outcome| outcome.recv() == Ok(Ok(()))));
    assert_eq!(yen(&store, "a"), 10);
}

#[test]
fn a_panic_takes_nobody_else_down() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let gate = hold(&store);
    let before = send(&store, |tx| tx.put(account("a")));
    let wrong = send(&store, |tx| {
        tx.put(account("b"))?;
        panic!("this use case was wrong");
    });
    let after = send(&store, |tx| pay_one(tx, "a"));
    drop(gate);
    assert_eq!((before.recv(), after.recv()), (Ok(Ok(())), Ok(Ok(()))));
    assert!(matches!(wrong.recv(), Ok(Err(StoreError::Corrupt(_)))));
    assert_eq!(yen(&store, "a"), 1);
    let b = blocking::look::<_, StoreError, _>(&store, |tx, _| tx.load::<Account>(&key("b")));
    assert_eq!(b, Ok(None));
}

/// A record that cannot be written.
#[derive(Clone, serde::Deserialize)]
struct Unwritable;

impl serde::Serialize for Unwritable {
    fn serialize<S: serde::Serializer>(&self, _: S) -> Result<S::Ok, S::Error> {
        Err(serde::ser::Error::custom("this record cannot be written"))
    }
}

impl Record for Unwritable {
    const TABLE: sekisho_app::tx::Table = sekisho_app::tx::Table::Desk;
    type Key = String;

    fn key(&self) -> String {
        "u".into()
    }

    fn facets(&self) -> sekisho_app::tx::Facets {
        sekisho_app::tx::Facets::default()
    }
}

#[test]
fn a_batch_that_cannot_be_written_is_run_again_one_by_one() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let gate = hold(&store);
    let before = send(&store, |tx| tx.put(account("a")));
    let wrong = send(&store, |tx| tx.put(Unwritable));
    let after = send(&store, |tx| pay_one(tx, "a"));
    drop(gate);
    assert_eq!((before.recv(), after.recv()), (Ok(Ok(())), Ok(Ok(()))));
    assert!(matches!(wrong.recv(), Ok(Err(StoreError::Corrupt(_)))));
    assert_eq!(yen(&store, "a"), 1);
}

#[test]
fn a_full_queue_says_so_at_once() {
    let scratch = Scratch::new();
    let store = open(&Options { queue_max: 2, ..scratch.options() });
    let gate = hold(&store);
    let waiting: Vec<_> = (0..2).map(|_| send(&store, |tx| tx.put(account("a")))).collect();
    let refused = blocking::run::<_, StoreError, _>(&store, |tx, _| tx.put(account("b")));
    assert_eq!(refused, Err(StoreError::Busy));
    drop(gate);
    assert!(waiting.iter().all(|outcome| outcome.recv() == Ok(Ok(()))));
}

#[test]
fn what_is_queued_at_the_end_is_still_done() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let gate = hold(&store);
    let last = send(&store, |tx| tx.put(account("a").yen(9)));
    drop(gate);
    drop(store);
    assert_eq!(last.recv(), Ok(Ok(())));
    assert_eq!(yen(&scratch.open(), "a"), 9);
    assert!(!scratch.path().with_extension("sqlite-wal").exists(), "the log was emptied");
}

#[test]
fn what_was_written_just_before_the_end_is_told_truly() {
    let scratch = Scratch::new();
    for n in 0..100 {
        let store = scratch.open();
        let outcome = send(&store, move |tx| tx.put(account(format!("{n:05}"))));
        drop(store);
        assert_eq!(outcome.recv(), Ok(Ok(())), "the {n}th");
    }
}

#[cfg(unix)]
#[test]
fn a_file_behind_a_link_is_as_good_as_any() {
    let scratch = Scratch::new();
    let link = scratch.path().with_file_name("link.sqlite");
    std::os::unix::fs::symlink(scratch.path(), &link).expect("the folder is ours");
    let store = open(&Options { path: link, ..scratch.options() });
    assert_eq!(send(&store, |tx| tx.put(account("a"))).recv(), Ok(Ok(())));
}

#[test]
fn a_store_may_be_dropped_by_its_own_work() {
    let scratch = Scratch::new();
    let store = std::sync::Arc::new(scratch.open());
    let (gate, own) = (hold(store.as_ref()), store.clone());
    let outcome = send(store.as_ref(), move |tx| {
        assert!(std::sync::Arc::strong_count(&own) > 0);
        tx.put(account("a"))
    });
    drop(store);
    drop(gate);
    assert_eq!(outcome.recv(), Ok(Ok(())));
}

#[test]
fn a_copy_opened_for_reading_can_be_read_and_not_written() {
    let scratch = Scratch::new();
    send(&scratch.open(), |tx| tx.put(account("a").yen(3)))
        .recv()
        .expect("an answer")
        .expect("room");
    let store = open(&Options { read_only: true, ..scratch.options() });
    let gate = hold_or_not(&store);
    let refused: Vec<_> = (0..3).map(|_| send(&store, |tx| tx.put(account("b")))).collect();
    drop(gate);
    for outcome in refused {
        let outcome = outcome.recv().expect("the writer lives on");
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(yen(&store, "a"), 3);
}

/// A store that cannot begin to write runs no gate either; the work is then not batched.
fn hold_or_not(store: &dyn Store) -> Receiver<()> {
    let (entered, inside) = channel();
    let (_, go_on) = channel();
    store.write(Box::new(Gate { entered, go_on })).expect("room in the queue");
    inside
}

#[test]
fn a_full_disk_is_told_and_passes() {
    let scratch = Scratch::new();
    let pages = 200;
    let store = open(&Options { pages_max: Some(pages), ..scratch.options() });
    assert_eq!(send(&store, |tx| tx.put(account("small"))).recv(), Ok(Ok(())));
    let long = "x".repeat(50_000);
    let fill = |n: usize| {
        let owner = long.clone();
        send(&store, move |tx| tx.put(account(format!("acc_{n:05}")).of(&owner)))
    };
    let refused = (0..100).find_map(|n| match fill(n).recv().expect("the writer lives on") {
        Ok(()) => None,
        Err(error) => Some((n, error)),
    });
    let (kept, error) = refused.expect("the file must not grow that far");
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");

    // In a batch too, everybody is told, except whoever still fits.
    let gate = hold(&store);
    let large: Vec<_> = (0..4).map(|n| fill(kept + n)).collect();
    let small = send(&store, |tx| pay_one(tx, "small"));
    drop(gate);
    for outcome in large {
        let outcome = outcome.recv().expect("the writer lives on");
        assert!(matches!(outcome, Err(StoreError::Unavailable(_))), "{outcome:?}");
    }
    assert_eq!(small.recv(), Ok(Ok(())));

    let room = send(&store, |tx| {
        ["acc_00001", "acc_00002"].iter().try_for_each(|id| tx.forget(Account::TABLE, id))
    });
    assert_eq!(room.recv(), Ok(Ok(())));
    assert_eq!(fill(kept).recv(), Ok(Ok(())), "space has returned");
    assert_eq!(yen(&store, "small"), 1);
}

#[test]
fn what_is_no_database_is_refused_in_words() {
    let scratch = Scratch::new();
    let open = |options: &Options| SqliteStore::open(options, clock(), [2; 32]).err();
    let other = scratch.path().with_extension("txt");
    std::fs::write(&other, "this is no database, however long one looks at it".repeat(100))
        .expect("room for tests");
    let error = open(&Options::at(&other));
    assert!(matches!(error, Some(OpenError::Store(StoreError::Corrupt(_)))), "{error:?}");
    let nowhere = scratch.path().join("nowhere");
    let error = open(&Options::at(&nowhere));
    assert!(matches!(error, Some(OpenError::Store(StoreError::Unavailable(_)))), "{error:?}");
}

#[test]
fn a_row_that_does_not_hold_what_it_should_is_told() {
    let scratch = Scratch::new();
    let store = scratch.open();
    send(&store, |tx| tx.put(account("a"))).recv().expect("an answer").expect("room");
    let connection = rusqlite::Connection::open(scratch.path()).expect("the same file");
    connection.execute("UPDATE approval SET body = '{'", []).expect("somebody's mistake");
    let found = blocking::look::<_, StoreError, _>(&store, |tx, _| tx.load::<Account>(&key("a")));
    assert!(matches!(found, Err(StoreError::Corrupt(_))), "{found:?}");
}

#[test]
fn the_engine_alone_can_be_had_too() {
    let scratch = Scratch::new();
    let mut engine = SqliteEngine::open(&scratch.options()).expect("a migrated file");
    engine.begin().expect("nobody else is there");
    engine.commit().expect("nothing to write");
    engine.roll_back();
}
