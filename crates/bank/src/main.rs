//! The bank as a program of its own: reads its configuration, serves until told to stop.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use clap::Parser;
use sekisho_bank::{BankConfig, ClientCredentials, Secret, example, serve};
use tokio::net::TcpListener;

/// The reference internet bank: an outsider that knows sekisho by OpenID Connect and the public
/// API.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// Address to listen on.
    #[arg(long, env = "BANK_LISTEN", default_value = "127.0.0.1:8081")]
    listen: SocketAddr,
    /// Where customers reach the bank.
    #[arg(long, env = "BANK_PUBLIC_URL", default_value = "http://127.0.0.1:8081")]
    public_url: String,
    /// sekisho's issuer for this institution.
    #[arg(long, env = "BANK_ISSUER", default_value = "http://127.0.0.1:8080/i/kaku")]
    issuer: String,
    /// sekisho's API.
    #[arg(long, env = "BANK_API", default_value = "http://127.0.0.1:8080/v1")]
    api: String,
    /// Client id of the front end (openid contract methods approvals:write).
    #[arg(long, env = "BANK_FRONT_ID")]
    front_id: String,
    /// File with the front end's client secret.
    #[arg(long, env = "BANK_FRONT_SECRET_FILE")]
    front_secret_file: PathBuf,
    /// Client id of the booking system (approvals:read approvals:consume).
    #[arg(long, env = "BANK_CORE_ID")]
    core_id: String,
    /// File with the booking system's client secret.
    #[arg(long, env = "BANK_CORE_SECRET_FILE")]
    core_secret_file: PathBuf,
    /// Database file.
    #[arg(long, env = "BANK_DATABASE", default_value = "bank.sqlite3")]
    database: PathBuf,
    /// Open the example customers where they are missing.
    #[arg(long, env = "BANK_EXAMPLES")]
    examples: bool,
}

fn secret(path: &PathBuf) -> anyhow::Result<Secret> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("reading the client secret in {}", path.display()))?;
    Ok(Secret::new(text.trim()))
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .init();
    let given = Arguments::parse();
    let config = BankConfig {
        public_url: given.public_url,
        issuer: given.issuer,
        api: given.api,
        front: ClientCredentials {
            client_id: given.front_id,
            client_secret: secret(&given.front_secret_file)?,
        },
        core: ClientCredentials {
            client_id: given.core_id,
            client_secret: secret(&given.core_secret_file)?,
        },
        database: Some(given.database),
        seed: if given.examples { example::customers() } else { Vec::new() },
    };
    let listener = TcpListener::bind(given.listen).await.context("listening")?;
    let stop = async {
        // Without a signal handler there is nothing to wait for, and the bank runs on.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    serve(config, listener, stop).await?;
    Ok(())
}
