//! `sekisho tokens export`: devices in stock to another installation.

use std::path::PathBuf;

use clap::Args;
use sekisho_app::tokens::{self, Wanted};
use sekisho_domain::event::Subject;
use sekisho_domain::id::{InstitutionId, TokenId};
use sekisho_domain::pskc::{self, Mover};
use sekisho_domain::token::TokenState;
use sekisho_domain::token_file::{Delivered, TOKENS_MAX};
use serde_json::json;

use super::import::aes_key;
use crate::cli::counter::{self, Counter, Whose};
use crate::cli::people::{Decision, TwoPeople};
use crate::cli::{Desk, Failure};

/// Devices taken up in one transaction.
const CHUNK: u32 = 500;

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The serials; left out: all devices in stock
    serial: Vec<String>,
    #[command(flatten)]
    whose: Whose,
    /// Where the file is written
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    /// The AES key that the other side has, too: in hexadecimal or as 16, 24 or 32 bytes
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
    /// What both sides call the key
    #[arg(long, value_name = "NAME", default_value = "pre-shared-key")]
    key_name: String,
    #[command(flatten)]
    people: TwoPeople,
}

pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let needed = institution.policy(counter.now()).checker.tokens;
    let decision = arguments.people.decide("token_export", needed)?;
    let key = aes_key(&arguments.key_file)?;
    let Some(mover) = Mover::new(key.to_vec(), &arguments.key_name) else {
        let sentence = "a key is called by letters, digits, '.', '-' and '_'";
        return Err(Failure::Unfit(sentence.to_owned()));
    };
    let named: Result<Vec<TokenId>, Failure> =
        arguments.serial.iter().map(|name| Ok(counter.token(&institution, name)?.id)).collect();
    let wanted = match named? {
        all if all.is_empty() => in_stock(&counter, institution.id)?,
        named => named,
    };
    if wanted.is_empty() {
        return Err(Failure::Unfit("there is no device in stock".to_owned()));
    }
    // The file is there before anything is taken up: a full disk is told first.
    counter::write(&arguments.to, b"")?;
    let mut steps = desk.progress.begin("writing tokens", wanted.len() as u64);
    let mut written = Vec::with_capacity(wanted.len());
    for chunk in wanted.chunks(CHUNK as usize) {
        written.extend(take_up(&counter, institution.id, chunk.to_vec(), &decision)?);
        steps.reach(written.len() as u64);
    }
    drop(steps);
    let lines = written.len();
    let text = counter.office.look(move |_, cx| Ok(pskc::write(&written, &mover, cx.moment)))?;
    counter::write(&arguments.to, text.as_bytes())?;
    counter.sequence(institution.id)?;
    let told = decision.told(format!(
        "{lines} devices stand in {}. They stay in stock here: when the other side has them, \
         `sekisho tokens destroy` ends them.",
        arguments.to.display()
    ));
    desk.output.answer(&json!({ "tokens": lines, "file": arguments.to }), &told)?;
    Ok(0)
}

fn in_stock(counter: &Counter, whose: InstitutionId) -> Result<Vec<TokenId>, Failure> {
    let mut all = Vec::new();
    loop {
        let after = all.last().copied();
        let wanted = Wanted { states: vec![TokenState::Stock], after, limit: CHUNK };
        let page = counter.office.look(move |tx, _| Ok(tokens::list(tx, whose, &wanted)?))?;
        let full = page.len() == CHUNK as usize;
        all.extend(page.iter().map(|token| token.id));
        if !full || all.len() >= TOKENS_MAX {
            all.truncate(TOKENS_MAX);
            return Ok(all);
        }
    }
}

fn take_up(
    counter: &Counter,
    whose: InstitutionId,
    chunk: Vec<TokenId>,
    decision: &Decision,
) -> Result<Vec<Delivered>, Failure> {
    let decision = decision.clone();
    Ok(counter.office.run(move |tx, cx| {
        let mut taken = Vec::with_capacity(chunk.len());
        for id in &chunk {
            taken.push(tokens::export(tx, cx, (whose, *id))?);
        }
        decision.note(tx, cx, whose, None, Subject::new("institution", whose));
        Ok(taken)
    })?)
}
