//! ワンタイムパスワード: 利用開始, 交換, 利用中止 and 申請, each of a few pages (A-02 to A-10, T-06 to
//! T-12, Y-09 to Y-13).
//!
//! A procedure that began before sign-in hangs at a cookie of its own; one that began after it, at
//! the session. Every page asks first where the procedure stands and leads there, so that a reload,
//! the back button and a second click change nothing (E-23).

mod card;
mod form;
mod identify;
mod own;
mod result;

pub(super) use own::view;

use axum::Router;
use axum::response::Response;
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::session::hash;
use sekisho_app::tx::Tx;
use sekisho_app::{approval, credential, procedure, provision};
use sekisho_domain::approval::{Approval, EndReason, Stage};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId, ProcedureId};
use sekisho_domain::policy::{LoginMode, Policy, Provisioning};
use sekisho_domain::procedure::{Procedure, ProcedureKind};
use sekisho_domain::session::Session;
use serde::Deserialize;
use subtle::ConstantTimeEq as _;

use super::cookie::{self, Cookies};
use super::detour::Detour;
use super::guest::{Guest, set};
use crate::screen::otp::{OtpAct, OtpEnding, OtpOver, OtpWay};
use crate::state::Web;

/// The pages below `/i/{slug}/otp`.
pub(super) fn router() -> Router<Web> {
    Router::new()
        .route("/i/{slug}/otp", get(own::page).post(own::begin))
        .route("/i/{slug}/otp/sign_in", get(own::code).post(own::ask_no_longer))
        .route("/i/{slug}/otp/form", get(form::page).post(form::give))
        .route("/i/{slug}/otp/card", get(card::page).post(card::answer))
        .route("/i/{slug}/otp/card/extension", post(card::extend))
        .route("/i/{slug}/otp/result", get(result::page))
        .route("/i/{slug}/otp/{act}", get(identify::page).post(identify::enter))
}

/// A procedure of this browser, as it stands now.
pub(super) struct Begun {
    pub(super) procedure: Procedure,
    pub(super) contract: Contract,
    pub(super) approval: Option<Approval>,
    /// What the contract has of tokens.
    pub(super) tokens: Vec<Credential>,
    /// Whether a card of the contract proves anything.
    pub(super) has_card: bool,
    /// Where the mail of the newest issue went.
    pub(super) issued_to: Option<String>,
    /// Whether it goes on.
    goes_on: bool,
}

/// The query of a page.
#[derive(Deserialize)]
pub(super) struct Asked {
    /// What the last form had to say.
    note: Option<String>,
}

/// Where a procedure stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stand {
    /// Its form is to be filled.
    Form,
    /// The card is asked.
    Card,
    /// It is done.
    Done,
    /// It ended without being done.
    Over(OtpEnding),
}

/// Which procedure a browser has, and the secret that proves it where there is no session.
pub(super) fn key(cookies: &Cookies) -> Option<(ProcedureId, Option<Vec<u8>>)> {
    let value = cookies.get(cookie::PROCEDURE)?;
    let Some((id, secret)) = value.split_once('.') else {
        return Some((value.parse().ok()?, None));
    };
    let secret = URL_SAFE_NO_PAD.decode(secret).ok().filter(|secret| secret.len() == 32)?;
    Some((id.parse().ok()?, Some(secret)))
}

/// The browser is to know its procedure again.
pub(super) fn keep(reply: &mut Response, id: ProcedureId, secret: Option<&[u8; 32]>) {
    let value = match secret {
        Some(secret) => format!("{id}.{}", URL_SAFE_NO_PAD.encode(secret)),
        None => id.to_string(),
    };
    set(reply, cookie::keep(cookie::PROCEDURE, &value, None));
}

/// The procedure of a key, over or not; nothing for whoever does not hold its secret or is not in
/// its session. With it, whether it goes on.
pub(super) fn found(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    session: Option<&Session>,
    (id, secret): &(ProcedureId, Option<Vec<u8>>),
) -> Result<Option<(Procedure, bool)>, Error> {
    let here = |procedure: &Procedure| procedure.institution == institution;
    let Some(found) = tx.load::<Procedure>(id)?.filter(here) else { return Ok(None) };
    let goes_on = match (secret, session) {
        (Some(secret), _) => {
            let given = hash(secret);
            let right: bool = given.as_bytes().ct_eq(found.secret_hash.as_bytes()).into();
            if !right || found.session.is_some() {
                return Ok(None);
            }
            procedure::visitor(tx, cx, institution, *id, secret)?.is_some()
        }
        (None, Some(session)) if found.session == Some(session.id) => {
            procedure::of_session(tx, cx, session, *id)?.is_some()
        }
        (None, _) => return Ok(None),
    };
    Ok(Some((found, goes_on)))
}

/// Whether a question belongs to the procedure of a key, before sign-in.
pub(super) fn asks(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    key: &(ProcedureId, Option<Vec<u8>>),
    approval: ApprovalId,
) -> Result<bool, Error> {
    let found = found(tx, cx, institution, None, key)?;
    Ok(found.is_some_and(|(found, goes_on)| goes_on && found.approval == Some(approval)))
}

/// The procedure of this browser, if it has one that changes something.
pub(super) async fn begun(guest: &Guest) -> Result<Option<Begun>, Detour> {
    let Some(key) = key(&guest.around.cookies) else { return Ok(None) };
    let institution = guest.institution();
    let session = guest.signed_in.as_ref().map(|(session, _)| session.clone());
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let found = found(tx, cx, institution, session.as_ref(), &key)?;
        let Some((procedure, goes_on)) =
            found.filter(|(found, _)| found.kind != ProcedureKind::SignIn)
        else {
            return Ok(None);
        };
        let approval = match procedure.approval {
            Some(id) => Some(approval::find(tx, institution, id)?),
            None => None,
        };
        let Some(contract) = tx.load::<Contract>(&procedure.contract)? else { return Ok(None) };
        let mut tokens = held(tx, contract.id)?;
        let has_card = tokens.iter().any(|held| held.method.card().is_some() && held.proves());
        tokens.retain(|held| held.method.is_otp());
        let issued = provision::issues_of(tx, contract.id)?.into_iter().next();
        let issued_to = issued.map(|issue| issue.mail);
        Ok(Some(Begun { procedure, contract, approval, tokens, has_card, issued_to, goes_on }))
    };
    Ok(guest.web.look(look).await?)
}

/// What a contract has and has not ended.
fn held(tx: &mut Tx, contract: ContractId) -> Result<Vec<Credential>, Error> {
    match tx.load::<Desk>(&contract)? {
        Some(desk) => credential::held(tx, &desk),
        None => Ok(Vec::new()),
    }
}

/// The token a contract uses.
pub(super) fn token_in_use(tx: &mut Tx, contract: ContractId) -> Result<Option<Credential>, Error> {
    let used = |held: &Credential| held.method.is_otp() && held.activated_at.is_some();
    Ok(held(tx, contract)?.into_iter().find(used))
}

impl Begun {
    /// What is done: a token that was issued is started by its first code alone (Y-11).
    pub(super) fn act(&self, policy: &Policy) -> OtpAct {
        let issued = policy.otp.provisioning == Provisioning::BankIssue;
        let by_code = self.waiting().is_some() || self.procedure.ended && issued;
        match self.procedure.kind {
            ProcedureKind::OtpStart if by_code => OtpAct::Activate,
            ProcedureKind::OtpExchange => OtpAct::Exchange,
            ProcedureKind::OtpStop => OtpAct::Stop,
            ProcedureKind::OtpIssue => OtpAct::Issue,
            ProcedureKind::OtpStart | ProcedureKind::SignIn => OtpAct::Start,
        }
    }

    /// The steps it takes.
    pub(super) fn way(&self, policy: &Policy) -> OtpWay {
        let way = way(self.act(policy), self.procedure.session.is_some(), policy);
        let asked = self.approval.is_some();
        OtpWay { card: asked || way.card && !self.procedure.ended, ..way }
    }

    /// The token in use.
    pub(super) fn in_use(&self) -> Option<&Credential> {
        self.tokens.iter().find(|token| token.activated_at.is_some())
    }

    /// The token that was issued and waits for its first code.
    pub(super) fn waiting(&self) -> Option<&Credential> {
        self.tokens.iter().find(|token| token.state == CredentialState::Pending)
    }

    /// Where it stands.
    pub(super) fn stand(&self, guest: &Guest) -> Stand {
        let ended = |reason: &EndReason| match reason {
            EndReason::Locked => OtpEnding::Locked,
            EndReason::AttemptsExhausted => OtpEnding::Refused,
            _ => OtpEnding::Expired,
        };
        match self.approval.as_ref().map(|approval| &approval.stage) {
            Some(Stage::Consumed(..)) => Stand::Done,
            Some(Stage::Ended { reason, .. }) => Stand::Over(ended(reason)),
            None if self.procedure.ended => Stand::Done,
            _ if !self.goes_on => Stand::Over(OtpEnding::Expired),
            Some(_) if self.approval.as_ref().is_some_and(|it| it.lapsed(guest.now)) => {
                Stand::Over(OtpEnding::Expired)
            }
            Some(_) => Stand::Card,
            None => Stand::Form,
        }
    }

    /// Who acts.
    pub(super) fn actor(&self) -> Actor {
        Actor::Customer(self.contract.id)
    }
}

/// The steps of an act: whether a card is asked besides is the bank's to say (C-12 to C-14).
pub(super) fn way(act: OtpAct, signed_in: bool, policy: &Policy) -> OtpWay {
    let card = match act {
        OtpAct::Start | OtpAct::Issue => policy.otp.proof_start,
        OtpAct::Exchange => policy.otp.proof_exchange,
        OtpAct::Stop => policy.otp.proof_stop,
        OtpAct::Activate | OtpAct::SignInChange => false,
    };
    OtpWay { act, signed_in, card }
}

/// Whether a token approves anything at this institution.
pub(super) fn offered(policy: &Policy) -> bool {
    policy.txn.ops.iter().any(|rule| rule.methods.iter().any(|method| method.is_otp()))
}

/// Whether a sign-in asks for a token (C-07).
pub(super) fn asked_at_sign_in(token: &Credential, policy: &Policy) -> bool {
    policy.otp.login_mode == LoginMode::Forced || token.at_sign_in
}

/// To the page where a procedure stands.
pub(super) fn lead(guest: &Guest, stand: Stand, note: &str) -> Response {
    let page = match stand {
        Stand::Form => "otp/form",
        Stand::Card => "otp/card",
        Stand::Done | Stand::Over(_) => "otp/result",
    };
    let mark = if note.is_empty() { "" } else { "?note=" };
    guest.go(&guest.around.at(&format!("{page}{mark}{note}")))
}

/// Nothing has begun in this browser, or it is long over.
pub(super) fn nothing_begun(guest: &Guest) -> Response {
    let policy = guest.around.institution.policy(guest.now);
    over(guest, way(OtpAct::Start, guest.signed_in.is_some(), policy), OtpEnding::Expired)
}

/// It ended without being done.
pub(super) fn over(guest: &Guest, way: OtpWay, ending: OtpEnding) -> Response {
    let mut frame = guest.frame();
    if !way.signed_in {
        frame.customer = None;
    }
    guest.show(&OtpOver { frame, way, ending })
}

/// The last letters of a serial, so that the right token is taken.
pub(super) fn hint(token: Option<&Credential>) -> String {
    let serial = token.map(Credential::printed).unwrap_or_default();
    serial.get(serial.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}
