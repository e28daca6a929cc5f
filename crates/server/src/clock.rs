//! The one door of the server for time and chance. Everyone else is handed a moment.
//!
//! Time never runs backwards here. A wall clock that is set back while the server runs would bring
//! expired challenges back to life; it is noticed, told to the operator, and not followed until the
//! server is restarted.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use ring::rand::{SecureRandom as _, SystemRandom};
use sekisho_domain::moment::Chance;
use sekisho_domain::time::Timestamp;

/// The wall clock may lag this much behind what was told before that counts as set back: time
/// servers correct by a few milliseconds all the time, and then time stands still for so long.
const LAG_MS: i64 = 1_000;

/// A jump forward by more than this is told to the operator; it is followed all the same, because a
/// machine that slept wakes up like this.
const JUMP_MS: i64 = 600_000;

/// What a clock is read from.
pub trait Source: Send + Sync {
    /// The wall clock: milliseconds since 1970 UTC.
    fn wall_ms(&self) -> i64;
    /// Time since some fixed instant, which nobody can set.
    fn running(&self) -> Duration;
}

/// The clocks of the machine.
struct Machine(Instant);

#[expect(clippy::disallowed_methods, reason = "the server's one door to the machine's clocks")]
impl Machine {
    fn new() -> Self {
        Self(Instant::now())
    }

    fn read(&self) -> (SystemTime, Duration) {
        (SystemTime::now(), self.0.elapsed())
    }
}

impl Source for Machine {
    fn wall_ms(&self) -> i64 {
        let since = self.read().0.duration_since(UNIX_EPOCH).unwrap_or_default();
        i64::try_from(since.as_millis()).expect("the year 292 million is far")
    }

    fn running(&self) -> Duration {
        self.read().1
    }
}

/// Tells the time: shared, cheap, never backwards.
pub struct Clock {
    source: Box<dyn Source>,
    told: Mutex<Told>,
    offset_ms: AtomicI64,
}

/// What was told last.
#[expect(clippy::struct_field_names, reason = "units stand last in every name")]
struct Told {
    at_ms: i64,
    running_ms: i64,
    behind_ms: i64,
}

impl Clock {
    /// The clock of the machine.
    pub fn of_the_machine() -> Arc<Self> {
        Self::reading(Box::new(Machine::new()))
    }

    /// A clock that reads `source`.
    pub fn reading(source: Box<dyn Source>) -> Arc<Self> {
        let told =
            Told { at_ms: source.wall_ms(), running_ms: millis(source.running()), behind_ms: 0 };
        Arc::new(Self { source, told: Mutex::new(told), offset_ms: AtomicI64::new(0) })
    }

    /// Server time. Never earlier than what was told before.
    pub fn now(&self) -> Timestamp {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.update(self.source.wall_ms(), millis(self.source.running()));
        Timestamp::from_millis(told.at_ms + self.offset_ms.load(Ordering::Relaxed))
    }

    /// Milliseconds by which the wall clock was set back while the server ran and which it does not
    /// follow; 0 when all is well.
    pub fn behind_ms(&self) -> i64 {
        self.now();
        self.told.lock().unwrap_or_else(PoisonError::into_inner).behind_ms
    }

    /// Moves time forward, for a sandbox only (api.md §6).
    pub fn advance(&self, seconds: u32) {
        self.offset_ms.fetch_add(i64::from(seconds) * 1_000, Ordering::Relaxed);
    }

    /// Time since the clock was made, for measuring how long something takes.
    pub fn running(&self) -> Duration {
        self.source.running()
    }

    /// The clock as a store takes it.
    pub fn for_store(self: &Arc<Self>) -> sekisho_store::Clock {
        let clock = Arc::clone(self);
        Arc::new(move || clock.now())
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({:?})", self.now())
    }
}

impl Told {
    fn update(&mut self, wall_ms: i64, running_ms: i64) {
        let expected_ms = self.at_ms + (running_ms - self.running_ms).max(0);
        if wall_ms < self.at_ms - LAG_MS {
            let behind_ms = expected_ms - wall_ms;
            if self.behind_ms == 0 {
                tracing::error!(
                    behind_ms,
                    "the machine's clock was set back; the server goes on with its own time: \
                     check the clock, then restart"
                );
            }
            self.behind_ms = behind_ms;
            self.at_ms = expected_ms;
        } else {
            if self.behind_ms > 0 {
                tracing::warn!("the machine's clock has caught up again");
                self.behind_ms = 0;
            }
            let ahead_ms = wall_ms - expected_ms;
            if ahead_ms > JUMP_MS {
                tracing::warn!(ahead_ms, "the machine's clock jumped forward");
            }
            self.at_ms = wall_ms.max(self.at_ms);
        }
        self.running_ms = running_ms;
    }
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).expect("the machine runs for less than 292 million years")
}

/// `N` bytes from the operating system's source of chance.
pub fn entropy<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the machine has a source of chance");
    bytes
}

/// Fresh chance for moments; each call gives another.
pub fn chance() -> Chance {
    Chance::from_seed(entropy())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A source that tests set.
    #[derive(Clone)]
    struct Hands(Arc<(AtomicI64, AtomicI64)>);

    impl Source for Hands {
        fn wall_ms(&self) -> i64 {
            self.0.0.load(Ordering::Relaxed)
        }
        fn running(&self) -> Duration {
            Duration::from_millis(self.0.1.load(Ordering::Relaxed).unsigned_abs())
        }
    }

    #[test]
    fn time_never_runs_backwards() {
        const START: i64 = 1_795_000_000_000;
        let hands = Hands(Arc::new((AtomicI64::new(START), AtomicI64::new(0))));
        let clock = Clock::reading(Box::new(hands.clone()));
        // Wall clock, time since the start; what is told, how far the wall clock counts as behind.
        for (what, wall_ms, running_ms, told_ms, behind_ms) in [
            ("a normal second", 1_000, 1_000, 1_000, 0),
            ("a small correction: time stands still", 900, 1_010, 1_000, 0),
            ("and goes on", 1_100, 1_210, 1_100, 0),
            ("an hour back is not followed", -3_598_000, 2_110, 2_000, 3_600_000),
            ("time goes on by itself", -3_597_000, 3_110, 3_000, 3_600_000),
            ("until the clock is mended", 4_100, 4_210, 4_100, 0),
            ("a jump forward is followed", 7_204_100, 4_310, 7_204_100, 0),
        ] {
            hands.0.0.store(START + wall_ms, Ordering::Relaxed);
            hands.0.1.store(running_ms, Ordering::Relaxed);
            assert_eq!(clock.now().millis() - START, told_ms, "{what}");
            assert_eq!(clock.behind_ms(), behind_ms, "{what}");
        }
        let before = clock.now();
        clock.advance(600);
        assert_eq!(clock.now(), before.plus_s(600), "a sandbox moves forward");
    }

    #[test]
    fn chance_differs_each_time() {
        assert_ne!(entropy::<32>(), entropy::<32>());
    }
}
