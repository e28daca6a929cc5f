//! The customer's own log (操作履歴): what happened at the contract, newest first.

use serde::Deserialize;
use serde_json::{Map, Value};

use sekisho_domain::id::ContractId;
use sekisho_domain::time::Timestamp;

use crate::error::Error;
use crate::tx::{EventQuery, KeptEvent, Order, StoreError, Tx};

/// Events a customer is shown; the others are of interest to staff and auditors only.
pub const SHOWN: &[&str] = &[
    "approval.answer_rejected",
    "approval.approved",
    "approval.cancelled",
    "approval.expired",
    "approval.refused",
    "approval.void",
    "card_order.ordered",
    "contract.changed",
    "contract.locked",
    "contract.resumed",
    "contract.suspended",
    "credential.activated",
    "credential.locked",
    "credential.revoked",
    "credential.unlocked",
    "dispatch.dispatched",
    "session.ended",
    "session.failures",
    "session.started",
];

/// One line of the log.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its place in the log; pages are asked for by it.
    pub seq: i64,
    /// Name of the event.
    pub kind: String,
    /// When it happened.
    pub at: Timestamp,
    /// `customer`, `stranger`, `client`, `staff`, `operator` or `system`.
    pub actor: String,
    /// The id of what it happened to.
    pub subject: String,
    /// Everything else the event says.
    pub facts: Map<String, Value>,
    /// The device from which the customer acted, where that is known.
    pub device: Option<String>,
    /// The session in which the customer acted, where that is known.
    pub session: Option<String>,
}

/// At most `limit` lines before `before` (the newest without it), newest first, and whether older
/// ones follow.
pub fn page(
    tx: &mut Tx,
    contract: ContractId,
    before: Option<i64>,
    limit: u32,
) -> Result<(Vec<Line>, bool), Error> {
    let kinds = SHOWN.iter().map(|&kind| kind.to_owned()).collect();
    let mut events = tx.events(&query(contract, kinds, before, limit + 1))?;
    let more = events.len() > limit as usize;
    events.truncate(limit as usize);
    let mut lines = events.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
    name_devices(tx, contract, &mut lines)?;
    Ok((lines, more))
}

/// One contract has one session at a time, so that what its customer did belongs to the session
/// begun last.
fn name_devices(tx: &mut Tx, contract: ContractId, lines: &mut [Line]) -> Result<(), Error> {
    let Some(oldest) = lines.last().map(|line| line.seq) else {
        return Ok(());
    };
    let started = vec!["session.started".to_owned()];
    let earlier = tx.events(&query(contract, started, Some(oldest), 1))?;
    let mut begun = earlier.into_iter().next().map(read).transpose()?.map(|line| session_of(&line));
    for line in lines.iter_mut().rev() {
        if line.kind == "session.started" {
            begun = Some(session_of(line));
        }
        if let (Some((session, device)), "customer") = (&begun, line.actor.as_str()) {
            line.session = Some(session.clone());
            line.device = Some(device.clone());
        }
    }
    Ok(())
}

fn session_of(line: &Line) -> (String, String) {
    let device = line.facts.get("device").and_then(Value::as_str).unwrap_or_default();
    (line.subject.clone(), device.to_owned())
}

fn query(contract: ContractId, kinds: Vec<String>, before: Option<i64>, limit: u32) -> EventQuery {
    EventQuery {
        contract: Some(contract.to_string()),
        kinds,
        after: before,
        order: Order::NewestFirst,
        limit,
        ..EventQuery::default()
    }
}

#[derive(Deserialize)]
struct Body {
    actor: Named,
    subject: Identified,
    occurred_at: String,
    #[serde(flatten)]
    facts: Map<String, Value>,
}

#[derive(Deserialize)]
struct Named {
    kind: String,
}

#[derive(Deserialize)]
struct Identified {
    id: String,
}

fn read(event: KeptEvent) -> Result<Line, StoreError> {
    let corrupt = |what: String| StoreError::Corrupt(format!("event {}: {what}", event.id));
    let body: Body = serde_json::from_str(&event.body).map_err(|e| corrupt(e.to_string()))?;
    let at = Timestamp::parse(&body.occurred_at).ok_or_else(|| corrupt("no instant".into()))?;
    Ok(Line {
        seq: event.seq,
        kind: event.kind,
        at,
        actor: body.actor.kind,
        subject: body.subject.id,
        facts: body.facts,
        device: None,
        session: None,
    })
}
