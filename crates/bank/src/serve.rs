//! Starting and stopping the bank.

use std::{future::Future, io, sync::Arc, time::Duration};

use tokio::{net::TcpListener, sync::watch, task::spawn_blocking};

use crate::{
    clock::Clock,
    config::BankConfig,
    customers,
    ledger::BookingRefused,
    pages::{self, Bank},
    sekisho::Sekisho,
    store::{Store, StoreError},
    transfers::Transfers,
};

/// How often the bank looks for drafts left behind.
const SETTLE_EVERY: Duration = Duration::from_secs(10);

/// Why the bank could not start or go on.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The database cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The first customers cannot be opened.
    #[error("seeding: {0}")]
    Seed(#[from] BookingRefused),
    /// The listener failed.
    #[error(transparent)]
    Listener(#[from] io::Error),
}

/// Runs the bank on `listener` until `shutdown` completes. What a crash has left half done is
/// settled first and then every few seconds; pages are served meanwhile.
pub async fn serve(
    config: BankConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    serve_by(Clock::of_the_machine(), config, listener, shutdown).await
}

/// [`serve`] by a clock of the caller's.
pub async fn serve_by(
    clock: Clock,
    config: BankConfig,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let store = Arc::new(match &config.database {
        Some(path) => Store::open(path)?,
        None => Store::in_memory()?,
    });
    store.transact(|tx| customers::seed(tx, &config.seed, clock.now()))?;
    let sekisho = Arc::new(Sekisho::new(config.clone(), clock.clone()));
    let transfers = Transfers::new(store.clone(), sekisho.clone(), clock.clone());
    let (stop, stopped) = watch::channel(());
    let settling = tokio::spawn(settle_again_and_again(transfers.clone(), stopped));
    let bank = Bank::new(config, store, sekisho, transfers, clock);
    let served = axum::serve(listener, pages::router(bank)).with_graceful_shutdown(shutdown).await;
    drop(stop);
    // A round under way runs to its end: it may stand between a consumption and its booking.
    let _ = settling.await;
    Ok(served?)
}

async fn settle_again_and_again(transfers: Transfers, mut stopped: watch::Receiver<()>) {
    loop {
        let round = transfers.clone();
        match spawn_blocking(move || round.settle_all()).await {
            Ok(Ok(())) => {}
            Ok(Err(trouble)) => tracing::error!(%trouble, "drafts could not be settled"),
            Err(panic) => tracing::error!(%panic, "settling died"),
        }
        tokio::select! {
            () = tokio::time::sleep(SETTLE_EVERY) => {}
            _ = stopped.changed() => return,
        }
    }
}
