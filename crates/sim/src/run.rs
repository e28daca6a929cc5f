//! One run: a plan played from its first turn to its last, or to the first broken promise.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use sha2::{Digest as _, Sha256};

use crate::actors;
use crate::hex::hex;
use crate::oracle::Broken;
use crate::plan::Turn;
use crate::saboteur::Bug;
use crate::world::World;

/// Events told with a failure.
const LAST_EVENTS: usize = 12;

/// How a run is made.
#[derive(Debug, Clone, Copy, Default)]
pub struct Manner {
    /// The bug that is planted.
    pub bug: Option<Bug>,
    /// Whether everything is written down.
    pub traced: bool,
}

/// What came of a run.
#[derive(Debug, Clone)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Turns played.
    pub turns: u64,
    /// Use cases sent to the store.
    pub deeds: u64,
    /// SHA-256 over all events, in hex: equal for equal seeds and plans.
    pub head: String,
    /// Events written.
    pub events: usize,
    /// What went wrong on purpose, and how often.
    pub faults: BTreeMap<&'static str, u64>,
    /// What was done, with which reply, how often.
    pub tally: BTreeMap<(&'static str, &'static str), u64>,
    /// The promise that was broken.
    pub failure: Option<Failure>,
    /// Everything that was done, if it was to be written down.
    pub trace: Vec<String>,
}

/// A broken promise, and what led to it.
#[derive(Debug, Clone)]
pub struct Failure {
    /// The promise.
    pub rule: &'static str,
    /// How it was broken.
    pub how: String,
    /// In which turn, by its number in the whole plan.
    pub turn: u64,
    /// The last events before.
    pub last_events: Vec<String>,
}

/// Plays `plan` under `seed`.
pub fn run(seed: u64, plan: &[Turn], manner: Manner) -> Report {
    let mut world = World::open(seed, manner.bug, manner.traced);
    let (mut turns, mut number) = (0, 0);
    let played = catch_unwind(AssertUnwindSafe(|| {
        for turn in plan {
            if world.oracle.broken().is_some() {
                break;
            }
            (turns, number) = (turns + 1, turn.number);
            world.turn(seed, *turn);
        }
        if world.oracle.broken().is_none() {
            actors::close(&mut world);
            world.oracle.rest();
        }
    }));
    let broken = world.oracle.broken().cloned();
    let panicked = played.err().map(|cause| Broken {
        rule: "nobody panics",
        how: cause
            .downcast_ref::<String>()
            .cloned()
            .or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()))
            .unwrap_or_default(),
    });
    let broken = broken.or(panicked.clone());
    // A panic inside the store leaves it locked; then nothing more can be read.
    let (head, events, last_events) = match panicked {
        Some(_) => (String::new(), 0, Vec::new()),
        None => log(&world),
    };
    let failure =
        broken.map(|Broken { rule, how }| Failure { rule, how, turn: number, last_events });
    Report {
        seed,
        turns,
        deeds: world.tally.values().sum(),
        head,
        events,
        faults: world.faults.tally().clone(),
        tally: world.tally,
        failure,
        trace: world.trace.unwrap_or_default(),
    }
}

fn log(world: &World) -> (String, usize, Vec<String>) {
    world.store.inspect(|engine| {
        let all = engine.all_events();
        let hash = all.iter().fold(Sha256::new(), |hash, event| hash.chain_update(&event.body));
        let head = hex(&hash.finalize());
        let last = &all[all.len().saturating_sub(LAST_EVENTS)..];
        (head, all.len(), last.iter().map(|event| event.body.clone()).collect())
    })
}
