//! Errors of OAuth endpoints, in OAuth's own form (RFC 6749 §5.2).

use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use sekisho_app::error::Error;
use serde_json::json;

/// Why an OAuth endpoint says no. It never says which part of a proof was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OAuthFault {
    /// The request lacks something, repeats something, or is malformed.
    InvalidRequest(&'static str),
    /// The client is unknown, or did not prove itself.
    InvalidClient,
    /// The code, refresh or other grant is unknown or over.
    InvalidGrant,
    /// The client may not use this grant.
    UnauthorizedClient,
    /// We do not know this grant.
    UnsupportedGrantType,
    /// The client may not have one of the scopes.
    InvalidScope,
    /// The DPoP proof proves nothing.
    InvalidDpopProof,
    /// The DPoP proof must carry this nonce.
    UseDpopNonce(String),
    /// Too many calls; come again after so many seconds.
    TooMany(i64),
    /// The world failed; come again.
    Unavailable,
}

impl OAuthFault {
    const fn code(&self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant => "invalid_grant",
            Self::UnauthorizedClient => "unauthorized_client",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::InvalidScope => "invalid_scope",
            Self::InvalidDpopProof => "invalid_dpop_proof",
            Self::UseDpopNonce(_) => "use_dpop_nonce",
            Self::TooMany(_) => "slow_down",
            Self::Unavailable => "temporarily_unavailable",
        }
    }

    const fn status(&self) -> u16 {
        match self {
            Self::InvalidClient => 401,
            Self::TooMany(_) => 429,
            Self::Unavailable => 503,
            _ => 400,
        }
    }
}

impl From<Error> for OAuthFault {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(_) => Self::InvalidClient,
            Error::Store(_) => Self::Unavailable,
        }
    }
}

impl IntoResponse for OAuthFault {
    fn into_response(self) -> Response {
        let mut body = json!({"error": self.code()});
        if let Self::InvalidRequest(why) = self {
            body["error_description"] = why.into();
        }
        let mut reply = Response::builder()
            .status(self.status())
            .header(CONTENT_TYPE, "application/json")
            .header(CACHE_CONTROL, "no-store");
        match &self {
            Self::InvalidClient => {
                reply =
                    reply.header(WWW_AUTHENTICATE, "Basic realm=\"sekisho\", charset=\"UTF-8\"");
            }
            Self::UseDpopNonce(nonce) => reply = reply.header("DPoP-Nonce", nonce),
            Self::TooMany(wait_s) => reply = reply.header(RETRY_AFTER, *wait_s),
            Self::Unavailable => reply = reply.header(RETRY_AFTER, 1),
            _ => {}
        }
        reply.body(body.to_string().into()).expect("a known status and plain headers")
    }
}
