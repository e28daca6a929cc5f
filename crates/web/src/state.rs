//! What every handler has at hand: the platform, the store, the clock, the limits.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{Store, StoreError, Tx, Work};
use sekisho_domain::event::Actor;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::time::Timestamp;
use tokio::sync::oneshot;

use crate::api::access::Accesses;
use crate::hashing::PasswordHasher;
use crate::limits::{Limits, Quotas};
use crate::oauth::keys::IssuerKeys;

/// Tells the time; the server's own, or that of a sandbox.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// The clock of a sandbox, which can be turned forward (api.md §8).
pub trait SandboxClock: Send + Sync {
    /// Turns the clock `seconds` forward, for every judgement of time; returns what it shows then.
    fn advance(&self, seconds: u32) -> Timestamp;
}

/// What the server wires a [`Web`] from.
pub struct Wiring {
    /// Keys and institutions.
    pub platform: Arc<Platform>,
    /// Runs use cases.
    pub store: Arc<dyn Store>,
    /// Tells the time.
    pub clock: Clock,
    /// Thirty-two bytes of chance, for ids of requests and one-time values outside transactions.
    pub seed: [u8; 32],
    /// `https://host`, without a slash at the end.
    pub public_url: String,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// The clock of a sandbox; `None` on a real installation.
    pub sandbox: Option<Arc<dyn SandboxClock>>,
    /// Which proxies are believed when they name the caller's address and certificate.
    pub trusts: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    /// Sizes and rates.
    pub limits: Limits,
}

/// What every handler has at hand. Cloning it is cheap.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

/// The one thing behind all clones of a [`Web`].
pub struct Inner {
    /// Keys and institutions.
    pub platform: Arc<Platform>,
    /// `https://host`, without a slash at the end.
    pub public_url: String,
    /// Hashes passwords.
    pub passwords: Arc<dyn PasswordHasher>,
    /// The clock of a sandbox; `None` on a real installation.
    pub sandbox: Option<Arc<dyn SandboxClock>>,
    /// Sizes and rates.
    pub limits: Limits,
    /// How much of each rate is used.
    pub(crate) quotas: Quotas,
    /// Access tokens found lately.
    pub(crate) accesses: Accesses,
    /// Signing keys opened so far.
    pub(crate) issuer_keys: IssuerKeys,
    /// DPoP proofs seen lately.
    pub(crate) proofs: crate::oauth::dpop::Seen,
    trusts: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
    store: Arc<dyn Store>,
    clock: Clock,
    chance: Mutex<Chance>,
}

impl std::ops::Deref for Web {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Web {
    /// Puts everything together.
    pub fn new(wiring: Wiring) -> Self {
        Self(Arc::new(Inner {
            quotas: Quotas::new(&wiring.limits),
            accesses: Accesses::default(),
            issuer_keys: IssuerKeys::default(),
            proofs: crate::oauth::dpop::Seen::default(),
            platform: wiring.platform,
            public_url: wiring.public_url,
            passwords: wiring.passwords,
            sandbox: wiring.sandbox,
            limits: wiring.limits,
            trusts: wiring.trusts,
            store: wiring.store,
            clock: wiring.clock,
            chance: Mutex::new(Chance::from_seed(wiring.seed)),
        }))
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Whether what a peer at this address says about the caller is believed.
    pub fn trusts(&self, peer: IpAddr) -> bool {
        (self.trusts)(peer)
    }

    /// Runs `make` with the present moment, for ids and one-time values that belong to no
    /// transaction.
    pub fn moment<T>(&self, make: impl FnOnce(&mut Moment) -> T) -> T {
        let now = self.now();
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        make(&mut Moment::new(now, &mut chance))
    }

    /// Runs a use case in one transaction and waits for its commit.
    ///
    /// The work lies in the store's queue before this waits: it runs to its end even if the caller
    /// goes away. A full queue is [`StoreError::Busy`], at once. `act` may run again when the batch
    /// has to be repeated.
    pub async fn run<T, F>(&self, actor: Actor, act: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        let (job, outcome) = self.job(actor, act);
        self.store.write(job)?;
        wait(outcome).await
    }

    /// Looks something up on a snapshot; whatever `act` saves is an error of ours.
    pub async fn look<T, F>(&self, act: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        let (job, outcome) = self.job(Actor::System, act);
        self.store.read(job)?;
        wait(outcome).await
    }

    fn job<T, F>(
        &self,
        actor: Actor,
        act: F,
    ) -> (Box<dyn Work>, oneshot::Receiver<Result<T, Error>>)
    where
        T: Send + 'static,
        F: FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        let (reply, outcome) = oneshot::channel();
        let platform = Arc::clone(&self.platform);
        (Box::new(Job { act, actor, platform, outcome: None, reply }), outcome)
    }
}

async fn wait<T>(outcome: oneshot::Receiver<Result<T, Error>>) -> Result<T, Error> {
    let lost = || StoreError::Unavailable("the store went away with the work".into()).into();
    outcome.await.unwrap_or_else(|_| Err(lost()))
}

/// A use case on its way through the store.
struct Job<T, F> {
    act: F,
    actor: Actor,
    platform: Arc<Platform>,
    outcome: Option<Result<T, Error>>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Work for Job<T, F>
where
    T: Send,
    F: FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send,
{
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool {
        let mut cx = Context { moment, actor: self.actor.clone(), platform: &self.platform };
        let outcome = (self.act)(tx, &mut cx);
        let keep = outcome.is_ok();
        self.outcome = Some(outcome);
        keep
    }

    fn finish(self: Box<Self>, committed: Result<(), StoreError>) {
        let Self { outcome, reply, .. } = *self;
        let outcome = match committed {
            Ok(()) => outcome.expect("work is run before it is finished"),
            Err(failed) => Err(failed.into()),
        };
        // Nobody waits any more when the caller has gone away; what was done stays done.
        let _ = reply.send(outcome);
    }
}
