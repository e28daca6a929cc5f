//! Reconciling a batch with what the printer and the enclosing house report (api.md §5.5).

use std::collections::{BTreeMap, BTreeSet};

use sekisho_domain::batch::{Batch, BatchItem, BatchState, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::{BatchId, CredentialId, InstitutionId, OrderId};
use sekisho_domain::order::CardOrder;
use sekisho_domain::reason::Reason;
use sekisho_domain::refusal::Refusal;

use super::standing::{Line, Standing, discard};
use super::{find, items, must};
use crate::context::Context;
use crate::error::Error;
use crate::record::{Alias, AliasKind, item_key};
use crate::tx::Tx;

/// What the printer and the enclosing house report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted<'a> {
    /// Cards printed, good or bad.
    pub printed: u64,
    /// Those of them printed badly and destroyed.
    pub spoiled: &'a [CardNumber],
    /// Those put into envelopes.
    pub enclosed: u64,
}

/// Whether [`reconcile`] would take over these counts now; its refusal when not.
pub fn check(
    tx: &mut Tx,
    (institution, batch): (InstitutionId, BatchId),
    counted: &Counted,
) -> Result<(), Error> {
    let batch = find(tx, institution, batch)?;
    let id = batch.id;
    let spoiled = counted.spoiled.len() as u64;
    batch.reconcile(counted.printed, spoiled, counted.enclosed).map(drop)?;
    for number in counted.spoiled {
        of_number(tx, (institution, id), *number)?.ok_or(Refusal::ManifestMismatch)?;
    }
    Ok(())
}

/// Takes over the counts. Spoiled cards are void at once; their orders can go into another batch.
///
/// Refused with `counts_disagree` unless printed is what was drawn and all that was printed is
/// spoiled or enclosed; with `manifest_mismatch` when a spoiled card is not of this batch.
/// Afterwards [`enclose`] goes through what was enclosed.
pub fn reconcile(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    counted: &Counted,
) -> Result<Batch, Error> {
    let batch = find(tx, institution, batch)?;
    let numbers: BTreeSet<_> = counted.spoiled.iter().collect();
    let (expected, given) = (numbers.len() as u64, counted.spoiled.len() as u64);
    if expected != given {
        return Err(Refusal::CountsDisagree { expected, given }.into());
    }
    let id = batch.id;
    let reconciled = batch.reconcile(counted.printed, given, counted.enclosed)?;
    let mut spoiled = BTreeMap::new();
    for number in numbers {
        let item = of_number(tx, (institution, id), *number)?.ok_or(Refusal::ManifestMismatch)?;
        spoiled.insert(item_key(id, item.order), item);
    }
    for item in spoiled.into_values() {
        discard(tx, cx, &item, Reason::Damaged)?;
        let order = must::<CardOrder>(tx, &item.order)?;
        if order.batch == Some(id) {
            cx.save(tx, order.leave_batch())?;
        }
        cx.save(tx, item.enter(ItemState::Spoiled))?;
    }
    Ok(cx.save(tx, reconciled)?)
}

/// Goes through at most `chunk` enclosed cards: each one is produced, or kept back when its
/// contract or order was stopped or its customer moved meanwhile (E-02, E-11). To be called until
/// it returns `false`.
pub fn enclose(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    chunk: u32,
) -> Result<bool, Error> {
    let batch = find(tx, institution, batch)?;
    if batch.state == BatchState::Closed {
        return Ok(false);
    }
    batch.expect(BatchState::Reconciled)?;
    let drawn = items(tx, batch.id, &[ItemState::Drawn], None, chunk)?;
    let more = drawn.len() == chunk as usize;
    let mut withheld = 0;
    for item in drawn {
        let line = Line::load(tx, item)?;
        if enclose_line(tx, cx, line)?.is_none() {
            withheld += 1;
        }
    }
    if withheld > 0 {
        cx.save(tx, batch.posted(0, withheld)?)?;
    }
    Ok(more)
}

/// The line as it is enclosed; `None` when it was kept back, which the caller must count.
pub(super) fn enclose_line(
    tx: &mut Tx,
    cx: &mut Context,
    line: Line,
) -> Result<Option<Line>, Error> {
    let standing = line.standing(tx)?;
    if standing != Standing::Good {
        line.keep_back(tx, cx, standing, ItemState::Withheld)?;
        return Ok(None);
    }
    let Line { item, order, contract } = line;
    if item.state != ItemState::Drawn {
        return Ok(Some(Line { item, order, contract }));
    }
    let order = cx.save(tx, order.produced()?)?;
    let item = cx.save(tx, item.enter(ItemState::Enclosed))?;
    Ok(Some(Line { item, order, contract }))
}

/// The line of a batch whose card bears this number.
pub(super) fn of_number(
    tx: &mut Tx,
    (institution, batch): (InstitutionId, BatchId),
    number: CardNumber,
) -> Result<Option<BatchItem>, Error> {
    let key = AliasKind::CardNumber.key(institution, &number.to_string());
    let Some(alias) = tx.load::<Alias>(&key)? else {
        return Ok(None);
    };
    let order = match CredentialId::parse(&alias.target) {
        Ok(id) => must::<Credential>(tx, &id)?.order(),
        Err(_) => OrderId::parse(&alias.target).ok(),
    };
    let Some(order) = order else {
        return Ok(None);
    };
    let item = tx.load::<BatchItem>(&item_key(batch, order))?;
    Ok(item.filter(|item| item.card_number == Some(number)))
}
