//! 利用停止: everything stops at once, signed in or not. One factor is enough (domain.md §2.1).

use sekisho_app::context::Context;
use sekisho_app::contract;
use sekisho_app::session::{self, Knock};
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::ContractId;
use sekisho_domain::text::LoginId;

use super::detour::{Detour, Page};
use super::guest::Guest;
use super::sent::Sent;
use super::{sign_in, sign_out, words};
use crate::screen::stop::{Stop, StopFactor, StopTrouble, Stopped};

/// What may prove it: the password, or the code printed in letters and mails.
const FACTORS: [StopFactor; 2] = [StopFactor::Password, StopFactor::StopCode];

/// GET: the form.
pub(crate) async fn form(guest: Guest) -> Page {
    let page = filled(&guest, String::new(), None).await?;
    Ok(guest.show(&page))
}

async fn filled(
    guest: &Guest,
    login_id: String,
    trouble: Option<StopTrouble>,
) -> Result<Stop, Detour> {
    let waiting = match &guest.signed_in {
        None => 0,
        Some((_, contract)) => {
            let id = contract.id;
            let count = move |tx: &mut Tx, _: &mut Context| {
                Ok(tx.load::<Desk>(&id)?.map_or(0, |desk| desk.open.len()))
            };
            guest.web.look(count).await?
        }
    };
    Ok(Stop {
        frame: guest.frame(),
        factors: FACTORS.to_vec(),
        login_id: login_id.chars().take(64).collect(),
        waiting: u32::try_from(waiting).unwrap_or(u32::MAX),
        trouble,
    })
}

/// POST: stops.
pub(crate) async fn stop(guest: Guest, sent: Sent) -> Page {
    let typed = sent.text("login_id").to_owned();
    let trouble = match may_stop(&guest, &sent).await? {
        Ok(id) => return stopped(guest, id).await,
        Err(trouble) => trouble,
    };
    let page = filled(&guest, typed, Some(trouble)).await?;
    Ok(guest.show_again(&page))
}

/// Whose contract may be stopped by what was sent.
async fn may_stop(guest: &Guest, sent: &Sent) -> Result<Result<ContractId, StopTrouble>, Detour> {
    if !sent.fresh(guest) {
        return Ok(Err(StopTrouble::Stale));
    }
    let sure = sent.ticked("sure");
    if let Some((_, contract)) = &guest.signed_in {
        return Ok(sure.then_some(contract.id).ok_or(StopTrouble::Incomplete));
    }
    let factor = StopFactor::parse(sent.text("factor"));
    let filled = !sent.text("login_id").is_empty() && !sent.text("proof").is_empty();
    let found = match factor.filter(|_| sure && filled) {
        None => return Ok(Err(StopTrouble::Incomplete)),
        Some(StopFactor::Password) => by_password(guest, sent).await?,
        Some(StopFactor::StopCode) => by_code(guest, sent).await?,
        Some(StopFactor::CardNumber | StopFactor::OneTimePassword) => None,
    };
    Ok(found.ok_or(StopTrouble::Mismatch))
}

/// Tried, counted and answered as at sign-in: the stop is no way to guess passwords.
async fn by_password(guest: &Guest, sent: &Sent) -> Result<Option<ContractId>, Detour> {
    let knocked = sign_in::knock(guest, sent.text("login_id")).await?;
    let (id, verifier) = match &knocked {
        Knock::Try(id, verifier) => (Some(*id), Some(verifier.clone())),
        Knock::Barred => (None, None),
    };
    let right = guest.web.passwords.check(sent.secret("proof"), verifier)?.await;
    if right {
        return Ok(id);
    }
    sign_in::note_wrong(guest, knocked).await?;
    Ok(None)
}

/// About fifty bits that can do nothing but stop: not counted, so that nobody can use them up for
/// somebody else.
async fn by_code(guest: &Guest, sent: &Sent) -> Result<Option<ContractId>, Detour> {
    let institution = guest.institution();
    let form = guest.around.institution.policy(guest.now).login.identifier;
    let login_id = LoginId::typed(sent.text("login_id"), form);
    let code = sent.secret("proof");
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let found = match &login_id {
            Some(login_id) => contract::by_login_id(tx, institution, login_id)?,
            None => None,
        };
        let right =
            |found: &Contract| session::stop_code_is_right(cx, found, code.expose().as_str());
        Ok(found.filter(right).map(|found| found.id))
    };
    Ok(guest.web.look(look).await?)
}

async fn stopped(guest: Guest, id: ContractId) -> Page {
    let stop = move |tx: &mut Tx, cx: &mut Context| session::stop_by_factor(tx, cx, id);
    guest.web.run(Actor::Customer(id), stop).await?;
    let mut frame = guest.frame();
    frame.customer = None;
    let reference = words::reference(id);
    let mut reply = guest.show(&Stopped { frame, at: guest.now, reference });
    sign_out::clear(&mut reply);
    Ok(reply)
}
