//! Proofs for strangers who keep a head: an event is in the log, and the log has only grown.

use sekisho_domain::id::{EventId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::tree::{self, NodeHash};

use super::events;
use super::record::AuditRange;
use super::tree::node;
use crate::error::Error;
use crate::tx::Tx;

/// The proof that an event is among the first `size`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inclusion {
    /// Its position.
    pub index: u64,
    /// The size of the log it is proven for.
    pub size: u64,
    /// The hashes beside its path, from the leaf up.
    pub hashes: Vec<NodeHash>,
}

/// Proves that an event is among the first `size` of the log.
///
/// Refused as `not_found` when it has no position below `size`, or the log is shorter than `size`.
pub fn inclusion(
    tx: &mut Tx,
    institution: InstitutionId,
    event: EventId,
    size: u64,
) -> Result<Inclusion, Error> {
    let index = events::find(tx, institution, event)?.index;
    reached(tx, institution, size)?;
    if index >= size {
        return Err(Refusal::NotFound.into());
    }
    let kept = |level, index| node(tx, institution, level, index);
    Ok(Inclusion { index, size, hashes: tree::inclusion(index, size, kept)? })
}

/// Proves that the log at size `to` begins with the log as it stood at size `from`.
///
/// Refused as `not_found` when `from` is more than `to` or the log is shorter than `to`.
pub fn consistency(
    tx: &mut Tx,
    institution: InstitutionId,
    from: u64,
    to: u64,
) -> Result<Vec<NodeHash>, Error> {
    reached(tx, institution, to)?;
    if from > to {
        return Err(Refusal::NotFound.into());
    }
    tree::consistency(from, to, |level, index| node(tx, institution, level, index))
}

fn reached(tx: &mut Tx, institution: InstitutionId, size: u64) -> Result<(), Error> {
    let log = AuditRange::to_come(tx, institution)?.first_position;
    if size <= log { Ok(()) } else { Err(Refusal::NotFound.into()) }
}
