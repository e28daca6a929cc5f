//! Approvals: request · open · answer · end · consume (api.md §4).

mod answer;
mod consume;
mod end;
mod open;
mod request;

pub use answer::{Given, Judged, Outcome, answer};
pub use consume::{Booked, Consume, Consumed, consume};
pub(crate) use end::replace;
pub use end::{cancel, decline, expire_due, void_all};
pub(crate) use open::show;
pub use open::{By, Opened, admit, extend, open, view};
pub use request::{Requested, Wanted, request};

use sekisho_domain::approval::{Approval, EndReason, Stage};
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

use crate::context::OrRefuse;
use crate::error::Error;
use crate::tx::{Order, Query, Table, Tx};

/// The approval, if it is of this institution: another's answers exactly as a missing one.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: ApprovalId) -> Result<Approval, Error> {
    let approval = tx.load::<Approval>(&id)?.filter(|found| found.institution == institution);
    approval.or_refuse(Refusal::NotFound)
}

/// The contract's approvals, newest first, before `after`.
pub fn of_contract(
    tx: &mut Tx,
    contract: ContractId,
    after: Option<ApprovalId>,
    limit: u32,
) -> Result<Vec<Approval>, Error> {
    let query = Query {
        owner: Some(contract.to_string()),
        after: after.map(|id| id.to_string()),
        order: Order::NewestFirst,
        limit,
        ..Query::all(Table::Approval)
    };
    Ok(tx.list::<Approval>(&query)?)
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
