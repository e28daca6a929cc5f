//! The client's certificate, as a trusted proxy in front of us saw it (RFC 9440).

use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sha2::{Digest as _, Sha256};

/// SHA-256 over the certificate, in base64url (RFC 8705 §3.1); `None` where no proxy we trust named
/// one.
pub fn thumbprint(headers: &HeaderMap, by_proxy: bool) -> Option<String> {
    if !by_proxy {
        return None;
    }
    let sent = headers.get("client-cert")?.to_str().ok()?.trim();
    let certificate = STANDARD.decode(sent.strip_prefix(':')?.strip_suffix(':')?).ok()?;
    Some(URL_SAFE_NO_PAD.encode(Sha256::digest(certificate)))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn only_a_proxy_we_trust_is_believed() {
        let value = HeaderValue::from_static(":AQID:");
        let headers = HeaderMap::from_iter([("client-cert".parse().expect("a name"), value)]);
        assert_eq!(thumbprint(&headers, false), None);
        let wanted = "A5BYxvLAy0ksUzsKTRTvd8wPeKvMztUofYShogEc-4E";
        assert_eq!(thumbprint(&headers, true).as_deref(), Some(wanted));
        assert_eq!(thumbprint(&HeaderMap::new(), true), None);
    }
}
