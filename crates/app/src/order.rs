//! Ordering cards: by the customer online (申込), by telephone, at a branch (domain.md §2.4).

use serde::{Deserialize, Serialize};

use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, InstitutionId, OrderId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::order::{CardOrder, OrderKind, Wish};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::text::Postcode;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::method;
use crate::tx::{Order, Query, StoreError, Table, Tx};

/// A wish for a card.
#[derive(Debug, Clone)]
pub struct Application {
    /// For which contract.
    pub contract: ContractId,
    /// What card.
    pub kind: OrderKind,
    /// Why again; `None` for the first, and for one that wears out.
    pub reason: Option<Reason>,
    /// Who wishes it.
    pub source: ReportedBy,
    /// The postcode the customer typed; compared with the registered one (U-13). Required of
    /// customers.
    pub postcode: Option<Postcode>,
}

/// What came of it; small, because it is kept for repeated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ordered {
    /// The order.
    pub order: OrderId,
}

/// Orders a card (U-07 to U-14, K-11). One order at a time (E-01).
pub fn apply(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    application: &Application,
) -> Result<Ordered, Error> {
    let contract =
        tx.load::<Contract>(&application.contract)?.filter(|c| c.institution == institution);
    let contract = contract.or_refuse(Refusal::NoSuchContract)?;
    contract.active()?;
    let mut desk = tx.load::<Desk>(&contract.id)?.or_refuse(Refusal::NoSuchContract)?;
    if let Some(order) = open_order(tx, &desk)? {
        return Err(Refusal::OrderOpen { order: order.id, ordered_at: order.ordered_at }.into());
    }
    may_order(tx, cx, &desk, application)?;
    let by_customer = application.source == ReportedBy::Customer;
    match application.postcode {
        Some(postcode) if postcode != contract.person.postcode => {
            return Err(Refusal::AddressMismatch.into());
        }
        None if by_customer => return Err(Refusal::AddressMismatch.into()),
        _ => {}
    }
    let policy = cx.policy(institution);
    let Application { kind, reason, source, .. } = *application;
    let placed = CardOrder::place(&contract, Wish { kind, reason, source }, &policy, cx.moment)?;
    let order = cx.save(tx, placed)?;
    desk.order = Some(order.id);
    tx.put(desk)?;
    Ok(Ordered { order: order.id })
}

/// The open order of a contract.
pub fn open_order(tx: &mut Tx, desk: &Desk) -> Result<Option<CardOrder>, Error> {
    let Some(id) = desk.order else {
        return Ok(None);
    };
    Ok(tx.load::<CardOrder>(&id)?.filter(|order| !order.state.terminal()))
}

/// Whether the offer of the image card is shown directly after sign-in (U-07): offered, not in use,
/// not on its way.
pub fn offered(tx: &mut Tx, cx: &Context, contract: &Contract) -> Result<bool, Error> {
    let policy = cx.policy(contract.institution);
    let started = policy.migration.start.is_none_or(|start| start <= cx.now().day());
    if !policy.ui.interstitial || !started || contract.state != ContractState::Active {
        return Ok(false);
    }
    let Some(desk) = tx.load::<Desk>(&contract.id)? else {
        return Ok(false);
    };
    let has_card = method::held(tx, &desk)?.iter().any(|held| held.method == MethodKind::ImageCard);
    Ok(!has_card && open_order(tx, &desk)?.is_none())
}

/// An image card is ordered from the start of the campaign on, and not while a good one is in use.
fn may_order(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    application: &Application,
) -> Result<(), Error> {
    let policy = cx.policy(desk.institution);
    let image_card = application.kind == OrderKind::ImageCard;
    if image_card && policy.migration.start.is_some_and(|start| cx.now().day() < start) {
        return Err(Refusal::MethodNotOffered.into());
    }
    let good = |held: &Credential| {
        Some(held.method) == application.kind.method()
            && matches!(held.state, CredentialState::Active | CredentialState::Pending)
    };
    let has_good = method::held(tx, desk)?.iter().any(good);
    if has_good && application.reason.is_none() {
        return Err(Refusal::InvalidTransition { state: "active" }.into());
    }
    Ok(())
}

/// The order, if it is of this institution.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: OrderId) -> Result<CardOrder, Error> {
    let order = tx.load::<CardOrder>(&id)?.filter(|order| order.institution == institution);
    order.or_refuse(Refusal::NotFound)
}

/// A second person agrees with a telephone order, or confirms the new address of a frozen one
/// (E-02).
pub fn approve(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: OrderId,
) -> Result<CardOrder, Error> {
    let order = find(tx, institution, id)?;
    let contract = tx.load::<Contract>(&order.contract)?.or_refuse(Refusal::NoSuchContract)?;
    Ok(cx.save(tx, order.approve(&contract)?)?)
}

/// Takes an order back before anything was made.
pub fn cancel(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: OrderId,
    reason: Reason,
) -> Result<CardOrder, Error> {
    let order = find(tx, institution, id)?;
    if order.batch.is_some() {
        return Err(Refusal::InvalidTransition { state: order.state.word() }.into());
    }
    clear_from_desk(tx, &order)?;
    Ok(cx.save(tx, order.cancel(reason)?)?)
}

/// Takes an order that has ended off its desk.
pub(crate) fn clear_from_desk(tx: &mut Tx, order: &CardOrder) -> Result<(), Error> {
    if let Some(mut desk) =
        tx.load::<Desk>(&order.contract)?.filter(|desk| desk.order == Some(order.id))
    {
        desk.order = None;
        tx.put(desk)?;
    }
    Ok(())
}

/// An institution's orders in one of `states`, oldest first, after `after`.
pub fn list(
    tx: &mut Tx,
    institution: InstitutionId,
    states: Vec<&'static str>,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Vec<CardOrder>, Error> {
    let query = Query {
        institution: Some(institution.to_string()),
        states,
        after: after.map(|id| id.to_string()),
        limit,
        ..Query::all(Table::Order)
    };
    Ok(tx.list::<CardOrder>(&query)?)
}

/// A contract's orders, newest first.
pub fn of_contract(tx: &mut Tx, contract: ContractId, limit: u32) -> Result<Vec<CardOrder>, Error> {
    let query = Query {
        owner: Some(contract.to_string()),
        order: Order::NewestFirst,
        limit,
        ..Query::all(Table::Order)
    };
    Ok(tx.list::<CardOrder>(&query)?)
}

/// The order a card was made for; a token has none.
pub(crate) fn of_card(tx: &mut Tx, card: &Credential) -> Result<Option<CardOrder>, StoreError> {
    match card.order() {
        Some(order) => tx.load::<CardOrder>(&order),
        None => Ok(None),
    }
}
