//! `sekisho pictures`: how well the pictures of the image cards can be told apart.

use clap::{Args, Subcommand};
use sekisho_pictures::all;
use sekisho_print::curate::{DISTANCE_MIN, Gallery, PairDistance};
use serde_json::json;

use super::columns::columns;
use super::{Desk, Failure};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Print the perceptual distance of every pair, for five kinds of eyes
    Distances(Distances),
}

#[derive(Debug, Args)]
pub(super) struct Distances {
    /// Only so many pairs, those that look most alike first
    #[arg(long, value_name = "N", value_parser = at_least_one)]
    closest: Option<usize>,
}

/// 0 when every two pictures can be told apart by all eyes, 1 when some cannot.
pub(super) fn run(verb: &Verb, mut desk: Desk) -> Result<u8, Failure> {
    let Verb::Distances(arguments) = verb;
    let mut steps = desk.progress.begin("looking at pictures", all().len() as u64);
    let gallery = Gallery::hang(all(), |done, _| steps.reach(done as u64));
    drop(steps);
    let pairs = match arguments.closest {
        Some(most) => gallery.closest(most),
        None => gallery.pairs().collect(),
    };
    let least = pairs.iter().map(PairDistance::least).fold(f32::INFINITY, f32::min);
    let fit = least >= DISTANCE_MIN;
    let verdict = if fit { "Any two can be told apart." } else { "Some two look too much alike." };
    let text = format!(
        "{}\n{} pictures; the nearest two are {least:.2} apart, at least {DISTANCE_MIN:.2} is \
         asked for. {verdict}",
        columns(["first", "second", "normal", "grey", "protan", "deutan", "tritan"], &rows(&pairs)),
        all().len()
    );
    let report = json!({
        "pictures": all().len(), "least": least, "asked": DISTANCE_MIN, "pairs": pairs,
    });
    desk.output.answer(&report, &text)?;
    Ok(u8::from(!fit))
}

fn rows(pairs: &[PairDistance]) -> Vec<[String; 7]> {
    let row = |pair: &PairDistance| {
        let PairDistance { a, b, normal, grey, protan, deutan, tritan } = *pair;
        let [normal, grey, protan, deutan, tritan] =
            [normal, grey, protan, deutan, tritan].map(|apart| format!("{apart:.3}"));
        [a.to_owned(), b.to_owned(), normal, grey, protan, deutan, tritan]
    };
    pairs.iter().map(row).collect()
}

fn at_least_one(text: &str) -> Result<usize, String> {
    let most = text.parse().ok().filter(|most| *most > 0);
    most.ok_or_else(|| "a number from 1 on".to_owned())
}
