//! Breaking Japanese text into lines.
//!
//! A line may break between any two characters, but not before a closing mark, a small kana or a
//! long-vowel bar, not after an opening mark, and not within a Latin word or a number.

const NEVER_FIRST: &str = "、。，．・：；？！」』）】〕〉》ー〜々%％ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮヵヶ,.:;?!)]}";
const NEVER_LAST: &str = "「『（【〔〈《([{";

/// The text in lines no wider than `width`; `measure` gives the width of a piece in the same
/// unit. A newline always breaks. A single piece wider than the line stands on a line alone.
pub(crate) fn lines(text: &str, width: f32, measure: impl Fn(&str) -> f32) -> Vec<&str> {
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        let (mut start, mut end) = (0, 0);
        for piece_end in breaks(paragraph) {
            if end > start && measure(paragraph[start..piece_end].trim_end()) > width {
                lines.push(paragraph[start..end].trim_end());
                start = end;
            }
            end = piece_end;
        }
        lines.push(paragraph[start..].trim_end());
    }
    lines
}

/// Every place in the text after which a line may end, the end of the text included.
fn breaks(text: &str) -> impl Iterator<Item = usize> {
    let next = text.char_indices().skip(1).map(|(place, next)| (place, Some(next)));
    let pairs = text.chars().zip(next.chain([(text.len(), None)]));
    pairs.filter(|&(last, (_, next))| next.is_none_or(|next| may_part(last, next))).map(|p| p.1.0)
}

fn may_part(last: char, next: char) -> bool {
    let within_word = last.is_ascii_graphic() && next.is_ascii_graphic();
    !(within_word || NEVER_FIRST.contains(next) || NEVER_LAST.contains(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Wraps by counting characters, full-width ones as two.
    fn wrapped(text: &str, width: f32) -> Vec<&str> {
        lines(text, width, |piece| {
            piece.chars().map(|c| if c.is_ascii() { 1.0 } else { 2.0 }).sum()
        })
    }

    #[test]
    fn lines_break_where_a_reader_expects_it() {
        let table: [(&str, &[&str]); 6] = [
            ("絵柄を選びます", &["絵柄を選", "びます"]),
            ("絵柄です。次へ", &["絵柄で", "す。次へ"]),
            ("絵柄を「見る", &["絵柄を", "「見る"]),
            ("番号0120-000", &["番号", "0120-000"]),
            ("一行\n二行", &["一行", "二行"]),
            ("", &[""]),
        ];
        for (text, expected) in table {
            assert_eq!(wrapped(text, 8.0), expected, "{text}");
        }
    }

    #[test]
    fn a_word_too_long_for_the_line_stands_alone() {
        assert_eq!(wrapped("は0120-000-000です", 8.0), ["は", "0120-000-000", "です"]);
    }
}
