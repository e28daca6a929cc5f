//! Cookies of the pages. All carry the prefix `__Host-`: bound to this host, sent over TLS only (or
//! to the machine itself, which browsers trust alike), and set by nobody else. Only the size of the
//! text is readable by scripts.

use axum::http::HeaderMap;
use axum::http::header::{COOKIE, HeaderValue};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_domain::id::SessionId;

/// Who is signed in: `ses_….` and 43 letters of secret.
pub(crate) const SESSION: &str = "__Host-sekisho";
/// By which a browser is known again at sign-in; says nothing about anybody.
pub(crate) const DEVICE: &str = "__Host-sekisho-device";
/// What forms are bound to before sign-in.
pub(crate) const VISIT: &str = "__Host-sekisho-visit";
/// Which approval this browser traded its link for.
pub(crate) const APPROVAL: &str = "__Host-sekisho-approval";
/// Which procedure goes on in this browser: `prc_…`, before sign-in with 43 letters of secret.
pub(crate) const PROCEDURE: &str = "__Host-sekisho-procedure";
/// Where the customer was going when sign-in came between.
pub(crate) const ONWARD: &str = "__Host-sekisho-onward";
/// Size of the text; also written by a script.
pub(crate) const TEXT_SIZE: &str = "__Host-sekisho-text";
/// Language.
pub(crate) const LANG: &str = "__Host-sekisho-lang";

/// Seconds a browser remembers its settings.
pub(crate) const YEAR_S: u32 = 365 * 24 * 3600;
/// Seconds by which a browser is known again; the limit of today's browsers is 400 days.
pub(crate) const DEVICE_S: u32 = 400 * 24 * 3600;

/// The cookies of a request.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cookies(Vec<(String, String)>);

impl Cookies {
    /// Reads the header; what is no pair is passed over.
    pub(crate) fn read(headers: &HeaderMap) -> Self {
        let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
        let pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
        Self(pairs.map(|(name, value)| (name.trim().to_owned(), value.trim().to_owned())).collect())
    }

    /// The value of the cookie `name`; of several, the first.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The session and its secret.
    pub(crate) fn session(&self) -> Option<(SessionId, Vec<u8>)> {
        let (id, secret) = self.get(SESSION)?.split_once('.')?;
        let secret = URL_SAFE_NO_PAD.decode(secret).ok().filter(|secret| secret.len() == 32)?;
        Some((id.parse().ok()?, secret))
    }
}

/// A cookie of ours that lasts `seconds`, or as long as the browser is open.
pub(crate) fn keep(name: &str, value: &str, seconds: Option<u32>) -> HeaderValue {
    let life = seconds.map(|s| format!("; Max-Age={s}")).unwrap_or_default();
    let cookie = format!("{name}={value}; Path=/{life}; Secure; HttpOnly; SameSite=Lax");
    HeaderValue::from_str(&cookie).expect("names and values of ours are plain ASCII")
}

/// A setting of the display, as the script of the text size writes it.
pub(crate) fn setting(name: &str, value: &str) -> HeaderValue {
    let cookie = format!("{name}={value}; Path=/; Max-Age={YEAR_S}; Secure; SameSite=Lax");
    HeaderValue::from_str(&cookie).expect("names and values of ours are plain ASCII")
}

/// Takes a cookie of ours back.
pub(crate) fn drop(name: &str) -> HeaderValue {
    keep(name, "", Some(0))
}
