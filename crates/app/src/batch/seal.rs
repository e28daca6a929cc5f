//! Sealing a batch, and its manifest: what was ordered, printed, spoiled, enclosed and posted.

use std::collections::BTreeMap;

use sekisho_domain::batch::{Batch, BatchState, Counts, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::id::{BatchId, InstitutionId};
use sekisho_domain::order::OrderKind;

use super::{find, items};
use crate::context::Context;
use crate::error::Error;
use crate::record::item_key;
use crate::tx::Tx;

/// Lines of a manifest read at once.
const PAGE: u32 = 1_000;

/// The files stand under these names with these SHA-256 hashes in hex; from now on nothing can be
/// added.
///
/// Refused with `counts_disagree` while an order of the batch is not drawn.
pub fn seal(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    files: BTreeMap<String, String>,
) -> Result<Batch, Error> {
    let batch = find(tx, institution, batch)?;
    let sealed = batch.seal(files, cx.now())?;
    Ok(cx.save(tx, sealed)?)
}

/// What a batch holds, to be signed by the caller. It names cards, never customers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// The batch.
    pub batch: BatchId,
    /// Whose cards.
    pub institution: InstitutionId,
    /// What it makes.
    pub kind: OrderKind,
    /// Where it stands.
    pub state: BatchState,
    /// How many are where.
    pub counts: Counts,
    /// The number of everything drawn, sorted, with where it stands.
    pub card_numbers: BTreeMap<CardNumber, ItemState>,
    /// SHA-256 of each file made, in hex, by name.
    pub files: BTreeMap<String, String>,
}

/// The manifest of a batch as it stands now.
pub fn manifest(
    tx: &mut Tx,
    institution: InstitutionId,
    batch: BatchId,
) -> Result<Manifest, Error> {
    let Batch { id, kind, state, counts, files, .. } = find(tx, institution, batch)?;
    let mut card_numbers = BTreeMap::new();
    let mut after = None;
    loop {
        let page = items(tx, id, &[], after, PAGE)?;
        let number = |number: CardNumber, state| (number, state);
        let drawn = page.iter().filter_map(|item| Some(number(item.card_number?, item.state)));
        card_numbers.extend(drawn);
        after = page.last().map(|last| item_key(id, last.order));
        if page.len() < PAGE as usize {
            return Ok(Manifest {
                batch: id,
                institution,
                kind,
                state,
                counts,
                card_numbers,
                files,
            });
        }
    }
}
