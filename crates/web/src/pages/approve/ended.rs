//! How an approval ended, and the way back to the bank.

use axum::http::StatusCode;
use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::Tx;
use sekisho_app::{credential, error};
use sekisho_domain::approval::{Approval, End, EndReason, Stage};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, InstitutionId, SessionId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::time::Timestamp;

use super::link;
use crate::pages::detour::{Detour, Page};
use crate::pages::guest::Guest;
use crate::pages::{slip, words};
use crate::screen::approve::{ApproveEnded, Ending};
use crate::screen::locked::Locked;

/// An approval that is over, with what its page needs.
struct Over {
    approval: Approval,
    contract: Contract,
    locked: Option<Credential>,
}

/// The page of an approval that takes no further step, for `refusal`.
pub(super) async fn page(guest: &Guest, id: ApprovalId, refusal: &Refusal) -> Page {
    // Who traded the link and is signed in no longer learns how it ended (E-17: elsewhere is signed
    // in).
    if *refusal == Refusal::NotFound && guest.session().is_some() {
        return Err(Detour::CannotOpen(StatusCode::NOT_FOUND));
    }
    let (institution, session) = (guest.institution(), guest.session());
    let look = move |tx: &mut Tx, cx: &mut Context| look(tx, cx, institution, id, session);
    let over = guest.web.look(look).await?;
    let approval = &over.approval;
    let return_url = link::back(&guest.web, &guest.around, approval);
    if let (Stage::Approved(approved), Some(url)) = (&approval.stage, &return_url) {
        // Nothing was to be asked: straight back.
        if approved.methods.is_empty() {
            return Ok(guest.go(url));
        }
    }
    let frame = guest.frame();
    let locked = refusal == &Refusal::NoUsableMethod(NoMethod::Locked) || was_locked(approval);
    if let (true, Some(card)) = (locked, &over.locked) {
        let branch = &over.contract.branch;
        return Ok(guest.show_as(
            StatusCode::GONE,
            &Locked {
                image: card.method == MethodKind::ImageCard,
                reference: words::reference(card.id),
                failures: card.attempts.failures().into(),
                unlock_url: None,
                branch: words::branch(&guest.around.institution, branch, guest.around.lang),
                return_url,
                frame,
            },
        ));
    }
    let ending = ending(approval, refusal, guest.now);
    let status = if ending.approved() { StatusCode::OK } else { StatusCode::GONE };
    Ok(guest.show_as(
        status,
        &ApproveEnded {
            ending,
            operation: slip::title(&approval.operation, &frame.texts),
            check_code: approval.digest.reference_code(),
            return_url,
            frame,
        },
    ))
}

fn look(
    tx: &mut Tx,
    _: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    session: Option<SessionId>,
) -> Result<Over, Error> {
    let approval = approval::find(tx, institution, id)?;
    let missing = || error::Error::Refused(Refusal::NotFound);
    // A session that has ended may still see how its approval ended; another customer's may not.
    if session.is_some() && approval.session.is_some() && approval.session != session {
        return Err(missing());
    }
    let contract = tx.load::<Contract>(&approval.contract)?.ok_or_else(missing)?;
    let held = match tx.load::<Desk>(&approval.contract)? {
        Some(desk) => credential::held(tx, &desk)?,
        None => Vec::new(),
    };
    let locked = held.into_iter().find(|card| card.state == CredentialState::Locked);
    Ok(Over { approval, contract, locked })
}

const fn was_locked(approval: &Approval) -> bool {
    matches!(approval.stage, Stage::Ended { reason: EndReason::Locked, .. })
}

fn ending(approval: &Approval, refusal: &Refusal, now: Timestamp) -> Ending {
    if let Refusal::ChallengePaused { until } = refusal {
        return Ending::Paused { until: *until };
    }
    match &approval.stage {
        Stage::Approved(_) | Stage::Consumed(..) => Ending::Approved,
        Stage::Requested | Stage::Challenged(_) if approval.lapsed(now) => Ending::Expired,
        Stage::Requested | Stage::Challenged(_) => Ending::Void,
        Stage::Ended { end, reason, .. } => match (end, reason) {
            (_, EndReason::AttemptsExhausted) => Ending::AttemptsExhausted,
            (_, EndReason::Declined) => Ending::Declined,
            (_, EndReason::Replaced) => Ending::Replaced,
            (End::Expired, _) => Ending::Expired,
            (End::Cancelled, _) => Ending::Cancelled,
            _ => Ending::Void,
        },
    }
}
