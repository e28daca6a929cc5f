//! Changes that wait for a second person, and what they do when he agrees (api.md §5.0).

use sekisho_domain::batch::BatchState;
use sekisho_domain::id::{InstitutionId, ProposalId};
use sekisho_domain::order::OrderKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::proposal::{Change, Person, Proposal, ProposalState};
use sekisho_domain::reason::ReportedBy;
use sekisho_domain::refusal::Refusal;

use crate::batch::post::{self, Which};
use crate::batch::reconcile::{self, Counted};
use crate::batch::{self, file};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::job::{self, Job, Task};
use crate::order::Application;
use crate::tokens::import;
use crate::tx::{Facets, Query, Record, Table, Tx};
use crate::{contract, credential, order, otp};

impl Record for Proposal {
    const TABLE: Table = Table::Proposal;
    type Key = ProposalId;
    fn key(&self) -> ProposalId {
        self.id
    }
    fn facets(&self) -> Facets {
        let open = self.state == ProposalState::Open;
        Facets {
            institution: self.institution.to_string(),
            owner: self.change.subject(),
            state: self.state.word(),
            due: open.then(|| self.expires_at.millis()),
        }
    }
    fn contract(&self) -> String {
        match &self.change {
            Change::OrderApproval { .. }
            | Change::CredentialUnlock { .. }
            | Change::DispatchReturn { .. }
            | Change::TokenImport { .. }
            | Change::TokenDestruction { .. }
            | Change::BatchSeal { .. }
            | Change::BatchReconciliation { .. } => String::new(),
            of_contract => of_contract.subject(),
        }
    }
}

/// Whether policy asks for a second person.
pub fn asks_two(policy: &Policy, change: &Change) -> bool {
    let checker = &policy.checker;
    match change {
        Change::ContractResumption { .. } | Change::ContractCancellation { .. } => checker.contract,
        Change::PasswordReset { .. } => checker.password_reset,
        Change::ActivationCode { .. } => checker.activation_code,
        Change::CardOrder { .. } | Change::OrderApproval { .. } => checker.phone_order,
        Change::PasswordUnlock { .. } | Change::CredentialUnlock { .. } => checker.unlock,
        Change::DispatchReturn { .. }
        | Change::BatchSeal { .. }
        | Change::BatchReconciliation { .. } => checker.production,
        Change::OtpStart { .. } | Change::TokenImport { .. } | Change::TokenDestruction { .. } => {
            checker.tokens
        }
    }
}

/// Does the change at once, or lays it before a second person where policy asks for one.
///
/// What is not there, or of another institution, is refused in either case.
pub fn submit(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    change: Change,
) -> Result<Option<Proposal>, Error> {
    check_subject(tx, institution, &change)?;
    if !asks_two(&cx.policy(institution), &change) {
        carry_out(tx, cx, institution, &change)?;
        return Ok(None);
    }
    let maker = Person::of(&cx.actor).or_refuse(Refusal::StaffNotPermitted)?;
    let opened = Proposal::open(institution, change, maker, cx.moment);
    Ok(Some(cx.save(tx, opened)?))
}

fn check_subject(tx: &mut Tx, institution: InstitutionId, change: &Change) -> Result<(), Error> {
    match change {
        Change::ContractResumption { contract }
        | Change::ContractCancellation { contract, .. }
        | Change::PasswordReset { contract }
        | Change::PasswordUnlock { contract }
        | Change::ActivationCode { contract }
        | Change::CardOrder { contract, .. }
        | Change::OtpStart { contract, .. } => {
            contract::find(tx, institution, *contract).map(|_| ())
        }
        Change::OrderApproval { order } => order::find(tx, institution, *order).map(|_| ()),
        Change::CredentialUnlock { credential } => {
            credential::find(tx, institution, *credential).map(|_| ())
        }
        Change::TokenImport { job } => job::find(tx, institution, *job).map(|_| ()),
        Change::TokenDestruction { token } => {
            // What cannot be destroyed needs no second person to be refused.
            Ok(otp::find(tx, institution, *token)?.destroy().map(drop)?)
        }
        Change::DispatchReturn { dispatch, .. } => {
            post::find(tx, institution, Which::Dispatch(*dispatch)).map(|_| ())
        }
        Change::BatchSeal { batch, .. } => {
            Ok(batch::find(tx, institution, *batch)?.expect(BatchState::Open)?)
        }
        Change::BatchReconciliation { batch, printed, spoiled, enclosed } => {
            let counted = Counted { printed: *printed, spoiled, enclosed: *enclosed };
            reconcile::check(tx, (institution, *batch), &counted)
        }
    }
}

/// Does what was proposed.
fn carry_out(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    change: &Change,
) -> Result<(), Error> {
    match *change {
        Change::ContractResumption { contract } => {
            contract::resume(tx, cx, institution, contract)?;
        }
        Change::ContractCancellation { contract, reason } => {
            contract::cancel(tx, cx, institution, contract, reason)?;
        }
        Change::PasswordReset { contract } => {
            let contract = contract::find(tx, institution, contract)?;
            contract::order_letter(tx, cx, &contract, OrderKind::PasswordLetter)?;
        }
        Change::PasswordUnlock { contract } => {
            contract::unlock_password(tx, cx, institution, contract)?;
        }
        Change::ActivationCode { contract } => {
            let contract = contract::find(tx, institution, contract)?;
            contract::order_letter(tx, cx, &contract, OrderKind::ActivationLetter)?;
        }
        Change::CardOrder { contract, order: kind, reason } => {
            let source = ReportedBy::Staff;
            let wish = Application { contract, kind, reason, source, postcode: None };
            order::apply(tx, cx, institution, &wish)?;
        }
        Change::OrderApproval { order } => {
            order::approve(tx, cx, institution, order)?;
        }
        Change::CredentialUnlock { credential } => {
            credential::unlock(tx, cx, institution, credential)?;
        }
        Change::OtpStart { contract, token, at_sign_in } => {
            otp::by_bank::start_agreed(tx, cx, (institution, contract), token, at_sign_in)?;
        }
        Change::TokenImport { job } => {
            import::agree(tx, cx, institution, job)?;
        }
        Change::TokenDestruction { token } => {
            let found = otp::find(tx, institution, token)?;
            cx.save(tx, found.destroy()?)?;
        }
        Change::DispatchReturn { dispatch, scanned } => {
            post::returned(tx, cx, institution, Which::Dispatch(dispatch), Some(scanned))?;
        }
        Change::BatchSeal { batch, job, ref printer, ref house } => {
            let found = batch::find(tx, institution, batch)?;
            found.expect(BatchState::Open)?;
            let (printer, house) = (printer.clone(), house.clone());
            let task = Task::Sealing { batch, printer, house };
            tx.put(Job::queued(job, institution, task, found.counts.ordered, cx.now()))?;
        }
        Change::BatchReconciliation { batch, printed, ref spoiled, enclosed } => {
            let counted = Counted { printed, spoiled, enclosed };
            reconcile::reconcile(tx, cx, (institution, batch), &counted)?;
            file::forget_all(tx, batch)?;
        }
    }
    Ok(())
}

/// The proposal, if it is of this institution.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: ProposalId) -> Result<Proposal, Error> {
    let found = tx.load::<Proposal>(&id)?.filter(|found| found.institution == institution);
    found.or_refuse(Refusal::NotFound)
}

/// A second person decides; what is agreed to is done in the same commit. Who may is the door's to
/// check before.
///
/// When the subject does not allow the change any more, its refusal is the answer and the proposal
/// stays open.
pub fn decide(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ProposalId,
    accepts: bool,
) -> Result<Proposal, Error> {
    let proposal = find(tx, institution, id)?;
    let checker = Person::of(&cx.actor).or_refuse(Refusal::StaffNotPermitted)?;
    let decided = cx.save(tx, proposal.decide(accepts, checker, cx.now())?)?;
    if accepts {
        carry_out(tx, cx, institution, &decided.change)?;
    } else {
        drop_waiting(tx, cx, &decided)?;
    }
    Ok(decided)
}

/// Its maker takes it back.
pub fn withdraw(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ProposalId,
) -> Result<Proposal, Error> {
    let proposal = find(tx, institution, id)?;
    let by = Person::of(&cx.actor).or_refuse(Refusal::NotFound)?;
    let withdrawn = cx.save(tx, proposal.withdraw(&by, cx.now())?)?;
    drop_waiting(tx, cx, &withdrawn)?;
    Ok(withdrawn)
}

/// What waited for a proposal that nobody will agree to any more is given up with it.
fn drop_waiting(tx: &mut Tx, cx: &mut Context, proposal: &Proposal) -> Result<(), Error> {
    if let Change::TokenImport { job } = proposal.change {
        import::cancel(tx, cx, proposal.institution, job)?;
    }
    Ok(())
}

/// Ends what nobody decided in time; returns how many. Called by the worker.
pub fn expire_due(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = Query {
        states: vec![ProposalState::Open.word()],
        due_by: Some(cx.now().millis()),
        limit,
        ..Query::all(Table::Proposal)
    };
    let due = tx.list::<Proposal>(&query)?;
    for proposal in &due {
        let expired = cx.save(tx, proposal.clone().expire())?;
        drop_waiting(tx, cx, &expired)?;
    }
    Ok(due.len())
}
