//! ワンタイムパスワード認証: the code after ID and password (Y-12), where the customer's token is asked
//! at sign-in.

use axum::extract::Query;
use axum::response::Response;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::session::{self, CodeShown};
use sekisho_app::tx::Tx;
use sekisho_domain::credential::Credential;
use sekisho_domain::event::Actor;
use sekisho_domain::id::ProcedureId;
use sekisho_domain::procedure::{Procedure, ProcedureKind};
use sekisho_domain::refusal::Refusal;
use serde::Deserialize;

use super::detour::{Detour, Page};
use super::guest::{Guest, set};
use super::sent::Sent;
use super::{cookie, onward, otp, sign_in};
use crate::screen::otp::{SignInCode, SignInCodeTrouble, SignInGone};

/// The query of the page.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Where the customer was going.
    #[serde(rename = "return")]
    back: Option<String>,
}

/// ID and password were right: on to the code, and from there where the customer was going.
pub(super) fn wanted(
    guest: &Guest,
    procedure: ProcedureId,
    secret: &[u8; 32],
    mark: &str,
    back: Option<&str>,
) -> Response {
    let page = guest.around.at("sign_in/code");
    let query = back.map(|back| {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("return", back).finish()
    });
    let mark_of_query = if query.is_some() { "?" } else { "" };
    let mut reply = guest.go(&format!("{page}{mark_of_query}{}", query.unwrap_or_default()));
    otp::keep(&mut reply, procedure, Some(secret));
    set(&mut reply, cookie::keep(cookie::DEVICE, mark, Some(cookie::DEVICE_S)));
    reply
}

/// The sign-in that waits in this browser, and the token it waits for.
async fn waiting(guest: &Guest) -> Result<Option<(Procedure, Option<Credential>)>, Detour> {
    let Some(key) = otp::key(&guest.around.cookies) else { return Ok(None) };
    let institution = guest.institution();
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let found = otp::found(tx, cx, institution, None, &key)?;
        let waits =
            |(found, goes_on): &(Procedure, bool)| *goes_on && found.kind == ProcedureKind::SignIn;
        let Some((found, _)) = found.filter(waits) else { return Ok(None) };
        let token = otp::token_in_use(tx, found.contract)?;
        Ok(Some((found, token)))
    };
    Ok(guest.web.look(look).await?)
}

/// GET: the field for the code.
pub(crate) async fn page(guest: Guest) -> Page {
    match waiting(&guest).await? {
        Some((_, token)) => Ok(guest.show(&form(&guest, token.as_ref(), None))),
        None => Ok(gone(&guest, false)),
    }
}

fn form(
    guest: &Guest,
    token: Option<&Credential>,
    trouble: Option<SignInCodeTrouble>,
) -> SignInCode {
    let mut frame = guest.frame();
    frame.customer = None;
    SignInCode { frame, hint: otp::hint(token), trouble }
}

fn gone(guest: &Guest, locked: bool) -> Response {
    let mut frame = guest.frame();
    frame.customer = None;
    let mut reply = guest.show(&SignInGone { frame, locked });
    set(&mut reply, cookie::drop(cookie::PROCEDURE));
    reply
}

/// POST: judges the code; a right one signs in.
pub(crate) async fn show(guest: Guest, Query(asked): Query<Asked>, sent: Sent) -> Page {
    let back = asked.back.as_deref().and_then(|back| onward::safe(&guest.around, back));
    let Some((procedure, token)) = waiting(&guest).await? else {
        // A second click: the first one has signed in.
        let inside = guest.signed_in.is_some();
        let next = || back.map_or_else(|| guest.around.at("card/offer"), str::to_owned);
        return Ok(if inside { guest.go(&next()) } else { gone(&guest, false) });
    };
    let again = |trouble| Ok(guest.show_again(&form(&guest, token.as_ref(), Some(trouble))));
    if !sent.fresh(&guest) {
        return again(SignInCodeTrouble::Stale);
    }
    let code = sent.text("otp").to_owned();
    if code.trim().is_empty() {
        return again(SignInCodeTrouble::Incomplete);
    }
    let id = procedure.id;
    let judge = move |tx: &mut Tx, cx: &mut Context| {
        let secret: [u8; 32] = cx.moment.bytes();
        let shown = session::show_code(tx, cx, id, &code, session::hash(&secret))?;
        Ok((shown, secret))
    };
    match guest.web.run(Actor::Customer(procedure.contract), judge).await {
        Ok((CodeShown::In(session), secret)) => {
            let mut reply = sign_in::inside(&guest, &session, &secret, None, back);
            set(&mut reply, cookie::drop(cookie::PROCEDURE));
            Ok(reply)
        }
        Ok((CodeShown::Rejected { left }, _)) => {
            again(SignInCodeTrouble::Rejected { left: left.into() })
        }
        Ok((CodeShown::Wait { wait_s: seconds }, _)) => again(SignInCodeTrouble::Wait { seconds }),
        Ok((CodeShown::Used { wait_s }, _)) => again(SignInCodeTrouble::Used { wait_s }),
        Ok((CodeShown::Locked, _)) => Ok(gone(&guest, true)),
        Ok((CodeShown::Gone, _)) => Ok(gone(&guest, false)),
        Err(Error::Refused(Refusal::AnswerIncomplete)) => again(SignInCodeTrouble::Incomplete),
        Err(error) => Err(error.into()),
    }
}
