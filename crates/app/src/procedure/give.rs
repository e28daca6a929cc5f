//! The second page: what the token shows. It is judged at once, a right code is spent, and nobody
//! is told: the verdict comes with that on the card.

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, InstitutionId, ProcedureId};
use sekisho_domain::operation::CredentialChange;
use sekisho_domain::procedure::{Given, Procedure, ProcedureKind};
use sekisho_domain::provision::StartPassword;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::serial::Serial;
use sekisho_domain::text::bare_code;
use sekisho_domain::token::Token;

use super::finish::{self, IssueWish};
use super::{card, desk_of, open};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::otp::{self, Shown};
use crate::tx::Tx;

/// Characters of a mail address.
const MAIL_MAX: usize = 254;

/// What a page was filled in with. It holds secrets, so it has no `Debug`.
#[derive(Clone)]
pub enum Form {
    /// 利用開始.
    Start {
        /// シリアル番号, as typed.
        serial: String,
        /// What the token shows.
        code: String,
        /// ログイン時のワンタイムパスワード認証要否.
        at_sign_in: bool,
    },
    /// 交換 (T-12).
    Exchange {
        /// What the old token shows.
        old_code: String,
        /// シリアル番号 of the new one, as typed.
        serial: String,
        /// What the new one shows.
        code: String,
    },
    /// 利用中止 (T-08).
    Stop {
        /// What the token shows.
        code: String,
    },
    /// トークン発行 (Y-09).
    Issue {
        /// Where the ids are sent.
        mail: String,
        /// 利用開始パスワード.
        start_password: String,
    },
    /// 利用開始 of a token that was issued and set up (Y-11).
    Code {
        /// What the app shows.
        code: String,
    },
}

/// What follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// The card is asked by this approval.
    Ask(ApprovalId),
    /// Done: no card is asked.
    Done,
    /// Something was wrong; nobody learns what. Counted. No card is asked.
    Refused,
    /// Too soon after a wrong one; nothing was judged.
    Wait {
        /// Seconds until it is.
        wait_s: u32,
    },
    /// All of it is right, and a code was used before: not counted (E-14).
    Used {
        /// Seconds until the next code, where the token tells.
        wait_s: Option<u32>,
    },
}

/// What was judged, and what the card is asked for.
struct Judged {
    given: Given,
    verdict: Shown,
    serial: Option<Serial>,
}

/// Judges what was typed, and asks the card; without one the procedure ends here.
pub fn give(tx: &mut Tx, cx: &mut Context, id: ProcedureId, form: Form) -> Result<Next, Error> {
    let (procedure, contract) = open(tx, cx, id, |kind| kind != ProcedureKind::SignIn)?;
    let desk = desk_of(tx, contract.id)?;
    desk.may_challenge(cx.now())?;
    // The card was shown when the token was issued (Y-09, C-12).
    let card = match &form {
        Form::Code { .. } => None,
        _ => card::proof(tx, cx, &desk, procedure.kind)?,
    };
    let wait_s = desk.proofs.wait_s(cx.now());
    if card.is_none() && wait_s > 0 {
        return Ok(Next::Wait { wait_s });
    }
    let judged = judge(tx, cx, &procedure, &contract, &desk, form)?;
    if let Shown::Spent(wait_s) = judged.verdict {
        return Ok(Next::Used { wait_s });
    }
    match card {
        None => at_once(tx, cx, procedure, &contract, judged.given),
        Some(asked) => {
            let change = CredentialChange {
                action: procedure.kind.action().expect("a sign-in was sorted out"),
                serial: judged.serial.map(|serial| serial.to_string()),
                credential: judged.given.credential,
            };
            let asks = card::ask(tx, cx, &procedure, &contract, desk, asked, change)?;
            cx.save(tx, procedure.asks(judged.given, asks))?;
            Ok(Next::Ask(asks))
        }
    }
}

/// No card is asked: right ends the procedure, wrong is counted for all of them together.
fn at_once(
    tx: &mut Tx,
    cx: &mut Context,
    procedure: Procedure,
    contract: &Contract,
    given: Given,
) -> Result<Next, Error> {
    let mut desk = desk_of(tx, contract.id)?;
    if !given.right {
        let policy = cx.policy(contract.institution);
        let failures = desk.proof_failed(&policy, cx.now());
        let event = contract.proof_refused(failures);
        cx.note(tx, contract.institution, Some(contract.id), &event);
        tx.put(desk)?;
        return Ok(Next::Refused);
    }
    desk.proof_right();
    tx.put(desk)?;
    finish::carry_out(tx, cx, &procedure, contract, given)?;
    cx.save(tx, procedure.end())?;
    Ok(Next::Done)
}

fn judge(
    tx: &mut Tx,
    cx: &mut Context,
    procedure: &Procedure,
    contract: &Contract,
    desk: &Desk,
    form: Form,
) -> Result<Judged, Error> {
    match (procedure.kind, form) {
        (ProcedureKind::OtpStart, Form::Start { serial, code, at_sign_in }) => {
            start(tx, cx, contract, desk, (&serial, &code, at_sign_in))
        }
        (ProcedureKind::OtpStart, Form::Code { code }) => first_code(tx, cx, desk, &code),
        (ProcedureKind::OtpExchange, Form::Exchange { old_code, serial, code }) => {
            exchange(tx, cx, contract, desk, (&old_code, &serial, &code))
        }
        (ProcedureKind::OtpStop, Form::Stop { code }) => stop(tx, cx, desk, &code),
        (ProcedureKind::OtpIssue, Form::Issue { mail, start_password }) => {
            issue(tx, cx, procedure, desk, (mail, &start_password))
        }
        _ => Err(Refusal::NotFound.into()),
    }
}

fn start(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    desk: &Desk,
    (serial, code, at_sign_in): (&str, &str, bool),
) -> Result<Judged, Error> {
    let serial = typed(serial)?;
    well_formed(code)?;
    let found = finish::startable(tx, cx, contract, desk, &serial)?;
    let (token, waiting) = found.map_or((None, None), |(token, waiting)| (Some(token), waiting));
    let given = Given {
        right: false,
        token: token.as_ref().map(|token| token.id),
        credential: waiting.map(|waiting| waiting.id),
        at_sign_in,
        wish: None,
    };
    let shown = show(tx, cx, desk.institution, token, code)?;
    Ok(one_verdict(given, &[shown], Some(serial)))
}

fn first_code(tx: &mut Tx, cx: &mut Context, desk: &Desk, code: &str) -> Result<Judged, Error> {
    well_formed(code)?;
    let waiting = otp::waiting(tx, desk)?;
    let waiting = waiting.filter(|_| finish::waited(desk, cx.now()));
    let free = otp::in_use(tx, desk)?.is_none();
    let token = match waiting.as_ref().filter(|_| free) {
        Some(waiting) => otp::token_of(tx, waiting)?,
        None => None,
    };
    let given = Given {
        right: false,
        token: token.as_ref().map(|token| token.id),
        at_sign_in: waiting.as_ref().is_some_and(|waiting| waiting.at_sign_in),
        credential: waiting.map(|waiting| waiting.id),
        wish: None,
    };
    let shown = show(tx, cx, desk.institution, token, code)?;
    Ok(one_verdict(given, &[shown], None))
}

fn exchange(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    desk: &Desk,
    (old_code, serial, code): (&str, &str, &str),
) -> Result<Judged, Error> {
    let serial = typed(serial)?;
    well_formed(old_code)?;
    well_formed(code)?;
    let old = used(tx, desk)?;
    let old_token = match &old {
        Some(old) => otp::token_of(tx, old)?,
        None => None,
    };
    let policy = cx.policy(contract.institution);
    let next = otp::by_serial(tx, contract.institution, &serial)?;
    let next = next.filter(|next| next.may_bind(contract.id, &policy, cx.now().day()));
    let given = Given {
        right: false,
        token: next.as_ref().map(|next| next.id),
        at_sign_in: old.as_ref().is_some_and(|old| old.at_sign_in),
        credential: old.map(|old| old.id),
        wish: None,
    };
    let shown = [
        show(tx, cx, desk.institution, old_token, old_code)?,
        show(tx, cx, desk.institution, next, code)?,
    ];
    Ok(one_verdict(given, &shown, Some(serial)))
}

fn stop(tx: &mut Tx, cx: &mut Context, desk: &Desk, code: &str) -> Result<Judged, Error> {
    well_formed(code)?;
    let used = used(tx, desk)?;
    let token = match &used {
        Some(used) => otp::token_of(tx, used)?,
        None => None,
    };
    let credential = used.map(|used| used.id);
    let given = Given { right: false, token: None, credential, at_sign_in: false, wish: None };
    let shown = show(tx, cx, desk.institution, token, code)?;
    Ok(one_verdict(given, &[shown], None))
}

/// Nothing is shown of a token that does not exist yet; the card alone proves.
fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    procedure: &Procedure,
    desk: &Desk,
    (mail, start_password): (String, &str),
) -> Result<Judged, Error> {
    let plausible = mail.len() <= MAIL_MAX
        && mail.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && !mail.chars().any(|c| c.is_whitespace() || c.is_control());
    let start_password = StartPassword::typed(start_password).filter(|_| plausible);
    let start_password = start_password.or_refuse(Refusal::AnswerIncomplete)?;
    let wish = IssueWish { mail, start_password: start_password.expose().to_owned() };
    let given = Given {
        right: otp::in_use(tx, desk)?.is_none() && finish::waited(desk, cx.now()),
        token: None,
        credential: None,
        at_sign_in: false,
        wish: Some(wish.sealed(cx, procedure.id)),
    };
    let verdict = if given.right { Shown::Right } else { Shown::Wrong };
    Ok(Judged { given, verdict, serial: None })
}

/// The token in use, unless it is locked.
fn used(tx: &mut Tx, desk: &Desk) -> Result<Option<Credential>, Error> {
    let used = otp::in_use(tx, desk)?;
    Ok(used.filter(|used| used.state == CredentialState::Active))
}

/// As much work for a token that is not there.
fn show(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    token: Option<Token>,
    code: &str,
) -> Result<Shown, Error> {
    match token {
        Some(token) => otp::show(tx, cx, token, code),
        None => Ok(otp::show_nothing(cx, institution, code)),
    }
}

/// All of it right; something wrong; or else something used before.
fn one_verdict(given: Given, shown: &[Shown], serial: Option<Serial>) -> Judged {
    let used = shown.iter().copied().find(|shown| matches!(shown, Shown::Spent(_)));
    let verdict = match used {
        _ if shown.contains(&Shown::Wrong) => Shown::Wrong,
        Some(used) => used,
        None => Shown::Right,
    };
    Judged { given: Given { right: verdict == Shown::Right, ..given }, verdict, serial }
}

fn typed(serial: &str) -> Result<Serial, Refusal> {
    serial.parse().map_err(|_| Refusal::AnswerIncomplete)
}

/// What no token shows is told at once and not counted, whether there is a token or not.
fn well_formed(code: &str) -> Result<(), Refusal> {
    let code = bare_code(code);
    let fits = matches!(code.len(), 6 | 8) && code.bytes().all(|b| b.is_ascii_digit());
    if fits { Ok(()) } else { Err(Refusal::AnswerIncomplete) }
}
