//! What the post reports: handed over, come back (返戻), never arrived (domain.md §2.4).

use sekisho_domain::batch::{Dispatch, DispatchState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::{DispatchId, InstitutionId};
use sekisho_domain::order::{CardOrder, OrderKind, OrderState, Wish};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;

use super::dispatch::of_tracking;
use super::must;
use super::standing::revoke_posted;
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::order::clear_from_desk;
use crate::reissue;
use crate::tx::Tx;

/// How a thing in the post is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// By our id.
    Dispatch(DispatchId),
    /// By the number of the post.
    Tracking(&'a str),
}

/// The dispatch named, refused unless it is the institution's.
pub fn find(tx: &mut Tx, institution: InstitutionId, which: Which) -> Result<Dispatch, Error> {
    let found = match which {
        Which::Dispatch(id) => tx.load::<Dispatch>(&id)?,
        Which::Tracking(number) => of_tracking(tx, institution, number)?,
    };
    let found = found.filter(|dispatch| dispatch.institution == institution);
    found.or_refuse(Refusal::NotFound)
}

/// The post has handed it over, or the customer says so; again: the same and no event.
pub fn deliver(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    which: Which,
) -> Result<Dispatch, Error> {
    let dispatch = find(tx, institution, which)?;
    let order = must::<CardOrder>(tx, &dispatch.order)?;
    cx.save(tx, order.delivered()?)?;
    Ok(cx.save(tx, dispatch.seen(DispatchState::Delivered))?)
}

/// The customer uses what came with this order, so it has arrived, whatever the post has said. To
/// be called where a card or letter comes into use.
pub fn arrived(tx: &mut Tx, cx: &mut Context, order: &CardOrder) -> Result<(), Error> {
    let Some(number) = &order.tracking_number else {
        return Ok(());
    };
    if let Some(dispatch) = of_tracking(tx, order.institution, number)? {
        cx.save(tx, dispatch.seen(DispatchState::Delivered))?;
    }
    Ok(())
}

/// It came back: its card is void and to be destroyed, or the secret of its letter dead; nothing
/// more is posted to this address, and the order has ended. Again: the same and no event. Also what
/// counted as lost, or was stopped on its way, may come back.
///
/// With `scanned`, the number read from the card that came back, refused with `manifest_mismatch`
/// unless it is the one that was sent.
pub fn returned(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    which: Which,
    scanned: Option<CardNumber>,
) -> Result<Dispatch, Error> {
    let dispatch = find(tx, institution, which)?;
    if scanned.is_some_and(|number| number != dispatch.card_number) {
        return Err(Refusal::ManifestMismatch.into());
    }
    if dispatch.state == DispatchState::Returned {
        return Ok(dispatch);
    }
    let order = must::<CardOrder>(tx, &dispatch.order)?;
    let in_use = order.state == OrderState::Activated;
    let ended = order.state.terminal() && !in_use;
    let order = if ended { order } else { cx.save(tx, order.returned()?)? };
    revoke_posted(tx, cx, &order, Reason::ReturnedMail)?;
    clear_from_desk(tx, &order)?;
    let contract = must::<Contract>(tx, &order.contract)?;
    cx.save(tx, contract.mail_returned())?;
    Ok(cx.save(tx, dispatch.seen(DispatchState::Returned))?)
}

/// It never arrived: its card is void, or the secret of its letter dead, and another is ordered
/// unless the post cannot reach the customer. Again: the same, no event, no other order.
///
/// Refused with `invalid_transition` when it has arrived or its card is in use.
pub fn lost(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    which: Which,
) -> Result<Dispatch, Error> {
    let dispatch = find(tx, institution, which)?;
    if dispatch.state == DispatchState::Lost {
        return Ok(dispatch);
    }
    let order = must::<CardOrder>(tx, &dispatch.order)?;
    if in_use(tx, &order)? {
        return Err(Refusal::InvalidTransition { state: OrderState::Activated.word() }.into());
    }
    let order = cx.save(tx, order.lost()?)?;
    revoke_posted(tx, cx, &order, Reason::Lost)?;
    clear_from_desk(tx, &order)?;
    order_again(tx, cx, &order)?;
    Ok(cx.save(tx, dispatch.seen(DispatchState::Lost))?)
}

/// Whether the customer uses what was posted: the card came into use, the printed password was
/// replaced, the code was spent.
pub(super) fn in_use(tx: &mut Tx, order: &CardOrder) -> Result<bool, Error> {
    let contract = must::<Contract>(tx, &order.contract)?;
    Ok(match (order.kind, &order.credential) {
        (OrderKind::PasswordLetter, _) => {
            contract.password.verifier.is_some() && !contract.password.is_initial()
        }
        (OrderKind::ActivationLetter, _) => contract.activation.is_none(),
        (OrderKind::ImageCard | OrderKind::CustomerCard, None) => false,
        (OrderKind::ImageCard | OrderKind::CustomerCard, Some(id)) => {
            must::<Credential>(tx, id)?.activated_at.is_some()
        }
    })
}

/// A card lies on the desk as the one open order (E-01); letters do not.
fn order_again(tx: &mut Tx, cx: &mut Context, lost: &CardOrder) -> Result<(), Error> {
    if lost.kind.method().is_some() {
        let mut desk = must(tx, &lost.contract)?;
        reissue::replacement(tx, cx, &mut desk, lost.kind, Reason::Lost)?;
        return Ok(tx.put(desk)?);
    }
    let contract = must::<Contract>(tx, &lost.contract)?;
    let policy = cx.policy(lost.institution);
    let wish = Wish { kind: lost.kind, reason: Some(Reason::Lost), source: ReportedBy::System };
    if let Ok(placed) = CardOrder::place(&contract, wish, &policy, cx.moment) {
        cx.save(tx, placed)?;
    }
    Ok(())
}
