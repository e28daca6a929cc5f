//! Wrong answers in a row: counted durably, answered with growing delay, ended by a lock.
//!
//! One count stands per card and one per contract for its password, over all channels.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// How many wrong answers in a row are borne, and how long the next one has to wait (policy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptRules {
    /// The failure that locks; at least 1.
    pub max: u8,
    /// Seconds to wait after the first failure, the second, and so on; then the last stays.
    pub delays_s: Vec<u32>,
}

/// The defaults of domain.md §4.9.
impl Default for AttemptRules {
    fn default() -> Self {
        Self { max: 5, delays_s: vec![0, 5, 30, 120] }
    }
}

/// Consecutive failures. A success clears them; the passing of time does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Attempts {
    failures: u8,
    not_before: Option<Timestamp>,
}

impl Attempts {
    /// What stands after one more wrong answer; the caller must save it.
    #[must_use]
    pub fn failed(self, rules: &AttemptRules, now: Timestamp) -> Self {
        let nth = usize::from(self.failures);
        let delay_s = rules.delays_s.get(nth).or(rules.delays_s.last()).copied().unwrap_or(0);
        Self {
            failures: self.failures.saturating_add(1),
            not_before: (delay_s > 0).then(|| now.plus_s(i64::from(delay_s))),
        }
    }

    /// What stands after a right answer, or after a lock was lifted.
    #[must_use]
    pub fn cleared(self) -> Self {
        Self::default()
    }

    /// Wrong answers since the last right one.
    pub fn failures(&self) -> u8 {
        self.failures
    }

    /// Whether the last attempt is used up. Stricter rules lock at once; a lock already decided is
    /// the credential's state and does not fall when the rules are relaxed.
    pub fn locked(&self, rules: &AttemptRules) -> bool {
        self.left(rules) == 0
    }

    /// Wrong answers still borne, the locking one included.
    pub fn left(&self, rules: &AttemptRules) -> u8 {
        rules.max.saturating_sub(self.failures)
    }

    /// Whole seconds until an answer is judged again, rounded up; 0 when it may come now.
    ///
    /// An answer that comes earlier is not judged and not counted (api.md §4.6, `wait`).
    pub fn wait_s(&self, now: Timestamp) -> u32 {
        let wait = self.not_before.map_or(0, |then| then.seconds_since(now));
        u32::try_from(wait).unwrap_or(u32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_wait_longer_and_longer_and_then_lock() {
        let rules = AttemptRules::default();
        let mut now = Timestamp::from_millis(1_795_151_000_000);
        let mut attempts = Attempts::default();
        for (left, wait_s) in [(4, 0), (3, 5), (2, 30), (1, 120), (0, 120)] {
            attempts = attempts.failed(&rules, now);
            assert_eq!((attempts.left(&rules), attempts.wait_s(now)), (left, wait_s));
            assert_eq!(attempts.locked(&rules), left == 0);
            now = now.plus_s(i64::from(wait_s));
            assert_eq!(attempts.wait_s(now), 0, "the delay has run out");
        }
        assert!(attempts.failed(&rules, now).locked(&rules));
        assert!(attempts.locked(&rules) && attempts.wait_s(now.plus_days(365)) == 0);
        assert_eq!(attempts.cleared(), Attempts::default());
    }

    #[test]
    fn a_delay_is_never_announced_too_short() {
        let rules = AttemptRules { max: 3, delays_s: vec![2] };
        let attempts = Attempts::default().failed(&rules, Timestamp::from_millis(0));
        let waits =
            [0, 1, 1000, 1001, 1999, 2000].map(|ms| attempts.wait_s(Timestamp::from_millis(ms)));
        assert_eq!(waits, [2, 2, 1, 1, 1, 0]);
    }

    #[test]
    fn rules_without_delays_only_count() {
        let rules = AttemptRules { max: 2, delays_s: vec![] };
        let now = Timestamp::from_millis(0);
        let attempts = Attempts::default().failed(&rules, now).failed(&rules, now);
        assert_eq!((attempts.failures(), attempts.wait_s(now)), (2, 0));
        assert!(attempts.locked(&rules));
        assert!(attempts.locked(&AttemptRules { max: 1, ..rules }), "stricter rules lock at once");
    }
}
