//! Password hashing: argon2id over the peppered password, on a few threads of its own.
//!
//! A hash takes about 20 ms of a core and 19 MiB on purpose. It therefore stands between two
//! transactions, never inside one, and behind a bounded queue: when that is full, sign-ins are
//! refused at once instead of all being slow.

use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};
use std::{io, time::Duration};

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use sekisho_app::platform::Platform;
use sekisho_domain::password::Verifier;
use sekisho_domain::secret::{Keyring, Purpose, Secret};
use sekisho_web::hashing::{self, HashingBusy, PasswordHasher};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

use crate::clock::{self, Clock};
use crate::config;

/// Passes over the memory (RFC 9106 `t`), as OWASP advises for 19 MiB.
const PASSES: u32 = 2;

/// Lanes (RFC 9106 `p`).
const LANES: u32 = 1;

/// So many passwords wait already; come again in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords are waiting to be hashed")]
pub struct Busy;

/// An answer that is being worked out.
pub struct Pending<T>(oneshot::Receiver<T>);

impl<T> Pending<T> {
    /// The answer, when it is there.
    pub async fn answer(self) -> T {
        self.0.await.expect("a hashing thread answers every piece of work it took")
    }

    /// The answer, for callers that may block; never within an async runtime.
    pub fn wait(self) -> T {
        self.0.blocking_recv().expect("a hashing thread answers every piece of work it took")
    }
}

type Work = Box<dyn FnOnce(&Hasher) + Send>;

/// The threads that hash. Dropped, they end what is queued.
pub struct Hashing {
    hasher: Arc<Hasher>,
    queue: Option<SyncSender<Work>>,
    threads: Vec<JoinHandle<()>>,
}

impl Hashing {
    /// Starts the threads. Verifiers are made with the newest key of the platform's ring.
    pub fn start(settings: &config::Hashing, platform: Arc<Platform>) -> io::Result<Self> {
        let hasher = Arc::new(Hasher::new(settings.memory_kib, platform));
        let (queue, work) = sync_channel::<Work>(usize::from(settings.queue));
        let work = Arc::new(Mutex::new(work));
        let start = |n| {
            let (hasher, work) = (Arc::clone(&hasher), Arc::clone(&work));
            thread::Builder::new().name(format!("hashing-{n}")).spawn(move || run(&hasher, &work))
        };
        let threads = (0..settings.threads).map(start).collect::<io::Result<_>>()?;
        Ok(Self { hasher, queue: Some(queue), threads })
    }

    /// The verifier of a new password.
    pub fn hash(&self, password: Secret<String>) -> Result<Pending<Verifier>, Busy> {
        self.send(move |hasher| hasher.hash(&password))
    }

    /// Whether a password is right. With `None`, for a login that does not exist, it takes as long
    /// and is wrong.
    pub fn check(
        &self,
        password: Secret<String>,
        verifier: Option<Verifier>,
    ) -> Result<Pending<bool>, Busy> {
        self.send(move |hasher| hasher.check(&password, verifier.as_ref()))
    }

    /// Whether a verifier is of older strength or of an older key than those that are made now.
    pub fn is_outdated(&self, verifier: &Verifier) -> bool {
        !self.hasher.is_current(verifier)
    }

    fn send<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Hasher) -> T + Send + 'static,
    ) -> Result<Pending<T>, Busy> {
        let (reply, pending) = oneshot::channel();
        // A caller that went away wants no reply.
        let work: Work = Box::new(move |hasher| drop(reply.send(work(hasher))));
        let queue = self.queue.as_ref().expect("the queue is closed only while this is dropped");
        match queue.try_send(work) {
            Ok(()) => Ok(Pending(pending)),
            Err(TrySendError::Full(_)) => Err(Busy),
            Err(TrySendError::Disconnected(_)) => {
                unreachable!("the threads live as long as the queue")
            }
        }
    }
}

/// The door through which pages reach the threads.
impl PasswordHasher for Hashing {
    fn hash(&self, password: Secret<String>) -> Result<hashing::Pending<Verifier>, HashingBusy> {
        let pending = Self::hash(self, password).map_err(|Busy| HashingBusy)?;
        Ok(Box::pin(pending.answer()))
    }

    fn check(
        &self,
        password: Secret<String>,
        verifier: Option<Verifier>,
    ) -> Result<hashing::Pending<bool>, HashingBusy> {
        let pending = Self::check(self, password, verifier).map_err(|Busy| HashingBusy)?;
        Ok(Box::pin(pending.answer()))
    }

    fn is_outdated(&self, verifier: &Verifier) -> bool {
        Self::is_outdated(self, verifier)
    }
}

impl Drop for Hashing {
    fn drop(&mut self) {
        self.queue = None;
        for thread in self.threads.drain(..) {
            // A panic there has been told by the panic hook.
            let _ = thread.join();
        }
    }
}

fn run(hasher: &Hasher, queue: &Mutex<Receiver<Work>>) {
    loop {
        let work = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(work) = work else { return };
        work(hasher);
    }
}

/// How passwords are hashed.
struct Hasher {
    argon2: Argon2<'static>,
    memory_kib: u32,
    platform: Arc<Platform>,
    /// Stands in for the verifier of a login that does not exist.
    dummy: Verifier,
}

impl Hasher {
    fn new(memory_kib: u32, platform: Arc<Platform>) -> Self {
        let nobody = Verifier { phc: String::new(), key: platform.keyring.newest() };
        let mut hasher = Self { argon2: argon2(memory_kib), memory_kib, platform, dummy: nobody };
        let password: String =
            clock::entropy::<32>().map(|byte| char::from(byte & 0x7f)).iter().collect();
        hasher.dummy = hasher.hash(&Secret::new(password));
        hasher
    }

    fn keyring(&self) -> &Keyring {
        &self.platform.keyring
    }

    fn hash(&self, password: &Secret<String>) -> Verifier {
        let key = self.keyring().newest();
        let peppered = self.pepper(key, password).expect("the newest key is on the ring");
        let salt: [u8; 16] = clock::entropy();
        let hash = self.argon2.hash_password_with_salt(&*peppered, &salt);
        let phc = hash.expect("salt and parameters are within argon2's bounds").to_string();
        Verifier { phc, key }
    }

    fn check(&self, password: &Secret<String>, verifier: Option<&Verifier>) -> bool {
        let fits = self.fits(password, verifier.unwrap_or(&self.dummy));
        fits && verifier.is_some()
    }

    fn fits(&self, password: &Secret<String>, verifier: &Verifier) -> bool {
        let Some(peppered) = self.pepper(verifier.key, password) else {
            tracing::error!(
                key = verifier.key,
                "a password was made with a key that is not on the ring"
            );
            return false;
        };
        let Ok(hash) = PasswordHash::new(&verifier.phc) else {
            tracing::error!("a password verifier cannot be read");
            return false;
        };
        self.argon2.verify_password(&*peppered, &hash).is_ok()
    }

    /// What argon2 sees instead of the password: without the keyring a stolen database is worth
    /// nothing.
    fn pepper(&self, key: u16, password: &Secret<String>) -> Option<Zeroizing<[u8; 32]>> {
        let parts: [&[u8]; 1] = [password.expose().as_bytes()];
        self.keyring().mac(key, Purpose::Password, &parts).ok().map(Zeroizing::new)
    }

    fn is_current(&self, verifier: &Verifier) -> bool {
        let current = format!("$argon2id$v=19$m={},t={PASSES},p={LANES}$", self.memory_kib);
        verifier.key == self.keyring().newest() && verifier.phc.starts_with(&current)
    }
}

fn argon2(memory_kib: u32) -> Argon2<'static> {
    let params = Params::new(memory_kib, PASSES, LANES, None);
    let params = params.expect("the configuration asks for at least 19456 KiB");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

/// How long one hash takes on this machine with `memory_kib`: the shortest of three.
pub fn measure(memory_kib: u32, clock: &Clock) -> Duration {
    let argon2 = argon2(memory_kib);
    let once = |_| {
        let begun = clock.running();
        let mut out = [0; 32];
        let hashed = argon2.hash_password_into(b"a password of usual length", &[0; 16], &mut out);
        hashed.expect("salt and parameters are within argon2's bounds");
        clock.running().saturating_sub(begun)
    };
    (0..3).map(once).min().expect("three were measured")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn platform(keys: &[u16]) -> Arc<Platform> {
        let key = |&id: &u16| (id, Secret::new([u8::try_from(id).expect("small"); 32]));
        Arc::new(Platform::new(Keyring::new(&keys.iter().map(key).collect::<Vec<_>>())))
    }

    fn hashing(keys: &[u16], memory_kib: u32) -> Hashing {
        let settings = config::Hashing { threads: 1, memory_kib, queue: 4 };
        Hashing::start(&settings, platform(keys)).expect("started")
    }

    fn secret(text: &str) -> Secret<String> {
        Secret::new(text.to_owned())
    }

    #[test]
    fn only_the_right_password_fits_and_old_verifiers_are_told() {
        let hashing_1 = hashing(&[1], 64);
        let verifier = hashing_1.hash(secret("kumo-no-ue")).expect("room").wait();
        assert!(verifier.phc.starts_with("$argon2id$v=19$m=64,t=2,p=1$"), "{}", verifier.phc);
        for (pool, password, known, right, outdated) in [
            (&hashing_1, "kumo-no-ue", Some(&verifier), true, false),
            (&hashing_1, "kumo-no-shita", Some(&verifier), false, false),
            (&hashing_1, "kumo-no-ue", None, false, false),
            (&hashing(&[1, 2], 64), "kumo-no-ue", Some(&verifier), true, true),
            (&hashing(&[1], 128), "kumo-no-ue", Some(&verifier), true, true),
            (&hashing(&[2], 64), "kumo-no-ue", Some(&verifier), false, true),
        ] {
            let checked = pool.check(secret(password), known.cloned()).expect("room").wait();
            assert_eq!((checked, pool.is_outdated(&verifier)), (right, outdated), "{password}");
        }
    }

    // §2.2: the way a sign-in goes, from the check to the verifier that replaces the checked one
    #[test]
    fn a_password_hashed_again_is_right_and_of_today() {
        let old = hashing(&[1], 64).hash(secret("kumo-no-ue")).expect("room").wait();
        let today: Box<dyn PasswordHasher> = Box::new(hashing(&[1, 2], 128));
        assert!(today.is_outdated(&old));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let renewed = runtime.block_on(today.hash(secret("kumo-no-ue")).expect("room"));
        assert!(!today.is_outdated(&renewed));
        let right = today.check(secret("kumo-no-ue"), Some(renewed)).expect("room");
        assert!(runtime.block_on(right));
    }

    #[test]
    fn equal_passwords_have_different_verifiers() {
        let hashing = hashing(&[1], 64);
        let make = || hashing.hash(secret("kumo-no-ue")).expect("room").wait();
        assert_ne!(make(), make());
    }

    #[test]
    fn a_full_queue_refuses_at_once() {
        let hashing = hashing(&[1], 4096);
        let replies: Vec<_> = (0..40).map(|_| hashing.hash(secret("kumo-no-ue"))).collect();
        assert!(replies.iter().any(|reply| matches!(reply, Err(Busy))), "four may wait");
        for reply in replies.into_iter().flatten() {
            reply.wait();
        }
    }

    #[test]
    fn an_answer_can_be_awaited() {
        let hashing = hashing(&[1], 64);
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let pending = hashing.hash(secret("kumo-no-ue")).expect("room");
        assert_eq!(runtime.block_on(pending.answer()).key, 1);
    }
}
