//! 200 seeds of a world in which everything that can go wrong does, and no promise is broken.

use std::ops::RangeInclusive;

use sekisho_sim::plan;
use sekisho_sim::run::{Manner, run};

const TURNS: u64 = 100;

/// A hundred worlds do at least so much, and so much goes wrong in them.
const DEEDS_MIN: u64 = 12_000;
const FAULTS_MIN: u64 = 300;

fn every_promise_holds(seeds: RangeInclusive<u64>) {
    let (mut deeds, mut faults) = (0, 0);
    for seed in seeds {
        let report = run(seed, &plan::draw(seed, TURNS), Manner::default());
        deeds += report.deeds;
        faults += report.faults.values().sum::<u64>();
        assert!(report.failure.is_none(), "seed {seed}: {:?}", report.failure);
    }
    assert!(deeds > DEEDS_MIN && faults > FAULTS_MIN, "{deeds} deeds, {faults} faults");
}

// Two tests, so that two cores share them.
#[test]
fn every_promise_holds_in_the_first_hundred_worlds() {
    every_promise_holds(1..=100);
}

#[test]
fn every_promise_holds_in_the_second_hundred_worlds() {
    every_promise_holds(101..=200);
}

#[test]
fn equal_seeds_give_equal_worlds_to_the_last_hash() {
    let head = |seed| run(seed, &plan::draw(seed, TURNS), Manner::default()).head;
    for seed in [1, 7, 42] {
        assert_eq!(head(seed), head(seed));
    }
    assert_ne!(head(1), head(2));
}
