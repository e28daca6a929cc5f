//! The measurement as a text.

use std::fmt;

use super::{Side, Speed};
use crate::load::cycle::STEPS;

impl fmt::Display for Speed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "{}, {} contracts, {} idle tokens, {} cores shared by server and driver, \
             load before {:.2}",
            self.method, self.contracts, self.tokens, self.cores, self.load_average
        )?;
        writeln!(f, "medians; p50/p99 in ms; core time in µs a request\n")?;
        write!(f, "{:>5}  {:<8}{:>12}  {:>7}", "conns", "", "approvals/s", "ratio")?;
        for step in STEPS {
            write!(f, "  {step:>13}")?;
        }
        writeln!(
            f,
            "  {:>13}  {:>7}  {:>7}  {:>7}  {:>5}  {:>8}  {:>6}",
            "all three", "server", "writer", "driver", "idle", "RSS MiB", "failed"
        )?;
        for row in &self.rows {
            line(f, row.connections, "bare", &row.bare, None)?;
            line(f, row.connections, "sekisho", &row.sekisho, Some(row.ratio))?;
        }
        let disturbed: usize =
            self.rows.iter().map(|row| row.bare.disturbed + row.sekisho.disturbed).sum();
        if disturbed > 0 {
            writeln!(
                f,
                "\n{disturbed} runs were disturbed by other work; no quiet ones were to be had."
            )?;
        }
        Ok(())
    }
}

fn line(
    f: &mut fmt::Formatter<'_>,
    connections: usize,
    name: &str,
    side: &Side,
    ratio: Option<f64>,
) -> fmt::Result {
    let ratio = ratio.map_or(String::new(), |ratio| format!("{ratio:.2}"));
    write!(f, "{connections:>5}  {name:<8}{:>12.0}  {ratio:>7}", side.approvals_per_s)?;
    for time in side.steps.iter().chain([&side.approval]) {
        write!(f, "  {:>13}", format!("{:.2}/{:.2}", time.p50_ms, time.p99_ms))?;
    }
    writeln!(
        f,
        "  {:>7.0}  {:>7.0}  {:>7.1}  {:>5.2}  {:>8.1}  {:>6}",
        side.server_us,
        side.writer_us,
        side.driver_us,
        side.idle_cores,
        side.resident_mib,
        side.failures
    )
}
