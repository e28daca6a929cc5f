//! What exactly is approved, as one number (api.md §4.5): the core banking system computes it again
//! from what it is about to book, and finds the same or does not book.

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;

use crate::fields::{Place, Read};
use crate::id::{ContractId, InstitutionId};
use crate::jcs;
use crate::json::Json;
use crate::moment::Moment;
use crate::operation::Operation;
use crate::read::letters;

const DOMAIN: &str = "sekisho.operation.v1\n";
const PREFIX: &str = "sha256:";

/// Letters of a 照合番号: no `0` and `O`, no `1` and `I`, which a customer could mistake.
const CODE_LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";

/// The text is not in the canonical spelling of what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not in its canonical spelling")]
pub struct Misspelt;

/// All that the digest covers. Two drafts with equal operations differ in their nonces.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Draft<'a> {
    /// Whose money.
    pub contract: ContractId,
    /// At which institution.
    pub institution: InstitutionId,
    /// Ours, one per approval.
    pub nonce: Nonce,
    /// What is to be done.
    pub operation: &'a Operation,
    /// The bank's own number of it.
    pub reference: &'a Reference,
}

impl Draft<'_> {
    /// RFC 8785, with exactly the members that were sent.
    pub fn canonical(&self) -> String {
        let value = serde_json::to_value(self).expect("ids, texts and whole numbers are JSON");
        jcs::canonical(&Json::from(&value))
    }

    /// The digest of the canonical form.
    pub fn digest(&self) -> Digest {
        Digest::of(&self.canonical())
    }
}

/// SHA-256 of a draft; written `sha256:` and 64 hexadecimal digits. Compared in constant time.
#[derive(Clone, Copy)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest of a draft's canonical form.
    pub fn of(canonical: &str) -> Self {
        Self(Sha256::new().chain_update(DOMAIN).chain_update(canonical).finalize().into())
    }

    /// Reads the canonical spelling.
    pub fn parse(text: &str) -> Result<Self, Misspelt> {
        let digits = text.strip_prefix(PREFIX).ok_or(Misspelt)?.as_bytes();
        let mut bytes = [0; 32];
        if digits.len() != 2 * bytes.len() {
            return Err(Misspelt);
        }
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = hex_value(pair[0])? << 4 | hex_value(pair[1])?;
        }
        Ok(Self(bytes))
    }

    /// 照合番号: eight letters the customer can compare between screen, mail and telephone. It is
    /// too short to prove anything; it only helps to notice.
    pub fn reference_code(&self) -> String {
        let mut bits = self.0[..5].iter().fold(0u64, |bits, byte| bits << 8 | u64::from(*byte));
        let mut letters = [0; 8];
        for letter in letters.iter_mut().rev() {
            *letter = CODE_LETTERS[(bits & 31) as usize];
            bits >>= 5;
        }
        let code = std::str::from_utf8(&letters).expect("the alphabet is ASCII");
        let (first, second) = code.split_at(4);
        format!("{first}-{second}")
    }
}

/// Bytes as lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |nibble: u8| char::from(DIGITS[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn hex_value(digit: u8) -> Result<u8, Misspelt> {
    match digit {
        b'0'..=b'9' => Ok(digit - b'0'),
        b'a'..=b'f' => Ok(digit - b'a' + 10),
        _ => Err(Misspelt),
    }
}

impl PartialEq for Digest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl Eq for Digest {}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        f.write_str(&hex(&self.0))
    }
}

/// Sixteen bytes of chance, one draw per approval: equal operations never share a digest.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Nonce([u8; 16]);

impl Nonce {
    /// Draws a new one.
    pub fn make(moment: &mut Moment) -> Self {
        Self(moment.bytes())
    }

    /// Reads base64url without padding.
    pub fn parse(text: &str) -> Result<Self, Misspelt> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| Misspelt)?;
        bytes.try_into().map(Self).map_err(|_| Misspelt)
    }
}

impl fmt::Display for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

/// The bank's own number of a draft: 1 to 64 of `A-Z a-z 0-9 . _ -`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Reference(String);

impl Reference {
    /// Reads it from its place in a body.
    pub fn read(at: &mut Place<'_>) -> Read<Self> {
        letters(1..=64, Self::is_letter)(at).map(Self)
    }

    /// Reads the text alone.
    pub fn parse(text: &str) -> Result<Self, Misspelt> {
        let fits = (1..=64).contains(&text.len()) && text.chars().all(Self::is_letter);
        if fits { Ok(Self(text.to_owned())) } else { Err(Misspelt) }
    }

    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn is_letter(c: char) -> bool {
        c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
    }
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

macro_rules! spelt_as_text {
    ($($name:ident)*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = Misspelt;
            fn from_str(text: &str) -> Result<Self, Misspelt> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

spelt_as_text!(Digest Nonce Reference);

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Vector {
        name: String,
        draft: serde_json::Value,
        canonical: String,
        digest: Digest,
        reference_code: String,
    }

    fn vectors() -> Vec<Vector> {
        let file = include_str!("../../../vectors/digest.json");
        serde_json::from_str(file).expect("vectors/digest.json has this form")
    }

    #[test]
    fn the_vectors_have_their_canonical_form_and_digest() {
        for vector in vectors() {
            let canonical = jcs::canonical(&Json::from(&vector.draft));
            assert_eq!(canonical, vector.canonical, "{}", vector.name);
            assert_eq!(Digest::of(&canonical), vector.digest, "{}", vector.name);
            assert_eq!(vector.digest.reference_code(), vector.reference_code, "{}", vector.name);
        }
    }

    #[test]
    fn a_draft_read_from_json_has_the_vectors_digest() {
        let transfers =
            vectors().into_iter().filter(|v| v.draft["operation"]["type"] == "transfer");
        let mut seen = 0;
        for Vector { name, draft, canonical, digest, .. } in transfers {
            fn member<T: serde::de::DeserializeOwned>(draft: &serde_json::Value, name: &str) -> T {
                serde_json::from_value(draft[name].clone()).expect("a member of the draft")
            }
            let (operation, reference) = (member(&draft, "operation"), member(&draft, "reference"));
            let draft = Draft {
                contract: member(&draft, "contract"),
                institution: member(&draft, "institution"),
                nonce: member(&draft, "nonce"),
                operation: &operation,
                reference: &reference,
            };
            assert_eq!((draft.canonical(), draft.digest()), (canonical, digest), "{name}");
            seen += 1;
        }
        assert_eq!(seen, 3);
    }

    #[test]
    fn spellings_are_strict() {
        let text = "sha256:c6cc02c9ac7e58d3529fe905eb56327d228362609fe1975c768212f88ed9e7f6";
        assert_eq!(Digest::parse(text).expect("canonical").to_string(), text);
        for wrong in [&text[7..], &text[..70], &text.replace('c', "C"), &format!("{text}0"), ""] {
            assert_eq!(Digest::parse(wrong), Err(Misspelt), "{wrong}");
        }
        assert_eq!(Digest::parse(&text.replace('c', "+")), Err(Misspelt));
        assert!(Nonce::parse("Xa0ijRfcp6bf-13oiKbCeA").is_ok());
        assert_eq!(Nonce::parse("Xa0ijRfcp6bf-13oiKbCeA=="), Err(Misspelt));
        assert_eq!(Nonce::parse("Xa0ijRfcp6bf-13oiKbCeB"), Err(Misspelt), "bits left over");
        assert!(Reference::parse(&"a".repeat(64)).is_ok());
        for wrong in [&"a".repeat(65), "", "a b", "a/b", "番号"] {
            assert_eq!(Reference::parse(wrong), Err(Misspelt), "{wrong}");
        }
    }
}
