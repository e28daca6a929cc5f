//! The arithmetic of `P256-HKDF256-1` (api.md §6.2), the same at both ends.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hkdf::Hkdf;
use hmac::{Hmac, KeyInit as _, Mac};
use p256::SecretKey;
use p256::elliptic_curve::sec1::ToSec1Point as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroize;

use super::Mode;
use crate::fields::{FaultCode, Fields, Place, Read};
use crate::id::RegistrationId;
use crate::moment::Moment;
use crate::read::{object, text};
use crate::secret::Secret;
use crate::serial::Serial;

/// The name of the one suite there is.
pub const SUITE: &str = "P256-HKDF256-1";

/// A point of the curve P-256, not at infinity: a public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Jwk", into = "Jwk")]
pub struct Point(p256::PublicKey);

impl Point {
    /// The point with these coordinates, 32 bytes each; `None` when the curve has none there.
    pub fn at(x: &[u8], y: &[u8]) -> Option<Self> {
        let mut bytes = vec![4];
        bytes.extend_from_slice(x);
        bytes.extend_from_slice(y);
        let whole = x.len() == 32 && y.len() == 32;
        whole.then(|| p256::PublicKey::from_sec1_bytes(&bytes).ok().map(Self))?
    }

    /// Uncompressed (SEC 1): 4, x, y.
    pub fn bytes(&self) -> [u8; 65] {
        let bytes = self.0.to_sec1_point(false);
        bytes.as_bytes().try_into().expect("an uncompressed point has 65 bytes")
    }

    /// Reads `{"kty":"EC","crv":"P-256","x","y"}` (RFC 7518 §6.2); nothing else may stand in it.
    pub fn read(at: &mut Place<'_>) -> Read<Self> {
        let (x, y) = object(members)(at)?;
        Self::at(&x, &y).map_or_else(|| at.fault(FaultCode::Pattern), Ok)
    }
}

fn members(f: &mut Fields<'_>) -> Read<([u8; 32], [u8; 32])> {
    let kty = f.required("kty", only("EC"));
    let crv = f.required("crv", only("P-256"));
    let x = f.required("x", bytes32);
    let y = f.required("y", bytes32);
    kty?;
    crv?;
    Ok((x?, y?))
}

fn only(word: &'static str) -> impl Fn(&mut Place<'_>) -> Read<()> {
    move |at| if at.text()? == word { Ok(()) } else { at.fault(FaultCode::Enum) }
}

/// Reads 32 bytes in base64url without padding, in the one spelling there is.
pub fn bytes32(at: &mut Place<'_>) -> Read<[u8; 32]> {
    let text = text(0..=64)(at)?;
    let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map_or_else(|| at.fault(FaultCode::Pattern), Ok)
}

/// A public key as JSON (RFC 7517).
#[derive(Serialize, Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
}

/// No point of the curve.
#[derive(Debug, thiserror::Error)]
#[error("not a point of P-256")]
struct NoPoint;

impl TryFrom<Jwk> for Point {
    type Error = NoPoint;
    fn try_from(jwk: Jwk) -> Result<Self, NoPoint> {
        let part = |text: &str| URL_SAFE_NO_PAD.decode(text).map_err(|_| NoPoint);
        let kind = jwk.kty == "EC" && jwk.crv == "P-256";
        Self::at(&part(&jwk.x)?, &part(&jwk.y)?).filter(|_| kind).ok_or(NoPoint)
    }
}

impl From<Point> for Jwk {
    fn from(point: Point) -> Self {
        let bytes = point.bytes();
        let part = |range| URL_SAFE_NO_PAD.encode(&bytes[range]);
        Self { kty: "EC".into(), crv: "P-256".into(), x: part(1..33), y: part(33..65) }
    }
}

/// A key pair for one agreement; its secret half is wiped when it is dropped.
pub struct KeyPair(SecretKey);

impl KeyPair {
    /// A pair nobody can foresee.
    pub fn draw(moment: &mut Moment) -> Self {
        // One draw in 2³² is no scalar of the curve.
        let drawn = (0..64).find_map(|_| Self::from_scalar(&Secret::new(moment.bytes())));
        drawn.expect("sixty-four draws never all miss")
    }

    /// The pair with this secret half; `None` when it is none of the curve.
    pub fn from_scalar(scalar: &Secret<[u8; 32]>) -> Option<Self> {
        SecretKey::from_slice(scalar.expose()).ok().map(Self)
    }

    /// Its public half.
    pub fn point(&self) -> Point {
        Point(self.0.public_key())
    }

    /// What both ends can compute and nobody between them: the x-coordinate Z.
    pub fn agree(&self, other: &Point) -> Secret<[u8; 32]> {
        let shared = p256::ecdh::diffie_hellman(self.0.to_nonzero_scalar(), other.0.as_affine());
        Secret::new((*shared.raw_secret_bytes()).into())
    }
}

/// Everything both ends must agree about.
pub struct Transcript<'a> {
    /// How the app becomes a token.
    pub mode: Mode,
    /// The institution's slug.
    pub slug: &'a str,
    /// The registration.
    pub registration: RegistrationId,
    /// The serial of the token to be.
    pub serial: &'a Serial,
    /// Service id and user id; empty in mode self.
    pub ids: (&'a str, &'a str),
    /// The app's key for this agreement.
    pub app_key: Point,
    /// The app's key for later.
    pub device_key: Point,
    /// The server's key for this agreement.
    pub server_key: Point,
    /// The app's chance.
    pub app_nonce: [u8; 32],
    /// The server's chance.
    pub server_nonce: [u8; 32],
    /// Seconds a code is shown.
    pub period_s: u16,
}

impl Transcript<'_> {
    /// T: each part after its length in two bytes.
    pub fn bytes(&self) -> Vec<u8> {
        let otp = format!("SHA-256;6;{}", self.period_s);
        let registration = self.registration.to_string();
        let parts: [&[u8]; 13] = [
            b"sekisho/token/v1",
            self.mode.word().as_bytes(),
            self.slug.as_bytes(),
            registration.as_bytes(),
            self.serial.as_str().as_bytes(),
            self.ids.0.as_bytes(),
            self.ids.1.as_bytes(),
            &self.app_key.bytes(),
            &self.device_key.bytes(),
            &self.server_key.bytes(),
            &self.app_nonce,
            &self.server_nonce,
            otp.as_bytes(),
        ];
        let mut bytes = Vec::new();
        for part in parts {
            let length = u16::try_from(part.len()).expect("every part is short");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(part);
        }
        bytes
    }

    /// th.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.bytes()).into()
    }
}

/// What both ends derive. Wiped when dropped, never printed.
#[derive(Zeroize)]
#[zeroize(drop)]
pub struct Agreed {
    th: [u8; 32],
    /// Salt of the derivation.
    pub salt: [u8; 32],
    /// The token's seed.
    pub seed: [u8; 32],
    /// The key with which the app proves that it has derived the same.
    pub app_proves: [u8; 32],
    /// The key with which the server does.
    pub server_proves: [u8; 32],
}

impl Agreed {
    /// Derives everything from Z, the hash of the transcript and the start password as digits
    /// (mode self: none).
    pub fn derive(z: &Secret<[u8; 32]>, th: [u8; 32], start_password: &[u8]) -> Self {
        let salt: [u8; 32] =
            Sha256::new().chain_update(th).chain_update(start_password).finalize().into();
        let extract = Hkdf::<Sha256>::new(Some(&salt), z.expose());
        let key = |label: &str| {
            let mut key = [0; 32];
            extract.expand(label.as_bytes(), &mut key).expect("32 bytes are short");
            key
        };
        Self {
            th,
            salt,
            seed: key("sekisho/token/v1/seed"),
            app_proves: key("sekisho/token/v1/confirm/app"),
            server_proves: key("sekisho/token/v1/confirm/server"),
        }
    }

    /// What the app sends to prove itself.
    pub fn app_mac(&self) -> [u8; 32] {
        mac(&self.app_proves, &[&self.th])
    }

    /// What the server answers to that.
    pub fn server_mac(&self) -> [u8; 32] {
        mac(&self.server_proves, &[&self.th, &self.app_mac()])
    }
}

fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes any key length");
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}
