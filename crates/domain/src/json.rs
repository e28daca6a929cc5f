//! Strict reading of JSON (api.md §1.1, §1.8, §12): what is not plainly right is refused whole.
//!
//! Here it is only judged whether a body *is* JSON; what its members may hold is said with
//! [`crate::fields`].

use std::fmt;

use serde::Deserializer as _;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

const DEPTH_MAX: usize = 16;
const MEMBERS_MAX: usize = 64;

/// Not JSON, not UTF-8, deeper than 16, more than 64 members in one object, a member twice, or an
/// escaped lone surrogate: `malformed_json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("malformed JSON")]
pub struct Malformed;

/// A JSON value that keeps what a strict reader must know: the order of members and the spelling of
/// unusual numbers. It has no `Debug` of its contents, for a body may hold a password.
#[derive(Clone, PartialEq, Eq)]
pub enum Json {
    /// `null`, which is never a way to say "absent".
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number in its canonical spelling.
    Integer(i64),
    /// Any other number, as it was spelt: with fraction, exponent, `-0`, or beyond 64 bits.
    Number(String),
    /// A string, its escapes resolved.
    Text(String),
    /// Elements in order.
    Array(Vec<Json>),
    /// Members in the order sent; no name stands twice.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads one JSON text.
    pub fn parse(bytes: &[u8]) -> Result<Self, Malformed> {
        let text = std::str::from_utf8(bytes).map_err(|_| Malformed)?;
        let raw: &RawValue = serde_json::from_str(text).map_err(|_| Malformed)?;
        read(raw, DEPTH_MAX).map_err(|_| Malformed)
    }
}

impl fmt::Debug for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Null => "null",
            Self::Bool(_) => "bool",
            Self::Integer(_) | Self::Number(_) => "number",
            Self::Text(_) => "text",
            Self::Array(_) => "array",
            Self::Object(_) => "object",
        })
    }
}

/// What we write ourselves (events, operations) as [`Json`], for its canonical form.
impl From<&serde_json::Value> for Json {
    fn from(value: &serde_json::Value) -> Self {
        use serde_json::Value;
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => number_of(&number.to_string()),
            Value::String(text) => Self::Text(text.clone()),
            Value::Array(elements) => Self::Array(elements.iter().map(Self::from).collect()),
            Value::Object(members) => {
                Self::Object(members.iter().map(|(n, v)| (n.clone(), Self::from(v))).collect())
            }
        }
    }
}

fn number_of(spelt: &str) -> Json {
    match spelt.parse::<i64>() {
        Ok(integer) if spelt != "-0" => Json::Integer(integer),
        _ => Json::Number(spelt.to_owned()),
    }
}

/// Reads one level. The text of each value is seen before it is read, because serde's own numbers
/// forget their spelling: `5e4` would be as good as `50000.0`, and `1e999` no JSON at all.
fn read(raw: &RawValue, depth_left: usize) -> serde_json::Result<Json> {
    let text = raw.get();
    let mut reader = serde_json::Deserializer::from_str(text);
    let level = Level { depth_left };
    match text.as_bytes()[0] {
        b'{' => reader.deserialize_map(level),
        b'[' => reader.deserialize_seq(level),
        b'"' => serde_json::from_str(text).map(Json::Text),
        b'n' => Ok(Json::Null),
        b't' | b'f' => Ok(Json::Bool(text == "true")),
        _ => Ok(number_of(text)),
    }
}

struct Level {
    depth_left: usize,
}

impl Level {
    fn below<E: serde::de::Error>(&self) -> Result<usize, E> {
        self.depth_left.checked_sub(1).ok_or_else(|| E::custom("too deep"))
    }
}

impl<'de> Visitor<'de> for Level {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object or an array")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let below = self.below()?;
        let mut members: Vec<(String, Json)> = Vec::new();
        while let Some((name, raw)) = map.next_entry::<String, &RawValue>()? {
            if members.len() == MEMBERS_MAX || members.iter().any(|(known, _)| *known == name) {
                return Err(A::Error::custom("too many members, or one twice"));
            }
            members.push((name, read(raw, below).map_err(A::Error::custom)?));
        }
        Ok(Json::Object(members))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let below = self.below()?;
        let mut elements = Vec::new();
        while let Some(raw) = seq.next_element::<&RawValue>()? {
            elements.push(read(raw, below).map_err(A::Error::custom)?);
        }
        Ok(Json::Array(elements))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Json, Malformed> {
        Json::parse(text.as_bytes())
    }

    #[test]
    fn what_is_json_is_kept_with_order_and_spelling() {
        let json =
            parse(r#" {"b":[1,-2,true,null],"a":"\u00e9\ud83d\ude00\n","":{}} "#).expect("JSON");
        let wanted = Json::Object(vec![
            (
                "b".into(),
                Json::Array(vec![
                    Json::Integer(1),
                    Json::Integer(-2),
                    Json::Bool(true),
                    Json::Null,
                ]),
            ),
            ("a".into(), Json::Text("é😀\n".into())),
            (String::new(), Json::Object(vec![])),
        ]);
        assert!(json == wanted);
    }

    #[test]
    fn unusual_numbers_keep_their_spelling() {
        for spelt in ["50000.0", "5e4", "1E+2", "-0", "1e999", "99999999999999999999"] {
            assert!(parse(spelt) == Ok(Json::Number(spelt.into())), "{spelt}");
        }
        assert!(parse("9007199254740993") == Ok(Json::Integer(9_007_199_254_740_993)));
    }

    #[test]
    fn what_is_not_plainly_json_is_malformed() {
        for wrong in [
            "",
            " ",
            "{",
            "{}{}",
            "{} x",
            "\u{feff}{}",
            "{'a':1}",
            r#"{"a":1,}"#,
            r#"{"a":1,"a":1}"#,
            r#"{"a":{"b":1,"b":2}}"#,
            r#"{"a":1,"\u0061":1}"#,
            r#"{"a":"\ud800"}"#,
            r#"{"a":"\udc00x"}"#,
            r#"{"\ud800":1}"#,
            "[1 2]",
            "[01]",
            "[1.]",
            "[.5]",
            "[+1]",
            "[NaN]",
            "[nul]",
            "[truee]",
            "\"a\tb\"",
            r#""\x""#,
        ] {
            assert_eq!(parse(wrong), Err(Malformed), "{wrong}");
        }
        assert_eq!(Json::parse(b"\"\xff\""), Err(Malformed));
        assert_eq!(Json::parse(b"\"\xed\xa0\x80\""), Err(Malformed));
    }

    #[test]
    fn depth_and_members_have_limits() {
        let nested = |depth: usize| "[".repeat(depth) + &"]".repeat(depth);
        assert!(parse(&nested(16)).is_ok());
        assert_eq!(parse(&nested(17)), Err(Malformed));
        assert_eq!(parse(&nested(30_000)), Err(Malformed));
        let wide = |count: usize| {
            let members: Vec<String> = (0..count).map(|i| format!("\"m{i}\":{i}")).collect();
            format!("{{{}}}", members.join(","))
        };
        assert!(parse(&wide(64)).is_ok());
        assert_eq!(parse(&wide(65)), Err(Malformed));
    }

    #[test]
    fn its_debug_shows_no_contents() {
        let json = parse(r#"{"password":"hunter"}"#).expect("JSON");
        assert_eq!(format!("{json:?}"), "object");
    }
}
