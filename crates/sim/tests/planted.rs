//! Each planted bug is found within the seeds of the smoke test: the oracle sees.

use sekisho_sim::plan;
use sekisho_sim::run::{Failure, Manner, run};
use sekisho_sim::saboteur::Bug;
use sekisho_sim::shrink::shrink;

const SEEDS: std::ops::RangeInclusive<u64> = 1..=200;
const TURNS: u64 = 150;

fn hunt(bug: Bug) -> Option<(u64, Failure)> {
    let manner = Manner { bug: Some(bug), traced: false };
    SEEDS.into_iter().find_map(|seed| {
        let failure = run(seed, &plan::draw(seed, TURNS), manner).failure?;
        Some((seed, failure))
    })
}

#[test]
fn every_planted_bug_is_found() {
    let missed: Vec<Bug> = Bug::ALL.into_iter().filter(|bug| hunt(*bug).is_none()).collect();
    assert_eq!(missed, [], "the oracle looks away");
}

#[test]
fn a_failing_plan_is_shrunk_to_what_the_failure_needs() {
    let manner = Manner { bug: Some(Bug::FailureNotSaved), traced: false };
    let (seed, failure) = hunt(Bug::FailureNotSaved).expect("found above");
    let plan = plan::draw(seed, TURNS);
    let short = shrink(seed, &plan, manner);
    assert!(short.len() <= 20, "{} turns of {TURNS} are left", short.len());
    let again = run(seed, &short, manner).failure.expect("still broken");
    assert_eq!(again.rule, failure.rule);
}
