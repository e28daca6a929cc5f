//! What the machine says about processes and about itself (`/proc`).

use std::fs;
use std::time::{Duration, Instant};

use crate::clock;

/// Ticks of `/proc/stat` in a second; Linux tells user space the same on every machine.
const TICKS_PER_S: f64 = 100.0;

/// What was used up to an instant. Two of them make a [`Used`].
#[derive(Debug, Clone)]
pub struct Reading {
    at: Instant,
    server_ns: u64,
    writer_ns: u64,
    driver_ns: u64,
    busy_ticks: u64,
    idle_ticks: u64,
}

/// What was used between two readings, in cores.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Used {
    /// How long it was.
    pub time: Duration,
    /// By the server, all threads.
    pub server: f64,
    /// By the server's thread that writes.
    pub writer: f64,
    /// By this process.
    pub driver: f64,
    /// By anything else on the machine: a run beside much of it proves nothing.
    pub other: f64,
    /// By nobody.
    pub idle: f64,
}

impl Reading {
    /// Reads what the server with this process id, this process and the machine have used so far.
    pub fn take(server: u32) -> Self {
        let (busy_ticks, idle_ticks) = ticks();
        let of = |process: &str, thread: Option<&str>| on_cpu_ns(process, thread);
        let server = server.to_string();
        Self {
            at: clock::instant(),
            server_ns: of(&server, None),
            writer_ns: of(&server, Some("writer")),
            driver_ns: of("self", None),
            busy_ticks,
            idle_ticks,
        }
    }

    /// What was used from `earlier` on.
    #[expect(clippy::cast_precision_loss, reason = "nanoseconds of some seconds fit a float")]
    pub fn since(&self, earlier: &Self) -> Used {
        let time = self.at - earlier.at;
        let seconds = time.as_secs_f64().max(f64::EPSILON);
        let cores = |later: u64, earlier: u64| later.saturating_sub(earlier) as f64 / 1e9 / seconds;
        let of_ticks =
            |later: u64, earlier: u64| later.saturating_sub(earlier) as f64 / TICKS_PER_S / seconds;
        let server = cores(self.server_ns, earlier.server_ns);
        let driver = cores(self.driver_ns, earlier.driver_ns);
        Used {
            time,
            server,
            writer: cores(self.writer_ns, earlier.writer_ns),
            driver,
            other: of_ticks(self.busy_ticks, earlier.busy_ticks) - server - driver,
            idle: of_ticks(self.idle_ticks, earlier.idle_ticks),
        }
    }
}

/// Nanoseconds the threads of a process were on a core; only those with `part` in their name.
fn on_cpu_ns(process: &str, part: Option<&str>) -> u64 {
    let Ok(threads) = fs::read_dir(format!("/proc/{process}/task")) else { return 0 };
    let of_thread = |folder: std::path::PathBuf| {
        if let Some(part) = part {
            let name = fs::read_to_string(folder.join("comm")).ok()?;
            name.contains(part).then_some(())?;
        }
        let text = fs::read_to_string(folder.join("schedstat")).ok()?;
        text.split(' ').next()?.parse::<u64>().ok()
    };
    threads.flatten().filter_map(|thread| of_thread(thread.path())).sum()
}

/// Ticks all cores were busy, and idle.
fn ticks() -> (u64, u64) {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().next().unwrap_or_default();
    let ticks: Vec<u64> = line.split_whitespace().skip(1).filter_map(|n| n.parse().ok()).collect();
    // user nice system idle iowait irq softirq steal; guest time is in user already
    let all: u64 = ticks.iter().take(8).sum();
    let idle: u64 = ticks.iter().skip(3).take(2).sum();
    (all.saturating_sub(idle), idle)
}

/// Resident memory of a process, in KiB; 0 when it is gone.
pub fn resident_kib(process: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

/// The load of the last minute, as `uptime` tells it.
pub fn load_average() -> f64 {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or(0.0)
}

/// Cores of the machine.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn we_use_time_and_memory_ourselves() {
        let me = std::process::id();
        let before = Reading::take(me);
        let mut dice = clock::Dice::from_seed(1);
        let sum = (0..20_000_000).fold(0_u64, |sum, _| sum ^ dice.roll());
        assert_ne!(sum, 0);
        let used = Reading::take(me).since(&before);
        assert!(used.server > 0.1 && used.driver > 0.1, "{used:?}");
        assert!(resident_kib(me) > 500, "a test takes more than that");
    }
}
