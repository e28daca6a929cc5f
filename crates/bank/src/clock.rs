//! The only door of the bank for time and chance.

use std::{sync::Arc, sync::mpsc, time::Duration};

use jiff::{Timestamp, civil::Date, tz::Offset};
use ring::rand::{SecureRandom, SystemRandom};

/// Japan's offset from UTC. There is no summer time, so an offset is enough.
pub const JST: Offset = Offset::constant(9);

/// Tells the time. Cheap to clone; all clones tell the same time.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// The clock of the machine.
    #[expect(clippy::disallowed_methods, reason = "the bank's one door to the machine's clock")]
    pub fn of_the_machine() -> Self {
        Self(Arc::new(Timestamp::now))
    }

    /// A clock that tells what `tell` tells, for tests that must move time.
    pub fn telling(tell: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(tell))
    }

    /// A clock that tells the milliseconds since 1970 that `tell` tells: one that can be turned.
    pub fn of_millis(tell: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self::telling(move || Timestamp::from_millisecond(tell()).unwrap_or(Timestamp::MAX))
    }

    /// The present moment, to the millisecond.
    pub fn now(&self) -> Timestamp {
        let now = (self.0)();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// The present day in Japan.
    pub fn today(&self) -> Date {
        day_of(self.now())
    }
}

/// The day in Japan on which `at` falls.
pub fn day_of(at: Timestamp) -> Date {
    JST.to_datetime(at).date()
}

/// `N` bytes from the machine's source of chance.
pub fn chance<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).expect("the machine has a source of chance");
    bytes
}

/// Waits on the calling thread. Only for threads made for waiting calls.
pub fn pause(how_long: Duration) {
    let (keep, never) = mpsc::channel::<()>();
    // Nobody sends: the timeout is the wait.
    let _ = never.recv_timeout(how_long);
    drop(keep);
}
