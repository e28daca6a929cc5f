//! Contracts: made, found, changed, stopped, resumed, ended (domain.md §2.1).

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::EndReason;
use sekisho_domain::contract::{Contract, ContractState, NewContract, Person};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, InstitutionId};
use sekisho_domain::order::{CardOrder, OrderKind, Wish};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::Secret;
use sekisho_domain::session::{Session, SessionEnd};
use sekisho_domain::text::LoginId;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::record::{Alias, AliasKind};
use crate::tx::{Query, Table, Tx};
use crate::{approval, credential, order, switch};

/// What a new contract is made of, already read and well-formed.
#[derive(Debug, Clone)]
pub struct Create {
    /// Whose customer.
    pub institution: InstitutionId,
    /// What the customer will type.
    pub login_id: LoginId,
    /// The bank's own number; the same number again is the same contract.
    pub external_id: Option<String>,
    /// Handling branch, three digits.
    pub branch: String,
    /// Who and where.
    pub person: Person,
}

/// What came of it; small, because it is kept for repeated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Created {
    /// The contract.
    pub contract: ContractId,
    /// Whether it was there before, under the same number of the bank.
    pub known: bool,
}

/// Makes a contract, and orders the first card (K-04) and the letter with the initial password.
pub fn create(tx: &mut Tx, cx: &mut Context, wish: Create) -> Result<Created, Error> {
    if let Some(external_id) = &wish.external_id {
        let key = AliasKind::ExternalId.key(wish.institution, external_id);
        if let Some(known) = tx.load::<Alias>(&key)? {
            let contract = known.target.parse().expect("an external id names a contract");
            return Ok(Created { contract, known: true });
        }
    }
    let login = AliasKind::LoginId.key(wish.institution, wish.login_id.as_str());
    if tx.load::<Alias>(&login)?.is_some() {
        return Err(Refusal::LoginIdTaken.into());
    }
    let policy = cx.policy(wish.institution);
    let new = NewContract {
        id: ContractId::make(cx.moment),
        institution: wish.institution,
        login_id: wish.login_id,
        external_id: wish.external_id,
        branch: wish.branch,
        person: wish.person,
    };
    let contract = cx.save(tx, Contract::create(new, cx.now()))?;
    name(tx, &contract)?;
    let mut desk = Desk::new(contract.id, contract.institution);
    let card = OrderKind::of(policy.contract.initial_card);
    for kind in [card, OrderKind::PasswordLetter] {
        let wish = Wish { kind, reason: None, source: ReportedBy::System };
        let placed = CardOrder::place(&contract, wish, &policy, cx.moment)?;
        let placed = cx.save(tx, placed)?;
        if kind == card {
            desk.order = Some(placed.id);
        }
    }
    tx.put(desk)?;
    Ok(Created { contract: contract.id, known: false })
}

fn name(tx: &mut Tx, contract: &Contract) -> Result<(), Error> {
    let login = (AliasKind::LoginId, Some(contract.login_id.as_str().to_owned()));
    let external = (AliasKind::ExternalId, contract.external_id.clone());
    for (kind, name) in [login, external] {
        let Some(name) = name else { continue };
        tx.put(Alias {
            kind,
            institution: contract.institution,
            name,
            target: contract.id.to_string(),
        })?;
    }
    Ok(())
}

/// The contract, if it is of this institution.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: ContractId) -> Result<Contract, Error> {
    let contract = tx.load::<Contract>(&id)?.filter(|contract| contract.institution == institution);
    contract.or_refuse(Refusal::NotFound)
}

/// The contract with this login id.
pub fn by_login_id(
    tx: &mut Tx,
    institution: InstitutionId,
    login_id: &LoginId,
) -> Result<Option<Contract>, Error> {
    let key = AliasKind::LoginId.key(institution, login_id.as_str());
    let Some(alias) = tx.load::<Alias>(&key)? else {
        return Ok(None);
    };
    let id: ContractId = alias.target.parse().expect("a login id names a contract");
    Ok(tx.load::<Contract>(&id)?)
}

/// An institution's contracts in one of `states`, oldest first, after `after`.
pub fn list(
    tx: &mut Tx,
    institution: InstitutionId,
    states: Vec<&'static str>,
    after: Option<ContractId>,
    limit: u32,
) -> Result<Vec<Contract>, Error> {
    let query = Query {
        institution: Some(institution.to_string()),
        states,
        after: after.map(|id| id.to_string()),
        limit,
        ..Query::all(Table::Contract)
    };
    Ok(tx.list::<Contract>(&query)?)
}

/// Stops internet banking at once: sessions end, open approvals are void (利用停止).
pub fn suspend(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
    reason: Reason,
    by: ReportedBy,
) -> Result<Contract, Error> {
    let contract = find(tx, institution, id)?;
    let contract = cx.save(tx, contract.suspend(reason, by, cx.now())?)?;
    end_session(tx, cx, id, SessionEnd::Suspended)?;
    approval::void_all(tx, cx, id, &EndReason::Suspended)?;
    Ok(contract)
}

/// Resumes after identity was checked at the branch. After a compromise the old cards are dead, and
/// a letter with a new password and new cards are ordered.
pub fn resume(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
) -> Result<Contract, Error> {
    let contract = find(tx, institution, id)?;
    let contract = cx.save(tx, contract.resume()?)?;
    if contract.password.verifier.is_none() {
        order_letter(tx, cx, &contract, OrderKind::PasswordLetter)?;
    }
    Ok(contract)
}

/// Orders a letter: a new initial password, or an activation code.
pub fn order_letter(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    kind: OrderKind,
) -> Result<CardOrder, Error> {
    let policy = cx.policy(contract.institution);
    let wish = Wish { kind, reason: None, source: ReportedBy::Staff };
    let placed = CardOrder::place(contract, wish, &policy, cx.moment)?;
    Ok(cx.save(tx, placed)?)
}

/// Lifts the delay and the lock of the login password (api.md §5.1).
pub fn unlock_password(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
) -> Result<Contract, Error> {
    let contract = find(tx, institution, id)?;
    if let ContractState::Cancelled { .. } = contract.state {
        return Err(Refusal::ContractNotActive { state: contract.state.word() }.into());
    }
    Ok(cx.save(tx, contract.unlock_password())?)
}

/// Makes an activation code to be told at a branch to a customer whose identity was checked (E-04,
/// E-12); an older one is dead. What is returned is the only place where it exists in clear.
pub fn tell_activation_code(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
) -> Result<Secret<String>, Error> {
    let contract = find(tx, institution, id)?;
    contract.active()?;
    let (code, kept) = switch::make_code(cx, &contract);
    cx.save(tx, contract.issue_activation(kept))?;
    Ok(Secret::new(code))
}

/// Ends the contract: every credential is dead at once, cards in production are stopped (E-11).
pub fn cancel(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
    reason: Reason,
) -> Result<Contract, Error> {
    let contract = find(tx, institution, id)?;
    let contract = cx.save(tx, contract.cancel(reason, cx.now()))?;
    end_session(tx, cx, id, SessionEnd::Suspended)?;
    approval::void_all(tx, cx, id, &EndReason::Suspended)?;
    credential::end_all(tx, cx, id, reason)?;
    for open in order::of_contract(tx, id, 50)? {
        if !open.state.terminal() {
            cx.save(tx, open.stop())?;
        }
    }
    if let Some(mut desk) = tx.load::<Desk>(&id)? {
        desk.order = None;
        tx.put(desk)?;
    }
    Ok(contract)
}

/// Takes over changed personal data; an order not yet produced waits for confirmation after a move
/// (E-02).
pub fn change_person(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: ContractId,
    person: Person,
) -> Result<Contract, Error> {
    let contract = find(tx, institution, id)?;
    let moved_at = contract.address_changed_at;
    let contract = cx.save(tx, contract.change_person(person, cx.now()))?;
    if contract.address_changed_at != moved_at {
        for open in order::of_contract(tx, id, 50)? {
            cx.save(tx, open.freeze())?;
        }
    }
    Ok(contract)
}

/// Ends the contract's session, wherever it is.
pub(crate) fn end_session(
    tx: &mut Tx,
    cx: &mut Context,
    id: ContractId,
    end: SessionEnd,
) -> Result<(), Error> {
    let Some(mut desk) = tx.load::<Desk>(&id)? else {
        return Ok(());
    };
    let Some(session) = desk.session.take() else {
        return Ok(());
    };
    tx.put(desk)?;
    if let Some(session) = tx.load::<Session>(&session)? {
        cx.save(tx, session.end(end))?;
    }
    Ok(())
}
