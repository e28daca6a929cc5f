//! A clock that stands where the story stands.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use sekisho_domain::time::Timestamp;

const HOUR_MS: i64 = 3_600_000;
const STEP_MS: i64 = 7;
/// Where the clock stands before the story begins.
const LONG_AGO_DAYS: i64 = 400;

/// Tells the past to the store while the seeds are lived; each look is a few milliseconds later
/// than the one before.
pub struct HistoryClock {
    /// The day the demo begins, at ten in the morning or at its real hour, whichever is earlier.
    today: Timestamp,
    now: AtomicI64,
}

impl HistoryClock {
    /// A history that ends a little before `now`.
    pub fn ending(now: Timestamp) -> Arc<Self> {
        let morning = now.day().start().plus_s(10 * 3600);
        let today = if morning < now { morning } else { now.plus_s(-HOUR_MS / 1000) };
        let before = today.plus_days(-LONG_AGO_DAYS).millis();
        Arc::new(Self { today, now: AtomicI64::new(before) })
    }

    /// Turns to the same hour, so many days ago; never back.
    pub fn days_ago(&self, days: i64) {
        self.now.fetch_max(self.today.plus_days(-days).millis(), Ordering::Relaxed);
    }

    /// A few hours pass.
    pub fn hours(&self, hours: i64) {
        self.now.fetch_add(hours * HOUR_MS, Ordering::Relaxed);
    }

    /// The instant the story stands at.
    pub fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.now.load(Ordering::Relaxed))
    }

    /// As a store wants it.
    pub fn for_store(self: &Arc<Self>) -> sekisho_store::Clock {
        let clock = Arc::clone(self);
        Arc::new(move || Timestamp::from_millis(clock.now.fetch_add(STEP_MS, Ordering::Relaxed)))
    }
}
