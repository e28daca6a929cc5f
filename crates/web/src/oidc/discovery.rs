//! What an issuer says about itself: where its endpoints are, and with which keys it signs.

use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use sekisho_app::error::Error;
use serde_json::{Value, json};

use super::request::Strength;
use crate::state::Web;

/// Seconds readers may rely on either.
const KEPT: &str = "public, max-age=300";

/// GET `/i/{slug}/.well-known/openid-configuration`.
pub(super) async fn document(State(web): State<Web>, Path(slug): Path<String>) -> Response {
    if web.platform.by_slug(&slug).is_none() {
        return StatusCode::NOT_FOUND.into_response();
    }
    let issuer = format!("{}/i/{slug}", web.public_url);
    let at = |place: &str| format!("{issuer}/{place}");
    told(&json!({
        "issuer": issuer,
        "authorization_endpoint": at("authorize"),
        "token_endpoint": at("token"),
        "userinfo_endpoint": at("userinfo"),
        "jwks_uri": at("jwks"),
        "end_session_endpoint": at("logout"),
        "revocation_endpoint": at("revoke"),
        "scopes_supported": ["openid", "contract", "methods"],
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "client_credentials"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported": [
            "client_secret_basic", "private_key_jwt", "tls_client_auth",
            "self_signed_tls_client_auth"
        ],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "PS256", "EdDSA"],
        "dpop_signing_alg_values_supported": ["ES256", "PS256", "EdDSA"],
        "code_challenge_methods_supported": ["S256"],
        "acr_values_supported": [Strength::Password.word(), Strength::Code.word()],
        "prompt_values_supported": ["none", "login"],
        "ui_locales_supported": ["ja", "en"],
        "claims_supported": [
            "sub", "sid", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash",
            "login_id", "branch", "contract_state", "last_sign_in_at", "failures_since",
            "methods", "due"
        ],
        "claims_parameter_supported": true,
        "request_parameter_supported": false,
        "request_uri_parameter_supported": false,
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// GET `/i/{slug}/jwks`.
pub(super) async fn keys(State(web): State<Web>, Path(slug): Path<String>) -> Response {
    let Some(institution) = web.platform.by_slug(&slug) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match web.issuer_key(institution.id).await {
        Ok(key) => told(&json!({"keys": [key.jwk]})),
        Err(Error::Refused(_)) => told(&json!({"keys": []})),
        Err(Error::Store(_)) => StatusCode::SERVICE_UNAVAILABLE.into_response(),
    }
}

fn told(body: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, KEPT)];
    (headers, body.to_string()).into_response()
}
