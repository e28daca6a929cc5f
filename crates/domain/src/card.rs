//! What stands on a card: its number, its cells or positions, and the slots a question calls them.

use std::fmt;
use std::str::FromStr;

use crate::digits::Digits;
use crate::moment::Moment;
use crate::text::bare_code;

/// The text does not name what it should: a card number, a cell, a position, a slot, a policy word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("misspelled")]
pub struct Misspelled;

/// Stores a type as the text it displays, and reads it back with `FromStr`.
macro_rules! stored_as_text {
    ($($name:ty),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}
pub(crate) use stored_as_text;

stored_as_text!(CardNumber, Cell, Position, Slot);

/// The public number printed on a card, written `4207-1163-2`: eight digits of chance and a check
/// digit.
///
/// The check digit is Damm's: it betrays every single wrong digit and every two neighbours typed in
/// the wrong order. The number names a card and opens nothing (domain.md §4.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CardNumber(u32);

impl CardNumber {
    /// A number of chance. Whoever stores it must see to it that no other card bears it.
    pub fn make(moment: &mut Moment) -> Self {
        let chance = moment.pick(0..100_000_000);
        Self(chance * 10 + u32::from(damm(chance)))
    }
}

/// Reads a number as people type it: full-width digits, any hyphens and spaces are forgiven.
impl FromStr for CardNumber {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        let digits = Digits::<9>::parse(&bare_code(text)).map_err(|_| Misspelled)?;
        let number = digits.as_str().parse().expect("nine digits");
        // Damm's sum over number and check digit together is zero.
        if damm(number) == 0 { Ok(Self(number)) } else { Err(Misspelled) }
    }
}

impl fmt::Display for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (chance, check) = (self.0 / 10, self.0 % 10);
        write!(f, "{:04}-{:04}-{check}", chance / 10_000, chance % 10_000)
    }
}

/// H. M. Damm's totally anti-symmetric quasigroup of order 10 (dissertation, Marburg 2004).
const DAMM: [[u8; 10]; 10] = [
    [0, 3, 1, 7, 5, 9, 8, 6, 4, 2],
    [7, 0, 9, 2, 1, 5, 4, 8, 6, 3],
    [4, 2, 0, 6, 8, 7, 1, 3, 5, 9],
    [1, 7, 5, 0, 9, 8, 3, 4, 2, 6],
    [6, 1, 2, 3, 0, 4, 5, 9, 7, 8],
    [3, 6, 7, 4, 2, 0, 9, 5, 8, 1],
    [5, 8, 6, 9, 7, 2, 0, 1, 3, 4],
    [8, 9, 4, 5, 3, 6, 2, 0, 1, 7],
    [9, 4, 3, 8, 6, 1, 7, 2, 0, 5],
    [2, 5, 8, 1, 4, 3, 6, 7, 9, 0],
];

/// Leading zeros change nothing, since row 0 sends 0 to 0.
fn damm(number: u32) -> u8 {
    let mut sum = 0;
    let mut weight = 100_000_000;
    while weight > 0 {
        sum = DAMM[usize::from(sum)][(number / weight % 10) as usize];
        weight /= 10;
    }
    sum
}

/// A place on an image card: rows A–E, columns printed 1 … 9, 0 (U-20). Written `B8`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cell(u8);

impl Cell {
    /// How many cells a card has (K-06).
    pub const COUNT: u8 = 50;

    /// The cell at `index`, counted row by row from 0 (A1) to 49 (E0).
    pub fn new(index: u8) -> Option<Self> {
        (index < Self::COUNT).then_some(Self(index))
    }

    /// All cells in reading order.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The place in reading order, 0 to 49.
    pub fn index(self) -> u8 {
        self.0
    }

    /// `A` to `E`.
    pub fn row(self) -> char {
        char::from(b'A' + self.0 / 10)
    }

    /// `1` to `9`, then `0`.
    pub fn column(self) -> char {
        char::from(b'0' + (self.0 % 10 + 1) % 10)
    }
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.row(), self.column())
    }
}

impl FromStr for Cell {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        match text.as_bytes() {
            [row @ b'A'..=b'E', column @ b'0'..=b'9'] => {
                Ok(Self((row - b'A') * 10 + (column - b'0' + 9) % 10))
            }
            _ => Err(Misspelled),
        }
    }
}

/// A place on a customer card, written ア to ク.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u8);

impl Position {
    /// How many positions a card has.
    pub const COUNT: u8 = 8;

    const KANA: [char; 8] = ['ア', 'イ', 'ウ', 'エ', 'オ', 'カ', 'キ', 'ク'];

    /// The position at `index`, counted from 0 (ア) to 7 (ク).
    pub fn new(index: u8) -> Option<Self> {
        (index < Self::COUNT).then_some(Self(index))
    }

    /// All positions as printed.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..Self::COUNT).map(Self)
    }

    /// The place on the card, 0 to 7.
    pub fn index(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", Self::KANA[usize::from(self.0)])
    }
}

impl FromStr for Position {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        Self::all().find(|position| position.to_string() == text).ok_or(Misspelled)
    }
}

/// The name by which a question calls one of its cells (U-20), written イ, ロ, ハ, ニ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Slot {
    /// イ, in a red frame.
    I,
    /// ロ, in a blue frame.
    Ro,
    /// ハ.
    Ha,
    /// ニ.
    Ni,
}

impl Slot {
    /// In the order in which a question names them and the answer must come.
    pub const ALL: [Self; 4] = [Self::I, Self::Ro, Self::Ha, Self::Ni];
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::I => "イ",
            Self::Ro => "ロ",
            Self::Ha => "ハ",
            Self::Ni => "ニ",
        })
    }
}

impl FromStr for Slot {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        Self::ALL.into_iter().find(|slot| slot.to_string() == text).ok_or(Misspelled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    #[test]
    fn the_check_digit_is_damms() {
        assert_eq!(damm(572), 4, "the example of the dissertation");
        assert_eq!(damm(5724), 0);
    }

    #[test]
    fn every_wrong_digit_and_every_swap_of_neighbours_is_caught() {
        let mut chance = Chance::from_seed([4; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        for _ in 0..200 {
            let number = CardNumber::make(&mut moment).0;
            for place in 0..9 {
                let (here, above) = (10_u32.pow(place), 10_u32.pow(place + 1));
                let digit = number / here % 10;
                for other in (0..10).filter(|&other| other != digit) {
                    assert_ne!(damm(number - digit * here + other * here), 0);
                }
                let next = number / above % 10;
                if place < 8 && digit != next {
                    let rest = number - digit * here - next * above;
                    assert_ne!(damm(rest + next * here + digit * above), 0);
                }
            }
        }
    }

    #[test]
    fn a_card_number_is_read_as_people_type_it() {
        let number: CardNumber = "4207-1163-2".parse().expect("a good check digit");
        for typed in ["420711632", "４２０７ー１１６３ー２", " 4207 1163 2 ", "４２０７−1163–２"]
        {
            assert_eq!(typed.parse(), Ok(number), "{typed}");
        }
        for wrong in ["4207-1163-5", "4207-1163", "4207-1163-20", "0", "", "4207-1163-x"] {
            assert_eq!(wrong.parse::<CardNumber>(), Err(Misspelled), "{wrong}");
        }
        assert_eq!(number.to_string(), "4207-1163-2");
        assert_eq!(serde_json::to_string(&number).expect("text"), "\"4207-1163-2\"");
    }

    #[test]
    fn cells_are_named_as_printed() {
        // U-20: the columns are printed 1 2 3 4 5 6 7 8 9 0.
        let names: Vec<String> = Cell::all().map(|cell| cell.to_string()).collect();
        assert_eq!((names[0].as_str(), names[9].as_str(), names[49].as_str()), ("A1", "A0", "E0"));
        assert_eq!(Cell::new(17).expect("below 50").to_string(), "B8");
        for cell in Cell::all() {
            assert_eq!(cell.to_string().parse(), Ok(cell));
        }
        for wrong in ["F1", "b8", "B10", "8B", "B", ""] {
            assert_eq!(wrong.parse::<Cell>(), Err(Misspelled), "{wrong}");
        }
        assert_eq!(Cell::new(50), None);
    }

    #[test]
    fn positions_and_slots_bear_their_kana() {
        let positions: String = Position::all().map(|position| position.to_string()).collect();
        assert_eq!(positions, "アイウエオカキク");
        assert_eq!("ウ".parse(), Ok(Position(2)));
        assert_eq!("ケ".parse::<Position>(), Err(Misspelled));
        assert_eq!(Slot::ALL.map(|slot| slot.to_string()).concat(), "イロハニ");
        assert_eq!("ハ".parse(), Ok(Slot::Ha));
    }
}
