//! For callers that may wait: the command line, workers, the simulator, tests.

use std::sync::mpsc::{SyncSender, sync_channel};

use sekisho_app::tx::{Store, StoreError, Tx, Work};
use sekisho_domain::moment::Moment;

/// Runs a use case that writes, and waits for its commit.
///
/// What `f` saved is kept when it returns `Ok`. `f` may be called several times; only the last run
/// counts. An error of the store itself arrives through `E`.
pub fn run<T, E, F>(store: &dyn Store, f: F) -> Result<T, E>
where
    F: FnMut(&mut Tx, &mut Moment) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    call(f, |work| store.write(work))
}

/// Runs a use case that only reads, on a snapshot, and waits for its answer.
pub fn look<T, E, F>(store: &dyn Store, f: F) -> Result<T, E>
where
    F: FnMut(&mut Tx, &mut Moment) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    call(f, |work| store.read(work))
}

fn call<T, E, F>(f: F, send: impl FnOnce(Box<dyn Work>) -> Result<(), StoreError>) -> Result<T, E>
where
    F: FnMut(&mut Tx, &mut Moment) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let (reply, answer) = sync_channel(1);
    send(Box::new(Call { f, answer: None, reply }))?;
    answer.recv().unwrap_or_else(|_| Err(gone().into()))
}

/// The work went and nobody will ever say how: what it wrote may have been kept or not.
fn gone() -> StoreError {
    StoreError::Unavailable("the store went away before it answered".into())
}

struct Call<F, T, E> {
    f: F,
    answer: Option<Result<T, E>>,
    reply: SyncSender<Result<T, E>>,
}

impl<F, T, E> Work for Call<F, T, E>
where
    F: FnMut(&mut Tx, &mut Moment) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool {
        let answer = (self.f)(tx, moment);
        let keep = answer.is_ok();
        self.answer = Some(answer);
        keep
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let answer = match outcome {
            Ok(()) => self.answer.expect("what was committed has run"),
            Err(error) => Err(error.into()),
        };
        // The caller waits in `call`; if it is gone, nobody misses the answer.
        let _ = self.reply.send(answer);
    }
}
