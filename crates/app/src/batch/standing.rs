//! Whether a thing may still leave the house, and how it is kept back when it may not (E-02, E-11).

use sekisho_domain::batch::{BatchItem, ItemState};
use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, OrderId};
use sekisho_domain::order::{CardOrder, PostalAddress};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::transition::Transition;

use super::must;
use crate::context::Context;
use crate::error::Error;
use crate::order::clear_from_desk;
use crate::tx::{Record, StoreError, Tx};

/// Whether what was ordered may leave the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// It may.
    Good,
    /// The contract or the order has ended, or its card was revoked (E-11): never.
    Ended,
    /// The customer has moved: not to this address; it is made anew once the new one is confirmed
    /// (E-02).
    Moved,
}

/// A line of a batch with its order.
pub(super) struct Line {
    pub(super) item: BatchItem,
    pub(super) order: CardOrder,
    pub(super) contract: Contract,
}

impl Line {
    /// The line of `item`, as everything stands now.
    pub(super) fn load(tx: &mut Tx, item: BatchItem) -> Result<Self, Error> {
        let order = must::<CardOrder>(tx, &item.order)?;
        let contract = must::<Contract>(tx, &item.contract)?;
        Ok(Self { item, order, contract })
    }

    pub(super) fn standing(&self, tx: &mut Tx) -> Result<Standing, Error> {
        let cancelled = matches!(self.contract.state, ContractState::Cancelled { .. });
        let elsewhere = self.order.batch != Some(self.item.batch);
        if cancelled || self.order.state.terminal() || elsewhere {
            return Ok(Standing::Ended);
        }
        if let Some(id) = &self.item.credential
            && must::<Credential>(tx, id)?.state.terminal()
        {
            return Ok(Standing::Ended);
        }
        if self.order.frozen || self.order.to != PostalAddress::of(&self.contract.person) {
            return Ok(Standing::Moved);
        }
        Ok(Standing::Good)
    }

    /// Keeps it back: its card is void, its order stopped or made ready to be confirmed and made
    /// anew.
    pub(super) fn keep_back(
        self,
        tx: &mut Tx,
        cx: &mut Context,
        why: Standing,
        to: ItemState,
    ) -> Result<(), Error> {
        let (reason, order) = match why {
            Standing::Good => unreachable!("only what must not leave is kept back"),
            Standing::Ended => (Reason::Closed, self.order),
            Standing::Moved => {
                let order = cx.save(tx, self.order.leave_batch())?;
                (Reason::Moved, cx.save(tx, order.freeze())?)
            }
        };
        discard(tx, cx, &self.item, reason)?;
        if why == Standing::Ended && order.batch == Some(self.item.batch) {
            let order = cx.save(tx, order.stop())?;
            clear_from_desk(tx, &order)?;
        }
        cx.save(tx, self.item.enter(to))?;
        Ok(())
    }
}

/// Makes what was drawn for a line void: its card, or the secret of its letter. It never left the
/// house, so its customer is not told, and a card does not count as issued: the next one is still
/// the first.
pub(super) fn discard(
    tx: &mut Tx,
    cx: &mut Context,
    item: &BatchItem,
    reason: Reason,
) -> Result<(), Error> {
    if item.state == ItemState::Open {
        return Ok(());
    }
    let Some(id) = item.credential else {
        return void_letter(tx, cx, item.contract, item.order);
    };
    let credential = must::<Credential>(tx, &id)?;
    if credential.state.terminal() {
        return Ok(());
    }
    save_untold(tx, cx, credential.revoke(reason, ReportedBy::System))?;
    let mut desk = must::<Desk>(tx, &item.contract)?;
    desk.drop_credential(id);
    desk.issued = desk.issued.saturating_sub(1);
    tx.put(desk)?;
    Ok(())
}

/// Makes void what was posted for an order: its card, or the secret of its letter. The notice about
/// the order of a card tells its customer.
pub(super) fn revoke_posted(
    tx: &mut Tx,
    cx: &mut Context,
    order: &CardOrder,
    reason: Reason,
) -> Result<(), Error> {
    let Some(id) = order.credential else {
        return void_letter(tx, cx, order.contract, order.id);
    };
    let credential = must::<Credential>(tx, &id)?;
    save_untold(tx, cx, credential.revoke(reason, ReportedBy::System))?;
    let mut desk = must::<Desk>(tx, &order.contract)?;
    desk.drop_credential(id);
    tx.put(desk)?;
    Ok(())
}

/// Whoever finds the letter of this order can do nothing with what is printed in it.
fn void_letter(
    tx: &mut Tx,
    cx: &mut Context,
    contract: ContractId,
    letter: OrderId,
) -> Result<(), Error> {
    let contract = must::<Contract>(tx, &contract)?;
    cx.save(tx, contract.void_letter(letter))?;
    Ok(())
}

/// Saves a transition with its events and without its notices, where another notice tells the
/// customer or there is nothing the customer ever knew of.
fn save_untold<R: Record>(
    tx: &mut Tx,
    cx: &mut Context,
    transition: Transition<R>,
) -> Result<(), StoreError> {
    let (after, events, _) = transition.into_parts();
    let facets = after.facets();
    let institution = facets.institution.parse();
    let institution = institution.expect("what is posted belongs to an institution");
    for event in &events {
        cx.note(tx, institution, after.contract().parse().ok(), event);
    }
    tx.put(after)
}
