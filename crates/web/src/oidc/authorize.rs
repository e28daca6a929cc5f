//! The authorization endpoint: through sign-in, the first change of the password and the offer of
//! the card (U-07), and back to the bank with a code.

use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::http::StatusCode;
use axum::response::Response;
use sekisho_app::code::{self, CODE_LIFE_S, Code};
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_app::{client, order, otp};
use sekisho_domain::contract::Contract;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ClientId, ContractId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;
use sekisho_domain::time::Timestamp;

use super::request::{self, Asked, Params, ReplyTo, Strength};
use crate::pages::around::pairs;
use crate::pages::detour::{Detour, Page, see};
use crate::pages::guest::Guest;
use crate::pages::{issuer, onward, seal};

/// What the instant of a demand for a fresh sign-in is sealed for.
const SINCE: &str = "signed in since";

/// POST: the same request as a form. It is asked again with `GET`, for only then does the browser
/// send its cookies.
pub(super) async fn post(guest: Guest, body: Bytes) -> Page {
    let text = std::str::from_utf8(&body);
    let text = text.map_err(|_| Detour::CannotOpen(StatusCode::BAD_REQUEST))?;
    let query = Params::new(pairs(text)).query(None);
    Ok(see(&guest.around.at(&format!("authorize?{query}"))))
}

/// GET: what a bank asks for its customer.
pub(super) async fn get(guest: Guest, RawQuery(query): RawQuery) -> Page {
    let params = Params::new(pairs(&query.unwrap_or_default()));
    let unknown = Detour::CannotOpen(StatusCode::BAD_REQUEST);
    let Some(id) = params.client() else { return Err(unknown) };
    let client = find(&guest, id).await?;
    let to = client.as_ref().and_then(|c| request::reply_to(&params, c, guest.institution()));
    let (Some(client), Some(to)) = (client, to) else { return Err(unknown) };
    match request::read(&params, &client, &to) {
        Ok(asked) => lead(&guest, &params, asked).await,
        Err(error) => Ok(told(&guest, &to, &[("error", error)])),
    }
}

async fn find(
    guest: &Guest,
    id: ClientId,
) -> Result<Option<sekisho_domain::client::Client>, Detour> {
    match guest.web.look(move |tx, _| client::find(tx, id)).await {
        Ok(client) => Ok(Some(client)),
        Err(sekisho_app::error::Error::Refused(Refusal::NotFound)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Leads the customer to the next thing that is missing, and at last back.
async fn lead(guest: &Guest, params: &Params, asked: Asked) -> Page {
    let to = ReplyTo { redirect_uri: asked.redirect_uri.clone(), state: asked.state.clone() };
    let since = params.one("since").and_then(|since| seal::unsealed(&guest.web, SINCE, since));
    let since = since.and_then(|ms| ms.parse().ok()).map(Timestamp::from_millis);
    let signed_in = guest.signed_in.as_ref().filter(|(s, _)| is_fresh(s, &asked, since, guest.now));
    let Some((session, contract)) = signed_in else {
        if asked.prompt_none {
            return Ok(told(guest, &to, &[("error", "login_required")]));
        }
        return Ok(to_sign_in(guest, params, &asked));
    };
    if Strength::of(session) < asked.strength {
        // Signed in before the token was asked for: the sign-in is done once more, with its code.
        if !asks_code(guest, session.contract).await? {
            return Ok(told(guest, &to, &[("error", "unmet_authentication_requirements")]));
        }
        if asked.prompt_none {
            return Ok(told(guest, &to, &[("error", "login_required")]));
        }
        return Ok(to_sign_in(guest, params, &asked));
    }
    let here = guest.around.path.clone();
    if session.must_change_password {
        if asked.prompt_none {
            return Ok(told(guest, &to, &[("error", "interaction_required")]));
        }
        return Ok(aside(guest, "password", &here));
    }
    if !asked.prompt_none && !session.offered && offered(guest, contract).await? {
        return Ok(aside(guest, "card/offer", &here));
    }
    let code = give(guest, session, &asked).await?;
    let mut reply = told(guest, &to, &[("code", &code)]);
    onward::forget(&mut reply);
    Ok(reply)
}

/// Whether a sign-in is as fresh as the bank wants it. A demand for a new one is met by what came
/// after it.
fn is_fresh(session: &Session, asked: &Asked, since: Option<Timestamp>, now: Timestamp) -> bool {
    if since.is_some_and(|since| session.signed_in_at >= since) {
        return true;
    }
    let young = asked.max_age_s.is_none_or(|age| now.seconds_since(session.signed_in_at) <= age);
    !asked.prompt_login && young
}

fn to_sign_in(guest: &Guest, params: &Params, asked: &Asked) -> Response {
    let demanded = asked.prompt_login || asked.max_age_s.is_some();
    let since = seal::sealed(&guest.web, SINCE, &guest.now.millis().to_string());
    let query = params.query(demanded.then_some(("since", since.as_str())));
    let target = guest.around.at(&format!("authorize?{query}"));
    let mut more = form_urlencoded::Serializer::new(String::new());
    more.append_pair("return", &target);
    more.append_pair("lang", asked.lang.unwrap_or(guest.around.lang).code());
    if let Some(hint) = &asked.login_hint {
        more.append_pair("login_hint", hint);
    }
    guest.go(&guest.around.at(&format!("sign_in?{}", more.finish())))
}

/// To a page that comes before the way back, which then leads here again.
fn aside(guest: &Guest, page: &str, here: &str) -> Response {
    let mut reply = guest.go(&guest.around.at(page));
    onward::keep(&mut reply, here);
    reply
}

/// Whether a sign-in of this customer asks for a code now.
async fn asks_code(guest: &Guest, contract: ContractId) -> Result<bool, Detour> {
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let desk = tx.load::<Desk>(&contract)?;
        Ok(match desk {
            Some(desk) => otp::at_sign_in(tx, cx, &desk)?.is_some(),
            None => false,
        })
    };
    Ok(guest.web.look(look).await?)
}

async fn offered(guest: &Guest, contract: &Contract) -> Result<bool, Detour> {
    let contract = contract.clone();
    let look = move |tx: &mut Tx, cx: &mut Context| order::offered(tx, cx, &contract);
    Ok(guest.web.look(look).await?)
}

async fn give(guest: &Guest, session: &Session, asked: &Asked) -> Result<String, Detour> {
    let code = Code {
        client: asked.client,
        institution: guest.institution(),
        contract: session.contract,
        session: session.id,
        redirect_uri: asked.redirect_uri.clone(),
        challenge: asked.challenge.clone(),
        nonce: asked.nonce.clone(),
        scopes: asked.scopes.clone(),
        until: guest.now.plus_s(CODE_LIFE_S),
        gave: None,
    };
    let give = move |tx: &mut Tx, cx: &mut Context| code::issue(tx, cx, code.clone());
    Ok(guest.web.run(guest.actor(), give).await?)
}

/// Back to the bank, with `state` and the issuer's name (RFC 9207).
fn told(guest: &Guest, to: &ReplyTo, what: &[(&str, &str)]) -> Response {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(what);
    if let Some(state) = &to.state {
        query.append_pair("state", state);
    }
    query.append_pair("iss", &issuer(&guest.web, &guest.around));
    let mark = if to.redirect_uri.contains('?') { '&' } else { '?' };
    guest.go(&format!("{}{mark}{}", to.redirect_uri, query.finish()))
}
