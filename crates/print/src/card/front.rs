//! What the fronts of both cards share: the band, the notch and the foot.

use super::{ID_1, MARGIN};
use crate::brand::{Brand, Rgb};
use crate::sheet::{Align, Area, Sheet, Style};

/// Lower edge of the band.
pub(super) const BAND: f32 = 8.0;
/// Baseline of the foot.
const FOOT: f32 = 51.3;

/// Where the tactile notch is punched: half a circle out of the right edge of the front, so that
/// a hand finds the way up. Its lower place is above the round corner.
const NOTCH: (f32, f32) = (ID_1.width, 46.0);
const NOTCH_RADIUS: f32 = 1.6;

/// The band over the whole width: the institution, what the card is, and its number.
pub(super) fn band(sheet: &mut Sheet<'_, '_>, brand: &Brand, title: &str, number: &str) {
    let bleed = ID_1.bleed;
    let width = ID_1.width + 2.0 * bleed;
    sheet.fill(Area { x: -bleed, y: -bleed, width, height: BAND + bleed }, brand.accent);
    let light = |style: Style| style.colour(brand.on_accent);

    let right = ID_1.width - MARGIN;
    let digits = light(Style::bold(9.5)).tracked(0.03);
    let number_width = sheet.text(number, right, 5.75, Align::Right, digits);
    let label = light(Style::regular(5.0));
    let label_width =
        sheet.text("カード番号", right - number_width - 1.4, 5.6, Align::Right, label);

    let room = right - number_width - label_width - MARGIN - 4.0;
    let title_style = light(Style::regular(8.0));
    let title_width = sheet.width(title, title_style);
    let name_style = light(Style::bold(9.0));
    let name_width = sheet.width(&brand.name, name_style).min(room - title_width - 2.0);
    sheet.text_within(&brand.name, (MARGIN, 5.65), name_width, Align::Left, name_style);
    sheet.text(title, MARGIN + name_width + 2.0, 5.6, Align::Left, title_style);
}

/// The foot: what never to do, and whom to call.
pub(super) fn foot(sheet: &mut Sheet<'_, '_>, brand: &Brand, notice: &str) {
    sheet.text(notice, MARGIN, FOOT, Align::Left, Style::regular(5.2).colour(Rgb::SOFT_INK));
    let right = ID_1.width - MARGIN;
    let phone = sheet.text(&brand.loss_phone, right, FOOT, Align::Right, Style::bold(7.0));
    let label = format!("紛失のとき（{}）", brand.loss_hours);
    let style = Style::regular(5.2).colour(Rgb::SOFT_INK);
    sheet.text(&label, right - phone - 1.0, FOOT, Align::Right, style);
}

/// The place of the notch, filled so that a card that was not punched shows it.
pub(super) fn notch(sheet: &mut Sheet<'_, '_>) {
    sheet.dot(NOTCH, NOTCH_RADIUS, Rgb::LINE);
}

/// The same place seen from the back.
pub(super) fn notch_from_behind(sheet: &mut Sheet<'_, '_>) {
    sheet.dot((ID_1.width - NOTCH.0, NOTCH.1), NOTCH_RADIUS, Rgb::LINE);
}
