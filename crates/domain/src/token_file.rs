//! Files of hardware tokens as their makers deliver them (T-11, §2.6): PSKC ([`crate::pskc`]) or
//! CSV ([`csv`]).
//!
//! What is wrong with the file as a whole is a [`Fault`]: nothing of it is taken. What is wrong
//! with one token is [`Refused`], with its line, and stops no other.

pub mod csv;

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use crate::method::otp::{Secret, Seed, State};
use crate::oath::{Algorithm, Digits};
use crate::serial::Serial;
use crate::time::Day;

/// Bytes of a file, at most.
pub const FILE_MAX: usize = 64 << 20;
/// Tokens in a file, at most.
pub const TOKENS_MAX: usize = 200_000;
/// Shared keys have so many bytes: fewer could be guessed (RFC 4226 §4), more hash to no more.
const SEED_BYTES: std::ops::RangeInclusive<usize> = 16..=64;
/// The greatest counter a new device can stand at: above, the number would not survive JSON.
const COUNTER_MAX: u64 = 1 << 53;
/// Steps a device's clock can be off when it comes.
const DRIFT_MAX: i32 = 1_000;

/// What a file holds.
pub struct TokenFile {
    /// Tokens that can be taken, in the order of the file.
    pub tokens: Vec<Delivered>,
    /// Those that cannot, in the order of the file.
    pub refused: Vec<Refused>,
}

/// A token as a file tells it.
#[derive(Clone)]
pub struct Delivered {
    /// Where it begins in the file.
    pub line: u64,
    /// What stands on its back.
    pub serial: Serial,
    /// What its codes are made from.
    pub secret: Secret,
    /// Its counter or drift.
    pub state: State,
    /// The last day of use.
    pub expires_on: Option<Day>,
}

/// A token of a file that is not taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refused {
    /// Where it begins in the file.
    pub line: u64,
    /// Its serial, as far as it could be read.
    pub serial: Option<Serial>,
    /// Why.
    pub why: Why,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $word:literal, $sentence:literal;)*) => {
        /// Why a token of a file is not taken.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Why { $($(#[$doc])* $variant,)* }

        impl Why {
            /// Every reason.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Its word, for programs.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// What is wrong, for people.
            pub const fn sentence(self) -> &'static str {
                match self { $(Self::$variant => $sentence,)* }
            }
        }
    };
}

reasons! {
    /// A line with too few or too many fields.
    Fields = "fields", "it has not as many fields as the header";
    /// No serial, or none that people could type.
    Serial = "serial", "its serial is missing or has not 4 to 32 of 0-9 and A-Z";
    /// The same serial again.
    Twice = "twice", "its serial stands in this file more than once";
    /// Neither HOTP nor TOTP, or over another hash.
    Algorithm = "algorithm", "it is neither HOTP nor TOTP over SHA-1, SHA-256 or SHA-512";
    /// Five digits, nine, letters, a check digit.
    Digits = "digits", "its codes have not 6 to 8 decimal digits";
    /// Neither 30 nor 60 seconds, or counted from another beginning.
    Period = "period", "its codes do not change every 30 or 60 seconds, counted from 1970";
    /// A counter or drift out of range.
    Counter = "counter", "its counter or its clock drift is no number that can be used";
    /// No shared key, or one that is too short or too long.
    Seed = "seed", "its key is missing, cannot be read, or has not 16 to 64 bytes";
    /// A plain key in an encrypted file.
    Unprotected = "unprotected", "its key is not encrypted, while the file is";
    /// A broken MAC.
    Mac = "mac", "its MAC does not fit: it was changed on its way, or damaged";
    /// A day that is none.
    Expiry = "expires_on", "its last day cannot be read";
    /// It may not be used as we would.
    Policy = "policy", "its maker allows another use only, which sekisho does not know";
    /// Its last day is over.
    Over = "over", "its last day is over";
    /// Known at the institution with another key, counter kind or number of digits.
    KnownOtherwise = "known_otherwise", "its serial is known here with another key, which stays";
}

/// What is wrong with a file as a whole.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// More than [`FILE_MAX`].
    #[error("the file has more than {} MiB: ask for it in parts", FILE_MAX >> 20)]
    TooLarge,
    /// More than [`TOKENS_MAX`].
    #[error("line {line}: the file has more than {TOKENS_MAX} tokens: ask for it in parts")]
    TooMany {
        /// Where the first too many begins.
        line: u64,
    },
    /// No token at all.
    #[error("the file holds no token")]
    Empty,
    /// Not UTF-8.
    #[error("line {line}: the file is not UTF-8")]
    Encoding {
        /// Where.
        line: u64,
    },
    /// Not well-formed.
    #[error("line {line}: {what}")]
    Form {
        /// Where.
        line: u64,
        /// What is wrong there.
        what: &'static str,
    },
    /// A document type, which could name other files or grow without end.
    #[error("line {line}: the file has a document type (DTD), and is not read any further")]
    Dtd {
        /// Where.
        line: u64,
    },
    /// Protected in a way that is not read.
    #[error("line {line}: {what}")]
    Protection {
        /// Where.
        line: u64,
        /// What is not known.
        what: &'static str,
    },
    /// Nothing protects the keys in it.
    #[error("the keys in the file are not encrypted: only an operator at the server may take it")]
    Plain,
    /// It is encrypted with an AES key.
    #[error("the file is encrypted with an AES key: give that key")]
    WantsKey,
    /// It is encrypted with a passphrase.
    #[error("the file is encrypted with a passphrase: give that passphrase")]
    WantsPassphrase,
    /// The key does not open it.
    #[error("the key or passphrase does not fit the file, or all of the file was changed")]
    Key,
}

impl Fault {
    /// Its word, for programs.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::TooLarge => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::Empty => "empty",
            Self::Encoding { .. } => "encoding",
            Self::Form { .. } => "form",
            Self::Dtd { .. } => "dtd",
            Self::Protection { .. } => "protection",
            Self::Plain => "plain",
            Self::WantsKey => "wants_key",
            Self::WantsPassphrase => "wants_passphrase",
            Self::Key => "key",
        }
    }
}

impl TokenFile {
    pub(crate) const fn empty() -> Self {
        Self { tokens: Vec::new(), refused: Vec::new() }
    }

    /// Takes what was read of the next token.
    pub(crate) fn take(
        &mut self,
        line: u64,
        read: Result<Delivered, (Option<Serial>, Why)>,
    ) -> Result<(), Fault> {
        if self.tokens.len() + self.refused.len() == TOKENS_MAX {
            return Err(Fault::TooMany { line });
        }
        match read {
            Ok(token) => self.tokens.push(token),
            Err((serial, why)) => self.refused.push(Refused { line, serial, why }),
        }
        Ok(())
    }

    /// The file when all of it is read: whose serial stands there twice is refused each time, for
    /// nobody knows which of the keys is its own.
    pub(crate) fn whole(mut self) -> Result<Self, Fault> {
        if self.tokens.is_empty() && self.refused.is_empty() {
            return Err(Fault::Empty);
        }
        let mut seen: HashMap<Serial, u32> = HashMap::new();
        // A maker lists a device's own PIN beside its key; that is no second token.
        let counted = |refused: &&Refused| refused.why != Why::Algorithm;
        let named = self.refused.iter().filter(counted).filter_map(|told| told.serial.as_ref());
        for serial in self.tokens.iter().map(|token| &token.serial).chain(named) {
            *seen.entry(serial.clone()).or_default() += 1;
        }
        let (once, twice): (Vec<_>, Vec<_>) =
            self.tokens.into_iter().partition(|token| seen[&token.serial] == 1);
        self.tokens = once;
        self.refused.extend(twice.into_iter().map(|token| Refused {
            line: token.line,
            serial: Some(token.serial),
            why: Why::Twice,
        }));
        self.refused.sort_by_key(|refused| refused.line);
        Ok(self)
    }
}

/// How a token counts, as a file tells it.
#[derive(Clone, Copy)]
pub(crate) enum Counting {
    /// TOTP: seconds a code is shown, and how far its clock is ahead, in steps.
    Clock { period_s: u64, drift: i64 },
    /// HOTP: the counter of the next code.
    Presses(u64),
}

/// What is told of a token, each part read by itself.
pub(crate) struct Told {
    pub(crate) line: u64,
    pub(crate) serial: Serial,
    pub(crate) algorithm: Algorithm,
    pub(crate) digits: u64,
    pub(crate) counting: Counting,
    pub(crate) seed: Seed,
    pub(crate) expires_on: Option<Day>,
}

impl Told {
    /// The token, if all of it can be used.
    pub(crate) fn delivered(self) -> Result<Delivered, Why> {
        let digits = u8::try_from(self.digits).ok().and_then(Digits::new).ok_or(Why::Digits)?;
        let (period_s, state) = match self.counting {
            Counting::Clock { period_s: period @ (30 | 60), drift } => {
                let drift = i32::try_from(drift).ok().filter(|steps| steps.abs() <= DRIFT_MAX);
                let drift = drift.ok_or(Why::Counter)?;
                let period = if period == 30 { 30 } else { 60 };
                (Some(period), State { last: None, drift })
            }
            Counting::Clock { .. } => return Err(Why::Period),
            Counting::Presses(counter) if counter <= COUNTER_MAX => {
                (None, State::counting_from(counter))
            }
            Counting::Presses(_) => return Err(Why::Counter),
        };
        if !SEED_BYTES.contains(&self.seed.expose().len()) {
            return Err(Why::Seed);
        }
        let Self { line, serial, algorithm, seed, expires_on, .. } = self;
        let secret =
            Secret { serial: serial.as_str().to_owned(), algorithm, digits, period_s, seed };
        Ok(Delivered { line, serial, secret, state, expires_on })
    }
}

/// Bytes written in hexadecimal, in small letters or great ones.
pub fn from_hex(text: &str) -> Option<Vec<u8>> {
    let value =
        |digit: u8| char::from(digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(value(pair[0])? << 4 | value(*pair.get(1)?)?)).collect()
}

/// How many lines end in `bytes`.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    bytes.split(|byte| *byte == b'\n').count() as u64 - 1
}
