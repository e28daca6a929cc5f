//! What the server tells its operator, and what it must never tell: secrets, also not when it dies.

use std::io;
use std::panic;

use rustix::process::{DumpableBehavior, Resource, Rlimit, set_dumpable_behavior, setrlimit};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::{SubscriberInitExt as _, TryInitError};

use crate::config::{Format, Log};

/// A TLS client that sends an address as its server name makes rustls warn: a stranger could flood
/// the log.
const QUIET: &str = "rustls=error";

/// Why logging could not begin.
#[derive(Debug, thiserror::Error)]
pub enum TelemetryError {
    /// The level cannot be read.
    #[error("log.level: {0}")]
    Level(#[from] tracing_subscriber::filter::ParseError),
    /// Logging has begun already.
    #[error(transparent)]
    Begun(#[from] TryInitError),
}

/// Begins logging to standard error, and logs panics without their text.
pub fn begin(log: &Log) -> Result<(), TelemetryError> {
    let quiet = QUIET.parse().expect("the directive is well-formed");
    let filter = EnvFilter::try_new(&log.level)?.add_directive(quiet);
    let lines = tracing_subscriber::registry().with(filter);
    match log.format {
        Format::Text => lines.with(layer().with_ansi(false)).try_init()?,
        Format::Json => lines.with(layer().json().flatten_event(true)).try_init()?,
    }
    log_panics();
    Ok(())
}

fn layer<S>() -> tracing_subscriber::fmt::Layer<
    S,
    tracing_subscriber::fmt::format::DefaultFields,
    tracing_subscriber::fmt::format::Format,
    fn() -> io::Stderr,
>
where
    S: tracing::Subscriber + for<'a> LookupSpan<'a>,
{
    tracing_subscriber::fmt::layer().with_writer(io::stderr as fn() -> io::Stderr)
}

/// Logs where a panic happened, not what it said: its text may carry a value that was being looked
/// at.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        tracing::error!(place, thread, "a piece of work died of a mistake in the program");
    }));
}

/// Keeps the memory of this program off the disk and away from debuggers: it holds keys and
/// passwords.
pub fn forbid_core_dumps() -> io::Result<()> {
    setrlimit(Resource::Core, Rlimit { current: Some(0), maximum: Some(0) })?;
    set_dumpable_behavior(DumpableBehavior::NotDumpable)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use rustix::process::{dumpable_behavior, getrlimit};

    use super::*;

    #[test]
    fn the_memory_of_the_program_stays_in_memory() {
        forbid_core_dumps().expect("a process may always lower its own limits");
        assert_eq!(getrlimit(Resource::Core).maximum, Some(0));
        assert_eq!(dumpable_behavior().expect("readable"), DumpableBehavior::NotDumpable);
    }
}
