//! `/v1/proposals`, and the reply of every step that needs two people (api.md §5.0).

use axum::Router;
use sekisho_app::context::Context;
use sekisho_app::once::{Kept, once};
use sekisho_app::proposal;
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_domain::client::Scope;
use sekisho_domain::id::ProposalId;
use sekisho_domain::proposal::{Change, Person, Proposal, ProposalState};
use serde_json::{Value, json};

use super::answer::Answer;
use super::door::{Door, Visit};
use super::page;
use crate::problem::Problem;
use crate::state::Web;

const READS: &[Scope] = &[Scope::ProposalsRead];
/// A proposal is withdrawn with the scope that made it (api.md §12); that it was this client is
/// judged inside.
const MAKES: &[Scope] = &[Scope::ContractsWrite, Scope::CredentialsWrite, Scope::ProductionWrite];
const FILTERS: &[&str] = &["state", "kind", "subject", "limit", "after", "order"];

pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/v1/proposals", Door::get(READS).with_query(FILTERS).route(list))
        .route("/v1/proposals/{pro}", Door::get(READS).route(show))
        .route("/v1/proposals/{pro}/decision", Door::post(MAKES).route(decide))
        .route("/v1/proposals/{pro}/withdrawal", Door::post(MAKES).or_empty().route(withdraw))
}

/// A proposal as the API shows it.
pub(super) fn shown(proposal: &Proposal) -> Value {
    json!({
        "id": proposal.id.to_string(), "version": proposal.version, "state": proposal.state.word(),
        "kind": proposal.change.kind(), "subject": proposal.change.subject(),
        "change": proposal.change, "maker": person(&proposal.maker),
        "checker": proposal.checker.as_ref().map(person),
        "made_at": proposal.made_at.to_string(), "expires_at": proposal.expires_at.to_string(),
    })
}

fn person(person: &Person) -> Value {
    match person {
        Person::Client(id) => json!({"kind": "client", "id": id.to_string()}),
        Person::Staff(id) => json!({"kind": "staff", "id": id.to_string()}),
        Person::Operator(login) => json!({"kind": "operator", "id": login}),
    }
}

/// Does `change`, or proposes it: 202 with the proposal, or 200 with what was changed, told by
/// `after`.
pub(super) async fn submit<A>(visit: &Visit, change: Change, after: A) -> Result<Answer, Problem>
where
    A: Fn(&mut Tx) -> Result<Value, sekisho_app::error::Error> + Send + 'static,
{
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            Ok(match proposal::submit(tx, cx, institution, change.clone())? {
                Some(proposal) => (true, json!({"proposal": shown(&proposal)})),
                None => (false, after(tx)?),
            })
        })
    };
    let kept: Kept<(bool, Value)> = visit.web.run(visit.actor(), act).await?;
    let (proposed, body) = &kept.outcome;
    let answer = if *proposed { Answer::accepted(body) } else { Answer::ok(body) };
    Ok(answer.replayed(kept.replayed))
}

async fn list(visit: Visit) -> Result<Answer, Problem> {
    let words: Vec<&'static str> = ProposalState::ALL.iter().map(|state| state.word()).collect();
    let states = visit.query.words("state", &words)?;
    let kinds: Vec<String> = visit.query.all("kind").map(str::to_owned).collect();
    let rows = Rows {
        owner: visit.query.one("subject")?.map(str::to_owned),
        states,
        ..page::Wanted::read(&visit)?.rows(Table::Proposal, visit.institution())
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        let of_kind = |found: &Proposal| {
            kinds.is_empty() || kinds.iter().any(|kind| kind == found.change.kind())
        };
        page::fill::<Proposal>(tx, rows.clone(), of_kind, |_| false)
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown).collect(), found.next))
}

async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: ProposalId = visit.id("pro")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| proposal::find(tx, institution, id)).await?;
    Ok(Answer::ok(&shown(&found)).at(found.version))
}

/// A machine can make, never check (api.md §2.4): a client's own access token decides nothing.
async fn decide(visit: Visit) -> Result<Answer, Problem> {
    let id: ProposalId = visit.id("pro")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| proposal::find(tx, institution, id)).await?;
    visit.check_version(found.version)?;
    Err(Problem::new("staff_not_permitted"))
}

async fn withdraw(visit: Visit) -> Result<Answer, Problem> {
    let id: ProposalId = visit.id("pro")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| proposal::withdraw(tx, cx, institution, id))
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&shown(&kept.outcome)).at(kept.outcome.version).replayed(kept.replayed))
}
