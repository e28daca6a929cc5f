//! The tree against itself: every kept hash is computed anew from the leaves, and every head from
//! both.

use std::collections::BTreeMap;

use sekisho_domain::id::InstitutionId;
use sekisho_domain::tree::{Frontier, NodeHash};

use super::heads::{Heads, Keys};
use super::{Findings, What};
use crate::audit::record::AuditTile;
use crate::error::Error;
use crate::tx::{Query, StoreError, Table, Tx};

/// Reads kept nodes in order, one tile of each level in memory at a time.
pub(super) struct Tiles {
    institution: InstitutionId,
    at_hand: BTreeMap<u8, (u64, Vec<NodeHash>)>,
}

impl Tiles {
    pub(super) fn new(institution: InstitutionId) -> Self {
        Self { institution, at_hand: BTreeMap::new() }
    }

    /// The node as it is kept; `level` is one that is kept.
    pub(super) fn node(
        &mut self,
        tx: &mut Tx,
        level: u8,
        index: u64,
    ) -> Result<Option<NodeHash>, StoreError> {
        let tile = index / AuditTile::WIDTH;
        if self.at_hand.get(&level).is_none_or(|(known, _)| *known != tile) {
            let hashes = self.read(tx, level, tile)?;
            self.at_hand.insert(level, (tile, hashes));
        }
        let place = usize::try_from(index % AuditTile::WIDTH).expect("below 256");
        Ok(self.at_hand[&level].1.get(place).copied())
    }

    /// Listed, not loaded: a batch remembers what it has loaded, and a log may be larger than
    /// memory.
    fn read(&self, tx: &mut Tx, level: u8, index: u64) -> Result<Vec<NodeHash>, StoreError> {
        let before = match index.checked_sub(1) {
            Some(before) => AuditTile::place(self.institution, level, before),
            None => format!("{}/{level:02}/", self.institution),
        };
        let found = tx.list::<AuditTile>(&Query {
            institution: Some(self.institution.to_string()),
            after: Some(before),
            limit: 1,
            ..Query::all(Table::AuditTile)
        })?;
        let tile = found.into_iter().find(|tile| (tile.level, tile.index) == (level, index));
        Ok(tile.map(|tile| tile.hashes).unwrap_or_default())
    }
}

pub(super) fn check(
    tx: &mut Tx,
    institution: InstitutionId,
    size: u64,
    keys: &Keys,
    found: &mut Findings,
) -> Result<(), Error> {
    let mut tiles = Tiles::new(institution);
    let mut heads = Heads::new(institution, keys, found);
    let mut frontier = Frontier::default();
    heads.check(tx, &frontier, found)?;
    while frontier.size() < size {
        let position = frontier.size();
        let Some(leaf) = tiles.node(tx, 0, position)? else {
            // Without its hash nothing above can be computed; the heads beyond must wait for its
            // repair.
            found.add(position, What::NodeChanged);
            return Ok(());
        };
        for node in frontier.append(leaf) {
            let kept = node.level > 0 && node.level.is_multiple_of(AuditTile::HEIGHT);
            if kept && tiles.node(tx, node.level, node.index)? != Some(node.hash) {
                found.add(node.index << node.level, What::NodeChanged);
            }
        }
        heads.check(tx, &frontier, found)?;
    }
    if tiles.node(tx, 0, size)?.is_some() {
        found.add(size, What::NodeChanged);
    }
    heads.finish(tx, size, found)
}
