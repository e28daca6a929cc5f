//! The only door for time and chance: whoever needs either takes a [`Moment`].

use rand::distr::uniform::{SampleRange, SampleUniform};
use rand::seq::SliceRandom;
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha20Rng;

use crate::time::Timestamp;

/// A source of chance: `ChaCha20`, seeded by the operating system in `server`, by a number in
/// tests.
pub struct Chance(ChaCha20Rng);

impl Chance {
    /// Chance that is as unpredictable as its seed.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(ChaCha20Rng::from_seed(seed))
    }
}

/// The instant at which something is decided, and the chance it may use.
pub struct Moment<'a> {
    /// Server time; it judges every limit.
    pub now: Timestamp,
    chance: &'a mut Chance,
}

impl<'a> Moment<'a> {
    /// The moment `now`, drawing on `chance`.
    pub fn new(now: Timestamp, chance: &'a mut Chance) -> Self {
        Self { now, chance }
    }

    /// `N` bytes nobody can foresee.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.chance.0.fill_bytes(&mut bytes);
        bytes
    }

    /// A number from `range`, each as likely as the other.
    pub fn pick<T: SampleUniform, R: SampleRange<T>>(&mut self, range: R) -> T {
        self.chance.0.random_range(range)
    }

    /// Puts `items` in an order of chance, each order as likely as the other.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        items.shuffle(&mut self.chance.0);
    }
}
