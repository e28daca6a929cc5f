//! How a use case can fail: an expected "no", or the world.

use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::Unopened;

use crate::tx::StoreError;

/// Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Somebody outside can do something about it.
    #[error("refused: {0}")]
    Refused(#[from] Refusal),
    /// The world failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Unopened> for Error {
    fn from(unopened: Unopened) -> Self {
        Self::Store(StoreError::Corrupt(unopened.to_string()))
    }
}
