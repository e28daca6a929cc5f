//! Between the kana people write and the half-width kana of the banks' transfer network.

use unicode_normalization::UnicodeNormalization;

const VOICED: char = '\u{3099}';
const HALF_VOICED: char = '\u{309a}';

/// Full-width kana in the order of their half-width twins, which begin at U+FF71.
const KANA: &str =
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン";
const FIRST_HALF: u32 = 0xff71;

pub(super) fn is_bank_char(c: char) -> bool {
    matches!(c, 'ｦ' | 'ｱ'..='ﾟ' | 'A'..='Z' | '0'..='9' | ' ' | '(' | ')' | '-')
        || matches!(c, '.' | '/' | ',' | '｢' | '｣')
}

/// The network's spelling of `text`: kana half-width, small ones large, voiced marks apart, the
/// long vowel mark as `-`, Latin letters as capitals, one space between words. Nothing when a
/// character has no such spelling.
pub(super) fn to_bank_kana(text: &str) -> Option<String> {
    // The free-standing voiced marks would come apart with a space before them.
    let joined = text.replace('゛', "\u{3099}").replace('゜', "\u{309a}");
    let spelt = joined.nfkd().map(bank_char).collect::<Option<String>>()?;
    Some(spelt.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
}

/// `c` is of the form NFKD: full-width kana with voiced marks apart, half-width Latin.
fn bank_char(c: char) -> Option<char> {
    if super::is_hyphen(c) {
        return Some('-');
    }
    let c = match large(katakana(c)) {
        'ヲ' => 'ｦ',
        'ヰ' => 'ｲ',
        'ヱ' => 'ｴ',
        VOICED => 'ﾞ',
        HALF_VOICED => 'ﾟ',
        '「' => '｢',
        '」' => '｣',
        '、' => ',',
        '。' | '・' => '.',
        other => match KANA.chars().position(|kana| kana == other) {
            Some(place) => half(place),
            None => other.to_ascii_uppercase(),
        },
    };
    is_bank_char(c).then_some(c)
}

fn katakana(c: char) -> char {
    match c {
        'ぁ'..='ゖ' => char::from_u32(u32::from(c) + 0x60).expect("katakana mirror hiragana"),
        _ => c,
    }
}

fn large(c: char) -> char {
    match c {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        _ => c,
    }
}

fn half(place: usize) -> char {
    u32::try_from(place)
        .ok()
        .and_then(|place| char::from_u32(FIRST_HALF + place))
        .expect("half-width kana stand in one row")
}

/// The network's spelling made readable. A `-` after a kana was a long vowel mark.
pub(super) fn to_full_width(name: &str) -> String {
    let mut shown = String::new();
    for c in name.nfkc() {
        let after_kana = shown.chars().last().is_some_and(|last| ('ァ'..='ー').contains(&last));
        shown.push(match c {
            ' ' => '\u{3000}',
            '-' if after_kana => 'ー',
            '!'..='~' => {
                char::from_u32(u32::from(c) + 0xfee0).expect("full-width signs mirror ASCII")
            }
            _ => c,
        });
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_the_networks_kana_however_they_are_written() {
        for (typed, wanted) in [
            ("せきしょ　はなこ", "ｾｷｼﾖ ﾊﾅｺ"),
            ("セキショ　ハナコ", "ｾｷｼﾖ ﾊﾅｺ"),
            ("ｾｷｼｮ ﾊﾅｺ", "ｾｷｼﾖ ﾊﾅｺ"),
            ("セキシヨ ハナコ", "ｾｷｼﾖ ﾊﾅｺ"),
            ("  せきしょ \u{3000} はなこ ", "ｾｷｼﾖ ﾊﾅｺ"),
            ("きゅうよ いちろう", "ｷﾕｳﾖ ｲﾁﾛｳ"),
            ("がぎぐげご ぱぴぷぺぽ", "ｶﾞｷﾞｸﾞｹﾞｺﾞ ﾊﾟﾋﾟﾌﾟﾍﾟﾎﾟ"),
            ("か\u{3099}", "ｶﾞ"),
            ("ｶﾞ", "ｶﾞ"),
            ("カ゛ハ゜", "ｶﾞﾊﾟ"),
            ("ヴァイオリン", "ｳﾞｱｲｵﾘﾝ"),
            ("カード", "ｶ-ﾄﾞ"),
            ("ｶｰﾄﾞ", "ｶ-ﾄﾞ"),
            ("サーバ−", "ｻ-ﾊﾞ-"),
            ("カ）シキソウショウジ", "ｶ)ｼｷｿｳｼﾖｳｼﾞ"),
            ("ｶ)ｼｷｿｳ", "ｶ)ｼｷｿｳ"),
            ("Ａｂｃ　Ｃｏ．，Ｌｔｄ", "ABC CO.,LTD"),
            ("ジョン・スミス", "ｼﾞﾖﾝ.ｽﾐｽ"),
            ("ヰヱヲ ゐゑを", "ｲｴｦ ｲｴｦ"),
            ("ヵヶヮ", "ｶｹﾜ"),
            ("「タカ」２／３", "｢ﾀｶ｣2/3"),
        ] {
            assert_eq!(to_bank_kana(typed).as_deref(), Some(wanted), "{typed}");
        }
        for typed in ["関所", "セキショ花子", "￥100", "¥", "\\", "ｱ!", "é", "😀", "ヽ", "a_b"]
        {
            assert_eq!(to_bank_kana(typed), None, "{typed}");
        }
    }

    #[test]
    fn every_network_character_is_its_own_spelling() {
        let all: String = ('\0'..='\u{ffff}').filter(|&c| c != ' ' && is_bank_char(c)).collect();
        assert_eq!(all.chars().count(), 1 + 45 + 2 + 26 + 10 + 6 + 2);
        assert_eq!(to_bank_kana(&all).as_deref(), Some(all.as_str()));
    }

    #[test]
    fn names_are_shown_in_full_width() {
        for (name, shown) in [
            ("ｾｷｼﾖ ﾊﾅｺ", "セキシヨ　ハナコ"),
            ("ｶ-ﾄﾞ", "カード"),
            ("ﾊﾟ-ﾃｨ", "パーティ"),
            ("ABC-1", "ＡＢＣ－１"),
            ("ｶ)ｼｷｿｳ", "カ）シキソウ"),
            ("ｳﾞ-", "ヴー"),
        ] {
            assert_eq!(to_full_width(name), shown, "{name}");
        }
    }
}
