//! What goes on paper: cards and the letters that carry them, as PDF for the printer.
//!
//! - [`image_cards`] and [`customer_cards`] write ID-1 cards, front and back of each card after one
//!   another, with trim and bleed boxes (domain §4.8, U-20);
//! - [`letters`] writes A4 letters for window envelopes, sent by registered mail (U-14);
//! - [`curate`] measures how well the pictures of the set can be told apart.
//!
//! This crate knows no contract, no store and no clock: whoever prints hands over plain faces and
//! letters. Equal input gives equal bytes, so a batch can be printed again and compared. The bytes
//! are secret as long as they are readable: they hold cards and passwords. They belong encrypted
//! to the printer's key and nowhere else; nothing here logs them, and no type that holds a secret
//! can be printed with `{:?}`.

pub mod curate;

mod brand;
mod card;
mod fonts;
mod letter;
mod press;
mod sheet;
mod wrap;

pub use brand::{Brand, Rgb};
pub use card::{CustomerCardFace, ImageCardFace, customer_cards, image_cards};
pub use letter::{Address, Letter, LetterContent, letters};
pub use press::PrintError;
