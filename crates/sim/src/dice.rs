//! Chance of one turn: it depends on the seed and the turn's number alone, so that a plan from
//! which turns were removed plays the others as before.

use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::time::Timestamp;

/// The dice of one turn.
pub(crate) struct Dice(Chance);

impl Dice {
    /// The dice of turn `number` under `seed`.
    pub(crate) fn of(seed: u64, number: u64) -> Self {
        let mut bytes = [0x5e; 32];
        bytes[..8].copy_from_slice(&seed.to_le_bytes());
        bytes[8..16].copy_from_slice(&number.to_le_bytes());
        Self(Chance::from_seed(bytes))
    }

    /// A number below `n`, which is above zero.
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        Moment::new(Timestamp::from_millis(0), &mut self.0).pick(0..n)
    }

    /// A number of `from..to`.
    pub(crate) fn between(&mut self, from: i64, to: i64) -> i64 {
        Moment::new(Timestamp::from_millis(0), &mut self.0).pick(from..to)
    }

    /// Whether something that happens in so many of a hundred cases happens now.
    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// A place in something of this length; `None` when it is empty.
    pub(crate) fn place(&mut self, length: usize) -> Option<usize> {
        let length = u64::try_from(length).expect("a list fits memory");
        let at = (length > 0).then(|| self.below(length))?;
        Some(usize::try_from(at).expect("a place fits memory"))
    }

    /// One of `items`.
    ///
    /// # Panics
    /// When there are none.
    pub(crate) fn among<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.place(items.len()).expect("there is something to choose from")]
    }
}
