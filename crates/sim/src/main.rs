//! `cargo run -p sekisho-sim -- 4711` replays a seed; `-- --seeds 1..200` looks for one that fails.

use std::io::{self, Write};
use std::ops::RangeInclusive;
use std::process::ExitCode;

use clap::Parser;

use sekisho_sim::plan::{self, Turn};
use sekisho_sim::run::{Failure, Manner, Report, run};
use sekisho_sim::saboteur::Bug;
use sekisho_sim::shrink::shrink;

/// Seeds between two lines of progress.
const PROGRESS_EVERY: u64 = 20;

/// A small world in which everything that can go wrong does.
#[derive(Parser)]
struct Wish {
    /// Replay this seed, with everything that is done.
    seed: Option<u64>,
    /// Play these seeds, first..last, and stop at the first failure.
    #[arg(long, value_parser = seeds, default_value = "1..200")]
    seeds: RangeInclusive<u64>,
    /// Turns of each seed.
    #[arg(long, default_value_t = 400)]
    steps: u64,
    /// Say the result as JSON.
    #[arg(long)]
    json: bool,
    /// Plant this bug, by its number in the saboteur's list, to see it found.
    #[arg(long)]
    plant: Option<usize>,
    /// Do not shrink a failing seed.
    #[arg(long)]
    whole: bool,
}

fn seeds(text: &str) -> Result<RangeInclusive<u64>, String> {
    let (first, last) = text.split_once("..").ok_or("write first..last")?;
    let number = |text: &str| text.parse::<u64>().map_err(|error| error.to_string());
    Ok(number(first)?..=number(last)?)
}

impl Wish {
    fn manner(&self, traced: bool) -> Manner {
        Manner { bug: self.plant.and_then(|at| Bug::ALL.get(at).copied()), traced }
    }
}

fn main() -> io::Result<ExitCode> {
    let wish = Wish::parse();
    let mut out = io::stdout().lock();
    let failed = match wish.seed {
        Some(seed) => replay(&mut out, seed, &wish)?,
        None => search(&mut out, &wish)?,
    };
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn replay(out: &mut impl Write, seed: u64, wish: &Wish) -> io::Result<bool> {
    let plan = plan::draw(seed, wish.steps);
    let mut report = run(seed, &plan, wish.manner(true));
    let mut turns = plan.len();
    if report.failure.is_some() && !wish.whole {
        let short = shrink(seed, &plan, wish.manner(false));
        turns = short.len();
        report = run(seed, &short, wish.manner(true));
    }
    for line in &report.trace {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{turns} turns of {}, {} deeds", wish.steps, report.deeds)?;
    for ((deed, reply), times) in &report.tally {
        writeln!(out, "  {times:6} {deed}: {reply}")?;
    }
    tell(out, &report)
}

fn search(out: &mut impl Write, wish: &Wish) -> io::Result<bool> {
    let (mut turns, mut deeds, mut faults, mut events) = (0, 0, 0, 0);
    for seed in wish.seeds.clone() {
        let plan: Vec<Turn> = plan::draw(seed, wish.steps);
        let report = run(seed, &plan, wish.manner(false));
        turns += report.turns;
        deeds += report.deeds;
        events += report.events;
        faults += report.faults.values().sum::<u64>();
        if report.failure.is_some() {
            return if wish.json { json(out, &report) } else { tell(out, &report) };
        }
        if seed % PROGRESS_EVERY == 0 && !wish.json {
            writeln!(out, "seed {seed}: {turns} turns, {deeds} deeds, {faults} faults")?;
        }
    }
    if wish.json {
        let sum = serde_json::json!({
            "failed": false, "turns": turns, "deeds": deeds, "events": events, "faults": faults,
        });
        writeln!(out, "{sum}")?;
    } else {
        writeln!(out, "no promise broken: {turns} turns, {deeds} deeds, {faults} faults")?;
    }
    Ok(false)
}

fn tell(out: &mut impl Write, report: &Report) -> io::Result<bool> {
    let Some(Failure { rule, how, turn, last_events }) = &report.failure else {
        writeln!(out, "seed {}: every promise held; head {}", report.seed, report.head)?;
        return Ok(false);
    };
    writeln!(out, "seed {}, turn {turn}: broken: {rule}\n  {how}", report.seed)?;
    for event in last_events {
        writeln!(out, "  {event}")?;
    }
    writeln!(out, "replay: cargo run -p sekisho-sim -- {}", report.seed)?;
    Ok(true)
}

fn json(out: &mut impl Write, report: &Report) -> io::Result<bool> {
    let failure = report.failure.as_ref().map(|failure| {
        serde_json::json!({
            "rule": failure.rule, "how": failure.how, "turn": failure.turn,
            "last_events": failure.last_events,
        })
    });
    let told = serde_json::json!({"failed": failure.is_some(), "seed": report.seed,
        "head": report.head, "failure": failure});
    writeln!(out, "{told}")?;
    Ok(failure.is_some())
}
