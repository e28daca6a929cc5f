//! What a customer shows of tokens besides a card: serial and codes are one proof with one verdict
//! and one count, that of the desk. A code that is right and used costs nothing (E-14).

use sekisho_domain::contract::Contract;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::text::bare_code;
use sekisho_domain::token::Token;

use super::by_bank::Outcome;
use super::{Shown, desk_of, show, show_nothing};
use crate::context::Context;
use crate::error::Error;
use crate::tx::Tx;

/// One verdict over all that was shown; `Some` when it was wrong, which is counted. A token that is
/// not there answers like a wrong code, and takes as long.
pub(super) fn prove(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    shown: Vec<(Option<Token>, &str)>,
) -> Result<Option<Outcome>, Error> {
    for (_, code) in &shown {
        well_formed(code)?;
    }
    may_prove(tx, cx, contract)?;
    let (mut all_right, mut spent) = (true, None);
    for (token, code) in shown {
        let judged = match token {
            Some(token) => show(tx, cx, token, code)?,
            None => show_nothing(cx, contract.institution, code),
        };
        match judged {
            Shown::Right => {}
            Shown::Wrong => all_right = false,
            Shown::Spent(wait_s) => spent = Some(spent.flatten().max(wait_s)),
        }
    }
    match spent {
        _ if !all_right => wrong(tx, cx, contract).map(Some),
        Some(wait_s) => Err(Refusal::CodeUsed { wait_s }.into()),
        None => right(tx, contract).map(|()| None),
    }
}

/// What no token shows is told at once and not counted, whichever token it is.
pub(super) fn well_formed(code: &str) -> Result<(), Refusal> {
    let code = bare_code(code);
    let fits = matches!(code.len(), 6 | 8) && code.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(()) } else { Err(Refusal::AnswerIncomplete) }
}

/// Whether a proof is judged now: not within the growing delay, and not in the pause after the last
/// wrong one.
pub(super) fn may_prove(tx: &mut Tx, cx: &Context, contract: &Contract) -> Result<(), Error> {
    let desk = desk_of(tx, contract.id)?;
    let paused = desk.paused_until.filter(|until| cx.now() < *until);
    let delay_s = desk.proofs.wait_s(cx.now());
    let delayed = (delay_s > 0).then(|| cx.now().plus_s(i64::from(delay_s)));
    match paused.max(delayed) {
        Some(until) => Err(Refusal::ProofPaused { until }.into()),
        None => Ok(()),
    }
}

/// Counts a wrong proof, once.
pub(super) fn wrong(tx: &mut Tx, cx: &mut Context, contract: &Contract) -> Result<Outcome, Error> {
    let policy = cx.policy(contract.institution);
    let mut desk = desk_of(tx, contract.id)?;
    let failures = desk.proof_failed(&policy, cx.now());
    tx.put(desk)?;
    cx.note(tx, contract.institution, Some(contract.id), &contract.proof_refused(failures));
    Ok(Outcome::Refused { attempts_left: policy.lock.otp.max.saturating_sub(failures) })
}

/// A right proof: wrong ones are forgotten.
pub(super) fn right(tx: &mut Tx, contract: &Contract) -> Result<(), Error> {
    let mut desk = desk_of(tx, contract.id)?;
    desk.proof_right();
    tx.put(desk)?;
    Ok(())
}
