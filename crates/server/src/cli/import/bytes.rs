//! The bytes of a CSV file as fields: UTF-8 or `Shift_JIS`, strictly.
//!
//! The file is taken apart as bytes: quotation marks, commas and line ends are the same in both
//! encodings and never part of a longer character. Then each field is read; what cannot be is told
//! with its line, and never replaced by something else.

use std::str;

use encoding_rs::SHIFT_JIS;

/// Line ends in one record, at most: more means that a quotation mark is missing.
const LINES_MAX: usize = 6;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Utf8,
    ShiftJis,
}

/// A file taken apart.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) encoding: Encoding,
    pub(super) header: Vec<String>,
    pub(super) records: Vec<Record>,
}

/// A line of the file, or several where a quoted field goes over line ends.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// Where it begins; the header is line 1.
    pub(super) line: u64,
    /// Its fields, or why they cannot be read.
    pub(super) fields: Result<Vec<String>, String>,
}

impl Encoding {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::ShiftJis => "Shift_JIS",
        }
    }

    fn text(self, bytes: &[u8]) -> Option<String> {
        match self {
            Self::Utf8 => str::from_utf8(bytes).ok().map(str::to_owned),
            Self::ShiftJis => SHIFT_JIS
                .decode_without_bom_handling_and_without_replacement(bytes)
                .map(std::borrow::Cow::into_owned),
        }
    }

    /// What a file is written in, marked as UTF-8 or not.
    fn of(bytes: &[u8], marked: bool) -> Self {
        let utf8 = marked || Self::Utf8.text(bytes).is_some() || looks_like_utf8(bytes);
        if utf8 { Self::Utf8 } else { Self::ShiftJis }
    }
}

/// Whether Japanese text is UTF-8, some of it perhaps broken. Much of it could be read as
/// `Shift_JIS` too, and be nonsense (文字化け) without looking broken; the reverse hardly ever
/// happens.
fn looks_like_utf8(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.matches(char::REPLACEMENT_CHARACTER).count();
    // Two kana of half width in Shift_JIS may pass for one letter below this, never above.
    let whole = text.chars().filter(|c| *c >= '\u{800}').count() - broken;
    whole > 0 && whole >= broken
}

/// Takes a file apart.
///
/// # Errors
/// A sentence, when it is empty, or with its line when its header cannot be read.
pub(super) fn read(bytes: &[u8]) -> Result<Sheet, String> {
    let unmarked = bytes.strip_prefix(b"\xef\xbb\xbf");
    let bytes = unmarked.unwrap_or(bytes);
    let encoding = Encoding::of(bytes, unmarked.is_some());
    let mut csv = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(bytes);
    let mut lines = Lines { bytes, at: 0, line: 1 };
    let mut records = Vec::new();
    let mut raw = csv::ByteRecord::new();
    while csv.read_byte_record(&mut raw).map_err(|error| error.to_string())? {
        let begin = raw.position().map_or(0, csv::Position::byte);
        let (line, text) = lines.next(begin, csv.position().byte());
        records.push(Record { line, fields: fields(encoding, &raw, text) });
    }
    if records.is_empty() {
        return Err("the file is empty".to_owned());
    }
    let Record { line, fields } = records.remove(0);
    let header = fields.map_err(|why| format!("line {line}: {why}"))?;
    Ok(Sheet { encoding, header, records })
}

fn fields(encoding: Encoding, raw: &csv::ByteRecord, text: &[u8]) -> Result<Vec<String>, String> {
    let name = encoding.name();
    if line_ends(text) > LINES_MAX {
        return Err("a quotation mark that is opened here is not closed in its line".to_owned());
    }
    if encoding == Encoding::ShiftJis && looks_like_utf8(text) {
        return Err(format!("the line is UTF-8, while the file is {name}"));
    }
    let broken = || format!("the line holds bytes that are not {name}");
    raw.iter().map(|field| encoding.text(field).ok_or_else(broken)).collect()
}

fn line_ends(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// Counts lines from record to record.
struct Lines<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    /// The number of the line on which the record between two places begins, and its bytes. The
    /// reader counts the line ends left over from the record before to the next one; here they are
    /// passed over.
    fn next(&mut self, begin: u64, end: u64) -> (u64, &'a [u8]) {
        let place = |at: u64| usize::try_from(at).expect("the file is in memory");
        let (begin, end) = (place(begin), place(end));
        let left_over =
            self.bytes[begin..end].iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
        let begin = begin + left_over.count();
        let passed = &self.bytes[self.at..begin];
        self.line += line_ends(passed) as u64;
        self.at = begin;
        let text = &self.bytes[begin..end];
        (self.line, text.strip_suffix(b"\n").unwrap_or(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shift_jis(text: &str) -> Vec<u8> {
        SHIFT_JIS.encode(text).0.into_owned()
    }

    /// The lines by number, and what stands in them.
    type Told = Vec<(u64, Result<Vec<String>, String>)>;

    fn told(bytes: &[u8]) -> (Encoding, Told) {
        let sheet = read(bytes).expect("it has a header");
        (sheet.encoding, sheet.records.into_iter().map(|r| (r.line, r.fields)).collect())
    }

    #[test]
    fn both_encodings_are_known_by_themselves() {
        let text = "id,name\r\n1,関所 花子\r\n2,表\r\n";
        let wanted = vec![
            (2, Ok(vec!["1".to_owned(), "関所 花子".to_owned()])),
            (3, Ok(vec!["2".to_owned(), "表".to_owned()])),
        ];
        assert_eq!(told(text.as_bytes()), (Encoding::Utf8, wanted.clone()));
        assert_eq!(told(format!("\u{feff}{text}").as_bytes()), (Encoding::Utf8, wanted.clone()));
        assert_eq!(told(&shift_jis(text)), (Encoding::ShiftJis, wanted));
    }

    #[test]
    fn broken_bytes_are_told_with_their_line_and_stop_no_other() {
        let mut utf8 = "id,name\n1,関所\n2,".as_bytes().to_vec();
        utf8.extend_from_slice(b"\xe9\x96\n3,\xe8\xa1\xa8\n");
        let (encoding, lines) = told(&utf8);
        assert_eq!(encoding, Encoding::Utf8);
        assert_eq!(lines[1], (3, Err("the line holds bytes that are not UTF-8".to_owned())));
        assert!(lines[0].1.is_ok() && lines[2].1.is_ok());

        let mut mixed = shift_jis("id,name\n1,関所\n2,表\n3,");
        mixed.extend_from_slice("花子\n4,".as_bytes());
        mixed.extend_from_slice(b"\x81\n");
        let (encoding, lines) = told(&mixed);
        assert_eq!(encoding, Encoding::ShiftJis);
        assert_eq!(lines[0].1.as_ref().expect("good")[1], "関所");
        assert!(lines[2].1.as_ref().expect_err("of the other").contains("while the file is"));
        assert!(lines[3].1.as_ref().expect_err("broken").contains("not Shift_JIS"));

        // As Shift_JIS this would read 髢｢謇, and be taken for a name.
        let (encoding, lines) = told(b"id,name\n1,\xe9\x96\xa2\xe6\x89\n");
        assert_eq!(encoding, Encoding::Utf8);
        assert!(lines[0].1.is_err());
        assert_eq!(told(&shift_jis("id,name\n1,ﾄｱ ﾀｱ\n")).0, Encoding::ShiftJis);
    }

    #[test]
    fn lines_are_counted_through_quotes_blanks_and_both_line_ends() {
        let text = "id,address\r\n\r\n1,\"a\r\nb\"\r\n2,c\n\n3,d";
        let (_, lines) = told(text.as_bytes());
        let numbers: Vec<_> = lines.iter().map(|(line, _)| *line).collect();
        assert_eq!(numbers, [3, 5, 7]);
        let open = format!("id,address\n1,\"a\n{}", "2,b\n".repeat(9));
        assert!(told(open.as_bytes()).1[0].1.is_err(), "an open quotation mark");
        assert_eq!(read(b"").expect_err("nothing"), "the file is empty");
        let broken = read(b"\nid,\xff\n").expect_err("no header");
        assert_eq!(broken, "line 2: the line holds bytes that are not Shift_JIS");
    }
}
