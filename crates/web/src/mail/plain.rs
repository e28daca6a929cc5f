//! A mail as plain text: short lines, labels and values in columns.

use super::rows::Row;
use super::sheet::{Part, Sheet};
use crate::text::Lang;

/// Widest Japanese line in columns: 20 full-width characters, which every phone shows unbroken.
const WIDTH_JA: usize = 40;

/// Widest English line in columns.
const WIDTH_EN: usize = 64;

/// What must not begin a line (行頭禁則).
const NOT_FIRST: &str = "、。，．）」』】〕・ー！？ぁぃぅぇぉっゃゅょァィゥェォッャュョ)]";

/// The plain text of a mail, ending with a newline.
pub(super) fn text(sheet: &Sheet) -> String {
    let width = match sheet.lang {
        Lang::Ja => WIDTH_JA,
        Lang::En => WIDTH_EN,
    };
    let mut text = format!("{}\n", sheet.to);
    let mut after_heading = false;
    for part in &sheet.parts {
        let rows = match part {
            Part::Heading(heading) => vec![format!("■ {heading}")],
            Part::Paragraph(lines) => lines.iter().flat_map(|line| folded(line, width)).collect(),
            Part::Rows(rows) => columns(rows, width, sheet.lang),
        };
        if rows.is_empty() {
            continue;
        }
        if !after_heading {
            text.push('\n');
        }
        after_heading = matches!(part, Part::Heading(_));
        for row in rows {
            text.push_str(&row);
            text.push('\n');
        }
    }
    text
}

/// Labels on the left, values in a column of their own.
fn columns(rows: &[Row], width: usize, lang: Lang) -> Vec<String> {
    let label_columns = rows.iter().map(|row| columns_of(&row.label)).max().unwrap_or(0);
    let pad = |text: &str| {
        let missing = label_columns - columns_of(text);
        match lang {
            // Full-width spaces, so that columns stand straight in every Japanese font.
            Lang::Ja => format!("{text}{}{}", "　".repeat(missing / 2), " ".repeat(missing % 2)),
            Lang::En => format!("{text}{}", " ".repeat(missing)),
        }
    };
    let mut lines = Vec::new();
    for row in rows {
        let parts = row.lines.iter().flat_map(|part| folded(part, width - label_columns - 1));
        for (place, part) in parts.enumerate() {
            let label = if place == 0 { row.label.as_str() } else { "" };
            lines.push(format!("{} {part}", pad(label)));
        }
    }
    lines
}

/// Breaks a line that is wider than `width`: between words, or between any two Japanese characters
/// of which the second may begin a line.
fn folded(line: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let (mut columns, mut may_break) = (0, 0);
    for c in line.chars() {
        let last = lines.last_mut().expect("there is always a line");
        if c == ' ' || (is_wide(c) && !NOT_FIRST.contains(c)) {
            may_break = last.len();
        }
        if columns + columns_of_char(c) > width && may_break > 0 {
            let rest = last.split_off(may_break).trim_start().to_owned();
            columns = columns_of(&rest);
            may_break = 0;
            lines.push(rest);
        }
        let last = lines.last_mut().expect("there is always a line");
        if !(last.is_empty() && c == ' ') {
            last.push(c);
            columns += columns_of_char(c);
        }
    }
    lines
}

/// How many columns a text takes where full-width characters take two.
fn columns_of(text: &str) -> usize {
    text.chars().map(columns_of_char).sum()
}

fn columns_of_char(c: char) -> usize {
    if is_wide(c) { 2 } else { 1 }
}

/// Whether a Japanese font gives it the full width.
fn is_wide(c: char) -> bool {
    let half_width_kana = ('\u{ff61}'..='\u{ffdc}').contains(&c);
    c >= '\u{2500}' && !half_width_kana
}
