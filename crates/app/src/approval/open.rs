//! Showing the question: once drawn it stays the same, and what is shown is spent (domain.md §4.5).

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::{Approval, AskedBy, Challenge, Mode, Part, Stage};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, ChallengeId, ClientId, InstitutionId, SessionId};
use sekisho_domain::method::{MethodKind, View};
use sekisho_domain::refusal::{NoMethod, Refusal};

use super::{closed, end, find};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::method::Seen;
use crate::tx::{StoreError, Tx};
use crate::{method, reissue};

/// Who wants to see the question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// The bank that made the approval, in direct mode.
    Client(ClientId),
    /// The customer, on our page.
    Page(Option<SessionId>),
}

/// What came of it; small, because it is kept for repeated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// The approval.
    pub approval: ApprovalId,
    /// Its challenge.
    pub challenge: ChallengeId,
    /// Whether it was drawn by this call.
    pub fresh: bool,
}

/// Shows the challenge of an approval, drawing it the first time.
///
/// Asking again shows the same: a thief must not reroll for cells he has seen. Naming another
/// method abandons the first challenge; opening it ends an older challenged approval of the
/// contract (E-17).
pub fn open(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    wanted: Option<MethodKind>,
    by: By,
) -> Result<Opened, Error> {
    let approval = find(tx, institution, id)?;
    admitted(&approval, by)?;
    if approval.lapsed(cx.now()) {
        return Err(closed(&approval, cx.now()).into());
    }
    match &approval.stage {
        Stage::Challenged(known) if wanted.is_none_or(|method| method == known.method()) => {
            Ok(Opened { approval: id, challenge: known.id, fresh: false })
        }
        Stage::Requested | Stage::Challenged(_) => draw(tx, cx, approval, wanted),
        Stage::Approved(_) | Stage::Consumed(..) | Stage::Ended { .. } => {
            Err(closed(&approval, cx.now()).into())
        }
    }
}

/// Only the asker shows it in direct mode, only our page in the other; a foreign one is not there.
pub(super) fn admitted(approval: &Approval, by: By) -> Result<(), Refusal> {
    match (by, approval.mode) {
        (By::Client(client), _) if approval.asked_by != AskedBy::Client(client) => {
            Err(Refusal::NotFound)
        }
        (By::Client(_), Mode::Direct) => Ok(()),
        (By::Page(session), Mode::Page) if session == approval.session => Ok(()),
        (By::Page(_), Mode::Page) => Err(Refusal::NotFound),
        (By::Client(_) | By::Page(_), _) => {
            Err(Refusal::InvalidTransition { state: approval.stage.word() })
        }
    }
}

fn draw(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    wanted: Option<MethodKind>,
) -> Result<Opened, Error> {
    let contract = tx.load::<Contract>(&approval.contract)?.or_refuse(Refusal::NotFound)?;
    contract.active()?;
    let mut desk = tx.load::<Desk>(&approval.contract)?.or_refuse(Refusal::NotFound)?;
    let credential = choose(tx, cx, &desk, &approval, wanted)?;
    let policy = cx.policy(approval.institution);
    if credential.method.card().is_some() {
        desk.may_challenge(cx.now())?;
        desk.hold_by_card(approval.id, &policy, cx.now()).map_err(limit_reached)?;
    }
    if let Some(older) = desk.challenged.filter(|older| *older != approval.id) {
        end::replace(tx, cx, &mut desk, older)?;
    }
    if let Some(first) = approval.challenge() {
        abandon(tx, cx, &mut desk, first)?;
    }
    let cells = approval.cells;
    let challenge = show(tx, cx, &mut desk, vec![(credential, cells)])?;
    let drawn = Opened { approval: approval.id, challenge: challenge.id, fresh: true };
    desk.challenged = Some(approval.id);
    tx.put(desk)?;
    cx.save(tx, approval.challenged(challenge))?;
    Ok(drawn)
}

fn choose(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    approval: &Approval,
    wanted: Option<MethodKind>,
) -> Result<Credential, Error> {
    let asked = (approval.operation.kind(), approval.cells);
    if let Some(kind) = wanted {
        if !approval.methods.contains(&kind) {
            return Err(Refusal::MethodNotOffered.into());
        }
        return method::pick(tx, cx, desk, kind, asked);
    }
    let mut why = Error::from(Refusal::NoUsableMethod(NoMethod::NoneEnrolled));
    for kind in &approval.methods {
        match method::pick(tx, cx, desk, *kind, asked) {
            Ok(credential) => return Ok(credential),
            Err(reason) => why = reason,
        }
    }
    Err(why)
}

fn limit_reached(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::LimitExceeded { .. } => Refusal::NoUsableMethod(NoMethod::LimitReached),
        other => other,
    }
}

/// Draws one part of each credential and saves what has moved: shown is spent, answered or not.
pub(crate) fn show(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    credentials: Vec<(Credential, u8)>,
) -> Result<Challenge, Error> {
    let id = ChallengeId::make(cx.moment);
    let policy = cx.policy(desk.institution);
    let mut parts = Vec::with_capacity(credentials.len());
    for (chosen, cells) in credentials {
        // As it stands now: an older question that was replaced has left its mark on it.
        let credential = tx.load::<Credential>(&chosen.id)?.unwrap_or(chosen);
        let (part, credential) = method::ask(tx, cx, credential, id, cells)?;
        reissue::if_due(tx, cx, desk, &credential)?;
        parts.push(part);
    }
    Ok(Challenge::new(id, parts, &policy, cx.now()))
}

/// A challenge ends without a right answer: its cells stay spent, its owner is told, the budget
/// shrinks.
pub(crate) fn abandon(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    challenge: &Challenge,
) -> Result<(), Error> {
    for part in &challenge.parts {
        if let Some(credential) = tx.load::<Credential>(&part.credential)? {
            let motion = method::abandon(&credential, part)?;
            cx.save(tx, credential.abandoned(motion))?;
        }
    }
    if challenge.parts.iter().any(|part| part.method.card().is_some()) {
        let policy = cx.policy(desk.institution);
        desk.abandon(&policy, cx.now());
    }
    Ok(())
}

/// What each part of a challenge needs to be shown, in order.
pub fn seen(tx: &mut Tx, parts: &[Part]) -> Result<Vec<Seen>, Error> {
    parts.iter().map(|part| Seen::read(tx, part)).collect()
}

/// What to show for each part of a challenge, in order: always the same.
pub fn view(tx: &mut Tx, cx: &Context, parts: &[Part]) -> Result<Vec<(Credential, View)>, Error> {
    seen(tx, parts)?.into_iter().map(|seen| seen.view(cx.platform)).collect()
}

/// More time for the customer (WCAG 2.2.1); refused when it was granted often enough.
pub fn extend(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    session: Option<SessionId>,
) -> Result<Approval, Error> {
    let approval = find(tx, institution, id)?;
    admitted(&approval, By::Page(session))?;
    if approval.lapsed(cx.now()) || approval.challenge().is_none() {
        return Err(closed(&approval, cx.now()).into());
    }
    let policy = cx.policy(institution);
    let state = approval.stage.word();
    let extended =
        approval.extend(&policy, cx.now()).or_refuse(Refusal::InvalidTransition { state })?;
    let approval = cx.save(tx, extended)?;
    let desk = tx.load::<Desk>(&approval.contract)?;
    let mut desk =
        desk.ok_or_else(|| StoreError::Corrupt(format!("{} has no desk", approval.contract)))?;
    desk.keep_until(approval.id, approval.expires_at);
    tx.put(desk)?;
    Ok(approval)
}

/// Trades the one-time link for the page: once, in time, in the right session (api.md §4.2).
///
/// Whether the ticket is the right one is the door's to check before; here it is spent.
pub fn admit(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ApprovalId,
    session: Option<SessionId>,
) -> Result<Approval, Error> {
    let approval = find(tx, institution, id)?;
    let fresh =
        approval.page.as_ref().is_some_and(|page| !page.opened && cx.now() < page.ticket_until);
    if !fresh
        || approval.session != session
        || approval.lapsed(cx.now())
        || approval.stage.terminal()
    {
        return Err(Refusal::NotFound.into());
    }
    Ok(cx.save(tx, approval.ticket_used())?)
}
