//! `speed`: approvals per second, beside the bare limit.
//!
//! Both run in turns (bare, sekisho, bare, sekisho …), each on a fresh copy of the same seeds, and
//! the medians are compared: the machine drifts, so only figures taken within minutes of each other
//! say anything. A run beside other work is thrown away and repeated.

mod report;

use std::fs;
use std::rc::Rc;
use std::time::Duration;

use anyhow::{Result, ensure};
use serde::Serialize;

use super::{Setting, admitted, runtime};
use crate::bare::rows;
use crate::child::{self, Server};
use crate::load::caller::Caller;
use crate::load::{self, Figures, Plan};
use crate::machine;
use crate::progress::Progress;
use crate::seed::{self, Seeds};
use crate::stats::{Latency, median};

/// Cores that others may keep busy beside a run that counts.
const OTHER_CORES_MAX: f64 = 0.35;
/// How often a disturbed run is repeated.
const REPEATED_MAX: usize = 4;
/// How long a run warms up.
const WARM_UP: Duration = Duration::from_secs(1);
/// The bare limit's database file.
const BARE_DATABASE: &str = "bare.db";

/// What is to be measured.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Numbers of connections, one after another.
    pub connections: Vec<usize>,
    /// Pairs of runs for each number.
    pub pairs: usize,
    /// How long a run is measured.
    pub measured: Duration,
}

/// What was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Speed {
    /// What answered.
    pub method: String,
    /// How many contracts there were.
    pub contracts: usize,
    /// How many tokens nobody used lay in the database.
    pub tokens: usize,
    /// Cores of the machine, which server and driver share.
    pub cores: usize,
    /// Load of the machine in the minute before the first run.
    pub load_average: f64,
    /// One row for each number of connections.
    pub rows: Vec<Row>,
}

/// One number of connections.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// How many.
    pub connections: usize,
    /// The bare limit.
    pub bare: Side,
    /// Sekisho.
    pub sekisho: Side,
    /// Approvals per second of sekisho, as a part of the bare limit's.
    pub ratio: f64,
}

/// Medians over the runs of one server.
#[derive(Debug, Clone, Serialize)]
pub struct Side {
    /// Approvals in a second.
    pub approvals_per_s: f64,
    /// Request, open, answer.
    pub steps: [Latency; 3],
    /// All three.
    pub approval: Latency,
    /// Core time of the server for one request, in microseconds.
    pub server_us: f64,
    /// Of that, its writing thread.
    pub writer_us: f64,
    /// Core time of the driver for one request, in microseconds.
    pub driver_us: f64,
    /// Cores nobody used.
    pub idle_cores: f64,
    /// Resident memory at the end, in MiB; the greatest of all runs.
    pub resident_mib: f64,
    /// Approvals that did not come about, in all runs.
    pub failures: u64,
    /// Runs that count.
    pub runs: usize,
    /// Of those, runs that others disturbed all the same, because no quiet one was to be had.
    pub disturbed: usize,
    /// Approvals in a second of each run.
    pub each: Vec<f64>,
}

/// Measures, telling how it goes.
pub fn run(setting: &Setting, wish: &Wish, progress: &Progress) -> Result<Speed> {
    let seeds = make_seeds(setting, progress)?;
    let load_average = machine::load_average();
    let mut measured = Vec::new();
    for &connections in &wish.connections {
        let (mut bare, mut sekisho) = (Vec::new(), Vec::new());
        for pair in 1..=wish.pairs {
            for (runs, which) in [(&mut bare, Which::Bare), (&mut sekisho, Which::Sekisho)] {
                let figures = quiet(setting, &seeds, wish, connections, which, progress)?;
                progress.say(format!(
                    "{connections} connections, pair {pair}: {} {:.0} approvals/s",
                    which.word(),
                    figures.approvals_per_s
                ));
                runs.push(figures);
            }
        }
        let (bare, sekisho) = (Side::of(&bare), Side::of(&sekisho));
        let ratio = sekisho.approvals_per_s / bare.approvals_per_s.max(f64::EPSILON);
        measured.push(Row { connections, bare, sekisho, ratio });
    }
    Ok(Speed {
        method: setting.method.to_string(),
        contracts: setting.contracts,
        tokens: setting.tokens,
        cores: machine::cores(),
        load_average,
        rows: measured,
    })
}

fn make_seeds(setting: &Setting, progress: &Progress) -> Result<Seeds> {
    let folder = setting.seed_folder();
    let seeds = seed::make(&folder, setting.contracts, setting.method, progress)?;
    seed::stock(&seeds, setting.tokens, progress)?;
    rows::seed(&folder.join(BARE_DATABASE), &seeds.customers, setting.tokens)?;
    Ok(seeds)
}

#[derive(Debug, Clone, Copy)]
enum Which {
    Bare,
    Sekisho,
}

impl Which {
    const fn word(self) -> &'static str {
        match self {
            Self::Bare => "bare   ",
            Self::Sekisho => "sekisho",
        }
    }
}

/// A run that nothing disturbed, or the least disturbed of several.
fn quiet(
    setting: &Setting,
    seeds: &Seeds,
    wish: &Wish,
    connections: usize,
    which: Which,
    progress: &Progress,
) -> Result<Figures> {
    let mut best: Option<Figures> = None;
    for _ in 0..=REPEATED_MAX {
        let figures = once(setting, seeds, wish, connections, which)?;
        if let Some(failure) = &figures.first_failure {
            progress.say(format!("{} approvals failed: {failure}", figures.failures));
        }
        let disturbed = figures.other_cores > OTHER_CORES_MAX;
        if disturbed {
            progress.say(format!("disturbed: others used {:.2} cores", figures.other_cores));
        }
        if best.as_ref().is_none_or(|best| figures.other_cores < best.other_cores) {
            best = Some(figures);
        }
        if !disturbed {
            break;
        }
    }
    Ok(best.expect("at least one run was made"))
}

fn once(
    setting: &Setting,
    seeds: &Seeds,
    wish: &Wish,
    connections: usize,
    which: Which,
) -> Result<Figures> {
    let folder = setting.run_folder();
    let mut server = match which {
        Which::Bare => {
            child::empty(&folder)?;
            let database = folder.join(BARE_DATABASE);
            fs::copy(seeds.folder.join(BARE_DATABASE), &database)?;
            Server::bare(&folder, &database)?
        }
        Which::Sekisho => {
            child::fresh_copy(&seeds.folder, &folder)?;
            Server::sekisho(&setting.program, &folder)?
        }
    };
    let figures = runtime()?.block_on(async {
        let callers: Rc<[Caller]> = match which {
            Which::Bare => [Caller::stranger(server.address)].into(),
            Which::Sekisho => admitted(server.address, seeds).await?,
        };
        let plan = Plan {
            callers,
            server: server.id(),
            connections,
            warm_up: WARM_UP,
            measured: wish.measured,
            method: setting.method,
        };
        load::drive(&plan, &seeds.customers).await
    })?;
    server.kill()?;
    ensure!(figures.waits == 0, "too few contracts: {} waits for the next code", figures.waits);
    ensure!(figures.approvals_per_s > 0.0, "nothing was approved: {:?}", figures.first_failure);
    Ok(figures)
}

impl Side {
    fn of(runs: &[Figures]) -> Self {
        let of = |member: &dyn Fn(&Figures) -> f64| median(runs.iter().map(member)).unwrap_or(0.0);
        let latency = |member: &dyn Fn(&Figures) -> Latency| Latency {
            p50_ms: of(&|run| member(run).p50_ms),
            p99_ms: of(&|run| member(run).p99_ms),
        };
        let resident_kib = runs.iter().map(|run| run.resident_kib).max().unwrap_or(0);
        Self {
            approvals_per_s: of(&|run| run.approvals_per_s),
            steps: [0, 1, 2].map(|step| latency(&|run: &Figures| run.steps[step])),
            approval: latency(&|run| run.approval),
            server_us: of(&|run| run.server_us),
            writer_us: of(&|run| run.writer_us),
            driver_us: of(&|run| run.driver_us),
            idle_cores: of(&|run| run.idle_cores),
            resident_mib: f64::from(u32::try_from(resident_kib).unwrap_or(u32::MAX)) / 1_024.0,
            failures: runs.iter().map(|run| run.failures).sum(),
            runs: runs.len(),
            disturbed: runs.iter().filter(|run| run.other_cores > OTHER_CORES_MAX).count(),
            each: runs.iter().map(|run| run.approvals_per_s.round()).collect(),
        }
    }
}
