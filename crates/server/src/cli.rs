//! The operator's door: `sekisho <family> <verb>`, one file for each family.
//!
//! Every command says what it did in a sentence, or with `--json` as one JSON object on standard
//! output. It ends with 0 when all is well, 1 when something failed, 2 when it was called or
//! configured wrongly; `check` gives these numbers its own meaning.

mod audit;
mod cards;
mod check;
mod client;
mod columns;
mod config;
mod contract;
mod counter;
mod credential;
mod import;
mod institution;
mod keys;
mod migrate;
mod output;
mod people;
mod pictures;
mod progress;
mod proposal;
mod sentences;
mod serve;
mod tokens;
mod words;

use std::ffi::OsString;
use std::io::Write;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use sekisho_app::error::Error;
use sekisho_app::tx::StoreError;
use sekisho_domain::refusal::Refusal;
use sekisho_store::OpenError;

use crate::config::{Config, ConfigError, Environment};
use crate::installation::InstallationError;
use crate::production::ProductionError;

pub use output::Output;
pub use progress::Progress;

/// What the program is given by its surroundings.
pub struct World<'a> {
    /// Standard output: results.
    pub out: &'a mut dyn Write,
    /// Standard error: complaints and progress.
    pub err: &'a mut dyn Write,
    /// The environment.
    pub variables: Vec<(String, String)>,
    /// Whether a person watches standard error.
    pub terminal: bool,
}

/// The words of the command line.
#[derive(Debug, Parser)]
#[command(
    name = "sekisho",
    version,
    about = "Approval of bank operations by printed cards and tokens."
)]
struct Cli {
    /// The configuration file [default: sekisho.toml, if it is there]
    #[arg(long, global = true, env = "SEKISHO_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,

    /// Answer with one JSON object on standard output
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Look at the configuration
    #[command(subcommand)]
    Config(config::Verb),
    /// Make and rotate the keys that seal secrets
    #[command(subcommand)]
    Keys(keys::Verb),
    /// Bring the database to this program's schema
    Migrate(migrate::Arguments),
    /// Serve customers and the API until Ctrl-C
    Serve,
    /// Register institutions, or take over what changed in their files
    #[command(subcommand)]
    Institution(institution::Verb),
    /// Register the systems that call the API
    #[command(subcommand)]
    Client(client::Verb),
    /// Import, show, stop and resume contracts
    #[command(subcommand)]
    Contract(contract::Verb),
    /// Order, produce, count, post and take back cards and letters
    #[command(subcommand)]
    Cards(cards::Verb),
    /// Revoke, unlock and re-issue cards
    #[command(subcommand)]
    Credential(credential::Verb),
    /// Take in, post, move and end hardware tokens
    #[command(subcommand)]
    Tokens(tokens::Verb),
    /// Decide what the bank's systems proposed
    #[command(subcommand)]
    Proposal(proposal::Verb),
    /// Look for tampering in the audit log, export it, prove it
    #[command(subcommand)]
    Audit(audit::Verb),
    /// Look at the pictures of the image cards
    #[command(subcommand)]
    Pictures(pictures::Verb),
    /// Look for what is wrong with this installation: 0 all well, 1 warnings, 2 faults
    Check(check::Arguments),
}

/// What a command works with.
struct Desk<'a> {
    file: Option<PathBuf>,
    environment: Environment,
    /// Login name of whoever calls, for the audit log.
    operator: String,
    output: Output<'a>,
    progress: Progress,
}

/// How a command ended without doing its work.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error(transparent)]
    Keyring(#[from] crate::keyring_file::KeyringError),
    #[error(transparent)]
    Schema(#[from] sekisho_store::migrate::SchemaError),
    #[error("writing the answer: {0}")]
    Output(#[from] std::io::Error),
    #[error(transparent)]
    Installation(Box<InstallationError>),
    #[error("{}", sentences::refusal(.0))]
    Refused(Refusal),
    #[error("{}", sentences::store(.0))]
    Store(#[from] StoreError),
    #[error(transparent)]
    Production(ProductionError),
    #[error("{}: {error}", .path.display())]
    File { path: PathBuf, error: std::io::Error },
    /// Something to be put right before the command is called again.
    #[error("{0}")]
    Unfit(String),
}

impl Failure {
    fn code(&self) -> u8 {
        match self {
            Self::Config(_) | Self::Unfit(_) => 2,
            _ => 1,
        }
    }

    fn to_json(&self) -> serde_json::Value {
        let mut json = serde_json::json!({ "error": self.to_string() });
        if let Self::Refused(refusal) = self {
            json["code"] = refusal.code().into();
        }
        json
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => Self::Refused(refusal),
            Error::Store(error) => Self::Store(error),
        }
    }
}

impl From<InstallationError> for Failure {
    fn from(error: InstallationError) -> Self {
        match error {
            InstallationError::App(error) => error.into(),
            InstallationError::Store(OpenError::Store(error)) => Self::Store(error),
            other => Self::Installation(Box::new(other)),
        }
    }
}

impl From<ProductionError> for Failure {
    fn from(error: ProductionError) -> Self {
        match error {
            ProductionError::App(error) => error.into(),
            other => Self::Production(other),
        }
    }
}

impl Desk<'_> {
    fn config(&self) -> Result<Config, ConfigError> {
        Config::load(self.file.as_deref(), &self.environment)
    }
}

/// Who sits at the console: the login name, also behind `sudo`.
fn operator(variables: &[(String, String)]) -> String {
    let variable = |wanted: &str| {
        let found = variables.iter().find(|(name, value)| name == wanted && !value.is_empty());
        found.map(|(_, value)| value.clone())
    };
    let login = ["SUDO_USER", "LOGNAME", "USER"].into_iter().find_map(variable);
    login.unwrap_or_else(|| "operator".to_owned())
}

/// Runs the command that `arguments` name, the first of which is the program itself. Returns the
/// exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: World) -> u8 {
    let World { out, err, variables, terminal } = world;
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(refused) => {
            let text = refused.render();
            let to = if refused.use_stderr() { err } else { out };
            // Whoever does not listen cannot be told.
            let _ = write!(to, "{text}");
            return u8::try_from(refused.exit_code()).unwrap_or(2);
        }
    };
    let desk = Desk {
        file: cli.config,
        operator: operator(&variables),
        environment: Environment::of(variables),
        progress: Progress::new(terminal, cli.json),
        output: Output::new(out, cli.json),
    };
    match command(cli.command, desk) {
        Ok(code) => code,
        Err(failure) => {
            let _ = if cli.json {
                writeln!(err, "{}", failure.to_json())
            } else {
                writeln!(err, "sekisho: {failure}")
            };
            failure.code()
        }
    }
}

fn command(command: Command, desk: Desk) -> Result<u8, Failure> {
    match command {
        Command::Config(verb) => config::run(&verb, desk),
        Command::Keys(verb) => keys::run(&verb, desk),
        Command::Migrate(arguments) => migrate::run(&arguments, desk),
        Command::Check(arguments) => check::run(&arguments, desk),
        Command::Serve => serve::run(desk),
        Command::Institution(verb) => institution::run(&verb, desk),
        Command::Client(verb) => client::run(verb, desk),
        Command::Contract(verb) => contract::run(&verb, desk),
        Command::Cards(verb) => cards::run(&verb, desk),
        Command::Credential(verb) => credential::run(&verb, desk),
        Command::Tokens(verb) => tokens::run(&verb, desk),
        Command::Proposal(verb) => proposal::run(&verb, desk),
        Command::Audit(verb) => audit::run(&verb, desk),
        Command::Pictures(verb) => pictures::run(&verb, desk),
    }
}
