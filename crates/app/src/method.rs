//! Which credential of a contract can approve what, and asking it.

use serde_json::value::RawValue;

use sekisho_domain::approval::Part;
use sekisho_domain::credential::{Credential, CredentialSecret};
use sekisho_domain::desk::{self, Desk};
use sekisho_domain::id::{ChallengeId, CredentialId};
use sekisho_domain::method::{self as methods, Answer, MethodKind, Unusable, Verdict, View};
use sekisho_domain::money::Yen;
use sekisho_domain::operation::{Operation, OperationKind, Registration};
use sekisho_domain::policy::{Policy, TxnRule};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::secret::Secret;

use crate::context::Context;
use crate::error::Error;
use crate::platform::Platform;
use crate::tx::{StoreError, Tx};

/// The methods with which a contract can approve an operation now, best first; refused with the
/// reason nearest to what the customer can mend when there is none.
pub(crate) fn usable(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    rule: &TxnRule,
    operation: &Operation,
) -> Result<Vec<MethodKind>, Error> {
    if rule.methods.is_empty() {
        return Ok(Vec::new());
    }
    let credentials = held(tx, desk)?;
    let policy = cx.policy(desk.institution);
    let mut found = Vec::new();
    let mut why = NoMethod::NoneEnrolled;
    for kind in &rule.methods {
        for credential in credentials.iter().filter(|credential| credential.method == *kind) {
            match serves(credential, cx, &policy, desk, rule, operation) {
                Ok(()) => found.push(*kind),
                Err(reason) => why = nearer(why, reason),
            }
        }
    }
    found.dedup();
    if found.is_empty() { Err(Refusal::NoUsableMethod(why).into()) } else { Ok(found) }
}

/// The credential of `kind` with which the contract can be asked now.
pub(crate) fn pick(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    kind: MethodKind,
    cells: u8,
) -> Result<Credential, Error> {
    let policy = cx.policy(desk.institution);
    let mut why = NoMethod::NoneEnrolled;
    for credential in held(tx, desk)?.into_iter().filter(|credential| credential.method == kind) {
        match credential.serves(&policy, cells, cx.now().day()) {
            Ok(()) => return Ok(credential),
            Err(reason) => why = nearer(why, reason),
        }
    }
    Err(Refusal::NoUsableMethod(why).into())
}

/// The contract's credentials that have not ended.
pub(crate) fn held(tx: &mut Tx, desk: &Desk) -> Result<Vec<Credential>, StoreError> {
    let mut credentials = Vec::with_capacity(desk.credentials.len());
    for id in &desk.credentials {
        let credential = tx.load::<Credential>(id)?;
        let lost = || StoreError::Corrupt(format!("{id} lies on a desk and nowhere else"));
        credentials.push(credential.ok_or_else(lost)?);
    }
    Ok(credentials)
}

fn serves(
    credential: &Credential,
    cx: &Context,
    policy: &Policy,
    desk: &Desk,
    rule: &TxnRule,
    operation: &Operation,
) -> Result<(), NoMethod> {
    credential.serves(policy, rule.cells, cx.now().day())?;
    let leaves = operation.kind() == OperationKind::Transfer;
    let amount = operation.amount().filter(|_| leaves).map_or(0, Yen::to_u64);
    if desk::is_printed(credential.method) && amount > desk.left_by_card(policy, cx.now()) {
        return Err(NoMethod::LimitReached);
    }
    let new_payee = operation.payee().is_some_and(|payee| payee.registration == Registration::None);
    let cooled = credential
        .activated_at
        .filter(|_| credential.generation > 0)
        .map(|at| at.plus_s(i64::from(policy.switch.cooling_hours) * 3600));
    match cooled {
        Some(until)
            if new_payee && credential.method == MethodKind::ImageCard && cx.now() < until =>
        {
            Err(NoMethod::StartsOn(until))
        }
        _ => Ok(()),
    }
}

/// Of two reasons the one that tells the customer more.
fn nearer(one: NoMethod, other: NoMethod) -> NoMethod {
    let rank = |why: &NoMethod| match why {
        NoMethod::NoneEnrolled => 0,
        NoMethod::Channel => 1,
        NoMethod::MandatoryDatePassed => 2,
        NoMethod::Exhausted => 3,
        NoMethod::CardOnTheWay => 4,
        NoMethod::LimitReached => 5,
        NoMethod::StartsOn(_) => 6,
        NoMethod::Locked => 7,
    };
    if rank(&other) > rank(&one) { other } else { one }
}

/// Asks a credential; the part for the challenge, and what has moved in it.
pub(crate) fn ask(
    tx: &mut Tx,
    cx: &mut Context,
    credential: &Credential,
    challenge: ChallengeId,
    cells: u8,
) -> Result<(Part, Box<RawValue>), Error> {
    let secret = unseal(tx, cx, credential.id)?;
    let policy = cx.policy(credential.institution);
    let ask = credential.ask(challenge, cells, &policy);
    let method = methods::method(credential.method);
    let drawn = method.challenge(secret.expose(), &credential.motion, &ask, cx.moment);
    let (body, motion) = drawn.map_err(|unusable| match unusable {
        Unusable::Exhausted => Refusal::NoUsableMethod(NoMethod::Exhausted).into(),
        Unusable::Malformed => malformed(credential.id),
    })?;
    Ok((Part { method: credential.method, credential: credential.id, body }, motion))
}

/// Judges the answer to one part.
pub(crate) fn judge(
    tx: &mut Tx,
    cx: &Context,
    credential: &Credential,
    part: &Part,
    answer: &Answer,
) -> Result<Verdict<Box<RawValue>>, Error> {
    let secret = unseal(tx, cx, credential.id)?;
    let keys = cx.platform.method_keys(credential.id, credential.key)?;
    let method = methods::method(part.method);
    let verdict =
        method.verify(secret.expose(), &keys, &credential.motion, &part.body, answer, cx.now());
    verdict.map_err(|_| malformed(credential.id))
}

/// A part of a question with the card it asks, as they were read: enough to show it outside the
/// transaction.
pub struct Seen {
    credential: Credential,
    secret: CredentialSecret,
    part: Part,
}

impl Seen {
    /// What a part needs to be shown.
    pub(crate) fn read(tx: &mut Tx, part: &Part) -> Result<Self, Error> {
        let credential = tx.load::<Credential>(&part.credential)?;
        let secret = tx.load::<CredentialSecret>(&part.credential)?;
        match (credential, secret) {
            (Some(credential), Some(secret)) => Ok(Self { credential, secret, part: part.clone() }),
            _ => Err(malformed(part.credential)),
        }
    }

    /// The card, and what to show of it; always the same.
    pub fn view(self, platform: &Platform) -> Result<(Credential, View), Error> {
        let Self { credential, secret, part } = self;
        let secret = platform.keyring.open(&credential.id.to_bytes(), &secret.sealed)?;
        let keys = platform.method_keys(credential.id, credential.key)?;
        let view = methods::method(part.method).view(secret.expose(), &keys, &part.body);
        let view = view.map_err(|_| malformed(credential.id))?;
        Ok((credential, view))
    }
}

/// Notes that a question ended without a right answer.
pub(crate) fn abandon(credential: &Credential, part: &Part) -> Result<Box<RawValue>, Error> {
    let motion = methods::method(part.method).abandon(&credential.motion, &part.body);
    motion.map_err(|_| malformed(credential.id))
}

fn unseal(tx: &mut Tx, cx: &Context, id: CredentialId) -> Result<Secret<Vec<u8>>, Error> {
    let secret = tx.load::<CredentialSecret>(&id)?.ok_or_else(|| malformed(id))?;
    Ok(cx.platform.keyring.open(&id.to_bytes(), &secret.sealed)?)
}

fn malformed(id: CredentialId) -> Error {
    StoreError::Corrupt(format!("the stored credential {id} cannot be read")).into()
}
