//! The one door of this crate for time and chance.

use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom as _, SystemRandom};
use sekisho_domain::moment::Chance;
use sekisho_domain::time::Timestamp;

struct Machine;

#[expect(clippy::disallowed_methods, reason = "the one door to the machine's clocks")]
impl Machine {
    fn wall() -> SystemTime {
        SystemTime::now()
    }

    fn running() -> Instant {
        Instant::now()
    }
}

/// An instant to measure from.
pub fn instant() -> Instant {
    Machine::running()
}

/// Wall clock time.
pub fn now() -> Timestamp {
    let since = Machine::wall().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_millis(i64::try_from(since.as_millis()).expect("the year 292 million is far"))
}

/// Does nothing for a while.
pub fn pause(time: Duration) {
    let (_keep, never) = sync_channel::<()>(0);
    // Nothing is ever sent: this only ends by time.
    let _ = never.recv_timeout(time);
}

/// Thirty-two bytes nobody can foresee.
pub fn entropy() -> [u8; 32] {
    let mut bytes = [0; 32];
    SystemRandom::new().fill(&mut bytes).expect("the machine has a source of chance");
    bytes
}

/// Fresh chance for moments.
pub fn chance() -> Chance {
    Chance::from_seed(entropy())
}

/// Quick numbers for the load: which customer next, which key. Nothing secret hangs on them.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall differently each time.
    pub fn new() -> Self {
        let bytes = entropy();
        Self(u64::from_le_bytes(*bytes.first_chunk().expect("thirty-two bytes hold eight")))
    }

    /// Dice that fall the same way for the same `seed`.
    pub const fn from_seed(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number (splitmix64).
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `bound`, which is not zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.roll() % bound
    }

    /// Puts `items` in an order of chance.
    pub fn shuffle<T>(&mut self, items: &mut [T]) {
        for last in (1..items.len()).rev() {
            let other = usize::try_from(self.below(last as u64 + 1)).expect("below the length");
            items.swap(last, other);
        }
    }
}

impl Default for Dice {
    fn default() -> Self {
        Self::new()
    }
}
