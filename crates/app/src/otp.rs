//! One-time passwords in use: bound to a token, exchanged, given up, lost, set right (domain.md
//! §2.5, §2.6).
//!
//! A token and what a contract has of it are two things: the token keeps the counter, so that a
//! code is good once for all contracts together (E-14); the credential keeps the contract's own
//! wrong tries.

mod arrival;
pub mod by_bank;
pub mod choice;
pub mod office;
mod proof;

use sekisho_domain::approval::EndReason;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Carrier, Credential, CredentialState, NewCredential};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId, TokenId};
use sekisho_domain::method::otp::{self, Secret, Seed, State};
use sekisho_domain::method::{Answer, Verdict, method as of_kind};
use sekisho_domain::oath::{Algorithm, Digits};
use sekisho_domain::policy::{AfterStop, LoginMode};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::serial::Serial;
use sekisho_domain::token::{Binding, Token, TokenState};

use crate::approval;
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::method;
use crate::record::{Alias, AliasKind};
use crate::tx::{StoreError, Tx};

pub use arrival::{Arrival, take_in};

/// The token with this serial, if it is of this institution.
pub fn by_serial(
    tx: &mut Tx,
    institution: InstitutionId,
    serial: &Serial,
) -> Result<Option<Token>, Error> {
    let key = AliasKind::TokenSerial.key(institution, serial.as_str());
    let Some(alias) = tx.load::<Alias>(&key)? else { return Ok(None) };
    let id: TokenId = alias.target.parse().expect("a serial names a token");
    Ok(tx.load::<Token>(&id)?)
}

/// The token, if it is of this institution.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: TokenId) -> Result<Token, Error> {
    let token = tx.load::<Token>(&id)?.filter(|token| token.institution == institution);
    token.or_refuse(Refusal::NotFound)
}

/// The one-time password a contract uses: with it alone it approves (T-03, no parallel use).
pub fn in_use(tx: &mut Tx, desk: &Desk) -> Result<Option<Credential>, StoreError> {
    let used =
        |credential: &Credential| credential.method.is_otp() && credential.activated_at.is_some();
    Ok(method::held(tx, desk)?.into_iter().find(used))
}

/// The credential of a token that was issued and set up, and waits for its first code (Y-11).
pub fn waiting(tx: &mut Tx, desk: &Desk) -> Result<Option<Credential>, StoreError> {
    let waits = |credential: &Credential| {
        credential.method.is_otp() && credential.state == CredentialState::Pending
    };
    Ok(method::held(tx, desk)?.into_iter().find(waits))
}

/// The token that a sign-in asks for a code of: by policy, or as its owner chose (C-07).
pub fn at_sign_in(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
) -> Result<Option<Credential>, StoreError> {
    let forced = cx.policy(desk.institution).otp.login_mode == LoginMode::Forced;
    Ok(in_use(tx, desk)?.filter(|credential| forced || credential.at_sign_in))
}

/// The token a credential is bound to.
pub(crate) fn token_of(tx: &mut Tx, credential: &Credential) -> Result<Option<Token>, StoreError> {
    match credential.token() {
        Some(id) => tx.load::<Token>(&id),
        None => Ok(None),
    }
}

/// How a code stands to a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// Right and new; it is spent now, for all contracts.
    Right,
    /// Wrong, or of the wrong form.
    Wrong,
    /// Right and used before; the seconds until the next, where the token tells.
    Spent(Option<u32>),
}

/// Judges a code of a token that no approval asks for: at a start, an exchange, a sign-in.
pub fn show(tx: &mut Tx, cx: &mut Context, token: Token, code: &str) -> Result<Shown, Error> {
    let (secret, state) = open(cx, &token)?;
    let reaches = cx.policy(token.institution).otp.reaches();
    let reach = match token.kind.method() {
        sekisho_domain::method::MethodKind::OtpDevice => reaches.device,
        _ => reaches.app,
    };
    let answer = Answer::Code(code.to_owned());
    Ok(match otp::judge(&secret, state, reach, &answer, cx.now()) {
        Verdict::Accept(state) => {
            let motion = serde_json::value::to_raw_value(&state).expect("a counter is plain");
            cx.save(tx, token.moved(motion))?;
            Shown::Right
        }
        Verdict::Reject(_) | Verdict::Incomplete => Shown::Wrong,
        Verdict::Spent { again_at } => {
            let wait = |at: sekisho_domain::time::Timestamp| at.seconds_since(cx.now()).max(1);
            Shown::Spent(again_at.map(|at| u32::try_from(wait(at)).unwrap_or(u32::MAX)))
        }
    })
}

/// The same for a token that is not there: as much work, and never right.
pub(crate) fn show_nothing(cx: &Context, institution: InstitutionId, code: &str) -> Shown {
    let secret = Secret {
        serial: String::new(),
        algorithm: Algorithm::Sha256,
        digits: Digits::SIX,
        period_s: Some(30),
        seed: Seed::new(vec![0; 32]),
    };
    let reach = cx.policy(institution).otp.reaches().app;
    let answer = Answer::Code(code.to_owned());
    // What comes of it is thrown away, the time is not.
    std::hint::black_box(otp::judge(&secret, State::default(), reach, &answer, cx.now()));
    Shown::Wrong
}

/// Binds a token to a contract; the credential is pending until [`start`].
pub fn bind(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    token: Token,
    at_sign_in: bool,
) -> Result<Credential, Error> {
    let mut desk = desk_of(tx, contract.id)?;
    let id = CredentialId::make(cx.moment);
    let kind = token.kind.method();
    let new = NewCredential {
        id,
        institution: contract.institution,
        contract: contract.id,
        method: kind,
        generation: u16::try_from(desk.issued).unwrap_or(u16::MAX),
        carrier: Carrier::Token { token: token.id, serial: token.serial.clone() },
        at_sign_in,
        motion: of_kind(kind).first_state(),
        key: cx.platform.keyring.newest(),
    };
    let credential = Credential::make(new, &cx.policy(contract.institution), cx.now());
    let credential = cx.save(tx, credential)?;
    cx.save(tx, token.bind(Binding { contract: contract.id, credential: id }))?;
    desk.add_credential(id);
    tx.put(desk)?;
    Ok(credential)
}

/// 利用開始: the token approves from now on, and the card proves changes only (T-03, T-16).
pub fn start(tx: &mut Tx, cx: &mut Context, credential: Credential) -> Result<Credential, Error> {
    let mut desk = desk_of(tx, credential.contract)?;
    let credential = cx.save(tx, credential.start(cx.now())?)?;
    for other in method::held(tx, &desk)? {
        if other.method.card().is_some() {
            cx.save(tx, other.limit())?;
        } else if other.state == CredentialState::Pending {
            // Issued, set up and overtaken by this one.
            desk.drop_credential(other.id);
            release(tx, cx, &other)?;
            cx.save(tx, other.expire())?;
        }
    }
    tx.put(desk)?;
    Ok(credential)
}

/// 交換: the contract is bound to `token` in place of the one used until now, in one commit
/// (T-12).
pub fn exchange(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    old: Credential,
    token: Token,
) -> Result<Credential, Error> {
    let at_sign_in = old.at_sign_in;
    let next = bind(tx, cx, contract, token, at_sign_in)?;
    let mut desk = desk_of(tx, contract.id)?;
    desk.drop_credential(old.id);
    tx.put(desk)?;
    release(tx, cx, &old)?;
    cx.save(tx, old.exchange(&next))?;
    start(tx, cx, next)
}

/// 利用中止: from now on the policy's `otp.after_stop` holds (C-15).
pub fn stop(tx: &mut Tx, cx: &mut Context, credential: Credential) -> Result<Credential, Error> {
    approval::void_all(tx, cx, credential.contract, &EndReason::CredentialRevoked)?;
    let mut desk = desk_of(tx, credential.contract)?;
    desk.drop_credential(credential.id);
    give_up(tx, cx, &mut desk, &credential)?;
    tx.put(desk)?;
    Ok(cx.save(tx, credential.stop())?)
}

/// The contract's token is gone: unbound, the card in its place where policy says so, and a while
/// until another can be started.
pub(crate) fn give_up(
    tx: &mut Tx,
    cx: &mut Context,
    desk: &mut Desk,
    credential: &Credential,
) -> Result<(), Error> {
    release(tx, cx, credential)?;
    let policy = cx.policy(desk.institution);
    desk.token_from = Some(cx.now().plus_s(i64::from(policy.otp.restart_wait_s)));
    if policy.otp.after_stop == AfterStop::FallbackCard {
        for other in method::held(tx, desk)? {
            cx.save(tx, other.restore(&policy))?;
        }
    }
    Ok(())
}

pub(crate) fn release(tx: &mut Tx, cx: &mut Context, credential: &Credential) -> Result<(), Error> {
    let Some(id) = credential.token() else { return Ok(()) };
    if let Some(token) = tx.load::<Token>(&id)? {
        cx.save(tx, token.unbind(credential.id))?;
    }
    Ok(())
}

/// A token ends for all contracts bound to it, and all its owners are told (E-18). Again: nothing
/// happens.
pub fn end(
    tx: &mut Tx,
    cx: &mut Context,
    token: Token,
    end: TokenState,
    (reason, by): (Reason, ReportedBy),
) -> Result<Token, Error> {
    if token.state.ended() {
        return Ok(token);
    }
    let bound = token.bound.clone();
    let token = cx.save(tx, token.end(end))?;
    for Binding { contract, credential } in bound {
        let Some(credential) = tx.load::<Credential>(&credential)? else { continue };
        approval::void_all(tx, cx, contract, &EndReason::CredentialRevoked)?;
        let credential = cx.save(tx, credential.revoke(reason, by))?;
        let mut desk = desk_of(tx, contract)?;
        desk.drop_credential(credential.id);
        give_up(tx, cx, &mut desk, &credential)?;
        tx.put(desk)?;
    }
    Ok(tx.load::<Token>(&token.id)?.unwrap_or(token))
}

/// Two codes in a row set the token's clock right; they are spent (E-13). A locked credential is
/// unlocked by whoever may do that, not by this.
pub fn resync(
    tx: &mut Tx,
    cx: &mut Context,
    credential: &Credential,
    codes: [&str; 2],
) -> Result<Token, Error> {
    let token = credential.token().or_refuse(Refusal::NotFound)?;
    let token = tx.load::<Token>(&token)?.or_refuse(Refusal::NotFound)?;
    let (secret, state) = open(cx, &token)?;
    let range = cx.policy(token.institution).otp.resync_range;
    let found = otp::resync(&secret, state, codes, range, cx.now());
    let state = found.or_refuse(Refusal::ProofRefused { attempts_left: None })?;
    Ok(cx.save(tx, token.resynced(state))?)
}

/// Whether a contract's card proves only changes, because a token is in use.
pub(crate) fn limits_cards(tx: &mut Tx, desk: &Desk) -> Result<bool, StoreError> {
    let in_use = in_use(tx, desk)?;
    Ok(in_use.is_some_and(|credential| !matches!(credential.state, CredentialState::Pending)))
}

pub(crate) fn open(cx: &Context, token: &Token) -> Result<(Secret, State), Error> {
    let corrupt = || StoreError::Corrupt(format!("the stored token {} cannot be read", token.id));
    let opened = cx.platform.keyring.open(&token.id.to_bytes(), &token.sealed)?;
    let secret = serde_json::from_slice(opened.expose()).map_err(|_| corrupt())?;
    let state = serde_json::from_str(token.motion.get()).map_err(|_| corrupt())?;
    Ok((secret, state))
}

fn desk_of(tx: &mut Tx, contract: ContractId) -> Result<Desk, Error> {
    let desk = tx.load::<Desk>(&contract)?;
    Ok(desk.ok_or_else(|| StoreError::Corrupt(format!("{contract} has no desk")))?)
}
