//! What is done with one device after the other.

use clap::Args;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::otp::office;
use sekisho_app::tokens;
use sekisho_app::tx::Tx;
use sekisho_domain::event::Subject;
use sekisho_domain::id::{InstitutionId, TokenId};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::token::Token;

use super::standing;
use crate::cli::counter::Whose;
use crate::cli::people::TwoPeople;
use crate::cli::{Desk, Failure, words};

#[derive(Debug, Args)]
pub(in crate::cli) struct Step {
    /// The serial, as on the back, or the token's id
    serial: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Allocate {
    /// The serial, as on the back, or the token's id
    serial: String,
    /// The login id of the contract, as people type it, or its id
    login_id: String,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Report {
    /// The serial, as on the back, or the token's id
    serial: String,
    /// Who reported it
    #[arg(long, value_parser = words::reported_by(), default_value = "staff")]
    by: ReportedBy,
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Destroy {
    /// The serial, as on the back, or the token's id
    serial: String,
    #[command(flatten)]
    whose: Whose,
    #[command(flatten)]
    people: TwoPeople,
}

/// Does a step with one device, and says what it came to.
fn step(
    (serial, whose): (&str, &Whose),
    mut desk: Desk,
    act: impl FnMut(&mut Tx, &mut Context, (InstitutionId, TokenId)) -> Result<Token, Error>
    + Send
    + 'static,
    told: &str,
) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(whose)?;
    let which = (institution.id, counter.token(&institution, serial)?.id);
    let mut act = act;
    let token = counter.run(institution.id, move |tx, cx| act(tx, cx, which))?;
    let text = format!("Token {} {told}.", token.serial);
    desk.output.answer(&standing(&token), &text)?;
    Ok(0)
}

pub(super) fn allocate(arguments: &Allocate, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let contract = counter.contract(&institution, &arguments.login_id)?;
    let which = (institution.id, counter.token(&institution, &arguments.serial)?.id);
    let owner = contract.id;
    let token =
        counter.run(institution.id, move |tx, cx| office::allocate(tx, cx, which, owner))?;
    let text = format!(
        "Token {} is set aside for {}: `sekisho tokens mail {}` when it leaves the house.",
        token.serial, contract.login_id, token.serial
    );
    desk.output.answer(&standing(&token), &text)?;
    Ok(0)
}

pub(super) fn mail(arguments: &Step, desk: Desk) -> Result<u8, Failure> {
    let named = (arguments.serial.as_str(), &arguments.whose);
    step(named, desk, tokens::mail, "is on its way")
}

pub(super) fn put_back(arguments: &Step, desk: Desk) -> Result<u8, Failure> {
    let named = (arguments.serial.as_str(), &arguments.whose);
    step(named, desk, office::put_back, "is in stock again")
}

pub(super) fn battery_low(arguments: &Step, desk: Desk) -> Result<u8, Failure> {
    let named = (arguments.serial.as_str(), &arguments.whose);
    let told = "goes on as long as its battery lasts: set another one aside for its owner";
    step(named, desk, tokens::battery_low, told)
}

pub(super) fn defect(arguments: &Report, desk: Desk) -> Result<u8, Failure> {
    let (named, by) = ((arguments.serial.as_str(), &arguments.whose), arguments.by);
    let told = "answers for nobody any more: destroy it when it has come back";
    step(named, desk, move |tx, cx, which| office::defect(tx, cx, which, by), told)
}

pub(super) fn lost(arguments: &Report, desk: Desk) -> Result<u8, Failure> {
    let (named, why) =
        ((arguments.serial.as_str(), &arguments.whose), (Reason::Lost, arguments.by));
    let told = "answers for nobody any more, and its owners are told";
    step(named, desk, move |tx, cx, which| office::revoke(tx, cx, which, why), told)
}

pub(super) fn destroy(arguments: &Destroy, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let which = (institution.id, counter.token(&institution, &arguments.serial)?.id);
    let needed = institution.policy(counter.now()).checker.tokens;
    let decision = arguments.people.decide("token_destruction", needed)?;
    let told = decision.clone();
    let token = counter.run(institution.id, move |tx, cx| {
        let token = tokens::destroy(tx, cx, which)?;
        let subject = Subject::new("token", token.id).at(token.version);
        decision.note(tx, cx, which.0, None, subject);
        Ok(token)
    })?;
    let text = told.told(format!("Token {} is noted as destroyed.", token.serial));
    desk.output.answer(&standing(&token), &text)?;
    Ok(0)
}
