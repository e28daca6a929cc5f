//! OpenID Connect for the banks' front ends (api.md §3): authorization code with PKCE, nothing
//! else.
//!
//! [`request`] reads what a bank asks, [`authorize`] leads the customer through sign-in and back,
//! [`code`] trades the code at the token endpoint, [`claims`] says what the bank learns.

mod authorize;
mod claims;
mod code;
mod discovery;
mod logout;
mod request;
mod userinfo;

pub(crate) use code::redeem;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum::routing::get;

use crate::pages;
use crate::state::Web;

/// The endpoints below `/i/{slug}/` that a customer's browser or a bank's front end calls.
pub fn router(web: &Web) -> Router<Web> {
    let with_pages = Router::new()
        .route("/i/{slug}/authorize", get(authorize::get).post(authorize::post))
        .route("/i/{slug}/logout", get(logout::get).post(logout::post))
        .layer(from_fn_with_state(web.clone(), pages::faults));
    Router::new()
        .merge(with_pages)
        .route("/i/{slug}/.well-known/openid-configuration", get(discovery::document))
        .route("/i/{slug}/jwks", get(discovery::keys))
        .route("/i/{slug}/userinfo", get(userinfo::tell).post(userinfo::tell))
}
