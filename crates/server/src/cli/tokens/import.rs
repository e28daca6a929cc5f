//! `sekisho tokens import`: a maker's file into stock.
//!
//! Maker and checker are two people here, too: one brings the file, the other its key. The same
//! file again takes nothing twice, and what a crash broke off goes on with the next call, or in a
//! running server by itself.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::job::{Job, JobState};
use sekisho_app::proposal;
use sekisho_app::tokens::import::{self, Format, REFUSED_KEPT};
use sekisho_app::tx::Tx;
use sekisho_domain::event::{Actor, Subject};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::pskc::Protection;
use sekisho_domain::token_file::{FILE_MAX, Fault, from_hex};
use serde_json::Value;
use zeroize::Zeroizing;

use crate::cli::counter::{self, Counter, Whose};
use crate::cli::people::{Decision, TwoPeople};
use crate::cli::progress::{Progress, Steps};
use crate::cli::{Desk, Failure};
use crate::work::intake;

/// Refused lines that are shown where no file for them is named.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The file: PSKC, or with the ending `.csv` `serial`, `algorithm`, `digits`,
    /// `period_or_counter`, `seed` and `expires_on`
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    with: Given,
    /// Write refused lines with their numbers and reasons to this file, as CSV
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
    #[command(flatten)]
    people: TwoPeople,
}

/// What opens the file.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
struct Given {
    /// The AES key, in hexadecimal or as 16, 24 or 32 bytes
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The passphrase, the only line of this file
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<PathBuf>,
    /// Nothing: the keys stand in the file in clear
    #[arg(long)]
    plain: bool,
}

/// 0 when every line was taken, 1 when some were refused.
pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let needed = institution.policy(counter.now()).checker.tokens;
    let decision = arguments.people.decide("token_import", needed)?;
    let (format, file) = (format_of(&arguments.file), read(&arguments.file)?);
    let key = protection(&arguments.with)?;
    if let Some(path) = &arguments.refused {
        counter::write(path, &report_file(&[]))?;
    }
    // What was broken off before is finished first.
    intake::round(&counter.office)?;
    let job = receive(&counter, institution.id, (format, file, key), &decision)?;
    let job = carry_out(&counter, &job, desk.progress)?;
    counter.sequence(institution.id)?;
    let report = job.result.clone().unwrap_or(Value::Null);
    if job.state == JobState::Failed {
        let told = report["told"].as_str().unwrap_or("it cannot be read");
        return Err(Failure::Unfit(format!("{}: {told}", arguments.file.display())));
    }
    let lines = report["lines"].as_array().cloned().unwrap_or_default();
    if let Some(path) = &arguments.refused {
        counter::write(path, &report_file(&lines))?;
    }
    let text = decision.told(summary(arguments, &job, &report, &lines));
    let mut answer = report.clone();
    answer["job"] = job.id.to_string().into();
    answer["total"] = job.total.into();
    desk.output.answer(&answer, &text)?;
    Ok(u8::from(report["refused"] != 0))
}

fn format_of(path: &Path) -> Format {
    let csv = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("csv"));
    if csv { Format::Csv } else { Format::Pskc }
}

/// Reads the file, unless it is so long that nobody meant it.
fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let length = fs::metadata(path).map(|known| known.len());
    let length = length.map_err(|error| Failure::File { path: path.to_owned(), error })?;
    if length > FILE_MAX as u64 {
        return Err(Failure::Unfit(format!("{}: {}", path.display(), Fault::TooLarge)));
    }
    Ok(Zeroizing::new(counter::read(path)?))
}

fn protection(given: &Given) -> Result<Protection, Failure> {
    if let Some(path) = &given.key_file {
        return aes_key(path)
            .and_then(|bytes| Protection::key(bytes.to_vec()).ok_or_else(|| no_aes_key(path)));
    }
    let Some(path) = &given.passphrase_file else { return Ok(Protection::Plain) };
    let bytes = Zeroizing::new(counter::read(path)?);
    let text = str::from_utf8(&bytes).ok().map(|text| text.trim_end_matches(['\r', '\n']));
    match text.filter(|text| !text.is_empty() && !text.contains('\n')) {
        Some(text) => Ok(Protection::Passphrase(Zeroizing::new(text.to_owned()))),
        None => Err(Failure::Unfit(format!("{}: this is no line of text", path.display()))),
    }
}

/// An AES key as files hold it.
pub(super) fn aes_key(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let bytes = Zeroizing::new(counter::read(path)?);
    let fits = |key: &[u8]| matches!(key.len(), 16 | 24 | 32);
    let hex = str::from_utf8(&bytes).ok().and_then(|text| from_hex(text.trim()));
    match hex.map(Zeroizing::new).filter(|key| fits(key)) {
        Some(key) => Ok(key),
        None if fits(&bytes) => Ok(bytes),
        None => Err(no_aes_key(path)),
    }
}

fn no_aes_key(path: &Path) -> Failure {
    let sentence = "this is no AES key: 16, 24 or 32 bytes, or as many in hexadecimal";
    Failure::Unfit(format!("{}: {sentence}", path.display()))
}

/// File, key and agreement, in one commit and each in the name of whoever gave it.
fn receive(
    counter: &Counter,
    whose: InstitutionId,
    (format, file, key): (Format, Zeroizing<Vec<u8>>, Protection),
    decision: &Decision,
) -> Result<Job, Failure> {
    let decision = decision.clone();
    let (file, key) = (Arc::new(file), Arc::new(key));
    let act = move |tx: &mut Tx, cx: &mut Context| -> Result<Job, Error> {
        let operator = cx.actor.clone();
        let named = |name: &str| Actor::Operator(name.to_owned());
        if let Some((maker, _)) = decision.pair() {
            cx.actor = named(maker);
        }
        let (job, proposed) = import::receive(tx, cx, whose, format, &file)?;
        if let Some((_, checker)) = decision.pair() {
            cx.actor = named(checker);
        }
        import::give_key(tx, cx, (whose, job.id), &key)?;
        if let Some(proposal) = proposed {
            proposal::decide(tx, cx, whose, proposal.id, true)?;
        }
        cx.actor = operator;
        decision.note(tx, cx, whose, None, Subject::new("job", job.id));
        Ok(job)
    };
    Ok(counter.office.run(act)?)
}

fn carry_out(counter: &Counter, job: &Job, progress: Progress) -> Result<Job, Failure> {
    let mut steps: Option<Steps> = None;
    let mut told = |done, total| {
        steps.get_or_insert_with(|| progress.begin("taking tokens in", total)).reach(done);
    };
    Ok(intake::carry_out(&counter.office, (job.institution, job.id), &mut told)?)
}

fn report_file(lines: &[Value]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["line", "serial", "reason"]).expect("memory takes every row");
    for line in lines {
        let [number, serial, reason] = fields(line);
        csv.write_record([number, serial, reason]).expect("memory takes every row");
    }
    csv.into_inner().expect("memory takes every row")
}

/// Number, serial and reason of a refused line.
fn fields(line: &Value) -> [String; 3] {
    let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
    [line["line"].to_string(), text("serial"), text("told")]
}

fn summary(arguments: &Arguments, job: &Job, report: &Value, lines: &[Value]) -> String {
    let refused = job.total - job.accepted;
    let mut text = format!(
        "{}: {} in the file, {} taken into stock, {} known and unchanged, {refused} refused.",
        arguments.file.display(),
        job.total,
        report["new"],
        report["known"],
    );
    let shown = if arguments.refused.is_some() { 0 } else { SHOWN };
    for line in lines.iter().take(shown) {
        let [number, serial, reason] = fields(line);
        let named = if serial.is_empty() { serial } else { format!(", {serial}") };
        write!(text, "\nline {number}{named}: {reason}").expect("a text takes every line");
    }
    match &arguments.refused {
        _ if refused == 0 => return text,
        Some(path) => write!(text, "\nWhich and why stands in {}.", path.display()),
        None if lines.len() > SHOWN => write!(text, "\n… --refused FILE writes all of them."),
        None => Ok(()),
    }
    .expect("a text takes every line");
    if refused > REFUSED_KEPT as u64 {
        write!(text, "\nOnly the first {REFUSED_KEPT} are told.").expect("a text takes every line");
    }
    text.push_str("\nAsk the maker for these; the same file again takes nothing twice.");
    text
}
