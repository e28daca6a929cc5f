//! Codes of digits with leading zeros: bank, branch, account, postcode (api.md §1.2).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Exactly `N` ASCII digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits<const N: usize>([u8; N]);

/// The text is not a code of this length.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a code of this many digits")]
pub struct NotDigits;

impl<const N: usize> Digits<N> {
    /// Reads exactly `N` half-width digits.
    pub fn parse(text: &str) -> Result<Self, NotDigits> {
        let digits: [u8; N] = text.as_bytes().try_into().map_err(|_| NotDigits)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Self(digits)) } else { Err(NotDigits) }
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are ASCII")
    }
}

impl<const N: usize> FromStr for Digits<N> {
    type Err = NotDigits;
    fn from_str(text: &str) -> Result<Self, NotDigits> {
        Self::parse(text)
    }
}

impl<const N: usize> fmt::Display for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<const N: usize> fmt::Debug for Digits<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> Serialize for Digits<N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de, const N: usize> Deserialize<'de> for Digits<N> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_keeps_its_zeros_and_its_length() {
        let branch = Digits::<3>::parse("001").expect("three digits");
        assert_eq!(branch.to_string(), "001");
        for wrong in ["1", "0001", "", "00a", "００１", " 01", "-01", "٣٣٣"] {
            assert_eq!(Digits::<3>::parse(wrong), Err(NotDigits), "{wrong}");
        }
    }
}
