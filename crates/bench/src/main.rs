//! The program `sekisho-bench`.

use std::io;
use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(sekisho_bench::cli::run(&mut io::stdout(), &mut io::stderr()))
}
