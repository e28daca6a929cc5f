//! `/v1/contracts` (api.md §5.1).

mod body;
mod import;
mod notices;
mod sessions;
mod steps;
mod timeline;

pub(super) use body::{Why, read_mail};
pub(super) use import::check_digest;

use axum::Router;
use sekisho_app::context::Context;
use sekisho_app::contract::{self, Created};
use sekisho_app::once::once;
use sekisho_app::record::{Alias, AliasKind};
use sekisho_app::tx::{Query as Rows, Record, Table, Tx};
use sekisho_domain::client::Scope;
use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::id::ContractId;
use sekisho_domain::read::object;
use serde_json::{Value, json};

use super::answer::Answer;
use super::door::{Door, Visit};
use super::page::{self, Page};
use crate::problem::Problem;
use crate::state::Web;

const READS: &[Scope] = &[Scope::ContractsRead];
const WRITES: &[Scope] = &[Scope::ContractsWrite];
const FILTERS: &[&str] =
    &["login_id", "external_id", "branch", "state", "flag", "limit", "after", "order"];
const STATES: &[&str] = &["pending", "active", "suspended", "cancelled"];

pub(super) fn router() -> Router<Web> {
    let all = Door::post(WRITES).route(create);
    let all = all.merge(Door::get(READS).with_query(FILTERS).route(list));
    let one = Door::get(READS).route(show).merge(Door::patch(WRITES).route(steps::patch));
    Router::new()
        .route("/v1/contracts", all)
        .route("/v1/contracts/{ctr}", one)
        .route("/v1/contracts/{ctr}/suspension", Door::post(WRITES).route(steps::suspend))
        .route("/v1/contracts/{ctr}/resumption", Door::post(WRITES).or_empty().route(steps::resume))
        .route("/v1/contracts/{ctr}/cancellation", Door::post(WRITES).route(steps::cancel))
        .route(
            "/v1/contracts/{ctr}/password_reset",
            Door::post(WRITES).or_empty().route(steps::reset_password),
        )
        .route("/v1/contracts/{ctr}/unlock", Door::post(WRITES).or_empty().route(steps::unlock))
        .route(
            "/v1/contracts/{ctr}/timeline",
            Door::get(READS).with_query(timeline::FILTERS).route(timeline::list),
        )
        .merge(import::router())
        .merge(sessions::router())
        .merge(notices::router())
}

/// A contract as the API shows it: names and address, never a secret.
pub(super) fn shown(contract: &Contract) -> Value {
    let person = &contract.person;
    let mut shown = json!({
        "id": contract.id.to_string(), "version": contract.version,
        "state": contract.state.word(), "login_id": contract.login_id.as_str(),
        "branch": contract.branch, "name": person.name, "name_kana": person.name_kana,
        "postcode": person.postcode.to_string(), "address": person.address,
        "address_invalid": contract.address_invalid,
        "created_at": contract.created_at.to_string(),
    });
    let mut add = |name: &str, value: Option<Value>| {
        if let Some(value) = value {
            shown[name] = value;
        }
    };
    add("external_id", contract.external_id.as_deref().map(Value::from));
    add("mails", (!person.mails.is_empty()).then(|| json!(person.mails)));
    add("phone", person.phone.as_deref().map(Value::from));
    add("address_changed_at", contract.address_changed_at.map(|at| at.to_string().into()));
    add("last_sign_in_at", contract.last_sign_in_at.map(|at| at.to_string().into()));
    match &contract.state {
        ContractState::Suspended { reason, by, .. } => {
            add("reason", Some(reason.word().into()));
            add("by", Some(by.word().into()));
        }
        ContractState::Cancelled { reason, .. } => add("reason", Some(reason.word().into())),
        ContractState::Pending | ContractState::Active => {}
    }
    shown
}

/// `POST`: made once for each number of the bank's own.
async fn create(visit: Visit) -> Result<Answer, Problem> {
    let institution = visit.institution();
    let form = visit.home().policy(visit.web.now()).login.identifier;
    let body = visit.read(object(|f| body::New::read(f, form)))?;
    let key = visit.once();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let wish = body.wish(cx, institution);
            let Created { contract, known } = contract::create(tx, cx, wish)?;
            Ok((known, shown(&contract::find(tx, institution, contract)?)))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    let (known, body) = &kept.outcome;
    let location = format!("/v1/contracts/{}", body["id"].as_str().unwrap_or_default());
    let answer = if *known { Answer::ok(body) } else { Answer::created(body, location) };
    let version = body["version"].as_u64().unwrap_or(1);
    Ok(answer.at(version).replayed(kept.replayed))
}

async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| contract::find(tx, institution, id)).await?;
    Ok(Answer::ok(&shown(&found)).at(found.version))
}

async fn list(visit: Visit) -> Result<Answer, Problem> {
    let query = &visit.query;
    let institution = visit.institution();
    let states = query.words("state", STATES)?;
    let flags = query.words("flag", &["address_invalid"])?;
    let branch = query.one("branch")?.map(str::to_owned);
    let names = |name, kind| query.all(name).map(move |text: &str| (kind, text.to_owned()));
    let aliases: Vec<(AliasKind, String)> = names("login_id", AliasKind::LoginId)
        .chain(names("external_id", AliasKind::ExternalId))
        .collect();
    let rows = Rows {
        owner: branch.clone(),
        states: states.clone(),
        ..page::Wanted::read(&visit)?.rows(Table::Contract, institution)
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        let admits = |contract: &Contract| {
            (states.is_empty() || states.contains(&contract.state.word()))
                && branch.as_ref().is_none_or(|branch| *branch == contract.branch)
                && (flags.is_empty() || contract.address_invalid)
        };
        if aliases.is_empty() {
            return page::fill::<Contract>(tx, rows.clone(), admits, |_| false);
        }
        let mut items = Vec::new();
        for (kind, name) in &aliases {
            let alias = tx.load::<Alias>(&kind.key(institution, name))?;
            let Some(Ok(id)) = alias.map(|alias| alias.target.parse::<ContractId>()) else {
                continue;
            };
            items.extend(tx.load::<Contract>(&id)?.filter(admits));
        }
        items.sort_by_key(|contract| std::cmp::Reverse(contract.id));
        items.dedup_by_key(|contract| contract.id);
        Ok(Page { items, next: None })
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown).collect(), found.next))
}

/// A page of what one contract of the institution has in a table.
async fn listed<R: Record + Send + 'static>(visit: &Visit) -> Result<Page<R>, Problem> {
    let id: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let rows = Rows {
        owner: Some(id.to_string()),
        ..page::Wanted::read(visit)?.rows(R::TABLE, institution)
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        contract::find(tx, institution, id)?;
        page::fill::<R>(tx, rows.clone(), |_| true, |_| false)
    };
    Ok(visit.web.look(act).await?)
}
