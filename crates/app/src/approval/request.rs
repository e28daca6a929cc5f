//! A bank wants an operation approved (api.md §4.2).

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::{Approval, AskedBy, Channel, End, Mode, Request, Stage};
use sekisho_domain::client::{Client, Scope};
use sekisho_domain::contract::Contract;
use sekisho_domain::desk::{Desk, Open};
use sekisho_domain::digest::Reference;
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId, SessionId};
use sekisho_domain::money::Yen;
use sekisho_domain::operation::{Operation, OperationKind, Registration};
use sekisho_domain::policy::Policy;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;
use sekisho_domain::time::Day;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::method;
use crate::otp::by_bank;
use crate::record::{Alias, AliasKind};
use crate::tx::Tx;

/// What a client wants approved, already read and well-formed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Whose customer.
    pub institution: InstitutionId,
    /// Who asks.
    pub client: Arc<Client>,
    /// Which customer.
    pub contract: ContractId,
    /// In which session.
    pub session: Option<SessionId>,
    /// The bank's own number.
    pub reference: Reference,
    /// On our page or rendered by the bank.
    pub mode: Mode,
    /// From where the customer works.
    pub channel: Channel,
    /// Seconds until it ends unanswered, 60 to 900.
    pub expires_in_s: u32,
    /// Where the page leads back, and the bank's own word for it: with mode `page` only.
    pub page: Option<(String, String)>,
    /// What is to be done.
    pub operation: Operation,
}

/// What came of it; small, because it is kept for repeated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requested {
    /// The approval that was made.
    pub approval: ApprovalId,
}

/// Makes an approval, or refuses with the first reason in the order of api.md §1.9: state, then
/// content.
pub fn request(tx: &mut Tx, cx: &mut Context, wanted: &Wanted) -> Result<Requested, Error> {
    let contract =
        tx.load::<Contract>(&wanted.contract)?.filter(|c| c.institution == wanted.institution);
    let contract = contract.or_refuse(Refusal::NoSuchContract)?;
    contract.active()?;
    let policy = cx.policy(wanted.institution);
    check_session(tx, cx, wanted, &policy)?;
    let free = reference_is_free(tx, cx, wanted)?;
    let own_rule = by_bank::rule(&policy, &wanted.operation);
    let rule = policy.rule(&wanted.operation).or(own_rule.as_ref());
    let rule = rule.or_refuse(Refusal::OperationNotOffered)?;
    check_content(wanted, &policy, cx.now().day())?;
    let mut desk = tx.load::<Desk>(&contract.id)?.or_refuse(Refusal::NoSuchContract)?;
    let methods = method::usable(tx, cx, &desk, rule, &wanted.operation)?;
    let transition = Approval::request(asked(wanted), rule, methods, &policy, cx.moment);
    desk.lay(entry(transition.after()), &policy, contract.transfer_day_yen, cx.now())?;
    let approval = cx.save(tx, transition)?;
    tx.put(desk)?;
    tx.put(Alias { target: approval.id.to_string(), ..free })?;
    Ok(Requested { approval: approval.id })
}

fn asked(wanted: &Wanted) -> Request {
    Request {
        institution: wanted.institution,
        contract: wanted.contract,
        asked_by: AskedBy::Client(wanted.client.id),
        session: wanted.session,
        reference: wanted.reference.clone(),
        mode: wanted.mode,
        channel: wanted.channel,
        operation: wanted.operation.clone(),
        expires_in_s: wanted.expires_in_s,
        page: wanted.page.clone(),
    }
}

/// What the approval holds of the day's limits: only money that leaves the contract.
fn entry(approval: &Approval) -> Open {
    let leaves = approval.operation.kind() == OperationKind::Transfer;
    let amount = approval.operation.amount().filter(|_| leaves).unwrap_or(Yen::ZERO);
    let until = approval.deadline().unwrap_or(approval.expires_at);
    Open { approval: approval.id, amount, by_card: false, until }
}

fn check_session(tx: &mut Tx, cx: &Context, wanted: &Wanted, policy: &Policy) -> Result<(), Error> {
    let Some(id) = wanted.session else {
        return Ok(());
    };
    let session = tx.load::<Session>(&id)?.filter(|session| session.contract == wanted.contract);
    let session = session.or_refuse(Refusal::NoSuchSession)?;
    session.alive(policy, cx.now()).map_err(|_| Refusal::NoSuchSession)?;
    Ok(())
}

/// At most one approval that still counts for each reference, for ever (api.md §4.2).
fn reference_is_free(tx: &mut Tx, cx: &Context, wanted: &Wanted) -> Result<Alias, Error> {
    let name = wanted.reference.as_str();
    let key = AliasKind::Reference.key(wanted.institution, name);
    if let Some(taken) = tx.load::<Alias>(&key)? {
        let approval: ApprovalId = taken.target.parse().expect("a reference names an approval");
        let known = tx.load::<Approval>(&approval)?;
        if known.is_some_and(|known| still_counts(&known) && !known.lapsed(cx.now())) {
            return Err(Refusal::ReferenceTaken { approval }.into());
        }
    }
    Ok(Alias {
        kind: AliasKind::Reference,
        institution: wanted.institution,
        name: name.to_owned(),
        target: String::new(),
    })
}

fn still_counts(approval: &Approval) -> bool {
    match &approval.stage {
        Stage::Requested | Stage::Challenged(_) | Stage::Approved(_) | Stage::Consumed(..) => true,
        Stage::Ended { end: End::Refused | End::Expired | End::Cancelled | End::Void, .. } => false,
    }
}

fn check_content(wanted: &Wanted, policy: &Policy, today: Day) -> Result<(), Refusal> {
    let filed =
        wanted.operation.payee().is_some_and(|payee| payee.registration == Registration::Filed);
    if filed && !wanted.client.may(Scope::ApprovalsExempt) {
        return Err(Refusal::ExemptionNotPermitted);
    }
    let last = today.plus(i32::from(policy.approval.days_ahead));
    if wanted.operation.date().is_some_and(|date| date < today || date > last) {
        return Err(Refusal::OperationDateInvalid);
    }
    let return_url = wanted.page.as_ref().map(|(return_url, _)| return_url);
    if return_url.is_some_and(|url| !wanted.client.return_urls.contains(url)) {
        return Err(Refusal::ReturnUrlNotRegistered);
    }
    Ok(())
}
