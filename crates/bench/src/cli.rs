//! The words of the command line.

use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, Subcommand};
use sekisho_domain::method::MethodKind;
use serde::Serialize;

use crate::commands::{Setting, copies, crash, speed, start};
use crate::progress::Progress;
use crate::{bare, child};

/// Measures and torments a sekisho server from outside.
#[derive(Debug, Parser)]
#[command(name = "sekisho-bench", version)]
struct Cli {
    /// Answer with one JSON object on standard output
    #[arg(long, global = true)]
    json: bool,

    /// Where files are made, on the disk to be measured; `seed` and `run` in it are emptied
    #[arg(long, global = true, default_value = "target/bench", value_name = "FOLDER")]
    folder: PathBuf,

    /// The server's program [default: `sekisho` beside this program]
    #[arg(long, global = true, value_name = "PROGRAM")]
    server: Option<PathBuf>,

    /// Contracts of the bank that is made
    #[arg(long, global = true, default_value_t = 20_000, value_name = "COUNT")]
    contracts: usize,

    /// Tokens that lie in the database besides those of the contracts; only `speed` knows them
    #[arg(long, global = true, default_value_t = 0, value_name = "COUNT")]
    tokens: usize,

    /// What customers answer with; a token only in `speed` and `start`
    #[arg(long, global = true, value_name = "customer_card|image_card|otp_app")]
    #[arg(value_parser = method)]
    #[arg(default_value = "customer_card")]
    method: MethodKind,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Approvals per second beside the bare limit, in turns
    Speed {
        /// Numbers of connections
        #[arg(long, value_delimiter = ',', default_value = "1,8,32,128")]
        connections: Vec<usize>,
        /// Pairs of runs (bare, sekisho) for each
        #[arg(long, default_value_t = 3)]
        pairs: usize,
        /// Seconds each run is measured
        #[arg(long, default_value_t = 3)]
        seconds: u64,
    },
    /// How soon a server answers on existing data
    Start {
        /// How often it is started
        #[arg(long, default_value_t = 5)]
        times: usize,
    },
    /// The same answer many times at the same instant
    Copies {
        /// Rounds, each with a customer of its own
        #[arg(long, default_value_t = 100)]
        rounds: usize,
        /// Copies of each thing
        #[arg(long, default_value_t = 64)]
        copies: usize,
    },
    /// Kill the server at random moments under load
    Crash {
        /// How often
        #[arg(long, default_value_t = 100)]
        times: usize,
    },
    /// Serve the bare limit: the same HTTP and rows without any rules
    Bare {
        /// A database made by `speed`
        #[arg(long, value_name = "FILE")]
        database: PathBuf,
        /// Address and port
        #[arg(long)]
        listen: SocketAddr,
    },
}

fn method(text: &str) -> Result<MethodKind, String> {
    let known = text.parse().ok().filter(|method| *method != MethodKind::OtpDevice);
    known.ok_or_else(|| "customer_card, image_card or otp_app".to_owned())
}

/// A code is good once: what sends an answer again cannot go on with tokens.
fn by_card(setting: Setting) -> Result<Setting> {
    ensure!(setting.method.card().is_some(), "this answers with a card: name one with --method");
    Ok(setting)
}

/// Runs the command that the program was called with; returns its exit code.
pub fn run(out: &mut dyn Write, err: &mut dyn Write) -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refused) => refused.exit(),
    };
    match obey(&cli, out, err) {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(failure) => {
            // Whoever does not listen cannot be told.
            let _ = writeln!(err, "sekisho-bench: {failure:#}");
            2
        }
    }
}

/// Whether what was looked at is as it should be.
fn obey(cli: &Cli, out: &mut dyn Write, err: &mut dyn Write) -> Result<bool> {
    let progress = Progress::new(err);
    let setting = || -> Result<Setting> {
        let Cli { folder, server, .. } = cli;
        let program = child::program(server.as_deref())?;
        let folder = absolute(folder)?;
        let (contracts, tokens, method) = (cli.contracts, cli.tokens, cli.method);
        Ok(Setting { folder, program, contracts, tokens, method })
    };
    match &cli.command {
        Command::Bare { database, listen } => {
            bare::serve(database, *listen)?;
            Ok(true)
        }
        Command::Speed { connections, pairs, seconds } => {
            let wish = speed::Wish {
                connections: connections.clone(),
                pairs: *pairs,
                measured: Duration::from_secs(*seconds),
            };
            let speed = speed::run(&setting()?, &wish, &progress)?;
            tell(out, cli.json, &speed)?;
            Ok(speed.rows.iter().all(|row| row.sekisho.failures == 0))
        }
        Command::Copies { rounds, copies } => {
            let copies = copies::run(&by_card(setting()?)?, *rounds, *copies, &progress)?;
            tell(out, cli.json, &copies)?;
            Ok(copies.is_well())
        }
        Command::Crash { times } => {
            let crash = crash::run(&by_card(setting()?)?, *times, &progress)?;
            tell(out, cli.json, &crash)?;
            Ok(crash.is_well())
        }
        Command::Start { times } => {
            tell(out, cli.json, &start::run(&setting()?, *times, &progress)?)?;
            Ok(true)
        }
    }
}

fn absolute(folder: &Path) -> Result<PathBuf> {
    std::path::absolute(folder).with_context(|| format!("there is no {}", folder.display()))
}

fn tell<T: Serialize + std::fmt::Display>(out: &mut dyn Write, json: bool, told: &T) -> Result<()> {
    if json {
        writeln!(out, "{}", serde_json::to_string(told)?)?;
    } else {
        write!(out, "{told}")?;
    }
    Ok(())
}
