//! What the post reports about what is on its way (api.md §5.5).

use sekisho_app::batch::post::{self, Which};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::job::{self, Job, Task};
use sekisho_app::once::{Kept, once};
use sekisho_app::tx::Tx;
use sekisho_domain::id::InstitutionId;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use super::sheet;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::jobs;
use crate::problem::Problem;

/// What the post says about one thing.
#[derive(Clone, Copy)]
enum Report {
    Delivered,
    Returned,
    /// It waits at the post office; nothing changes.
    Held,
}

struct Row {
    tracking_number: String,
    report: Report,
}

fn read_line([tracking_number, report, at]: [&str; 3]) -> Option<Row> {
    let report = match report {
        "delivered" => Report::Delivered,
        "returned" => Report::Returned,
        "held" => Report::Held,
        _ => return None,
    };
    Timestamp::parse(at)?;
    let tracking_number = Some(tracking_number.to_owned());
    let tracking_number = tracking_number.filter(|number| sheet::is_tracking_number(number))?;
    Some(Row { tracking_number, report })
}

/// `POST /v1/deliveries`: each row is taken or refused by itself; the same row again is no change.
pub(super) async fn take(visit: Visit) -> Result<Answer, Problem> {
    let head = ["tracking_number", "event", "at"];
    let rows = sheet::read(visit.raw().unwrap_or_default(), head, read_line)?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let mut refused = Vec::new();
            for (line, row) in &rows {
                if let Some(refusal) = note(tx, cx, institution, row)? {
                    refused.push(json!({"line": line, "code": Problem::from(refusal).code()}));
                }
            }
            let total = rows.len() as u64;
            let accepted = total - refused.len() as u64;
            let result = Value::from_iter([("refused", refused)]);
            let end = |job: Job| job.finished(accepted, result);
            Ok(job::keep(tx, cx, institution, (Task::Deliveries, total), end)?)
        })
    };
    let kept: Kept<Job> = visit.web.run(visit.actor(), act).await?;
    Ok(jobs::accepted(&kept.outcome).replayed(kept.replayed))
}

fn note(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    row: &Row,
) -> Result<Option<Refusal>, Error> {
    let which = Which::Tracking(&row.tracking_number);
    let noted = match row.report {
        Report::Delivered => post::deliver(tx, cx, institution, which),
        Report::Returned => post::returned(tx, cx, institution, which, None),
        Report::Held => post::find(tx, institution, which),
    };
    match noted {
        Ok(_) => Ok(None),
        Err(Error::Refused(refusal)) => Ok(Some(refusal)),
        Err(failed) => Err(failed),
    }
}
