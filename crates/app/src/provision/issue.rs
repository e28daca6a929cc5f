//! Tokens issued by mail (Y-09): made, counted down, used up, taken back.

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, InstitutionId, IssueId};
use sekisho_domain::policy::Provisioning;
use sekisho_domain::provision::{
    IssueState, LIFE_S, NewIssue, ServiceId, StartPassword, TokenIssue, UserId, service_id,
};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::Secret;
use sekisho_domain::token::Token;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::method;
use crate::record::{Alias, AliasKind};
use crate::tx::{Facets, Order, Query, Record, StoreError, Table, Tx};

impl Record for TokenIssue {
    const TABLE: Table = Table::TokenIssue;
    type Key = IssueId;
    fn key(&self) -> IssueId {
        self.id
    }
    /// Due when it expires, or can be forgotten because it is nobody's.
    fn facets(&self) -> Facets {
        let due = match self.state {
            IssueState::Issued => Some(self.until.millis()),
            // What counts must outlive the registrations it counts for.
            IssueState::Decoy => Some(self.until.plus_s(LIFE_S).millis()),
            _ => None,
        };
        let owner = self.contract.map(|id| id.to_string()).unwrap_or_default();
        Facets { institution: self.institution.to_string(), owner, state: self.state.word(), due }
    }
}

/// Issues shown of one contract at most.
const SHOWN_MAX: u32 = 50;
/// Ids drawn until one is free: two are enough, unless chance is broken.
const DRAWS: usize = 16;

/// Issues a token to a contract: the ids go out by mail, and an issue that still waits is taken
/// back.
pub fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    mail: &str,
    start_password: &StartPassword,
) -> Result<TokenIssue, Error> {
    let policy = cx.policy(contract.institution);
    if policy.otp.provisioning != Provisioning::BankIssue {
        return Err(Refusal::MethodNotOffered.into());
    }
    contract.active()?;
    for older in issues_of(tx, contract.id)? {
        if older.state == IssueState::Issued {
            cx.save(tx, older.cancel()?)?;
        }
    }
    let id = IssueId::make(cx.moment);
    let user_id = free_id(tx, cx, contract.institution)?;
    let digits = start_password.expose().as_bytes();
    let new = NewIssue {
        id,
        institution: contract.institution,
        contract: contract.id,
        mail: mail.to_owned(),
        user_id,
        sealed: cx.platform.keyring.seal(&id.to_bytes(), digits, cx.moment),
    };
    let issue = cx.save(tx, TokenIssue::issue(new, &policy, cx.now()))?;
    name(tx, &issue)?;
    Ok(issue)
}

/// The issue, if it is of this institution. What is nobody's is not found.
pub fn find_issue(
    tx: &mut Tx,
    institution: InstitutionId,
    id: IssueId,
) -> Result<TokenIssue, Error> {
    let real = |it: &TokenIssue| it.institution == institution && it.contract.is_some();
    tx.load::<TokenIssue>(&id)?.filter(real).or_refuse(Refusal::NotFound)
}

/// What was issued to a contract, newest first.
pub fn issues_of(tx: &mut Tx, contract: ContractId) -> Result<Vec<TokenIssue>, Error> {
    let query = Query {
        owner: Some(contract.to_string()),
        order: Order::NewestFirst,
        limit: SHOWN_MAX,
        ..Query::all(Table::TokenIssue)
    };
    Ok(tx.list(&query)?)
}

/// Takes an issue back; again: nothing happens.
pub fn cancel(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: IssueId,
) -> Result<TokenIssue, Error> {
    let issue = find_issue(tx, institution, id)?;
    Ok(cx.save(tx, issue.cancel()?)?)
}

/// Ends issues whose time is over, and forgets those that are nobody's; returns how many. Called by
/// the worker.
pub fn sweep_issues(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let due_by = Some(cx.now().millis());
    let old = tx.list::<TokenIssue>(&Query { due_by, limit, ..Query::all(Table::TokenIssue) })?;
    let count = old.len();
    for issue in old {
        if issue.state == IssueState::Decoy {
            tx.forget(Table::Alias, &key(issue.institution, (issue.service_id, issue.user_id)))?;
            tx.forget(Table::TokenIssue, &issue.id)?;
        } else {
            cx.save(tx, issue.expire())?;
        }
    }
    Ok(count)
}

/// What a registration in mode issued hangs on.
pub(super) struct Stake {
    /// What counts its wrong proofs.
    pub(super) issue: IssueId,
    /// Whether nothing can come of it.
    pub(super) decoy: bool,
    /// What goes into the derivation; chance that nobody knows where nothing can come of it.
    pub(super) start_password: Secret<Vec<u8>>,
}

/// What a registration with these ids hangs on, whether or not there is such an issue.
pub(super) fn stake(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    ids: (ServiceId, UserId),
) -> Result<Stake, Error> {
    let policy = cx.policy(institution);
    let issue = if let Some(alias) = tx.load::<Alias>(&key(institution, ids))? {
        let id = alias.target.parse().expect("these ids name an issue");
        counting(tx, id)?.named(&policy, cx.now())
    } else {
        let id = IssueId::make(cx.moment);
        let decoy = TokenIssue::decoy(id, institution, ids, &policy, cx.now());
        name(tx, decoy.after())?;
        decoy
    };
    let issue = cx.save(tx, issue)?;
    if let Some(sealed) = &issue.sealed
        && can_be_used(tx, cx, &issue)?
    {
        let start_password = cx.platform.keyring.open(&issue.id.to_bytes(), sealed)?;
        return Ok(Stake { issue: issue.id, decoy: false, start_password });
    }
    let chance: [u8; 32] = cx.moment.bytes();
    Ok(Stake { issue: issue.id, decoy: true, start_password: Secret::new(chance.to_vec()) })
}

/// What counts the wrong proofs of a registration.
pub(super) fn counting(tx: &mut Tx, id: IssueId) -> Result<TokenIssue, Error> {
    let lost = || StoreError::Corrupt(format!("{id} counts for a registration and is not there"));
    Ok(tx.load::<TokenIssue>(&id)?.ok_or_else(lost)?)
}

/// Whether an app can be set up with it now: it is open, and so is its contract.
pub(super) fn can_be_used(
    tx: &mut Tx,
    cx: &Context,
    issue: &TokenIssue,
) -> Result<bool, StoreError> {
    let contract = owner(tx, issue)?;
    Ok(issue.is_open(cx.now()) && contract.is_some_and(|contract| contract.active().is_ok()))
}

/// The contract it was issued to; nobody's has none.
pub(super) fn owner(tx: &mut Tx, issue: &TokenIssue) -> Result<Option<Contract>, StoreError> {
    match issue.contract {
        Some(id) => tx.load(&id),
        None => Ok(None),
    }
}

/// Tokens of the contract that wait to be started.
pub(super) fn waiting(tx: &mut Tx, contract: ContractId) -> Result<Vec<Credential>, Error> {
    let Some(desk) = tx.load::<Desk>(&contract)? else { return Ok(Vec::new()) };
    let mut held = method::held(tx, &desk)?;
    held.retain(|it| it.method.is_otp() && it.state == CredentialState::Pending);
    Ok(held)
}

/// `next` waits in place of `old`: who sets up the app anew starts the new one.
pub(super) fn replace(
    tx: &mut Tx,
    cx: &mut Context,
    old: Credential,
    next: &Credential,
) -> Result<(), Error> {
    let token = old.token();
    if let Some(mut desk) = tx.load::<Desk>(&old.contract)? {
        desk.drop_credential(old.id);
        tx.put(desk)?;
    }
    if let Some(id) = token
        && let Some(token) = tx.load::<Token>(&id)?
    {
        cx.save(tx, token.unbind(old.id))?;
    }
    cx.save(tx, old.exchange(next))?;
    Ok(())
}

fn free_id(tx: &mut Tx, cx: &mut Context, institution: InstitutionId) -> Result<UserId, Error> {
    for _ in 0..DRAWS {
        let drawn = TokenIssue::draw_id(cx.moment);
        let taken = tx.load::<Alias>(&key(institution, (service_id(institution), drawn)))?;
        if taken.is_none() {
            return Ok(drawn);
        }
    }
    Err(StoreError::Unavailable("no id of a token issue is free".into()).into())
}

fn name(tx: &mut Tx, issue: &TokenIssue) -> Result<(), StoreError> {
    let (kind, institution) = (AliasKind::TokenIssue, issue.institution);
    let name = spelt((issue.service_id, issue.user_id));
    tx.put(Alias { kind, institution, name, target: issue.id.to_string() })
}

fn key(institution: InstitutionId, ids: (ServiceId, UserId)) -> String {
    AliasKind::TokenIssue.key(institution, &spelt(ids))
}

fn spelt((service_id, user_id): (ServiceId, UserId)) -> String {
    format!("{service_id}-{user_id}")
}
