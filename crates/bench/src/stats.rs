//! Medians and percentiles.

use serde::Serialize;

/// How long something took, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Latency {
    /// Half were not slower.
    pub p50_ms: f64,
    /// Ninety-nine of a hundred were not slower.
    pub p99_ms: f64,
}

impl Latency {
    /// Of times in microseconds, which are sorted on the way; zero when there are none.
    pub fn of(times_us: &mut [u32]) -> Self {
        times_us.sort_unstable();
        let at = |percent| percentile(times_us, percent) / 1_000.0;
        Self { p50_ms: at(50), p99_ms: at(99) }
    }
}

/// The smallest of `sorted` that is not exceeded by `percent` of a hundred; zero when empty.
fn percentile(sorted: &[u32], percent: usize) -> f64 {
    let rank = (sorted.len() * percent).div_ceil(100).max(1);
    sorted.get(rank - 1).map_or(0.0, |value| f64::from(*value))
}

/// The middle one of `values`, or the mean of the two in the middle; `None` when there are none.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => None,
        count if count % 2 == 1 => Some(values[middle]),
        _ => Some(f64::midpoint(values[middle - 1], values[middle])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_median_is_the_middle_or_the_mean_of_both() {
        for (values, wanted) in [
            (&[][..], None),
            (&[7.0], Some(7.0)),
            (&[9.0, 1.0, 5.0], Some(5.0)),
            (&[4.0, 1.0, 2.0, 100.0], Some(3.0)),
        ] {
            assert_eq!(median(values.iter().copied()), wanted, "{values:?}");
        }
    }

    #[test]
    fn percentiles_are_values_that_were_measured() {
        let mut hundred: Vec<u32> = (1..=100).rev().map(|n| n * 1_000).collect();
        assert_eq!(Latency::of(&mut hundred), Latency { p50_ms: 50.0, p99_ms: 99.0 });
        let mut few = [3_000, 1_000];
        assert_eq!(Latency::of(&mut few), Latency { p50_ms: 1.0, p99_ms: 3.0 });
        assert_eq!(Latency::of(&mut []), Latency::default());
    }
}
