//! The tree as it is kept in tiles: finding its nodes, and appending to it.

use std::collections::BTreeMap;

use sekisho_domain::id::InstitutionId;
use sekisho_domain::tree::{Frontier, NodeHash};

use super::record::AuditTile;
use crate::error::Error;
use crate::tx::{StoreError, Tx};

/// A complete node, put together from its tile.
pub(super) fn node(
    tx: &mut Tx,
    institution: InstitutionId,
    level: u8,
    index: u64,
) -> Result<NodeHash, Error> {
    let above = level % AuditTile::HEIGHT;
    let first = index << above;
    let place = AuditTile::place(institution, level - above, first / AuditTile::WIDTH);
    let missing =
        || StoreError::Corrupt(format!("node {index} of level {level} is not in {place}"));
    let tile = tx.load::<AuditTile>(&place)?.ok_or_else(missing)?;
    let begin = usize::try_from(first % AuditTile::WIDTH).expect("below 256");
    let below = tile.hashes.get(begin..begin + (1 << above)).ok_or_else(missing)?;
    // A node is the root of the full tree over what lies below it.
    let mut full = Frontier::default();
    for hash in below {
        full.append(*hash);
    }
    Ok(full.root())
}

/// The right edge of a log, where it grows.
pub(super) struct Edge {
    institution: InstitutionId,
    frontier: Frontier,
    /// Tiles that have grown, by level and index.
    grown: BTreeMap<(u8, u64), AuditTile>,
}

impl Edge {
    /// The edge of the log at `size`.
    pub(super) fn load(tx: &mut Tx, institution: InstitutionId, size: u64) -> Result<Self, Error> {
        let frontier = Frontier::load(size, |level, index| node(tx, institution, level, index))?;
        Ok(Self { institution, frontier, grown: BTreeMap::new() })
    }

    pub(super) fn size(&self) -> u64 {
        self.frontier.size()
    }

    pub(super) fn root(&self) -> NodeHash {
        self.frontier.root()
    }

    /// Appends a leaf.
    pub(super) fn append(&mut self, tx: &mut Tx, leaf: NodeHash) -> Result<(), Error> {
        for node in self.frontier.append(leaf) {
            if node.level.is_multiple_of(AuditTile::HEIGHT) {
                self.tile(tx, node.level, node.index / AuditTile::WIDTH)?.hashes.push(node.hash);
            }
        }
        Ok(())
    }

    /// Keeps what has grown.
    pub(super) fn save(self, tx: &mut Tx) -> Result<(), Error> {
        for tile in self.grown.into_values() {
            tx.put(tile)?;
        }
        Ok(())
    }

    fn tile(&mut self, tx: &mut Tx, level: u8, index: u64) -> Result<&mut AuditTile, Error> {
        let institution = self.institution;
        if let std::collections::btree_map::Entry::Vacant(place) = self.grown.entry((level, index))
        {
            let kept = tx.load::<AuditTile>(&AuditTile::place(institution, level, index))?;
            let new = AuditTile { institution, level, index, hashes: Vec::new() };
            place.insert(kept.unwrap_or(new));
        }
        Ok(self.grown.get_mut(&(level, index)).expect("it was just put there"))
    }
}
