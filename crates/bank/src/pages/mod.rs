//! What the customer sees. Works without script; every page is drawn from a template in both
//! languages.

mod accounts;
mod fault;
mod frame;
mod outcome;
mod payees;
mod sign_in;
mod transfer;
mod visitor;

use std::sync::Arc;

use askama::Template;
use axum::{
    Router,
    extract::{DefaultBodyLimit, Path},
    http::{StatusCode, header},
    middleware,
    response::{Html, IntoResponse, Response},
    routing::{get, post},
};
use tokio::task::spawn_blocking;

use crate::{
    clock::Clock, config::BankConfig, sekisho::Sekisho, store::Store, transfers::Transfers,
};
use fault::Fault;
use transfer::Form;

/// The largest form this bank takes.
const LARGEST_FORM: usize = 16 * 1024;

/// What every page needs. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Bank(Arc<Parts>);

pub(crate) struct Parts {
    config: BankConfig,
    store: Arc<Store>,
    sekisho: Arc<Sekisho>,
    transfers: Transfers,
    clock: Clock,
}

impl Bank {
    pub(crate) fn new(
        config: BankConfig,
        store: Arc<Store>,
        sekisho: Arc<Sekisho>,
        transfers: Transfers,
        clock: Clock,
    ) -> Self {
        Self(Arc::new(Parts { config, store, sekisho, transfers, clock }))
    }

    /// Runs blocking work to its end, even if the browser goes away meanwhile.
    async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Parts) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let parts = self.0.clone();
        spawn_blocking(move || work(&parts)).await.map_err(|panic| {
            tracing::error!(%panic, "a page died");
            Fault::Broken
        })?
    }
}

/// All pages of the bank.
pub(crate) fn router(bank: Bank) -> Router {
    Router::new()
        .route("/", get(sign_in::top))
        .route("/sign-in", post(sign_in::begin))
        .route("/sign-in/return", get(sign_in::come_back))
        .route("/sign-out", post(sign_in::sign_out))
        .route("/signed-out", get(sign_in::signed_out))
        .route("/menu", get(accounts::menu))
        .route("/accounts", get(accounts::list))
        .route("/accounts/{id}/statement", get(accounts::statement))
        .merge(forms("/transfers", Form::Transfer))
        .merge(forms("/own-transfers", Form::OwnTransfer))
        .route("/transfers", get(outcome::history))
        .route("/transfers/return", get(outcome::come_back))
        .route("/transfers/{number}", get(outcome::result))
        .route("/transfers/{number}/ask", post(outcome::ask))
        .route("/transfers/{number}/cancellation", post(outcome::cancel))
        .route("/payees", get(payees::list).post(payees::add))
        .route("/payees/new", get(payees::new))
        .route("/payees/{id}/deletion", get(payees::ask_deletion).post(payees::delete))
        .route("/assets/{name}", get(asset))
        .fallback(|| async { Fault::NotFound })
        .method_not_allowed_fallback(|| async { Fault::NotFound })
        .layer(DefaultBodyLimit::max(LARGEST_FORM))
        .layer(middleware::from_fn_with_state(bank.clone(), visitor::at_the_door))
        .with_state(bank)
}

/// The pages of one of the two forms. Their addresses differ in the first word only.
fn forms(path: &str, form: Form) -> Router<Bank> {
    Router::new()
        .route(path, post(move |bank, sealed| transfer::confirm(form, bank, sealed)))
        .route(
            &format!("{path}/new"),
            get(move |bank, signed, query| transfer::new(form, bank, signed, query)),
        )
        .route(
            &format!("{path}/check"),
            post(move |bank, sealed| transfer::check(form, bank, sealed))
                .get(move || async move { transfer::again(form) }),
        )
        .route(
            &format!("{path}/edit"),
            post(move |bank, sealed| transfer::edit(form, bank, sealed))
                .get(move || async move { transfer::again(form) }),
        )
}

/// A drawn page.
fn draw(template: &impl Template) -> Result<Response, Fault> {
    match template.render() {
        Ok(html) => Ok(Html(html).into_response()),
        Err(error) => {
            tracing::error!(%error, "a page cannot be drawn");
            Err(Fault::Broken)
        }
    }
}

/// 303: the browser goes on with `GET`.
fn go(to: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response()
}

async fn asset(Path(name): Path<String>) -> Result<Response, Fault> {
    const CSS: &str = "text/css; charset=utf-8";
    let (kind, text) = match name.as_str() {
        "tokens.css" => (CSS, include_str!("../../assets/tokens.css")),
        "base.css" => (CSS, include_str!("../../assets/base.css")),
        "bank.css" => (CSS, include_str!("../../assets/bank.css")),
        "mark.svg" => ("image/svg+xml", include_str!("../../assets/mark.svg")),
        _ => return Err(Fault::NotFound),
    };
    let headers = [(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, "public, max-age=3600")];
    Ok((headers, text).into_response())
}
