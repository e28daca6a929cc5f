//! Secrets: never printed, wiped when dropped, sealed to their owner when at rest.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::moment::Moment;

/// A value that must not be printed or logged; it has no `Debug` and is wiped when dropped.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Secret<T: Zeroize>(T);

impl<T: Zeroize> Secret<T> {
    /// Takes the value into custody.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// Shows the value to the one place that needs it.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

/// What sealed bytes could not be opened for: wrong owner, wrong purpose, changed, or key not held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sealed value cannot be opened")]
pub struct Unopened;

/// What a key of the ring is used for; each purpose has a key of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Secrets at rest (AEAD).
    Seal,
    /// Verifiers of printed cards (domain.md §4.8).
    Card,
    /// Opaque choices and pictures of a challenge.
    Choice,
    /// Pepper of password hashes.
    Password,
    /// One-time links to hosted pages.
    Ticket,
    /// Proof that a form was ours.
    Form,
}

impl Purpose {
    fn label(self) -> &'static str {
        match self {
            Self::Seal => "sekisho/seal",
            Self::Card => "sekisho/card",
            Self::Choice => "sekisho/choice",
            Self::Password => "sekisho/password",
            Self::Ticket => "sekisho/ticket",
            Self::Form => "sekisho/form",
        }
    }
}

struct RingKey {
    id: u16,
    purposes: [Secret<[u8; 32]>; 6],
}

impl RingKey {
    fn derive(id: u16, secret: &Secret<[u8; 32]>) -> Self {
        use Purpose::{Card, Choice, Form, Password, Seal, Ticket};
        let extract = Hkdf::<Sha256>::new(Some(b"sekisho keyring 1"), secret.expose());
        let purposes = [Seal, Card, Choice, Password, Ticket, Form].map(|purpose| {
            let mut key = [0; 32];
            extract.expand(purpose.label().as_bytes(), &mut key).expect("32 bytes are short");
            Secret::new(key)
        });
        Self { id, purposes }
    }
}

/// The keys of an installation, by number; the newest seals, all open.
pub struct Keyring {
    keys: Vec<RingKey>,
}

impl Keyring {
    /// A ring of the given keys, newest last.
    ///
    /// # Panics
    /// When it is empty: an installation without a key cannot start.
    pub fn new(keys: &[(u16, Secret<[u8; 32]>)]) -> Self {
        assert!(!keys.is_empty(), "a keyring holds at least one key");
        Self { keys: keys.iter().map(|(id, secret)| RingKey::derive(*id, secret)).collect() }
    }

    /// The number of the newest key.
    pub fn newest(&self) -> u16 {
        self.keys.last().expect("a keyring is never empty").id
    }

    fn find(&self, id: u16) -> Result<&RingKey, Unopened> {
        self.keys.iter().find(|key| key.id == id).ok_or(Unopened)
    }

    /// HMAC-SHA256 of `parts` under key `id` for `purpose`; each part is preceded by its length.
    pub fn mac(&self, id: u16, purpose: Purpose, parts: &[&[u8]]) -> Result<[u8; 32], Unopened> {
        let key = self.find(id)?.purposes[purpose as usize].expose();
        let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key length");
        for part in parts {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        Ok(mac.finalize().into_bytes().into())
    }

    /// Seals `plain` for `owner`; only the same owner can open it again.
    pub fn seal(&self, owner: &[u8], plain: &[u8], moment: &mut Moment) -> Sealed {
        let key = self.keys.last().expect("a keyring is never empty");
        let nonce: [u8; 24] = moment.bytes();
        let body = cipher(key)
            .encrypt(&XNonce::from(nonce), Payload { msg: plain, aad: owner })
            .expect("the message is far below the cipher's limit");
        let mut bytes = Vec::with_capacity(26 + body.len());
        bytes.extend_from_slice(&key.id.to_be_bytes());
        bytes.extend_from_slice(&nonce);
        bytes.extend_from_slice(&body);
        Sealed(bytes)
    }

    /// Opens what was sealed for `owner`.
    pub fn open(&self, owner: &[u8], sealed: &Sealed) -> Result<Secret<Vec<u8>>, Unopened> {
        let (id, rest) = sealed.0.split_first_chunk::<2>().ok_or(Unopened)?;
        let (nonce, body) = rest.split_first_chunk::<24>().ok_or(Unopened)?;
        let key = self.find(u16::from_be_bytes(*id))?;
        cipher(key)
            .decrypt(&XNonce::from(*nonce), Payload { msg: body, aad: owner })
            .map(Secret::new)
            .map_err(|_| Unopened)
    }
}

fn cipher(key: &RingKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.purposes[Purpose::Seal as usize].expose().into())
}

/// Bytes sealed under the keyring (`XChaCha20-Poly1305`): key number, nonce, ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed(Vec<u8>);

impl Sealed {
    /// Takes back what [`Self::bytes`] gave.
    pub fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// As stored.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Sealed {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD_NO_PAD.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Sealed {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        STANDARD_NO_PAD.decode(text.as_bytes()).map(Self).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    fn ring(ids: &[u16]) -> Keyring {
        let key = |id: &u16| (*id, Secret::new([u8::try_from(*id).expect("small"); 32]));
        Keyring::new(&ids.iter().map(key).collect::<Vec<_>>())
    }

    #[test]
    fn only_the_owner_opens_and_old_keys_still_do() {
        let mut chance = Chance::from_seed([1; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        let sealed = ring(&[1]).seal(b"crd_1", b"cells", &mut moment);
        let later = ring(&[1, 2]);
        assert_eq!(
            later.open(b"crd_1", &sealed).map(|s| s.expose().clone()),
            Ok(b"cells".to_vec())
        );
        assert_eq!(later.open(b"crd_2", &sealed).err(), Some(Unopened));
        assert_eq!(ring(&[2]).open(b"crd_1", &sealed).err(), Some(Unopened));
        let mut changed = sealed.bytes().to_vec();
        *changed.last_mut().expect("not empty") ^= 1;
        assert!(later.open(b"crd_1", &Sealed::from_bytes(changed)).is_err());
    }

    #[test]
    fn parts_cannot_be_shifted_into_each_other() {
        let ring = ring(&[1]);
        let mac = |parts: &[&[u8]]| ring.mac(1, Purpose::Card, parts).expect("key 1 is held");
        assert_ne!(mac(&[b"ab", b"c"]), mac(&[b"a", b"bc"]));
        let other = ring.mac(1, Purpose::Choice, &[b"ab", b"c"]).expect("key 1 is held");
        assert_ne!(mac(&[b"ab", b"c"]), other, "each purpose has its own key");
    }
}
