//! `sekisho proposal`: what the bank's systems proposed by the API and a second person decides.

use clap::{Args, Subcommand};
use sekisho_app::proposal;
use sekisho_app::tx::{Query, Table};
use sekisho_domain::event::Actor;
use sekisho_domain::id::ProposalId;
use sekisho_domain::proposal::{Person, Proposal, ProposalState};
use serde_json::{Value, json};

use super::columns::columns;
use super::counter::Whose;
use super::{Desk, Failure, people};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// List what waits for a second person
    List(List),
    /// Agree: what was proposed is done at once
    Accept(Decide),
    /// Do not agree
    Reject(Decide),
}

#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    whose: Whose,
}

#[derive(Debug, Args)]
pub(super) struct Decide {
    /// The proposal
    proposal: ProposalId,
    /// Login name of the member of staff who decides; never the one who proposed
    #[arg(long, value_name = "NAME")]
    checker: String,
    #[command(flatten)]
    whose: Whose,
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::List(arguments) => list(arguments, desk),
        Verb::Accept(arguments) => decide(arguments, true, desk),
        Verb::Reject(arguments) => decide(arguments, false, desk),
    }
}

fn maker(proposal: &Proposal) -> String {
    match &proposal.maker {
        Person::Client(id) => id.to_string(),
        Person::Staff(id) => id.to_string(),
        Person::Operator(login) => login.clone(),
    }
}

fn shown(proposal: &Proposal) -> Value {
    json!({
        "proposal": proposal.id, "kind": proposal.change.kind(),
        "subject": proposal.change.subject(), "state": proposal.state.word(),
        "maker": maker(proposal), "made_at": proposal.made_at.to_string(),
    })
}

fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let open = counter.office.look(move |tx, _| {
        Ok(tx.list::<Proposal>(&Query {
            institution: Some(whose.to_string()),
            states: vec![ProposalState::Open.word()],
            ..Query::all(Table::Proposal)
        })?)
    })?;
    let row = |proposal: &Proposal| {
        [
            proposal.id.to_string(),
            proposal.change.kind().to_owned(),
            proposal.change.subject(),
            maker(proposal),
            proposal.made_at.day().to_string(),
        ]
    };
    let rows: Vec<_> = open.iter().map(row).collect();
    let text = columns(["proposal", "kind", "subject", "maker", "made"], &rows);
    let report: Vec<_> = open.iter().map(shown).collect();
    desk.output.answer(&json!({ "proposals": report }), &text)?;
    Ok(0)
}

fn decide(arguments: &Decide, accepts: bool, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let checker = people::name(&arguments.checker)?;
    let office = counter.installation.office(Actor::Operator(checker))?;
    let id = arguments.proposal;
    let decided = office.run(move |tx, cx| proposal::decide(tx, cx, whose, id, accepts))?;
    counter.sequence(whose)?;
    let done = if accepts { "is accepted and done" } else { "is rejected; nothing was changed" };
    let text = format!("{id} {done}.");
    desk.output.answer(&shown(&decided), &text)?;
    Ok(0)
}
