//! The last page: the card. One verdict over it and everything that was given before, and one
//! count, the card's own.

use sekisho_domain::approval::{Approval, Consumption, Stage};
use sekisho_domain::id::{ApprovalId, ChallengeId, ConsumptionId, ProcedureId};
use sekisho_domain::method::Answer;
use sekisho_domain::procedure::ProcedureKind;
use sekisho_domain::refusal::Refusal;

use super::{desk_of, finish, open};
use crate::approval::{self, By, Outcome};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// All of it was right; it is done.
    Done,
    /// Something was wrong; nobody learns what.
    Rejected {
        /// Answers left.
        attempts_left: u8,
    },
    /// Too soon after a wrong answer; nothing was judged.
    Wait {
        /// Seconds until it is.
        seconds: u32,
    },
    /// The last answer was wrong, or the card is no longer good: the procedure is over.
    Over,
}

/// Judges the answers of the card. When all is right, the token is bound, exchanged, given up or
/// issued in the same commit.
pub fn answer(
    tx: &mut Tx,
    cx: &mut Context,
    id: ProcedureId,
    challenge: ChallengeId,
    parts: Vec<Answer>,
) -> Result<Step, Error> {
    let (procedure, contract) = open(tx, cx, id, |kind| kind != ProcedureKind::SignIn)?;
    let asked = procedure.given.clone().zip(procedure.approval);
    let never = Refusal::ChallengeClosed { why: "never_drawn" };
    let (given, approval) = asked.or_refuse(never)?;
    let desk = desk_of(tx, contract.id)?;
    let besides = given.right && finish::still(tx, cx, &contract, &desk, (procedure.kind, &given))?;
    let answer = approval::Given { approval, challenge, parts, besides };
    let by = By::Page(procedure.session);
    let judged = approval::answer(tx, cx, procedure.institution, &answer, by)?;
    match judged.outcome {
        Outcome::Accepted => {
            use_up(tx, cx, approval)?;
            finish::carry_out(tx, cx, &procedure, &contract, given)?;
            cx.save(tx, procedure.end())?;
            Ok(Step::Done)
        }
        Outcome::Rejected if judged.reason.is_some() => {
            cx.save(tx, procedure.end())?;
            Ok(Step::Over)
        }
        Outcome::Rejected => Ok(Step::Rejected { attempts_left: judged.attempts_left }),
        Outcome::Wait => Ok(Step::Wait { seconds: judged.wait_s }),
    }
}

/// The approval is used, in the commit of what it allows.
fn use_up(tx: &mut Tx, cx: &mut Context, id: ApprovalId) -> Result<(), Error> {
    let approval = tx.load::<Approval>(&id)?.or_refuse(Refusal::NotFound)?;
    debug_assert!(matches!(approval.stage, Stage::Approved(_)), "it was just accepted");
    let mut desk = desk_of(tx, approval.contract)?;
    desk.consume(id, cx.now());
    tx.put(desk)?;
    let id = ConsumptionId::make(cx.moment);
    let booking = approval.reference.to_string();
    cx.save(tx, approval.consume(Consumption { id, booking, client: None, at: cx.now() }))?;
    Ok(())
}
