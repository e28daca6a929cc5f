//! The events against their leaves: each at its position, none changed, gone, added or moved.

use std::collections::{BTreeMap, VecDeque};

use sekisho_domain::id::InstitutionId;
use sekisho_domain::tree::NodeHash;

use super::nodes::Tiles;
use super::{Findings, What};
use crate::audit::leaf_of;
use crate::audit::record::AuditRange;
use crate::error::Error;
use crate::tx::{EventQuery, KeptEvent, Query, Record, StoreError, Table, Tx};

/// Ranges read at once.
const RANGES: u32 = 50;

/// Events read at once.
const EVENTS: u32 = 1_000;

/// Events out of place that are looked for elsewhere; of more it is only said that they are gone
/// and added.
const LOOKED_FOR: usize = 64;

/// How far the search came.
pub(super) struct End {
    pub(super) position: u64,
    pub(super) checked: u64,
}

pub(super) fn check(
    tx: &mut Tx,
    institution: InstitutionId,
    to_come: &AuditRange,
    found: &mut Findings,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<End, Error> {
    let mut events = Events::new(institution);
    let mut leaves = Tiles::new(institution);
    let mut expected =
        AuditRange { institution, first_position: 0, after_seq: 0, steps: Vec::new() };
    let mut checked = 0;
    let mut after = None;
    loop {
        let page = tx.list::<AuditRange>(&Query {
            institution: Some(institution.to_string()),
            after: after.take(),
            limit: RANGES,
            ..Query::all(Table::AuditRange)
        })?;
        let more = page.len() == RANGES as usize;
        after = page.last().map(Record::key);
        for range in page.iter().filter(|range| !range.steps.is_empty()) {
            let whole = fits(&expected, range, found);
            let before = events.up_to(tx, range.after_seq)?;
            // Of a range that is gone, which is named already; or else put before the first of all.
            for event in before.iter().filter(|_| whole) {
                found.name(range.first_position, Some(&event.id), What::Inserted);
            }
            let kept = events.up_to(tx, range.last_seq())?;
            checked += kept.len() as u64;
            compare(tx, range, kept, &mut leaves, found)?;
            expected = range.following();
            progress(expected.first_position, to_come.first_position);
        }
        if !more {
            fits(&expected, to_come, found);
            return Ok(End { position: expected.first_position, checked });
        }
    }
}

/// Whether a range begins where the one before ends.
fn fits(expected: &AuditRange, range: &AuditRange, found: &mut Findings) -> bool {
    let begins = |range: &AuditRange| (range.first_position, range.after_seq);
    let fits = begins(expected) == begins(range);
    if !fits {
        found.add(expected.first_position.min(range.first_position), What::RangeBroken);
    }
    fits
}

/// A position whose event is not there as it was sequenced.
struct Hole {
    position: u64,
    seq: i64,
    leaf: Option<NodeHash>,
}

/// Compares the events of a range with their leaves; what does not fit is looked for elsewhere in
/// the range.
fn compare(
    tx: &mut Tx,
    range: &AuditRange,
    kept: Vec<KeptEvent>,
    leaves: &mut Tiles,
    found: &mut Findings,
) -> Result<(), StoreError> {
    let mut loose: BTreeMap<i64, KeptEvent> =
        kept.into_iter().map(|event| (event.seq, event)).collect();
    let mut holes = Vec::new();
    for (position, seq) in (range.first_position..).zip(range.seqs()) {
        let leaf = leaves.node(tx, 0, position)?;
        let here = loose.get(&seq).is_some_and(|event| is(event, position, leaf));
        if here {
            loose.remove(&seq);
        } else {
            holes.push(Hole { position, seq, leaf });
        }
    }
    holes.retain(|hole| {
        let moved =
            loose.values().take(LOOKED_FOR).find(|event| is(event, hole.position, hole.leaf));
        let Some(seq) = moved.map(|event| event.seq) else {
            return true;
        };
        let event = loose.remove(&seq).expect("it was just found");
        found.name(hole.position, Some(&event.id), What::Reordered);
        false
    });
    for hole in holes {
        match loose.remove(&hole.seq) {
            Some(event) => found.name(hole.position, Some(&event.id), What::Changed),
            None => found.add(hole.position, What::Missing),
        }
    }
    for (seq, event) in loose {
        let before = range.seqs().filter(|known| *known < seq).count() as u64;
        found.name(range.first_position + before, Some(&event.id), What::Inserted);
    }
    Ok(())
}

fn is(event: &KeptEvent, position: u64, leaf: Option<NodeHash>) -> bool {
    leaf.is_some() && leaf_of(event, position) == leaf
}

/// The events of an institution, in order of commit.
struct Events {
    institution: InstitutionId,
    read_to: Option<i64>,
    all_read: bool,
    page: VecDeque<KeptEvent>,
}

impl Events {
    fn new(institution: InstitutionId) -> Self {
        Self { institution, read_to: None, all_read: false, page: VecDeque::new() }
    }

    /// The next events, as far as this `seq`.
    fn up_to(&mut self, tx: &mut Tx, seq: i64) -> Result<Vec<KeptEvent>, StoreError> {
        let mut taken = Vec::new();
        loop {
            while let Some(event) = self.page.pop_front_if(|event| event.seq <= seq) {
                taken.push(event);
            }
            if !self.page.is_empty() || self.all_read {
                return Ok(taken);
            }
            let page = tx.events(&EventQuery {
                institution: Some(self.institution.to_string()),
                after: self.read_to,
                limit: EVENTS,
                ..EventQuery::default()
            })?;
            self.all_read = page.len() < EVENTS as usize;
            self.read_to = page.last().map(|event| event.seq).or(self.read_to);
            self.page = page.into();
        }
    }
}
