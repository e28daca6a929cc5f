//! `sekisho tokens`: hardware tokens from their maker's file to their end (domain.md §2.6, T-11).

mod export;
mod import;
mod steps;
mod stock;

use clap::Subcommand;
use sekisho_domain::token::Token;
use serde_json::{Value, json};

use super::{Desk, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Take devices into stock from a file of their maker: PSKC (RFC 6030) or CSV
    Import(import::Arguments),
    /// List tokens, oldest first
    List(stock::List),
    /// Show a token and the contracts bound to it
    Show(stock::Show),
    /// Set a device in stock aside for a contract: nobody else can start it
    Allocate(steps::Allocate),
    /// Note that a device was given to the post, or into the customer's hand
    Mail(steps::Step),
    /// Take a device that nobody uses back into stock
    Return(steps::Step),
    /// End a broken device
    Defect(steps::Report),
    /// End a lost device; its owners are told
    Lost(steps::Report),
    /// Note that the display of a device tells of an empty battery
    BatteryLow(steps::Step),
    /// Note that a device was destroyed
    Destroy(steps::Destroy),
    /// Write devices in stock to a PSKC file, for another installation
    Export(export::Arguments),
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Import(arguments) => import::run(arguments, desk),
        Verb::List(arguments) => stock::list(arguments, desk),
        Verb::Show(arguments) => stock::show(arguments, desk),
        Verb::Allocate(arguments) => steps::allocate(arguments, desk),
        Verb::Mail(arguments) => steps::mail(arguments, desk),
        Verb::Return(arguments) => steps::put_back(arguments, desk),
        Verb::Defect(arguments) => steps::defect(arguments, desk),
        Verb::Lost(arguments) => steps::lost(arguments, desk),
        Verb::BatteryLow(arguments) => steps::battery_low(arguments, desk),
        Verb::Destroy(arguments) => steps::destroy(arguments, desk),
        Verb::Export(arguments) => export::run(arguments, desk),
    }
}

/// A token for programs: what its codes are made from is never in it.
fn standing(token: &Token) -> Value {
    let bound = token
        .bound
        .iter()
        .map(|binding| json!({ "contract": binding.contract, "credential": binding.credential }));
    json!({
        "token": token.id, "serial": token.serial, "kind": token.kind.word(),
        "state": token.state.word(), "allocated_to": token.allocated_to,
        "bound": bound.collect::<Vec<_>>(), "import": token.import,
        "registered_at": token.registered_at.to_string(), "expires_on": token.expires_on,
    })
}
