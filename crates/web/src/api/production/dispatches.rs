//! Envelopes given to the post, row by row.

use sekisho_app::batch::dispatch::{self, DispatchRow, ROWS_MAX, RowVerdict};
use sekisho_app::context::Context;
use sekisho_app::once::{Kept, once};
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::BatchId;
use sekisho_domain::read::{day, letters, list, object, parsed};
use sekisho_domain::time::Day;
use serde_json::{Value, json};

use super::sheet;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::problem::Problem;

fn read_row(f: &mut Fields) -> Read<DispatchRow> {
    let card_number = f.required("card_number", parsed());
    let tracking = letters(sheet::TRACKING, sheet::of_tracking_number);
    let tracking_number = f.required("tracking_number", tracking);
    let dispatched_on = f.required("dispatched_on", day());
    Ok(DispatchRow {
        card_number: card_number?,
        tracking_number: tracking_number?,
        dispatched_on: dispatched_on?,
    })
}

fn read_line([card_number, tracking_number, dispatched_on]: [&str; 3]) -> Option<DispatchRow> {
    Some(DispatchRow {
        card_number: card_number.parse().ok()?,
        tracking_number: Some(tracking_number.to_owned())
            .filter(|number| sheet::is_tracking_number(number))?,
        dispatched_on: Day::parse(dispatched_on)?,
    })
}

/// `POST /v1/batches/{bat}/dispatches`: each row its own verdict, in the order sent.
pub(super) async fn dispatch(visit: Visit) -> Result<Answer, Problem> {
    let rows = match visit.raw() {
        None => visit.read(object(|f| f.required("rows", list(1..=ROWS_MAX, object(read_row)))))?,
        Some(bytes) => {
            let head = ["card_number", "tracking_number", "dispatched_on"];
            let lines = sheet::read(bytes, head, read_line)?;
            lines.into_iter().map(|(_, row)| row).collect()
        }
    };
    let id: BatchId = visit.id("bat")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let mut told = Vec::with_capacity(rows.len());
            for rows in rows.chunks(ROWS_MAX) {
                let verdicts = dispatch::dispatch(tx, cx, (institution, id), rows)?;
                told.extend(verdicts.into_iter().map(row));
            }
            Ok(told)
        })
    };
    let kept: Kept<Vec<Value>> = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&json!({"rows": kept.outcome})).replayed(kept.replayed))
}

fn row(verdict: RowVerdict) -> Value {
    match verdict {
        RowVerdict::Dispatched(id) => json!({"status": 201, "dispatch": id.to_string()}),
        RowVerdict::Unchanged(id) => json!({"status": 200, "dispatch": id.to_string()}),
        RowVerdict::Refused(refusal) => {
            let problem = Problem::from(refusal);
            json!({"status": problem.status(), "code": problem.code()})
        }
    }
}
