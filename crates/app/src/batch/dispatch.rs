//! Giving envelopes to the post by registered mail (簡易書留), row by row (api.md §5.5, U-14).

use sekisho_domain::batch::{Batch, BatchState, Dispatch, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::id::{BatchId, DispatchId, InstitutionId};
use sekisho_domain::order::{CardOrder, far_apart};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Day;

use super::reconcile::{enclose_line, of_number};
use super::standing::Line;
use super::{apart, find, must};
use crate::context::Context;
use crate::error::Error;
use crate::record::{Alias, AliasKind};
use crate::tx::Tx;

/// Rows in one call, at most; a longer file comes in several.
pub const ROWS_MAX: usize = 200;

/// One envelope, as the one who posted it scanned it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DispatchRow {
    /// The number on the card.
    pub card_number: CardNumber,
    /// The number of the post.
    pub tracking_number: String,
    /// The day it was posted.
    pub dispatched_on: Day,
}

/// What became of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RowVerdict {
    /// It is on its way.
    Dispatched(DispatchId),
    /// The same row came before; nothing was changed.
    Unchanged(DispatchId),
    /// It must not leave the house (`card_void`, E-11), is not of this batch or contradicts what is
    /// known (`manifest_mismatch`), or bears a day before the batch, in the future, or less than
    /// two days from a card and its activation letter to each other (`operation_date_invalid`).
    Refused(Refusal),
}

/// Notes what was given to the post; a verdict for each row, in the order sent.
///
/// Refused whole unless the batch is reconciled.
///
/// # Panics
/// Beyond [`ROWS_MAX`] rows: the door checks.
pub fn dispatch(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    rows: &[DispatchRow],
) -> Result<Vec<RowVerdict>, Error> {
    assert!(rows.len() <= ROWS_MAX, "a longer list comes in several calls");
    let batch = find(tx, institution, batch)?;
    if batch.state != BatchState::Closed {
        batch.expect(BatchState::Reconciled)?;
    }
    let (mut dispatched, mut withheld) = (0, 0);
    let mut verdicts = Vec::with_capacity(rows.len());
    for row in rows {
        let line = match judge(tx, cx, &batch, row)? {
            Judged::Known(verdict) => {
                verdicts.push(verdict);
                continue;
            }
            Judged::Leaves(line) => enclose_line(tx, cx, *line)?,
        };
        let Some(line) = line else {
            withheld += 1;
            verdicts.push(RowVerdict::Refused(Refusal::CardVoid));
            continue;
        };
        if too_near(tx, &line.order, row.dispatched_on)? {
            verdicts.push(RowVerdict::Refused(Refusal::OperationDateInvalid));
            continue;
        }
        dispatched += 1;
        verdicts.push(RowVerdict::Dispatched(post(tx, cx, line, row)?));
    }
    if dispatched + withheld > 0 {
        cx.save(tx, batch.posted(dispatched, withheld)?)?;
    }
    Ok(verdicts)
}

enum Judged {
    /// Nothing is to be done.
    Known(RowVerdict),
    /// It is in the house, and leaves it if it may.
    Leaves(Box<Line>),
}

fn judge(tx: &mut Tx, cx: &Context, batch: &Batch, row: &DispatchRow) -> Result<Judged, Error> {
    let refused = |refusal| Ok(Judged::Known(RowVerdict::Refused(refusal)));
    let Some(item) = of_number(tx, (batch.institution, batch.id), row.card_number)? else {
        return refused(Refusal::ManifestMismatch);
    };
    let known = of_tracking(tx, batch.institution, &row.tracking_number)?;
    match item.state {
        ItemState::Dispatched => match known {
            Some(dispatch) if same(&dispatch, row) => {
                Ok(Judged::Known(RowVerdict::Unchanged(dispatch.id)))
            }
            _ => refused(Refusal::ManifestMismatch),
        },
        ItemState::Withheld | ItemState::Spoiled => refused(Refusal::CardVoid),
        ItemState::Drawn | ItemState::Enclosed if known.is_some() => {
            refused(Refusal::ManifestMismatch)
        }
        ItemState::Drawn | ItemState::Enclosed if !may_be_posted(batch, row, cx.now().day()) => {
            refused(Refusal::OperationDateInvalid)
        }
        ItemState::Drawn | ItemState::Enclosed => {
            Ok(Judged::Leaves(Box::new(Line::load(tx, item)?)))
        }
        ItemState::Open | ItemState::LeftOut => refused(Refusal::ManifestMismatch),
    }
}

/// A mistyped year would make a letter overdue at once.
fn may_be_posted(batch: &Batch, row: &DispatchRow, today: Day) -> bool {
    let made = batch.sealed_at.unwrap_or(batch.opened_at).day();
    (made..=today).contains(&row.dispatched_on)
}

/// Whether a card and its activation letter would lie in one letter box (E-04).
fn too_near(tx: &mut Tx, order: &CardOrder, on: Day) -> Result<bool, Error> {
    let posted = apart::counterpart(tx, order)?.and_then(|other| other.dispatched_on);
    Ok(posted.is_some_and(|posted| !far_apart(posted, on)))
}

fn same(dispatch: &Dispatch, row: &DispatchRow) -> bool {
    (dispatch.card_number, dispatch.dispatched_on) == (row.card_number, row.dispatched_on)
}

fn post(tx: &mut Tx, cx: &mut Context, line: Line, row: &DispatchRow) -> Result<DispatchId, Error> {
    let number = row.tracking_number.clone();
    let sent = line.order.dispatched(number.clone(), row.dispatched_on)?;
    let order = cx.save(tx, sent)?;
    let posted = Dispatch::post(&order, number.clone(), row.dispatched_on, cx.moment);
    let dispatch = cx.save(tx, posted.expect("what is enclosed was drawn in a batch"))?;
    let (kind, institution) = (AliasKind::TrackingNumber, order.institution);
    tx.put(Alias { kind, institution, name: number, target: dispatch.id.to_string() })?;
    cx.save(tx, line.item.enter(ItemState::Dispatched))?;
    Ok(dispatch.id)
}

/// The dispatch with this number of the post.
pub(super) fn of_tracking(
    tx: &mut Tx,
    institution: InstitutionId,
    number: &str,
) -> Result<Option<Dispatch>, Error> {
    let key = AliasKind::TrackingNumber.key(institution, number);
    let Some(alias) = tx.load::<Alias>(&key)? else {
        return Ok(None);
    };
    let Ok(id) = DispatchId::parse(&alias.target) else {
        return Ok(None);
    };
    must::<Dispatch>(tx, &id).map(Some)
}
