//! One thread that writes: it takes everything that waits, commits once, then answers.

use std::iter;
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use anyhow::Result;
use rusqlite::{Connection, OptionalExtension as _, params};
use sekisho_domain::id::{ApprovalId, ContractId, EventId, NoticeId};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_store::Options;
use tokio::sync::oneshot;

use super::rows::{self, Sizes};
use crate::clock;

/// Steps in one commit at most. Waiting for the disk within each commit, fewer are no faster.
const BATCH_MAX: usize = 256;

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
    pub key: String,
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
    /// Whether customers answer with tokens.
    tokens: bool,
}

impl Writer {
    /// Opens a database made by [`rows::seed`], with the settings of sekisho's own store.
    pub fn open(database: &Path) -> Result<Self> {
        let options = Options::at(database);
        let connection = rows::connect(&options)?;
        let of_customers = "SELECT EXISTS(SELECT 1 FROM credential_secret)";
        let cards: bool = connection.query_row(of_customers, [], |row| row.get(0))?;
        Ok(Self { connection, chance: clock::chance(), options, tokens: !cards })
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
            let rest = waiting.try_iter().take(BATCH_MAX - 1);
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
            outcomes.push(apply(&transaction, job, self.tokens, now, &mut moment)?);
        }
        transaction.commit()?;
        Ok(outcomes)
    }
}

fn apply(
    db: &Connection,
    job: &Job,
    tokens: bool,
    now: i64,
    moment: &mut Moment,
) -> rusqlite::Result<Option<Done>> {
    if read(db, REPLY, &job.key)?.is_some() {
        return Ok(None);
    }
    let done = match &job.step {
        Step::Request { contract, reference } => request(db, *contract, reference, now, moment)?,
        Step::Open(approval) => go_on(db, *approval, (rows::OPEN, tokens), now, moment)?,
        Step::Answer(approval) => go_on(db, *approval, (rows::ANSWER, tokens), now, moment)?,
    };
    if let Some((_, contract)) = &done {
        let sizes = rows::sizes(&job.step);
        let id = EventId::make(moment).to_string();
        let body = rows::filler(sizes.event);
        let event = params![id, rows::INSTITUTION, contract, "approval.approved", body];
        db.prepare_cached(EVENT)?.execute(event)?;
        insert(db, REPLY, &job.key, "", Some(now), sizes.reply)?;
    }
    Ok(done.map(|(done, _)| done))
}

/// What was done, and at which contract.
type At = (Done, String);

fn request(
    db: &Connection,
    contract: ContractId,
    reference: &str,
    now: i64,
    moment: &mut Moment,
) -> rusqlite::Result<Option<At>> {
    let contract = contract.to_string();
    let credential = rows::credential_of(&contract);
    if read(db, CONTRACT, &contract)?.is_none() {
        return Ok(None);
    }
    let name = format!("{}/reference/{reference}", rows::INSTITUTION);
    read(db, ALIAS, &name)?;
    let desk = read(db, DESK, &contract)?;
    read(db, CREDENTIAL, &credential)?;
    let approval = ApprovalId::make(moment);
    let size = rows::REQUEST.approval;
    insert(db, APPROVAL, &approval.to_string(), &contract, Some(now), size)?;
    insert(db, ALIAS, &name, "", None, rows::REFERENCE)?;
    update(db, DESK, &contract, desk, "", rows::DESK)?;
    Ok(Some((Done(approval), contract)))
}

fn go_on(
    db: &Connection,
    approval: ApprovalId,
    (sizes, tokens): (Sizes, bool),
    now: i64,
    moment: &mut Moment,
) -> rusqlite::Result<Option<At>> {
    let key = approval.to_string();
    let Some(found) = read(db, APPROVAL, &key)? else { return Ok(None) };
    let contract = found.owner.clone();
    let credential = rows::credential_of(&contract);
    let desk = read(db, DESK, &contract)?;
    let card = read(db, CREDENTIAL, &credential)?;
    let answered = sizes.notice > 0;
    let state = if answered { "approved" } else { "challenged" };
    update(db, APPROVAL, &key, Some(found), state, sizes.approval)?;
    // What moves in a token moves at the answer; of a card it moves at the question, too.
    if tokens {
        let token = rows::token_of(&contract);
        let found = read(db, TOKEN, &token)?.filter(|_| answered);
        update(db, TOKEN, &token, found, "usable", rows::TOKEN)?;
    } else {
        read(db, SECRET, &credential)?;
    }
    let card = card.filter(|_| answered || !tokens);
    update(db, CREDENTIAL, &credential, card, "active", rows::CREDENTIAL)?;
    update(db, DESK, &contract, desk, "", rows::DESK)?;
    if answered {
        let notice = NoticeId::make(moment).to_string();
        insert(db, NOTICE, &notice, &contract, Some(now), sizes.notice)?;
    }
    Ok(Some((Done(approval), contract)))
}

/// A row as it was read.
struct Found {
    version: i64,
    owner: String,
}

fn insert(
    db: &Connection,
    table: Table,
    key: &str,
    owner: &str,
    due: Option<i64>,
    bytes: usize,
) -> rusqlite::Result<()> {
    let row = params![key, rows::INSTITUTION, owner, due, rows::filler(bytes)];
    db.prepare_cached(table.insert)?.execute(row).map(|_| ())
}

fn update(
    db: &Connection,
    table: Table,
    key: &str,
    found: Option<Found>,
    state: &str,
    bytes: usize,
) -> rusqlite::Result<()> {
    let Some(found) = found else { return Ok(()) };
    let row = params![key, found.version, found.version + 1, state, rows::filler(bytes)];
    db.prepare_cached(table.update)?.execute(row).map(|_| ())
}

/// Reads a row whole, as whoever judges it would.
fn read(db: &Connection, table: Table, key: &str) -> rusqlite::Result<Option<Found>> {
    let whole = |row: &rusqlite::Row| {
        let _: (String, String, Option<i64>, String) =
            (row.get(1)?, row.get(3)?, row.get(4)?, row.get(5)?);
        Ok(Found { version: row.get(0)?, owner: row.get(2)? })
    };
    db.prepare_cached(table.read)?.query_row([key], whole).optional()
}

/// The statements on the rows of one table.
#[derive(Clone, Copy)]
struct Table {
    insert: &'static str,
    update: &'static str,
    read: &'static str,
}

macro_rules! table {
    ($name:literal) => {
        Table {
            insert: concat!("INSERT INTO ", $name, " VALUES (?1, 1, ?2, ?3, 'requested', ?4, ?5)"),
            update: concat!(
                "UPDATE ",
                $name,
                " SET version = ?3, state = ?4, body = ?5 WHERE key = ?1 AND version = ?2"
            ),
            read: concat!(
                "SELECT version, institution, owner, state, due, body FROM ",
                $name,
                " WHERE key = ?1"
            ),
        }
    };
}

const ALIAS: Table = table!("alias");
const APPROVAL: Table = table!("approval");
const CONTRACT: Table = table!("contract");
const CREDENTIAL: Table = table!("credential");
const DESK: Table = table!("desk");
const NOTICE: Table = table!("notice");
const REPLY: Table = table!("idempotency_reply");
const TOKEN: Table = table!("token");
const SECRET: Table = table!("credential_secret");
const EVENT: &str =
    "INSERT INTO event (id, institution, contract, kind, body) VALUES (?1, ?2, ?3, ?4, ?5)";
