//! How single values of a body are read: the vocabulary of every parser built on [`Fields`].
//!
//! Each function gives a reader: from a [`Place`] to a value, or to a fault noted there.

use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::de::value::{Error as NoSuchWord, StrDeserializer};
use serde::de::{DeserializeOwned, IntoDeserializer};

use crate::digits::Digits;
use crate::fields::{FaultCode, Fields, Place, Read};
use crate::json::Json;
use crate::money::Yen;
use crate::text;
use crate::time::{Day, Timestamp};

/// The length of a text that has no rule of its own, in characters (api.md §1.8).
pub const TEXT: RangeInclusive<usize> = 1..=200;

/// Text of a length in characters (code points); [`TEXT`] where no other is named.
pub fn text(length: RangeInclusive<usize>) -> impl Fn(&mut Place<'_>) -> Read<String> {
    move |at| {
        let text = at.text()?;
        within(at, text.chars().count(), &length)?;
        Ok(text.to_owned())
    }
}

/// Text of a length, made only of the characters `allowed`, such as a reference or a login id.
pub fn letters(
    length: RangeInclusive<usize>,
    allowed: fn(char) -> bool,
) -> impl Fn(&mut Place<'_>) -> Read<String> {
    move |at| {
        let letters = text(length.clone())(at)?;
        if letters.chars().all(allowed) { Ok(letters) } else { at.fault(FaultCode::Pattern) }
    }
}

/// The canonical spelling of `T`: an id, a digest, a code. Any other is a fault of `pattern`.
pub fn parsed<T: FromStr>() -> impl Fn(&mut Place<'_>) -> Read<T> {
    |at| match at.text()?.parse() {
        Ok(value) => Ok(value),
        Err(_) => at.fault(FaultCode::Pattern),
    }
}

/// A code of exactly `N` digits.
pub fn digits<const N: usize>() -> impl Fn(&mut Place<'_>) -> Read<Digits<N>> {
    parsed()
}

/// One of the words of `T`, an enum of unit variants, as serde spells them.
pub fn word<T: DeserializeOwned>() -> impl Fn(&mut Place<'_>) -> Read<T> {
    |at| {
        let word: StrDeserializer<'_, NoSuchWord> = at.text()?.into_deserializer();
        T::deserialize(word).or_else(|_| at.fault(FaultCode::Enum))
    }
}

/// The bank's half-width kana (api.md §4.4), 1 to 48 characters. For what only needs other letters,
/// such as full-width kana, the fault names the spelling that would do.
pub fn bank_kana() -> impl Fn(&mut Place<'_>) -> Read<text::KanaName> {
    |at| {
        let text = at.text()?;
        within(at, text.chars().count(), &text::KanaName::LENGTH)?;
        if let Some(name) = text::KanaName::parse(text) {
            return Ok(name);
        }
        match text::KanaName::typed(text) {
            Some(expected) => at.not_canonical(expected.to_string()),
            None => at.fault(FaultCode::Pattern),
        }
    }
}

/// A whole number within `range`; `5e4` and `50000.0` are of another type.
pub fn integer(range: RangeInclusive<i64>) -> impl Fn(&mut Place<'_>) -> Read<i64> {
    move |at| match at.json() {
        Json::Integer(number) if range.contains(number) => Ok(*number),
        Json::Integer(_) => at.fault(FaultCode::Range),
        Json::Number(spelt) if beyond_64_bits(spelt) => at.fault(FaultCode::Range),
        _ => at.fault(FaultCode::Type),
    }
}

fn beyond_64_bits(spelt: &str) -> bool {
    spelt != "-0" && spelt.bytes().all(|b| b.is_ascii_digit() || b == b'-')
}

/// Whole yen, 0 to 999,999,999,999.
pub fn yen() -> impl Fn(&mut Place<'_>) -> Read<Yen> {
    yen_from(Yen::ZERO)
}

/// Whole yen, at least `least`.
pub fn yen_from(least: Yen) -> impl Fn(&mut Place<'_>) -> Read<Yen> {
    move |at| {
        let amount = u64::try_from(integer(0..=i64::MAX)(at)?).ok().and_then(Yen::new);
        match amount {
            Some(amount) if amount >= least => Ok(amount),
            _ => at.fault(FaultCode::Range),
        }
    }
}

/// `true` or `false`.
pub fn boolean() -> impl Fn(&mut Place<'_>) -> Read<bool> {
    |at| match at.json() {
        Json::Bool(truth) => Ok(*truth),
        _ => at.fault(FaultCode::Type),
    }
}

/// A day that exists, `YYYY-MM-DD`.
pub fn day() -> impl Fn(&mut Place<'_>) -> Read<Day> {
    |at| match Day::parse(at.text()?) {
        Some(day) => Ok(day),
        None => at.fault(FaultCode::Pattern),
    }
}

/// An instant, RFC 3339 with any offset.
pub fn instant() -> impl Fn(&mut Place<'_>) -> Read<Timestamp> {
    |at| match Timestamp::parse(at.text()?) {
        Some(instant) => Ok(instant),
        None => at.fault(FaultCode::Pattern),
    }
}

/// A list with a number of elements; each is read, so that the faults of all are named.
pub fn list<T>(
    length: RangeInclusive<usize>,
    element: impl Fn(&mut Place<'_>) -> Read<T>,
) -> impl Fn(&mut Place<'_>) -> Read<Vec<T>> {
    move |at| {
        let Json::Array(sent) = at.json() else { return at.fault(FaultCode::Type) };
        within(at, sent.len(), &length)?;
        let read =
            sent.iter().enumerate().map(|(i, json)| element(&mut at.below(&i.to_string(), json)));
        read.collect::<Vec<_>>().into_iter().collect()
    }
}

/// A list whose elements all differ.
pub fn set<T: PartialEq>(
    length: RangeInclusive<usize>,
    element: impl Fn(&mut Place<'_>) -> Read<T>,
) -> impl Fn(&mut Place<'_>) -> Read<Vec<T>> {
    let list = list(length, element);
    move |at| {
        let elements = list(at)?;
        match (1..elements.len()).find(|&i| elements[..i].contains(&elements[i])) {
            Some(twin) => at.below(&twin.to_string(), &Json::Null).fault(FaultCode::Duplicate),
            None => Ok(elements),
        }
    }
}

/// An object; members nobody reads are faults.
pub fn object<T>(
    members: impl Fn(&mut Fields<'_>) -> Read<T>,
) -> impl Fn(&mut Place<'_>) -> Read<T> {
    move |at| {
        let mut fields = Fields::of(at.here())?;
        let value = members(&mut fields);
        fields.finish()?;
        value
    }
}

fn within(at: &mut Place<'_>, length: usize, allowed: &RangeInclusive<usize>) -> Read<()> {
    match length {
        l if l < *allowed.start() => at.fault(FaultCode::TooShort),
        l if l > *allowed.end() => at.fault(FaultCode::TooLong),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::id::ContractId;

    fn told<T>(reader: impl Fn(&mut Place<'_>) -> Read<T>, body: &str) -> String {
        let json = Json::parse(body.as_bytes()).expect("JSON");
        match json.read(reader) {
            Ok(_) => "ok".into(),
            Err(faults) => faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(","),
        }
    }

    #[test]
    fn money_is_an_integer_within_range() {
        for (body, wanted) in [
            ("0", "ok"),
            ("50000", "ok"),
            ("999999999999", "ok"),
            ("1000000000000", " range"),
            ("99999999999999999999", " range"),
            ("-1", " range"),
            ("-0", " type"),
            ("50000.0", " type"),
            ("5e4", " type"),
            ("1e999", " type"),
            ("\"50000\"", " type"),
            ("null", " type"),
            ("[]", " type"),
        ] {
            assert_eq!(told(yen(), body), wanted, "{body}");
        }
        assert_eq!(told(yen_from(Yen::ONE), "0"), " range");
        assert_eq!(told(integer(60..=900), "901"), " range");
    }

    #[test]
    fn texts_codes_and_days_are_read_in_one_spelling() {
        assert_eq!(told(text(TEXT), &format!("\"{}\"", "龍".repeat(200))), "ok");
        assert_eq!(told(text(TEXT), &format!("\"{}\"", "龍".repeat(201))), " too_long");
        assert_eq!(told(text(TEXT), "\"\""), " too_short");
        assert_eq!(told(letters(1..=9, |c| c.is_ascii_alphanumeric()), "\"a b\""), " pattern");
        assert_eq!(told(digits::<3>(), "\"001\""), "ok");
        assert_eq!(told(digits::<3>(), "\"01\""), " pattern");
        assert_eq!(told(digits::<3>(), "1"), " type");
        let id = |text: &str| told(parsed::<ContractId>(), text);
        assert_eq!(id("\"ctr_01kng5fyw0ejqr3z5z3y4sg13p\""), "ok");
        assert_eq!(id("\"ses_01kng5fyw0ejqr3z5z3y4sg13p\""), " pattern");
        assert_eq!(told(day(), "\"2027-02-28\""), "ok");
        assert_eq!(told(day(), "\"2027-02-29\""), " pattern");
        assert_eq!(told(instant(), "\"2026-11-20T05:03:05Z\""), "ok");
        assert_eq!(told(instant(), "\"2026-11-20\""), " pattern");
        assert_eq!(told(boolean(), "0"), " type");
    }

    #[test]
    fn words_are_those_of_the_enum() {
        #[derive(Debug, PartialEq, Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Season {
            EarlySpring,
        }
        assert_eq!(told(word::<Season>(), "\"early_spring\""), "ok");
        assert_eq!(told(word::<Season>(), "\"EarlySpring\""), " enum");
        assert_eq!(told(word::<Season>(), "\"\""), " enum");
        assert_eq!(told(word::<Season>(), "{\"early_spring\":null}"), " type");
    }

    #[test]
    fn names_in_other_letters_are_told_the_right_ones() {
        let json = Json::parse("\"キュウヨ　イチロウ\"".as_bytes()).expect("JSON");
        let faults = json.read(bank_kana()).expect_err("full-width");
        assert_eq!(faults[0].to_string(), " not_canonical");
        assert_eq!(faults[0].expected.as_deref(), Some("ｷﾕｳﾖ ｲﾁﾛｳ"));
        assert_eq!(told(bank_kana(), "\"関所 花子\""), " pattern");
        assert_eq!(told(bank_kana(), "\"ｾｷｼﾖ ﾊﾅｺ\""), "ok");
    }

    #[test]
    fn lists_have_limits_and_sets_no_twins() {
        assert_eq!(told(list(0..=2, yen()), "[1,2,3]"), " too_long");
        assert_eq!(told(list(1..=2, yen()), "[]"), " too_short");
        assert_eq!(told(list(0..=3, yen()), "[1,\"2\",-3]"), "/1 type,/2 range");
        assert_eq!(told(set(0..=3, yen()), "[1,2,1]"), "/2 duplicate");
        assert_eq!(told(list(0..=3, yen()), "{}"), " type");
    }
}
