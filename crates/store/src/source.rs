//! Where a store takes the moments from in which it runs use cases.

use std::sync::Arc;

use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::time::Timestamp;

/// Tells the time; the one real clock is opened in `server`.
pub type Clock = Arc<dyn Fn() -> Timestamp + Send + Sync>;

/// A clock and chance of one's own: one for each thread.
pub(crate) struct Source {
    clock: Clock,
    chance: Chance,
}

impl Source {
    pub(crate) fn new(clock: Clock, seed: [u8; 32]) -> Self {
        Self { clock, chance: Chance::from_seed(seed) }
    }

    /// The moment at which the next use case runs.
    pub(crate) fn moment(&mut self) -> Moment<'_> {
        Moment::new((self.clock)(), &mut self.chance)
    }

    /// Another source with the same clock, whose chance nobody can tell from this one's.
    pub(crate) fn branch(&mut self) -> Self {
        let seed = self.moment().bytes();
        Self::new(self.clock.clone(), seed)
    }
}
