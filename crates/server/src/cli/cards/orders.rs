//! Orders: listed, made, agreed with, taken back.

use clap::Args;
use sekisho_app::order::{self, Application};
use sekisho_domain::event::Subject;
use sekisho_domain::id::OrderId;
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::reason::{Reason, ReportedBy};
use serde_json::json;

use crate::cli::columns::columns;
use crate::cli::counter::Whose;
use crate::cli::people::TwoPeople;
use crate::cli::{Desk, Failure, words};

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Only in this state; again for each
    #[arg(long, value_parser = words::order_state())]
    state: Vec<OrderState>,
    /// Only after this order, to leaf through
    #[arg(long, value_name = "ORDER")]
    after: Option<OrderId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Order {
    /// The login id of the contract, as people type it, or its id
    login_id: String,
    #[command(flatten)]
    whose: Whose,
    /// What card
    #[arg(long, value_parser = words::order_kind(), default_value = "image_card")]
    kind: OrderKind,
    /// Why again; leave out for the first
    #[arg(long, value_parser = words::reason())]
    reason: Option<Reason>,
    /// Who wishes it
    #[arg(long, value_parser = words::reported_by(), default_value = "phone")]
    by: ReportedBy,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Approve {
    /// The order
    order: OrderId,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    people: TwoPeople,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Cancel {
    /// The order
    order: OrderId,
    #[command(flatten)]
    whose: Whose,
    /// Why
    #[arg(long, value_parser = words::reason(), default_value = "customer_request")]
    reason: Reason,
}

/// The words that orders are selected by: those in a batch are listed apart from those that wait.
fn selected(states: &[OrderState]) -> Vec<&'static str> {
    let mut words: Vec<_> = states.iter().map(|state| state.word()).collect();
    if states.contains(&OrderState::Approved) {
        words.push("in_batch");
    }
    words
}

pub(super) fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?.id;
    let (states, after, limit) = (selected(&arguments.state), arguments.after, arguments.limit);
    let mut orders = counter
        .office
        .look(move |tx, _| order::list(tx, institution, states.clone(), after, limit + 1))?;
    let more = orders.len() > limit as usize;
    orders.truncate(limit as usize);
    let next = orders.last().filter(|_| more).map(|order| order.id);
    let rows: Vec<_> = orders.iter().map(row).collect();
    let list = columns(["order", "kind", "state", "ordered", "card number", "tracking"], &rows);
    let text = match next {
        Some(next) => format!("{list}\nThere are more: --after {next}"),
        None => list,
    };
    let report: Vec<_> = orders.iter().map(shown).collect();
    desk.output.answer(&json!({ "orders": report, "next": next }), &text)?;
    Ok(0)
}

fn row(order: &CardOrder) -> [String; 6] {
    [
        order.id.to_string(),
        order.kind.word().to_owned(),
        if order.frozen { "frozen".to_owned() } else { order.state.word().to_owned() },
        order.ordered_at.day().to_string(),
        order.card_number.map(|number| number.to_string()).unwrap_or_default(),
        order.tracking_number.clone().unwrap_or_default(),
    ]
}

fn shown(order: &CardOrder) -> serde_json::Value {
    json!({
        "order": order.id, "contract": order.contract, "kind": order.kind.word(),
        "state": order.state.word(), "frozen": order.frozen, "batch": order.batch,
        "ordered_at": order.ordered_at.to_string(), "card_number": order.card_number,
        "tracking_number": order.tracking_number, "dispatched_on": order.dispatched_on,
    })
}

pub(super) fn order(arguments: &Order, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let contract = counter.contract(&institution, &arguments.login_id)?;
    if arguments.kind.method().is_none() {
        let sentence = "letters are ordered with `sekisho contract reset-password` and \
                        `sekisho contract activation-code`";
        return Err(Failure::Unfit(sentence.to_owned()));
    }
    let whose = institution.id;
    let application = Application {
        contract: contract.id,
        kind: arguments.kind,
        reason: arguments.reason,
        source: arguments.by,
        postcode: None,
    };
    let order = counter.run(whose, move |tx, cx| {
        let ordered = order::apply(tx, cx, whose, &application)?;
        order::find(tx, whose, ordered.order)
    })?;
    let next = match order.state {
        OrderState::Ordered => format!(
            "waits for a second person: `sekisho cards approve {} --maker … --checker …`",
            order.id
        ),
        _ => "is approved: `sekisho cards produce` makes it".to_owned(),
    };
    let text = format!("Order {} for {} {next}.", order.id, contract.login_id);
    desk.output.answer(&shown(&order), &text)?;
    Ok(0)
}

pub(super) fn approve(arguments: &Approve, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let needed = institution.policy(counter.now()).checker.phone_order;
    let decision = arguments.people.decide("order_approval", needed)?;
    let (whose, id, told) = (institution.id, arguments.order, decision.clone());
    let order = counter.run(whose, move |tx, cx| {
        let order = order::approve(tx, cx, whose, id)?;
        let subject = Subject::new("card_order", id).at(order.version);
        decision.note(tx, cx, whose, Some(order.contract), subject);
        Ok(order)
    })?;
    let text = told.told(format!("Order {id} is approved: `sekisho cards produce` makes it."));
    desk.output.answer(&shown(&order), &text)?;
    Ok(0)
}

pub(super) fn cancel(arguments: &Cancel, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let (id, reason) = (arguments.order, arguments.reason);
    let order = counter.run(whose, move |tx, cx| order::cancel(tx, cx, whose, id, reason))?;
    desk.output.answer(&shown(&order), &format!("Order {id} is taken back."))?;
    Ok(0)
}
