//! The ways in which an approval ends without having been used.

use sekisho_domain::approval::{Approval, AskedBy, Challenge, End, EndReason, Stage};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, ClientId, ContractId, InstitutionId, SessionId};
use sekisho_domain::refusal::Refusal;

use super::{closed, find};
use crate::context::Context;
use crate::error::Error;
use crate::tx::{Query, StoreError, Table, Tx};

/// The bank takes its request back; again: the same end and no event. Never refused for staleness.
pub fn cancel(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    client: ClientId,
    reason: String,
) -> Result<Approval, Error> {
    let approval = find(tx, institution, id)?;
    if approval.asked_by != AskedBy::Client(client) {
        return Err(Refusal::NotFound.into());
    }
    if matches!(approval.stage, Stage::Ended { end: End::Cancelled, .. }) {
        return Ok(approval);
    }
    if approval.stage.terminal() || approval.lapsed(cx.now()) {
        return Err(closed(&approval, cx.now()).into());
    }
    finish(tx, cx, approval, End::Cancelled, EndReason::Bank(reason))
}

/// The customer pressed 「取りやめる」 on our page.
pub fn decline(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    session: Option<SessionId>,
) -> Result<Approval, Error> {
    let approval = find(tx, institution, id)?;
    if approval.session != session {
        return Err(Refusal::NotFound.into());
    }
    match &approval.stage {
        Stage::Ended { reason: EndReason::Declined, .. } => Ok(approval),
        Stage::Requested | Stage::Challenged(_) if !approval.lapsed(cx.now()) => {
            finish(tx, cx, approval, End::Refused, EndReason::Declined)
        }
        _ => Err(closed(&approval, cx.now()).into()),
    }
}

/// Ends everything that lies open at a contract: suspended, a card revoked, a session over.
pub fn void_all(
    tx: &mut Tx,
    cx: &mut Context,
    contract: ContractId,
    reason: &EndReason,
) -> Result<(), Error> {
    let Some(desk) = tx.load::<Desk>(&contract)? else {
        return Ok(());
    };
    let open: Vec<ApprovalId> = desk.open.iter().map(|open| open.approval).collect();
    for id in open.into_iter().chain(desk.challenged) {
        let approval = tx.load::<Approval>(&id)?;
        let Some(approval) = approval.filter(|approval| !approval.stage.terminal()) else {
            continue;
        };
        // What the session had approved before it ended stays good: the bank is about to use it.
        let approved = matches!(approval.stage, Stage::Approved(_));
        if approved && *reason == EndReason::SessionEnded {
            continue;
        }
        finish(tx, cx, approval, End::Void, reason.clone())?;
    }
    Ok(())
}

/// Ends what nobody answered or used in time; returns how many. Called by the worker.
pub fn expire_due(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = Query {
        states: vec!["requested", "challenged", "approved"],
        due_by: Some(cx.now().millis()),
        limit,
        ..Query::all(Table::Approval)
    };
    let mut expired = 0;
    for approval in tx.list::<Approval>(&query)? {
        if approval.lapsed(cx.now()) {
            let reason = match approval.stage {
                Stage::Approved(_) => EndReason::NotConsumed,
                _ => EndReason::NotAnswered,
            };
            finish(tx, cx, approval, End::Expired, reason)?;
            expired += 1;
        }
    }
    Ok(expired)
}

/// An older challenge of the contract makes way for a newer one (E-17).
pub(crate) fn replace(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    older: ApprovalId,
) -> Result<(), Error> {
    let approval = tx.load::<Approval>(&older)?;
    desk.challenged = None;
    let Some(approval) = approval.filter(|known| matches!(known.stage, Stage::Challenged(_)))
    else {
        return Ok(());
    };
    let (end, reason) = if approval.lapsed(cx.now()) {
        (End::Expired, EndReason::NotAnswered)
    } else {
        (End::Void, EndReason::Replaced)
    };
    finish_on(tx, cx, desk, approval, end, reason)?;
    Ok(())
}

/// Ends an approval and takes it off the desk; a challenge it had shown is abandoned.
pub(crate) fn finish(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    end: End,
    reason: EndReason,
) -> Result<Approval, Error> {
    let desk = tx.load::<Desk>(&approval.contract)?;
    let mut desk =
        desk.ok_or_else(|| StoreError::Corrupt(format!("{} has no desk", approval.contract)))?;
    let approval = finish_on(tx, cx, &mut desk, approval, end, reason)?;
    tx.put(desk)?;
    Ok(approval)
}

fn finish_on(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    approval: Approval,
    end: End,
    reason: EndReason,
) -> Result<Approval, Error> {
    let shown: Option<Challenge> = approval.challenge().cloned();
    if let Some(challenge) = shown {
        super::open::abandon(tx, cx, desk, &challenge)?;
    }
    desk.clear(approval.id);
    Ok(cx.save(tx, approval.end(end, reason, cx.now()))?)
}
