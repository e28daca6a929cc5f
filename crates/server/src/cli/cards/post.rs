//! The post: given to it, handed over, come back, never arrived.

use std::path::{Path, PathBuf};

use clap::Args;
use sekisho_app::batch::dispatch::{self, DispatchRow, ROWS_MAX, RowVerdict};
use sekisho_app::batch::post::{self, Which};
use sekisho_domain::card::CardNumber;
use sekisho_domain::event::Subject;
use sekisho_domain::id::BatchId;
use sekisho_domain::text::bare_code;
use sekisho_domain::time::Day;
use serde_json::{Value, json};

use crate::cli::counter::{self, Whose};
use crate::cli::people::TwoPeople;
use crate::cli::{Desk, Failure, sentences, words};

/// Characters of a tracking number of the post.
const TRACKING: std::ops::RangeInclusive<usize> = 10..=13;

#[derive(Debug, Args)]
pub(in crate::cli) struct Dispatch {
    /// The batch
    batch: BatchId,
    /// `CARD=TRACKING`, for a few
    #[arg(value_name = "CARD=TRACKING", required_unless_present = "tracking")]
    pairs: Vec<String>,
    /// CSV file with `card_number,tracking_number` and if you like `dispatched_on`
    #[arg(long, value_name = "FILE", conflicts_with = "pairs")]
    tracking: Option<PathBuf>,
    /// The day they were given to the post [default: today]
    #[arg(long, value_parser = words::day, value_name = "DAY")]
    on: Option<Day>,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Delivered {
    /// The number of the post
    #[arg(value_parser = tracking_number)]
    tracking: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Returned {
    /// The number of the post
    #[arg(value_parser = tracking_number)]
    tracking: String,
    /// The number read from the card that came back
    #[arg(long, value_name = "CARD")]
    scanned: Option<CardNumber>,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    people: TwoPeople,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Lost {
    /// The number of the post
    #[arg(value_parser = tracking_number)]
    tracking: String,
    #[command(flatten)]
    whose: Whose,
}

fn tracking_number(text: &str) -> Result<String, String> {
    let number = bare_code(text).to_ascii_uppercase();
    let plain = number.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase());
    if plain && TRACKING.contains(&number.len()) {
        return Ok(number);
    }
    Err("a tracking number has 10 to 13 digits or letters".to_owned())
}

/// 0 when everything was noted, 1 when a row was refused; the others are noted all the same.
pub(super) fn dispatch(arguments: &Dispatch, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let (whose, batch) = (counter.institution(&arguments.whose)?.id, arguments.batch);
    let today = arguments.on.unwrap_or_else(|| counter.now().day());
    let rows = match &arguments.tracking {
        Some(file) => read_rows(file, today)?,
        None => arguments
            .pairs
            .iter()
            .map(|pair| pair_row(pair, today))
            .collect::<Result<_, _>>()
            .map_err(Failure::Unfit)?,
    };
    let mut steps = desk.progress.begin("noting dispatches", rows.len() as u64);
    let (mut lines, mut report, mut refused) = (Vec::new(), Vec::new(), 0);
    for chunk in rows.chunks(ROWS_MAX) {
        let wanted = chunk.to_vec();
        let verdicts = counter
            .office
            .run(move |tx, cx| dispatch::dispatch(tx, cx, (whose, batch), &wanted))?;
        for (row, verdict) in chunk.iter().zip(&verdicts) {
            refused += u64::from(matches!(verdict, RowVerdict::Refused(_)));
            let (line, json) = told(row, verdict);
            lines.push(line);
            report.push(json);
            steps.step();
        }
    }
    drop(steps);
    counter.sequence(whose)?;
    lines.push(format!("{} rows, {refused} refused.", rows.len()));
    let report = json!({ "batch": batch, "rows": report, "refused": refused });
    desk.output.answer(&report, &lines.join("\n"))?;
    Ok(u8::from(refused > 0))
}

fn told(row: &DispatchRow, verdict: &RowVerdict) -> (String, Value) {
    let (word, sentence, code) = match verdict {
        RowVerdict::Dispatched(_) => ("dispatched", "is on its way".to_owned(), None),
        RowVerdict::Unchanged(_) => ("unchanged", "was noted before".to_owned(), None),
        RowVerdict::Refused(refusal) => {
            let sentence = format!("REFUSED: {}", sentences::refusal(refusal));
            ("refused", sentence, Some(refusal.code()))
        }
    };
    let DispatchRow { card_number, tracking_number, dispatched_on } = row;
    let json = json!({
        "card_number": card_number, "tracking_number": tracking_number,
        "dispatched_on": dispatched_on, "verdict": word, "code": code,
    });
    (format!("{card_number} {tracking_number} {sentence}"), json)
}

fn pair_row(pair: &str, on: Day) -> Result<DispatchRow, String> {
    let unfit = |why: &str| format!("`{pair}`: {why}");
    let (card, tracking) = pair.split_once('=').ok_or_else(|| unfit("write CARD=TRACKING"))?;
    row(card, tracking, on).map_err(|why| unfit(&why))
}

fn row(card: &str, tracking: &str, dispatched_on: Day) -> Result<DispatchRow, String> {
    let card_number = card.parse().map_err(|_| "no card number: look at its last digit")?;
    let tracking_number = tracking_number(tracking)?;
    Ok(DispatchRow { card_number, tracking_number, dispatched_on })
}

/// Reads the rows of a file; refused whole when one of them cannot be read, so that none is missed.
fn read_rows(path: &Path, on: Day) -> Result<Vec<DispatchRow>, Failure> {
    let bytes = counter::read(path)?;
    let unfit = |line: usize, why: &str| {
        Failure::Unfit(format!("{}, line {line}: {why}; nothing was noted", path.display()))
    };
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let mut csv = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let headings = csv.headers().map_err(|error| unfit(1, &error.to_string()))?.clone();
    let place = |heading: &str| headings.iter().position(|known| known == heading);
    let (Some(card), Some(tracking)) = (place("card_number"), place("tracking_number")) else {
        return Err(unfit(1, "the columns are card_number,tracking_number[,dispatched_on]"));
    };
    let day = place("dispatched_on");
    let mut rows = Vec::new();
    for (line, record) in (2..).zip(csv.records()) {
        let record = record.map_err(|error| unfit(line, &error.to_string()))?;
        let on = match day.map(|day| &record[day]).filter(|text| !text.is_empty()) {
            Some(text) => words::day(text).map_err(|why| unfit(line, &why))?,
            None => on,
        };
        rows.push(row(&record[card], &record[tracking], on).map_err(|why| unfit(line, &why))?);
    }
    Ok(rows)
}

pub(super) fn delivered(arguments: &Delivered, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let number = arguments.tracking.clone();
    let sent =
        counter.run(whose, move |tx, cx| post::deliver(tx, cx, whose, Which::Tracking(&number)))?;
    let text = format!("{} was handed over.", sent.tracking_number);
    desk.output.answer(&standing(&sent), &text)?;
    Ok(0)
}

pub(super) fn returned(arguments: &Returned, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let needed = institution.policy(counter.now()).checker.production;
    let decision = arguments.people.decide("return", needed)?;
    let (whose, told) = (institution.id, decision.clone());
    let (number, scanned) = (arguments.tracking.clone(), arguments.scanned);
    let sent = counter.run(whose, move |tx, cx| {
        let sent = post::returned(tx, cx, whose, Which::Tracking(&number), scanned)?;
        let subject = Subject::new("dispatch", sent.id);
        decision.note(tx, cx, whose, Some(sent.contract), subject);
        Ok(sent)
    })?;
    let text = told.told(format!(
        "{} came back: card {} is void, destroy it together. Nothing more is posted to this \
         customer until the branch has mended the address.",
        sent.tracking_number, sent.card_number
    ));
    desk.output.answer(&standing(&sent), &text)?;
    Ok(0)
}

pub(super) fn lost(arguments: &Lost, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let number = arguments.tracking.clone();
    let sent =
        counter.run(whose, move |tx, cx| post::lost(tx, cx, whose, Which::Tracking(&number)))?;
    let text = format!(
        "{} is lost: card {} is void, and the next one is ordered where post reaches the customer.",
        sent.tracking_number, sent.card_number
    );
    desk.output.answer(&standing(&sent), &text)?;
    Ok(0)
}

fn standing(sent: &sekisho_domain::batch::Dispatch) -> Value {
    json!({
        "dispatch": sent.id, "order": sent.order, "batch": sent.batch,
        "card_number": sent.card_number, "tracking_number": sent.tracking_number,
        "state": sent.state.word(),
    })
}
