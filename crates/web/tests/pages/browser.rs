//! A browser without a screen: it keeps cookies and sends the hidden field back.

use std::collections::BTreeMap;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, header};
use tower::ServiceExt as _;

/// A browser at the router.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookies: BTreeMap<String, String>,
    /// Sent with each request.
    pub(crate) headers: Vec<(&'static str, String)>,
}

/// What came back.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Browser {
    pub(crate) fn new(router: Router) -> Self {
        Self { router, cookies: BTreeMap::new(), headers: Vec::new() }
    }

    pub(crate) fn get(&mut self, path: &str) -> Reply {
        self.send("GET", path, None)
    }

    pub(crate) fn head(&mut self, path: &str) -> Reply {
        self.send("HEAD", path, None)
    }

    /// Sends a form with the fields and nothing else.
    pub(crate) fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let form = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.send("POST", path, Some(form))
    }

    /// Fills the form of a page and sends it.
    pub(crate) fn fill(&mut self, path: &str, page: &Reply, fields: &[(&str, &str)]) -> Reply {
        let csrf = page.csrf();
        let all: Vec<(&str, &str)> =
            fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        self.post(path, &all)
    }

    pub(crate) fn sign_in(&mut self, login_id: &str, password: &str) -> Reply {
        let page = self.get("/i/kaku/sign_in");
        self.fill("/i/kaku/sign_in", &page, &[("login_id", login_id), ("password", password)])
    }

    fn send(&mut self, method: &str, path: &str, form: Option<String>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        let jar: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        if !jar.is_empty() {
            request = request.header(header::COOKIE, jar.join("; "));
        }
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(form.map_or_else(Body::empty, Body::from)).expect("a request");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let reply = runtime.block_on(async {
            let reply = self.router.clone().oneshot(request).await.expect("the router answers");
            let (parts, body) = reply.into_parts();
            let body = to_bytes(body, 4_000_000).await.expect("a body");
            Reply {
                status: parts.status.as_u16(),
                headers: parts.headers,
                body: String::from_utf8(body.to_vec()).expect("UTF-8"),
            }
        });
        self.keep(&reply.headers);
        reply
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().expect("plain");
            let (name, rest) = cookie.split_once('=').expect("a cookie");
            let (value, rules) = rest.split_once(';').expect("rules");
            if name.starts_with("__Host-") {
                // The text size is set by the page's own script too; it tells nothing about
                // anybody.
                let secret = name != "__Host-sekisho-text";
                assert!(rules.contains("Secure"), "{cookie}");
                assert!(!secret || rules.contains("HttpOnly"), "{cookie}");
                assert!(rules.contains("SameSite=Lax") && rules.contains("Path=/"), "{cookie}");
            }
            if rules.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Reply {
    pub(crate) fn location(&self) -> Option<String> {
        self.headers.get(header::LOCATION).map(|url| url.to_str().expect("plain").to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().expect("plain"))
    }

    /// The hidden field of the first form of the page's own content.
    pub(crate) fn csrf(&self) -> String {
        let main = self.body.split("<main").nth(1).unwrap_or(&self.body);
        let rest = main.split("name=\"csrf\" value=\"").nth(1).expect("a form");
        rest.split('"').next().expect("a value").to_owned()
    }

    /// The page without what belongs to one visitor.
    pub(crate) fn plain(&self) -> String {
        let mut parts = self.body.split("name=\"csrf\" value=\"");
        let first = parts.next().unwrap_or_default().to_owned();
        parts.fold(first, |text, part| text + part.split_once('"').map_or("", |(_, rest)| rest))
    }

    /// The value of a query parameter of the address it leads to.
    pub(crate) fn parameter(&self, name: &str) -> Option<String> {
        let location = self.location()?;
        let (_, query) = location.split_once('?')?;
        form_urlencoded::parse(query.as_bytes())
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.into_owned())
    }
}
