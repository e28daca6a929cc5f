//! The customer answers: judged once, counted for ever, in one commit with everything that follows
//! from it.

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::{Approval, Challenge, End, EndReason, Stage};
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, ChallengeId, InstitutionId};
use sekisho_domain::method::{Answer, Verdict};
use sekisho_domain::operation::OperationKind;
use sekisho_domain::refusal::{NoMethod, Refusal};

use super::open::{By, admitted};
use super::{closed, find};
use crate::batch::post;
use crate::context::Context;
use crate::error::Error;
use crate::tx::{StoreError, Tx};
use crate::{method, order, otp, switch};

/// An answer to a challenge: one for each part, in order. It may hold a secret, so it has no
/// `Debug`.
#[derive(Clone)]
pub struct Given {
    /// Which approval.
    pub approval: ApprovalId,
    /// Which question it answers.
    pub challenge: ChallengeId,
    /// The answers, part by part.
    pub parts: Vec<Answer>,
    /// Whether what was shown besides the cards was right too: an activation code (E-04). One
    /// verdict for all.
    pub besides: bool,
}

/// How an answer was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// All of it was right.
    Accepted,
    /// Something was wrong; nobody learns what.
    Rejected,
    /// Too soon after a wrong one, or right and used before; not counted.
    Wait,
}

/// What came of an answer; small, because it is kept for repeated requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judged {
    /// The approval.
    pub approval: ApprovalId,
    /// The verdict.
    pub outcome: Outcome,
    /// Answers left: the smaller of what challenge and lock allow.
    pub attempts_left: u8,
    /// Seconds until the next answer is judged.
    pub wait_s: u32,
    /// State of the approval after it.
    pub state: String,
    /// Its version after it.
    pub version: u64,
    /// Why it ended, if it did.
    pub reason: Option<String>,
}

/// Judges an answer. A rejection is a success of this use case: it happened and is kept.
///
/// Of any number of simultaneous right answers exactly one is accepted; the others find the
/// approval closed, and are never counted as failures.
pub fn answer(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    given: &Given,
    by: By,
) -> Result<Judged, Error> {
    let approval = find(tx, institution, given.approval)?;
    admitted(&approval, by)?;
    let challenge = asked(&approval, cx, given.challenge)?.clone();
    let mut credentials = load_parts(tx, &challenge)?;
    if let Some(reason) = retired(&approval, &credentials, cx) {
        return refuse(tx, cx, approval, &challenge, reason);
    }
    let wait_s = credentials
        .iter()
        .map(|credential| credential.attempts.wait_s(cx.now()))
        .max()
        .unwrap_or(0);
    if wait_s > 0 {
        return Ok(judged(&approval, Outcome::Wait, left(&approval, &credentials, cx), wait_s));
    }
    if given.parts.len() != challenge.parts.len() {
        return Err(Refusal::AnswerIncomplete.into());
    }
    let mut all_right = given.besides;
    let mut spent = None;
    for ((part, credential), answer) in
        challenge.parts.iter().zip(&mut credentials).zip(&given.parts)
    {
        match method::judge(tx, cx, credential, part, answer)? {
            Verdict::Accept(motion) => credential.motion = motion,
            Verdict::Reject(motion) => {
                credential.motion = motion;
                all_right = false;
            }
            Verdict::Spent { again_at } => {
                spent = Some(again_at.map_or(1, |at| at.seconds_since(cx.now()).max(1)));
            }
            Verdict::Incomplete => return Err(Refusal::AnswerIncomplete.into()),
        }
    }
    match spent {
        // A code that was used before proves nothing and costs nothing (E-14, E-15).
        Some(wait_s) if all_right => {
            let wait_s = u32::try_from(wait_s).unwrap_or(u32::MAX);
            Ok(judged(&approval, Outcome::Wait, left(&approval, &credentials, cx), wait_s))
        }
        None if all_right => accept(tx, cx, approval, credentials),
        _ => reject(tx, cx, approval, credentials),
    }
}

/// The challenge that can be answered; the state of the approval is judged first, then that of the
/// challenge.
fn asked<'a>(
    approval: &'a Approval,
    cx: &Context,
    id: ChallengeId,
) -> Result<&'a Challenge, Error> {
    match &approval.stage {
        Stage::Challenged(challenge) if challenge.id == id => {
            if approval.lapsed(cx.now()) {
                return Err(Refusal::ChallengeClosed { why: "expired" }.into());
            }
            Ok(challenge)
        }
        Stage::Challenged(_) => Err(Refusal::ChallengeClosed { why: "replaced" }.into()),
        Stage::Requested => Err(Refusal::ChallengeClosed { why: "never_drawn" }.into()),
        Stage::Approved(_) | Stage::Consumed(..) | Stage::Ended { .. } => {
            Err(closed(approval, cx.now()).into())
        }
    }
}

fn load_parts(tx: &mut Tx, challenge: &Challenge) -> Result<Vec<Credential>, Error> {
    let mut credentials = Vec::with_capacity(challenge.parts.len());
    for part in &challenge.parts {
        let credential = tx.load::<Credential>(&part.credential)?;
        let lost = || StoreError::Corrupt(format!("{} was asked and is gone", part.credential));
        credentials.push(credential.ok_or_else(lost)?);
    }
    Ok(credentials)
}

/// Judged at the answer, by server clock (E-07): locked, revoked or retired since the question was
/// shown. A change of cards is proven also with a card that approves nothing else any more (T-16).
fn retired(approval: &Approval, credentials: &[Credential], cx: &Context) -> Option<EndReason> {
    let policy = cx.policy(approval.institution);
    let day = cx.now().day();
    let proof_of_change = approval.operation.kind() == OperationKind::CredentialChange;
    let why = credentials
        .iter()
        .filter_map(|credential| credential.answers(&policy, day).err())
        .find(|why| !(proof_of_change && *why == NoMethod::MandatoryDatePassed))?;
    match why {
        NoMethod::Locked => Some(EndReason::Locked),
        NoMethod::MandatoryDatePassed => Some(EndReason::MethodRetired),
        _ => Some(EndReason::CredentialRevoked),
    }
}

fn accept(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    credentials: Vec<Credential>,
) -> Result<Judged, Error> {
    let policy = cx.policy(approval.institution);
    for credential in credentials {
        let was_in_use = credential.activated_at.is_some();
        let credential = cx.save(tx, credential.succeeded(cx.now()))?;
        if !was_in_use && credential.activated_at.is_some() {
            reach_end(tx, cx, &credential)?;
            let desk = desk_of(tx, &approval)?;
            if credential.method.card().is_some() && otp::limits_cards(tx, &desk)? {
                cx.save(tx, credential.limit())?;
            }
        }
    }
    let approval = cx.save(tx, approval.right(&policy, cx.now()))?;
    let mut desk = desk_of(tx, &approval)?;
    desk.answered(approval.id);
    if let Stage::Approved(approved) = &approval.stage {
        desk.keep_until(approval.id, approved.consume_before);
    }
    tx.put(desk)?;
    let approval = switch::complete(tx, cx, approval)?;
    Ok(judged(&approval, Outcome::Accepted, 0, 0))
}

/// A posted customer card has come into use: its order has reached its end, and the next card can
/// be ordered (E-01).
fn reach_end(tx: &mut Tx, cx: &mut Context, credential: &Credential) -> Result<(), Error> {
    let order = order::of_card(tx, credential)?;
    let Some(order) = order.filter(|order| !order.state.terminal()) else {
        return Ok(());
    };
    post::arrived(tx, cx, &order)?;
    order::clear_from_desk(tx, &order)?;
    cx.save(tx, order.activated())?;
    Ok(())
}

fn reject(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    credentials: Vec<Credential>,
) -> Result<Judged, Error> {
    let policy = cx.policy(approval.institution);
    let challenge = approval.challenge().expect("only a challenged approval is answered").clone();
    let mut failed = Vec::with_capacity(credentials.len());
    for credential in credentials {
        failed.push(cx.save(tx, credential.failed(&policy, cx.now()))?);
    }
    let locked = failed.iter().any(|credential| credential.locked(&policy));
    let approval = cx.save(tx, approval.wrong(&policy, locked, cx.now()))?;
    if approval.stage.terminal() {
        never_again(tx, &challenge, failed)?;
        let mut desk = desk_of(tx, &approval)?;
        desk.clear(approval.id);
        tx.put(desk)?;
        return Ok(judged(&approval, Outcome::Rejected, 0, 0));
    }
    let wait_s =
        failed.iter().map(|credential| credential.attempts.wait_s(cx.now())).max().unwrap_or(0);
    let attempts_left = left(&approval, &failed, cx);
    Ok(judged(&approval, Outcome::Rejected, attempts_left, wait_s))
}

/// A question answered wrongly to the end is not asked again unchanged (domain.md §7, 5).
fn never_again(
    tx: &mut Tx,
    challenge: &Challenge,
    credentials: Vec<Credential>,
) -> Result<(), Error> {
    for (part, mut credential) in challenge.parts.iter().zip(credentials) {
        credential.motion = method::abandon(&credential, part)?;
        tx.put(credential)?;
    }
    Ok(())
}

/// The method was lost while the question was open: the approval ends, nothing is counted.
fn refuse(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    challenge: &Challenge,
    reason: EndReason,
) -> Result<Judged, Error> {
    let mut desk = desk_of(tx, &approval)?;
    super::open::abandon(tx, cx, &mut desk, challenge)?;
    desk.clear(approval.id);
    tx.put(desk)?;
    let approval = cx.save(tx, approval.end(End::Refused, reason, cx.now()))?;
    Ok(judged(&approval, Outcome::Rejected, 0, 0))
}

/// Answers left: the smaller of what challenge and lock allow.
pub(crate) fn left(approval: &Approval, credentials: &[Credential], cx: &Context) -> u8 {
    let policy = cx.policy(approval.institution);
    let by_lock = credentials.iter().map(|credential| credential.left(&policy)).min();
    let by_challenge = approval.challenge().map_or(0, |challenge| challenge.left(&policy));
    by_lock.map_or(by_challenge, |by_lock| by_lock.min(by_challenge))
}

fn judged(approval: &Approval, outcome: Outcome, attempts_left: u8, wait_s: u32) -> Judged {
    let reason = match &approval.stage {
        Stage::Ended { reason, .. } => Some(reason.word().to_owned()),
        _ => None,
    };
    Judged {
        approval: approval.id,
        outcome,
        attempts_left,
        wait_s,
        state: approval.stage.word().to_owned(),
        version: approval.version,
        reason,
    }
}

fn desk_of(tx: &mut Tx, approval: &Approval) -> Result<Desk, Error> {
    let desk = tx.load::<Desk>(&approval.contract)?;
    Ok(desk.ok_or_else(|| StoreError::Corrupt(format!("{} has no desk", approval.contract)))?)
}
