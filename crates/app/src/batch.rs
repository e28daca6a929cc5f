//! Production and post (domain.md §2.4, api.md §5.5): from an approved order to the customer's
//! letter box.
//!
//! A batch is opened, drawn, sealed, reconciled and posted. Each step that goes through a whole
//! batch does so in chunks, each a transaction of its own, and may be called again after a crash:
//! it goes on where it stopped. What is printed exists in clear only in [`draw::PrintLine`], on its
//! way to the printer's encrypted file.

pub mod deadlines;
pub mod dispatch;
pub mod draw;
pub mod file;
pub mod open;
pub mod post;
pub mod reconcile;
pub mod seal;

mod apart;
mod standing;

use sekisho_domain::batch::{Batch, BatchItem, BatchState, ItemState};
use sekisho_domain::id::{BatchId, InstitutionId};
use sekisho_domain::refusal::Refusal;

use crate::context::OrRefuse;
use crate::error::Error;
use crate::tx::{Order, Query, Record, StoreError, Table, Tx};

/// The batch with this id, refused unless it is the institution's.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: BatchId) -> Result<Batch, Error> {
    let batch = tx.load::<Batch>(&id)?.filter(|batch| batch.institution == institution);
    batch.or_refuse(Refusal::NotFound)
}

/// An institution's batches in one of `states` (in any, when empty), newest first, before `after`.
pub fn list(
    tx: &mut Tx,
    institution: InstitutionId,
    states: &[BatchState],
    after: Option<BatchId>,
    limit: u32,
) -> Result<Vec<Batch>, StoreError> {
    tx.list(&Query {
        institution: Some(institution.to_string()),
        states: states.iter().map(|state| state.word()).collect(),
        after: after.map(|id| id.to_string()),
        order: Order::NewestFirst,
        limit,
        ..Query::all(Table::Batch)
    })
}

/// Lines of a batch in one of `states` (in any, when empty), by order id, after the one with key
/// `after`, at most `limit`. What was only just committed may be missing: a step through a batch
/// waits for each commit.
pub fn items(
    tx: &mut Tx,
    batch: BatchId,
    states: &[ItemState],
    after: Option<String>,
    limit: u32,
) -> Result<Vec<BatchItem>, StoreError> {
    let mut items: Vec<BatchItem> = tx.list(&Query {
        owner: Some(batch.to_string()),
        states: states.iter().map(|state| state.word()).collect(),
        after,
        limit,
        ..Query::all(Table::BatchItem)
    })?;
    items.retain(|item| states.is_empty() || states.contains(&item.state));
    Ok(items)
}

/// Loads what another record of ours points to.
fn must<R: Record>(tx: &mut Tx, key: &R::Key) -> Result<R, Error> {
    let missing = || StoreError::Corrupt(format!("{} {key} is pointed to and missing", R::TABLE));
    Ok(tx.load::<R>(key)?.ok_or_else(missing)?)
}
