//! Proofs about the tree, and how a stranger checks them (RFC 9162 §2.1.3 and §2.1.4, same trees).

use super::{NodeHash, empty_root, node};

/// The hashes do not prove what they are said to prove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not proven")]
pub struct NotProven;

/// The proof that entry `index` is among the first `size`; `kept` gives a node by level and index.
///
/// # Panics
/// When `index` is not below `size`: the door checks both.
pub fn inclusion<E>(
    index: u64,
    size: u64,
    mut kept: impl FnMut(u8, u64) -> Result<NodeHash, E>,
) -> Result<Vec<NodeHash>, E> {
    assert!(index < size, "an entry is proven only where it is contained");
    let mut proof = Vec::new();
    let mut range = Range { start: 0, end: size };
    while range.len() > 1 {
        let (left, right) = range.split();
        let (inside, beside) = if index < right.start { (left, right) } else { (right, left) };
        proof.push(beside.root(&mut kept)?);
        range = inside;
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the first `from` of `to` entries are the log as it stood at size `from`. Nothing
/// needs proof when one is empty or both are the same.
///
/// # Panics
/// When `from` is more than `to`: the door checks both.
pub fn consistency<E>(
    from: u64,
    to: u64,
    mut kept: impl FnMut(u8, u64) -> Result<NodeHash, E>,
) -> Result<Vec<NodeHash>, E> {
    assert!(from <= to, "a log only grows");
    if from == 0 {
        return Ok(Vec::new());
    }
    let mut proof = Vec::new();
    let mut range = Range { start: 0, end: to };
    while range.end != from {
        let (left, right) = range.split();
        let (inside, beside) = if from <= right.start { (left, right) } else { (right, left) };
        proof.push(beside.root(&mut kept)?);
        range = inside;
    }
    if range.start > 0 {
        proof.push(range.root(&mut kept)?); // else it is the old root, which the stranger has
    }
    proof.reverse();
    Ok(proof)
}

/// Entries from `start` up to, not including, `end`: one subtree as RFC 6962 draws it.
#[derive(Clone, Copy)]
struct Range {
    start: u64,
    end: u64,
}

impl Range {
    fn len(self) -> u64 {
        self.end - self.start
    }

    /// Left gets the largest power of two that leaves something to the right.
    fn split(self) -> (Self, Self) {
        let middle = self.start + (1 << (self.len() - 1).ilog2());
        (Self { end: middle, ..self }, Self { start: middle, ..self })
    }

    /// Complete subtrees are kept; only the one at the right edge may have to be put together.
    fn root<E>(self, kept: &mut impl FnMut(u8, u64) -> Result<NodeHash, E>) -> Result<NodeHash, E> {
        if self.len().is_power_of_two() {
            let level = u8::try_from(self.len().ilog2()).expect("64 levels at most");
            return kept(level, self.start >> level);
        }
        let (left, right) = self.split();
        Ok(node(left.root(kept)?, right.root(kept)?))
    }
}

/// Checks that `leaf` is entry `index` of the log that has `root` at `size`.
pub fn verify_inclusion(
    leaf: NodeHash,
    index: u64,
    size: u64,
    proof: &[NodeHash],
    root: NodeHash,
) -> Result<(), NotProven> {
    if index >= size {
        return Err(NotProven);
    }
    let mut path = Path { here: index, last: size - 1 };
    let mut hash = leaf;
    for &beside in proof {
        hash = match path.step().ok_or(NotProven)? {
            Side::Left => node(beside, hash),
            Side::Right => node(hash, beside),
        };
    }
    proven(path.last == 0 && hash == root)
}

/// Checks that the log with `to_root` at size `to` begins with the one of `from_root` at `from`.
pub fn verify_consistency(
    from: u64,
    to: u64,
    from_root: NodeHash,
    to_root: NodeHash,
    proof: &[NodeHash],
) -> Result<(), NotProven> {
    if from == to {
        return proven(proof.is_empty() && from_root == to_root);
    }
    if from == 0 {
        return proven(proof.is_empty() && from_root == empty_root());
    }
    if from > to {
        return Err(NotProven);
    }
    let mut path = Path { here: from - 1, last: to - 1 };
    path.rise_while(|here| here & 1 == 1);
    let (start, rest) = if from.is_power_of_two() {
        (from_root, proof)
    } else {
        let (first, rest) = proof.split_first().ok_or(NotProven)?;
        (*first, rest)
    };
    let (mut old, mut new) = (start, start);
    for &beside in rest {
        match path.step().ok_or(NotProven)? {
            Side::Left => (old, new) = (node(beside, old), node(beside, new)),
            Side::Right => new = node(new, beside), // not there yet when the log was `from` long
        }
    }
    proven(path.last == 0 && old == from_root && new == to_root)
}

fn proven(holds: bool) -> Result<(), NotProven> {
    if holds { Ok(()) } else { Err(NotProven) }
}

/// On which side of the path the next hash of a proof lies.
enum Side {
    Left,
    Right,
}

/// The way from an entry up to the root: our number and the last number on the present level.
struct Path {
    here: u64,
    last: u64,
}

impl Path {
    /// Goes up past one hash of the proof; nothing when the root is reached already.
    fn step(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let side = if self.here & 1 == 1 || self.here == self.last {
            // At the right edge a node without a twin rises unchanged.
            self.rise_while(|here| here & 1 == 0 && here != 0);
            Side::Left
        } else {
            Side::Right
        };
        self.rise();
        Some(side)
    }

    fn rise(&mut self) {
        (self.here, self.last) = (self.here >> 1, self.last >> 1);
    }

    fn rise_while(&mut self, on: impl Fn(u64) -> bool) {
        while on(self.here) {
            self.rise();
        }
    }
}
