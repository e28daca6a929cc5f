//! Verifiers: enough to recognise what is printed on a card, not to read it (domain.md §4.8).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize as _, Deserializer, Serializer, de};
use sha2::Sha256;

use crate::secret::Secret;

/// What is stored instead of a printed secret: the first half of an HMAC-SHA256.
pub(super) type Verifier = [u8; 16];

/// An HMAC with its key, ready for many messages.
pub(super) type Keyed = Hmac<Sha256>;

pub(super) fn keyed(key: &Secret<[u8; 32]>) -> Keyed {
    Keyed::new_from_slice(key.expose()).expect("HMAC takes any key length")
}

pub(super) fn verifier(keyed: &Keyed, parts: &[&[u8]]) -> Verifier {
    let whole = mac(keyed, parts);
    *whole.first_chunk().expect("half of 32 bytes")
}

/// The verifiers of all places of a card, counted from 0.
pub(super) fn each_place<const N: usize>(of: impl Fn(u8) -> Verifier) -> [Verifier; N] {
    std::array::from_fn(|place| of(u8::try_from(place).expect("a card has fewer than 256 places")))
}

/// The parts are of fixed length, except the last, so they cannot be shifted into each other.
pub(super) fn mac(keyed: &Keyed, parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = keyed.clone();
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

/// Writes verifiers as one base64 text; for `#[serde(with)]`.
pub(super) fn serialize<S: Serializer>(verifiers: &[Verifier], to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&STANDARD_NO_PAD.encode(verifiers.as_flattened()))
}

/// Reads exactly as many verifiers as the card has places.
pub(super) fn deserialize<'de, D: Deserializer<'de>, const N: usize>(
    from: D,
) -> Result<[Verifier; N], D::Error> {
    let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
    let bytes = STANDARD_NO_PAD.decode(text.as_bytes()).map_err(de::Error::custom)?;
    let (verifiers, rest) = bytes.as_chunks();
    let whole = verifiers.try_into().ok().filter(|_| rest.is_empty());
    whole.ok_or_else(|| de::Error::custom("one verifier per place"))
}
