//! シリアル番号: what stands on the back of a device or at the bottom of the app.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::card::Misspelled;
use crate::moment::Moment;
use crate::text::bare_code;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// A token's serial: 4 to 32 of `0-9 A-Z`, without the hyphens that some print for reading. It is
/// no secret.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Serial(String);

impl Serial {
    /// A serial for a token app (api.md §6.2): `prefix`, seven letters of chance and a check letter
    /// over them.
    pub fn draw(prefix: &str, moment: &mut Moment) -> Self {
        let drawn: [u8; 7] = std::array::from_fn(|_| moment.pick(0..32));
        let letter = |at: &u8| char::from(LETTERS[usize::from(*at)]);
        Self(prefix.chars().chain(drawn.iter().chain([&check(drawn)]).map(letter)).collect())
    }

    /// Whether the last letter fits the seven before it: only serials of our own app have one.
    pub fn checks(&self) -> bool {
        let tail = self.0.len().checked_sub(8).map(|at| &self.0.as_bytes()[at..]);
        let places: Option<Vec<u8>> =
            tail.and_then(|tail| tail.iter().copied().map(place).collect());
        places.is_some_and(|places| {
            let (drawn, last) = places.split_first_chunk::<7>().expect("eight letters");
            check(*drawn) == last[0]
        })
    }

    /// The letters.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn place(letter: u8) -> Option<u8> {
    LETTERS.iter().position(|known| *known == letter).and_then(|at| u8::try_from(at).ok())
}

/// Luhn modulo 32: from the right, factors 2, 1, 2 …; a product p counts p div 32 + p mod 32.
fn check(drawn: [u8; 7]) -> u8 {
    let product = |(at, value): (usize, &u8)| {
        let product = u32::from(*value) * if at % 2 == 0 { 2 } else { 1 };
        product / 32 + product % 32
    };
    let sum: u32 = drawn.iter().rev().enumerate().map(product).sum();
    u8::try_from((32 - sum % 32) % 32).expect("below 32")
}

/// Reads it as people type it: small letters, blanks and full width are forgiven, and in serials of
/// our own app also `O` for 0, `I` and `L` for 1.
impl FromStr for Serial {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        let typed = Self(bare_code(text).to_ascii_uppercase());
        let fits = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit();
        if !(4..=32).contains(&typed.0.len()) || !typed.0.bytes().all(fits) {
            return Err(Misspelled);
        }
        Ok(typed.mended().filter(Self::checks).unwrap_or(typed))
    }
}

impl Serial {
    fn mended(&self) -> Option<Self> {
        let (prefix, tail) = self.0.split_at_checked(self.0.len().checked_sub(8)?)?;
        let tail: String = tail
            .chars()
            .map(|letter| match letter {
                'O' => '0',
                'I' | 'L' => '1',
                other => other,
            })
            .collect();
        Some(Self(format!("{prefix}{tail}")))
    }
}

impl TryFrom<String> for Serial {
    type Error = Misspelled;
    fn try_from(text: String) -> Result<Self, Misspelled> {
        let serial: Self = text.parse()?;
        if serial.0 == text { Ok(serial) } else { Err(Misspelled) }
    }
}

impl From<Serial> for String {
    fn from(serial: Serial) -> Self {
        serial.0
    }
}

impl fmt::Display for Serial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    #[test]
    fn the_examples_of_the_protocol_check() {
        // api.md §6.4, §6.5.
        for serial in ["SKTS7K3M9QX1", "SKTS2D8VRT4H"] {
            assert!(serial.parse::<Serial>().expect("a serial").checks(), "{serial}");
        }
    }

    #[test]
    fn a_drawn_serial_is_read_however_people_type_it() {
        let mut chance = Chance::from_seed([3; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        for _ in 0..200 {
            let serial = Serial::draw("SKTS", &mut moment);
            assert!(serial.checks() && serial.as_str().len() == 12);
            let small = serial.to_string().to_lowercase().replace('0', "o").replace('1', "l");
            assert_eq!(small.parse(), Ok(serial.clone()));
            let spaced = format!(" {} {}", &serial.as_str()[..4], &serial.as_str()[4..]);
            assert_eq!(spaced.parse(), Ok(serial));
        }
    }

    #[test]
    fn any_other_makers_serial_is_kept_as_printed() {
        for printed in ["GAHK00012345", "00123456", "ILO0OLI1IO"] {
            assert_eq!(printed.parse::<Serial>().expect("a serial").to_string(), printed);
        }
        let hyphened: Serial = "0012-3456".parse().expect("a serial");
        assert_eq!(hyphened.to_string(), "00123456");
        for wrong in ["", "123", "日本", "SKTS_1234", &"1".repeat(33)] {
            assert_eq!(wrong.parse::<Serial>(), Err(Misspelled), "{wrong}");
        }
    }
}
