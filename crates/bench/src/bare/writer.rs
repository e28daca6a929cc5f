//! One thread that writes: it takes everything that waits, commits once, then answers.

use std::iter;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Result;
use rusqlite::{CachedStatement, Connection, OptionalExtension as _, params};
use sekisho_domain::id::{ApprovalId, ContractId};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_store::Options;
use tokio::sync::oneshot;

use super::rows;
use crate::clock;

/// One step of an approval.
#[derive(Debug)]
pub enum Step {
    /// A new approval.
    Request {
        /// Of which contract.
        contract: ContractId,
        /// The bank's own number.
        reference: String,
    },
    /// Its question is drawn.
    Open(ApprovalId),
    /// It is answered.
    Answer(ApprovalId),
}

/// A step on its way through the writer.
#[derive(Debug)]
pub struct Job {
    /// What is to be done.
    pub step: Step,
    /// The caller's key.
    pub key: Vec<u8>,
    /// Told after the commit; `None` when the key was used before or a row is not there.
    pub done: oneshot::Sender<Option<Done>>,
}

/// What was done: the approval it was done to.
#[derive(Debug, Clone, Copy)]
pub struct Done(pub ApprovalId);

/// The thread's connection and chance.
pub struct Writer {
    connection: Connection,
    chance: Chance,
    options: Options,
}

impl Writer {
    /// Opens a database made by [`rows::seed`], with the settings of sekisho's own store.
    pub fn open(database: &Path) -> Result<Self> {
        let options = Options::at(database);
        let connection = rows::connect(&options)?;
        Ok(Self { connection, chance: clock::chance(), options })
    }

    /// Starts the thread; it ends when nobody can send any more.
    pub fn start(mut self) -> Result<SyncSender<Job>> {
        let (queue, waiting) = sync_channel(self.options.queue_max);
        let run = move || self.run(&waiting);
        thread::Builder::new().name("bare-writer".to_owned()).spawn(run)?;
        Ok(queue)
    }

    fn run(&mut self, waiting: &Receiver<Job>) {
        while let Ok(first) = waiting.recv() {
            let rest = waiting.try_iter().take(self.options.batch_max - 1);
            let jobs: Vec<Job> = iter::once(first).chain(rest).collect();
            // A failure leaves the callers without an answer; only the measurement suffers.
            if let Ok(outcomes) = self.commit(&jobs) {
                for (job, outcome) in jobs.into_iter().zip(outcomes) {
                    let _ = job.done.send(outcome);
                }
            }
        }
    }

    fn commit(&mut self, jobs: &[Job]) -> rusqlite::Result<Vec<Option<Done>>> {
        let now = clock::now().millis();
        let transaction = self.connection.transaction()?;
        let mut outcomes = Vec::with_capacity(jobs.len());
        for job in jobs {
            let mut moment = Moment::new(clock::now(), &mut self.chance);
            outcomes.push(apply(&transaction, job, now, &mut moment)?);
        }
        transaction.commit()?;
        Ok(outcomes)
    }
}

fn apply(
    db: &Connection,
    job: &Job,
    now: i64,
    moment: &mut Moment,
) -> rusqlite::Result<Option<Done>> {
    let known = cached(db, "SELECT body FROM reply WHERE key = ?1")?
        .query_row([&job.key], |row| row.get::<_, Vec<u8>>(0))
        .optional()?;
    if known.is_some() {
        return Ok(None);
    }
    let done = match &job.step {
        Step::Request { contract, reference } => request(db, *contract, reference, now, moment)?,
        Step::Open(approval) => go_on(db, *approval, rows::OPEN, now)?,
        Step::Answer(approval) => go_on(db, *approval, rows::ANSWER, now)?,
    };
    if let Some(done) = done {
        let Done(approval) = done;
        let sizes = rows::sizes(&job.step);
        cached(db, "INSERT INTO event (at, approval, body) VALUES (?1, ?2, ?3)")?
            .execute(params![now, approval.to_bytes(), rows::filler(sizes.event)])?;
        cached(db, "INSERT INTO reply (key, due, body) VALUES (?1, ?2, ?3)")?.execute(params![
            job.key,
            now,
            rows::filler(sizes.reply)
        ])?;
    }
    Ok(done)
}

fn request(
    db: &Connection,
    contract: ContractId,
    reference: &str,
    now: i64,
    moment: &mut Moment,
) -> rusqlite::Result<Option<Done>> {
    let key = rows::contract_key(contract);
    if !read(db, "SELECT body FROM contract WHERE id = ?1", key)? {
        return Ok(None);
    }
    read(db, "SELECT body FROM desk WHERE contract = ?1", key)?;
    read(db, "SELECT body FROM credential WHERE contract = ?1", key)?;
    let approval = ApprovalId::make(moment);
    let id = approval.to_bytes();
    cached(db, "INSERT INTO approval (id, contract, state, due, body) VALUES (?1, ?2, 1, ?3, ?4)")?
        .execute(params![id, key, now, rows::filler(rows::REQUEST.approval)])?;
    cached(db, "INSERT INTO reference (name, approval) VALUES (?1, ?2)")?
        .execute(params![reference, rows::filler(rows::REFERENCE)])?;
    update_desk(db, key, rows::REQUEST.desk)?;
    Ok(Some(Done(approval)))
}

fn go_on(
    db: &Connection,
    approval: ApprovalId,
    sizes: rows::Sizes,
    now: i64,
) -> rusqlite::Result<Option<Done>> {
    let id = approval.to_bytes();
    let found = cached(db, "SELECT contract, state, body FROM approval WHERE id = ?1")?
        .query_row([&id], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?, row.get::<_, Vec<u8>>(2)?))
        })
        .optional()?;
    let Some((key, state, _)) = found else { return Ok(None) };
    read(db, "SELECT body FROM desk WHERE contract = ?1", key)?;
    read(db, "SELECT body FROM credential WHERE contract = ?1", key)?;
    cached(db, "UPDATE approval SET state = ?2, body = ?3 WHERE id = ?1")?.execute(params![
        id,
        state + 1,
        rows::filler(sizes.approval)
    ])?;
    cached(db, "UPDATE credential SET version = version + 1, body = ?2 WHERE contract = ?1")?
        .execute(params![key, rows::filler(rows::CREDENTIAL)])?;
    update_desk(db, key, sizes.desk)?;
    if sizes.notice > 0 {
        cached(db, "INSERT INTO notice (at, contract, body) VALUES (?1, ?2, ?3)")?
            .execute(params![now, key, rows::filler(sizes.notice)])?;
    }
    Ok(Some(Done(approval)))
}

fn update_desk(db: &Connection, contract: i64, bytes: usize) -> rusqlite::Result<()> {
    cached(db, "UPDATE desk SET version = version + 1, body = ?2 WHERE contract = ?1")?
        .execute(params![contract, rows::filler(bytes)])?;
    Ok(())
}

/// Reads a body, for the work of it; whether it is there.
fn read(db: &Connection, select: &str, key: i64) -> rusqlite::Result<bool> {
    let body = cached(db, select)?.query_row([key], |row| row.get::<_, Vec<u8>>(0)).optional()?;
    Ok(body.is_some())
}

fn cached<'a>(db: &'a Connection, text: &str) -> rusqlite::Result<CachedStatement<'a>> {
    db.prepare_cached(text)
}
