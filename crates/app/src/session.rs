//! Signing in and out. The password is hashed between two transactions: [`knock`] counts the try,
//! [`enter`] judges it.

mod second_step;

pub use second_step::{CodeShown, show_code};

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use sekisho_domain::approval::EndReason;
use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::{Actor, Subject};
use sekisho_domain::id::{ContractId, InstitutionId, SessionId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::password::{self, Device, Verifier};
use sekisho_domain::procedure::Procedure;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{PasswordFault, Refusal};
use sekisho_domain::session::{Session, SessionEnd, SignedIn};
use sekisho_domain::text::LoginId;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::{StoreError, Tx};
use crate::{approval, contract, otp};

/// What stands behind the door a password is tried at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Knock {
    /// A contract, and the verifier to check the password against. The try is counted already.
    Try(ContractId, Verifier),
    /// Nobody, or somebody who may not try now. The caller hashes all the same, and says the same.
    Barred,
}

/// Somebody is about to try a password. The try is counted before it is judged, so that a crash
/// makes none free.
pub fn knock(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    login_id: Option<&LoginId>,
) -> Result<Knock, Error> {
    let found = match login_id {
        Some(login_id) => contract::by_login_id(tx, institution, login_id)?,
        None => None,
    };
    let Some(found) = found else {
        let event = password::unknown_login(Subject::new("institution", institution));
        cx.note(tx, institution, None, &event);
        return Ok(Knock::Barred);
    };
    let policy = cx.policy(institution);
    let id = found.id;
    let verifier = found.password.verifier.clone();
    let Ok(charged) = found.charge_password(&policy, cx.now()) else {
        // Written down like any other try: it is seen by whoever looks for attacks, and it takes as
        // long.
        let event = password::barred_login(Subject::new("contract", id));
        cx.note(tx, institution, Some(id), &event);
        return Ok(Knock::Barred);
    };
    cx.save(tx, charged)?;
    Ok(Knock::Try(id, verifier.expect("a password that can be tried has a verifier")))
}

/// What a sign-in brings.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Who knocked.
    pub contract: ContractId,
    /// The verifier that was checked; if it has changed meanwhile, the check is void.
    pub checked: Verifier,
    /// Whether the password was right.
    pub right: bool,
    /// Another verifier of the same password, where the one checked is of older strength or of an
    /// older key; kept if the password was right.
    pub renewed: Option<Verifier>,
    /// From where.
    pub device: Device,
    /// SHA-256 of the new cookie's secret, in hex.
    pub secret_hash: String,
}

/// What came of it.
#[derive(Clone)]
pub enum Entered {
    /// Signed in.
    In(Box<Session>),
    /// The password was right; a code is wanted besides (Y-12). Its cookie is the entry's.
    CodeWanted(Box<Procedure>),
    /// Wrong, or the contract does not take sign-ins: one refusal for all of it.
    Refused,
}

/// Judges the password that was tried. A wrong one is a success of this use case: it happened and
/// is kept.
pub fn enter(tx: &mut Tx, cx: &mut Context, entry: Entry) -> Result<Entered, Error> {
    let found = tx.load::<Contract>(&entry.contract)?;
    let found = found.or_refuse(Refusal::SignInFailed { wait_s: 0 })?;
    let Some(found) = judge_password(tx, cx, found, &entry)? else {
        return Ok(Entered::Refused);
    };
    if !matches!(found.state, ContractState::Active | ContractState::Pending) {
        return Ok(Entered::Refused);
    }
    cx.actor = Actor::Customer(found.id);
    let desk = tx.load::<Desk>(&found.id)?.ok_or_else(|| no_desk(found.id))?;
    if otp::at_sign_in(tx, cx, &desk)?.is_some() {
        let waits = second_step::begin(tx, cx, found, entry)?;
        return Ok(Entered::CodeWanted(Box::new(waits)));
    }
    let Entry { device, secret_hash, renewed, .. } = entry;
    let session = admit(tx, cx, found, (device, secret_hash), renewed, None)?;
    Ok(Entered::In(Box::new(session)))
}

/// The contract, if the password was right; a wrong one is counted.
pub(crate) fn judge_password(
    tx: &mut Tx,
    cx: &mut Context,
    found: Contract,
    entry: &Entry,
) -> Result<Option<Contract>, Error> {
    let unchanged = found.password.verifier.as_ref() == Some(&entry.checked);
    if entry.right && unchanged {
        return Ok(Some(found));
    }
    let policy = cx.policy(found.institution);
    cx.save(tx, found.password_wrong(&policy))?;
    Ok(None)
}

/// Everything was right: the session begins.
fn admit(
    tx: &mut Tx,
    cx: &mut Context,
    found: Contract,
    (device, secret_hash): (Device, String),
    renewed: Option<Verifier>,
    otp: Option<MethodKind>,
) -> Result<Session, Error> {
    let (last_sign_in_at, failures_since) = (found.last_sign_in_at, found.failures_since);
    let must_change_password = found.password.is_initial();
    let found = cx.save(tx, found.password_right(&device, renewed, cx.now()))?;
    take_over(tx, cx, found.id)?;
    let signed_in = SignedIn {
        id: SessionId::make(cx.moment),
        institution: found.institution,
        contract: found.id,
        secret_hash,
        device,
        last_sign_in_at,
        failures_since,
        otp,
        must_change_password,
    };
    let session = cx.save(tx, Session::start(signed_in, cx.now()))?;
    let mut desk = tx.load::<Desk>(&found.id)?.ok_or_else(|| no_desk(found.id))?;
    desk.session = Some(session.id);
    tx.put(desk)?;
    Ok(session)
}

/// One active session per contract: a newer one ends the older, with what it had open.
fn take_over(tx: &mut Tx, cx: &mut Context, id: ContractId) -> Result<(), Error> {
    let desk = tx.load::<Desk>(&id)?.ok_or_else(|| no_desk(id))?;
    if desk.session.is_some() {
        approval::void_all(tx, cx, id, &EndReason::SessionEnded)?;
        contract::end_session(tx, cx, id, SessionEnd::Replaced)?;
    }
    Ok(())
}

/// Who stands behind a cookie; `None` when nobody does any more.
pub fn visitor(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    id: SessionId,
    secret: &[u8],
) -> Result<Option<(Session, Contract)>, Error> {
    let Some(session) =
        tx.load::<Session>(&id)?.filter(|session| session.institution == institution)
    else {
        return Ok(None);
    };
    let right: bool = hash(secret).as_bytes().ct_eq(session.secret_hash.as_bytes()).into();
    if !right || session.alive(&cx.policy(institution), cx.now()).is_err() {
        return Ok(None);
    }
    let Some(contract) = tx.load::<Contract>(&session.contract)? else {
        return Ok(None);
    };
    Ok(Some((session, contract)))
}

/// SHA-256 in hex: what is kept of a cookie's secret.
pub fn hash(secret: &[u8]) -> String {
    sekisho_domain::digest::hex(&Sha256::digest(secret))
}

/// Notes that a session is in use.
pub fn touch(tx: &mut Tx, cx: &mut Context, id: SessionId) -> Result<(), Error> {
    let session = tx.load::<Session>(&id)?.filter(|session| session.ended.is_none());
    if let Some(touched) = session.and_then(|session| session.touch(cx.now())) {
        cx.save(tx, touched)?;
    }
    Ok(())
}

/// The offer of the card was shown in this session.
pub fn offered(tx: &mut Tx, cx: &mut Context, id: SessionId) -> Result<(), Error> {
    if let Some(session) = tx.load::<Session>(&id)? {
        cx.save(tx, session.offered())?;
    }
    Ok(())
}

/// The customer signs out, or the session is ended for another reason; what it had open is void.
pub fn end(tx: &mut Tx, cx: &mut Context, id: SessionId, why: SessionEnd) -> Result<(), Error> {
    let Some(session) = tx.load::<Session>(&id)?.filter(|session| session.ended.is_none()) else {
        return Ok(());
    };
    approval::void_all(tx, cx, session.contract, &EndReason::SessionEnded)?;
    if let Some(mut desk) =
        tx.load::<Desk>(&session.contract)?.filter(|desk| desk.session == Some(id))
    {
        desk.session = None;
        tx.put(desk)?;
    }
    cx.save(tx, session.end(why))?;
    Ok(())
}

/// Ends sessions nobody uses any more; returns how many. Called by the worker.
pub fn end_idle(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = crate::tx::Query {
        states: vec!["active"],
        due_by: Some(cx.now().millis()),
        limit,
        ..crate::tx::Query::all(crate::tx::Table::Session)
    };
    let mut ended = 0;
    for session in tx.list::<Session>(&query)? {
        if let Err(why) = session.alive(&cx.policy(session.institution), cx.now()) {
            end(tx, cx, session.id, why)?;
            ended += 1;
        }
    }
    Ok(ended)
}

/// A password the customer wants to have.
pub struct Choice {
    /// Where it was chosen.
    pub session: SessionId,
    /// Whether it is fit, as [`password::fit`] says.
    pub fit: Result<(), PasswordFault>,
    /// Its verifier, hashed outside the transaction.
    pub verifier: Verifier,
    /// The verifier that was replaced; if it has changed meanwhile, the choice is void.
    pub replaces: Verifier,
}

/// The customer chooses a password; at the first sign-in this opens the pages.
pub fn choose_password(tx: &mut Tx, cx: &mut Context, choice: Choice) -> Result<Session, Error> {
    choice.fit.map_err(Refusal::PasswordUnfit)?;
    let session = tx.load::<Session>(&choice.session)?.or_refuse(Refusal::NotFound)?;
    let found = tx.load::<Contract>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    if found.password.verifier.as_ref() != Some(&choice.replaces) {
        return Err(Refusal::ProofRefused { attempts_left: None }.into());
    }
    cx.save(tx, found.choose_password(choice.verifier))?;
    Ok(cx.save(tx, session.password_changed())?)
}

/// Stops internet banking without a session, by somebody who has shown one factor: the password or
/// the stop code (domain.md §2.1: one factor is enough to report a loss).
pub fn stop_by_factor(tx: &mut Tx, cx: &mut Context, id: ContractId) -> Result<Contract, Error> {
    let found =
        tx.load::<Contract>(&id)?.or_refuse(Refusal::ProofRefused { attempts_left: None })?;
    cx.actor = Actor::Customer(id);
    contract::suspend(tx, cx, found.institution, id, Reason::Fraud, ReportedBy::Customer)
}

/// Whether the stop code of a contract was shown; compared in constant time.
pub fn stop_code_is_right(cx: &Context, contract: &Contract, code: &str) -> bool {
    let right = cx.platform.stop_code(contract.id);
    let given = sekisho_domain::text::bare_code(code).to_ascii_uppercase();
    given.as_bytes().ct_eq(right.as_bytes()).into()
}

fn no_desk(id: ContractId) -> StoreError {
    StoreError::Corrupt(format!("{id} has no desk"))
}
