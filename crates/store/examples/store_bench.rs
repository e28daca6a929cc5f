//! How many use cases a second the store alone can take, by how many share a commit.
//!
//! `cargo run --release -p sekisho-store --example store_bench [directory] [seconds] [pages]`
//!
//! `pages` is how long the log grows between checkpoints.
//!
//! The rows are those of one approval's three steps (docs/decisions): each reads a kept reply
//! (absent), the approval or its contract, and the credential; and writes approval (600 B),
//! credential, an audit row (300 B) and a reply (200 B, random key), the last step also a mail. The
//! queue is kept full, so every batch is as large as it may be. Compare only figures taken in turns
//! within minutes.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use sekisho_app::tx::{Facets, Record, Store, StoreError, Table, Tx, Work};
use sekisho_domain::moment::Moment;
use sekisho_domain::time::Timestamp;
use sekisho_store::{Options, SqliteStore, blocking, migrate};
use serde::{Deserialize, Serialize};

const CONTRACTS: u64 = 100_000;
const START_MS: i64 = 1_795_151_000_000;
/// How many approvals are on their way at once; more than a batch, so that no batch holds two steps
/// of one.
const OPEN: u64 = 1024;

macro_rules! rows {
    ($($name:ident in $table:ident, state $state:expr, due $due:expr;)*) => {$(
        #[derive(Clone, Serialize, Deserialize)]
        struct $name { key: String, owner: String, step: u64, rest: String }

        impl $name {
            fn new(key: String, owner: &str, step: u64, length: usize) -> Self {
                Self { key, owner: owner.to_owned(), step, rest: "x".repeat(length) }
            }
        }

        impl Record for $name {
            const TABLE: Table = Table::$table;
            type Key = String;
            fn key(&self) -> String { self.key.clone() }
            fn facets(&self) -> Facets {
                let state: fn(u64) -> &'static str = $state;
                let due: fn(u64) -> Option<i64> = $due;
                Facets {
                    institution: "ins_01m7vncdx3e3zbpamptxnpn4sa".into(),
                    owner: self.owner.clone(),
                    state: state(self.step),
                    due: due(self.step),
                }
            }
        }
    )*};
}

rows! {
    Contract in Contract, state |_| "active", due |_| None;
    Credential in Credential, state |_| "active", due |_| None;
    Approval in Approval, state |step| ["requested", "shown", "approved"][(step % 3) as usize],
        due |step| Some(at(step / 3));
    // One index beside the key, as for an event.
    Audit in BatchItem, state |_| "", due |_| None;
    Reply in Reply, state |_| "", due |step| Some(at(step));
    Mail in Notice, state |_| "due", due |step| Some(at(step));
}

/// The instant of a step, in milliseconds.
fn at(step: u64) -> i64 {
    START_MS + i64::try_from(step).expect("a bench is short")
}

/// One step of one approval.
struct Step {
    number: u64,
    done: Sender<bool>,
}

impl Step {
    fn take(&self, tx: &mut Tx, moment: &mut Moment) -> Result<(), StoreError> {
        let round = self.number / (3 * OPEN);
        let step = self.number / OPEN % 3;
        let approval = round * OPEN + self.number % OPEN;
        let contract = contract(approval.wrapping_mul(0x9E37_79B9_7F4A_7C15) % CONTRACTS);

        let reply = format!("{:032x}", u128::from_be_bytes(moment.bytes()));
        let key = format!("apr_{approval:026}");
        assert!(tx.load::<Reply>(&reply)?.is_none());
        if step == 0 {
            tx.load::<Contract>(&contract)?.expect("contracts were laid");
        } else {
            tx.load::<Approval>(&key)?.expect("the step before was committed");
        }
        let card = format!("crd_{contract}");
        let mut credential = tx.load::<Credential>(&card)?.expect("credentials were laid");
        credential.step += 1;
        tx.put(credential)?;
        tx.put(Approval::new(key, &contract, approval * 3 + step, 500))?;
        tx.put(Audit::new(format!("evt_{:026}", self.number), &contract, 0, 200))?;
        tx.put(Reply::new(reply, "", self.number, 100))?;
        if step == 2 {
            tx.put(Mail::new(format!("out_{approval:026}"), &contract, self.number, 200))?;
        }
        Ok(())
    }
}

impl Work for Step {
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool {
        self.take(tx, moment).is_ok()
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        // The bench may have stopped counting.
        let _ = self.done.send(outcome.is_ok());
    }
}

fn contract(number: u64) -> String {
    format!("ctr_{number:026}")
}

#[expect(clippy::disallowed_methods, reason = "a bench measures real time")]
fn now() -> Instant {
    Instant::now()
}

fn open(options: &Options) -> SqliteStore {
    migrate::migrate(options).expect("a new file");
    let clock = Arc::new(|| Timestamp::from_millis(START_MS));
    // Each batch size draws other reply keys.
    let seed = [u8::try_from(options.batch_max % 251).expect("below 251"); 32];
    SqliteStore::open(options, clock, seed).expect("a migrated file")
}

fn lay(store: &SqliteStore) {
    for first in (0..CONTRACTS).step_by(10_000) {
        blocking::run::<(), StoreError, _>(store, move |tx, _| {
            for number in first..first + 10_000 {
                let contract = contract(number);
                let card = format!("crd_{contract}");
                tx.put(Credential::new(card, &contract, 0, 150))?;
                tx.put(Contract::new(contract, "", 0, 200))?;
            }
            Ok(())
        })
        .expect("room on the disk");
    }
}

/// Steps a second at this batch size; `next` is the first step not taken yet.
fn measure(options: &Options, next: &mut u64, span: Duration) -> f64 {
    let store = open(options);
    let (done, ends) = channel();
    let start = now();
    let first = *next;
    let mut waiting = 0;
    // Whole rounds, so that the next batch size finds no step missing.
    while start.elapsed() < span || !(*next).is_multiple_of(3 * OPEN) {
        while waiting < OPEN {
            let step = Step { number: *next, done: done.clone() };
            store.write(Box::new(step)).expect("the queue is longer than what waits");
            *next += 1;
            waiting += 1;
        }
        assert!(ends.recv().expect("this function holds a sender"), "a step failed");
        waiting -= 1;
        while let Ok(kept) = ends.try_recv() {
            assert!(kept, "a step failed");
            waiting -= 1;
        }
    }
    for _ in 0..waiting {
        assert!(ends.recv().expect("this function holds a sender"), "a step failed");
    }
    let steps = u32::try_from(*next - first).expect("a bench is short");
    f64::from(steps) / start.elapsed().as_secs_f64()
}

fn main() -> io::Result<()> {
    let mut args = std::env::args().skip(1);
    let directory = args.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let seconds = args.next().and_then(|text| text.parse().ok()).unwrap_or(3);
    let path = directory.join("store_bench.sqlite");
    for end in ["", "-wal", "-shm"] {
        // A file of an earlier run may lie there, or not.
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
    let mut options = Options::at(&path);
    if let Some(pages) = args.next().and_then(|text| text.parse().ok()) {
        options.checkpoint_pages = pages;
    }
    let start = now();
    lay(&open(&options));
    let mut out = io::stdout().lock();
    writeln!(out, "laid {CONTRACTS} contracts in {:.1} s", start.elapsed().as_secs_f64())?;
    let mut next = 0;
    for batch_max in [1, 4, 16, 64, 128, 256] {
        options.batch_max = batch_max;
        let rate = measure(&options, &mut next, Duration::from_secs(seconds));
        writeln!(out, "{batch_max:>4} a commit: {rate:>7.0} a second")?;
    }
    Ok(())
}
