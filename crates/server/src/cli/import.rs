//! `sekisho contract import`: contracts from a CSV file.
//!
//! The whole file is checked before the first contract is made. A line that cannot be taken is
//! refused with its number and a reason, and stops no other. The same file again makes nothing
//! twice: what is known and says the same is left as it is.

mod bytes;
mod known;
mod line;

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sekisho_app::contract::{self, Create, Created};
use sekisho_app::error::Error;
use sekisho_domain::institution::Institution;
use sekisho_domain::refusal::Refusal;
use serde::Serialize;
use serde_json::json;

use super::counter::{self, Counter, Whose};
use super::progress::Progress;
use super::{Desk, Failure};

/// Contracts made in one transaction.
const CHUNK: usize = 100;
/// Refused lines that are shown where no file for them is named.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The file: `login_id`, `branch`, `name`, `name_kana`, `postcode`, `address`, and if you like
    /// `external_id`, `mail`, `phone`
    file: PathBuf,
    #[command(flatten)]
    whose: Whose,
    /// Only check
    #[arg(long)]
    dry_run: bool,
    /// Write refused lines with their numbers and reasons to this file, as CSV
    #[arg(long, value_name = "FILE")]
    refused: Option<PathBuf>,
}

/// A line that was not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Refused {
    /// Where it begins in the file; the header is line 1.
    line: u64,
    /// The column at fault; empty when it is the whole line.
    column: &'static str,
    /// What is wrong.
    reason: String,
}

/// A line that can be taken.
#[derive(Debug, Clone)]
struct Row {
    line: u64,
    create: Create,
}

/// What a file holds.
struct Checked {
    encoding: &'static str,
    lines: usize,
    rows: Vec<Row>,
    unchanged: usize,
    refused: Vec<Refused>,
}

/// 0 when every line was taken, 1 when some were refused.
pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let file = counter::read(&arguments.file)?;
    let mut checked = check(&file, &institution, &counter)
        .map_err(|why| Failure::Unfit(format!("{}: {why}", arguments.file.display())))?;
    known::compare(&counter, &mut checked, desk.progress)?;
    checked.refused.sort_by_key(|refused| refused.line);
    if let Some(path) = &arguments.refused {
        counter::write(path, &report_file(&checked.refused))?;
    }
    let new = checked.rows.len();
    if !arguments.dry_run {
        make(&counter, &institution, &mut checked, desk.progress)?;
        if let Some(path) = arguments.refused.as_ref().filter(|_| checked.rows.len() < new) {
            counter::write(path, &report_file(&checked.refused))?;
        }
    }
    let report = json!({
        "dry_run": arguments.dry_run, "encoding": checked.encoding, "lines": checked.lines,
        "new": checked.rows.len(), "unchanged": checked.unchanged, "refused": checked.refused,
    });
    desk.output.answer(&report, &summary(arguments, &checked))?;
    Ok(u8::from(!checked.refused.is_empty()))
}

/// Reads the file and checks every line by itself and against the lines before it.
fn check(file: &[u8], institution: &Institution, counter: &Counter) -> Result<Checked, String> {
    let sheet = bytes::read(file)?;
    let form = institution.policy(counter.now()).login.identifier;
    let reader = line::Reader::new(&sheet.header, institution, form)?;
    let mut checked = Checked {
        encoding: sheet.encoding.name(),
        lines: sheet.records.len(),
        rows: Vec::new(),
        unchanged: 0,
        refused: Vec::new(),
    };
    let mut seen = line::Seen::default();
    for record in sheet.records {
        let number = record.line;
        let read = match record.fields {
            Ok(fields) => reader.read(&fields).map(|create| Row { line: number, create }),
            Err(reason) => Err(("", reason)),
        };
        match read.and_then(|row| seen.meet(&row).map(|again| (row, again))) {
            Ok((_, true)) => checked.unchanged += 1,
            Ok((row, false)) => checked.rows.push(row),
            Err((column, reason)) => checked.refused.push(Refused { line: number, column, reason }),
        }
    }
    Ok(checked)
}

/// Makes the contracts, a chunk in each transaction. What somebody else made meanwhile is counted
/// as what it is now.
fn make(
    counter: &Counter,
    institution: &Institution,
    checked: &mut Checked,
    progress: Progress,
) -> Result<(), Failure> {
    let rows = std::mem::take(&mut checked.rows);
    let mut steps = progress.begin("making contracts", rows.len() as u64);
    for chunk in rows.chunks(CHUNK) {
        let wanted: Arc<[Create]> = chunk.iter().map(|row| row.create.clone()).collect();
        let made = counter.office.run(move |tx, cx| {
            let mut made = Vec::with_capacity(wanted.len());
            for create in wanted.iter() {
                made.push(match contract::create(tx, cx, create.clone()) {
                    // Refused before anything of it was saved.
                    Err(Error::Refused(Refusal::LoginIdTaken)) => None,
                    other => Some(other?),
                });
            }
            Ok(made)
        })?;
        for (row, made) in chunk.iter().zip(made) {
            match made {
                Some(Created { known: false, .. }) => checked.rows.push(row.clone()),
                Some(Created { known: true, .. }) => checked.unchanged += 1,
                None => checked.refused.push(Refused {
                    line: row.line,
                    column: "login_id",
                    reason: "it was given to another contract while this file was imported".into(),
                }),
            }
            steps.step();
        }
    }
    counter.sequence(institution.id)
}

fn report_file(refused: &[Refused]) -> Vec<u8> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["line", "column", "reason"]).expect("memory takes every row");
    for Refused { line, column, reason } in refused {
        let row = [&line.to_string(), *column, reason.as_str()];
        csv.write_record(row).expect("memory takes every row");
    }
    csv.into_inner().expect("memory takes every row")
}

fn summary(arguments: &Arguments, checked: &Checked) -> String {
    let Checked { encoding, lines, rows, unchanged, refused } = checked;
    let verb = if arguments.dry_run { "would be made" } else { "made" };
    let mut text = format!(
        "{} ({encoding}): {} {verb}, {unchanged} known and unchanged, {} refused.",
        counted(*lines, "line"),
        counted(rows.len(), "contract"),
        refused.len()
    );
    let shown = if arguments.refused.is_some() { 0 } else { SHOWN };
    for Refused { line, column, reason } in refused.iter().take(shown) {
        let column = if column.is_empty() { String::new() } else { format!(", {column}") };
        write!(text, "\nline {line}{column}: {reason}").expect("a text takes every line");
    }
    if refused.is_empty() {
        return text;
    }
    match &arguments.refused {
        Some(path) => write!(text, "\nWhich and why stands in {}.", path.display()),
        None if refused.len() > SHOWN => write!(text, "\n… --refused FILE writes all of them."),
        None => Ok(()),
    }
    .expect("a text takes every line");
    text.push_str("\nMend these lines and import the file again: nothing is made twice.");
    text
}

/// `1 line`, `2 lines`.
fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
