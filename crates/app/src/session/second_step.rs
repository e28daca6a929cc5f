//! ワンタイムパスワード認証画面: the sign-in of a customer whose token is asked for besides the password
//! (Y-12, C-07).

use sekisho_domain::contract::Contract;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::ProcedureId;
use sekisho_domain::procedure::{Begin, Procedure, ProcedureKind};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;
use sekisho_domain::text::bare_code;

use super::{Entry, admit, no_desk};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::otp::{self, Shown};
use crate::procedure::standing;
use crate::tx::Tx;

/// What came of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CodeShown {
    /// Signed in.
    In(Box<Session>),
    /// Wrong, and counted.
    Rejected {
        /// Tries left until the token is locked.
        left: u8,
    },
    /// Too soon after a wrong one; nothing was judged.
    Wait {
        /// Seconds until it is.
        wait_s: u32,
    },
    /// Right, and used before: not counted (E-14).
    Used {
        /// Seconds until the next code, where the token tells.
        wait_s: Option<u32>,
    },
    /// The token is locked; only the institution unlocks it.
    Locked,
    /// The sign-in is over, or was never begun: it starts again with the password.
    Gone,
}

/// The password was right. Nothing is noted of a sign-in or a device until the code is right too.
pub(super) fn begin(
    tx: &mut Tx,
    cx: &mut Context,
    found: Contract,
    entry: Entry,
) -> Result<Procedure, Error> {
    let found = cx.save(tx, found.password_shown(entry.renewed))?;
    let begin = Begin {
        id: ProcedureId::make(cx.moment),
        institution: found.institution,
        contract: found.id,
        kind: ProcedureKind::SignIn,
        session: None,
        secret_hash: entry.secret_hash,
        checked: found.password.verifier,
        device: entry.device,
    };
    Ok(cx.save(tx, Procedure::begin(begin, cx.now()))?)
}

/// Judges the code of a sign-in; who shows the procedure's cookie is the door's to check before. A
/// wrong one is a success of this use case: it happened and is kept.
pub fn show_code(
    tx: &mut Tx,
    cx: &mut Context,
    id: ProcedureId,
    code: &str,
    secret_hash: String,
) -> Result<CodeShown, Error> {
    let of_sign_in = |procedure: &Procedure| procedure.kind == ProcedureKind::SignIn;
    let Some(procedure) = tx.load::<Procedure>(&id)?.filter(of_sign_in) else {
        return Ok(CodeShown::Gone);
    };
    let Some(contract) = standing(tx, cx, &procedure)? else {
        return Ok(CodeShown::Gone);
    };
    cx.actor = Actor::Customer(contract.id);
    let typed = bare_code(code);
    if !matches!(typed.len(), 6 | 8) || !typed.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Refusal::AnswerIncomplete.into());
    }
    let desk = tx.load::<Desk>(&contract.id)?.ok_or_else(|| no_desk(contract.id))?;
    let Some(credential) = otp::in_use(tx, &desk)? else {
        // Given up meanwhile: whether a code is asked is judged anew.
        cx.save(tx, procedure.end())?;
        return Ok(CodeShown::Gone);
    };
    if credential.state == CredentialState::Locked {
        cx.save(tx, procedure.end())?;
        return Ok(CodeShown::Locked);
    }
    let wait_s = credential.attempts.wait_s(cx.now());
    if wait_s > 0 {
        return Ok(CodeShown::Wait { wait_s });
    }
    let token = otp::token_of(tx, &credential)?.or_refuse(Refusal::NotFound)?;
    match otp::show(tx, cx, token, code)? {
        Shown::Right => {
            let method = credential.method;
            cx.save(tx, credential.succeeded(cx.now()))?;
            let device = (procedure.device.clone(), secret_hash);
            let session = admit(tx, cx, contract, device, None, Some(method))?;
            cx.save(tx, procedure.end())?;
            Ok(CodeShown::In(Box::new(session)))
        }
        Shown::Spent(wait_s) => Ok(CodeShown::Used { wait_s }),
        Shown::Wrong => {
            let policy = cx.policy(contract.institution);
            let credential = cx.save(tx, credential.failed(&policy, cx.now()))?;
            cx.save(tx, contract.code_wrong())?;
            if credential.state == CredentialState::Locked {
                cx.save(tx, procedure.end())?;
                return Ok(CodeShown::Locked);
            }
            Ok(CodeShown::Rejected { left: credential.left(&policy) })
        }
    }
}
