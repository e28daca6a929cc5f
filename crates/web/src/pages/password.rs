//! パスワードの変更: the printed one before anything else, any other at will.

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::session::{self, Choice};
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;
use sekisho_domain::password::{LENGTH_MAX, Verifier, fit};
use sekisho_domain::refusal::PasswordFault;
use sekisho_domain::session::Session;

use super::detour::{Detour, Page};
use super::guest::{Guest, to_sign_in};
use super::sent::Sent;
use super::sign_in;
use crate::screen::password::{PasswordChange, PasswordTrouble};

/// GET: the form.
pub(crate) async fn page(guest: Guest) -> Page {
    let (session, _) = known(&guest)?;
    Ok(guest.show(&form(&guest, session, None)))
}

fn known(guest: &Guest) -> Result<&(Session, Contract), Detour> {
    let method = axum::http::Method::GET;
    guest.signed_in.as_ref().ok_or_else(|| to_sign_in(guest, &method))
}

fn form(guest: &Guest, session: &Session, trouble: Option<PasswordTrouble>) -> PasswordChange {
    let policy = guest.around.institution.policy(guest.now);
    PasswordChange {
        frame: guest.frame(),
        forced: session.must_change_password,
        length_min: policy.password.min_length.into(),
        length_max: u32::try_from(LENGTH_MAX).expect("a password is short"),
        trouble,
    }
}

/// POST: takes a new password.
pub(crate) async fn change(guest: Guest, sent: Sent) -> Page {
    let (session, contract) = known(&guest)?;
    let again = |trouble| Ok(guest.show_again(&form(&guest, session, Some(trouble))));
    if !sent.fresh(&guest) {
        return again(PasswordTrouble::Stale);
    }
    let policy = guest.around.institution.policy(guest.now);
    let chosen = sent.secret("new");
    if let Err(fault) = fit(chosen.expose(), contract.login_id.as_str(), policy) {
        return again(trouble(fault));
    }
    if sent.text("new") != sent.text("again") {
        return again(PasswordTrouble::Different);
    }
    let Some(replaces) = replaced(&guest, session, contract, &sent).await? else {
        return again(PasswordTrouble::CurrentWrong);
    };
    // Whoever keeps the printed password has changed nothing.
    if guest.web.passwords.check(chosen.clone(), Some(replaces.clone()))?.await {
        return again(PasswordTrouble::Unchanged);
    }
    let verifier = guest.web.passwords.hash(chosen)?.await;
    let id = session.id;
    let choose = move |tx: &mut Tx, cx: &mut Context| {
        let (verifier, replaces) = (verifier.clone(), replaces.clone());
        session::choose_password(tx, cx, Choice { session: id, fit: Ok(()), verifier, replaces })
    };
    match guest.web.run(guest.actor(), choose).await {
        Ok(_) if session.must_change_password => Ok(guest.go(&guest.around.at("card/offer"))),
        Ok(_) => Ok(guest.go(&guest.around.at("overview"))),
        Err(Error::Refused(_)) => again(PasswordTrouble::Stale),
        Err(error) => Err(error.into()),
    }
}

/// The verifier that is replaced: at the first sign-in the one just shown, else one to be shown
/// again.
async fn replaced(
    guest: &Guest,
    session: &Session,
    contract: &Contract,
    sent: &Sent,
) -> Result<Option<Verifier>, Detour> {
    if session.must_change_password {
        return Ok(contract.password.verifier.clone());
    }
    sign_in::is_present(guest, &contract.login_id, sent.secret("current")).await
}

const fn trouble(fault: PasswordFault) -> PasswordTrouble {
    match fault {
        PasswordFault::TooShort => PasswordTrouble::TooShort,
        PasswordFault::TooLong => PasswordTrouble::TooLong,
        PasswordFault::TooCommon => PasswordTrouble::TooCommon,
        PasswordFault::Unchanged => PasswordTrouble::Unchanged,
        PasswordFault::NotRepeated => PasswordTrouble::Different,
    }
}
