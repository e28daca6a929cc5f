//! The search for tampering: every event, every hash and every head is computed anew and compared.
//!
//! Whoever can write to the database can rewrite all of it, except the signatures, and the heads
//! that others have kept: so give a kept head as `trusted` where there is one. It alone shows that
//! the end of a log was cut off.

mod heads;
mod nodes;
mod ranges;

use sekisho_domain::id::InstitutionId;
use sekisho_domain::note::NoteVerifier;

use super::record::AuditRange;
use crate::error::Error;
use crate::tx::Tx;

/// Faults named, at most: after so many nobody reads on.
pub const FAULTS_MAX: usize = 1_000;

/// What the search found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Events in the log.
    pub size: u64,
    /// Events whose leaf was computed anew and compared.
    pub events_checked: u64,
    /// What is not as it should be, by position; at most [`FAULTS_MAX`].
    pub faults: Vec<Fault>,
}

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Where in the log; for heads their size.
    pub position: u64,
    /// The event, where one is known.
    pub event: Option<String>,
    /// What is wrong.
    pub what: What,
}

/// What can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The event at this position is not the one that was sequenced, or the hash kept of it is not.
    Changed,
    /// The event at this position is gone.
    Missing,
    /// An event that was never sequenced stands before this position.
    Inserted,
    /// This event was sequenced at this position, and stands elsewhere now.
    Reordered,
    /// A kept hash of the tree, over the events from this position on, is not that of what lies
    /// below it, or gone.
    NodeChanged,
    /// What is kept about which events got which positions does not fit together from here on.
    RangeBroken,
    /// A head of this size bears no signature of ours.
    BadSignature,
    /// The log does not have the root that the head of this size says: it was rewritten before this
    /// position. Only the first such head is named.
    HeadMismatch,
    /// Here at the latest a head should have been signed.
    HeadMissing,
    /// A head says that the log was longer than it is: its end was cut off at this position.
    TruncatedHead,
}

/// Goes through the whole log of an institution, with bounded memory, and reports whatever was
/// tampered with.
///
/// `verifiers` are the keys heads were ever signed with, `trusted` is a head that somebody else has
/// kept, `progress` is told how many events of how many are done.
///
/// # Errors
/// A row that cannot be read at all is [`crate::tx::StoreError::Corrupt`] and ends the search; it
/// names the row.
pub fn verify(
    tx: &mut Tx,
    institution: InstitutionId,
    verifiers: &[NoteVerifier],
    trusted: Option<&str>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Report, Error> {
    let mut found = Findings::default();
    let to_come = AuditRange::to_come(tx, institution)?;
    let end = ranges::check(tx, institution, &to_come, &mut found, progress)?;
    let size = end.position.max(to_come.first_position);
    let keys = heads::Keys { verifiers, trusted };
    nodes::check(tx, institution, size, &keys, &mut found)?;
    let mut faults = found.faults;
    faults.sort_by_key(|fault| fault.position);
    Ok(Report { size, events_checked: end.checked, faults })
}

/// What was found so far.
#[derive(Default)]
struct Findings {
    faults: Vec<Fault>,
}

impl Findings {
    fn add(&mut self, position: u64, what: What) {
        self.name(position, None, what);
    }

    fn name(&mut self, position: u64, event: Option<&str>, what: What) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault { position, event: event.map(str::to_owned), what });
        }
    }
}
