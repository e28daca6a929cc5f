//! The tree over the audit log (api.md §5.8, RFC 6962): whoever holds a head can prove later that
//! no entry was changed, removed, inserted or put elsewhere.
//!
//! The log keeps every *complete* node: with `width` = 2^level, node `index` on `level` covers the
//! `width` entries from `index · width` on. With them any proof needs O(log n) look-ups.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sha2::{Digest, Sha256};

mod proof;

pub use proof::{NotProven, consistency, inclusion, verify_consistency, verify_inclusion};

/// A node's hash; written as base64.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct NodeHash([u8; 32]);

impl NodeHash {
    /// Takes back what [`Self::to_bytes`] gave.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes, for the store.
    pub const fn to_bytes(self) -> [u8; 32] {
        self.0
    }

    /// Reads base64 with padding.
    pub fn parse(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// The hash of an entry, given in its canonical form (RFC 8785).
pub fn leaf(entry: &[u8]) -> NodeHash {
    NodeHash(Sha256::new().chain_update([0]).chain_update(entry).finalize().into())
}

/// The root of a log without entries.
pub fn empty_root() -> NodeHash {
    NodeHash(Sha256::digest([]).into())
}

/// The hash of a node over two others. The leading byte differs from a leaf's, so that no entry can
/// be passed off as a node.
fn node(left: NodeHash, right: NodeHash) -> NodeHash {
    NodeHash(
        Sha256::new()
            .chain_update([1])
            .chain_update(left.0)
            .chain_update(right.0)
            .finalize()
            .into(),
    )
}

/// A complete node, to be kept for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Node {
    /// 0 for leaves.
    pub level: u8,
    /// Its number on the level, from the left.
    pub index: u64,
    /// Its hash.
    pub hash: NodeHash,
}

/// The right edge of the tree: all that is needed to append and to know the root.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    /// Roots of the complete subtrees, the largest first; one for each bit set in `size`.
    roots: Vec<NodeHash>,
}

impl Frontier {
    /// The frontier of the first `size` entries; `node` gives a kept node by level and index.
    pub fn load<E>(
        size: u64,
        mut node: impl FnMut(u8, u64) -> Result<NodeHash, E>,
    ) -> Result<Self, E> {
        let levels = (0u8..64).rev().filter(|level| size >> level & 1 == 1);
        // Left of a subtree lies what the higher bits count; a multiple of its width.
        let roots =
            levels.map(|level| node(level, (size >> level) - 1)).collect::<Result<_, E>>()?;
        Ok(Self { size, roots })
    }

    /// How many entries there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends an entry's leaf; gives the nodes now complete, the leaf first. All must be kept.
    pub fn append(&mut self, leaf: NodeHash) -> Vec<Node> {
        let (mut level, mut index, mut hash) = (0, self.size, leaf);
        let mut complete = vec![Node { level, index, hash }];
        while index & 1 == 1 {
            let left = self.roots.pop().expect("each bit set in the size has its subtree");
            (level, index, hash) = (level + 1, index >> 1, node(left, hash));
            complete.push(Node { level, index, hash });
        }
        self.roots.push(hash);
        self.size += 1;
        complete
    }

    /// The root over all entries.
    pub fn root(&self) -> NodeHash {
        let from_the_right = self.roots.iter().rev().copied();
        from_the_right.reduce(|right, left| node(left, right)).unwrap_or_else(empty_root)
    }
}

impl fmt::Display for NodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for NodeHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for NodeHash {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for NodeHash {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("not a hash in base64"))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;
    use crate::jcs;
    use crate::json::Json;

    #[derive(Deserialize)]
    struct Vector {
        event: serde_json::Value,
        leaves: Vec<NodeHash>,
        inclusion: Inclusion,
        root: NodeHash,
    }

    #[derive(Deserialize)]
    struct Inclusion {
        index: u64,
        size: u64,
        hashes: Vec<NodeHash>,
    }

    #[test]
    fn the_vector_has_its_leaf_root_and_proof() {
        let file = include_str!("../../../vectors/audit.json");
        let vector: Vector = serde_json::from_str(file).expect("vectors/audit.json has this form");
        let event = jcs::canonical(&Json::from(&vector.event));
        assert_eq!(leaf(event.as_bytes()), vector.leaves[2]);
        let (mut tree, mut kept) = (Frontier::default(), HashMap::new());
        for &leaf in &vector.leaves {
            kept.extend(tree.append(leaf).into_iter().map(|n| ((n.level, n.index), n.hash)));
        }
        assert_eq!(tree.root(), vector.root);
        let Inclusion { index, size, hashes } = vector.inclusion;
        let node = |level, index| kept.get(&(level, index)).copied().ok_or("not kept");
        assert_eq!(inclusion(index, size, node), Ok(hashes.clone()));
        assert_eq!(verify_inclusion(vector.leaves[2], index, size, &hashes, vector.root), Ok(()));
    }

    #[test]
    fn a_frontier_is_found_again_from_the_nodes_kept() {
        let (mut tree, mut kept) = (Frontier::default(), HashMap::new());
        for entry in 0u64..70 {
            let node = |level, index| kept.get(&(level, index)).copied().ok_or("not kept");
            assert_eq!(Frontier::load(entry, node).as_ref(), Ok(&tree));
            let complete = tree.append(leaf(&entry.to_be_bytes()));
            assert_eq!(complete.len(), 1 + entry.trailing_ones() as usize);
            kept.extend(complete.into_iter().map(|n| ((n.level, n.index), n.hash)));
        }
    }

    #[test]
    fn an_empty_log_has_the_hash_of_nothing() {
        let nothing = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert_eq!(Frontier::default().root().to_string(), nothing);
    }
}
