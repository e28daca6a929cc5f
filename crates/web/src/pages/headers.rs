//! What a browser is told to allow a page: our own files, nothing inline, no frame, and forms that
//! lead to us or back to the bank.

use axum::http::header::{self, HeaderName, HeaderValue};
use axum::response::Response;
use sekisho_app::error::Error;
use sekisho_app::tx::{Query, Table, Tx};
use sekisho_domain::client::Client;
use sekisho_domain::id::InstitutionId;

use crate::state::Web;

/// Origins to which forms of an institution's pages may lead in the end.
///
/// Browsers hold `form-action` against redirects too, and a sign-in ends with one to the bank.
pub(crate) fn origins(tx: &mut Tx, institution: InstitutionId) -> Result<Vec<String>, Error> {
    let query = Query { institution: Some(institution.to_string()), ..Query::all(Table::Client) };
    let clients = tx.list::<Client>(&query)?;
    let mut origins: Vec<String> = clients
        .iter()
        .filter(|client| !client.suspended)
        .flat_map(|client| [&client.redirect_uris, &client.return_urls, &client.post_logout_uris])
        .flatten()
        .filter_map(|url| origin(url))
        .collect();
    origins.sort_unstable();
    origins.dedup();
    Ok(origins)
}

/// `https://host:port` of an address; nothing when it has none that could stand in a policy.
pub(crate) fn origin(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | ':' | '[' | ']');
    let fits = matches!(scheme, "https" | "http") && !host.is_empty() && host.chars().all(plain);
    fits.then(|| format!("{scheme}://{host}").to_ascii_lowercase())
}

/// Sets the headers of a page.
pub(crate) fn dress(web: &Web, reply: &mut Response, origins: &[String]) {
    let forms = origins.iter().fold(String::from("'self'"), |all, origin| all + " " + origin);
    let policy = format!(
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
         form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::from_str(&policy).expect("origins are plain ASCII");
    let headers = reply.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if web.public_url.starts_with("https://") {
        let year = HeaderValue::from_static("max-age=63072000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

const FIXED: [(HeaderName, &str); 7] = [
    (header::CACHE_CONTROL, "no-store"),
    // Not `no-referrer`: that would also hide from us where a form came from (`Origin: null`).
    (header::REFERRER_POLICY, "same-origin"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), interest-cohort=()",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_hold_nothing_that_could_widen_a_policy() {
        for (url, wanted) in [
            ("https://ib.example.jp/done?x=1", Some("https://ib.example.jp")),
            ("http://127.0.0.1:8090/cb", Some("http://127.0.0.1:8090")),
            ("https://IB.example.jp", Some("https://ib.example.jp")),
            ("https://a.example;script-src *", None),
            ("https://a.example 'unsafe-inline'/", None),
            ("javascript://x/", None),
            ("https://", None),
            ("/done", None),
        ] {
            assert_eq!(origin(url).as_deref(), wanted, "{url}");
        }
    }
}
