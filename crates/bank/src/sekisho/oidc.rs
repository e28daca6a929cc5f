//! Sign-in: authorization code with PKCE, verified to the last claim (api.md §3).

use std::sync::{Mutex, PoisonError};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use jiff::{Timestamp, ToSpan as _};
use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{
    Claims, Failure, Jwk, Sekisho,
    http::{Call, Method, Reply},
    id_token::{self, Expected},
};
use crate::config::ClientCredentials;

/// What the bank asks of a sign-in.
const SIGN_IN_SCOPE: &str = "openid contract methods";
const FRONT_SCOPE: &str = "approvals:write";
const CORE_SCOPE: &str = "approvals:read approvals:consume";
/// Access tokens and discovery are renewed this long before they end.
const SPARE_S: i64 = 30;
/// How long the bank relies on a discovery document.
const DISCOVERY_S: i64 = 3600;

/// Where the issuer's endpoints stand, by its discovery document.
#[derive(Debug, Clone, Deserialize)]
pub struct Endpoints {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    end_session_endpoint: Option<String>,
    #[serde(skip)]
    read_at: Timestamp,
}

/// An access token of one of the bank's systems, with its end.
pub(super) struct AccessToken {
    text: String,
    until: Timestamp,
}

/// Which of the bank's systems calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Caller {
    Front,
    Core,
}

/// What one sign-in is bound to. All three are made from chance and used once.
#[derive(Debug, Clone)]
pub struct SignIn {
    /// Comes back with the customer.
    pub state: String,
    /// Comes back inside the ID token.
    pub nonce: String,
    /// Proves to the issuer that the one who asked is the one who fetches (RFC 7636).
    pub verifier: String,
}

/// A customer who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// What sekisho says of the customer.
    pub claims: Claims,
    /// The ID token itself, a hint for signing out.
    pub id_token: String,
}

impl Sekisho {
    /// The address at which the customer signs in.
    pub fn sign_in_url(&self, sign_in: &SignIn, language: &str) -> Result<String, Failure> {
        let challenge = URL_SAFE_NO_PAD.encode(Sha256::digest(sign_in.verifier.as_bytes()));
        let endpoints = self.endpoints()?;
        Ok(with_query(
            &endpoints.authorization_endpoint,
            &[
                ("response_type", "code"),
                ("client_id", &self.config.front.client_id),
                ("redirect_uri", &self.config.redirect_uri()),
                ("scope", SIGN_IN_SCOPE),
                ("state", &sign_in.state),
                ("nonce", &sign_in.nonce),
                ("code_challenge", &challenge),
                ("code_challenge_method", "S256"),
                ("ui_locales", language),
            ],
        ))
    }

    /// Trades the code for the customer's claims. Never repeated: a second use would end the
    /// session.
    pub fn finish_sign_in(&self, sign_in: &SignIn, code: &str) -> Result<SignedIn, Failure> {
        #[derive(Deserialize)]
        struct Granted {
            id_token: String,
            access_token: Option<String>,
        }
        let endpoints = self.endpoints()?;
        let reply = self.http.send(&Call {
            method: Method::PostForm(&[
                ("grant_type", "authorization_code"),
                ("code", code),
                ("redirect_uri", &self.config.redirect_uri()),
                ("code_verifier", &sign_in.verifier),
            ]),
            url: &endpoints.token_endpoint,
            credentials: Some(basic(&self.config.front)),
            language: "ja",
            repeatable: false,
        })?;
        let granted: Granted = reply.read()?;
        let kid = id_token::kid(&granted.id_token)?;
        let claims = id_token::verify(
            &granted.id_token,
            &self.keys_for(&kid, &endpoints)?,
            &Expected {
                issuer: &self.config.issuer,
                client: &self.config.front.client_id,
                nonce: &sign_in.nonce,
                access_token: granted.access_token.as_deref(),
                now: self.clock.now(),
            },
        )?;
        Ok(SignedIn { claims, id_token: granted.id_token })
    }

    /// The address at which the customer signs out of sekisho too, if the issuer has one.
    pub fn sign_out_url(&self, id_token: &str) -> Result<Option<String>, Failure> {
        let home = self.config.post_logout_redirect_uri();
        let query = [("id_token_hint", id_token), ("post_logout_redirect_uri", &home)];
        Ok(self.endpoints()?.end_session_endpoint.map(|logout| with_query(&logout, &query)))
    }

    fn endpoints(&self) -> Result<Endpoints, Failure> {
        let now = self.clock.now();
        let mut kept = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*kept
            && now.duration_since(known.read_at).as_secs() < DISCOVERY_S
        {
            return Ok(known.clone());
        }
        let url = format!("{}/.well-known/openid-configuration", self.config.issuer);
        let mut found: Endpoints = self.read_public(&url)?.read()?;
        if found.issuer != self.config.issuer {
            return Err(Failure::Strange("the discovery document names another issuer".into()));
        }
        found.read_at = now;
        Ok(kept.insert(found).clone())
    }

    /// The issuer's keys, read anew when `kid` is not among those known.
    fn keys_for(&self, kid: &str, endpoints: &Endpoints) -> Result<Vec<Jwk>, Failure> {
        #[derive(Deserialize)]
        struct Jwks {
            keys: Vec<Jwk>,
        }
        let mut kept = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if !kept.iter().any(|key| key.kid == kid) {
            *kept = self.read_public(&endpoints.jwks_uri)?.read::<Jwks>()?.keys;
        }
        Ok(kept.clone())
    }

    fn read_public(&self, url: &str) -> Result<Reply, Failure> {
        let call =
            Call { method: Method::Get, url, credentials: None, language: "ja", repeatable: true };
        self.http.send(&call)
    }

    /// Reads from the API as one of the bank's systems.
    pub(super) fn get(&self, caller: Caller, path: &str, language: &str) -> Result<Reply, Failure> {
        self.call_with(caller, path, language, || Method::Get)
    }

    /// Changes something by the API as one of the bank's systems, under an idempotency key.
    pub(super) fn post(
        &self,
        caller: Caller,
        path: &str,
        language: &str,
        body: &Value,
        key: &str,
    ) -> Result<Reply, Failure> {
        self.call_with(caller, path, language, || Method::PostJson { body, key })
    }

    /// Calls with the caller's access token; once more with a fresh one where it had died early.
    fn call_with<'a>(
        &self,
        caller: Caller,
        path: &str,
        language: &str,
        method: impl Fn() -> Method<'a>,
    ) -> Result<Reply, Failure> {
        let url = format!("{}{path}", self.config.api);
        let send = |credentials| {
            self.http.send(&Call {
                method: method(),
                url: &url,
                credentials: Some(credentials),
                language,
                repeatable: true,
            })
        };
        match send(self.bearer(caller)?) {
            Err(Failure::Refused(problem)) if problem.code == "access_token_invalid" => {
                *self.shelf(caller).lock().unwrap_or_else(PoisonError::into_inner) = None;
                send(self.bearer(caller)?)
            }
            other => other,
        }
    }

    fn shelf(&self, caller: Caller) -> &Mutex<Option<AccessToken>> {
        match caller {
            Caller::Front => &self.front_access,
            Caller::Core => &self.core_access,
        }
    }

    /// The `Authorization` header of a system, its access token fetched when due.
    fn bearer(&self, caller: Caller) -> Result<String, Failure> {
        #[derive(Deserialize)]
        struct Granted {
            access_token: String,
            expires_in: i64,
        }
        let now = self.clock.now();
        let mut kept = self.shelf(caller).lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(access) = &*kept
            && now < access.until
        {
            return Ok(format!("Bearer {}", access.text));
        }
        let (client, scope) = match caller {
            Caller::Front => (&self.config.front, FRONT_SCOPE),
            Caller::Core => (&self.config.core, CORE_SCOPE),
        };
        let reply = self.http.send(&Call {
            method: Method::PostForm(&[("grant_type", "client_credentials"), ("scope", scope)]),
            url: &self.endpoints()?.token_endpoint,
            credentials: Some(basic(client)),
            language: "ja",
            repeatable: true,
        })?;
        let granted: Granted = reply.read()?;
        let life_s = (granted.expires_in - SPARE_S).clamp(0, 3600);
        let until = now.saturating_add(life_s.seconds()).unwrap_or(now);
        let access = kept.insert(AccessToken { text: granted.access_token, until });
        Ok(format!("Bearer {}", access.text))
    }
}

/// RFC 6749 §2.3.1: id and secret are form-encoded before they are joined.
fn basic(client: &ClientCredentials) -> String {
    let pair = format!(
        "{}:{}",
        percent_encoded(&client.client_id),
        percent_encoded(client.client_secret.dangerous_text())
    );
    format!("Basic {}", STANDARD.encode(pair))
}

/// An address with query parameters added.
fn with_query(url: &str, query: &[(&str, &str)]) -> String {
    let mut whole = url.to_owned();
    for (place, (name, value)) in query.iter().enumerate() {
        whole.push(if place == 0 && !url.contains('?') { '?' } else { '&' });
        whole.push_str(name);
        whole.push('=');
        whole.push_str(&percent_encoded(value));
    }
    whole
}

/// RFC 3986 §2.1, everything but unreserved characters.
fn percent_encoded(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => {
                use std::fmt::Write as _;
                write!(encoded, "%{other:02X}").expect("writing to a string does not fail");
            }
        }
        encoded
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_joined_and_encoded() {
        assert_eq!(
            with_query("https://a.example/x", &[("p", "a b&c"), ("q", "関")]),
            "https://a.example/x?p=a%20b%26c&q=%E9%96%A2"
        );
        assert_eq!(
            with_query("https://a.example/x?y=1", &[("p", "1")]),
            "https://a.example/x?y=1&p=1"
        );
    }
}
