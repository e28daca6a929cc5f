//! The ID token: ES256, from our issuer, for us, now, for this sign-in (OpenID Connect Core
//! §3.1.3.7).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// Clocks may differ by this much, in seconds.
const SKEW_S: i64 = 10;

/// Why an ID token is not believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdTokenRefused {
    /// Not three parts of base64url and JSON with the claims of api.md §3.2.
    #[error("the ID token has another form")]
    Form,
    /// Not ES256, or not a key of the issuer's.
    #[error("the ID token is signed with an unknown key or algorithm")]
    Key,
    /// The signature does not fit.
    #[error("the ID token's signature is wrong")]
    Signature,
    /// From another issuer.
    #[error("the ID token is another issuer's")]
    Issuer,
    /// For another client.
    #[error("the ID token is meant for another client")]
    Audience,
    /// Too old, or from the future.
    #[error("the ID token is out of its time")]
    Time,
    /// For another sign-in.
    #[error("the ID token belongs to another sign-in")]
    Nonce,
    /// For another access token.
    #[error("the ID token belongs to another access token")]
    AccessToken,
}

/// A public key of the issuer's (RFC 7517).
#[derive(Debug, Clone, Deserialize)]
pub struct Jwk {
    /// Its name.
    #[serde(default)]
    pub kid: String,
    /// `EC` is what this bank reads; others are passed over.
    pub kty: String,
    /// `P-256`.
    pub crv: Option<String>,
    /// base64url.
    pub x: Option<String>,
    /// base64url.
    pub y: Option<String>,
}

/// What the bank knows of the sign-in it asked for.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Exactly this issuer.
    pub issuer: &'a str,
    /// The front end's client id.
    pub client: &'a str,
    /// As sent.
    pub nonce: &'a str,
    /// As received beside the ID token.
    pub access_token: Option<&'a str>,
    /// The present.
    pub now: Timestamp,
}

/// What sekisho says of a customer (api.md §3.2).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Claims {
    /// The contract, `ctr_…`.
    pub sub: String,
    /// The session, `ses_…`.
    pub sid: String,
    /// What the customer typed.
    pub login_id: Option<String>,
    /// 前回ログイン日時, RFC 3339.
    pub last_sign_in_at: Option<String>,
    /// Failed sign-ins since then.
    #[serde(default)]
    pub failures_since: i64,
    /// What the customer should do.
    #[serde(default, deserialize_with = "read_due")]
    pub due: Vec<Due>,
}

/// Something the customer should do, by a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Serialize)]
pub struct Due {
    /// `image_card_application`, `image_card_switch`, `password_change`, or something newer.
    pub what: String,
    /// The mandatory date.
    pub by: Option<String>,
}

/// Reads `due` as a list of names, a list of objects, or an object by name: a reminder in an
/// unforeseen form must not keep a customer out.
fn read_due<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<Due>, D::Error> {
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    let by = |value: &Value| text(value.get("by")).or_else(|| text(Some(value)));
    Ok(match Value::deserialize(from)? {
        Value::Array(items) => items
            .iter()
            .filter_map(|item| {
                let mut named = ["procedure", "what", "kind", "type"].iter();
                let name = named.find_map(|name| text(item.get(name)));
                let what = name.or_else(|| text(Some(item)))?;
                Some(Due { what, by: text(item.get("by")) })
            })
            .collect(),
        Value::Object(members) => {
            members.iter().map(|(what, item)| Due { what: what.clone(), by: by(item) }).collect()
        }
        _ => Vec::new(),
    })
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    #[serde(default)]
    kid: String,
}

#[derive(Deserialize)]
struct Frame {
    iss: String,
    aud: Audience,
    azp: Option<String>,
    exp: i64,
    iat: i64,
    nonce: Option<String>,
    at_hash: Option<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

fn read<T: serde::de::DeserializeOwned>(part: &str) -> Result<T, IdTokenRefused> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| IdTokenRefused::Form)?;
    serde_json::from_slice(&bytes).map_err(|_| IdTokenRefused::Form)
}

/// The name of the key an ID token says it is signed with. Nothing is believed yet.
pub(super) fn kid(id_token: &str) -> Result<String, IdTokenRefused> {
    let header = id_token.split('.').next().ok_or(IdTokenRefused::Form)?;
    read::<Header>(header).map(|header| header.kid)
}

/// Verifies an ID token and returns its claims. Anything that does not fit is refused.
pub fn verify(
    id_token: &str,
    keys: &[Jwk],
    expected: &Expected<'_>,
) -> Result<Claims, IdTokenRefused> {
    let (signed, signature) = id_token.rsplit_once('.').ok_or(IdTokenRefused::Form)?;
    let (header, body) = signed.split_once('.').ok_or(IdTokenRefused::Form)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| IdTokenRefused::Form)?;
    let header: Header = read(header)?;
    // The algorithm is ours to choose: what the header claims can only be refused.
    if header.alg != "ES256" {
        return Err(IdTokenRefused::Key);
    }
    let key = keys.iter().find(|key| key.kid == header.kid).ok_or(IdTokenRefused::Key)?;
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point(key).ok_or(IdTokenRefused::Key)?)
        .verify(signed.as_bytes(), &signature)
        .map_err(|_| IdTokenRefused::Signature)?;
    judge(&read(body)?, expected)?;
    read(body)
}

fn judge(frame: &Frame, expected: &Expected<'_>) -> Result<(), IdTokenRefused> {
    if frame.iss != expected.issuer {
        return Err(IdTokenRefused::Issuer);
    }
    let meant = match &frame.aud {
        Audience::One(client) => client == expected.client,
        Audience::Many(clients) => {
            let ours = clients.iter().any(|client| client == expected.client);
            ours && (clients.len() == 1 || frame.azp.is_some())
        }
    };
    if !meant || frame.azp.as_deref().is_some_and(|client| client != expected.client) {
        return Err(IdTokenRefused::Audience);
    }
    let now_s = expected.now.as_second();
    if frame.exp <= now_s - SKEW_S || frame.iat > now_s + SKEW_S {
        return Err(IdTokenRefused::Time);
    }
    if frame.nonce.as_deref() != Some(expected.nonce) {
        return Err(IdTokenRefused::Nonce);
    }
    if let (Some(at_hash), Some(access_token)) = (&frame.at_hash, expected.access_token) {
        let half = &Sha256::digest(access_token.as_bytes())[..16];
        if *at_hash != URL_SAFE_NO_PAD.encode(half) {
            return Err(IdTokenRefused::AccessToken);
        }
    }
    Ok(())
}

/// The uncompressed point of a P-256 key.
fn point(key: &Jwk) -> Option<Vec<u8>> {
    if key.kty != "EC" || key.crv.as_deref() != Some("P-256") {
        return None;
    }
    let mut point = vec![4];
    for half in [&key.x, &key.y] {
        let half = URL_SAFE_NO_PAD.decode(half.as_ref()?).ok()?;
        (half.len() == 32).then(|| point.extend_from_slice(&half))?;
    }
    Some(point)
}
