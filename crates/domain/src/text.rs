//! What customers really type, and the one spelling we keep of it.
//!
//! A phone writes `１２３－４５６７` where a PC writes `123-4567`, and a passbook says ｾｷｼﾖ where
//! the customer says せきしょ. Here all of them become the same; what cannot be understood is
//! refused.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};

use crate::digits::{Digits, NotDigits};

mod kana;

/// Whether a text holds nothing that cannot be seen but changes what is seen: no controls, no line
/// or paragraph separators, no bidirectional controls (api.md §1.8).
pub fn is_plain(text: &str) -> bool {
    !text.chars().any(|c| {
        c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{61c}' | '\u{200e}' | '\u{200f}')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    })
}

/// The NFC form of a text that is not in it already.
pub fn composed(text: &str) -> Option<String> {
    (!is_nfc(text)).then(|| text.nfc().collect())
}

/// Full-width letters, digits, signs and spaces as half-width ones; all else stays.
pub fn half_width(text: &str) -> String {
    text.chars().map(half_width_char).collect()
}

fn half_width_char(c: char) -> char {
    match c {
        '\u{3000}' | '\u{a0}' => ' ',
        '！'..='～' => {
            char::from_u32(u32::from(c) - 0xfee0).expect("full-width signs mirror ASCII")
        }
        _ => c,
    }
}

/// A code typed with any digits, any hyphens and any spaces, without the latter two: for fields
/// where they can only have been put in for reading.
pub fn bare_code(text: &str) -> String {
    half_width(text).chars().filter(|&c| !is_hyphen(c) && !c.is_whitespace()).collect()
}

/// All that a Japanese keyboard offers where a hyphen is meant, also the long vowel mark.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(
        c,
        '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2043}' | '−' | '\u{fe58}' | '\u{fe63}'
    ) || matches!(c, '－' | 'ー' | 'ｰ' | '─' | '━')
}

/// A Japanese postcode, seven digits; shown as `123-4567`, kept and sent as `1234567`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Postcode(Digits<7>);

impl Postcode {
    /// Reads what a customer typed; two fields of a form are joined first (U-10). The API takes the
    /// canonical spelling only, by [`str::parse`].
    pub fn typed(text: &str) -> Option<Self> {
        bare_code(text).trim_start_matches('〒').parse().ok()
    }
}

impl FromStr for Postcode {
    type Err = NotDigits;
    fn from_str(text: &str) -> Result<Self, NotDigits> {
        Digits::parse(text).map(Self)
    }
}

impl fmt::Display for Postcode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (area, town) = self.0.as_str().split_at(3);
        write!(f, "{area}-{town}")
    }
}

/// Which login ids an institution gives (policy `login.identifier`, C-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LoginIdForm {
    /// 契約者ID: eleven digits.
    Digits11,
    /// ログインID: 6 to 20 letters and digits.
    Letters,
}

/// What a customer signs in with: 契約者ID or ログインID. Letters are kept in lower case, for a
/// phone likes to begin with a capital.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct LoginId(String);

impl LoginId {
    /// Reads the canonical spelling.
    pub fn parse(text: &str, form: LoginIdForm) -> Option<Self> {
        let fits = match form {
            LoginIdForm::Digits11 => text.len() == 11 && text.bytes().all(|b| b.is_ascii_digit()),
            LoginIdForm::Letters => Self::could_be(text),
        };
        fits.then(|| Self(text.to_owned()))
    }

    /// Reads what a customer typed.
    pub fn typed(text: &str, form: LoginIdForm) -> Option<Self> {
        Self::parse(&bare_code(text).to_ascii_lowercase(), form)
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn could_be(text: &str) -> bool {
        (6..=20).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_lowercase())
    }
}

impl fmt::Display for LoginId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// From the store; which form was asked for is known there no more.
impl<'de> Deserialize<'de> for LoginId {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        let fits = Self::could_be(&text);
        fits.then_some(Self(text)).ok_or_else(|| serde::de::Error::custom("not a login id"))
    }
}

/// A name in the half-width kana of the banks' transfer network (api.md §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct KanaName(String);

impl KanaName {
    /// Its length in characters; a voiced mark counts as one.
    pub const LENGTH: std::ops::RangeInclusive<usize> = 1..=48;

    /// Reads the canonical spelling.
    pub fn parse(text: &str) -> Option<Self> {
        is_bank_kana(text).then(|| Self(text.to_owned()))
    }

    /// Reads what was typed in any kana, full-width or half-width, in capitals or not; nothing when
    /// it holds what has no kana, such as kanji.
    pub fn typed(text: &str) -> Option<Self> {
        kana::to_bank_kana(text).and_then(|name| Self::parse(&name))
    }

    /// The name as sent over the network.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name for people: full-width, voiced marks joined to their kana, `ｶ-ﾄﾞ` as カード.
    pub fn full_width(&self) -> String {
        kana::to_full_width(&self.0)
    }
}

/// Whether a text is a name as the transfer network spells it: 1 to 48 of its characters, no space
/// at either end.
pub fn is_bank_kana(text: &str) -> bool {
    KanaName::LENGTH.contains(&text.chars().count())
        && text.chars().all(kana::is_bank_char)
        && !text.starts_with(' ')
        && !text.ends_with(' ')
}

impl fmt::Display for KanaName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for KanaName {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = String::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not the bank's kana"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_postcode_is_understood_however_it_is_typed() {
        // U-10, U-13
        for typed in [
            "1234567",
            "123-4567",
            "１２３－４５６７",
            "１２３４５６７",
            "123ー4567",
            "123−4567",
            "123‐4567",
            "123–4567",
            "123—4567",
            "123―4567",
            "123ｰ4567",
            "123─4567",
            " 123 4567 ",
            "123　4567",
            "〒123-4567",
            "〒 １２３ー４５６７",
            "123\u{a0}4567",
        ] {
            let postcode = Postcode::typed(typed).unwrap_or_else(|| panic!("{typed}"));
            assert_eq!(postcode.to_string(), "123-4567", "{typed}");
        }
        let refused =
            ["", "123-456", "123-45678", "12a-4567", "一二三四五六七", "123〒4567", "123.4567"];
        for typed in refused {
            assert_eq!(Postcode::typed(typed), None, "{typed}");
        }
        assert!("123-4567".parse::<Postcode>().is_err(), "the API takes one spelling");
        let kept = serde_json::to_value("1234567".parse::<Postcode>().expect("canonical"));
        assert_eq!(kept.expect("text"), "1234567");
    }

    #[test]
    fn a_login_id_is_understood_however_it_is_typed() {
        use LoginIdForm::{Digits11, Letters};
        for (typed, form, wanted) in [
            ("12345678901", Digits11, Some("12345678901")),
            ("123 4567 8901", Digits11, Some("12345678901")),
            ("１２３－４５６７－８９０１", Digits11, Some("12345678901")),
            ("123ー4567ー8901", Digits11, Some("12345678901")),
            ("1234567890", Digits11, None),
            ("123456789012", Digits11, None),
            ("1234567890a", Digits11, None),
            ("Hanako01", Letters, Some("hanako01")),
            ("ｈａｎａｋｏ０１", Letters, Some("hanako01")),
            ("hanako01 ", Letters, Some("hanako01")),
            ("12345678901", Letters, Some("12345678901")),
            ("hana1", Letters, None),
            ("hanako_0123", Letters, None),
            ("はなこ0123456", Letters, None),
            ("a23456789012345678901", Letters, None),
        ] {
            let login_id = LoginId::typed(typed, form);
            assert_eq!(login_id.as_ref().map(LoginId::as_str), wanted, "{typed}");
        }
        assert_eq!(LoginId::parse("Hanako01", Letters), None, "the API takes one spelling");
    }

    #[test]
    fn names_have_one_spelling() {
        assert!(is_bank_kana("ｾｷｼﾖ ﾊﾅｺ"));
        assert!(is_bank_kana(&"ｱ".repeat(48)));
        for wrong in ["", " ", " ｱ", "ｱ ", "ｬ", "ｰ", "ア", "a", "\\", "¥", "ｱ　ｲ", "･", "､"]
        {
            assert!(!is_bank_kana(wrong), "{wrong}");
        }
        assert!(!is_bank_kana(&"ｱ".repeat(49)));
    }
}
