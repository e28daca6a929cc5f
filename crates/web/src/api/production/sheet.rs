//! Sheets of the post and the enclosing house: CSV with a head line, refused whole when a line is
//! wrong.

use crate::problem::Problem;

/// A sheet.
pub(super) const CSV: &[&str] = &["text/csv"];
/// A short list as JSON, a longer one as a sheet.
pub(super) const JSON_OR_CSV: &[&str] = &["application/json", "text/csv"];

/// The lines of a sheet with their numbers, each read by `line`; the first is line 2.
pub(super) fn read<T, const N: usize>(
    bytes: &[u8],
    head: [&str; N],
    line: impl Fn([&str; N]) -> Option<T>,
) -> Result<Vec<(u64, T)>, Problem> {
    let mut sheet = csv::Reader::from_reader(bytes);
    let named = sheet.headers().map_err(|_| refused(1, "not_csv"))?;
    if !named.iter().eq(head) {
        return Err(refused(1, "head"));
    }
    let mut rows = Vec::new();
    for (number, record) in (2..).zip(sheet.records()) {
        let record = record.map_err(|_| refused(number, "not_csv"))?;
        let cells = record.iter().collect::<Vec<_>>().try_into();
        let read = cells.ok().and_then(&line).ok_or_else(|| refused(number, "form"))?;
        rows.push((number, read));
    }
    if rows.is_empty() { Err(refused(2, "empty")) } else { Ok(rows) }
}

fn refused(line: u64, why: &'static str) -> Problem {
    Problem::new("file_refused").member("line", line).member("why", why)
}

/// A number of the post: letters, digits and hyphens, at most 32.
pub(super) fn is_tracking_number(text: &str) -> bool {
    TRACKING.contains(&text.len()) && text.chars().all(of_tracking_number)
}

/// How long such a number is.
pub(super) const TRACKING: std::ops::RangeInclusive<usize> = 1..=32;

/// What it consists of.
pub(super) fn of_tracking_number(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '-'
}
