//! An ID token is believed only when everything fits (api.md §3.2).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use sekisho_bank::sekisho::{Due, Expected, IdTokenRefused as No, Jwk, verify};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const NOW_S: i64 = 1_795_150_985;

struct Issuer(EcdsaKeyPair);

impl Issuer {
    fn new() -> Self {
        let rng = SystemRandom::new();
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(algorithm, &rng).expect("a key");
        Self(EcdsaKeyPair::from_pkcs8(algorithm, pkcs8.as_ref(), &rng).expect("a key"))
    }

    fn keys(&self) -> Vec<Jwk> {
        let point = self.0.public_key().as_ref();
        let half = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
        let key = json!({ "kty": "EC", "kid": "k1", "crv": "P-256",
            "x": half(1..33), "y": half(33..65) });
        let other = json!({ "kty": "RSA", "kid": "k2", "n": "AQAB", "e": "AQAB" });
        serde_json::from_value(json!([key, other])).expect("keys")
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

fn header() -> Value {
    json!({ "alg": "ES256", "kid": "k1" })
}

fn claims() -> Value {
    json!({ "iss": "https://s.example/i/kaku", "aud": "cli_front", "exp": NOW_S + 300, "iat": NOW_S,
        "nonce": "n", "sub": "ctr_1", "sid": "ses_1", "login_id": "10000000001",
        "at_hash": URL_SAFE_NO_PAD.encode(&Sha256::digest(b"access")[..16]) })
}

fn judged(id_token: &str, keys: &[Jwk]) -> Result<String, No> {
    let expected = Expected {
        issuer: "https://s.example/i/kaku",
        client: "cli_front",
        nonce: "n",
        access_token: Some("access"),
        now: Timestamp::from_second(NOW_S).expect("a moment"),
    };
    verify(id_token, keys, &expected).map(|claims| claims.sub)
}

#[test]
fn each_claim_that_does_not_fit_is_refused() {
    let issuer = Issuer::new();
    let with = |claim: &str, value: Value| {
        let mut claims = claims();
        claims[claim] = value;
        judged(&issuer.sign(&header(), &claims), &issuer.keys())
    };
    let ok = Ok("ctr_1".to_owned());
    for (claim, value, expected) in [
        ("acr", json!("urn:sekisho:acr:1"), ok.clone()),
        ("aud", json!(["cli_front"]), ok.clone()),
        ("exp", json!(NOW_S - 9), ok.clone()),
        ("iat", json!(NOW_S + 10), ok.clone()),
        ("iss", json!("https://s.example/i/mihon"), Err(No::Issuer)),
        ("iss", json!("https://s.example/i/kaku/"), Err(No::Issuer)),
        ("aud", json!("cli_core"), Err(No::Audience)),
        ("aud", json!(["cli_core", "cli_front"]), Err(No::Audience)),
        ("aud", json!([]), Err(No::Audience)),
        ("azp", json!("cli_core"), Err(No::Audience)),
        ("exp", json!(NOW_S - 10), Err(No::Time)),
        ("iat", json!(NOW_S + 11), Err(No::Time)),
        ("nonce", json!("m"), Err(No::Nonce)),
        ("nonce", Value::Null, Err(No::Nonce)),
        ("at_hash", json!("AAAAAAAAAAAAAAAAAAAAAA"), Err(No::AccessToken)),
        ("sub", json!(7), Err(No::Form)),
        ("sid", Value::Null, Err(No::Form)),
    ] {
        assert_eq!(with(claim, value.clone()), expected, "{claim}: {value}");
    }
}

#[test]
fn only_the_issuers_key_and_algorithm_count() {
    let (issuer, stranger) = (Issuer::new(), Issuer::new());
    let good = issuer.sign(&header(), &claims());
    assert_eq!(judged(&good, &stranger.keys()), Err(No::Signature));
    for header in [
        json!({ "alg": "none", "kid": "k1" }),
        json!({ "alg": "HS256", "kid": "k1" }),
        json!({ "alg": "ES256", "kid": "k2" }),
        json!({ "alg": "ES256", "kid": "unknown" }),
        json!({ "alg": "ES256" }),
    ] {
        let refused = judged(&issuer.sign(&header, &claims()), &issuer.keys());
        assert_eq!(refused, Err(No::Key), "{header}");
    }
    let (signed, _) = good.rsplit_once('.').expect("three parts");
    for broken in
        [signed.to_owned(), format!("{signed}."), "a.b".into(), "....".into(), String::new()]
    {
        assert!(judged(&broken, &issuer.keys()).is_err(), "{broken}");
    }
}

#[test]
fn reminders_are_read_in_any_form_and_never_keep_a_customer_out() {
    let issuer = Issuer::new();
    let due = |value: Value| {
        let mut claims = claims();
        claims["due"] = value;
        let expected = Expected {
            issuer: "https://s.example/i/kaku",
            client: "cli_front",
            nonce: "n",
            access_token: None,
            now: Timestamp::from_second(NOW_S).expect("a moment"),
        };
        verify(&issuer.sign(&header(), &claims), &issuer.keys(), &expected).expect("believed").due
    };
    let one = |by: Option<&str>| {
        vec![Due { what: "image_card_switch".into(), by: by.map(str::to_owned) }]
    };
    for (value, read) in [
        (
            json!([{ "procedure": "image_card_switch", "by": "2027-04-01" }]),
            one(Some("2027-04-01")),
        ),
        (json!({ "image_card_switch": { "by": "2027-04-01" } }), one(Some("2027-04-01"))),
        (json!(["image_card_switch"]), one(None)),
        (json!(null), Vec::new()),
        (json!(7), Vec::new()),
    ] {
        assert_eq!(due(value.clone()), read, "{value}");
    }
}
