//! `sekisho audit`: is the log whole, what does it say, and how is that proven to strangers.

mod verify;

use std::path::PathBuf;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clap::{Args, Subcommand};
use sekisho_app::audit::events::{self, LogPage, Wanted};
use sekisho_app::audit::proof;
use sekisho_app::audit::record::AuditHead;
use sekisho_domain::id::{EventId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use sekisho_domain::tree::NodeHash;
use serde_json::json;

use super::counter::{self, Counter, Whose};
use super::{Desk, Failure, words};

/// Events read at once.
const PAGE: u32 = 1_000;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Look for changed, removed, reordered, inserted and cut off events, and say where
    Verify(verify::Arguments),
    /// Print the newest signed head: keep it elsewhere, it shows later that nothing was cut off
    Head(Head),
    /// Write events to a file, one JSON object on each line
    Export(Export),
    /// Prove to a stranger that an event is in the log
    Proof(Proof),
}

#[derive(Debug, Args)]
pub(super) struct Head {
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Export {
    #[command(flatten)]
    whose: Whose,
    /// From this day or instant on
    #[arg(long, value_parser = words::instant, value_name = "WHEN")]
    from: Option<Timestamp>,
    /// Before this day or instant
    #[arg(long, value_parser = words::instant, value_name = "WHEN")]
    to: Option<Timestamp>,
    /// The file
    file: PathBuf,
}

#[derive(Debug, Args)]
pub(super) struct Proof {
    /// The event
    event: EventId,
    #[command(flatten)]
    whose: Whose,
    /// For the log of this size [default: that of the newest head]
    #[arg(long)]
    size: Option<u64>,
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Verify(arguments) => verify::run(arguments, desk),
        Verb::Head(arguments) => head(arguments, desk),
        Verb::Export(arguments) => export(arguments, desk),
        Verb::Proof(arguments) => proof(arguments, desk),
    }
}

fn newest(counter: &Counter, whose: InstitutionId) -> Result<AuditHead, Failure> {
    let newest = counter.office.look(move |tx, _| Ok(AuditHead::newest(tx, whose)?))?;
    newest.ok_or_else(|| Failure::Unfit("no head is signed yet: nothing has happened".to_owned()))
}

fn head(arguments: &Head, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let head = newest(&counter, whose)?;
    let report = json!({ "size": head.size, "at": head.at.to_string(), "note": head.note });
    desk.output.answer(&report, &head.note)?;
    Ok(0)
}

fn export(arguments: &Export, mut desk: Desk) -> Result<u8, Failure> {
    if arguments.from.zip(arguments.to).is_some_and(|(from, to)| from >= to) {
        return Err(Failure::Unfit("--from must be before --to".to_owned()));
    }
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let wanted = Wanted { from: arguments.from, before: arguments.to, ..Wanted::default() };
    let size = newest(&counter, whose).map_or(0, |head| head.size);
    let mut steps = desk.progress.begin("exporting", size);
    let mut file = counter::Lines::create(&arguments.file)?;
    let (mut after, mut count, mut read) = (None, 0_u64, 0_u64);
    loop {
        let (at, wanted) = (after.take(), wanted.clone());
        let page: LogPage =
            counter.office.look(move |tx, _| events::page(tx, whose, &wanted, at, PAGE))?;
        for entry in &page.events {
            file.write(&entry.event.to_string())?;
            count += 1;
        }
        read += u64::from(PAGE);
        steps.reach(read.min(size));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    file.finish()?;
    drop(steps);
    let text = format!("{count} events stand in {}.", arguments.file.display());
    desk.output.answer(&json!({ "events": count, "file": arguments.file }), &text)?;
    Ok(0)
}

fn proof(arguments: &Proof, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let head = newest(&counter, whose)?;
    let (id, size) = (arguments.event, arguments.size.unwrap_or(head.size));
    let found = counter.office.look(move |tx, _| {
        Ok((events::find(tx, whose, id)?, proof::inclusion(tx, whose, id, size)?))
    });
    let (entry, proof) = match found.map_err(Failure::from) {
        Err(Failure::Refused(Refusal::NotFound)) => {
            let sentence = format!("no event {id} is among the first {size} of this log");
            return Err(Failure::Unfit(sentence));
        }
        found => found?,
    };
    let hashes: Vec<_> =
        proof.hashes.iter().map(|hash: &NodeHash| STANDARD.encode(hash.to_bytes())).collect();
    let report = json!({
        "event": entry.event, "index": proof.index, "size": proof.size, "hashes": hashes,
        "head": (size == head.size).then_some(&head.note),
    });
    let text = serde_json::to_string_pretty(&report).expect("a proof is plain");
    desk.output.answer(&report, &text)?;
    Ok(0)
}
