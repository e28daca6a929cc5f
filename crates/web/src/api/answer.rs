//! What an endpoint answers when it does not say no.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_domain::id::RequestId;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

/// A reply on its way out.
#[derive(Debug)]
pub(crate) struct Answer {
    status: StatusCode,
    body: Vec<u8>,
    version: Option<u64>,
    location: Option<String>,
    digest: Option<String>,
    replayed: bool,
    content_type: &'static str,
}

impl Answer {
    fn new(status: StatusCode, body: &impl Serialize) -> Self {
        let body = serde_json::to_vec(body).expect("replies hold nothing JSON cannot say");
        let content_type = "application/json";
        let (version, location, digest) = (None, None, None);
        Self { status, body, version, location, digest, replayed: false, content_type }
    }

    /// 200 with this body.
    pub(crate) fn ok(body: &impl Serialize) -> Self {
        Self::new(StatusCode::OK, body)
    }

    /// 201 with this body, to be found at `location`.
    pub(crate) fn created(body: &impl Serialize, location: String) -> Self {
        Self { location: Some(location), ..Self::new(StatusCode::CREATED, body) }
    }

    /// 202 with this body.
    pub(crate) fn accepted(body: &impl Serialize) -> Self {
        Self::new(StatusCode::ACCEPTED, body)
    }

    /// 304: the caller has this version already.
    pub(crate) fn unchanged(version: u64) -> Self {
        let mut unchanged = Self::new(StatusCode::NOT_MODIFIED, &());
        unchanged.body.clear();
        unchanged.at(version)
    }

    /// 200 with a text that is no JSON.
    pub(crate) fn text(body: String) -> Self {
        let content_type = "text/plain; charset=utf-8";
        Self { body: body.into_bytes(), content_type, ..Self::new(StatusCode::OK, &()) }
    }

    /// 200 with a signed statement (JWS).
    pub(crate) fn signed(statement: String) -> Self {
        Self { content_type: "application/jose", ..Self::text(statement) }
    }

    /// 200 with a file, and its digest (RFC 9530).
    pub(crate) fn file(bytes: Vec<u8>) -> Self {
        let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(&bytes)));
        let (body, digest, content_type) = (bytes, Some(digest), "application/octet-stream");
        Self { body, digest, content_type, ..Self::new(StatusCode::OK, &()) }
    }

    /// The same with 202: something goes on behind it.
    pub(crate) fn later(self) -> Self {
        Self { status: StatusCode::ACCEPTED, ..self }
    }

    /// The same, found at `location`.
    pub(crate) fn found_at(self, location: String) -> Self {
        Self { location: Some(location), ..self }
    }

    /// A problem that was kept: told again exactly as the first time, under the first request's id.
    pub(crate) fn kept(problem: &Problem, request: RequestId, lang: Lang, web: &Web) -> Self {
        let status = StatusCode::from_u16(problem.status()).expect("a status of the table");
        let body = problem.body(request, lang, &web.public_url).into();
        let content_type = "application/problem+json";
        Self { status, body, content_type, ..Self::new(status, &()) }
    }

    /// Of an object that has versions.
    pub(crate) fn at(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }

    /// Whether it repeats an earlier reply.
    pub(crate) fn replayed(mut self, replayed: bool) -> Self {
        self.replayed = replayed;
        self
    }

    pub(crate) fn into_response(self) -> Response {
        let mut reply = Response::builder().status(self.status);
        if !self.body.is_empty() {
            reply = reply.header(header::CONTENT_TYPE, HeaderValue::from_static(self.content_type));
        }
        if let Some(version) = self.version {
            reply = reply.header(header::ETAG, format!("\"v{version}\""));
        }
        if let Some(location) = self.location {
            reply = reply.header(header::LOCATION, location);
        }
        if let Some(digest) = self.digest {
            reply = reply.header("content-digest", digest);
        }
        if self.replayed {
            reply = reply.header(REPLAYED, "true");
        }
        reply.body(self.body.into()).expect("paths of ids, versions and constants fit headers")
    }
}

/// Says that a reply is from an earlier time.
pub(crate) const REPLAYED: &str = "idempotency-replayed";
