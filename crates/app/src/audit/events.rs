//! Reading the log: events with their positions, oldest first.

use serde_json::Value;

use sekisho_domain::id::{EventId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

use super::placed;
use super::record::AuditRange;
use crate::context::OrRefuse;
use crate::error::Error;
use crate::tx::{EventQuery, KeptEvent, StoreError, Tx};

/// An event with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct LogEntry {
    /// Its position.
    pub index: u64,
    /// The event as its leaf is made of it, `index` included.
    pub event: Value,
}

/// Which events are wanted. Empty members do not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Wanted {
    /// Only of these names.
    pub kinds: Vec<String>,
    /// Only about the thing with this id.
    pub subject: Option<String>,
    /// Only by the actor with this id.
    pub actor: Option<String>,
    /// Only at this instant or later.
    pub from: Option<Timestamp>,
    /// Only before this instant.
    pub before: Option<Timestamp>,
}

impl Wanted {
    fn fits(&self, event: &Value) -> bool {
        let text = |path: &str| event.pointer(path).and_then(Value::as_str);
        let is =
            |path: &str, id: &Option<String>| id.as_deref().is_none_or(|id| text(path) == Some(id));
        let at = text("/occurred_at").and_then(Timestamp::parse);
        is("/subject/id", &self.subject)
            && is("/actor/id", &self.actor)
            && self.from.is_none_or(|from| at.is_some_and(|at| at >= from))
            && self.before.is_none_or(|before| at.is_some_and(|at| at < before))
    }
}

/// A page of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct LogPage {
    /// Events, oldest first.
    pub events: Vec<LogEntry>,
    /// Where the next page begins; `None` at the end of what has positions.
    pub next: Option<i64>,
}

/// Looks at the next `limit` events after the place `after` and gives those that are wanted; there
/// may be few or none on a page that is not the last one.
pub fn page(
    tx: &mut Tx,
    institution: InstitutionId,
    wanted: &Wanted,
    after: Option<i64>,
    limit: u32,
) -> Result<LogPage, Error> {
    let kept = tx.events(&EventQuery {
        institution: Some(institution.to_string()),
        kinds: wanted.kinds.clone(),
        after,
        limit,
        ..EventQuery::default()
    })?;
    let mut next = kept.last().filter(|_| kept.len() == limit as usize).map(|event| event.seq);
    let mut range: Option<AuditRange> = None;
    let mut events = Vec::new();
    for event in &kept {
        if range.as_ref().is_none_or(|range| range.last_seq() < event.seq) {
            range = Some(AuditRange::around(tx, institution, event.seq)?);
        }
        let Some(index) = range.as_ref().and_then(|range| range.position(event.seq)) else {
            next = None; // it waits for the sequencer, and so do all after it
            break;
        };
        let entry = LogEntry { index, event: shown(event, index)? };
        if wanted.fits(&entry.event) {
            events.push(entry);
        }
    }
    Ok(LogPage { events, next })
}

/// The event with this id; refused as `not_found` also while it has no position yet.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: EventId) -> Result<LogEntry, Error> {
    let kept = tx.events(&EventQuery {
        institution: Some(institution.to_string()),
        id: Some(id.to_string()),
        limit: 1,
        ..EventQuery::default()
    })?;
    let event = kept.first().or_refuse(Refusal::NotFound)?;
    let index = AuditRange::around(tx, institution, event.seq)?.position(event.seq);
    let index = index.or_refuse(Refusal::NotFound)?;
    Ok(LogEntry { index, event: shown(event, index)? })
}

fn shown(event: &KeptEvent, index: u64) -> Result<Value, StoreError> {
    let broken = || StoreError::Corrupt(format!("event {} cannot be read", event.id));
    placed(event, index).ok_or_else(broken)
}
