//! `GET /v1/approvals/{apr}`, also as a long poll (api.md §4.8).

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
use crate::api::wait::until_changed;
use crate::problem::Problem;

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id = visit.id("apr")?;
    let version = |found: &(Approval, Standing)| found.1.version;
    let (approval, standing) = until_changed(&visit, || look(&visit, id), version).await?;
    if visit.has(standing.version) {
        return Ok(Answer::unchanged(standing.version));
    }
    let shown = Shown::new(&approval, &standing, visit.lang());
    Ok(Answer::ok(&shown).at(standing.version))
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
