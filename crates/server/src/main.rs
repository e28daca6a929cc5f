//! The program `sekisho`.

use std::io::{self, IsTerminal as _, Write as _};
use std::process::ExitCode;

use sekisho_server::cli::{self, World};
use sekisho_server::telemetry;

fn main() -> ExitCode {
    if let Err(error) = telemetry::forbid_core_dumps() {
        // Some platforms forbid even this; the server is then no worse than any other program, and
        // a complaint that nobody reads changes nothing.
        let _ = writeln!(io::stderr(), "sekisho: core dumps could not be switched off: {error}");
    }
    // A variable that is no text cannot be one of ours.
    let text = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
        Some((name.into_string().ok()?, value.into_string().ok()?))
    };
    let world = World {
        out: &mut io::stdout(),
        err: &mut io::stderr(),
        variables: std::env::vars_os().filter_map(text).collect(),
        terminal: io::stderr().is_terminal(),
    };
    ExitCode::from(cli::run(std::env::args_os(), world))
}
