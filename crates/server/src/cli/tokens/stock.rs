//! Tokens: listed, shown.

use std::fmt::Write as _;

use clap::Args;
use sekisho_app::contract;
use sekisho_app::tokens::{self, Wanted};
use sekisho_domain::id::TokenId;
use sekisho_domain::token::{Token, TokenState};
use serde_json::json;

use super::standing;
use crate::cli::columns::columns;
use crate::cli::counter::Whose;
use crate::cli::{Desk, Failure, words};

#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    whose: Whose,
    /// Only in this state; again for each
    #[arg(long, value_parser = words::token_state())]
    state: Vec<TokenState>,
    /// Only after this token, to leaf through
    #[arg(long, value_name = "TOKEN")]
    after: Option<TokenId>,
    /// At most so many
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    limit: u32,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    /// The serial, as on the back, or the token's id
    serial: String,
    #[command(flatten)]
    whose: Whose,
}

pub(super) fn list(arguments: &List, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let whose = counter.institution(&arguments.whose)?.id;
    let limit = arguments.limit;
    let wanted =
        Wanted { states: arguments.state.clone(), after: arguments.after, limit: limit + 1 };
    let mut found = counter.office.look(move |tx, _| Ok(tokens::list(tx, whose, &wanted)?))?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    let next = found.last().filter(|_| more).map(|token| token.id);
    let rows: Vec<_> = found.iter().map(row).collect();
    let list = columns(["serial", "kind", "state", "contracts", "expires", "token"], &rows);
    let text = match next {
        Some(next) => format!("{list}\nThere are more: --after {next}"),
        None => list,
    };
    let report: Vec<_> = found.iter().map(standing).collect();
    desk.output.answer(&json!({ "tokens": report, "next": next }), &text)?;
    Ok(0)
}

fn row(token: &Token) -> [String; 6] {
    [
        token.serial.to_string(),
        token.kind.word().to_owned(),
        token.state.word().to_owned(),
        token.bound.len().to_string(),
        token.expires_on.map(|day| day.to_string()).unwrap_or_default(),
        token.id.to_string(),
    ]
}

pub(super) fn show(arguments: &Show, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let token = counter.token(&institution, &arguments.serial)?;
    let whose = institution.id;
    let mut text =
        columns(["serial", "kind", "state", "contracts", "expires", "token"], &[row(&token)]);
    let owners = token.bound.iter().map(|binding| ("bound to", binding.contract));
    let aside = token.allocated_to.map(|contract| ("set aside for", contract));
    for (what, contract) in aside.into_iter().chain(owners) {
        let owner = counter.office.look(move |tx, _| contract::find(tx, whose, contract))?;
        write!(text, "\n{what} {} ({contract})", owner.login_id).expect("a text takes every line");
    }
    desk.output.answer(&standing(&token), &text)?;
    Ok(0)
}
