//! All addresses of sekisho.

use axum::Router;
use axum::middleware::from_fn_with_state;

use crate::guard::guard;
use crate::state::Web;
use crate::{api, app_v1, oauth, token_app};

/// Everything that is served: the JSON API, OAuth, the protocol of the token app, and `pages`,
/// which are the customers'.
///
/// Every reply passes the guard; what no page and no endpoint answers is a problem in JSON.
pub fn router(web: Web, pages: Router<Web>) -> Router {
    Router::new()
        .merge(api::router(web.sandbox.is_some()))
        .merge(oauth::router())
        .merge(app_v1::router())
        .merge(token_app::router())
        .merge(pages)
        .fallback(api::missing)
        .method_not_allowed_fallback(api::other_method)
        .layer(from_fn_with_state(web.clone(), guard))
        .with_state(web)
}
