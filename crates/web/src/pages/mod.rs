//! The customer's pages: they read what was typed, call a use case, and fill a screen. No handler
//! decides.
//!
//! - A page is made for a [`Guest`](guest::Guest) or a [`Customer`](guest::Customer); who is
//!   neither is led away by a [`Detour`](detour::Detour).
//! - Every form carries a seal bound to the visitor ([`seal`]), and a form from elsewhere is not
//!   read ([`layer`]).
//! - What was sent is answered with a redirect, so that a reload, a double click and the back
//!   button send nothing twice (E-23).

mod approve;
pub(crate) mod around;
mod assets;
pub(crate) mod cookie;
pub(crate) mod detour;
mod display;
pub(crate) mod guest;
pub(crate) mod headers;
mod layer;
mod log;
mod loss;
mod notices;
pub(crate) mod onward;
mod order;
mod otp;
mod overview;
mod password;
mod pictures;
mod question;
pub(crate) mod seal;
mod sent;
mod sign_in;
mod sign_in_code;
pub(crate) mod sign_out;
mod slip;
mod stop;
mod switch;
mod words;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::{any, get, post};

pub(crate) use approve::link::issuer;
pub(crate) use layer::faults;

use crate::state::Web;

/// Every page below `/i/{slug}/`, the files they need, and `/problems/{code}`.
pub fn router(web: &Web) -> Router<Web> {
    let drawing = Router::new()
        .route("/i/{slug}/approve/{approval}", get(approve::page).post(approve::answer))
        .route("/i/{slug}/card/switch", get(switch::page).post(switch::answer))
        .layer(from_fn(layer::only_when_looked_at));
    let pages = Router::new()
        .merge(drawing)
        .route("/i/{slug}/approve/{approval}/cancellation", post(approve::decline))
        .route("/i/{slug}/approve/{approval}/extension", post(approve::extend))
        .route("/i/{slug}/sign_in", get(sign_in::page).post(sign_in::enter))
        .route("/i/{slug}/sign_in/code", get(sign_in_code::page).post(sign_in_code::show))
        .route("/i/{slug}/sign_in/trouble", get(sign_in::trouble))
        .route("/i/{slug}/environment", get(sign_in::environment))
        .route("/i/{slug}/sign_out", post(sign_out::leave))
        .route("/i/{slug}/signed_out", get(sign_out::page))
        .route("/i/{slug}/password", get(password::page).post(password::change))
        .route("/i/{slug}/overview", get(overview::page))
        .merge(otp::router())
        .route("/i/{slug}/card/offer", get(order::offer))
        .route("/i/{slug}/card/apply", get(order::form).post(order::apply))
        .route("/i/{slug}/card/applied", get(order::applied))
        .route("/i/{slug}/card/order", get(order::status))
        .route("/i/{slug}/card/switch/{approval}", get(switch::ended))
        .route("/i/{slug}/card/switched", get(switch::switched))
        .route("/i/{slug}/card/loss", get(loss::form).post(loss::report))
        .route("/i/{slug}/card/loss/{credential}", get(loss::done))
        .route("/i/{slug}/stop", get(stop::form).post(stop::stop))
        .route("/i/{slug}/log", get(log::page))
        .route("/i/{slug}/notices", get(notices::list).post(notices::find))
        .route("/i/{slug}/notices/{notice}", get(notices::one))
        .route("/i/{slug}/display", get(display::form).post(display::keep))
        .route("/i/{slug}/help", get(display::help))
        .route("/i/{slug}/help/{topic}", get(display::topic))
        .route("/i/{slug}", get(overview::home))
        .route("/i/{slug}/", get(overview::home))
        .route("/i/{slug}/{*rest}", any(layer::nothing_here))
        .layer(DefaultBodyLimit::max(sent::FORM_MAX))
        .layer(from_fn_with_state(web.clone(), layer::own_forms))
        .layer(from_fn_with_state(web.clone(), layer::not_too_often))
        .layer(from_fn_with_state(web.clone(), layer::faults));
    Router::new()
        .merge(pages)
        .route("/i/{slug}/brand.css", get(assets::brand))
        .route("/i/{slug}/pictures/{approval}/{choice}", get(pictures::picture))
        .route("/assets/{file}", get(assets::file))
        .route("/assets/pictures/{file}", get(assets::sample))
        .route("/problems/{code}", get(assets::problem))
}
