//! `start`: how soon a server answers on existing data.

use std::fmt;

use anyhow::Result;
use serde::Serialize;

use super::Setting;
use crate::child::{self, Server};
use crate::machine;
use crate::progress::Progress;
use crate::seed;
use crate::stats::median;

/// How soon it answered.
#[derive(Debug, Clone, Serialize)]
pub struct Start {
    /// How many contracts it started on.
    pub contracts: usize,
    /// Seconds from its start to its first answer, each time.
    pub ready_after_s: Vec<f64>,
    /// Their median.
    pub median_s: f64,
    /// Resident memory when it had just answered, in MiB.
    pub resident_mib: f64,
}

/// Starts the server `times` times.
pub fn run(setting: &Setting, times: usize, progress: &Progress) -> Result<Start> {
    seed::make(&setting.seed_folder(), setting.contracts, setting.method, progress)?;
    child::fresh_copy(&setting.seed_folder(), &setting.run_folder())?;
    let (mut ready_after_s, mut memory_kib) = (Vec::new(), 0);
    for nth in 1..=times {
        let mut server = Server::sekisho(&setting.program, &setting.run_folder())?;
        let ready_s = server.ready_after.as_secs_f64();
        memory_kib = machine::resident_kib(server.id()).max(memory_kib);
        server.kill()?;
        progress.say(format!("start {nth} of {times}: answers after {ready_s:.3} s"));
        ready_after_s.push(ready_s);
    }
    let median_s = median(ready_after_s.iter().copied()).unwrap_or(0.0);
    let resident_mib = f64::from(u32::try_from(memory_kib).unwrap_or(u32::MAX)) / 1_024.0;
    Ok(Start { contracts: setting.contracts, ready_after_s, median_s, resident_mib })
}

impl fmt::Display for Start {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "answers {:.3} s after its start on {} contracts (median of {}), with {:.1} MiB",
            self.median_s,
            self.contracts,
            self.ready_after_s.len(),
            self.resident_mib
        )
    }
}
