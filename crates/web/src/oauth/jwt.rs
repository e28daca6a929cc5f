//! Signed JSON (JWS, RFC 7515): ES256 made with p256, ES256, PS256 and EdDSA checked with ring.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ED25519, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    UnparsedPublicKey,
};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// A signed statement of a client, not yet believed.
pub struct Statement<'a> {
    /// What stands before the claims.
    pub header: Value,
    /// What is claimed.
    pub claims: Value,
    signed: &'a str,
    signature: Vec<u8>,
}

/// Letters of a statement at most; more is not read.
const LONGEST: usize = 8 * 1024;

impl<'a> Statement<'a> {
    /// Takes the three parts apart; `None` when it is no JWS with JSON in it.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() > LONGEST {
            return None;
        }
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let json = |part: &str| {
            let bytes = URL_SAFE_NO_PAD.decode(part).ok()?;
            serde_json::from_slice::<Value>(&bytes).ok().filter(Value::is_object)
        };
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        Some(Self { header: json(header)?, claims: json(claims)?, signed, signature })
    }

    /// Whether `key` signed it, by the algorithm the header names.
    pub fn signed_by(&self, key: &Jwk) -> bool {
        let alg = self.header["alg"].as_str().unwrap_or_default();
        // RFC 7515 §4.1.11: a critical extension we do not know makes it unreadable.
        if self.header.get("crit").is_some() || key.alg() != Some(alg) {
            return false;
        }
        key.verifies(self.signed.as_bytes(), &self.signature)
    }

    /// A claim that is a text.
    pub fn text(&self, claim: &str) -> Option<&str> {
        self.claims[claim].as_str()
    }

    /// A claim that is an instant, in seconds since 1970.
    pub fn seconds(&self, claim: &str) -> Option<i64> {
        let number = &self.claims[claim];
        // RFC 7519 allows fractions of a second.
        #[expect(clippy::cast_possible_truncation, reason = "floor of a date within the calendar")]
        let floor = |seconds: f64| seconds.floor() as i64;
        number.as_i64().or_else(|| number.as_f64().map(floor))
    }
}

/// Signs claims with ES256. The same key and claims give the same text (RFC 6979).
pub fn sign(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let header = URL_SAFE_NO_PAD.encode(header.to_string());
    let claims = URL_SAFE_NO_PAD.encode(claims.to_string());
    let signed = format!("{header}.{claims}");
    let signature: Signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
}

/// A public key as JSON (RFC 7517), of one of the three kinds we take.
pub struct Jwk<'a>(&'a Value);

impl<'a> Jwk<'a> {
    /// Takes a key as sent; what it is good for is seen when it is used.
    pub fn new(json: &'a Value) -> Self {
        Self(json)
    }

    /// The key's name, if it has one.
    pub fn kid(&self) -> Option<&str> {
        self.0["kid"].as_str()
    }

    /// Whether it holds a private part, which nobody must ever send.
    pub fn is_private(&self) -> bool {
        self.0.get("d").is_some() || self.0.get("k").is_some()
    }

    fn text(&self, member: &str) -> &str {
        self.0[member].as_str().unwrap_or_default()
    }

    fn bytes(&self, member: &str) -> Option<Vec<u8>> {
        URL_SAFE_NO_PAD.decode(self.0[member].as_str()?).ok()
    }

    /// The one algorithm this key is taken for.
    fn alg(&self) -> Option<&'static str> {
        match (self.text("kty"), self.text("crv")) {
            ("EC", "P-256") => Some("ES256"),
            ("OKP", "Ed25519") => Some("EdDSA"),
            ("RSA", _) => Some("PS256"),
            _ => None,
        }
    }

    fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        self.check(message, signature).is_some()
    }

    fn check(&self, message: &[u8], signature: &[u8]) -> Option<()> {
        match self.alg()? {
            "ES256" => {
                let (x, y) = (self.bytes("x")?, self.bytes("y")?);
                let point = [&[4][..], &x, &y].concat();
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                    .verify(message, signature)
                    .ok()
            }
            "EdDSA" => {
                UnparsedPublicKey::new(&ED25519, self.bytes("x")?).verify(message, signature).ok()
            }
            _ => {
                let key = RsaPublicKeyComponents { n: self.bytes("n")?, e: self.bytes("e")? };
                key.verify(&RSA_PSS_2048_8192_SHA256, message, signature).ok()
            }
        }
    }

    /// RFC 7638, SHA-256, base64url: the name of the key that follows from the key itself.
    pub fn thumbprint(&self) -> Option<String> {
        let members: &[&str] = match self.alg()? {
            "ES256" => &["crv", "kty", "x", "y"],
            "EdDSA" => &["crv", "kty", "x"],
            _ => &["e", "kty", "n"],
        };
        let member =
            |name: &&str| Some(format!("\"{name}\":{}", Value::from(self.0[*name].as_str()?)));
        let members: Option<Vec<String>> = members.iter().map(member).collect();
        let canonical = format!("{{{}}}", members?.join(","));
        Some(URL_SAFE_NO_PAD.encode(Sha256::digest(canonical)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key() -> SigningKey {
        SigningKey::from_slice(&[7; 32]).expect("a scalar")
    }

    fn jwk(key: &SigningKey) -> Value {
        let point = key.verifying_key().to_sec1_point(false);
        let part = |range| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
        json!({"kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65)})
    }

    #[test]
    fn what_was_signed_is_believed_and_nothing_else() {
        let public = jwk(&key());
        let text = sign(&key(), &json!({"alg": "ES256"}), &json!({"sub": "x", "exp": 12.9}));
        assert_eq!(text, sign(&key(), &json!({"alg": "ES256"}), &json!({"sub": "x", "exp": 12.9})));
        let statement = Statement::parse(&text).expect("a JWS");
        assert!(statement.signed_by(&Jwk::new(&public)));
        assert_eq!((statement.text("sub"), statement.seconds("exp")), (Some("x"), Some(12)));
        let other = jwk(&SigningKey::from_slice(&[8; 32]).expect("a scalar"));
        assert!(!statement.signed_by(&Jwk::new(&other)));
        for header in [
            json!({"alg": "none"}),
            json!({"alg": "HS256"}),
            json!({"alg": "ES256", "crit": ["x"]}),
        ] {
            let text = sign(&key(), &header, &json!({}));
            assert!(
                !Statement::parse(&text).expect("a JWS").signed_by(&Jwk::new(&public)),
                "{header}"
            );
        }
        for wrong in ["", "a.b", "a.b.c", "e30.e30", "e30.W10.AA"] {
            assert!(Statement::parse(wrong).is_none(), "{wrong}");
        }
    }

    /// The example of RFC 7638 §3.1.
    #[test]
    fn a_thumbprint_is_that_of_the_rfc() {
        let n = concat!(
            "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1",
            "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4",
            "QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbO",
            "pbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csF",
            "Cur-kEgU8awapJzKnqDKgw",
        );
        let key = json!({"kty": "RSA", "e": "AQAB", "kid": "2011-04-29", "alg": "RS256", "n": n});
        let wanted = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
        assert_eq!(Jwk::new(&key).thumbprint().as_deref(), Some(wanted));
    }
}
