//! Cards of credit-card size: the image card and the customer card, two pages each.

mod back;
mod customer;
mod front;
mod image;

use sekisho_pictures::Picture;

use crate::brand::Brand;
use crate::press::{Format, Press, PrintError};

/// ISO/IEC 7810 ID-1, with the bleed card printers ask for.
const ID_1: Format = Format { width: 85.60, height: 53.98, bleed: 3.0 };

/// Nothing that must be read stands nearer to the edge than this, in millimetres: corners are
/// round with a radius of 3.18, and a stack of cards is never cut to the last tenth.
const MARGIN: f32 = 3.6;

/// Rows of the image card from the top (U-20).
pub(crate) const ROWS: [&str; 5] = ["A", "B", "C", "D", "E"];
/// Columns of the image card from the left, in the order of a keyboard (U-20).
pub(crate) const COLUMNS: [&str; 10] = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];
/// Positions of the customer card from the left.
const POSITIONS: [&str; 8] = ["ア", "イ", "ウ", "エ", "オ", "カ", "キ", "ク"];

/// What is printed on one image card. It names no customer and no contract, so that a card that
/// is found tells nothing about its owner (domain §4.8).
#[derive(Clone, Copy)]
pub struct ImageCardFace<'a> {
    /// Public card number with its check digit, grouped as it is printed, such as 4207-1163-2.
    pub number: &'a str,
    /// Which card of this contract it is, counted from 1.
    pub generation: u16,
    /// The pictures row by row: A1 to A9, A0, B1 to E0.
    pub cells: [&'a Picture; 50],
}

/// What is printed on one customer card.
#[derive(Clone)]
pub struct CustomerCardFace {
    /// Public card number, grouped as it is printed.
    pub number: String,
    /// The 契約者ID the customer signs in with.
    pub login_id: String,
    /// The one or two digits of each position ア, イ, ウ, エ, オ, カ, キ, ク.
    pub positions: [String; 8],
}

/// Prints a batch of image cards: front and back of the first, front and back of the second, …
///
/// After each card `progress` hears how many are done. The bytes are the cards in clear: they
/// belong encrypted to the printer's key. Fails when a name or number has a character the
/// typeface lacks.
pub fn image_cards<'a>(
    brand: &Brand,
    faces: impl IntoIterator<Item = ImageCardFace<'a>>,
    mut progress: impl FnMut(usize),
) -> Result<Vec<u8>, PrintError> {
    let mut press = Press::start(format!("画像認証カード {}", brand.name));
    for (done, face) in (1..).zip(faces) {
        press.page(ID_1, |sheet| image::front(sheet, brand, &face))?;
        press.page(ID_1, |sheet| back::image_card(sheet, brand))?;
        progress(done);
    }
    press.finish()
}

/// Prints a batch of customer cards in the same way as [`image_cards`].
pub fn customer_cards(
    brand: &Brand,
    faces: impl IntoIterator<Item = CustomerCardFace>,
    mut progress: impl FnMut(usize),
) -> Result<Vec<u8>, PrintError> {
    let mut press = Press::start(format!("お客様カード {}", brand.name));
    for (done, face) in (1..).zip(faces) {
        press.page(ID_1, |sheet| customer::front(sheet, brand, &face))?;
        press.page(ID_1, |sheet| back::customer_card(sheet, brand))?;
        progress(done);
    }
    press.finish()
}
