//! `./run`: the whole demo in one process.

use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Arc, Mutex};

use clap::Parser;
use clap::builder::RangedU64ValueParser;
use sekisho_bank::BankConfig;
use sekisho_demo::home::{self, Home};
use sekisho_demo::outside::{self, Outside};
use sekisho_demo::sink::Sink;
use sekisho_demo::{Ports, people, welcome};
use sekisho_domain::event::Actor;
use sekisho_server::config::Log;
use sekisho_server::installation::Installation;
use sekisho_server::{clock, serve, telemetry};
use tokio::net::TcpListener;
use tokio::sync::watch;

/// sekisho, the reference bank 架空信用金庫, a mail inbox and a letter box, in one process.
#[derive(Debug, Parser)]
#[command(name = "run", version)]
struct Arguments {
    /// Start over: everything that was done before is thrown away
    #[arg(long)]
    fresh: bool,

    /// Where the demo keeps its data
    #[arg(long, default_value = "var/demo", value_name = "FOLDER")]
    folder: PathBuf,

    /// The first of four ports on 127.0.0.1: sekisho, the bank, the customer's post, the mail
    /// server
    #[arg(long, default_value_t = 8080, value_parser = first_port())]
    port: u16,

    /// Let tests turn the clock forward and read mails (every page then says that it is a sandbox)
    #[arg(long)]
    sandbox: bool,
}

/// Three more ports follow the first; 0 is none that anybody could open.
fn first_port() -> RangedU64ValueParser<u16> {
    RangedU64ValueParser::new().range(1..=u64::from(Ports::FIRST_MAX))
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if let Err(why) = telemetry::forbid_core_dumps() {
        say(&format!("core dumps could not be switched off: {why}"));
    }
    let log = Log { level: "warn".to_owned(), ..Log::default() };
    if let Err(why) = telemetry::begin(&log) {
        return fail(&format!("the log could not be begun: {why}"));
    }
    let runtime = match tokio::runtime::Runtime::new() {
        Ok(runtime) => runtime,
        Err(why) => return fail(&format!("the demo could not start its threads: {why}")),
    };
    match runtime.block_on(run(arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => fail(&why.to_string()),
    }
}

fn fail(why: &str) -> ExitCode {
    say(why);
    ExitCode::FAILURE
}

/// Tells whoever started the demo; where nobody listens, nothing is lost.
fn say(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let ports = Ports::from(arguments.port, arguments.sandbox);
    let [sekisho, bank, outside, mail] = [
        listen(ports.sekisho, "sekisho").await?,
        listen(ports.bank, "the bank").await?,
        listen(ports.outside, "the customer's post").await?,
        listen(ports.mail, "the mail server").await?,
    ];
    let (folder, fresh) = (arguments.folder.clone(), arguments.fresh);
    let home =
        tokio::task::spawn_blocking(move || Home::open(&folder, &ports, fresh, say)).await??;
    let config = home.config.clone();
    let opening = move || Installation::open(config).map_err(|why| why.to_string());
    let installation = tokio::task::spawn_blocking(opening).await??;
    let sink = Arc::new(Sink::open(&home.folder.join("mail"))?);
    tokio::spawn(Arc::clone(&sink).serve(mail));

    let (stop, stopped) = watch::channel(());
    let outside_pages = outside::router(Arc::new(Outside {
        sink,
        office: installation.office(Actor::Operator("demo".to_owned()))?,
        hashing: Arc::clone(&installation.hashing),
        clock: Arc::clone(&installation.clock),
        institution: home::institution(&installation)?,
        folder: home.folder.join("post"),
        chance: Mutex::new(clock::chance()),
    }));
    let pages = tokio::spawn(async move { axum::serve(outside, outside_pages).await });
    // Where the clock can be turned, it is turned for the bank as well.
    let turned = Arc::clone(&installation.clock);
    let clock = sekisho_bank::clock::Clock::of_millis(move || turned.now().millis());
    let config = bank_config(&home, &ports);
    let banking = tokio::spawn(sekisho_bank::serve_by(clock, config, bank, until(stopped.clone())));
    for line in welcome::lines(&ports, &home.folder) {
        say(&line);
    }
    let served = {
        let serving = serve::serve(&installation, sekisho, until(stopped));
        tokio::select! {
            served = serving => served,
            () = interrupted() => Ok(()),
        }
    };
    drop(stop);
    pages.abort();
    banking.await??;
    Ok(served?)
}

/// Listens on a port of the loopback address, or says which port is taken and what to do.
async fn listen(port: u16, what: &str) -> Result<TcpListener, String> {
    TcpListener::bind(("127.0.0.1", port)).await.map_err(|why| {
        format!(
            "Port {port} on 127.0.0.1, meant for {what}, cannot be used ({why}). \
             Is the demo running already? Else choose others: ./run --port 9080"
        )
    })
}

async fn until(mut stopped: watch::Receiver<()>) {
    // The sender going away is the signal.
    let _ = stopped.changed().await;
}

async fn interrupted() {
    let ended = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut asked) => drop(asked.recv().await),
            Err(_) => std::future::pending().await,
        }
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        () = ended => {}
    }
}

fn bank_config(home: &Home, ports: &Ports) -> BankConfig {
    let sekisho = format!("http://127.0.0.1:{}", ports.sekisho);
    BankConfig {
        public_url: format!("http://127.0.0.1:{}", ports.bank),
        issuer: format!("{sekisho}/i/kaku"),
        api: format!("{sekisho}/v1"),
        front: home.front.clone(),
        core: home.core.clone(),
        database: Some(home.folder.join("bank.db")),
        seed: people::customers(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(text: &str) -> Option<u16> {
        Arguments::try_parse_from(["run", "--port", text]).ok().map(|arguments| arguments.port)
    }

    #[test]
    fn all_four_ports_exist() {
        assert_eq!(port("65532"), Some(65_532));
        assert_eq!(Ports::from(65_532, false).mail, u16::MAX);
        for none in ["0", "65533", "65536", "-1", "many"] {
            assert_eq!(port(none), None, "{none}");
        }
    }
}
