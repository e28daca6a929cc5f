//! The front of the image card: fifty pictures in five rows and ten columns (U-20).

use super::front::{self, BAND};
use super::{COLUMNS, ID_1, ImageCardFace, MARGIN, ROWS};
use crate::brand::{Brand, Rgb};
use crate::sheet::{Align, Sheet, Style};

/// Side of a picture: the largest that leaves air between the rows (stack §5 tried 6.6 mm).
const SIDE: f32 = 6.5;
/// From one picture to the next.
const PITCH: (f32, f32) = (7.42, 7.42);
/// Between the fifth and the sixth column a little more, so that the eye need not count.
const MIDDLE: f32 = 0.7;
/// Top left corner of A1.
const FIRST: (f32, f32) = (8.0, 12.3);

/// Draws the front.
pub(super) fn front(sheet: &mut Sheet<'_, '_>, brand: &Brand, face: &ImageCardFace<'_>) {
    front::notch(sheet);
    front::band(sheet, brand, "画像認証カード", face.number);
    labels(sheet);
    for (place, picture) in face.cells.iter().enumerate() {
        let (row, column) = (place / COLUMNS.len(), place % COLUMNS.len());
        sheet.picture(picture, left_of(column), top_of(row), SIDE);
    }
    let notice = format!("第{}版　撮影・コピーはしないでください", face.generation);
    front::foot(sheet, brand, &notice);
}

fn labels(sheet: &mut Sheet<'_, '_>) {
    let style = Style::bold(7.6);
    for (column, label) in COLUMNS.iter().enumerate() {
        sheet.text(label, left_of(column) + SIDE / 2.0, BAND + 3.05, Align::Centre, style);
    }
    for (row, label) in ROWS.iter().enumerate() {
        let top = top_of(row);
        sheet.text(label, MARGIN + 1.2, top + SIDE / 2.0 + 1.0, Align::Centre, style);
        if row > 0 {
            let y = top - (PITCH.1 - SIDE) / 2.0;
            sheet.line((MARGIN, y), (ID_1.width - MARGIN, y), 0.1, Rgb::LINE);
        }
    }
}

fn left_of(column: usize) -> f32 {
    let gap = if column < COLUMNS.len() / 2 { 0.0 } else { MIDDLE };
    FIRST.0 + gap + steps(column) * PITCH.0
}

fn top_of(row: usize) -> f32 {
    FIRST.1 + steps(row) * PITCH.1
}

fn steps(number: usize) -> f32 {
    f32::from(u8::try_from(number).expect("a card has at most ten columns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// U-20: rows A to E, columns in the order 1 2 3 4 5 6 7 8 9 0.
    #[test]
    fn rows_and_columns_are_named_as_on_the_screen() {
        assert_eq!(ROWS.concat(), "ABCDE");
        assert_eq!(COLUMNS.concat(), "1234567890");
    }

    #[test]
    fn no_picture_touches_another_or_leaves_the_safe_area() {
        for column in 1..COLUMNS.len() {
            assert!(left_of(column) >= left_of(column - 1) + SIDE + 0.5);
        }
        for row in 1..ROWS.len() {
            assert!(top_of(row) >= top_of(row - 1) + SIDE + 0.5);
        }
        assert!(left_of(COLUMNS.len() - 1) + SIDE <= ID_1.width - MARGIN + 0.1);
        assert!(top_of(ROWS.len() - 1) + SIDE <= ID_1.height - MARGIN);
    }
}
