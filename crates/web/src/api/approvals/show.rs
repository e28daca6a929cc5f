//! `GET /v1/approvals/{apr}`, also as a long poll (api.md §4.8).

use std::time::Duration;

use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_domain::approval::{Approval, AskedBy};
use sekisho_domain::client::Scope;
use sekisho_domain::id::ApprovalId;
use sekisho_domain::refusal::Refusal;

use super::standing::{Shown, Standing};
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::problem::Problem;

/// How often a long poll looks.
const LOOKS_EVERY: Duration = Duration::from_millis(500);
/// Looks in a second.
const LOOKS_A_SECOND: u64 = 2;

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id = visit.id("apr")?;
    let (approval, standing) = match visit.waits_for() {
        Some((known, wait_s)) => wait(&visit, id, &known, wait_s).await?,
        None => look(&visit, id).await?,
    };
    if visit.has(standing.version) {
        return Ok(Answer::unchanged(standing.version));
    }
    let shown = Shown::new(&approval, &standing, visit.lang());
    Ok(Answer::ok(&shown).at(standing.version))
}

async fn wait(
    visit: &Visit,
    id: ApprovalId,
    known: &str,
    wait_s: u64,
) -> Result<(Approval, Standing), Problem> {
    let place = visit.web.quotas.long_poll(visit.client().id);
    let _place = place.ok_or_else(|| {
        let violated = serde_json::json!(["long_poll"]);
        Problem::new("rate_limited").member("violated-policies", violated).retry_after(1)
    })?;
    let mut looks_left = wait_s * LOOKS_A_SECOND;
    loop {
        let found = look(visit, id).await?;
        if format!("\"v{}\"", found.1.version) != known || looks_left == 0 {
            return Ok(found);
        }
        looks_left -= 1;
        tokio::time::sleep(LOOKS_EVERY).await;
    }
}

async fn look(visit: &Visit, id: ApprovalId) -> Result<(Approval, Standing), Problem> {
    let institution = visit.institution();
    let (reads_all, client) = (visit.caller.may(Scope::ApprovalsRead), visit.client().id);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let found = approval::find(tx, institution, id)?;
        if !reads_all && found.asked_by != AskedBy::Client(client) {
            return Err(Refusal::NotFound.into());
        }
        let standing = Standing::of(tx, cx, &found)?;
        Ok((found, standing))
    };
    Ok(visit.web.look(act).await?)
}
