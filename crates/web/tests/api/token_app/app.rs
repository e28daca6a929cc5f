//! A token app of our own, at the other end of the line.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{self, Algorithm, Digits};
use sekisho_domain::provision::{Agreed, KeyPair, Mode, Transcript};
use sekisho_domain::secret::Secret;
use sekisho_domain::serial::Serial;
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::support::{Call, Scene, Told};

/// Where everything lies.
pub(crate) const BASE: &str = "/i/kaku/app/v1";

/// An app that is being set up.
pub(crate) struct App {
    pub(crate) pair: KeyPair,
    pub(crate) device: SigningKey,
    pub(crate) nonce: [u8; 32],
    ids: Option<(String, String)>,
}

impl App {
    /// An app without ids (mode self); another `seed` is another phone.
    pub(crate) fn new(seed: u8) -> Self {
        let mut chance = Chance::from_seed([seed; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        let pair = KeyPair::draw(&mut moment);
        let scalar: [u8; 32] = moment.bytes();
        let device = SigningKey::from_slice(&scalar).expect("a scalar");
        Self { pair, device, nonce: moment.bytes(), ids: None }
    }

    /// The same with what the customer types (mode issued).
    pub(crate) fn with_ids(self, service_id: &str, user_id: &str) -> Self {
        Self { ids: Some((service_id.into(), user_id.into())), ..self }
    }

    fn device_pair(&self) -> KeyPair {
        let scalar = self.device.to_bytes().into();
        KeyPair::from_scalar(&Secret::new(scalar)).expect("a scalar")
    }

    /// What it sends first.
    pub(crate) fn body(&self) -> Value {
        let mut body = json!({
            "suite": "P256-HKDF256-1", "mode": "self",
            "app_key": self.pair.point(), "device_key": self.device_pair().point(),
            "app_nonce": URL_SAFE_NO_PAD.encode(self.nonce),
            "platform": { "os": "ios", "os_version": "19.1", "app_version": "1.0.0",
                "installed": true },
        });
        if let Some((service_id, user_id)) = &self.ids {
            body["mode"] = json!("issued");
            body["service_id"] = json!(service_id);
            body["user_id"] = json!(user_id);
        }
        body
    }

    /// The call that registers it.
    pub(crate) fn registration(&self) -> Call {
        self.registration_of(&self.body())
    }

    /// The same with a body of one's own.
    pub(crate) fn registration_of(&self, body: &Value) -> Call {
        let path = format!("{BASE}/registrations");
        Call::post(path, &URL_SAFE_NO_PAD.encode(self.nonce), body)
    }

    /// Registers; what is offered.
    pub(crate) async fn register(&self, scene: &Scene) -> Told {
        let told = self.registration().send(&scene.router).await;
        assert_eq!(told.status, 201, "{}", told.text);
        told
    }

    /// What it derives from an offer and a start password.
    pub(crate) fn derive(&self, offer: &Told, start_password: &str) -> Agreed {
        let serial: Serial = offer.text("/serial").parse().expect("a serial");
        let server_key =
            serde_json::from_value(offer.json["server_key"].clone()).expect("a point of P-256");
        let nonce = URL_SAFE_NO_PAD.decode(offer.text("/server_nonce")).expect("base64url");
        let ids = self.ids.as_ref().map_or(("", ""), |(one, two)| (one, two));
        let period_s = offer.json["otp"]["period_s"].as_u64().expect("a number");
        let transcript = Transcript {
            mode: if self.ids.is_some() { Mode::Issued } else { Mode::Own },
            slug: "kaku",
            registration: offer.text("/registration").parse().expect("an id"),
            serial: &serial,
            ids,
            app_key: self.pair.point(),
            device_key: self.device_pair().point(),
            server_key,
            app_nonce: self.nonce,
            server_nonce: nonce.try_into().expect("32 bytes"),
            period_s: u16::try_from(period_s).expect("small"),
        };
        let z = self.pair.agree(&server_key);
        Agreed::derive(&z, transcript.hash(), start_password.as_bytes())
    }

    /// A proof of possession of the device key (RFC 9449), signed by `key`.
    pub(crate) fn proof(key: &SigningKey, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let signed = format!("{}.{}", part(header), part(claims));
        let signature: Signature = key.sign(signed.as_bytes());
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature.to_bytes()))
    }

    /// The device's public key, as in a proof.
    pub(crate) fn jwk(&self) -> Value {
        serde_json::to_value(self.device_pair().point()).expect("plain")
    }
}

/// Confirms an offer with this proof; `key` is the app's own.
pub(crate) fn confirm(offer: &Told, key: &str, app_mac: &[u8; 32]) -> Call {
    let registration = offer.text("/registration");
    let path = format!("{BASE}/registrations/{registration}/confirmation");
    let key = format!("{registration}-{key}");
    Call::post(path, &key, &json!({ "app_mac": URL_SAFE_NO_PAD.encode(app_mac) }))
}

/// What the app shows at `now`.
pub(crate) fn code(agreed: &Agreed, period_s: u16, now: Timestamp) -> String {
    let step = oath::step(now, period_s);
    oath::hotp(Algorithm::Sha256, &agreed.seed, step, Digits::SIX)
}
