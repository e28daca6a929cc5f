//! HOTP (RFC 4226) and TOTP (RFC 6238): arithmetic only.

use hmac::{Hmac, KeyInit as _, Mac as _};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::time::Timestamp;

/// The hash beneath the HMAC (RFC 6238 §1.2), spelled as in api.md §6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// RFC 4226; most hardware tokens.
    #[serde(rename = "SHA-1")]
    Sha1,
    /// The token app's.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// RFC 6238 knows it too.
    #[serde(rename = "SHA-512")]
    Sha512,
}

impl Algorithm {
    /// Every one there is.
    pub const ALL: [Self; 3] = [Self::Sha1, Self::Sha256, Self::Sha512];

    /// Its name, `SHA-256`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sha1 => "SHA-1",
            Self::Sha256 => "SHA-256",
            Self::Sha512 => "SHA-512",
        }
    }

    fn mac(self, seed: &[u8], counter: u64) -> Vec<u8> {
        macro_rules! mac {
            ($hash:ty) => {{
                let mac = Hmac::<$hash>::new_from_slice(seed).expect("HMAC takes any key");
                mac.chain_update(counter.to_be_bytes()).finalize().into_bytes().to_vec()
            }};
        }
        match self {
            Self::Sha1 => mac!(Sha1),
            Self::Sha256 => mac!(Sha256),
            Self::Sha512 => mac!(Sha512),
        }
    }
}

/// How many digits a code has: 6 to 8.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Digits(u8);

impl Digits {
    /// What every token of the notices shows (T-01).
    pub const SIX: Self = Self(6);

    /// `count`, if RFC 4226 §5.3 allows it and it fits a screen: 6 to 8.
    pub const fn new(count: u8) -> Option<Self> {
        match count {
            6..=8 => Some(Self(count)),
            _ => None,
        }
    }

    /// How many.
    pub const fn count(self) -> u8 {
        self.0
    }
}

/// Not 6, 7 or 8 digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code has 6 to 8 digits")]
pub struct NotDigits;

impl TryFrom<u8> for Digits {
    type Error = NotDigits;
    fn try_from(count: u8) -> Result<Self, NotDigits> {
        Self::new(count).ok_or(NotDigits)
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.0
    }
}

/// The HOTP value of `counter` (RFC 4226 §5.3), with leading zeros.
pub fn hotp(algorithm: Algorithm, seed: &[u8], counter: u64, digits: Digits) -> String {
    let mac = algorithm.mac(seed, counter);
    let offset = usize::from(mac.last().expect("a hash has bytes") & 0xf);
    let bytes: [u8; 4] = mac[offset..offset + 4].try_into().expect("four bytes");
    let number = (u32::from_be_bytes(bytes) & 0x7fff_ffff) % 10_u32.pow(digits.0.into());
    format!("{number:0width$}", width = usize::from(digits.0))
}

/// The time step at `at` (RFC 6238 §4.2, T0 = 0); 0 before 1970.
///
/// # Panics
/// When `period_s` is 0.
pub fn step(at: Timestamp, period_s: u16) -> u64 {
    u64::try_from(at.millis()).unwrap_or(0) / (u64::from(period_s) * 1000)
}

/// When a time step begins.
pub fn begins(step: u64, period_s: u16) -> Timestamp {
    let millis = step.saturating_mul(u64::from(period_s) * 1000);
    Timestamp::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}
