//! The pictures that stand on image cards: a curated, named set of small drawings.
//!
//! Every picture has a Japanese and an English name that can be said on the telephone and read by
//! a screen reader, is drawn in flat colours without letters or digits, and differs from every
//! other one even in grey and for people who confuse colours (`sekisho_print::curate` measures
//! that, domain §7(7)). People, body parts, flags, religion, weapons, alcohol, gambling, money,
//! clocks and calendars were left out by hand, and of each near pair one was kept.
//!
//! The drawings are Fluent Emoji (flat style) by Microsoft, MIT licence: see `LICENSE` beside
//! this crate. The names and the choice are ours.

mod table;

use table::PICTURES;

/// One picture of the set. Its place in [`all`] is the number the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Picture {
    /// Stable name in code and file names: lower-case English words joined by hyphens.
    pub id: &'static str,
    /// Japanese name as it is written, unique in the set.
    pub name: &'static str,
    /// Reading of the Japanese name in hiragana, unique in the set: no two pictures sound alike.
    pub kana: &'static str,
    /// English name, unique in the set.
    pub name_en: &'static str,
    /// The drawing: an SVG with `viewBox="0 0 32 32"`, flat fills, no script, no reference to
    /// anything outside or inside itself (so that many may stand in one page).
    pub svg: &'static str,
}

/// All pictures, in the order that numbers them: `all()[n]` is picture number `n` for ever.
pub fn all() -> &'static [Picture] {
    PICTURES
}

/// The picture with this number, if there is one.
///
/// ```
/// let first = sekisho_pictures::by_index(0).expect("the set is not empty");
/// assert_eq!(sekisho_pictures::index_of(first.id), Some(0));
/// ```
pub fn by_index(index: u16) -> Option<&'static Picture> {
    PICTURES.get(usize::from(index))
}

/// The picture with this id, if there is one.
pub fn by_id(id: &str) -> Option<&'static Picture> {
    PICTURES.iter().find(|picture| picture.id == id)
}

/// The number of the picture with this id, if there is one.
pub fn index_of(id: &str) -> Option<u16> {
    let place = PICTURES.iter().position(|picture| picture.id == id)?;
    Some(u16::try_from(place).expect("the set has a few hundred pictures"))
}

#[cfg(test)]
mod tests;
