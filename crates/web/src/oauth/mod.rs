//! OAuth 2.0 for the systems of a bank: how a client proves itself and what it gets (api.md §2).
//!
//! [`client_proof`] says who calls, [`token_endpoint`] gives and takes back access tokens, [`dpop`]
//! binds them to a key. Errors have OAuth's own form (RFC 6749 §5.2), not that of the API.

mod certificate;
mod client_proof;
pub mod dpop;
mod fault;
pub mod jwt;
pub mod keys;
mod token_endpoint;

pub use certificate::thumbprint as certificate_thumbprint;
pub use client_proof::{Caller, prove};
pub use fault::OAuthFault;
pub(crate) use token_endpoint::Form;

use axum::Router;
use axum::routing::post;

use crate::state::Web;

/// The endpoints below `/i/{slug}/` that clients call themselves.
pub fn router() -> Router<Web> {
    Router::new()
        .route("/i/{slug}/token", post(token_endpoint::give))
        .route("/i/{slug}/revoke", post(token_endpoint::take_back))
}
