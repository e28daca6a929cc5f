//! The caller's key for asking twice and doing once (api.md §1.3, §12).

use axum::http::{HeaderMap, Method};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use sekisho_app::once::OnceKey;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;

/// Bytes of the hash under which a reply is kept: two never meet by chance.
const PLACE: usize = 21;

/// The key as sent, quoted or bare: 16 to 64 of `A-Z a-z 0-9 _ -`.
pub(crate) fn sent(headers: &HeaderMap) -> Result<&str, Problem> {
    let missing = || Problem::new("idempotency_key_missing");
    let mut all = headers.get_all("idempotency-key").iter();
    let sent = all.next().and_then(|value| value.to_str().ok()).ok_or_else(missing)?.trim();
    let bare = match sent.strip_prefix('"') {
        Some(rest) => rest.strip_suffix('"').ok_or_else(missing)?,
        None => sent,
    };
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-';
    let fits = (16..=64).contains(&bare.len()) && bare.bytes().all(plain) && all.next().is_none();
    if fits { Ok(bare) } else { Err(missing()) }
}

/// What is remembered: whose key for which institution, and exactly what was asked under it.
/// `content` is a body in its canonical form; one that is no JSON, as it was sent.
pub(crate) fn once(
    scope: (&str, &str),
    key: &str,
    (method, path, query): (&Method, &str, &str),
    content: &[u8],
) -> OnceKey {
    let hash = Sha256::new()
        .chain_update(method.as_str())
        .chain_update([0])
        .chain_update(path)
        .chain_update([0])
        .chain_update(query)
        .chain_update([0])
        .chain_update(content)
        .finalize();
    // A row is found by this key and by nothing else: its hash is a third as long, and it stands in
    // the row and in the index.
    let place = Sha256::digest(format!("{}/{}/{key}", scope.0, scope.1));
    OnceKey {
        key: URL_SAFE_NO_PAD.encode(&place[..PLACE]),
        fingerprint: STANDARD_NO_PAD.encode(hash),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use sekisho_domain::jcs;
    use sekisho_domain::json::Json;

    use super::*;

    fn read(value: &str) -> Result<String, &'static str> {
        let value = HeaderValue::from_str(value).expect("a header");
        let headers = HeaderMap::from_iter([("idempotency-key".parse().expect("a name"), value)]);
        sent(&headers).map(str::to_owned).map_err(|problem| problem.code())
    }

    #[test]
    fn a_key_is_quoted_or_bare() {
        let key = "0123456789abcdef";
        assert_eq!(read(key), Ok(key.into()));
        assert_eq!(read(&format!("\"{key}\"")), Ok(key.into()));
        for wrong in
            ["", "\"\"", "short", "0123456789abcde!", "\"0123456789abcdef", &"a".repeat(65)]
        {
            assert_eq!(read(wrong), Err("idempotency_key_missing"), "{wrong}");
        }
        assert!(sent(&HeaderMap::new()).is_err());
    }

    #[test]
    fn equal_requests_have_equal_fingerprints_whatever_their_spelling() {
        let mark = |body: &[u8], path| {
            let body = Json::parse(body).expect("JSON");
            let body: Vec<u8> = jcs::canonical(&body).into();
            once(("cli", "ins"), "k", (&Method::POST, path, ""), &body).fingerprint
        };
        assert_eq!(mark(b"{\"a\":1,\"b\":2}", "/x"), mark(b"{ \"b\":2, \"a\":1 }", "/x"));
        assert_ne!(mark(b"{\"a\":1}", "/x"), mark(b"{\"a\":2}", "/x"));
        assert_ne!(mark(b"{\"a\":1}", "/x"), mark(b"{\"a\":1}", "/y"));
    }
}
