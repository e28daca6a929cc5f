//! Reading an object member by member, and naming *all* that is wrong with it (api.md §1.6).
//!
//! A parser names its members and how each is read; then it builds its value. What is absent, of a
//! wrong type, out of range or not known is noted with its place, and the whole is refused.
//!
//! ```
//! use sekisho_domain::fields::{Fields, Read};
//! use sekisho_domain::json::Json;
//! use sekisho_domain::money::Yen;
//! use sekisho_domain::read::{object, text, yen};
//!
//! struct Gift {
//!     amount: Yen,
//!     note: Option<String>,
//! }
//!
//! impl Gift {
//!     fn read(f: &mut Fields) -> Read<Self> {
//!         let amount = f.required("amount_yen", yen());
//!         let note = f.optional("note", text(1..=20));
//!         Ok(Self { amount: amount?, note: note? })
//!     }
//! }
//!
//! let body = Json::parse(br#"{"amount_yen": "500", "from": "me"}"#)?;
//! let faults = body.read(object(Gift::read)).err().unwrap_or_default();
//! let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
//! assert_eq!(told, ["/amount_yen type", "/from unknown"]);
//! # Ok::<(), sekisho_domain::json::Malformed>(())
//! ```

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::json::Json;
use crate::text;

/// What is wrong with one place of a body.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultCode {
    /// The member must be there.
    Required,
    /// No such member is known here.
    Unknown,
    /// The same element stands twice in a list.
    Duplicate,
    /// Another JSON type is due; also `null`, and a fraction where an integer is due.
    Type,
    /// The text is not spelt as it must be, or holds a character no text may hold.
    Pattern,
    /// Too many characters or elements.
    TooLong,
    /// Too few characters or elements.
    TooShort,
    /// The number lies outside its range.
    Range,
    /// Not one of the words allowed here.
    Enum,
    /// Understood, but not in the one spelling allowed; `expected` has it.
    NotCanonical,
}

/// One thing that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// RFC 6901, from the root of the body.
    pub pointer: String,
    /// What is wrong.
    pub code: FaultCode,
    /// The spelling that would do, where we can tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.pointer)?;
        self.code.serialize(f)
    }
}

/// "A fault has been noted": the only way a reader fails. Nobody else can make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Noted(());

/// What a reader gives: the value, or the certainty that its fault is on the list.
pub type Read<T> = Result<T, Noted>;

/// A value and where it stands. A reader (see [`crate::read`]) is a function of a place.
pub struct Place<'a> {
    json: &'a Json,
    pointer: String,
    faults: &'a mut Vec<Fault>,
}

impl<'a> Place<'a> {
    /// The value as it was sent; a text is better taken by [`Self::text`], which knows its rules.
    pub fn json(&self) -> &'a Json {
        self.json
    }

    /// Notes that this place is wrong.
    pub fn fault<T>(&mut self, code: FaultCode) -> Read<T> {
        self.note(code, None)
    }

    /// Notes that `expected` is the spelling that would do.
    pub fn not_canonical<T>(&mut self, expected: String) -> Read<T> {
        self.note(FaultCode::NotCanonical, Some(expected))
    }

    fn note<T>(&mut self, code: FaultCode, expected: Option<String>) -> Read<T> {
        self.faults.push(Fault { pointer: self.pointer.clone(), code, expected });
        Err(Noted(()))
    }

    /// The text here. Every string of every body passes through this door, so the rules of api.md
    /// §1.8 hold for all: no controls, no line or direction tricks, NFC.
    pub fn text(&mut self) -> Read<&'a str> {
        let Json::Text(text) = self.json else { return self.fault(FaultCode::Type) };
        if !text::is_plain(text) {
            return self.fault(FaultCode::Pattern);
        }
        match text::composed(text) {
            Some(expected) => self.not_canonical(expected),
            None => Ok(text),
        }
    }

    /// This place again, for a reader that keeps it.
    pub(crate) fn here(&mut self) -> Place<'_> {
        Place { json: self.json, pointer: self.pointer.clone(), faults: &mut *self.faults }
    }

    /// The place of member or element `name`, below this one.
    pub(crate) fn below<'b>(&'b mut self, name: &str, json: &'b Json) -> Place<'b> {
        Place { json, pointer: pointer_below(&self.pointer, name), faults: &mut *self.faults }
    }
}

fn pointer_below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

impl Json {
    /// Reads the whole body with `reader`, or names everything that is wrong with it.
    pub fn read<T>(&self, reader: impl Fn(&mut Place<'_>) -> Read<T>) -> Result<T, Vec<Fault>> {
        let mut faults = Vec::new();
        let root = &mut Place { json: self, pointer: String::new(), faults: &mut faults };
        match reader(root) {
            Ok(value) if faults.is_empty() => Ok(value),
            _ => Err(faults),
        }
    }
}

/// What a merge patch (RFC 7396) says about one member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change<T> {
    /// Absent: it stays as it is.
    Keep,
    /// `null`: it is removed.
    Remove,
    /// It becomes this.
    Set(T),
}

/// The members of an object on their way to becoming a value; see the example of this module.
pub struct Fields<'a> {
    place: Place<'a>,
    members: &'a [(String, Json)],
    known: Vec<&'static str>,
    rest_unread: bool,
}

impl<'a> Fields<'a> {
    pub(crate) fn of(mut place: Place<'a>) -> Read<Self> {
        let Json::Object(members) = place.json else { return place.fault(FaultCode::Type) };
        Ok(Self { place, members, known: Vec::new(), rest_unread: false })
    }

    /// Reads a member that must be there.
    pub fn required<T>(
        &mut self,
        name: &'static str,
        reader: impl Fn(&mut Place<'_>) -> Read<T>,
    ) -> Read<T> {
        match self.find(name) {
            Some(json) => reader(&mut self.place.below(name, json)),
            None => self.place.below(name, &Json::Null).fault(FaultCode::Required),
        }
    }

    /// Reads a member that may be absent; `null` is not absent.
    pub fn optional<T>(
        &mut self,
        name: &'static str,
        reader: impl Fn(&mut Place<'_>) -> Read<T>,
    ) -> Read<Option<T>> {
        let Some(json) = self.find(name) else { return Ok(None) };
        reader(&mut self.place.below(name, json)).map(Some)
    }

    /// Reads a member of a merge patch, where `null` removes (only there: api.md §1.4).
    pub fn change<T>(
        &mut self,
        name: &'static str,
        reader: impl Fn(&mut Place<'_>) -> Read<T>,
    ) -> Read<Change<T>> {
        match self.find(name) {
            None => Ok(Change::Keep),
            Some(Json::Null) => Ok(Change::Remove),
            Some(json) => reader(&mut self.place.below(name, json)).map(Change::Set),
        }
    }

    /// Whether `name` was sent, whatever its value; for members that depend on each other.
    pub fn has(&self, name: &str) -> bool {
        self.members.iter().any(|(sent, _)| sent == name)
    }

    /// Notes a fault at `name`: for what is wrong only in the light of another member.
    pub fn fault<T>(&mut self, name: &'static str, code: FaultCode) -> Read<T> {
        self.known.push(name);
        self.place.below(name, &Json::Null).fault(code)
    }

    /// Leaves the other members unjudged: which of them are known depends on one that is wrong.
    pub fn leave_rest(&mut self) {
        self.rest_unread = true;
    }

    fn find(&mut self, name: &'static str) -> Option<&'a Json> {
        self.known.push(name);
        self.members.iter().find(|(sent, _)| sent == name).map(|(_, json)| json)
    }

    /// Refuses what nobody asked for.
    pub(crate) fn finish(mut self) -> Read<()> {
        if self.rest_unread {
            return Ok(());
        }
        let mut outcome = Ok(());
        for (name, json) in self.members {
            if !self.known.contains(&name.as_str()) {
                outcome = self.place.below(name, json).fault(FaultCode::Unknown);
            }
        }
        outcome
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::{list, object, text, yen};

    /// Pointer and code of every fault, as `"/a type"`.
    fn faults<T>(body: &str, reader: impl Fn(&mut Place<'_>) -> Read<T>) -> Vec<String> {
        let json = Json::parse(body.as_bytes()).expect("JSON");
        json.read(reader).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    fn pair(f: &mut Fields) -> Read<(String, Option<String>)> {
        let a = f.required("a", text(1..=3));
        let b = f.optional("b", text(1..=3));
        Ok((a?, b?))
    }

    #[test]
    fn all_faults_are_named_at_once() {
        for (body, wanted) in [
            (r#"{"a":"x"}"#, &[][..]),
            (r#"{"a":"x","b":"y"}"#, &[]),
            ("[]", &[" type"]),
            ("null", &[" type"]),
            ("{}", &["/a required"]),
            (r#"{"a":null,"b":null}"#, &["/a type", "/b type"]),
            (r#"{"a":"","b":"1234"}"#, &["/a too_short", "/b too_long"]),
            (r#"{"c/d":1,"e~":2}"#, &["/a required", "/c~1d unknown", "/e~0 unknown"]),
            (r#"{"a":1,"A":"x","":0}"#, &["/a type", "/A unknown", "/ unknown"]),
        ] {
            assert_eq!(faults(body, object(pair)), wanted, "{body}");
        }
    }

    #[test]
    fn faults_inside_lists_and_objects_are_found_where_they_stand() {
        let reader = object(|f| f.required("pairs", list(0..=2, object(pair))));
        let body = r#"{"pairs":[{"a":"x"},{"b":"1","z":0}]}"#;
        assert_eq!(faults(body, reader), ["/pairs/1/a required", "/pairs/1/z unknown"]);
    }

    #[test]
    fn no_string_holds_controls_or_direction_tricks() {
        for hidden in [
            "\u{0}", "\u{1f}", "\u{7f}", "\u{80}", "\u{9f}", "\u{2028}", "\u{2029}", "\u{202e}",
            "\u{2066}", "\u{200f}", "\u{61c}",
        ] {
            let escaped = serde_json::to_string(&format!("x{hidden}")).expect("a string");
            assert_eq!(faults(&escaped, text(1..=9)), [" pattern"], "{escaped}");
        }
        let json = Json::parse("\"か\u{3099}\"".as_bytes()).expect("JSON");
        let fault = &json.read(text(1..=9)).expect_err("not composed")[0];
        assert_eq!((fault.code, fault.expected.as_deref()), (FaultCode::NotCanonical, Some("が")));
    }

    #[test]
    fn null_removes_only_in_a_patch() {
        let reader = object(|f| {
            let (a, b, c) = (f.change("a", yen()), f.change("b", yen()), f.change("c", yen()));
            Ok((a?, b?, c?))
        });
        let json = Json::parse(br#"{"a":null,"b":1}"#).expect("JSON");
        let (a, b, c) = json.read(reader).expect("a patch");
        assert_eq!((a, c), (Change::Remove, Change::Keep));
        assert!(matches!(b, Change::Set(amount) if amount.to_u64() == 1));
    }

    #[test]
    fn a_fault_is_told_as_in_the_example_of_the_api() {
        let fault = Fault {
            pointer: "/operation/amount_yen".into(),
            code: FaultCode::Type,
            expected: None,
        };
        let told = serde_json::to_string(&fault).expect("plain");
        assert_eq!(told, r#"{"pointer":"/operation/amount_yen","code":"type"}"#);
    }
}
