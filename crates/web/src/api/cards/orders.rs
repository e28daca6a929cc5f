//! Orders of cards: wished, approved, taken back.

use sekisho_app::context::Context;
use sekisho_app::contract;
use sekisho_app::once::once;
use sekisho_app::order::{self, Application};
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::{ContractId, OrderId};
use sekisho_domain::method::CardKind;
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::policy::Policy;
use sekisho_domain::proposal::Change;
use sekisho_domain::read::{object, parsed, word};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::text::Postcode;
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::contracts::Why;
use crate::api::door::Visit;
use crate::api::page;
use crate::api::proposals::submit;
use crate::problem::Problem;

pub(super) const FILTERS: &[&str] = &["contract", "state", "limit", "after", "order"];

/// An order as the API shows it; where it goes is asked for at the contract.
fn shown(order: &CardOrder, policy: &Policy) -> Value {
    let (from, to) = order.expected_between(policy);
    let mut shown = json!({
        "id": order.id.to_string(), "version": order.version,
        "contract": order.contract.to_string(),
        "kind": order.kind.word(), "state": order.state.word(), "frozen": order.frozen,
        "source": order.source.word(), "ordered_at": order.ordered_at.to_string(),
        "expected_between": [from.to_string(), to.to_string()],
    });
    let optional = [
        ("reason", order.reason.map(|reason| reason.word().to_owned())),
        ("batch", order.batch.map(|id| id.to_string())),
        ("credential", order.credential.map(|id| id.to_string())),
        ("card_number", order.card_number.map(|number| number.to_string())),
        ("tracking_number", order.tracking_number.clone()),
        ("dispatched_on", order.dispatched_on.map(|day| day.to_string())),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    }
    shown
}

struct Wish {
    kind: OrderKind,
    reason: Option<Reason>,
    postcode: Option<Postcode>,
    by: Option<ReportedBy>,
}

fn read_wish(f: &mut Fields) -> Read<Wish> {
    let method = f.required("method", word::<CardKind>());
    let reason = f.optional("reason", word());
    let postcode = f.optional("postcode", parsed());
    let by = f.optional("reported_by", word());
    Ok(Wish { kind: OrderKind::of(method?), reason: reason?, postcode: postcode?, by: by? })
}

/// `POST /v1/contracts/{ctr}/card_orders`: with a postcode the customer's own wish (U-13), else one
/// by telephone or at a branch, which needs two people.
pub(super) async fn order(visit: Visit) -> Result<Answer, Problem> {
    let Wish { kind, reason, postcode, by } = visit.read(object(read_wish))?;
    let contract: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let own = by == Some(ReportedBy::Customer) || (by.is_none() && postcode.is_some());
    if !own {
        let change = Change::CardOrder { contract, order: kind, reason };
        let policy = visit.home().policy(visit.web.now()).clone();
        let newest = move |tx: &mut Tx| {
            let orders = order::of_contract(tx, contract, 1)?;
            Ok(orders.first().map_or(Value::Null, |order| shown(order, &policy)))
        };
        return submit(&visit, change, newest).await;
    }
    let wish = Application { contract, kind, reason, source: ReportedBy::Customer, postcode };
    let key = visit.once();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            contract::find(tx, institution, contract)?;
            let made = order::apply(tx, cx, institution, &wish)?;
            let made = order::find(tx, institution, made.order)?;
            Ok(shown(&made, &cx.policy(institution)))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    let location = format!("/v1/card_orders/{}", kept.outcome["id"].as_str().unwrap_or_default());
    Ok(Answer::created(&kept.outcome, location).at(1).replayed(kept.replayed))
}

fn read_delivery(f: &mut Fields) -> Read<()> {
    let way = f.required("deliver", word::<Delivery>());
    way.map(|Delivery::Mail| ())
}

/// How an activation code reaches the customer. At the branch it is shown on the staff console
/// only.
#[derive(serde::Deserialize)]
#[serde(rename_all = "snake_case")]
enum Delivery {
    Mail,
}

/// `POST /v1/contracts/{ctr}/activation_codes`²
pub(super) async fn activation_code(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_delivery))?;
    let contract: ContractId = visit.id("ctr")?;
    let policy = visit.home().policy(visit.web.now()).clone();
    let newest = move |tx: &mut Tx| {
        let orders = order::of_contract(tx, contract, 1)?;
        Ok(orders.first().map_or(Value::Null, |order| shown(order, &policy)))
    };
    submit(&visit, Change::ActivationCode { contract }, newest).await
}

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: OrderId = visit.id("ord")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| order::find(tx, institution, id)).await?;
    let shown = shown(&found, visit.home().policy(visit.web.now()));
    Ok(Answer::ok(&shown).at(found.version))
}

pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let words: Vec<&'static str> = OrderState::ALL.iter().map(|state| state.word()).collect();
    let states = visit.query.words("state", &words)?;
    let contract = visit.query.read_one("contract", |text| text.parse::<ContractId>().ok())?;
    let mut kept_states = states.clone();
    if states.contains(&OrderState::Approved.word()) {
        kept_states.push("in_batch");
    }
    let rows = Rows {
        owner: contract.map(|id| id.to_string()),
        states: kept_states,
        ..page::Wanted::read(&visit)?.rows(Table::Order, visit.institution())
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        page::fill::<CardOrder>(tx, rows.clone(), |_| true, |_| false)
    };
    let found = visit.web.look(act).await?;
    let home = visit.home();
    let policy = home.policy(visit.web.now());
    let items = found.items.iter().map(|order| shown(order, policy)).collect();
    Ok(page::answer(&visit, items, found.next))
}

/// `…/cancellation`: before anything was made; again: the same and no event.
pub(super) async fn cancel(visit: Visit) -> Result<Answer, Problem> {
    let why = visit.read(object(Why::read))?;
    let id: OrderId = visit.id("ord")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let found = order::find(tx, institution, id)?;
            let ended = match found.state {
                OrderState::Cancelled => found,
                _ => order::cancel(tx, cx, institution, id, why.reason)?,
            };
            Ok(shown(&ended, &cx.policy(institution)))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&kept.outcome).replayed(kept.replayed))
}

/// `…/approval`²
pub(super) async fn approve(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(|_: &mut Fields| Ok(())))?;
    let id: OrderId = visit.id("ord")?;
    let institution = visit.institution();
    let policy = visit.home().policy(visit.web.now()).clone();
    let after = move |tx: &mut Tx| Ok(shown(&order::find(tx, institution, id)?, &policy));
    submit(&visit, Change::OrderApproval { order: id }, after).await
}
