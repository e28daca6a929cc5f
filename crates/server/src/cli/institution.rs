//! `sekisho institution`: takes over the files of institutions.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::keys;
use sekisho_app::tx::Tx;
use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::institution::{DatedPolicy, Institution};
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use super::columns::columns;
use super::counter::Counter;
use super::{Desk, Failure};
use crate::institution_file::InstitutionFile;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Register the institution of a file, or take over what changed in it
    Apply(Apply),
    /// List the institutions that are registered
    List,
}

#[derive(Debug, Args)]
pub(super) struct Apply {
    /// The file, named after the institution: `kaku.toml`
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    file: Option<PathBuf>,
    /// All files of the folder `institutions.folder`
    #[arg(long)]
    all: bool,
}

pub(super) fn run(verb: &Verb, desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Apply(arguments) => apply(arguments, desk),
        Verb::List => list(desk),
    }
}

/// What taking over a file has done.
enum Applied {
    Registered,
    Unchanged,
    /// The keys of the file that changed.
    Changed(Vec<String>),
}

fn apply(arguments: &Apply, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let folder = &counter.installation.config.institutions.folder;
    let paths = match &arguments.file {
        Some(file) => vec![file.clone()],
        None => InstitutionFile::list(folder)
            .map_err(|error| Failure::File { path: folder.clone(), error })?,
    };
    // All of them are read before the first is taken over.
    let files = paths.iter().map(|path| open(path)).collect::<Result<Vec<_>, _>>()?;
    let (mut report, mut lines) = (Vec::new(), Vec::new());
    for file in files {
        let slug = file.slug().to_owned();
        let (done, changed, sentence) = match take_over(&counter, file)? {
            Applied::Registered => {
                ("registered", vec![], "is registered, with keys of its own".to_owned())
            }
            Applied::Unchanged => ("unchanged", vec![], "has not changed".to_owned()),
            Applied::Changed(keys) => {
                let sentence = format!("has changed: {}", keys.join(", "));
                ("changed", keys, sentence)
            }
        };
        lines.push(format!("{slug} {sentence}."));
        report.push(json!({ "slug": slug, "done": done, "changed": changed }));
    }
    if lines.is_empty() {
        lines.push(format!("{} holds no file of an institution.", folder.display()));
    }
    desk.output.answer(&json!({ "institutions": report }), &lines.join("\n"))?;
    Ok(0)
}

fn open(path: &Path) -> Result<InstitutionFile, Failure> {
    InstitutionFile::open(path).map_err(|error| Failure::Unfit(error.to_string()))
}

fn take_over(counter: &Counter, file: InstitutionFile) -> Result<Applied, Failure> {
    let Some(known) = counter.office.platform.by_slug(file.slug()) else {
        let id = counter.office.run(move |tx, cx| register(tx, cx, file.clone()))?;
        counter.office.refresh()?;
        counter.sequence(id)?;
        return Ok(Applied::Registered);
    };
    let fresh = file.institution(known.id);
    let changed = changed(&known, &fresh);
    if changed.is_empty() {
        return Ok(Applied::Unchanged);
    }
    history_stays(&known.policies, &fresh.policies, counter.now()).map_err(Failure::Unfit)?;
    let keys = changed.clone();
    counter.run(known.id, move |tx, cx| {
        tx.put(fresh.clone())?;
        let event = Event::new("institution.changed", Subject::new("institution", fresh.id));
        cx.note(tx, fresh.id, None, &event.with("what", keys.clone()));
        Ok(())
    })?;
    counter.office.refresh()?;
    Ok(Applied::Changed(changed))
}

fn register(tx: &mut Tx, cx: &mut Context, file: InstitutionFile) -> Result<InstitutionId, Error> {
    let institution = file.institution(InstitutionId::make(cx.moment));
    let id = institution.id;
    tx.put(institution)?;
    let event = Event::new("institution.registered", Subject::new("institution", id));
    cx.note(tx, id, None, &event);
    keys::create(tx, cx, id)?;
    Ok(id)
}

/// The keys of the file whose values differ.
fn changed(known: &Institution, fresh: &Institution) -> Vec<String> {
    let json = |institution| match serde_json::to_value(institution) {
        Ok(Value::Object(members)) => members,
        _ => unreachable!("an institution is plain and has members"),
    };
    let (known, fresh): (_, serde_json::Map<_, _>) = (json(known), json(fresh));
    let differing = fresh.iter().filter(|(key, value)| known.get(*key) != Some(value));
    differing.map(|(key, _)| key.clone()).collect()
}

/// What was in force stays as it was: which policy decided something must be found out years later.
fn history_stays(
    known: &[DatedPolicy],
    fresh: &[DatedPolicy],
    now: Timestamp,
) -> Result<(), String> {
    let begun = |policies: &[DatedPolicy]| -> Vec<DatedPolicy> {
        let past = policies.iter().filter(|dated| dated.from < now.day().start());
        past.cloned().collect()
    };
    let (known, fresh) = (begun(known), begun(fresh));
    let kept = known.iter().zip(&fresh).take_while(|(known, fresh)| known == fresh).count();
    if kept == known.len() && kept == fresh.len() {
        return Ok(());
    }
    let first = known.get(kept).or(fresh.get(kept)).expect("one of the two is longer");
    Err(format!(
        "policies: the one from {} was in force already, or would have been: leave it as it was, \
         and add another from {} or later",
        first.from.day(),
        now.day()
    ))
}

fn list(mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let all = counter.office.platform.institutions();
    let report: Vec<_> = all
        .iter()
        .map(|known| {
            json!({
                "id": known.id, "slug": known.slug, "bank_code": known.bank_code,
                "name": known.name.en, "branches": known.branches.len(),
                "policies": known.policies.iter().map(|dated| dated.from.day()).collect::<Vec<_>>(),
            })
        })
        .collect();
    let rows: Vec<_> = all
        .iter()
        .map(|known| {
            let branches = known.branches.len().to_string();
            [&known.slug, &known.bank_code, &branches, &known.id.to_string(), &known.name.en]
                .map(String::to_owned)
        })
        .collect();
    let text = columns(["slug", "code", "branches", "id", "name"], &rows);
    desk.output.answer(&json!({ "institutions": report }), &text)?;
    Ok(0)
}
