//! What customers type, brought to the one spelling that banks exchange.
//!
//! Names of payees travel in half-width kana without small letters (api.md §4.4); people type
//! hiragana, full-width katakana, small letters, long vowels and digits of any width.

use unicode_normalization::UnicodeNormalization;

/// The longest payee name, in half-width characters.
pub const LONGEST_NAME: usize = 48;

const FULL: &str = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン\
                    ァィゥェォッャュョヮヵヶヰヱ";
const HALF: &str = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ\
                    ｱｲｳｴｵﾂﾔﾕﾖﾜｶｹｲｴ";

/// A payee's name in canonical spelling, or `None` when a character has no place in it (kanji, for
/// example) or the name is empty or longer than [`LONGEST_NAME`].
///
/// ```
/// use sekisho_bank::kana::payee_name;
/// assert_eq!(payee_name("せきしょ　はなこ").as_deref(), Some("ｾｷｼﾖ ﾊﾅｺ"));
/// assert_eq!(payee_name("架空"), None);
/// ```
pub fn payee_name(typed: &str) -> Option<String> {
    let mut name = String::new();
    for letter in typed.replace('゛', "ﾞ").replace('゜', "ﾟ").nfkd() {
        let letter = half_width(letter)?;
        if letter != ' ' || !(name.is_empty() || name.ends_with(' ')) {
            name.push(letter);
        }
    }
    let name = name.trim_end();
    (1..=LONGEST_NAME).contains(&name.chars().count()).then(|| name.to_owned())
}

/// A text for people to read: kana in full width, digits and letters in half width.
///
/// ```
/// use sekisho_bank::kana::full_width;
/// assert_eq!(full_width("ｶ)ﾐﾎﾝｼﾖｳｼﾞ"), "カ)ミホンシヨウジ");
/// ```
pub fn full_width(text: &str) -> String {
    text.nfkc().collect()
}

/// One letter of a decomposed text in half width.
fn half_width(letter: char) -> Option<char> {
    let katakana = match letter {
        'ぁ'..='ゖ' => char::from_u32(u32::from(letter) + 0x60)?,
        other => other,
    };
    Some(match katakana {
        'A'..='Z' | '0'..='9' | ' ' | '(' | ')' | '-' | '.' | '/' | ',' => katakana,
        'a'..='z' => katakana.to_ascii_uppercase(),
        // The long vowel and its many look-alikes are a hyphen between banks.
        'ー' | '‐' | '‑' | '–' | '—' | '―' | '−' => '-',
        '・' => '.',
        '「' => '｢',
        '」' => '｣',
        '\u{3099}' => 'ﾞ',
        '\u{309a}' => 'ﾟ',
        _ => HALF.chars().nth(FULL.chars().position(|full| full == katakana)?)?,
    })
}

/// What people put between the digits of an account number.
pub const HYPHENS: &[char] = &['-', 'ー', '‐', '−', '–'];

/// The digits of a number as typed: any width, with spaces and `between` left out.
/// `None` when anything else stands there or nothing is left.
pub fn digits(typed: &str, between: &[char]) -> Option<String> {
    let mut digits = String::new();
    for letter in typed.nfkc() {
        match letter {
            '0'..='9' => digits.push(letter),
            ' ' => {}
            other if between.contains(&other) => {}
            _ => return None,
        }
    }
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_to_one_spelling() {
        for (typed, canonical) in [
            ("セキショ ハナコ", Some("ｾｷｼﾖ ﾊﾅｺ")),
            ("せきしょ　はなこ", Some("ｾｷｼﾖ ﾊﾅｺ")),
            ("ｾｷｼｮ ﾊﾅｺ", Some("ｾｷｼﾖ ﾊﾅｺ")),
            ("ｾｷｼﾖ ﾊﾅｺ", Some("ｾｷｼﾖ ﾊﾅｺ")),
            ("ガガーリン", Some("ｶﾞｶﾞ-ﾘﾝ")),
            ("ｶﾞｶﾞｰﾘﾝ", Some("ｶﾞｶﾞ-ﾘﾝ")),
            ("カ゛ス", Some("ｶﾞｽ")),
            ("パン・ヴィラ", Some("ﾊﾟﾝ.ｳﾞｲﾗ")),
            ("カ）レイジ", Some("ｶ)ﾚｲｼﾞ")),
            ("（ザイ）ミホン", Some("(ｻﾞｲ)ﾐﾎﾝ")),
            ("ａｂｃ１２３", Some("ABC123")),
            ("ヲトメ ヵヶ", Some("ｦﾄﾒ ｶｹ")),
            ("  ア   イ  ", Some("ｱ ｲ")),
            ("関所 花子", None),
            ("ア\\イ", None),
            ("ア¥イ", None),
            ("é", None),
            ("ア\u{202e}イ", None),
            ("", None),
            ("　", None),
        ] {
            assert_eq!(payee_name(typed).as_deref(), canonical, "{typed}");
        }
        assert!(payee_name(&"ア".repeat(48)).is_some());
        assert!(payee_name(&"ガ".repeat(25)).is_none(), "a voiced letter takes two places");
    }

    #[test]
    fn numbers_are_read_in_any_width() {
        for (typed, read) in [
            ("7654321", Some("7654321")),
            ("７６５４３２１", Some("7654321")),
            ("765-4321", Some("7654321")),
            (" 765 4321 ", Some("7654321")),
            ("765ー4321", Some("7654321")),
            ("765432a", None),
            ("", None),
            ("-", None),
        ] {
            assert_eq!(digits(typed, HYPHENS).as_deref(), read, "{typed}");
        }
    }
}
