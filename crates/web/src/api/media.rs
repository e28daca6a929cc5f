//! Media types: what we read and what the caller reads (api.md §1.1).

use axum::http::{HeaderMap, header};

use crate::problem::Problem;

/// Refuses a body we do not read.
pub(crate) fn check_content(headers: &HeaderMap, allowed: &[&str]) -> Result<(), Problem> {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut parts = sent.unwrap_or_default().split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let known = allowed.iter().any(|allowed| allowed.eq_ignore_ascii_case(essence));
    let utf8 = parts.all(|parameter| match parameter.split_once('=') {
        Some((name, value)) if name.eq_ignore_ascii_case("charset") => {
            value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        }
        _ => true,
    });
    if known && utf8 { Ok(()) } else { Err(Problem::new("unsupported_media_type")) }
}

/// Whether a body that is read is JSON.
pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let sent = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = sent.and_then(|sent| sent.split(';').next()).unwrap_or_default().trim();
    let essence = essence.to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json")
}

/// Refuses a caller who reads nothing we make. Problems are told to everybody.
pub(crate) fn check_accept(headers: &HeaderMap, made: &str) -> Result<(), Problem> {
    let mut lists = headers.get_all(header::ACCEPT).iter().peekable();
    if lists.peek().is_none() {
        return Ok(());
    }
    let family = made.split('/').next().unwrap_or_default();
    let reads = |range: &str| {
        let (range, rest) = range.split_once(';').unwrap_or((range, ""));
        let range = range.trim();
        let family_of = range.strip_suffix("/*");
        let meant = range == "*/*"
            || range.eq_ignore_ascii_case(made)
            || family_of.is_some_and(|of| of.eq_ignore_ascii_case(family));
        let weight = rest.split(';').find_map(|part| part.trim().strip_prefix("q="));
        meant && weight.is_none_or(|q| !q.trim_end_matches(['0', '.']).is_empty())
    };
    let mut ranges = lists.filter_map(|list| list.to_str().ok()).flat_map(|list| list.split(','));
    if ranges.any(reads) { Ok(()) } else { Err(Problem::new("not_acceptable")) }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(name: header::HeaderName, value: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_static(value))])
    }

    #[test]
    fn content_is_json_in_utf_8() {
        for (sent, fits) in [
            ("application/json", true),
            ("Application/JSON; charset=UTF-8", true),
            ("application/json; charset=\"utf-8\"", true),
            ("application/json; charset=shift_jis", false),
            ("text/plain", false),
            ("application/jsonx", false),
            ("", false),
        ] {
            let headers = headers(header::CONTENT_TYPE, sent);
            assert_eq!(check_content(&headers, &["application/json"]).is_ok(), fits, "{sent}");
        }
        assert!(check_content(&HeaderMap::new(), &["application/json"]).is_err());
    }

    #[test]
    fn the_caller_reads_json_or_says_nothing() {
        for (sent, fits) in [
            ("*/*", true),
            ("application/*;q=0.1", true),
            ("text/html, application/json", true),
            ("application/json;q=0", false),
            ("application/json;q=0.0", false),
            ("text/html", false),
        ] {
            let headers = headers(header::ACCEPT, sent);
            assert_eq!(check_accept(&headers, "application/json").is_ok(), fits, "{sent}");
        }
        assert!(check_accept(&HeaderMap::new(), "application/json").is_ok());
    }
}
