//! `sekisho check`: what is wrong with this installation.

use clap::Args;
use serde_json::json;

use super::{Desk, Failure};
use crate::clock::Clock;
use crate::doctor::{self, Finding, Grade};
use crate::hashing;

/// Memory sizes that `--tune` measures, in KiB: the smallest OWASP advises, and more.
const TUNED_KIB: [u32; 4] = [19_456, 32_768, 47_104, 65_536];

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Measure how long a password hash takes on this machine
    #[arg(long)]
    tune: bool,
}

pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    if arguments.tune {
        return tune(desk);
    }
    let findings = match desk.config() {
        Ok(config) => doctor::examine(&config, &Clock::of_the_machine()),
        Err(error) => vec![Finding::new("config", Grade::Fault, error.to_string())],
    };
    let worst = findings.iter().map(|finding| finding.grade).max().unwrap_or(Grade::Well);
    let lines: Vec<_> = findings.iter().map(Finding::to_string).collect();
    let summary = match worst {
        Grade::Well => "All is well.",
        Grade::Warning => "It runs, but look at the warnings.",
        Grade::Fault => "The server cannot work like this.",
    };
    let text = format!("{}\n{summary}", lines.join("\n"));
    desk.output.answer(&json!({ "grade": worst, "findings": findings }), &text)?;
    Ok(worst.code())
}

fn tune(mut desk: Desk) -> Result<u8, Failure> {
    let clock = Clock::of_the_machine();
    let mut steps = desk.progress.begin("measuring", TUNED_KIB.len() as u64);
    let mut rows = Vec::new();
    for memory_kib in TUNED_KIB {
        let took_ms = hashing::measure(memory_kib, &clock).as_secs_f64() * 1_000.0;
        rows.push((memory_kib, took_ms));
        steps.step();
    }
    drop(steps);
    let line = |(memory_kib, took_ms): &(u32, f64)| {
        let rate = format!("{:>4.0} sign-ins/s and thread", 1_000.0 / took_ms);
        format!("memory_kib = {memory_kib:<6} {took_ms:>6.1} ms, {rate}")
    };
    let lines: Vec<_> = rows.iter().map(line).collect();
    let report: Vec<_> = rows
        .iter()
        .map(|(memory_kib, took_ms)| json!({ "memory_kib": memory_kib, "took_ms": took_ms }))
        .collect();
    desk.output.answer(&json!({ "hashing": report }), &lines.join("\n"))?;
    Ok(0)
}
