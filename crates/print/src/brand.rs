//! The institution as it shows itself on paper.

/// A colour of the institution or of the sheet, as sRGB.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rgb(pub u8, pub u8, pub u8);

impl Rgb {
    /// Near-black of all text, the same as on the screens.
    pub(crate) const INK: Self = Self(0x1a, 0x21, 0x24);
    /// Text that explains: 7:1 on white.
    pub(crate) const SOFT_INK: Self = Self(0x4b, 0x56, 0x5b);
    /// Hairlines.
    pub(crate) const LINE: Self = Self(0xcd, 0xd4, 0xd3);
    /// Quiet ground of boxes.
    pub(crate) const SUNK: Self = Self(0xf1, 0xf4, 0xf3);
    /// The paper.
    pub(crate) const WHITE: Self = Self(0xff, 0xff, 0xff);
}

/// Everything of an institution that is printed: its names, colours and telephone numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Name as the customers know it, such as 架空信用金庫.
    pub name: String,
    /// The same in English, for readers of English and for finders of a card.
    pub name_en: String,
    /// Colour of the bands.
    pub accent: Rgb,
    /// Colour of text on the bands; the policy checks the contrast of the pair.
    pub on_accent: Rgb,
    /// Telephone number for lost cards, such as 0120-000-000.
    pub loss_phone: String,
    /// When that number is answered, such as 24時間受付.
    pub loss_hours: String,
    /// Who answers questions about the service, with number and hours, in at most three lines; it
    /// stands at the foot of every letter.
    pub contact: Vec<String>,
}
