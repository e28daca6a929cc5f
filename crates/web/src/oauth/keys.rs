//! The key with which an issuer signs ID tokens and receipts (api.md §2.2).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use p256::ecdsa::SigningKey;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::keys::{self, KeyUse};
use sekisho_app::tx::Tx;
use sekisho_domain::id::InstitutionId;
use serde_json::{Value, json};

use super::jwt::Jwk;
use crate::state::Web;

/// A key of an issuer, with its name.
pub struct IssuerKey {
    /// `kid` in headers and in the key set: the key's thumbprint (RFC 7638).
    pub kid: String,
    /// The private key (ES256).
    pub key: SigningKey,
    /// The public key, as it stands in the key set.
    pub jwk: Value,
}

/// Keys opened so far; an institution keeps its key.
#[derive(Default)]
pub struct IssuerKeys(Mutex<HashMap<InstitutionId, Arc<IssuerKey>>>);

impl IssuerKey {
    /// The key made of 32 bytes of chance; `None` when they are no key of P-256.
    pub fn from_seed(seed: &[u8; 32]) -> Option<Self> {
        let key = SigningKey::from_slice(seed).ok()?;
        let point = key.verifying_key().to_sec1_point(false);
        let part = |range| URL_SAFE_NO_PAD.encode(&point.as_bytes()[range]);
        let mut jwk = json!({"kty": "EC", "crv": "P-256", "x": part(1..33), "y": part(33..65)});
        let kid = Jwk::new(&jwk).thumbprint()?;
        jwk["kid"] = kid.clone().into();
        jwk["use"] = "sig".into();
        jwk["alg"] = "ES256".into();
        Some(Self { kid, key, jwk })
    }
}

impl Web {
    /// The key of an institution, opened at its first use; `not_found` when none was made.
    pub async fn issuer_key(&self, institution: InstitutionId) -> Result<Arc<IssuerKey>, Error> {
        let opened = || self.issuer_keys.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = opened().get(&institution) {
            return Ok(Arc::clone(known));
        }
        let open = move |tx: &mut Tx, cx: &mut Context| {
            keys::open(tx, cx.platform, institution, KeyUse::Statements)
        };
        let seed = self.look(open).await?;
        let key = IssuerKey::from_seed(seed.expose()).expect("seeds of statements are P-256 keys");
        let key = Arc::new(key);
        opened().insert(institution, Arc::clone(&key));
        Ok(key)
    }
}
