//! Setting up a token app (api.md §6): it registers, proves that it has derived the same as we, and
//! is a token.
//!
//! In mode issued nobody learns from a reply whether the ids typed are good: unknown and used-up
//! ones are registered, refused and counted like real ones. Only who knows the start password gets
//! on.

mod issue;

use serde::{Deserialize, Serialize};

use sekisho_domain::event::Actor;
use sekisho_domain::id::{InstitutionId, RegistrationId, TokenId};
use sekisho_domain::method::otp::{Secret, Seed, State};
use sekisho_domain::oath::{Algorithm, Digits};
use sekisho_domain::policy::{LoginMode, Provisioning};
use sekisho_domain::provision::{
    Agreed, Derived, KeyPair, Mode, NewRegistration, Point, Registration, RegistrationState,
    ServiceId, TokenIssue, Transcript, UserId,
};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret;
use sekisho_domain::serial::Serial;
use sekisho_domain::time::Timestamp;
use sekisho_domain::token::{NewToken, Token, TokenKind};

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::otp;
use crate::record::{Alias, AliasKind};
use crate::tx::{Facets, Query, Record, StoreError, Table, Tx};

pub use issue::{cancel, find_issue, issue, issues_of, sweep_issues};

impl Record for Registration {
    const TABLE: Table = Table::Registration;
    type Key = RegistrationId;
    fn key(&self) -> RegistrationId {
        self.id
    }
    /// Due when it can be forgotten.
    fn facets(&self) -> Facets {
        let (institution, due) = (self.institution.to_string(), Some(self.until.millis()));
        Facets { institution, owner: String::new(), state: self.state.word(), due }
    }
}

/// What an app sends of itself.
#[derive(Debug, Clone)]
pub struct Arriving {
    /// Whose customer it would serve.
    pub institution: InstitutionId,
    /// The ids typed; none in mode self.
    pub ids: Option<(ServiceId, UserId)>,
    /// Its key for this agreement.
    pub app_key: Point,
    /// Its key for later.
    pub device_key: Point,
    /// Its chance.
    pub app_nonce: [u8; 32],
}

/// What is offered to it. Nothing of it is secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offer {
    /// The registration.
    pub registration: RegistrationId,
    /// The serial the token will have.
    pub serial: Serial,
    /// Our key for this agreement; its secret half is gone already.
    pub server_key: Point,
    /// Our chance.
    pub server_nonce: [u8; 32],
    /// Seconds a code will be shown.
    pub period_s: u16,
    /// Our time.
    pub at: Timestamp,
    /// Until when it can be confirmed.
    pub until: Timestamp,
}

/// An app makes itself known. What comes of it is derived and sealed here.
pub fn register(tx: &mut Tx, cx: &mut Context, app: &Arriving) -> Result<Offer, Error> {
    let policy = cx.policy(app.institution);
    let mode = match app.ids {
        None => Mode::Own,
        Some(_) => Mode::Issued,
    };
    if policy.otp.provisioning != offered(mode) {
        return Err(Refusal::MethodNotOffered.into());
    }
    let id = RegistrationId::make(cx.moment);
    let serial = free_serial(tx, cx, app.institution)?;
    let stake = app.ids.map(|ids| issue::stake(tx, cx, app.institution, ids)).transpose()?;
    let pair = KeyPair::draw(cx.moment);
    let server_nonce = cx.moment.bytes();
    let period_s = policy.otp.step_seconds;
    let transcript = Transcript {
        mode,
        slug: &policy.institution.slug,
        registration: id,
        serial: &serial,
        ids: app.ids.as_ref().map_or(("", ""), |ids| (ids.0.as_str(), ids.1.as_str())),
        app_key: app.app_key,
        device_key: app.device_key,
        server_key: pair.point(),
        app_nonce: app.app_nonce,
        server_nonce,
        period_s,
    };
    let (z, th) = (pair.agree(&app.app_key), transcript.hash());
    let start_password = stake.as_ref().map_or(&[][..], |stake| stake.start_password.expose());
    let agreed = Agreed::derive(&z, th, start_password);
    let derived = Derived::of(&agreed).to_bytes();
    let registration = Registration::begin(
        NewRegistration {
            id,
            institution: app.institution,
            mode,
            serial: serial.clone(),
            issue: stake.as_ref().map(|stake| stake.issue),
            decoy: stake.as_ref().is_some_and(|stake| stake.decoy),
            period_s,
            device_key: app.device_key,
            sealed: cx.platform.keyring.seal(&id.to_bytes(), &derived, cx.moment),
        },
        cx.now(),
    );
    let until = cx.save(tx, registration)?.until;
    let (server_key, at) = (pair.point(), cx.now());
    Ok(Offer { registration: id, serial, server_key, server_nonce, period_s, at, until })
}

/// Who makes the serials where apps come in this mode (C-10).
const fn offered(mode: Mode) -> Provisioning {
    match mode {
        Mode::Own => Provisioning::SerialBind,
        Mode::Issued => Provisioning::BankIssue,
    }
}

/// Serials drawn until one is free: two are enough, unless chance is broken.
const DRAWS: usize = 16;

fn free_serial(tx: &mut Tx, cx: &mut Context, of: InstitutionId) -> Result<Serial, Error> {
    let prefix = cx.policy(of).otp.serial_prefix.clone();
    for _ in 0..DRAWS {
        let serial = Serial::draw(&prefix, cx.moment);
        if otp::by_serial(tx, of, &serial)?.is_none() {
            return Ok(serial);
        }
    }
    Err(StoreError::Unavailable("no serial of a token is free".into()).into())
}

/// What came of an app's proof.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Confirmation {
    /// It is a token.
    Token {
        /// The token.
        id: TokenId,
        /// Its serial.
        serial: Serial,
        /// What proves us to the app.
        server_mac: [u8; 32],
        /// Our time.
        at: Timestamp,
    },
    /// It has derived something else. That was counted.
    Refused {
        /// Tries left.
        tries_left: u8,
    },
}

/// The registration, if it is of this institution and its time is not over.
pub fn find(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    id: RegistrationId,
) -> Result<Registration, Error> {
    let lives = |it: &Registration| it.institution == institution && it.lives(cx.now());
    tx.load::<Registration>(&id)?.filter(lives).or_refuse(Refusal::NotFound)
}

/// The app proves that it has derived the same; not found once it was confirmed or given up.
///
/// A wrong proof is a success of this use case: it happened and is counted.
pub fn confirm(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: RegistrationId,
    app_mac: &[u8; 32],
) -> Result<Confirmation, Error> {
    let registration = find(tx, cx, institution, id)?;
    let open = registration.state == RegistrationState::Open;
    let sealed = registration.sealed.as_ref().filter(|_| open).or_refuse(Refusal::NotFound)?;
    let derived = cx.platform.keyring.open(&id.to_bytes(), sealed)?;
    let corrupt = || StoreError::Corrupt(format!("the registration {id} cannot be read"));
    let derived = Derived::from_bytes(derived.expose()).ok_or_else(corrupt)?;
    let right = derived.proven_by(app_mac);
    let stake = match registration.issue {
        Some(issue) => Some(issue::counting(tx, issue)?),
        None => None,
    };
    let good = match &stake {
        Some(issue) => right && !registration.decoy && issue::can_be_used(tx, cx, issue)?,
        None => right,
    };
    if !good {
        let tries_left = match stake {
            Some(issue) => cx.save(tx, issue.refuse(cx.now()))?.tries_left,
            None => registration.tries_left().saturating_sub(1),
        };
        cx.save(tx, registration.refuse(tries_left))?;
        return Ok(Confirmation::Refused { tries_left });
    }
    if let Some(contract) = stake.as_ref().and_then(|issue| issue.contract) {
        cx.actor = Actor::Customer(contract);
    }
    let token = enter(tx, cx, &registration, &derived)?;
    if let Some(issue) = stake {
        hand_over(tx, cx, issue, token.clone())?;
    }
    let done = Confirmation::Token {
        id: token.id,
        serial: token.serial,
        server_mac: derived.server_mac(),
        at: cx.now(),
    };
    cx.save(tx, registration.confirm())?;
    Ok(done)
}

/// The app is a token from now on.
fn enter(
    tx: &mut Tx,
    cx: &mut Context,
    registration: &Registration,
    derived: &Derived,
) -> Result<Token, Error> {
    let (institution, serial) = (registration.institution, registration.serial.clone());
    if otp::by_serial(tx, institution, &serial)?.is_some() {
        // The same serial was drawn twice within ten minutes, and the other one was faster.
        return Err(Refusal::NotFound.into());
    }
    let id = TokenId::make(cx.moment);
    let secret = Secret {
        serial: serial.to_string(),
        algorithm: Algorithm::Sha256,
        digits: Digits::SIX,
        period_s: Some(registration.period_s),
        seed: Seed::new(derived.seed().to_vec()),
    };
    let secret = serde_json::to_vec(&secret).expect("what makes codes is plain");
    let secret = secret::Secret::new(secret);
    let key = serde_json::value::to_raw_value(&registration.device_key).expect("a key is plain");
    let new = NewToken {
        id,
        institution,
        kind: TokenKind::App,
        serial: serial.clone(),
        state: State::default(),
        sealed: cx.platform.keyring.seal(&id.to_bytes(), secret.expose(), cx.moment),
        import: None,
        device_key: Some(key),
        expires_on: None,
    };
    let name = serial.to_string();
    tx.put(Alias { kind: AliasKind::TokenSerial, institution, name, target: id.to_string() })?;
    Ok(cx.save(tx, Token::register(new, cx.now()))?)
}

/// Mode issued: the contract has a token that waits to be started with a code (Y-11, C-11), in
/// place of one that waited before.
fn hand_over(tx: &mut Tx, cx: &mut Context, issue: TokenIssue, token: Token) -> Result<(), Error> {
    let contract = issue::owner(tx, &issue)?.or_refuse(Refusal::NotFound)?;
    let at_sign_in = cx.policy(issue.institution).otp.login_mode != LoginMode::ChoiceDefaultOff;
    let waiting = issue::waiting(tx, contract.id)?;
    let next = otp::bind(tx, cx, &contract, token, at_sign_in)?;
    for old in waiting {
        issue::replace(tx, cx, old, &next)?;
    }
    cx.save(tx, issue.used())?;
    Ok(())
}

/// Forgets registrations whose time is over; returns how many. Called by the worker.
pub fn sweep_registrations(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let due_by = Some(cx.now().millis());
    let query = Query { due_by, limit, ..Query::all(Table::Registration) };
    let old = tx.list::<Registration>(&query)?;
    for registration in &old {
        tx.forget(Table::Registration, &registration.id)?;
    }
    Ok(old.len())
}
