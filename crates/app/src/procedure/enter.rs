//! The first page: 利用者認証 before the sign-in, nothing after it.

use subtle::ConstantTimeEq as _;

use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{InstitutionId, ProcedureId};
use sekisho_domain::password::Device;
use sekisho_domain::policy::{Policy, Provisioning};
use sekisho_domain::procedure::{Begin, Procedure, ProcedureKind};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;

use super::{desk_of, standing};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::otp;
use crate::session::{self, Entry};
use crate::tx::Tx;

/// What came of the password.
#[derive(Clone)]
pub enum Entered {
    /// The procedure has begun.
    In(Box<Procedure>),
    /// Wrong, or the contract does not take it: one refusal for all of it.
    Refused,
}

/// Judges the password at the door of a procedure. It is counted exactly as at sign-in; a right one
/// is no sign-in, and leaves the customer's session alone.
pub fn enter(
    tx: &mut Tx,
    cx: &mut Context,
    entry: Entry,
    kind: ProcedureKind,
) -> Result<Entered, Error> {
    let contract = tx.load::<Contract>(&entry.contract)?;
    let contract = contract.or_refuse(Refusal::SignInFailed { wait_s: 0 })?;
    let policy = cx.policy(contract.institution);
    offered(&policy, kind, policy.otp.enrol_place.before_sign_in())?;
    let Some(contract) = session::judge_password(tx, cx, contract, &entry)? else {
        return Ok(Entered::Refused);
    };
    if contract.state != ContractState::Active || contract.password.is_initial() {
        return Ok(Entered::Refused);
    }
    cx.actor = Actor::Customer(contract.id);
    let contract = cx.save(tx, contract.password_shown(entry.renewed))?;
    let begin = Begin {
        id: ProcedureId::make(cx.moment),
        institution: contract.institution,
        contract: contract.id,
        kind,
        session: None,
        secret_hash: entry.secret_hash,
        checked: contract.password.verifier,
        device: entry.device,
    };
    Ok(Entered::In(Box::new(cx.save(tx, Procedure::begin(begin, cx.now()))?)))
}

/// Begins a procedure of a customer who is signed in.
pub fn begin(
    tx: &mut Tx,
    cx: &mut Context,
    session: &Session,
    kind: ProcedureKind,
) -> Result<Procedure, Error> {
    let policy = cx.policy(session.institution);
    offered(&policy, kind, policy.otp.enrol_place.after_sign_in())?;
    let contract = tx.load::<Contract>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    contract.active()?;
    let desk = desk_of(tx, contract.id)?;
    fits(tx, cx, &desk, kind)?;
    let begin = Begin {
        id: ProcedureId::make(cx.moment),
        institution: contract.institution,
        contract: contract.id,
        kind,
        session: Some(session.id),
        secret_hash: String::new(),
        checked: None,
        device: Device { mark: String::new(), kind: session.device.clone() },
    };
    Ok(cx.save(tx, Procedure::begin(begin, cx.now()))?)
}

/// Whether the institution offers it there. A token can be given up from everywhere.
fn offered(policy: &Policy, kind: ProcedureKind, here: bool) -> Result<(), Refusal> {
    let offered = match kind {
        ProcedureKind::OtpStop => true,
        ProcedureKind::OtpStart | ProcedureKind::OtpExchange => here,
        ProcedureKind::OtpIssue => here && policy.otp.provisioning == Provisioning::BankIssue,
        ProcedureKind::SignIn => false,
    };
    if offered { Ok(()) } else { Err(Refusal::MethodNotOffered) }
}

/// Whether it can lead anywhere: told to a customer who is signed in.
fn fits(tx: &mut Tx, cx: &Context, desk: &Desk, kind: ProcedureKind) -> Result<(), Error> {
    let used = otp::in_use(tx, desk)?;
    match kind {
        ProcedureKind::OtpStart | ProcedureKind::OtpIssue => {
            if let Some(used) = used {
                return Err(Refusal::InvalidTransition { state: used.state.word() }.into());
            }
            match desk.token_from {
                Some(until) if cx.now() < until => Err(Refusal::RestartWaiting { until }.into()),
                _ => Ok(()),
            }
        }
        _ if used.is_none() => Err(Refusal::NoUsableMethod(NoMethod::NoneEnrolled).into()),
        _ => Ok(()),
    }
}

/// Who stands behind the cookie of a procedure; `None` when it is over.
pub fn visitor(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    id: ProcedureId,
    secret: &[u8],
) -> Result<Option<(Procedure, Contract)>, Error> {
    let own =
        |procedure: &Procedure| procedure.institution == institution && procedure.session.is_none();
    let Some(procedure) = tx.load::<Procedure>(&id)?.filter(own) else {
        return Ok(None);
    };
    let given = session::hash(secret);
    let right: bool = given.as_bytes().ct_eq(procedure.secret_hash.as_bytes()).into();
    if !right {
        return Ok(None);
    }
    let contract = standing(tx, cx, &procedure)?;
    Ok(contract.map(|contract| (procedure, contract)))
}

/// A procedure of this session; `None` when it is over, or another's.
pub fn of_session(
    tx: &mut Tx,
    cx: &Context,
    session: &Session,
    id: ProcedureId,
) -> Result<Option<Procedure>, Error> {
    let own = |procedure: &Procedure| procedure.session == Some(session.id);
    let Some(procedure) = tx.load::<Procedure>(&id)?.filter(own) else {
        return Ok(None);
    };
    Ok(standing(tx, cx, &procedure)?.map(|_| procedure))
}
