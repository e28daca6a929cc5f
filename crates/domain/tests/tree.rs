//! The audit log's tree keeps its promise: what is in the log is provable, and whatever is done to
//! an entry afterwards is found by whoever kept a head.

use std::cell::Cell;
use std::collections::HashMap;

use proptest::prelude::*;
use proptest::sample::Index;
use sekisho_domain::tree::{
    Frontier, NodeHash, consistency, inclusion, leaf, verify_consistency, verify_inclusion,
};
use sha2::{Digest, Sha256};

const SIZE_MAX: u64 = 64;

/// A log with all its complete nodes, as the store keeps them.
#[derive(Default)]
struct Log {
    entries: Vec<Vec<u8>>,
    frontier: Frontier,
    nodes: HashMap<(u8, u64), NodeHash>,
    /// The root at each size.
    roots: Vec<NodeHash>,
    lookups: Cell<u32>,
}

impl Log {
    fn of(entries: impl IntoIterator<Item = Vec<u8>>) -> Self {
        let mut log = Self::default();
        log.roots.push(log.frontier.root());
        for entry in entries {
            let complete = log.frontier.append(leaf(&entry));
            log.nodes.extend(complete.into_iter().map(|n| ((n.level, n.index), n.hash)));
            log.roots.push(log.frontier.root());
            log.entries.push(entry);
        }
        log
    }

    fn numbered(size: u64) -> Self {
        Self::of((0..size).map(|n| n.to_be_bytes().to_vec()))
    }

    fn node(&self, level: u8, index: u64) -> Result<NodeHash, String> {
        self.lookups.set(self.lookups.get() + 1);
        self.nodes
            .get(&(level, index))
            .copied()
            .ok_or(format!("{level}/{index} was never complete"))
    }

    fn size(&self) -> u64 {
        self.frontier.size()
    }

    fn root(&self, size: u64) -> NodeHash {
        self.roots[place(size)]
    }

    fn leaf(&self, index: u64) -> NodeHash {
        leaf(&self.entries[place(index)])
    }

    fn inclusion(&self, index: u64, size: u64) -> Vec<NodeHash> {
        inclusion(index, size, |level, index| self.node(level, index)).expect("complete nodes")
    }

    fn consistency(&self, from: u64, to: u64) -> Vec<NodeHash> {
        consistency(from, to, |level, index| self.node(level, index)).expect("complete nodes")
    }
}

fn place(number: u64) -> usize {
    usize::try_from(number).expect("small")
}

/// RFC 6962 §2.1, word for word.
fn merkle_tree_hash(entries: &[Vec<u8>]) -> [u8; 32] {
    match entries {
        [] => Sha256::digest([]).into(),
        [only] => Sha256::new().chain_update([0]).chain_update(only).finalize().into(),
        _ => {
            let mut k = 1;
            while 2 * k < entries.len() {
                k *= 2;
            }
            let (left, right) = entries.split_at(k);
            Sha256::new()
                .chain_update([1])
                .chain_update(merkle_tree_hash(left))
                .chain_update(merkle_tree_hash(right))
                .finalize()
                .into()
        }
    }
}

#[test]
fn the_root_is_that_of_the_rfc_at_every_size() {
    let log = Log::numbered(SIZE_MAX);
    for size in 0..=SIZE_MAX {
        assert_eq!(log.root(size).to_bytes(), merkle_tree_hash(&log.entries[..place(size)]));
    }
}

#[test]
fn every_inclusion_is_proven_and_only_where_it_is() {
    let log = Log::numbered(SIZE_MAX);
    for size in 1..=SIZE_MAX {
        for index in 0..size {
            let (proof, root) = (log.inclusion(index, size), log.root(size));
            assert_eq!(verify_inclusion(log.leaf(index), index, size, &proof, root), Ok(()));
            for other in (0..=size).filter(|&other| other != index) {
                assert!(verify_inclusion(log.leaf(index), other, size, &proof, root).is_err());
            }
        }
    }
}

#[test]
fn every_growth_is_proven_and_nothing_else() {
    let log = Log::numbered(SIZE_MAX);
    for to in 0..=SIZE_MAX {
        for from in 0..=to {
            let (proof, old, new) = (log.consistency(from, to), log.root(from), log.root(to));
            assert_eq!(verify_consistency(from, to, old, new, &proof), Ok(()), "{from} → {to}");
            for other in (0..=to).filter(|&other| other != from) {
                let wrong = verify_consistency(other, to, log.root(other), new, &proof);
                let nothing_to_prove = proof.is_empty() && (other == 0 || other == to);
                assert_eq!(wrong.is_ok(), nothing_to_prove, "{other} as {from} → {to}");
            }
            assert!(to == from || verify_consistency(to, from, new, old, &proof).is_err());
        }
    }
}

#[test]
fn a_proof_needs_few_look_ups() {
    let log = Log::numbered(1000);
    for index in 0..1000 {
        log.lookups.set(0);
        log.inclusion(index, 1000);
        log.consistency(index, 1000);
        assert!(log.lookups.get() <= 4 * 10, "{index}: {} look-ups", log.lookups.get());
    }
}

/// What somebody with the database in his hands may do to the log.
#[derive(Debug, Clone)]
enum Forgery {
    Change(Index, Vec<u8>),
    Remove(Index),
    Swap(Index, Index),
    Insert(Index, Vec<u8>),
    Truncate(Index),
}

fn forgeries() -> impl Strategy<Value = Forgery> {
    let bytes = || proptest::collection::vec(any::<u8>(), 0..80);
    prop_oneof![
        (any::<Index>(), bytes()).prop_map(|(at, entry)| Forgery::Change(at, entry)),
        any::<Index>().prop_map(Forgery::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Forgery::Swap(a, b)),
        (any::<Index>(), bytes()).prop_map(|(at, entry)| Forgery::Insert(at, entry)),
        any::<Index>().prop_map(Forgery::Truncate),
    ]
}

impl Forgery {
    fn of(&self, entries: &[Vec<u8>]) -> Vec<Vec<u8>> {
        let mut forged = entries.to_vec();
        let size = forged.len();
        match self {
            Self::Change(at, entry) => forged[at.index(size)].clone_from(entry),
            Self::Remove(at) => drop(forged.remove(at.index(size))),
            Self::Swap(a, b) => forged.swap(a.index(size), b.index(size)),
            Self::Insert(at, entry) => forged.insert(at.index(size), entry.clone()),
            Self::Truncate(at) => forged.truncate(at.index(size)),
        }
        forged
    }
}

fn entries() -> impl Strategy<Value = Vec<Vec<u8>>> {
    proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..80), 1..=64)
}

proptest! {
    #[test]
    fn whatever_is_done_to_an_entry_is_found(
        before in entries(), forgery in forgeries(), more in entries(),
    ) {
        let honest = Log::of(before.clone());
        let (size, head) = (honest.size(), honest.root(honest.size()));
        let forged = forgery.of(&before);
        prop_assume!(forged != before);
        // The forger computes every node anew and lets the log grow, so that it is long enough.
        let log = Log::of(forged.into_iter().chain(more).chain([vec![0], vec![1]]));
        prop_assert!(log.size() < size || log.root(size) != head || same_start(&log, &before));
        prop_assume!(log.size() > size && !same_start(&log, &before));
        let (to, new) = (log.size(), log.root(log.size()));
        let proof = log.consistency(size, to);
        prop_assert!(verify_consistency(size, to, head, new, &proof).is_err());
        for index in (0..size).filter(|&i| log.entries[place(i)] != before[place(i)]) {
            let proof = log.inclusion(index, size);
            prop_assert!(verify_inclusion(log.leaf(index), index, size, &proof, head).is_err());
        }
    }

    #[test]
    fn a_proof_holds_no_spare_part(
        size in 2..=SIZE_MAX, from: Index, which: Index, bit in 0usize..256,
    ) {
        let log = Log::numbered(size);
        let from = from.index(place(size - 1)) as u64 + 1;
        let (old, new) = (log.root(from), log.root(size));
        let (growth, inside) = (log.consistency(from, size), log.inclusion(from, size));
        for changed in broken(&growth, which, bit) {
            prop_assert!(verify_consistency(from, size, old, new, &changed).is_err());
        }
        for changed in broken(&inside, which, bit) {
            prop_assert!(verify_inclusion(log.leaf(from), from, size, &changed, new).is_err());
        }
    }
}

fn same_start(log: &Log, before: &[Vec<u8>]) -> bool {
    log.entries.starts_with(before)
}

/// The proof with a bit turned, a hash left out, and one too many at either end.
fn broken(proof: &[NodeHash], which: Index, bit: usize) -> Vec<Vec<NodeHash>> {
    let at = which.index(proof.len());
    let mut turned = proof.to_vec();
    let mut bytes = turned[at].to_bytes();
    bytes[bit / 8] ^= 1 << (bit % 8);
    turned[at] = NodeHash::from_bytes(bytes);
    let mut shorter = proof.to_vec();
    shorter.remove(at);
    vec![turned, shorter, [proof, &proof[..1]].concat(), [&proof[..1], proof].concat()]
}
