//! Who comes through the door: language, text size, session; and what every reply carries.

use axum::{
    extract::{FromRequest, FromRequestParts, RawForm, Request, State},
    http::{HeaderMap, HeaderValue, Method, Uri, header, request::Parts},
    middleware::Next,
    response::Response,
};

use super::{Bank, Fault, go};
use crate::{
    check::Fields,
    customers::{self, Customer},
    session::{self, Session},
};

const LANGUAGE_COOKIE: &str = "__Host-bank-language";
const TEXT_COOKIE: &str = "__Host-bank-text";
/// A year, in seconds.
const PREFERENCE_S: u32 = 31_536_000;

/// Anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Visitor {
    pub(super) english: bool,
    pub(super) large: bool,
    /// The page asked for, when it can be asked for again.
    pub(super) path: Option<String>,
}

impl Visitor {
    fn of(headers: &HeaderMap, method: &Method, uri: &Uri) -> Self {
        let path = uri.path_and_query().map(|path| path.as_str().to_owned());
        Self {
            english: cookie(headers, LANGUAGE_COOKIE).as_deref() == Some("en"),
            large: cookie(headers, TEXT_COOKIE).as_deref() == Some("large"),
            path: path.filter(|_| *method == Method::GET),
        }
    }

    /// As `Accept-Language` and `ui_locales` say it.
    pub(super) fn language(&self) -> &'static str {
        if self.english { "en" } else { "ja" }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Fault> {
        Ok(Self::of(&parts.headers, &parts.method, &parts.uri))
    }
}

/// The value of a cookie the browser sent.
pub(super) fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value.to_owned())
}

/// A cookie no script can read, for this host alone.
pub(super) fn set_cookie(response: &mut Response, name: &str, value: &str) {
    let end = if value.is_empty() { "; Max-Age=0" } else { "" };
    let cookie = format!("{name}={value}; Path=/; Secure; HttpOnly; SameSite=Lax{end}");
    let cookie = HeaderValue::from_str(&cookie).expect("our cookies are base64url");
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// A customer who is signed in.
#[derive(Debug, Clone)]
pub(super) struct Signed {
    pub(super) visitor: Visitor,
    pub(super) session: Session,
    pub(super) customer: Customer,
}

impl FromRequestParts<Bank> for Signed {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, bank: &Bank) -> Result<Self, Fault> {
        let visitor = Visitor::of(&parts.headers, &parts.method, &parts.uri);
        let cookie = cookie(&parts.headers, session::COOKIE).ok_or(Fault::SignInFirst)?;
        let (session, customer) = bank
            .run(move |bank| {
                let now = bank.clock.now();
                bank.store.transact(|tx| {
                    let session = session::resume(tx, &cookie, now)?.ok_or(Fault::SignInFirst)?;
                    let customer = customers::one(tx, session.customer)?;
                    Ok::<_, Fault>((session, customer))
                })
            })
            .await?;
        Ok(Self { visitor, session, customer })
    }
}

/// A form sent by the signed-in customer from a page of this session.
pub(super) struct Sealed {
    pub(super) signed: Signed,
    pub(super) fields: Fields,
}

impl FromRequest<Bank> for Sealed {
    type Rejection = Fault;

    async fn from_request(request: Request, bank: &Bank) -> Result<Self, Fault> {
        let (mut parts, body) = request.into_parts();
        let signed = Signed::from_request_parts(&mut parts, bank).await?;
        let request = Request::from_parts(parts, body);
        let RawForm(bytes) =
            RawForm::from_request(request, bank).await.map_err(|_| Fault::Stale)?;
        let fields = Fields(form_fields(&bytes).collect());
        if fields.text("seal") != signed.session.seal {
            return Err(Fault::Stale);
        }
        Ok(Self { signed, fields })
    }
}

/// The fields of an `application/x-www-form-urlencoded` body.
fn form_fields(bytes: &[u8]) -> impl Iterator<Item = (String, String)> {
    bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()).map(|pair| {
        let at = pair.iter().position(|byte| *byte == b'=').unwrap_or(pair.len());
        (decoded(&pair[..at]), decoded(pair.get(at + 1..).unwrap_or_default()))
    })
}

/// `+` is a space, `%XX` a byte; what is not UTF-8 becomes a replacement character, which no
/// check lets through.
fn decoded(text: &[u8]) -> String {
    let hex = |at: usize| text.get(at).and_then(|digit| char::from(*digit).to_digit(16));
    let mut bytes = Vec::with_capacity(text.len());
    let mut at = 0;
    while at < text.len() {
        match (text[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                bytes.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits"));
                at += 3;
            }
            (b'+', ..) => {
                bytes.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                bytes.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Every request passes here: preferences are kept, faults are drawn, replies get their headers.
pub(super) async fn at_the_door(
    State(bank): State<Bank>,
    request: Request,
    next: Next,
) -> Response {
    let visitor = Visitor::of(request.headers(), request.method(), request.uri());
    let mut response = match preference(request.method(), request.uri()) {
        Some(kept) => kept,
        None => next.run(request).await,
    };
    let named = response.extensions().get::<Fault>().copied();
    // An address or form of the wrong shape is refused before a page sees it: no such page.
    let nameless = || {
        let drawn = response.headers().get(header::CONTENT_TYPE).is_some_and(is_html);
        (response.status().is_client_error() && !drawn).then_some(Fault::NotFound)
    };
    if let Some(fault) = named.or_else(nameless) {
        response = fault.draw(&visitor);
    }
    let headers = response.headers_mut();
    let policy = format!(
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; \
         frame-ancestors 'none'; form-action 'self' {}",
        bank.0.config.issuer_origin()
    );
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, policy.as_str()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    response
}

fn is_html(kind: &HeaderValue) -> bool {
    kind.as_bytes().starts_with(b"text/html")
}

/// `?lang=` and `?text=` on any page set a cookie and go back to the page without them.
fn preference(method: &Method, uri: &Uri) -> Option<Response> {
    if *method != Method::GET {
        return None;
    }
    let (mut kept, mut left) = (Vec::new(), Vec::new());
    for pair in uri.query()?.split('&') {
        match pair {
            "lang=ja" | "lang=en" => kept.push((LANGUAGE_COOKIE, &pair[5..])),
            "text=standard" | "text=large" => kept.push((TEXT_COOKIE, &pair[5..])),
            other => left.push(other),
        }
    }
    if kept.is_empty() {
        return None;
    }
    // One leading slash: "//host" would be another host.
    let path = format!("/{}", uri.path().trim_start_matches('/'));
    let mut response = match left.as_slice() {
        [] => go(&path),
        left => go(&format!("{path}?{}", left.join("&"))),
    };
    for (name, value) in kept {
        // A browser keeps a `__Host-` cookie only when it is `Secure`.
        let kept = format!("{name}={value}; Path=/; Max-Age={PREFERENCE_S}");
        let line = format!("{kept}; Secure; HttpOnly; SameSite=Lax");
        if let Ok(line) = HeaderValue::from_str(&line) {
            response.headers_mut().append(header::SET_COOKIE, line);
        }
    }
    Some(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_bodies_are_read_as_browsers_write_them() {
        let read = |body: &str| form_fields(body.as_bytes()).collect::<Vec<_>>();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(
            read("a=1+2&b=%E9%96%A2%E6%89%80&&c&d=%zz%4"),
            [pair("a", "1 2"), pair("b", "関所"), pair("c", ""), pair("d", "%zz%4")]
        );
    }

    #[test]
    fn a_preference_leads_back_to_its_page_and_never_elsewhere() {
        let to = |uri: &str| {
            let uri: Uri = uri.parse().expect("an address");
            let kept = preference(&Method::GET, &uri)?;
            kept.headers()[header::LOCATION].to_str().map(str::to_owned).ok()
        };
        assert_eq!(to("/menu?lang=en").as_deref(), Some("/menu"));
        assert_eq!(to("/a?page=2&text=large").as_deref(), Some("/a?page=2"));
        assert_eq!(to("//evil.example/?lang=en").as_deref(), Some("/evil.example/"));
        assert_eq!(to("/menu?page=2"), None);
    }

    #[test]
    fn a_preference_is_kept_by_a_browser() {
        let uri: Uri = "/menu?lang=en&text=large".parse().expect("an address");
        let reply = preference(&Method::GET, &uri).expect("kept");
        let lines: Vec<_> = reply.headers().get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(lines.len(), 2);
        for line in lines {
            let line = line.to_str().expect("plain");
            assert!(line.starts_with("__Host-") && line.contains("; Path=/; "), "{line}");
            assert!(line.contains("; Secure; "), "{line}");
        }
    }
}
