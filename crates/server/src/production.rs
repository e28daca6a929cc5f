//! The production job: from approved orders to print-ready files (domain.md §4.8).
//!
//! Cards exist in clear only here, between the draw and the printer's file. What stays behind are
//! verifiers. A job that dies is begun anew: what it had drawn is void.

mod files;
mod records;

use std::path::Path;

use sekisho_app::batch::draw::{self, InitialPassword};
use sekisho_app::batch::open::{self, Selection};
use sekisho_app::batch::seal;
use sekisho_app::error::Error;
use sekisho_domain::batch::Batch;
use sekisho_domain::id::OrderId;
use sekisho_domain::institution::Institution;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::order::OrderKind;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

pub use files::{Files, Recipients};

use crate::hashing::Hashing;
use crate::office::Office;

/// Cards drawn in one transaction.
const CHUNK: u32 = 200;

/// How a production job ended without a batch.
#[derive(Debug, thiserror::Error)]
pub enum ProductionError {
    /// A use case was refused, or the store failed.
    #[error(transparent)]
    App(#[from] Error),
    /// A file could not be written.
    #[error("writing the files: {0}")]
    Files(#[from] std::io::Error),
    /// A page could not be made.
    #[error("making the pages: {0}")]
    Print(#[from] sekisho_print::PrintError),
    /// A recipient is not an age key, or encryption failed.
    #[error("encrypting for {0}: {1}")]
    Encryption(&'static str, String),
    /// The passwords could not be hashed.
    #[error("the hashing threads are busy")]
    Hashing(#[from] crate::hashing::Busy),
}

/// What is to be produced, and for whom.
pub struct Job<'a> {
    /// The institution.
    pub institution: &'a Institution,
    /// What is made.
    pub kind: OrderKind,
    /// Which orders.
    pub selection: Selection,
    /// Where the files go; a folder of its own is made in it.
    pub folder: &'a Path,
    /// To whom they are encrypted.
    pub recipients: Recipients,
    /// When it is, for dates in letters.
    pub now: Timestamp,
}

/// What came of a job.
pub struct Outcome {
    /// What was made; `None` when nothing was to be made.
    pub produced: Option<Produced>,
    /// Orders that were not taken in, and why.
    pub refused: Vec<(OrderId, Refusal)>,
}

/// What a job made.
pub struct Produced {
    /// The sealed batch.
    pub batch: Batch,
    /// The files made, in the job's folder.
    pub files: Files,
}

/// Opens a batch of what is approved, draws it, writes its files and seals it. When a step fails,
/// the batch is given up and its orders can go into the next one.
///
/// `progress` is called with the number done and the number in all.
pub fn produce(
    office: &Office,
    hashing: &Hashing,
    chance: &mut Chance,
    job: &Job,
    mut progress: impl FnMut(u64, u64),
) -> Result<Outcome, ProductionError> {
    let (institution, kind, selection) = (job.institution.id, job.kind, job.selection.clone());
    let limit = u32::try_from(sekisho_domain::batch::ITEMS_MAX).expect("a batch is small");
    let taken = office.run(move |tx, cx| {
        let taken = open::open(tx, cx, institution, kind, &selection, limit)?;
        if taken.batch.counts.ordered == 0 {
            open::give_up(tx, cx, (institution, taken.batch.id), 1)?;
        }
        Ok(taken)
    })?;
    let total = taken.batch.counts.ordered;
    if total == 0 {
        return Ok(Outcome { produced: None, refused: taken.refused });
    }
    match fill(office, hashing, chance, job, &taken.batch, &mut progress) {
        Ok((batch, files)) => {
            let produced = Some(Produced { batch, files });
            Ok(Outcome { produced, refused: taken.refused })
        }
        Err(error) => {
            // What was drawn is worth nothing without its files; the orders go into the next batch.
            let at = (institution, taken.batch.id);
            while office.run(move |tx, cx| open::give_up(tx, cx, at, CHUNK))? {}
            Err(error)
        }
    }
}

/// Draws a batch, writes its files and seals it.
fn fill(
    office: &Office,
    hashing: &Hashing,
    chance: &mut Chance,
    job: &Job,
    batch: &Batch,
    progress: &mut impl FnMut(u64, u64),
) -> Result<(Batch, Files), ProductionError> {
    let files = make(office, hashing, chance, job, batch, progress)?;
    let (at, hashes) = ((job.institution.id, batch.id), files.hashes.clone());
    let sealed = office.run(move |tx, cx| seal::seal(tx, cx, at, hashes.clone()))?;
    Ok((sealed, files))
}

/// Draws a batch and writes its files; it is not sealed yet.
pub(crate) fn make(
    office: &Office,
    hashing: &Hashing,
    chance: &mut Chance,
    job: &Job,
    batch: &Batch,
    progress: &mut impl FnMut(u64, u64),
) -> Result<Files, ProductionError> {
    let (kind, at, total) = (job.kind, (job.institution.id, batch.id), batch.counts.ordered);
    let mut lines = Vec::new();
    let mut labels = Vec::new();
    let mut after = None;
    loop {
        let passwords = passwords(hashing, chance, job.now, kind)?;
        let from = after.take();
        let drawn = office.run(move |tx, cx| match kind {
            OrderKind::PasswordLetter => draw::draw_passwords(tx, cx, at, from.clone(), &passwords),
            _ => draw::draw(tx, cx, at, from.clone(), CHUNK),
        })?;
        lines.extend(drawn.lines);
        labels.extend(drawn.labels);
        progress(lines.len() as u64, total);
        after = drawn.next;
        if after.is_none() {
            break;
        }
    }
    Files::write(job, batch.id, &lines, &labels)
}

/// Passwords for the next letters, hashed outside any transaction; none for cards.
fn passwords(
    hashing: &Hashing,
    chance: &mut Chance,
    now: Timestamp,
    kind: OrderKind,
) -> Result<Vec<InitialPassword>, ProductionError> {
    if kind != OrderKind::PasswordLetter {
        return Ok(Vec::new());
    }
    let mut passwords = Vec::new();
    for _ in 0..CHUNK_OF_PASSWORDS {
        let password = draw::initial_password(&mut Moment::new(now, chance));
        let verifier = hashing.hash(password.clone())?.wait();
        passwords.push(InitialPassword { password, verifier });
    }
    Ok(passwords)
}

/// Letters drawn in one transaction: few, because a password takes long to hash.
const CHUNK_OF_PASSWORDS: usize = 20;
