//! Approvals: request · open · answer · end · consume (api.md §4).

mod answer;
mod consume;
mod end;
mod open;
mod request;

pub use crate::method::Seen;
pub use answer::{Given, Judged, Outcome, answer};
pub use consume::{Booked, Consume, Consumed, consume};
pub(crate) use end::replace;
pub use end::{cancel, decline, expire_due, void_all};
pub(crate) use open::show;
pub use open::{By, Opened, admit, extend, open, seen, view};
pub use request::{Requested, Wanted, request};

use serde::Deserialize;

use sekisho_domain::approval::{Approval, EndReason, Stage};
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

use crate::context::OrRefuse;
use crate::error::Error;
use crate::tx::{EventQuery, KeptEvent, Order, StoreError, Tx};

/// The approval, if it is of this institution: another's answers exactly as a missing one.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: ApprovalId) -> Result<Approval, Error> {
    let approval = tx.load::<Approval>(&id)?.filter(|found| found.institution == institution);
    approval.or_refuse(Refusal::NotFound)
}

/// The next `limit` approvals of a contract after a place in the log, each with its own place.
///
/// They are found by the events of their beginning: an index of their own would cost every new
/// approval one more page to write.
pub fn of_contract(
    tx: &mut Tx,
    contract: ContractId,
    after: Option<i64>,
    order: Order,
    limit: u32,
) -> Result<Vec<(i64, Approval)>, Error> {
    let begun = tx.events(&EventQuery {
        contract: Some(contract.to_string()),
        kinds: vec!["approval.requested".to_owned()],
        after,
        order,
        limit,
        ..EventQuery::default()
    })?;
    let approval = |event: &KeptEvent| {
        let id = subject(event)?;
        let gone = || StoreError::Corrupt(format!("{id} was requested and is gone"));
        Ok((event.seq, tx.load::<Approval>(&id)?.ok_or_else(gone)?))
    };
    begun.iter().map(approval).collect()
}

fn subject(event: &KeptEvent) -> Result<ApprovalId, StoreError> {
    #[derive(Deserialize)]
    struct Body {
        subject: Subject,
    }
    #[derive(Deserialize)]
    struct Subject {
        id: ApprovalId,
    }
    let body = serde_json::from_str::<Body>(&event.body);
    let body = body.map_err(|e| StoreError::Corrupt(format!("event {}: {e}", event.id)))?;
    Ok(body.subject.id)
}

/// Why an approval takes no further step at `now`.
pub(crate) fn closed(approval: &Approval, now: Timestamp) -> Refusal {
    let state = approval.state(now);
    let reason = match &approval.stage {
        Stage::Ended { reason, .. } => reason.word().to_owned(),
        Stage::Approved(_) if state == "expired" => EndReason::NotConsumed.word().to_owned(),
        _ if state == "expired" => EndReason::NotAnswered.word().to_owned(),
        _ => String::new(),
    };
    Refusal::ApprovalClosed { state, reason }
}
