//! Batches: listed, counted, given up.

use clap::Args;
use sekisho_app::batch::reconcile::{self, Counted};
use sekisho_app::batch::{self, open, seal};
use sekisho_domain::batch::{Batch, BatchState, Counts};
use sekisho_domain::card::CardNumber;
use sekisho_domain::event::Subject;
use sekisho_domain::id::BatchId;
use sekisho_domain::refusal::Refusal;
use serde_json::{Value, json};

use crate::cli::columns::columns;
use crate::cli::counter::{Counter, Whose};
use crate::cli::people::TwoPeople;
use crate::cli::{Desk, Failure};

/// Cards looked at in one transaction.
const CHUNK: u32 = 200;

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Only before this batch, to leaf through
    #[arg(long, value_name = "BATCH")]
    after: Option<BatchId>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Manifest {
    /// The batch
    batch: BatchId,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct GiveUp {
    /// The batch
    batch: BatchId,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Reconcile {
    /// The batch
    batch: BatchId,
    #[command(flatten)]
    whose: Whose,
    /// How many were printed, good or bad
    #[arg(long, value_name = "N")]
    printed: u64,
    /// How many were put into envelopes
    #[arg(long, value_name = "N")]
    enclosed: u64,
    /// The number of a card that was printed badly and destroyed; again for each
    #[arg(long, value_name = "CARD")]
    spoiled: Vec<CardNumber>,
    #[command(flatten)]
    people: TwoPeople,
}

pub(super) fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let (after, limit) = (arguments.after, arguments.limit);
    let batches =
        counter.office.look(move |tx, _| Ok(batch::list(tx, whose, &[], after, limit)?))?;
    let row = |batch: &Batch| {
        let Batch { id, kind, state, opened_at, counts, .. } = batch;
        [
            id.to_string(),
            kind.word().to_owned(),
            state.word().to_owned(),
            opened_at.day().to_string(),
            counts.ordered.to_string(),
            counts.printed.to_string(),
            counts.enclosed.to_string(),
            counts.dispatched.to_string(),
        ]
    };
    let rows: Vec<_> = batches.iter().map(row).collect();
    let headings =
        ["batch", "kind", "state", "opened", "ordered", "printed", "enclosed", "dispatched"];
    let report: Vec<_> = batches.iter().map(standing).collect();
    desk.output.answer(&json!({ "batches": report }), &columns(headings, &rows))?;
    Ok(0)
}

fn standing(batch: &Batch) -> Value {
    json!({
        "batch": batch.id, "kind": batch.kind.word(), "state": batch.state.word(),
        "opened_at": batch.opened_at.to_string(), "counts": batch.counts,
    })
}

/// A manifest as it is written for printer and enclosing house: cards, never customers.
pub(super) fn shown(manifest: &seal::Manifest) -> Value {
    let numbers = manifest.card_numbers.iter();
    let numbers: serde_json::Map<_, _> =
        numbers.map(|(number, state)| (number.to_string(), state.word().into())).collect();
    json!({
        "batch": manifest.batch, "institution": manifest.institution,
        "kind": manifest.kind.word(), "state": manifest.state.word(),
        "counts": manifest.counts, "card_numbers": numbers, "files": manifest.files,
    })
}

pub(super) fn manifest(arguments: &Manifest, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let (whose, id) = (counter.institution(&arguments.whose)?.id, arguments.batch);
    let manifest = counter.office.look(move |tx, _| seal::manifest(tx, whose, id))?;
    let rows: Vec<_> = manifest
        .card_numbers
        .iter()
        .map(|(number, state)| [number.to_string(), state.word().to_owned()])
        .collect();
    let files = manifest.files.iter().map(|(name, hash)| format!("\n{name}  sha256 {hash}"));
    let text = format!(
        "Batch {id} of {} is {}: {}.\n{}{}",
        manifest.kind.word(),
        manifest.state.word(),
        counted(&manifest.counts),
        columns(["card number", "state"], &rows),
        files.collect::<String>()
    );
    desk.output.answer(&shown(&manifest), &text)?;
    Ok(0)
}

fn counted(counts: &Counts) -> String {
    let Counts { ordered, left_out, drawn, printed, spoiled, enclosed, dispatched, withheld } =
        counts;
    format!(
        "{ordered} ordered, {left_out} left out, {drawn} drawn, {printed} printed, {spoiled} \
         spoiled, {enclosed} enclosed, {dispatched} dispatched, {withheld} withheld"
    )
}

pub(super) fn give_up(arguments: &GiveUp, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let (whose, id) = (counter.institution(&arguments.whose)?.id, arguments.batch);
    while counter.office.run(move |tx, cx| open::give_up(tx, cx, (whose, id), CHUNK))? {}
    counter.sequence(whose)?;
    let text = format!(
        "Batch {id} is void: what was drawn for it is worth nothing, its orders can go into \
         another. Destroy what was printed of it."
    );
    desk.output.answer(&json!({ "batch": id, "state": BatchState::Void.word() }), &text)?;
    Ok(0)
}

/// Takes over the counts and goes through what is enclosed. A call that died in between is made
/// again with the same counts.
pub(super) fn reconcile(arguments: &Reconcile, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let needed = institution.policy(counter.now()).checker.production;
    let decision = arguments.people.decide("batch_reconciliation", needed)?;
    let (whose, id, told) = (institution.id, arguments.batch, decision.clone());
    let (printed, enclosed) = (arguments.printed, arguments.enclosed);
    let spoiled = arguments.spoiled.clone();
    let counts = (printed, spoiled.len() as u64, enclosed);
    let taken = counter.office.run(move |tx, cx| {
        let counts = Counted { printed, spoiled: &spoiled, enclosed };
        let batch = reconcile::reconcile(tx, cx, (whose, id), &counts)?;
        decision.note(tx, cx, whose, None, Subject::new("batch", id).at(batch.version));
        Ok(())
    });
    match taken.map_err(Failure::from) {
        Err(Failure::Refused(Refusal::BatchClosed { .. }))
            if known(&counter, whose, id, counts)? => {}
        taken => taken?,
    }
    let mut steps = desk.progress.begin("enclosing", enclosed);
    let mut done = 0;
    while counter.office.run(move |tx, cx| reconcile::enclose(tx, cx, (whose, id), CHUNK))? {
        done += u64::from(CHUNK);
        steps.reach(done.min(enclosed));
    }
    drop(steps);
    counter.sequence(whose)?;
    let batch = counter.office.look(move |tx, _| batch::find(tx, whose, id))?;
    let kept = match batch.counts.withheld {
        0 => String::new(),
        withheld => format!(
            "\n{withheld} must not leave the house, because their contract or order was stopped \
             or their customer moved: `sekisho cards manifest {id}` names them. Destroy them."
        ),
    };
    let text = format!("The counts of batch {id} agree: {}.{kept}", counted(&batch.counts));
    desk.output.answer(&standing(&batch), &told.told(text))?;
    Ok(0)
}

/// Whether a batch was reconciled with just these counts before.
fn known(
    counter: &Counter,
    whose: sekisho_domain::id::InstitutionId,
    id: BatchId,
    (printed, spoiled, enclosed): (u64, u64, u64),
) -> Result<bool, Failure> {
    let Batch { state, counts, .. } =
        counter.office.look(move |tx, _| batch::find(tx, whose, id))?;
    let same = (counts.printed, counts.spoiled, counts.enclosed) == (printed, spoiled, enclosed);
    Ok(state == BatchState::Reconciled && same)
}
