//! `sekisho credential`: cards in use: listed, revoked, unlocked, made again.

use clap::{Args, Subcommand};
use sekisho_app::order::Application;
use sekisho_app::{credential, order};
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk as ContractDesk;
use sekisho_domain::event::Subject;
use sekisho_domain::id::OrderId;
use sekisho_domain::order::OrderKind;
use sekisho_domain::reason::{Reason, ReportedBy};
use serde_json::{Value, json};

use super::columns::columns;
use super::counter::{Counter, Whose};
use super::people::TwoPeople;
use super::{Desk, Failure, words};

/// Cards of one contract that are listed.
const LISTED: u32 = 200;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// List the cards of a contract, newest first
    List(List),
    /// Make a card useless at once; where the customer needs it, the next one is ordered
    Revoke(Revoke),
    /// Lift the lock of a card; spent cells stay spent
    Unlock(Unlock),
    /// Order the next card; the old one is dead at once when somebody else may know it
    Reissue(Revoke),
}

#[derive(Debug, Args)]
pub(super) struct List {
    /// The login id of the contract, as people type it, or its id
    login_id: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Revoke {
    /// The number on the card, or its id
    card: String,
    /// Why
    #[arg(long, value_parser = words::reason())]
    reason: Reason,
    /// Who reported it
    #[arg(long, value_parser = words::reported_by(), default_value = "staff")]
    by: ReportedBy,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Unlock {
    /// The number on the card, or its id
    card: String,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    people: TwoPeople,
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::List(arguments) => list(arguments, desk),
        Verb::Revoke(arguments) => revoke(arguments, desk),
        Verb::Unlock(arguments) => unlock(arguments, desk),
        Verb::Reissue(arguments) => reissue(arguments, desk),
    }
}

fn standing(card: &Credential) -> Value {
    json!({
        "credential": card.id, "contract": card.contract, "method": card.method.as_str(),
        "state": card.state.word(), "card_number": card.card_number(),
        "generation": card.generation, "expires_on": card.expires_on,
    })
}

fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let contract = counter.contract(&institution, &arguments.login_id)?.id;
    let cards = counter.office.look(move |tx, _| credential::of_contract(tx, contract, LISTED))?;
    let row = |card: &Credential| {
        [
            card.printed(),
            card.method.as_str().to_owned(),
            card.state.word().to_owned(),
            card.generation.to_string(),
            card.expires_on.map(|day| day.to_string()).unwrap_or_default(),
            card.id.to_string(),
        ]
    };
    let rows: Vec<_> = cards.iter().map(row).collect();
    let headings = ["card number", "method", "state", "generation", "expires", "id"];
    let report: Vec<_> = cards.iter().map(standing).collect();
    desk.output.answer(&json!({ "credentials": report }), &columns(headings, &rows))?;
    Ok(0)
}

fn revoke(arguments: &Revoke, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let card = counter.credential(&institution, &arguments.card)?;
    let dead = make_void(&counter, &card, arguments)?;
    let next = open_order(&counter, &dead)?;
    let text = format!("Card {} is dead.{}", dead.printed(), ordered(next));
    let mut report = standing(&dead);
    report["next_order"] = json!(next);
    desk.output.answer(&report, &text)?;
    Ok(0)
}

fn unlock(arguments: &Unlock, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let card = counter.credential(&institution, &arguments.card)?;
    let needed = institution.policy(counter.now()).checker.unlock;
    let decision = arguments.people.decide("credential_unlock", needed)?;
    let (whose, id, told) = (institution.id, card.id, decision.clone());
    let unlocked = counter.run(whose, move |tx, cx| {
        let unlocked = credential::unlock(tx, cx, whose, id)?;
        let subject = Subject::new("credential", id).at(unlocked.version);
        decision.note(tx, cx, whose, Some(unlocked.contract), subject);
        Ok(unlocked)
    })?;
    let text = told.told(format!("Card {} can be used again.", unlocked.printed()));
    desk.output.answer(&standing(&unlocked), &text)?;
    Ok(0)
}

/// E-09: what somebody else may know dies at once; a worn or damaged card goes on until the next
/// one comes.
fn reissue(arguments: &Revoke, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let card = counter.credential(&institution, &arguments.card)?;
    let (card, old) = if arguments.reason.compromise() {
        (make_void(&counter, &card, arguments)?, "is dead")
    } else {
        let no_card = || Failure::Unfit("a token is started anew, not made anew".to_owned());
        let printed = card.method.card().ok_or_else(no_card)?;
        let application = Application {
            contract: card.contract,
            kind: OrderKind::of(printed),
            reason: Some(arguments.reason),
            source: arguments.by,
            postcode: None,
        };
        let whose = institution.id;
        counter.run(whose, move |tx, cx| order::apply(tx, cx, whose, &application))?;
        (card, "goes on until the next one is switched to")
    };
    let next = open_order(&counter, &card)?;
    let text = format!("Card {} {old}.{}", card.printed(), ordered(next));
    let mut report = standing(&card);
    report["next_order"] = json!(next);
    desk.output.answer(&report, &text)?;
    Ok(0)
}

fn make_void(
    counter: &Counter,
    card: &Credential,
    arguments: &Revoke,
) -> Result<Credential, Failure> {
    let (whose, id) = (card.institution, card.id);
    let (reason, by) = (arguments.reason, arguments.by);
    counter.run(whose, move |tx, cx| credential::revoke(tx, cx, whose, id, reason, by))
}

/// The order that lies open at the card's contract.
fn open_order(counter: &Counter, card: &Credential) -> Result<Option<OrderId>, Failure> {
    let contract = card.contract;
    Ok(counter.office.look(move |tx, _| {
        let Some(desk) = tx.load::<ContractDesk>(&contract)? else {
            return Ok(None);
        };
        Ok(order::open_order(tx, &desk)?.map(|order| order.id))
    })?)
}

fn ordered(next: Option<OrderId>) -> String {
    match next {
        Some(order) => format!(" The next one is ordered: {order}."),
        None => " No other one is ordered: `sekisho cards order` does that.".to_owned(),
    }
}
