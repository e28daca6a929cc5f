//! The workers: what happens because time passes, each on a thread of its own.

mod deadlines;
pub(crate) mod intake;
mod mails;
pub(crate) mod sealing;
pub(crate) mod sequencer;
mod sweep;

use std::io;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use sekisho_app::error::Error;

use crate::mailer::Mailer;
use crate::office::Office;
use sealing::Sealing;

/// How a worker is told to stop: its channel closes.
type Stop = Receiver<()>;

/// The workers of a server. Dropped, they end after the round they are in.
pub struct Workers {
    stops: Vec<SyncSender<()>>,
    threads: Vec<JoinHandle<()>>,
}

impl Workers {
    /// Starts them all.
    pub(crate) fn start(
        office: Office,
        mailer: Option<Mailer>,
        sealing: Sealing,
    ) -> io::Result<Self> {
        let mut workers = Self { stops: Vec::new(), threads: Vec::new() };
        let sequencing = office.clone();
        workers.spawn("sequencer", Duration::from_millis(500), move || {
            sequencer::round(&sequencing)
        })?;
        let sweeping = office.clone();
        workers.spawn("sweeper", Duration::from_secs(1), move || sweep::round(&sweeping))?;
        let producing = office.clone();
        workers.spawn("sealer", Duration::from_secs(2), move || {
            sealing::round(&producing, &sealing)
        })?;
        let taking = office.clone();
        workers.spawn("importer", Duration::from_secs(2), move || intake::round(&taking))?;
        let dated = office.clone();
        workers.spawn("deadlines", Duration::from_mins(10), move || deadlines::round(&dated))?;
        if let Some(mailer) = mailer {
            workers
                .spawn("mailer", Duration::from_secs(1), move || mails::round(&office, &mailer))?;
        }
        Ok(workers)
    }

    /// A thread that does a round, waits, and does the next. A round that failed is told and tried
    /// again.
    fn spawn(
        &mut self,
        name: &'static str,
        every: Duration,
        mut round: impl FnMut() -> Result<(), Error> + Send + 'static,
    ) -> io::Result<()> {
        let (stop, stopped) = mpsc::sync_channel(0);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            loop {
                if let Err(error) = round() {
                    tracing::error!(worker = name, %error, "a round failed; it is tried again");
                }
                if !wait(&stopped, every) {
                    return;
                }
            }
        })?;
        self.stops.push(stop);
        self.threads.push(thread);
        Ok(())
    }
}

/// Waits until the next round; `false` when there is none.
fn wait(stopped: &Stop, every: Duration) -> bool {
    matches!(stopped.recv_timeout(every), Err(RecvTimeoutError::Timeout))
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.stops.clear();
        for thread in self.threads.drain(..) {
            // A panic there has been told by the panic hook.
            let _ = thread.join();
        }
    }
}
