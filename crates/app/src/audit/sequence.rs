//! The sequencer: gives events their positions, extends the tree, signs heads (house.md §5).

use sekisho_domain::id::InstitutionId;
use sekisho_domain::note::{Head, NoteSigner};
use sekisho_domain::tree::NodeHash;

use super::leaf_of;
use super::record::{AuditHead, AuditRange};
use super::tree::Edge;
use crate::context::Context;
use crate::error::Error;
use crate::tx::{EventQuery, StoreError, Tx};

/// Events in one run, at most.
pub const RUN_MAX: u32 = 1_000;

/// A head is signed at the latest when so many events have come since the last one.
pub const HEAD_EVENTS: u64 = 1_000;

/// A head is signed at the latest so many seconds after the last one, when there are new events.
pub const HEAD_S: i64 = 60;

/// Events that wait for their positions, read and hashed on a snapshot: work that need not hold up
/// the writer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The range they are to form.
    range: AuditRange,
    leaves: Vec<NodeHash>,
}

impl Waiting {
    /// The next events of an institution, at most `limit` and never across the place of a due
    /// head.
    pub fn read(tx: &mut Tx, institution: InstitutionId, limit: u32) -> Result<Self, Error> {
        let mut range = AuditRange::to_come(tx, institution)?;
        let newest = AuditHead::newest(tx, institution)?;
        let under_head = newest.map_or(0, |head| head.size);
        let first = range.first_position;
        let room = HEAD_EVENTS.saturating_sub(first.saturating_sub(under_head));
        let room = u32::try_from(room).expect("at most HEAD_EVENTS").min(limit).min(RUN_MAX);
        let events = match room {
            0 => Vec::new(),
            room => tx.events(&EventQuery {
                institution: Some(institution.to_string()),
                after: Some(range.after_seq),
                limit: room,
                ..EventQuery::default()
            })?,
        };
        let mut leaves = Vec::with_capacity(events.len());
        let mut last = range.after_seq;
        for (position, event) in (first..).zip(&events) {
            let broken = || StoreError::Corrupt(format!("event {} cannot be read", event.id));
            leaves.push(leaf_of(event, position).ok_or_else(broken)?);
            range.steps.push(event.seq - last);
            last = event.seq;
        }
        Ok(Self { range, leaves })
    }
}

/// What a run has done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sequenced {
    /// Events that got positions.
    pub count: u64,
    /// Events in the log now.
    pub size: u64,
    /// The head, if one was signed.
    pub head: Option<AuditHead>,
}

/// Gives the events that waited their positions; signs a head when one is due. To be called until
/// `count` is 0.
///
/// Positions follow the order of commit without a gap. Of two sequencers at once, one finds that
/// the other was before it: it does nothing, says so with [`StoreError::Conflict`], and reads
/// again.
pub fn sequence(
    tx: &mut Tx,
    cx: &mut Context,
    signer: &NoteSigner,
    waiting: &Waiting,
) -> Result<Sequenced, Error> {
    let Waiting { range, leaves } = waiting;
    let institution = range.institution;
    let to_come = AuditRange::to_come(tx, institution)?;
    if (to_come.first_position, to_come.after_seq) != (range.first_position, range.after_seq) {
        return Err(StoreError::Conflict.into());
    }
    let newest = AuditHead::newest(tx, institution)?;
    let under_head = newest.as_ref().map_or(0, |head| head.size);
    let mut edge = Edge::load(tx, institution, range.first_position)?;
    for leaf in leaves {
        edge.append(tx, *leaf)?;
    }
    let size = edge.size();
    let waited = newest.is_none_or(|head| cx.now() >= head.at.plus_s(HEAD_S));
    let due = size > under_head && (waited || size - under_head >= HEAD_EVENTS);
    let head = due.then(|| AuditHead {
        institution,
        size,
        note: Head::sign(size, edge.root(), signer),
        at: cx.now(),
    });
    edge.save(tx)?;
    if !leaves.is_empty() {
        tx.put(range.following())?;
        tx.put(range.clone())?;
    }
    if let Some(head) = &head {
        tx.put(head.clone())?;
    }
    Ok(Sequenced { count: leaves.len() as u64, size, head })
}
