//! 利用者認証: ID and password before a procedure at the door.

use axum::extract::Path;
use sekisho_app::context::Context;
use sekisho_app::procedure::{self, Entered};
use sekisho_app::session::Entry;
use sekisho_app::tx::Tx;
use sekisho_domain::procedure::ProcedureKind;

use super::{keep, offered, way};
use crate::pages::detour::{Detour, Page};
use crate::pages::guest::{Guest, set};
use crate::pages::sent::Sent;
use crate::pages::{cookie, sign_in};
use crate::screen::error::Fault;
use crate::screen::otp::{OtpAct, OtpIdentify};
use crate::screen::sign_in::SignInTrouble;

/// What can be done before sign-in, by its word in the address.
fn at_the_door(guest: &Guest, word: &str) -> Result<(OtpAct, ProcedureKind), Detour> {
    let policy = guest.around.institution.policy(guest.now);
    let open = policy.otp.enrol_place.before_sign_in();
    let found = match OtpAct::parse(word).filter(|_| offered(policy)) {
        Some(act @ OtpAct::Start) if open => Some((act, ProcedureKind::OtpStart)),
        Some(act @ OtpAct::Exchange) if open => Some((act, ProcedureKind::OtpExchange)),
        // A token can be given up from everywhere.
        Some(act @ OtpAct::Stop) => Some((act, ProcedureKind::OtpStop)),
        _ => None,
    };
    found.ok_or(Detour::Fault(Fault::NotFound))
}

/// GET: the form.
pub(crate) async fn page(guest: Guest, Path((_, act)): Path<(String, String)>) -> Page {
    let (act, _) = at_the_door(&guest, &act)?;
    Ok(guest.show(&form(&guest, act, "", None)))
}

fn form(guest: &Guest, act: OtpAct, login_id: &str, trouble: Option<SignInTrouble>) -> OtpIdentify {
    let mut frame = guest.frame();
    // Whoever is asked who he is may be somebody else.
    frame.customer = None;
    OtpIdentify {
        frame,
        way: way(act, false, guest.around.institution.policy(guest.now)),
        login_id: login_id.chars().take(64).collect(),
        trouble,
    }
}

/// POST: tries ID and password, with the work and the words of a sign-in (E-10).
pub(crate) async fn enter(
    guest: Guest,
    Path((_, act)): Path<(String, String)>,
    sent: Sent,
) -> Page {
    let (act, kind) = at_the_door(&guest, &act)?;
    let judge = move |tx: &mut Tx, cx: &mut Context, entry: Entry| {
        Ok(match procedure::enter(tx, cx, entry, kind)? {
            Entered::In(procedure) => Some(procedure.id),
            Entered::Refused => None,
        })
    };
    match sign_in::at_the_door(&guest, &sent, judge).await? {
        Ok(opened) => {
            let mut reply = guest.go(&guest.around.at("otp/form"));
            keep(&mut reply, opened.to, Some(&opened.secret));
            let mark = cookie::keep(cookie::DEVICE, &opened.mark, Some(cookie::DEVICE_S));
            set(&mut reply, mark);
            Ok(reply)
        }
        Err(trouble) => {
            Ok(guest.show_again(&form(&guest, act, sent.text("login_id"), Some(trouble))))
        }
    }
}
