//! `sekisho contract`: import, show, stop, resume, end; password and activation code.

use clap::{Args, Subcommand};
use sekisho_app::{contract, credential, order};
use sekisho_domain::contract::Contract;
use sekisho_domain::event::Subject;
use sekisho_domain::institution::Institution;
use sekisho_domain::order::{CardOrder, OrderKind};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::secret::Secret;
use serde_json::json;

use super::columns::columns;
use super::counter::{Counter, Whose};
use super::people::TwoPeople;
use super::{Desk, Failure, import, words};

/// Orders and cards of one contract that are shown.
const SHOWN: u32 = 50;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Import contracts from a CSV file in UTF-8 or `Shift_JIS`
    Import(import::Arguments),
    /// Show where a contract stands, with its orders and cards; no name, no address
    Show(Named),
    /// Stop internet banking at once: sessions end, open approvals are void
    Suspend(Stopped),
    /// Resume after identity was checked at the branch
    Resume(Decided),
    /// End a contract for ever: its cards are dead at once
    Cancel(Cancelled),
    /// Lift the delay and the lock of the login password
    UnlockPassword(Decided),
    /// Order a letter with a new initial password; the old one dies when the letter is made
    ResetPassword(Decided),
    /// Order a letter with an activation code, or tell the code at a branch
    ActivationCode(Code),
}

#[derive(Debug, Args)]
pub(super) struct Named {
    /// The login id of the contract, as people type it, or its id
    login_id: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Stopped {
    #[command(flatten)]
    named: Named,
    /// Why
    #[arg(long, value_parser = words::reason())]
    reason: Reason,
    /// Who reported it
    #[arg(long, value_parser = words::reported_by(), default_value = "staff")]
    by: ReportedBy,
}

#[derive(Debug, Args)]
pub(super) struct Decided {
    #[command(flatten)]
    named: Named,
    #[command(flatten)]
    people: TwoPeople,
}

#[derive(Debug, Args)]
pub(super) struct Cancelled {
    #[command(flatten)]
    named: Named,
    /// Why
    #[arg(long, value_parser = words::reason())]
    reason: Reason,
    #[command(flatten)]
    people: TwoPeople,
}

#[derive(Debug, Args)]
pub(super) struct Code {
    #[command(flatten)]
    named: Named,
    /// Show the code this once, for a customer who stands at the branch, instead of a letter
    #[arg(long)]
    show: bool,
    #[command(flatten)]
    people: TwoPeople,
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Import(arguments) => import::run(arguments, desk),
        Verb::Show(named) => show(named, desk),
        Verb::Suspend(arguments) => suspend(arguments, desk),
        Verb::Resume(arguments) => resume(arguments, desk),
        Verb::Cancel(arguments) => cancel(arguments, desk),
        Verb::UnlockPassword(arguments) => unlock_password(arguments, desk),
        Verb::ResetPassword(arguments) => reset_password(arguments, desk),
        Verb::ActivationCode(arguments) => activation_code(arguments, desk),
    }
}

/// The contract that is meant, with what it is looked up in.
struct Found {
    counter: Counter,
    institution: std::sync::Arc<Institution>,
    contract: Contract,
}

impl Named {
    fn find(&self, desk: &Desk) -> Result<Found, Failure> {
        let counter = desk.counter()?;
        let institution = counter.institution(&self.whose)?;
        let contract = counter.contract(&institution, &self.login_id)?;
        Ok(Found { counter, institution, contract })
    }
}

impl Found {
    fn checker(&self) -> sekisho_domain::policy::CheckerPolicy {
        self.institution.policy(self.counter.now()).checker.clone()
    }
}

fn subject(contract: &Contract) -> Subject {
    Subject::new("contract", contract.id)
}

fn standing(contract: &Contract) -> serde_json::Value {
    json!({
        "contract": contract.id, "login_id": contract.login_id, "state": contract.state.word(),
        "version": contract.version,
    })
}

fn show(named: &Named, mut desk: Desk) -> Result<u8, Failure> {
    let Found { counter, institution, contract } = named.find(&desk)?;
    let id = contract.id;
    let orders = counter.office.look(move |tx, _| order::of_contract(tx, id, SHOWN))?;
    let held = counter.office.look(move |tx, _| credential::of_contract(tx, id, SHOWN))?;
    let rules = &institution.policy(counter.now()).lock.password;
    let password = match &contract.password {
        none if none.verifier.is_none() => "none; a letter is due",
        locked if locked.attempts.locked(rules) => "locked after wrong tries",
        initial if initial.is_initial() => "the printed one",
        _ => "chosen by the customer",
    };
    let order = |order: &CardOrder| {
        let day = order.ordered_at.day().to_string();
        let state = if order.frozen { "frozen" } else { order.state.word() };
        [order.id.to_string(), order.kind.word().to_owned(), state.to_owned(), day]
    };
    let card = |card: &sekisho_domain::credential::Credential| {
        let generation = card.generation.to_string();
        let method = card.method.as_str().to_owned();
        [card.printed(), method, card.state.word().to_owned(), generation]
    };
    let orders: Vec<_> = orders.iter().map(order).collect();
    let cards: Vec<_> = held.iter().map(card).collect();
    let text = format!(
        "{id} ({}) is {}; branch {}; password: {password}{}\n\n{}\n\n{}",
        contract.login_id,
        contract.state.word(),
        contract.branch,
        if contract.address_invalid { "; post came back, nothing more is posted" } else { "" },
        columns(["order", "kind", "state", "ordered"], &orders),
        columns(["card number", "method", "state", "generation"], &cards),
    );
    let mut report = standing(&contract);
    report["branch"] = contract.branch.clone().into();
    report["password"] = password.into();
    report["address_invalid"] = contract.address_invalid.into();
    report["orders"] = json!(
        orders
            .iter()
            .map(|[id, kind, state, ordered_on]| json!({
                "order": id, "kind": kind, "state": state, "ordered_on": ordered_on,
            }))
            .collect::<Vec<_>>()
    );
    report["credentials"] =
        json!(cards.iter().map(|[number, method, state, generation]| json!({
        "card_number": number, "method": method, "state": state, "generation": generation,
    })).collect::<Vec<_>>());
    desk.output.answer(&report, &text)?;
    Ok(0)
}

fn suspend(arguments: &Stopped, mut desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let (whose, id) = (found.institution.id, found.contract.id);
    let (reason, by) = (arguments.reason, arguments.by);
    let stopped =
        found.counter.run(whose, move |tx, cx| contract::suspend(tx, cx, whose, id, reason, by))?;
    let text = format!(
        "Internet banking of {} is stopped: sessions have ended, open approvals are void.",
        stopped.login_id
    );
    desk.output.answer(&standing(&stopped), &text)?;
    Ok(0)
}

fn resume(arguments: &Decided, mut desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let decision = arguments.people.decide("contract_resumption", found.checker().contract)?;
    let (whose, id) = (found.institution.id, found.contract.id);
    let told = decision.clone();
    let resumed = found.counter.run(whose, move |tx, cx| {
        let resumed = contract::resume(tx, cx, whose, id)?;
        decision.note(tx, cx, whose, Some(id), subject(&resumed));
        Ok(resumed)
    })?;
    let letter = match resumed.password.verifier {
        Some(_) => "with the password it had",
        None => "a letter with a new password is ordered",
    };
    let text = told.told(format!("{} is active again: {letter}.", resumed.login_id));
    desk.output.answer(&standing(&resumed), &text)?;
    Ok(0)
}

fn cancel(arguments: &Cancelled, mut desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let decision = arguments.people.decide("contract_cancellation", found.checker().contract)?;
    let (whose, id, reason) = (found.institution.id, found.contract.id, arguments.reason);
    let told = decision.clone();
    let ended = found.counter.run(whose, move |tx, cx| {
        let ended = contract::cancel(tx, cx, whose, id, reason)?;
        decision.note(tx, cx, whose, Some(id), subject(&ended));
        Ok(ended)
    })?;
    let text = told.told(format!(
        "{} has ended: its cards are dead, what is in production is kept back.",
        ended.login_id
    ));
    desk.output.answer(&standing(&ended), &text)?;
    Ok(0)
}

fn unlock_password(arguments: &Decided, mut desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let decision = arguments.people.decide("password_unlock", found.checker().unlock)?;
    let (whose, id) = (found.institution.id, found.contract.id);
    let told = decision.clone();
    let unlocked = found.counter.run(whose, move |tx, cx| {
        let unlocked = contract::unlock_password(tx, cx, whose, id)?;
        decision.note(tx, cx, whose, Some(id), subject(&unlocked));
        Ok(unlocked)
    })?;
    let text = told.told(format!(
        "The password of {} can be tried again at once. If the customer has forgotten it: \
         `sekisho contract reset-password`.",
        unlocked.login_id
    ));
    desk.output.answer(&standing(&unlocked), &text)?;
    Ok(0)
}

fn reset_password(arguments: &Decided, desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let decision = arguments.people.decide("password_reset", found.checker().password_reset)?;
    order_letter(desk, &found, decision, OrderKind::PasswordLetter)
}

fn activation_code(arguments: &Code, mut desk: Desk) -> Result<u8, Failure> {
    let found = arguments.named.find(&desk)?;
    let decision = arguments.people.decide("activation_code", found.checker().activation_code)?;
    if !arguments.show {
        return order_letter(desk, &found, decision, OrderKind::ActivationLetter);
    }
    let (whose, id) = (found.institution.id, found.contract.id);
    let told = decision.clone();
    let code: Secret<String> = found.counter.run(whose, move |tx, cx| {
        let code = contract::tell_activation_code(tx, cx, whose, id)?;
        let contract = contract::find(tx, whose, id)?;
        decision.note(tx, cx, whose, Some(id), subject(&contract));
        Ok(code)
    })?;
    let text = told.told(format!(
        "Activation code for {}: {}\nIt is shown this once. Tell it only to a customer whose \
         identity was checked; an older code is dead.",
        found.contract.login_id,
        code.expose()
    ));
    let report = json!({ "contract": id, "activation_code": code.expose() });
    desk.output.answer(&report, &text)?;
    Ok(0)
}

fn order_letter(
    mut desk: Desk,
    found: &Found,
    decision: super::people::Decision,
    kind: OrderKind,
) -> Result<u8, Failure> {
    let (whose, id) = (found.institution.id, found.contract.id);
    let told = decision.clone();
    let order = found.counter.run(whose, move |tx, cx| {
        let contract = contract::find(tx, whose, id)?;
        let order = contract::order_letter(tx, cx, &contract, kind)?;
        decision.note(tx, cx, whose, Some(id), subject(&contract));
        Ok(order)
    })?;
    let text = told.told(format!(
        "Letter {} for {} is ordered. `sekisho cards produce --kind {}` makes it.",
        order.id,
        found.contract.login_id,
        kind.word()
    ));
    let report = json!({ "order": order.id, "kind": kind.word(), "state": order.state.word() });
    desk.output.answer(&report, &text)?;
    Ok(0)
}
