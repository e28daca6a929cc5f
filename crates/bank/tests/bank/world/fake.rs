//! A small sekisho: discovery, sign-in without a password, approvals that the test answers, lost
//! replies.
//!
//! Written from the public document alone. It is strict where the document is: unknown members,
//! keys, scopes, PKCE, digests.

mod approvals;
mod oidc;

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicI64, Ordering},
    },
};

use axum::{
    Json, Router,
    extract::{Path, RawForm, RawQuery, State},
    http::{HeaderMap, Method, StatusCode, Uri, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::Timestamp;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use sekisho_bank::{
    BankConfig,
    operation::{Binding, digest},
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

#[derive(Clone)]
pub(crate) struct Fake {
    pub(crate) url: String,
    inner: Arc<Mutex<Inner>>,
    seconds: Arc<AtomicI64>,
}

#[derive(Default)]
struct Inner {
    key: Option<EcdsaKeyPair>,
    redirect_uri: String,
    return_url: String,
    login_id: String,
    /// code → (nonce, challenge, login id)
    codes: BTreeMap<String, (String, String, String)>,
    approvals: BTreeMap<String, Value>,
    consumptions: BTreeMap<String, Value>,
    kept: BTreeMap<String, (String, u16, Value)>,
    /// How many of the next replies of an endpoint are lost, after their effect.
    lost: BTreeMap<&'static str, u32>,
    /// What the next request for an approval is answered with.
    problem: Option<(u16, Value)>,
    /// Changes the next ID token's claims.
    twist: Option<(&'static str, Value)>,
    consumed: u32,
    made: u32,
}

impl Fake {
    pub(crate) async fn start(seconds: Arc<AtomicI64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let rng = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &rng).expect("a key");
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &rng);
        let inner = Inner { key: Some(key.expect("a key")), ..Inner::default() };
        let fake = Self { url, inner: Arc::new(Mutex::new(inner)), seconds };
        let router = Router::new()
            .route("/i/kaku/.well-known/openid-configuration", get(oidc::discovery))
            .route("/i/kaku/jwks", get(oidc::jwks))
            .route("/i/kaku/authorize", get(oidc::authorize))
            .route("/i/kaku/token", post(oidc::token_endpoint))
            .route("/v1/approvals", post(approvals::ask))
            .route("/v1/approvals/{id}", get(approvals::look))
            .route("/v1/approvals/{id}/cancellation", post(approvals::cancel))
            .route(
                "/v1/approvals/{id}/consumption",
                post(approvals::consume).get(approvals::consumption),
            )
            .with_state(fake.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        fake
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().expect("no test panics inside")
    }

    pub(crate) fn issuer(&self) -> String {
        format!("{}/i/kaku", self.url)
    }

    pub(crate) fn expect_bank(&self, config: &BankConfig) {
        let mut inner = self.inner();
        inner.redirect_uri = config.redirect_uri();
        inner.return_url = config.return_url();
    }

    pub(crate) fn next_sign_in(&self, login_id: &str) {
        login_id.clone_into(&mut self.inner().login_id);
    }

    /// The next `times` replies of `endpoint` (ask, look, consume, cancel) are lost after their
    /// effect.
    pub(crate) fn lose(&self, endpoint: &'static str, times: u32) {
        self.inner().lost.insert(endpoint, times);
    }

    /// The next request for an approval is refused: there is no usable method, and this is why.
    pub(crate) fn offer_no_method_next(&self, why: &str, title: &str) {
        let code = "no_usable_method";
        let problem = json!({ "type": format!("{}/problems/{code}", self.url), "title": title,
            "status": 409, "code": code, "retry": "changed", "why": why });
        self.inner().problem = Some((409, problem));
    }

    /// The next ID token has another value in `claim`.
    pub(crate) fn twist(&self, claim: &'static str, value: Value) {
        self.inner().twist = Some((claim, value));
    }

    /// All remembered replies are forgotten, as after seven days.
    pub(crate) fn forget_keys(&self) {
        self.inner().kept.clear();
    }

    /// The customer (or time) brings the approval of a page to a state.
    pub(crate) fn settle(&self, page_url: &str, state: &str, reason: &str) -> String {
        let path = page_url.split('?').next().unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default().to_owned();
        let mut inner = self.inner();
        let approval = inner.approvals.get_mut(&id).expect("an approval of ours");
        approval["state"] = json!(state);
        if !reason.is_empty() {
            approval["reason"] = json!(reason);
        }
        let state = approval["page_state"].as_str().unwrap_or_default().to_owned();
        let home = inner.return_url.clone();
        format!("{home}?approval={id}&state={state}&iss={}", self.issuer())
    }

    pub(crate) fn state_of(&self, page_url: &str) -> String {
        let path = page_url.split('?').next().unwrap_or_default();
        let id = path.rsplit('/').next().unwrap_or_default();
        self.inner().approvals[id]["state"].as_str().unwrap_or_default().to_owned()
    }

    /// How many approvals were made and how many consumed.
    pub(crate) fn counts(&self) -> (usize, u32) {
        let inner = self.inner();
        (inner.approvals.len(), inner.consumed)
    }
}

fn pairs(text: &str) -> BTreeMap<String, String> {
    text.split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| (name.to_owned(), decoded(value)))
        .collect()
}

fn decoded(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, tail @ ..] = rest {
        match (first, tail) {
            (b'%', [high, low, after @ ..]) => {
                let pair = [*high, *low];
                let hex = std::str::from_utf8(&pair).expect("ASCII");
                bytes.push(u8::from_str_radix(hex, 16).expect("hexadecimal"));
                rest = after;
            }
            (b'+', _) => {
                bytes.push(b' ');
                rest = tail;
            }
            (byte, _) => {
                bytes.push(*byte);
                rest = tail;
            }
        }
    }
    String::from_utf8(bytes).expect("UTF-8")
}
