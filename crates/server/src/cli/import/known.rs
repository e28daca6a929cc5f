//! The lines of a file against what is known: the same is left as it is, anything else is refused.

use std::sync::Arc;

use sekisho_app::contract::{self, Create};
use sekisho_app::error::Error;
use sekisho_app::record::{Alias, AliasKind};
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;

use super::line::Fault;
use super::{Checked, Refused};
use crate::cli::Failure;
use crate::cli::counter::Counter;
use crate::cli::progress::Progress;

/// Lines looked up in one look.
const CHUNK: usize = 500;

/// What is known of a line.
enum Known {
    Nothing,
    Same,
    Otherwise(Fault),
}

/// Takes out of the rows what is known, and what contradicts it.
pub(super) fn compare(
    counter: &Counter,
    checked: &mut Checked,
    progress: Progress,
) -> Result<(), Failure> {
    let rows = std::mem::take(&mut checked.rows);
    let mut steps = progress.begin("checking lines", rows.len() as u64);
    for chunk in rows.chunks(CHUNK) {
        let wanted: Arc<[Create]> = chunk.iter().map(|row| row.create.clone()).collect();
        let known = counter.office.look(move |tx, _| {
            wanted.iter().map(|create| known(tx, create)).collect::<Result<Vec<_>, _>>()
        })?;
        for (row, known) in chunk.iter().zip(known) {
            match known {
                Known::Nothing => checked.rows.push(row.clone()),
                Known::Same => checked.unchanged += 1,
                Known::Otherwise((column, reason)) => {
                    checked.refused.push(Refused { line: row.line, column, reason });
                }
            }
            steps.step();
        }
    }
    Ok(())
}

fn known(tx: &mut Tx, create: &Create) -> Result<Known, Error> {
    let by_login = contract::by_login_id(tx, create.institution, &create.login_id)?;
    let by_external = match &create.external_id {
        Some(external) => by_external_id(tx, create, external)?,
        None => None,
    };
    Ok(match (by_external, by_login) {
        (None, None) => Known::Nothing,
        (Some(known), _) => compared(&known, create, "external_id"),
        (None, Some(known)) => compared(&known, create, "login_id"),
    })
}

fn by_external_id(tx: &mut Tx, create: &Create, external: &str) -> Result<Option<Contract>, Error> {
    let key = AliasKind::ExternalId.key(create.institution, external);
    let Some(alias) = tx.load::<Alias>(&key)? else {
        return Ok(None);
    };
    let id = alias.target.parse().expect("an external id names a contract");
    contract::find(tx, create.institution, id).map(Some)
}

/// Names what differs, never its values: the report goes where names and addresses should not.
fn compared(known: &Contract, create: &Create, column: &'static str) -> Known {
    let (old, new) = (&known.person, &create.person);
    let differing = [
        ("login_id", known.login_id != create.login_id),
        ("external_id", known.external_id != create.external_id),
        ("branch", known.branch != create.branch),
        ("name", old.name != new.name),
        ("name_kana", old.name_kana != new.name_kana),
        ("postcode", old.postcode != new.postcode),
        ("address", old.address != new.address),
        ("mail", old.mails != new.mails),
        ("phone", old.phone != new.phone),
    ];
    let what: Vec<_> =
        differing.into_iter().filter_map(|(word, differs)| differs.then_some(word)).collect();
    if what.is_empty() {
        return Known::Same;
    }
    let reason = format!(
        "{} is known with another {}: an import makes contracts, it changes none",
        known.id,
        what.join(", ")
    );
    Known::Otherwise((column, reason))
}
