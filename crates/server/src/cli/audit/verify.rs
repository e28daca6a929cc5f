//! The search for tampering, with a sentence for each place.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use sekisho_app::audit::verify::{self, Fault, Report, What};
use sekisho_app::error::Error;
use sekisho_app::keys::{self, KeyUse};
use sekisho_domain::institution::Institution;
use sekisho_domain::note::{NoteSigner, NoteVerifier};
use serde_json::{Value, json};

use crate::cli::counter::{self, Counter, Whose};
use crate::cli::progress::{Progress, Steps};
use crate::cli::{Desk, Failure};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// Only the log of one institution; all of them when left out
    #[command(flatten)]
    whose: Whose,
    /// A head that was kept elsewhere: only it shows that the end was cut off
    #[arg(long, value_name = "FILE", requires = "institution")]
    trusted_head: Option<PathBuf>,
}

/// 0 when every log is whole, 1 when something was tampered with.
pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let logs = match arguments.whose.institution {
        Some(_) => vec![counter.institution(&arguments.whose)?],
        None => counter.office.platform.institutions().to_vec(),
    };
    let read = |path: &PathBuf| trusted_head(path, logs.first().map(Arc::as_ref));
    let trusted = arguments.trusted_head.as_ref().map(read).transpose()?;
    let (mut lines, mut reports, mut whole) = (Vec::new(), Vec::new(), true);
    if logs.is_empty() {
        lines.push("No institution is registered, and nothing has a log.".to_owned());
    }
    for log in logs {
        let report = search(&counter, &log, trusted.clone(), desk.progress)?;
        whole &= report.faults.is_empty();
        lines.push(told(&log.slug, &report));
        reports.push(json!({
            "institution": log.slug, "size": report.size,
            "events_checked": report.events_checked,
            "faults": report.faults.iter().map(fault).collect::<Vec<_>>(),
        }));
    }
    desk.output.answer(&json!({ "whole": whole, "logs": reports }), &lines.join("\n"))?;
    Ok(u8::from(!whole))
}

/// Reads a head that was kept elsewhere. What is no head of this log at all is a slip at the desk,
/// and says nothing about the log; a head with another signature may.
fn trusted_head(path: &Path, log: Option<&Institution>) -> Result<String, Failure> {
    let note = String::from_utf8_lossy(&counter::read(path)?).into_owned();
    let mut lines = note.lines();
    let ours = lines.next() == log.map(sekisho_app::audit::origin).as_deref();
    if ours && lines.next().is_some_and(|size| size.parse::<u64>().is_ok()) {
        return Ok(note);
    }
    let slug = log.map_or("this institution", |log| &log.slug);
    Err(Failure::Unfit(format!(
        "{} holds no head of the log of {slug}, as `sekisho audit head` writes it; nothing was \
         checked",
        path.display()
    )))
}

fn search(
    counter: &Counter,
    log: &Institution,
    trusted: Option<String>,
    progress: Progress,
) -> Result<Report, Failure> {
    let id = log.id;
    let verifiers = [verifier(counter, log)?];
    let steps: Arc<Mutex<Option<Steps>>> = Arc::default();
    Ok(counter.office.look(move |tx, _| {
        let mut shown = |done: u64, all: u64| {
            let mut steps = steps.lock().unwrap_or_else(PoisonError::into_inner);
            steps.get_or_insert_with(|| progress.begin("checking events", all)).reach(done);
        };
        verify::verify(tx, id, &verifiers, trusted.as_deref(), &mut shown)
    })?)
}

fn verifier(counter: &Counter, log: &Institution) -> Result<NoteVerifier, Error> {
    let (id, origin) = (log.id, sekisho_app::audit::origin(log));
    counter.office.look(move |tx, cx| {
        let seed = keys::open(tx, cx.platform, id, KeyUse::Audit)?;
        Ok(NoteSigner::new(&origin, &seed).expect("a slug makes a good name").verifier())
    })
}

fn told(slug: &str, report: &Report) -> String {
    let Report { size, events_checked, faults } = report;
    if faults.is_empty() {
        return format!("{slug}: {events_checked} events checked; the log of {size} is whole.");
    }
    let mut lines = vec![format!(
        "{slug}: {events_checked} events checked; the log of {size} WAS TAMPERED WITH:"
    )];
    lines.extend(faults.iter().map(|fault| format!("  {}", sentence(fault))));
    if faults.len() == verify::FAULTS_MAX {
        lines.push("  … and more.".to_owned());
    }
    lines.push(
        "Keep this file as evidence, stop the server, and compare with a copy and with heads kept \
         elsewhere."
            .to_owned(),
    );
    lines.join("\n")
}

fn sentence(fault: &Fault) -> String {
    let position = fault.position;
    let event = fault.event.as_deref().unwrap_or("an event");
    match fault.what {
        What::Changed => format!("position {position}: {event} was changed"),
        What::Missing => format!("position {position}: its event was removed"),
        What::Inserted => format!("before position {position}: {event} was inserted"),
        What::Reordered => format!("position {position}: {event} was moved elsewhere"),
        What::NodeChanged => format!("from position {position} on: a kept hash was changed"),
        What::RangeBroken => {
            format!("from position {position} on: which events got which positions was changed")
        }
        What::BadSignature if position == 0 => {
            "the head that was kept elsewhere: its signature is not ours".to_owned()
        }
        What::BadSignature => format!("head of size {position}: its signature is not ours"),
        What::HeadMismatch => {
            format!("head of size {position}: the log before it is not the one that was signed")
        }
        What::HeadMissing => format!("position {position}: the head signed here was removed"),
        What::TruncatedHead => format!("position {position}: the end of the log was cut off here"),
    }
}

fn fault(fault: &Fault) -> Value {
    json!({
        "position": fault.position, "event": fault.event, "what": word(fault.what),
        "sentence": sentence(fault),
    })
}

const fn word(what: What) -> &'static str {
    match what {
        What::Changed => "changed",
        What::Missing => "removed",
        What::Inserted => "inserted",
        What::Reordered => "reordered",
        What::NodeChanged => "hash_changed",
        What::RangeBroken => "positions_changed",
        What::BadSignature => "bad_signature",
        What::HeadMismatch => "rewritten",
        What::HeadMissing => "head_removed",
        What::TruncatedHead => "truncated",
    }
}
