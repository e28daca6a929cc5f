//! Production: from approved orders to files for the printer and the enclosing house.

use std::path::PathBuf;

use clap::Args;
use sekisho_app::batch::open::Selection;
use sekisho_app::batch::seal;
use sekisho_domain::event::Subject;
use sekisho_domain::id::OrderId;
use sekisho_domain::moment::Chance;
use sekisho_domain::order::OrderKind;
use sekisho_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::batches;
use crate::cli::counter::{self, Whose};
use crate::cli::people::TwoPeople;
use crate::cli::progress::Steps;
use crate::cli::{Desk, Failure, sentences, words};
use crate::clock::entropy;
use crate::production::{self, Job, Outcome, Produced, Recipients};

#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    #[command(flatten)]
    whose: Whose,
    /// What is made
    #[arg(long, value_parser = words::order_kind())]
    kind: OrderKind,
    /// Only this order; again for each. Left out: all that are approved
    #[arg(long, value_name = "ORDER")]
    order: Vec<OrderId>,
    /// Where the folder of the batch is made
    #[arg(long, value_name = "DIR")]
    to: PathBuf,
    /// age key of the printer
    #[arg(
        long,
        value_name = "age1…",
        requires = "labels_to",
        conflicts_with = "dangerously_plain"
    )]
    cards_to: Option<String>,
    /// age key of the enclosing house
    #[arg(long, value_name = "age1…", requires = "cards_to", conflicts_with = "dangerously_plain")]
    labels_to: Option<String>,
    /// Write the files in clear: only on a print machine without a network
    #[arg(long, required_unless_present = "cards_to")]
    dangerously_plain: bool,
    #[command(flatten)]
    people: TwoPeople,
}

impl Arguments {
    fn recipients(&self) -> Recipients {
        match (&self.cards_to, &self.labels_to) {
            (Some(cards_to), Some(labels_to)) => {
                Recipients::Age { cards_to: cards_to.clone(), labels_to: labels_to.clone() }
            }
            _ => Recipients::DangerouslyPlain,
        }
    }
}

pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let counter = desk.counter()?;
    let institution = counter.institution(&arguments.whose)?;
    let now = counter.now();
    let needed = institution.policy(now).checker.production;
    let decision = arguments.people.decide("batch_seal", needed)?;
    let (whose, told) = (institution.id, decision.clone());
    counter.office.run(move |tx, cx| {
        decision.note(tx, cx, whose, None, Subject::new("institution", whose));
        Ok(())
    })?;
    let selection = match &arguments.order[..] {
        [] => Selection::ApprovedBefore(now),
        orders => Selection::Orders(orders.to_vec()),
    };
    let job = Job {
        institution: &institution,
        kind: arguments.kind,
        selection,
        folder: &arguments.to,
        recipients: arguments.recipients(),
        now,
    };
    let mut steps: Option<Steps> = None;
    let progress = desk.progress;
    let made = production::produce(
        &counter.office,
        &counter.installation.hashing,
        &mut Chance::from_seed(entropy()),
        &job,
        |done, all| steps.get_or_insert_with(|| progress.begin("drawing", all)).reach(done),
    );
    drop(steps);
    counter.sequence(whose)?;
    let Outcome { produced, refused } = made?;
    let left_out: Vec<Value> =
        refused.iter().map(|(order, refusal)| left_out(*order, refusal)).collect();
    let Some(produced) = produced else {
        let nothing = match &refused[..] {
            [] => format!("No order of {} is approved: nothing to make.", arguments.kind.word()),
            _ => "Nothing was made.".to_owned(),
        };
        let text = [vec![nothing], not_taken_in(&refused)].concat().join("\n");
        desk.output.answer(&json!({ "batch": null, "refused": left_out }), &text)?;
        return Ok(0);
    };
    let id = produced.batch.id;
    let manifest = counter.office.look(move |tx, _| seal::manifest(tx, whose, id))?;
    let mut report = batches::shown(&manifest);
    let written = serde_json::to_vec_pretty(&report).expect("a manifest is plain");
    counter::write(&produced.files.folder.join("manifest.json"), &written)?;
    report["refused"] = left_out.into();
    desk.output.answer(&report, &told.told(sentence(&produced, &refused)))?;
    Ok(0)
}

/// Orders that were not taken in, and why.
type Refused = [(OrderId, Refusal)];

fn left_out(order: OrderId, refusal: &Refusal) -> Value {
    json!({ "order": order, "code": refusal.code(), "error": sentences::refusal(refusal) })
}

fn not_taken_in(refused: &Refused) -> Vec<String> {
    let line = |(order, refusal): &(OrderId, Refusal)| {
        format!("Not taken in: {order}: {}.", sentences::refusal(refusal))
    };
    refused.iter().map(line).collect()
}

fn sentence(produced: &Produced, refused: &Refused) -> String {
    let Produced { batch, files } = produced;
    let counts = batch.counts;
    let mut lines = vec![format!(
        "Batch {} is sealed: {} ordered, {} left out, {} drawn.",
        batch.id, counts.ordered, counts.left_out, counts.drawn
    )];
    lines.push(format!("In {}: manifest.json and", files.folder.display()));
    lines.extend(files.hashes.iter().map(|(name, hash)| format!("  {name}  sha256 {hash}")));
    lines.extend(not_taken_in(refused));
    lines.push(format!(
        "When printed and enclosed: `sekisho cards reconcile {} --printed N --enclosed N`.",
        batch.id
    ));
    lines.join("\n")
}
