//! The next card, ordered in time: before the cells run out, after a loss.

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::order::{CardOrder, OrderKind, Wish};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;

/// Orders the next generation when few questions are left on a card and none is ordered yet (§2.4
/// RETIRING).
pub(crate) fn if_due(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    credential: &Credential,
) -> Result<(), Error> {
    let policy = cx.policy(desk.institution);
    let few = |left| left <= policy.image_card.reissue_at;
    let worn = match credential.state {
        CredentialState::Retiring | CredentialState::Exhausted => true,
        CredentialState::Limited => credential.remaining(&policy, 2).is_some_and(few),
        _ => false,
    };
    let Some(card) = credential.method.card().filter(|_| worn && desk.order.is_none()) else {
        return Ok(());
    };
    let kind = OrderKind::of(card);
    place_if_possible(tx, cx, desk, Wish { kind, reason: None, source: ReportedBy::System })
}

/// Orders a replacement for a card that was revoked. Where post cannot reach the customer none is
/// ordered: the branch has to mend the address first, and the customer has been told.
pub(crate) fn replacement(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    kind: OrderKind,
    reason: Reason,
) -> Result<(), Error> {
    if desk.order.is_some() {
        return Ok(());
    }
    place_if_possible(tx, cx, desk, Wish { kind, reason: Some(reason), source: ReportedBy::System })
}

fn place_if_possible(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    wish: Wish,
) -> Result<(), Error> {
    let contract = tx.load::<Contract>(&desk.contract)?.or_refuse(Refusal::NoSuchContract)?;
    let policy = cx.policy(desk.institution);
    let Ok(placed) = CardOrder::place(&contract, wish, &policy, cx.moment) else {
        return Ok(());
    };
    let order = cx.save(tx, placed)?;
    desk.order = Some(order.id);
    Ok(())
}
