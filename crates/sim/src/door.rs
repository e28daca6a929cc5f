//! Sending a use case to the store, as a server would, and hearing what came of it or nothing.

use std::sync::{Arc, Mutex};

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{Store, StoreError, Tx, Work};
use sekisho_domain::event::Actor;
use sekisho_domain::moment::Moment;
use sekisho_store::MemoryStore;

use crate::deed::Reply;

type Answer<T> = Arc<Mutex<Option<Result<T, Error>>>>;

struct Job<T, F> {
    actor: Actor,
    platform: Arc<Platform>,
    f: F,
    out: Option<Result<T, Error>>,
    answer: Answer<T>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool {
        let actor = self.actor.clone();
        let out = (self.f)(tx, &mut Context { moment, actor, platform: &self.platform });
        let keep = out.is_ok();
        self.out = Some(out);
        keep
    }

    fn finish(self: Box<Self>, outcome: Result<(), StoreError>) {
        let Self { out, answer, .. } = *self;
        let out = outcome.map_err(Error::from).and_then(|()| out.expect("it ran before it ends"));
        *answer.lock().expect("one thread, no panic survived") = Some(out);
    }
}

/// Runs a use case that writes. `Err` when the store itself is at fault, which never may be.
pub(crate) fn send<T, F>(
    store: &MemoryStore,
    platform: &Arc<Platform>,
    actor: Actor,
    f: F,
) -> Result<Reply<T>, StoreError>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
{
    let answer = Arc::new(Mutex::new(None));
    let platform = Arc::clone(platform);
    let job = Job { actor, platform, f, out: None, answer: Arc::clone(&answer) };
    match store.write(Box::new(job)) {
        Ok(()) => {}
        Err(StoreError::Busy) => return Ok(Reply::Busy),
        Err(error) => return Err(error),
    }
    let heard = answer.lock().expect("one thread, no panic survived").take();
    match heard {
        None => Ok(Reply::Lost),
        Some(Ok(outcome)) => Ok(Reply::Done(outcome)),
        Some(Err(Error::Refused(refusal))) => Ok(Reply::Refused(refusal)),
        Some(Err(Error::Store(error))) => Err(error),
    }
}

/// Runs a use case that only reads, and never fails for the world's sake.
pub(crate) fn look<T, F>(
    store: &MemoryStore,
    platform: &Arc<Platform>,
    f: F,
) -> Result<Option<T>, StoreError>
where
    T: Send + 'static,
    F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
{
    let answer = Arc::new(Mutex::new(None));
    let platform = Arc::clone(platform);
    let (actor, out) = (Actor::System, None);
    store.read(Box::new(Job { actor, platform, f, out, answer: Arc::clone(&answer) }))?;
    let heard = answer.lock().expect("one thread, no panic survived").take();
    match heard.expect("a look is answered at once") {
        Ok(outcome) => Ok(Some(outcome)),
        Err(Error::Refused(_)) => Ok(None),
        Err(Error::Store(error)) => Err(error),
    }
}
