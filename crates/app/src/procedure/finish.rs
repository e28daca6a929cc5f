//! What a procedure leads to, all of it in one commit.

use serde::{Deserialize, Serialize};

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{CredentialId, ProcedureId};
use sekisho_domain::procedure::{Given, Procedure, ProcedureKind};
use sekisho_domain::provision::StartPassword;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::{Sealed, Secret};
use sekisho_domain::serial::Serial;
use sekisho_domain::time::Timestamp;
use sekisho_domain::token::Token;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::{StoreError, Tx};
use crate::{otp, provision};

/// What a customer wants to have issued.
#[derive(Serialize, Deserialize)]
pub(super) struct IssueWish {
    pub(super) mail: String,
    pub(super) start_password: String,
}

impl IssueWish {
    pub(super) fn sealed(&self, cx: &mut Context, owner: ProcedureId) -> Sealed {
        let plain = Secret::new(serde_json::to_vec(self).expect("a wish is plain"));
        cx.platform.keyring.seal(&owner.to_bytes(), plain.expose(), cx.moment)
    }

    fn opened(cx: &Context, owner: ProcedureId, sealed: &Sealed) -> Result<Self, Error> {
        let opened = cx.platform.keyring.open(&owner.to_bytes(), sealed)?;
        let wish = serde_json::from_slice(opened.expose());
        Ok(wish.map_err(|e| StoreError::Corrupt(format!("the wish of {owner}: {e}")))?)
    }
}

/// Whether the time after a stop or a loss is over (§2.5).
pub(super) fn waited(desk: &Desk, now: Timestamp) -> bool {
    desk.token_from.is_none_or(|from| from <= now)
}

/// The token with this serial, if the contract can start it now, and its credential where it was
/// issued and set up before (Y-11). Why not is nobody's to learn.
pub(super) fn startable(
    tx: &mut Tx,
    cx: &Context,
    contract: &Contract,
    desk: &Desk,
    serial: &Serial,
) -> Result<Option<(Token, Option<Credential>)>, Error> {
    let free = otp::in_use(tx, desk)?.is_none() && waited(desk, cx.now());
    let found = otp::by_serial(tx, contract.institution, serial)?;
    let Some(token) = found.filter(|_| free) else { return Ok(None) };
    let waiting = otp::waiting(tx, desk)?;
    let waiting = waiting.filter(|waiting| waiting.token() == Some(token.id));
    let policy = cx.policy(contract.institution);
    let good = match waiting {
        Some(_) => token.state.can_start(),
        None => token.may_bind(contract.id, &policy, cx.now().day()),
    };
    Ok(good.then_some((token, waiting)))
}

/// Whether what was right when it was given still is, now that the card is answered.
pub(super) fn still(
    tx: &mut Tx,
    cx: &Context,
    contract: &Contract,
    desk: &Desk,
    (kind, given): (ProcedureKind, &Given),
) -> Result<bool, Error> {
    let used = otp::in_use(tx, desk)?;
    let free = used.is_none() && waited(desk, cx.now());
    let old = used.filter(|used| used.state == CredentialState::Active).map(|used| used.id);
    let same = given.credential.is_some() && old == given.credential;
    let token = match &given.token {
        Some(id) => tx.load::<Token>(id)?,
        None => None,
    };
    let policy = cx.policy(contract.institution);
    let binds = |token: &Token| token.may_bind(contract.id, &policy, cx.now().day());
    Ok(match kind {
        ProcedureKind::OtpStart if given.credential.is_some() => {
            let waiting = otp::waiting(tx, desk)?.map(|waiting| waiting.id);
            let usable = token.is_some_and(|token| token.state.can_start());
            free && usable && waiting == given.credential
        }
        ProcedureKind::OtpStart => free && token.as_ref().is_some_and(binds),
        ProcedureKind::OtpExchange => same && token.as_ref().is_some_and(binds),
        ProcedureKind::OtpStop => same,
        ProcedureKind::OtpIssue => free,
        ProcedureKind::SignIn => false,
    })
}

/// Does what was asked for and proven.
pub(super) fn carry_out(
    tx: &mut Tx,
    cx: &mut Context,
    procedure: &Procedure,
    contract: &Contract,
    given: Given,
) -> Result<(), Error> {
    match procedure.kind {
        ProcedureKind::OtpStart => {
            let credential = if let Some(id) = given.credential {
                let waiting = credential(tx, id)?;
                cx.save(tx, waiting.ask_at_sign_in(given.at_sign_in))?
            } else {
                let token = token(tx, &given)?;
                otp::bind(tx, cx, contract, token, given.at_sign_in)?
            };
            otp::start(tx, cx, credential)?;
        }
        ProcedureKind::OtpExchange => {
            let old = old(tx, &given)?;
            let token = token(tx, &given)?;
            otp::exchange(tx, cx, contract, old, token)?;
        }
        ProcedureKind::OtpStop => {
            let old = old(tx, &given)?;
            otp::stop(tx, cx, old)?;
        }
        ProcedureKind::OtpIssue => {
            let sealed = given.wish.or_refuse(Refusal::NotFound)?;
            let wish = IssueWish::opened(cx, procedure.id, &sealed)?;
            issue(tx, cx, contract, &wish)?;
        }
        ProcedureKind::SignIn => {}
    }
    Ok(())
}

fn old(tx: &mut Tx, given: &Given) -> Result<Credential, Error> {
    let id = given.credential.or_refuse(Refusal::NoSuchCredential)?;
    credential(tx, id)
}

fn credential(tx: &mut Tx, id: CredentialId) -> Result<Credential, Error> {
    tx.load::<Credential>(&id)?.or_refuse(Refusal::NoSuchCredential)
}

fn token(tx: &mut Tx, given: &Given) -> Result<Token, Error> {
    let id = given.token.or_refuse(Refusal::NotFound)?;
    tx.load::<Token>(&id)?.or_refuse(Refusal::NotFound)
}

fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    wish: &IssueWish,
) -> Result<(), Error> {
    let start_password = StartPassword::typed(&wish.start_password);
    let start_password = start_password.or_refuse(Refusal::AnswerIncomplete)?;
    provision::issue(tx, cx, contract, &wish.mail, &start_password)?;
    Ok(())
}
