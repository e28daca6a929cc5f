//! The front of the customer card: eight positions with their confirmation digits.

use super::front;
use super::{CustomerCardFace, ID_1, MARGIN, POSITIONS};
use crate::brand::{Brand, Rgb};
use crate::sheet::{Align, Area, Sheet, Style};

const BOX_WIDTH: f32 = 9.1;
const BOX_TOP: f32 = 26.0;
const HEAD_HEIGHT: f32 = 5.6;
const BOX_HEIGHT: f32 = 15.6;

/// Draws the front.
pub(super) fn front(sheet: &mut Sheet<'_, '_>, brand: &Brand, face: &CustomerCardFace) {
    front::notch(sheet);
    front::band(sheet, brand, "お客様カード", &face.number);
    let label = Style::regular(6.5).colour(Rgb::SOFT_INK);
    sheet.text("契約者ID", MARGIN, 16.6, Align::Left, label);
    let id = Style::bold(13.0).tracked(0.08);
    sheet.text_within(&face.login_id, (MARGIN + 12.6, 16.9), 64.0, Align::Left, id);
    sheet.text("確認用パスワード", MARGIN, BOX_TOP - 1.9, Align::Left, label);

    let room = ID_1.width - 2.0 * MARGIN;
    let gap = (room - 8.0 * BOX_WIDTH) / 7.0;
    let mut x = MARGIN;
    for (position, digits) in POSITIONS.iter().zip(&face.positions) {
        place(sheet, brand, x, (position, digits));
        x += BOX_WIDTH + gap;
    }
    front::foot(sheet, brand, "撮影・コピーはしないでください");
}

fn place(sheet: &mut Sheet<'_, '_>, brand: &Brand, x: f32, (position, digits): (&str, &str)) {
    let whole = Area { x, y: BOX_TOP, width: BOX_WIDTH, height: BOX_HEIGHT };
    let head = Area { height: HEAD_HEIGHT, ..whole };
    sheet.fill_round(head, 1.0, brand.accent);
    // The head is round at the top only: its lower corners run into the box.
    sheet.fill(Area { y: BOX_TOP + 2.0, height: HEAD_HEIGHT - 2.0, ..head }, brand.accent);
    sheet.frame_round(whole, 1.0, 0.2, brand.accent);
    let middle = x + BOX_WIDTH / 2.0;
    let light = Style::bold(10.0).colour(brand.on_accent);
    sheet.text(position, middle, BOX_TOP + 4.1, Align::Centre, light);
    let baseline = BOX_TOP + HEAD_HEIGHT + 6.9;
    sheet.text(digits, middle, baseline, Align::Centre, Style::bold(14.5));
}
