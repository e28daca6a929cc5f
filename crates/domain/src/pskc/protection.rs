//! How the keys of a file are protected (RFC 6030 §6.1, §6.2), and how they are opened.

use aes::cipher::block_padding::{NoPadding, Pkcs7};
use aes::cipher::{BlockModeDecrypt as _, BlockModeEncrypt as _, KeyIvInit as _};
use aes::{Aes128, Aes192, Aes256};
use aes_kw::{KeyInit as _, KwAes128, KwAes192, KwAes256};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use pbkdf2::pbkdf2_hmac;
use sha1::Sha1;
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use super::Protection;
use super::xml::Element;
use crate::token_file::{Fault, Why};

pub(super) const XMLENC: &str = "http://www.w3.org/2001/04/xmlenc#";
pub(super) const HMAC_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256";
const HMAC_SHA1: &str = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
const HMAC_SHA512: &str = "http://www.w3.org/2001/04/xmldsig-more#hmac-sha512";
const PBKDF2: &str = "http://www.rsasecurity.com/rsalabs/pkcs/schemas/pkcs-5v2-0#pbkdf2";
/// Rounds of PBKDF2 that a file may ask for: seconds, not hours.
const ROUNDS_MAX: u32 = 10_000_000;
/// Bytes of an initialisation vector, and of a block.
pub(super) const BLOCK: usize = 16;

/// The hash below an HMAC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Hash {
    Sha1,
    Sha256,
    Sha512,
}

impl Hash {
    fn of(uri: &str) -> Option<Self> {
        match uri {
            HMAC_SHA1 => Some(Self::Sha1),
            HMAC_SHA256 => Some(Self::Sha256),
            HMAC_SHA512 => Some(Self::Sha512),
            _ => None,
        }
    }

    /// Whether `mac` is the MAC of `message`; compared in constant time.
    fn fits(self, key: &[u8], message: &[u8], mac: &[u8]) -> bool {
        macro_rules! fits {
            ($hash:ty) => {{
                let made = <Hmac<$hash> as hmac::KeyInit>::new_from_slice(key);
                made.expect("HMAC takes any key").chain_update(message).verify_slice(mac).is_ok()
            }};
        }
        match self {
            Self::Sha1 => fits!(Sha1),
            Self::Sha256 => fits!(Sha256),
            Self::Sha512 => fits!(Sha512),
        }
    }
}

/// Opens the keys of a file, as far as its head has said how.
pub(super) struct Opener<'a> {
    with: &'a Protection,
    key: Option<Zeroizing<Vec<u8>>>,
    mac: Option<(Hash, Zeroizing<Vec<u8>>)>,
}

impl<'a> Opener<'a> {
    pub(super) const fn new(with: &'a Protection) -> Self {
        Self { with, key: None, mac: None }
    }

    /// Reads `EncryptionKey`: the key is the one given, or derived from the passphrase given.
    pub(super) fn key(&mut self, element: &Element) -> Result<(), Fault> {
        let derivation = element.at(&["DerivedKey", "KeyDerivationMethod"]);
        self.key = Some(match (derivation, self.with) {
            (Some(method), Protection::Passphrase(passphrase)) => derive(method, passphrase)?,
            (Some(_), _) => return Err(Fault::WantsPassphrase),
            (None, _) if element.child("KeyName").is_none() => {
                let what = "the keys are encrypted to a certificate, which sekisho does not read: \
                            ask for a pre-shared key or a passphrase";
                return Err(Fault::Protection { line: element.line, what });
            }
            (None, Protection::Key(key)) => key.clone(),
            (None, _) => return Err(Fault::WantsKey),
        });
        Ok(())
    }

    /// Reads `MACMethod`; without a key of its own the MAC is made with that of the file.
    pub(super) fn mac(&mut self, element: &Element) -> Result<(), Fault> {
        let line = element.line;
        let hash = element.attribute("Algorithm").and_then(Hash::of).ok_or(Fault::Protection {
            line,
            what: "this MAC is not known: HMAC over SHA-1, SHA-256 or SHA-512 is",
        })?;
        let key = self.key.as_ref().ok_or(Fault::Form {
            line,
            what: "a MACMethod stands here without an EncryptionKey before it",
        })?;
        let key = match element.child("MACKey") {
            Some(wrapped) => {
                let (method, bytes) = cipher_value(wrapped)
                    .ok_or(Fault::Form { line: wrapped.line, what: "the MACKey cannot be read" })?;
                let what = "the MACKey is encrypted in a way that is not known";
                let unknown = Fault::Protection { line: wrapped.line, what };
                decrypt(key, method, &bytes).ok_or(unknown)?.ok_or(Fault::Key)?
            }
            None => key.clone(),
        };
        self.mac = Some((hash, key));
        Ok(())
    }

    /// The head is read: what protects the file is what was given.
    pub(super) fn check(&self) -> Result<(), Fault> {
        match (&self.key, self.with) {
            (None, Protection::Plain) | (Some(_), _) => Ok(()),
            (None, _) => Err(Fault::Plain),
        }
    }

    /// The bytes of a `Secret`. Its MAC is verified before it is decrypted.
    pub(super) fn open(&self, secret: &Element) -> Result<Zeroizing<Vec<u8>>, Open> {
        let line = secret.line;
        let Some(encrypted) = secret.child("EncryptedValue") else {
            let plain = secret.child("PlainValue").ok_or(Open::Refused(Why::Seed))?;
            // A plain key among encrypted ones was put there by somebody else.
            if self.key.is_some() {
                return Err(Open::Refused(Why::Unprotected));
            }
            let bytes = STANDARD.decode(&*plain.bare()).map_err(|_| Open::Refused(Why::Seed))?;
            return Ok(Zeroizing::new(bytes));
        };
        let Some(key) = &self.key else {
            let what = "a key is encrypted, while the file does not say how";
            return Err(Open::Fault(Fault::Protection { line, what }));
        };
        let (method, bytes) = cipher_value(encrypted).ok_or(Open::Refused(Why::Seed))?;
        // Wrapped keys carry a check of their own (RFC 3394 §2.2.3).
        match (&self.mac, secret.child("ValueMAC")) {
            (Some((hash, key)), Some(mac)) => {
                let mac = STANDARD.decode(&*mac.bare()).unwrap_or_default();
                if !hash.fits(key, &bytes, &mac) {
                    return Err(Open::Refused(Why::Mac));
                }
            }
            _ if method.starts_with("kw-") => {}
            (Some(_), None) => return Err(Open::Refused(Why::Mac)),
            (None, _) => {
                let what = "the keys have no MAC: nobody could tell whether they were changed";
                return Err(Open::Fault(Fault::Protection { line, what }));
            }
        }
        let what = "a key is encrypted in a way that is not known: AES in CBC mode and AES key \
                    wrap are";
        let unknown = Open::Fault(Fault::Protection { line, what });
        // Who could not unwrap it holds another key, or it was changed.
        decrypt(key, method, &bytes).ok_or(unknown)?.ok_or(Open::Refused(Why::Mac))
    }
}

/// Why a key was not opened.
pub(super) enum Open {
    /// The file as a whole is not read.
    Fault(Fault),
    /// This token is refused.
    Refused(Why),
}

/// The method, without its namespace, and the bytes of something encrypted.
fn cipher_value(element: &Element) -> Option<(&str, Vec<u8>)> {
    let method = element.child("EncryptionMethod")?.attribute("Algorithm")?;
    let value = element.at(&["CipherData", "CipherValue"])?.bare();
    Some((method.strip_prefix(XMLENC)?, STANDARD.decode(&*value).ok()?))
}

/// `None`: the method is not known, or not for a key of this length. `Some(None)`: the bytes are
/// not of its form.
#[expect(clippy::option_option, reason = "an unknown method and broken bytes are told apart")]
fn decrypt(key: &[u8], method: &str, bytes: &[u8]) -> Option<Option<Zeroizing<Vec<u8>>>> {
    macro_rules! unwrap {
        ($wrap:ty) => {{
            let mut open = Zeroizing::new(vec![0; bytes.len().saturating_sub(8)]);
            let wrap = <$wrap>::new_from_slice(key).ok()?;
            wrap.unwrap_key(bytes, &mut open).is_ok().then_some(open)
        }};
    }
    Some(match (method, key.len()) {
        ("aes128-cbc", 16) => uncbc::<Aes128>(key, bytes),
        ("aes192-cbc", 24) => uncbc::<Aes192>(key, bytes),
        ("aes256-cbc", 32) => uncbc::<Aes256>(key, bytes),
        ("kw-aes128", 16) => unwrap!(KwAes128),
        ("kw-aes192", 24) => unwrap!(KwAes192),
        ("kw-aes256", 32) => unwrap!(KwAes256),
        (
            "aes128-cbc" | "aes192-cbc" | "aes256-cbc" | "kw-aes128" | "kw-aes192" | "kw-aes256",
            _,
        ) => None,
        _ => return None,
    })
}

/// Padding is that of XML Encryption §5.2: only its last byte says something.
fn uncbc<C>(key: &[u8], bytes: &[u8]) -> Option<Zeroizing<Vec<u8>>>
where
    C: aes::cipher::BlockCipherDecrypt + aes::cipher::KeyInit,
{
    let (iv, body) = bytes.split_at_checked(BLOCK).filter(|(_, body)| !body.is_empty())?;
    let mut open = Zeroizing::new(body.to_vec());
    let cipher = cbc::Decryptor::<C>::new_from_slices(key, iv).ok()?;
    cipher.decrypt_padded::<NoPadding>(&mut open).ok()?;
    let padding = usize::from(*open.last()?);
    if !(1..=BLOCK).contains(&padding) {
        return None;
    }
    open.truncate(body.len() - padding);
    Some(open)
}

/// Encrypts with AES-256 or AES-128 in CBC mode, whichever the key is for.
pub(super) fn encrypt(key: &[u8], iv: [u8; BLOCK], plain: &[u8]) -> Vec<u8> {
    macro_rules! cbc {
        ($cipher:ty) => {{
            let cipher = cbc::Encryptor::<$cipher>::new_from_slices(key, &iv);
            let cipher = cipher.expect("the length was looked at");
            let mut bytes = vec![0; plain.len() + BLOCK - plain.len() % BLOCK];
            bytes[..plain.len()].copy_from_slice(plain);
            let made = cipher.encrypt_padded::<Pkcs7>(&mut bytes, plain.len());
            made.expect("a block is left for the padding");
            bytes
        }};
    }
    let body = match key.len() {
        16 => cbc!(Aes128),
        24 => cbc!(Aes192),
        _ => cbc!(Aes256),
    };
    [&iv[..], &body].concat()
}

fn derive(method: &Element, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, Fault> {
    let line = method.line;
    let unknown = |what| Fault::Protection { line, what };
    if method.attribute("Algorithm") != Some(PBKDF2) {
        return Err(unknown("this key derivation is not known: PBKDF2 is"));
    }
    let parameters = method.child("PBKDF2-params");
    let parameters = parameters.ok_or_else(|| unknown("PBKDF2 is named without parameters"))?;
    let number = |name| parameters.child(name).and_then(|it| it.text().parse::<u32>().ok());
    let salt = parameters.at(&["Salt", "Specified"]);
    let salt = salt.and_then(|salt| STANDARD.decode(&*salt.bare()).ok());
    let salt = salt.ok_or_else(|| unknown("the salt of PBKDF2 cannot be read"))?;
    let rounds = number("IterationCount").filter(|rounds| (1..=ROUNDS_MAX).contains(rounds));
    let rounds = rounds.ok_or_else(|| unknown("PBKDF2 asks for no or far too many rounds"))?;
    let length = number("KeyLength").unwrap_or(16);
    if !matches!(length, 16 | 24 | 32) {
        return Err(unknown("the key that is derived is none for AES"));
    }
    let hash = match parameters.child("PRF").and_then(|prf| prf.attribute("Algorithm")) {
        None => Hash::Sha1,
        Some(uri) => Hash::of(uri).ok_or_else(|| unknown("the hash of PBKDF2 is not known"))?,
    };
    let mut key = Zeroizing::new(vec![0; usize::try_from(length).expect("at most 32")]);
    let from = passphrase.as_bytes();
    match hash {
        Hash::Sha1 => pbkdf2_hmac::<Sha1>(from, &salt, rounds, &mut key),
        Hash::Sha256 => pbkdf2_hmac::<Sha256>(from, &salt, rounds, &mut key),
        Hash::Sha512 => pbkdf2_hmac::<Sha512>(from, &salt, rounds, &mut key),
    }
    Ok(key)
}
