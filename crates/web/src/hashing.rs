//! The door to the threads that hash passwords: they stand between two transactions, never inside
//! one.

use std::pin::Pin;

use sekisho_domain::password::Verifier;
use sekisho_domain::secret::Secret;

/// So many passwords wait already; come again in a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingBusy;

/// An answer that is being worked out.
pub type Pending<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Hashes passwords on threads of its own (argon2id over the peppered password).
pub trait PasswordHasher: Send + Sync {
    /// The verifier of a new password. A full queue is [`HashingBusy`], at once.
    fn hash(&self, password: Secret<String>) -> Result<Pending<Verifier>, HashingBusy>;

    /// Whether a password is right. With `None`, for somebody who does not exist or may not try
    /// now, it takes as long and is wrong.
    fn check(
        &self,
        password: Secret<String>,
        verifier: Option<Verifier>,
    ) -> Result<Pending<bool>, HashingBusy>;

    /// Whether a verifier is of older strength or of an older key than those that are made now.
    /// Whoever knows its password, at a sign-in, has it hashed again.
    fn is_outdated(&self, verifier: &Verifier) -> bool;
}
