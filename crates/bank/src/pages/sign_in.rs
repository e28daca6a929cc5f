//! Top page, sign-in, sign-out.

use askama::Template;
use axum::{
    extract::{Query, State},
    http::HeaderMap,
    response::Response,
};
use serde::Deserialize;

use super::{
    Bank, Fault, draw,
    frame::Frame,
    go,
    visitor::{Sealed, Visitor, cookie, set_cookie},
};
use crate::{customers, session};

#[derive(Template)]
#[template(path = "top.html")]
struct Top {
    frame: Frame,
    again: bool,
    signed_out: bool,
    issuer: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct TopQuery {
    again: Option<String>,
}

/// The first page, with the one button that leads to sign-in.
pub(super) async fn top(
    State(bank): State<Bank>,
    visitor: Visitor,
    Query(query): Query<TopQuery>,
) -> Result<Response, Fault> {
    let issuer = bank.0.config.issuer.clone();
    let again = query.again.is_some();
    draw(&Top { frame: Frame::outside(&visitor), again, signed_out: false, issuer })
}

/// Where sekisho sends the customer after signing out there.
pub(super) async fn signed_out(
    State(bank): State<Bank>,
    visitor: Visitor,
) -> Result<Response, Fault> {
    let issuer = bank.0.config.issuer.clone();
    draw(&Top { frame: Frame::outside(&visitor), again: false, signed_out: true, issuer })
}

/// Sends the customer to sekisho to sign in. What must come back is tied to this browser.
pub(super) async fn begin(State(bank): State<Bank>, visitor: Visitor) -> Result<Response, Fault> {
    let browser = session::fresh_secret();
    let held = browser.clone();
    let url = bank
        .run(move |bank| {
            let now = bank.clock.now();
            let sign_in = bank.store.transact(|tx| session::begin_sign_in(tx, &held, now))?;
            Ok(bank.sekisho.sign_in_url(&sign_in, visitor.language())?)
        })
        .await?;
    let mut response = go(&url);
    set_cookie(&mut response, session::SIGN_IN_COOKIE, &browser);
    Ok(response)
}

#[derive(Debug, Deserialize)]
pub(super) struct ReturnQuery {
    code: Option<String>,
    state: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// The customer comes back from sekisho.
pub(super) async fn come_back(
    State(bank): State<Bank>,
    headers: HeaderMap,
    Query(query): Query<ReturnQuery>,
) -> Result<Response, Fault> {
    let browser = cookie(&headers, session::SIGN_IN_COOKIE);
    let running = cookie(&headers, session::COOKIE);
    let opened = bank.run(move |bank| {
        let now = bank.clock.now();
        // RFC 9207: a reply of another issuer is none.
        if query.iss.as_deref() != Some(bank.config.issuer.as_str()) {
            return Err(Fault::SignInFailed);
        }
        let state = query.state.ok_or(Fault::SignInFailed)?;
        let browser = browser.unwrap_or_default();
        let taken = bank.store.transact(|tx| session::take_sign_in(tx, &state, &browser, now))?;
        let Some(sign_in) = taken else {
            // A double click or a reload: the first one has opened the session already.
            let running =
                running.map(|cookie| bank.store.transact(|tx| session::resume(tx, &cookie, now)));
            return match running.transpose()?.flatten() {
                Some(_) => Ok(None),
                None => Err(Fault::SignInFailed),
            };
        };
        if let Some(error) = query.error {
            tracing::info!(error, "sign-in ended at sekisho");
            return Err(Fault::SignInDeclined);
        }
        let code = query.code.ok_or(Fault::SignInFailed)?;
        let signed_in = bank.sekisho.finish_sign_in(&sign_in, &code).map_err(|failure| {
            tracing::warn!(%failure, "sign-in failed");
            if matches!(failure, crate::sekisho::Failure::Away(_)) {
                Fault::Away
            } else {
                Fault::SignInFailed
            }
        })?;
        let claims = &signed_in.claims;
        bank.store.transact(|tx| {
            let customer = customers::signed_in(tx, &claims.sub, claims.login_id.as_deref())?
                .ok_or(Fault::NoCustomer)?;
            Ok(Some(session::open(tx, customer.id, &signed_in, bank.clock.now())?))
        })
    });
    let opened = opened.await?;
    let mut response = go("/menu");
    if let Some(cookie) = opened {
        set_cookie(&mut response, session::COOKIE, &cookie);
        set_cookie(&mut response, session::SIGN_IN_COOKIE, "");
    }
    Ok(response)
}

/// Ends the session here and leads on to end it at sekisho.
pub(super) async fn sign_out(State(bank): State<Bank>, sealed: Sealed) -> Result<Response, Fault> {
    let url = bank
        .run(move |bank| {
            let session = &sealed.signed.session;
            bank.store.transact(|tx| session::close(tx, session))?;
            // Signed out here in any case; at sekisho the session ends by itself if it is away now.
            Ok(bank.sekisho.sign_out_url(&session.id_token).ok().flatten())
        })
        .await?;
    let mut response = go(url.as_deref().unwrap_or("/signed-out"));
    set_cookie(&mut response, session::COOKIE, "");
    Ok(response)
}
