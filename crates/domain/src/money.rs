//! Money: whole yen (api.md §1.2).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};

/// Whole yen, 0 to 999,999,999,999; a JSON integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
#[serde(transparent)]
pub struct Yen(u64);

impl Yen {
    /// No money.
    pub const ZERO: Self = Self(0);
    /// The smallest amount that can be moved.
    pub const ONE: Self = Self(1);
    /// The largest amount the API knows.
    pub const MAX: Self = Self(999_999_999_999);

    /// `amount` yen, unless it is beyond [`Self::MAX`].
    pub const fn new(amount: u64) -> Option<Self> {
        if amount <= Self::MAX.0 { Some(Self(amount)) } else { None }
    }

    /// The amount as a plain number of yen.
    pub const fn to_u64(self) -> u64 {
        self.0
    }

    /// The sum, unless it is beyond [`Self::MAX`].
    pub fn checked_add(self, other: Self) -> Option<Self> {
        self.0.checked_add(other.0).and_then(Self::new)
    }

    /// What is left of this after `other` is taken away; nothing when `other` is more.
    #[must_use]
    pub const fn less(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// Grouped by thousands, without a unit: `50,000`.
impl fmt::Display for Yen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.to_string();
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        Ok(())
    }
}

impl<'de> Deserialize<'de> for Yen {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let amount = u64::deserialize(from)?;
        Self::new(amount).ok_or_else(|| serde::de::Error::custom("more yen than there can be"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_grouped_by_thousands() {
        for (amount, text) in [
            (0, "0"),
            (220, "220"),
            (1_000, "1,000"),
            (50_000, "50,000"),
            (100_000, "100,000"),
            (999_999_999_999, "999,999,999,999"),
        ] {
            assert_eq!(Yen::new(amount).expect("within range").to_string(), text);
        }
    }

    #[test]
    fn nothing_goes_beyond_the_largest_amount() {
        assert_eq!(Yen::new(1_000_000_000_000), None);
        assert_eq!(Yen::MAX.checked_add(Yen::ZERO), Some(Yen::MAX));
        assert_eq!(Yen::MAX.checked_add(Yen::ONE), None);
        assert_eq!(Yen::ONE.less(Yen::MAX), Yen::ZERO);
        assert_eq!(Yen::MAX.less(Yen::ONE), Yen(999_999_999_998));
        assert!(serde_json::from_str::<Yen>("1000000000000").is_err());
        assert!(serde_json::from_str::<Yen>("5.0").is_err());
        assert_eq!(serde_json::to_string(&Yen::MAX).expect("a number"), "999999999999");
    }
}
