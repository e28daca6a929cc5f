//! Which credential of a contract can approve what, and asking it.

use serde_json::value::RawValue;

use sekisho_domain::approval::Part;
use sekisho_domain::credential::{Credential, CredentialSecret, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ChallengeId, CredentialId};
use sekisho_domain::method::{self as methods, Answer, MethodKind, Unusable, Verdict, View};
use sekisho_domain::money::Yen;
use sekisho_domain::operation::{Operation, OperationKind, Registration};
use sekisho_domain::policy::{Policy, TxnRule};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::secret::{Sealed, Secret};
use sekisho_domain::time::Day;
use sekisho_domain::token::Token;

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
    let by_token = by_token_alone(&credentials, operation.kind());
    let mut found = Vec::new();
    let mut why = NoMethod::NoneEnrolled;
    for kind in rule.methods.iter().filter(|kind| kind.is_otp() || !by_token) {
        for credential in credentials.iter().filter(|credential| credential.method == *kind) {
            match serves(credential, cx, &policy, desk, rule, operation) {
                Ok(()) => found.push(*kind),
                Err(reason) => why = nearer(why, reason),
            }
        }
    }
    found.dedup();
    if !found.is_empty() {
        return Ok(found);
    }
    let left_over = |held: &Credential| held.state == CredentialState::Limited;
    let stopped = !credentials.iter().any(|held| held.method.is_otp());
    if stopped && why == NoMethod::NoneEnrolled && credentials.iter().any(left_over) {
        why = NoMethod::AfterStop;
    }
    Err(Refusal::NoUsableMethod(why).into())
}

/// The credential of `kind` with which the contract can be asked now.
pub(crate) fn pick(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    kind: MethodKind,
    (operation, cells): (OperationKind, u8),
) -> Result<Credential, Error> {
    let policy = cx.policy(desk.institution);
    let mut why = NoMethod::NoneEnrolled;
    let credentials = held(tx, desk)?;
    let left_out = !kind.is_otp() && by_token_alone(&credentials, operation);
    let of_kind = |credential: &Credential| credential.method == kind && !left_out;
    for credential in credentials.into_iter().filter(of_kind) {
        match stands(&credential, &policy, operation, cells, cx.now().day()) {
            Ok(()) => return Ok(credential),
            Err(reason) => why = nearer(why, reason),
        }
    }
    Err(Refusal::NoUsableMethod(why).into())
}

/// Whether a token is in use, with which alone operations are approved; a card then proves changes
/// of credentials and nothing else, also one that was posted and never used (T-03, T-16).
fn by_token_alone(credentials: &[Credential], operation: OperationKind) -> bool {
    let in_use = |held: &Credential| held.method.is_otp() && held.activated_at.is_some();
    operation != OperationKind::CredentialChange && credentials.iter().any(in_use)
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
    stands(credential, policy, operation.kind(), rule.cells, cx.now().day())?;
    let leaves = operation.kind() == OperationKind::Transfer;
    let amount = operation.amount().filter(|_| leaves).map_or(0, Yen::to_u64);
    if credential.method.card().is_some() && amount > desk.left_by_card(policy, cx.now()) {
        return Err(NoMethod::LimitReached);
    }
    let new_payee = operation.payee().is_some_and(|payee| payee.registration == Registration::None);
    let later = credential.activated_at.filter(|_| credential.generation > 0);
    let Some(begun) = later else { return Ok(()) };
    let cooled = begun.plus_s(i64::from(cooling_hours(credential.method, policy)) * 3600);
    if new_payee && cx.now() < cooled {
        return Err(NoMethod::StartsOn(cooled));
    }
    let full = begun.day().plus(1).start();
    let first_day = credential.method.is_otp() && cx.now() < full;
    if first_day && amount > policy.otp.first_day_yen.saturating_sub(desk.spent(cx.now())) {
        return Err(NoMethod::StartsOn(full));
    }
    Ok(())
}

/// Whether a credential can be asked for an operation of this kind. A change of credentials is
/// proven also with what approves nothing else any more (T-16).
fn stands(
    credential: &Credential,
    policy: &Policy,
    kind: OperationKind,
    cells: u8,
    day: Day,
) -> Result<(), NoMethod> {
    let serves = credential.serves(policy, cells, day);
    let over = credential.expires_on.is_some_and(|last| last < day);
    let worn = credential.remaining(policy, cells) == Some(0);
    let proves = credential.proves() && !over && !worn;
    match serves {
        Err(NoMethod::NoneEnrolled | NoMethod::MandatoryDatePassed)
            if proves && kind == OperationKind::CredentialChange =>
        {
            Ok(())
        }
        judged => judged,
    }
}

/// Hours after a method has come into use in which it approves no transfer to a new payee (§4.9).
fn cooling_hours(method: MethodKind, policy: &Policy) -> u16 {
    match method {
        MethodKind::ImageCard => policy.switch.cooling_hours,
        MethodKind::OtpApp | MethodKind::OtpDevice => policy.otp.cooling_hours,
        MethodKind::CustomerCard => 0,
    }
}

/// Of two reasons the one that tells the customer more.
fn nearer(one: NoMethod, other: NoMethod) -> NoMethod {
    let rank = |why: &NoMethod| match why {
        NoMethod::NoneEnrolled => 0,
        NoMethod::Channel => 1,
        NoMethod::AfterStop => 2,
        NoMethod::MandatoryDatePassed => 3,
        NoMethod::Exhausted => 4,
        NoMethod::CardOnTheWay => 5,
        NoMethod::LimitReached => 6,
        NoMethod::StartsOn(_) => 7,
        NoMethod::Locked => 8,
    };
    if rank(&other) > rank(&one) { other } else { one }
}

/// Asks a credential; the part for the challenge, and the credential as it stands after it.
pub(crate) fn ask(
    tx: &mut Tx,
    cx: &mut Context,
    credential: Credential,
    challenge: ChallengeId,
    cells: u8,
) -> Result<(Part, Credential), Error> {
    let kept = Kept::load(tx, cx.platform, &credential)?;
    let policy = cx.policy(credential.institution);
    let ask = credential.ask(challenge, cells, &policy);
    let method = methods::method(credential.method);
    let drawn = method.challenge(kept.secret.expose(), &kept.motion, &ask, cx.moment);
    let (body, motion) = drawn.map_err(|unusable| match unusable {
        Unusable::Exhausted => Refusal::NoUsableMethod(NoMethod::Exhausted).into(),
        Unusable::Malformed => malformed(credential.id),
    })?;
    let part = Part { method: credential.method, credential: credential.id, body };
    let credential = match kept.token {
        // Nothing was drawn from most tokens: they ask by themselves.
        Some(token) if token.motion.get() == motion.get() => credential,
        Some(token) => {
            cx.save(tx, token.moved(motion))?;
            credential
        }
        None => cx.save(tx, credential.moved(motion, &policy))?,
    };
    Ok((part, credential))
}

/// Judges the answer to one part. What has moved in a card is in the verdict, for the caller to
/// save; what has moved in a token is saved here, for the token is not the caller's alone.
pub(crate) fn judge(
    tx: &mut Tx,
    cx: &mut Context,
    credential: &Credential,
    part: &Part,
    answer: &Answer,
) -> Result<Verdict<Box<RawValue>>, Error> {
    let kept = Kept::load(tx, cx.platform, credential)?;
    let keys = cx.platform.method_keys(credential.id, credential.key)?;
    let method = methods::method(part.method);
    let secret = kept.secret.expose();
    let verdict = method.verify(secret, &keys, &kept.motion, &part.body, answer, cx.now());
    let verdict = verdict.map_err(|_| malformed(credential.id))?;
    let Some(token) = kept.token else { return Ok(verdict) };
    Ok(match verdict {
        Verdict::Accept(motion) => {
            cx.save(tx, token.moved(motion))?;
            Verdict::Accept(credential.motion.clone())
        }
        Verdict::Reject(motion) => {
            cx.save(tx, token.moved(motion))?;
            Verdict::Reject(credential.motion.clone())
        }
        Verdict::Spent { again_at } => Verdict::Spent { again_at },
        Verdict::Incomplete => Verdict::Incomplete,
    })
}

/// A method's secret and state, and the token they are kept with, if it is one: a card's are its
/// own, a token's belong to all contracts bound to it (E-14).
struct Kept {
    secret: Secret<Vec<u8>>,
    motion: Box<RawValue>,
    token: Option<Token>,
}

impl Kept {
    fn load(tx: &mut Tx, platform: &Platform, credential: &Credential) -> Result<Self, Error> {
        if let Some(id) = credential.token() {
            let token = tx.load::<Token>(&id)?.ok_or_else(|| malformed(credential.id))?;
            let secret = platform.keyring.open(&id.to_bytes(), &token.sealed)?;
            return Ok(Self { secret, motion: token.motion.clone(), token: Some(token) });
        }
        let kept = tx.load::<CredentialSecret>(&credential.id)?;
        let kept = kept.ok_or_else(|| malformed(credential.id))?;
        let secret = platform.keyring.open(&credential.id.to_bytes(), &kept.sealed)?;
        Ok(Self { secret, motion: credential.motion.clone(), token: None })
    }
}

/// A part of a question with the credential it asks, as they were read: enough to show it outside
/// the transaction.
pub struct Seen {
    credential: Credential,
    owner: [u8; 16],
    sealed: Sealed,
    motion: Box<RawValue>,
    part: Part,
}

impl Seen {
    /// What a part needs to be shown.
    pub(crate) fn read(tx: &mut Tx, part: &Part) -> Result<Self, Error> {
        let part = part.clone();
        let lost = || malformed(part.credential);
        let credential = tx.load::<Credential>(&part.credential)?.ok_or_else(lost)?;
        if let Some(id) = credential.token() {
            let Token { sealed, motion, .. } = tx.load::<Token>(&id)?.ok_or_else(lost)?;
            return Ok(Self { credential, owner: id.to_bytes(), sealed, motion, part });
        }
        let sealed = tx.load::<CredentialSecret>(&credential.id)?.ok_or_else(lost)?.sealed;
        let (owner, motion) = (credential.id.to_bytes(), credential.motion.clone());
        Ok(Self { credential, owner, sealed, motion, part })
    }

    /// The credential, and what to show of it.
    pub fn view(self, platform: &Platform) -> Result<(Credential, View), Error> {
        let Self { credential, owner, sealed, motion, part } = self;
        let secret = platform.keyring.open(&owner, &sealed)?;
        let keys = platform.method_keys(credential.id, credential.key)?;
        let method = methods::method(part.method);
        let view = method.view(secret.expose(), &keys, &motion, &part.body);
        let view = view.map_err(|_| malformed(credential.id))?;
        Ok((credential, view))
    }
}

/// Notes that a question ended without a right answer.
pub(crate) fn abandon(credential: &Credential, part: &Part) -> Result<Box<RawValue>, Error> {
    let motion = methods::method(part.method).abandon(&credential.motion, &part.body);
    motion.map_err(|_| malformed(credential.id))
}

fn malformed(id: CredentialId) -> Error {
    StoreError::Corrupt(format!("the stored credential {id} cannot be read")).into()
}
