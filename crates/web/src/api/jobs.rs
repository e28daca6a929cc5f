//! `/v1/jobs` (api.md §5.3): how far long work is, and what came of it.

use axum::Router;
use sekisho_app::context::Context;
use sekisho_app::job::{self, Job, Task};
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_domain::client::Scope;
use sekisho_domain::id::JobId;
use serde_json::{Value, json};

use super::answer::Answer;
use super::door::{Door, Visit};
use super::page;
use super::wait::until_changed;
use crate::problem::Problem;
use crate::state::Web;

/// A job is read with the scope that made it (api.md §12); who may see which is judged inside.
const READS: &[Scope] = &[
    Scope::ProductionRead,
    Scope::ProductionWrite,
    Scope::ContractsWrite,
    Scope::CredentialsWrite,
];
const FILTERS: &[&str] = &["kind", "state", "limit", "after", "order"];
const STATES: &[&str] = &["waiting", "queued", "running", "done", "failed", "cancelled"];

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/v1/jobs", Door::get(READS).with_query(FILTERS).route(list))
        .route("/v1/jobs/{job}", Door::get(READS).route(show))
}

/// A job as the API shows it.
pub(super) fn shown(job: &Job) -> Value {
    json!({
        "id": job.id.to_string(), "version": job.version, "kind": job.task.word(),
        "state": job.state.word(), "made_at": job.made_at.to_string(),
        "progress": {"done": job.done, "total": job.total, "unit": job.task.unit()},
        "counts": {"accepted": job.accepted, "refused": job.done.saturating_sub(job.accepted)},
        "result": job.result,
    })
}

/// The reply of a step that makes a job: 202, and where to look.
pub(super) fn accepted(job: &Job) -> Answer {
    Answer::accepted(&shown(job)).at(job.version).found_at(format!("/v1/jobs/{}", job.id))
}

fn scopes(task: &Task) -> &'static [Scope] {
    match task {
        Task::Opening { .. } | Task::Sealing { .. } | Task::Deliveries => {
            &[Scope::ProductionRead, Scope::ProductionWrite]
        }
        Task::ContractImport => &[Scope::ContractsWrite],
        Task::TokenImport(_) => &[Scope::CredentialsWrite],
    }
}

fn may_see(visit: &Visit, job: &Job) -> bool {
    scopes(&job.task).iter().any(|scope| visit.caller.may(*scope))
}

async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: JobId = visit.id("job")?;
    let found = until_changed(&visit, || look(&visit, id), |job: &Job| job.version).await?;
    if visit.has(found.version) {
        return Ok(Answer::unchanged(found.version));
    }
    Ok(Answer::ok(&shown(&found)).at(found.version))
}

async fn look(visit: &Visit, id: JobId) -> Result<Job, Problem> {
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| job::find(tx, institution, id)).await?;
    if may_see(visit, &found) { Ok(found) } else { Err(Problem::new("not_found")) }
}

async fn list(visit: Visit) -> Result<Answer, Problem> {
    let states = visit.query.words("state", STATES)?;
    let kinds: Vec<String> = visit.query.all("kind").map(str::to_owned).collect();
    let rows = Rows { states, ..page::Wanted::read(&visit)?.rows(Table::Job, visit.institution()) };
    let caller = std::sync::Arc::clone(&visit.caller);
    let act = move |tx: &mut Tx, _: &mut Context| {
        let wanted = |job: &Job| {
            let of_kind = kinds.is_empty() || kinds.iter().any(|kind| kind == job.task.word());
            of_kind && scopes(&job.task).iter().any(|scope| caller.may(*scope))
        };
        page::fill::<Job>(tx, rows.clone(), wanted, |_| false)
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown).collect(), found.next))
}
