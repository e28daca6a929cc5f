//! Opening a batch and taking orders into it.

use sekisho_domain::batch::{Batch, BatchItem, BatchState, ItemState};
use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::id::{BatchId, InstitutionId, OrderId};
use sekisho_domain::order::{CardOrder, OrderKind, OrderState, far_apart};
use sekisho_domain::reason::Reason;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::{Day, Timestamp};

use super::standing::discard;
use super::{apart, find, items, must};
use crate::context::Context;
use crate::error::Error;
use crate::tx::{Query, Table, Tx};

/// Which orders are wanted in a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Selection {
    /// These.
    Orders(Vec<OrderId>),
    /// All of the batch's kind that are approved, not yet in a batch, and were made before this
    /// instant.
    ApprovedBefore(Timestamp),
}

/// What came of taking orders in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// The batch as it stands now.
    pub batch: Batch,
    /// Orders that stay outside, and why.
    pub refused: Vec<(OrderId, Refusal)>,
    /// Where [`add`] goes on; `None` when all of the selection was looked at.
    pub next: Option<OrderId>,
}

/// Opens a batch and takes in the first `limit` orders of the selection.
pub fn open(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    kind: OrderKind,
    selection: &Selection,
    limit: u32,
) -> Result<Taken, Error> {
    let opened = Batch::open(institution, kind, cx.moment);
    let batch = cx.save(tx, opened)?;
    take(tx, cx, batch, selection, None, limit)
}

/// Takes in the next `limit` orders of the selection, those after `after`. An order that is in the
/// batch already is refused as `invalid_transition`, so that a call made twice takes nothing twice.
pub fn add(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    selection: &Selection,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Taken, Error> {
    let batch = find(tx, institution, batch)?;
    take(tx, cx, batch, selection, after, limit)
}

/// Gives up a batch that is not sealed: cards drawn for it are void, its orders can go into
/// another. Releases at most `chunk` orders; to be called until it returns `false`.
pub fn give_up(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    chunk: u32,
) -> Result<bool, Error> {
    let batch = find(tx, institution, batch)?;
    let batch = if batch.state == BatchState::Void { batch } else { cx.save(tx, batch.void()?)? };
    let held = items(tx, batch.id, &[ItemState::Open, ItemState::Drawn], None, chunk)?;
    let more = held.len() == chunk as usize;
    for item in held {
        discard(tx, cx, &item, Reason::StaffError)?;
        let order = must::<CardOrder>(tx, &item.order)?;
        if order.batch == Some(batch.id) {
            cx.save(tx, order.leave_batch())?;
        }
        cx.save(tx, item.enter(ItemState::LeftOut))?;
    }
    Ok(more)
}

fn take(
    tx: &mut Tx,
    cx: &mut Context,
    batch: Batch,
    selection: &Selection,
    after: Option<OrderId>,
    limit: u32,
) -> Result<Taken, Error> {
    let (wanted, next) = page(tx, &batch, selection, after, limit)?;
    let mut refused = Vec::new();
    let mut taken = 0;
    for id in wanted {
        match admit(tx, &batch, id, cx.now().day())? {
            Ok(order) => {
                cx.save(tx, BatchItem::take(batch.id, &order))?;
                cx.save(tx, order.enter_batch(batch.id)?)?;
                taken += 1;
            }
            Err(refusal) => refused.push((id, refusal)),
        }
    }
    let batch = cx.save(tx, batch.take_in(taken)?)?;
    Ok(Taken { batch, refused, next })
}

/// The next orders to look at, and the last of them when there may be more.
fn page(
    tx: &mut Tx,
    batch: &Batch,
    selection: &Selection,
    after: Option<OrderId>,
    limit: u32,
) -> Result<(Vec<OrderId>, Option<OrderId>), Error> {
    let most = limit as usize;
    match selection {
        Selection::Orders(orders) => {
            let begin = after.and_then(|id| orders.iter().position(|known| *known == id));
            let rest = &orders[begin.map_or(0, |at| at + 1)..];
            let wanted = rest[..rest.len().min(most)].to_vec();
            let next = wanted.last().copied().filter(|_| rest.len() > most);
            Ok((wanted, next))
        }
        Selection::ApprovedBefore(instant) => {
            let orders = tx.list::<CardOrder>(&Query {
                institution: Some(batch.institution.to_string()),
                states: vec![OrderState::Approved.word()],
                after: after.map(|id| id.to_string()),
                limit,
                ..Query::all(Table::Order)
            })?;
            let next = orders.last().filter(|_| orders.len() == most).map(|order| order.id);
            let wanted = |order: &&CardOrder| {
                order.kind == batch.kind && order.ordered_at < *instant && order.batch.is_none()
            };
            Ok((orders.iter().filter(wanted).map(|order| order.id).collect(), next))
        }
    }
}

/// Whether an order can go into the batch. An activation letter is made when its card has lain in
/// the post for two days: `operation_date_invalid` until then (E-04).
fn admit(
    tx: &mut Tx,
    batch: &Batch,
    id: OrderId,
    today: Day,
) -> Result<Result<CardOrder, Refusal>, Error> {
    let order = tx.load::<CardOrder>(&id)?;
    let order = order.filter(|order| order.institution == batch.institution);
    let Some(order) = order.filter(|order| order.kind == batch.kind) else {
        return Ok(Err(Refusal::NotFound));
    };
    if let Err(refusal) = order.clone().enter_batch(batch.id) {
        return Ok(Err(refusal));
    }
    if order.kind == OrderKind::ActivationLetter
        && let Some(card) = apart::counterpart(tx, &order)?
        && !card.dispatched_on.is_some_and(|posted| far_apart(posted, today))
    {
        return Ok(Err(Refusal::OperationDateInvalid));
    }
    let contract = must::<Contract>(tx, &order.contract)?;
    Ok(match contract.state {
        ContractState::Pending | ContractState::Active if contract.address_invalid => {
            Err(Refusal::AddressMismatch)
        }
        ContractState::Pending | ContractState::Active => Ok(order),
        ContractState::Suspended { .. } | ContractState::Cancelled { .. } => {
            Err(Refusal::ContractNotActive { state: contract.state.word() })
        }
    })
}
