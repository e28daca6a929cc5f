//! `sekisho serve`: serves until Ctrl-C or until the service manager says stop.

use std::io;
use std::net::SocketAddr;

use serde_json::json;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::signal::unix::{SignalKind, signal};

use super::{Desk, Failure};
use crate::installation::Installation;
use crate::{serve, telemetry};

pub(super) fn run(mut desk: Desk) -> Result<u8, Failure> {
    let config = desk.config()?;
    telemetry::begin(&config.log).map_err(|error| Failure::Unfit(error.to_string()))?;
    let listen = config.server.listen;
    let installation = Installation::open(config)?;
    let runtime = Runtime::new()?;
    let listener = runtime.block_on(TcpListener::bind(listen)).map_err(|e| taken(listen, &e))?;
    let address = listener.local_addr()?;
    let text = format!("Serving on http://{address}. Ctrl-C ends it, after what is in flight.");
    desk.output.answer(&json!({ "listen": address }), &text)?;
    runtime.block_on(async {
        let stop = stop()?;
        serve::serve(&installation, listener, stop).await
    })?;
    Ok(0)
}

/// Why nobody can be served at `listen`.
fn taken(listen: SocketAddr, error: &io::Error) -> Failure {
    let port = listen.port();
    Failure::Unfit(match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{listen} is taken: stop the program that listens there (`ss -ltnp 'sport = :{port}'` \
             names it), or set server.listen to another port"
        ),
        io::ErrorKind::PermissionDenied => format!(
            "{listen} may not be used by this login: set server.listen to a port above 1023"
        ),
        io::ErrorKind::AddrNotAvailable => {
            format!("{listen} is no address of this machine: set server.listen to one that is")
        }
        _ => format!("{listen} cannot be listened on: {error}"),
    })
}

/// Completes when somebody wants the server to end.
fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut terminated = signal(SignalKind::terminate())?;
    let mut interrupted = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminated.recv() => (),
            _ = interrupted.recv() => (),
        }
        tracing::info!("stopping after what is in flight");
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_occupied_port_is_told_with_what_to_do() {
        let listen = SocketAddr::from(([127, 0, 0, 1], 8080));
        let told = taken(listen, &io::Error::from(io::ErrorKind::AddrInUse)).to_string();
        assert!(told.starts_with("127.0.0.1:8080 is taken: stop the program"), "{told}");
    }
}
