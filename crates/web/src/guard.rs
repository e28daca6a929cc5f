//! What stands around every request and reply: who calls, the request's id, the headers all replies
//! carry.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{CACHE_CONTROL, STRICT_TRANSPORT_SECURITY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use sekisho_domain::id::RequestId;

use crate::corrupt::Corrupt;
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

/// Who sent a request, as far as that is known before anything was proven.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// Our name for the request.
    pub request: RequestId,
    /// The language the caller reads.
    pub lang: Lang,
    /// The caller's address; a proxy's word counts only when the proxy is trusted.
    pub address: IpAddr,
    /// Whether the peer itself is a trusted proxy, whose `Client-Cert` is believed.
    pub by_proxy: bool,
}

impl Visitor {
    /// Tells a problem to this caller.
    pub fn tell(&self, problem: Problem, web: &Web) -> Response {
        problem.reply(self.request, self.lang, &web.public_url)
    }
}

/// Members the caller may send along, given back as they came.
const ECHOED: [HeaderName; 2] =
    [HeaderName::from_static("x-correlation-id"), HeaderName::from_static("traceparent")];

static X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
static SANDBOX: HeaderName = HeaderName::from_static("sekisho-sandbox");

/// The outermost layer: names the request, finds the caller, and dresses the reply.
pub async fn guard(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let visitor = visitor(&web, &request);
    let id = visitor.request;
    let echoed = ECHOED.map(|name| echo(request.headers(), &name));
    request.extensions_mut().insert(visitor.clone());
    // On a task of its own, what was begun runs to its end even if the caller goes away, and a
    // broken assumption of ours ends this request and nothing else.
    let served = tokio::spawn(next.run(request)).await;
    let mut reply = served.unwrap_or_else(|_| visitor.tell(Problem::new("internal_error"), &web));
    if let Some(corrupt) = reply.extensions().get::<Corrupt>() {
        corrupt.log(id);
    }
    let headers = reply.headers_mut();
    let id = HeaderValue::from_str(&id.to_string()).expect("an id is ASCII");
    headers.insert(X_REQUEST_ID.clone(), id);
    for (name, value) in ECHOED.into_iter().zip(echoed) {
        headers.extend(value.map(|value| (name, value)));
    }
    dress(&web, headers);
    reply
}

/// Headers that make a reply harmless in a browser. Pages set stricter ones of their own.
fn dress(web: &Web, headers: &mut HeaderMap) {
    let mut unless_set = |name: HeaderName, value: &'static str| {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    };
    unless_set(CACHE_CONTROL, "no-store");
    unless_set(X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_set(header::REFERRER_POLICY, "no-referrer");
    unless_set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'");
    if web.public_url.starts_with("https://") {
        unless_set(STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains");
    }
    if web.sandbox.is_some() {
        unless_set(SANDBOX.clone(), "true");
    }
}

fn echo(headers: &HeaderMap, name: &HeaderName) -> Option<HeaderValue> {
    let value = headers.get(name)?;
    let plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"._-".contains(byte);
    let fits = value.len() <= 64 && value.as_bytes().iter().all(plain);
    fits.then(|| value.clone())
}

fn visitor(web: &Web, request: &Request) -> Visitor {
    let headers = request.headers();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    // Without a socket, as in a test, the peer is nobody we trust.
    let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
    let accept = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Visitor {
        request: web.moment(RequestId::make),
        lang: Lang::choose(None, None, accept),
        address: address(web, peer, headers),
        by_proxy: web.trusts(peer),
    }
}

/// The caller's address: the peer's, or what a trusted proxy says, read from the nearest hop
/// outwards. The first address that is no trusted proxy is the caller; what stands before it
/// anybody could have written.
fn address(web: &Web, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
    let mut nearest = peer;
    let hops = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok());
    let hops: Vec<&str> = hops.flat_map(|list| list.split(',')).collect();
    for hop in hops.into_iter().rev() {
        if !web.trusts(nearest) {
            break;
        }
        match hop.trim().parse() {
            Ok(address) => nearest = address,
            Err(_) => break,
        }
    }
    nearest.to_canonical()
}
