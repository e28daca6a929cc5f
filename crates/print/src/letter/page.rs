//! How a letter is laid out: three panels of 99 mm, the first with the address in the window.

use super::text::{Secret, Wording, wording};
use super::{Address, Letter};
use crate::brand::{Brand, Rgb};
use crate::press::Format;
use crate::sheet::{Align, Area, Sheet, Style};

/// A4, printed without bleed: an office printer leaves a white edge.
pub(super) const A4: Format = Format { width: 210.0, height: 297.0, bleed: 0.0 };

/// What shows in the window of a 長形3号 envelope, 90 × 45 mm, 20 mm from the left and 12 mm from
/// the top: a few millimetres less on each side, because the letter moves about.
const WINDOW: Area = Area { x: 24.0, y: 18.0, width: 82.0, height: 34.0 };
const LEFT: f32 = 24.0;
const RIGHT: f32 = 186.0;
const WIDTH: f32 = RIGHT - LEFT;

const BODY: Style = Style::regular(10.5);
const BODY_LEADING: f32 = 6.2;
const SMALL: Style = Style::regular(8.5).colour(Rgb::SOFT_INK);

/// Draws a letter.
pub(super) fn letter(sheet: &mut Sheet<'_, '_>, brand: &Brand, letter: &Letter) {
    let words = wording(&brand.name, &letter.content);
    fold_marks(sheet);
    address(sheet, &letter.to, words.enclosed);
    sender(sheet, brand, &letter.issued_on);
    title(sheet, brand, words.title);
    let mut y = sheet.paragraph(&words.opening, (LEFT, 91.0), WIDTH, BODY_LEADING, BODY);
    if let Some(shown) = &words.secret {
        y = secret(sheet, brand, shown, y + 1.0);
    }
    y = steps(sheet, brand, &words, y + 8.0);
    care(sheet, words.care, y + 4.0);
    contact(sheet, brand);
}

/// Short marks at the left edge where the sheet is folded in three.
fn fold_marks(sheet: &mut Sheet<'_, '_>) {
    for y in [99.0, 198.0] {
        sheet.line((4.0, y), (9.0, y), 0.15, Rgb::LINE);
    }
}

/// The block in the window.
fn address(sheet: &mut Sheet<'_, '_>, to: &Address, enclosed: Option<&str>) {
    let room = WINDOW.width;
    let mut y = WINDOW.y + 5.0;
    sheet.text(&format!("〒{}", to.postcode), WINDOW.x, y, Align::Left, Style::regular(11.0));
    // A fourth line would push the name out of the window: what is left shares the third.
    let (first, rest) = to.lines.split_at(to.lines.len().min(2));
    let rest = rest.join("　");
    for line in first.iter().chain((!rest.is_empty()).then_some(&rest)) {
        y += 5.4;
        sheet.text_within(line, (WINDOW.x, y), room, Align::Left, Style::regular(10.5));
    }
    let name = format!("{}　様", to.name);
    sheet.text_within(&name, (WINDOW.x, y + 8.6), room, Align::Left, Style::regular(14.0));
    if let Some(number) = enclosed {
        let bottom = WINDOW.y + WINDOW.height;
        sheet.text(&format!("封入番号 {number}"), WINDOW.x, bottom, Align::Left, SMALL);
    }
}

/// Who writes, and when.
fn sender(sheet: &mut Sheet<'_, '_>, brand: &Brand, issued_on: &str) {
    sheet.text(issued_on, RIGHT, 23.0, Align::Right, Style::regular(9.5));
    sheet.text_within(&brand.name, (RIGHT, 31.0), 66.0, Align::Right, Style::bold(13.0));
    sheet.text_within(&brand.name_en, (RIGHT, 35.6), 66.0, Align::Right, SMALL);
    sheet.text("簡易書留でお送りしています", RIGHT, 41.6, Align::Right, SMALL);
}

/// What the letter is about.
fn title(sheet: &mut Sheet<'_, '_>, brand: &Brand, title: &str) {
    sheet.fill(Area { x: LEFT, y: 67.4, width: 1.6, height: 9.2 }, brand.accent);
    sheet.text_within(title, (LEFT + 5.0, 74.6), WIDTH - 5.0, Align::Left, Style::bold(18.0));
    sheet.line((LEFT, 81.0), (RIGHT, 81.0), 0.2, Rgb::LINE);
}

/// The box with the secret, each character in a field of its own with its kind below, because a
/// small l and a digit 1 look alike on paper. Gives the height at which the next thing may begin.
fn secret(sheet: &mut Sheet<'_, '_>, brand: &Brand, shown: &Secret<'_>, top: f32) -> f32 {
    let area = Area { x: LEFT, y: top, width: WIDTH, height: 37.0 };
    sheet.fill_round(area, 2.0, Rgb::SUNK);
    let label = Style::regular(9.5).colour(Rgb::SOFT_INK);
    let (x, right, column) = (LEFT + 7.0, RIGHT - 7.0, LEFT + 49.0);
    if let Some(login_id) = shown.login_id {
        sheet.text("契約者ID", x, top + 9.0, Align::Left, label);
        let id = Style::bold(15.0).tracked(0.1);
        sheet.text_within(login_id, (column, top + 9.4), 52.0, Align::Left, id);
    }
    let day = sheet.text(shown.valid_until, right, top + 9.0, Align::Right, Style::bold(10.5));
    sheet.text("有効期限", right - day - 3.0, top + 9.0, Align::Right, label);
    sheet.line((x, top + 13.6), (right, top + 13.6), 0.15, Rgb::LINE);
    sheet.text(shown.name, x, top + 24.4, Align::Left, label);
    let row = Area { x: column, y: top + 17.2, width: right - column, height: 11.6 };
    fields(sheet, brand, shown.value, row);
    top + area.height + 4.0
}

/// One field for each character, as wide as the row allows.
fn fields(sheet: &mut Sheet<'_, '_>, brand: &Brand, value: &str, row: Area) {
    const GAP: f32 = 1.4;
    /// Where fields stop to shrink: about 30 characters fit, twice what such a code has.
    const WIDTH_MIN: f32 = 2.6;
    let letters: Vec<String> = value.chars().map(String::from).collect();
    let count = letters.iter().map(|_| 1.0).sum::<f32>();
    let width = ((row.width + GAP) / count - GAP).clamp(WIDTH_MIN, 9.0);
    let mut x = row.x;
    for letter in &letters {
        let field = Area { x, width, ..row };
        sheet.fill_round(field, 1.0, Rgb::WHITE);
        sheet.frame_round(field, 1.0, 0.25, brand.accent);
        let middle = x + width / 2.0;
        let style = Style::bold((width * 2.2).min(18.0));
        sheet.text(letter, middle, row.y + 8.2, Align::Centre, style);
        let kind = Style::regular(6.5).colour(Rgb::SOFT_INK);
        sheet.text_within(kind_of(letter), (middle, row.y + 15.2), width, Align::Centre, kind);
        x += width + GAP;
    }
}

/// What tells a reader which of two look-alikes a character is.
fn kind_of(letter: &str) -> &'static str {
    match letter.chars().next() {
        Some('0'..='9') => "数字",
        Some('A'..='Z') => "大文字",
        Some('a'..='z') => "小文字",
        _ => "記号",
    }
}

/// The three steps; gives the height at which they end.
fn steps(sheet: &mut Sheet<'_, '_>, brand: &Brand, words: &Wording<'_>, top: f32) -> f32 {
    let text = LEFT + 14.0;
    let gap = if words.secret.is_some() { 4.6 } else { 8.0 };
    let mut y = top;
    for (number, (what, how)) in ["1", "2", "3"].into_iter().zip(&words.steps) {
        sheet.dot((LEFT + 4.4, y - 1.6), 4.2, brand.accent);
        let digit = Style::bold(13.0).colour(brand.on_accent);
        sheet.text(number, LEFT + 4.4, y, Align::Centre, digit);
        sheet.text(what, text, y, Align::Left, Style::bold(12.5));
        y = sheet.paragraph(how, (text, y + 7.0), RIGHT - text, 5.8, Style::regular(10.0)) + gap;
    }
    y
}

/// What to keep in mind, in a quiet box as high as its text.
fn care(sheet: &mut Sheet<'_, '_>, points: &[&str], top: f32) {
    let (style, leading) = (Style::regular(9.5), 5.4);
    let (text, room) = (LEFT + 11.0, WIDTH - 18.0);
    sheet.text("ご注意ください", LEFT, top, Align::Left, Style::bold(10.5));
    sheet.line((LEFT, top + 2.6), (RIGHT, top + 2.6), 0.2, Rgb::LINE);
    let mut y = top + 8.6;
    for point in points {
        sheet.dot((LEFT + 5.6, y - 1.25), 0.7, Rgb::SOFT_INK);
        y = sheet.paragraph(point, (text, y), room, leading, style) + 0.6;
    }
}

/// Whom to call, at the foot of every letter.
fn contact(sheet: &mut Sheet<'_, '_>, brand: &Brand) {
    let area = Area { x: LEFT, y: 255.0, width: WIDTH, height: 28.0 };
    sheet.frame_round(area, 2.0, 0.3, brand.accent);
    let (left, middle) = (LEFT + 7.0, LEFT + 84.0);
    sheet.text("紛失・身に覚えのないとき", left, 262.4, Align::Left, Style::bold(9.5));
    let phone = Style::bold(19.0).colour(brand.accent);
    sheet.text(&brand.loss_phone, left, 272.6, Align::Left, phone);
    sheet.text(&brand.loss_hours, left, 278.4, Align::Left, SMALL);
    sheet.line((middle - 6.0, 258.6), (middle - 6.0, 277.4), 0.15, Rgb::LINE);
    sheet.text("お問い合わせ", middle, 262.4, Align::Left, Style::bold(9.5));
    let mut y = 268.8;
    for line in &brand.contact {
        sheet.text_within(
            line,
            (middle, y),
            RIGHT - middle - 5.0,
            Align::Left,
            Style::regular(9.5),
        );
        y += 5.0;
    }
}
