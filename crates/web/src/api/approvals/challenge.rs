//! `…/challenge`: the question, for a bank that renders it itself (api.md §4.6).

use sekisho_app::approval::{self, By, Seen, seen};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::{Kept, once};
use sekisho_app::tx::Tx;
use sekisho_domain::approval::{Approval, AskedBy, Challenge, Mode};
use sekisho_domain::fields::{FaultCode, Fields, Place, Read};
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::read::object;
use sekisho_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::parts::Asked;
use super::standing::attempts_left;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::problem::Problem;

/// Methods the API knows and this server does not offer yet.
const NOT_OFFERED: [&str; 3] = ["mail_password", "app_signature", "passkey"];

/// Which method is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Best,
    This(MethodKind),
    NotOffered,
}

fn read(f: &mut Fields) -> Read<Wish> {
    Ok(f.optional("method", read_method)?.unwrap_or(Wish::Best))
}

fn read_method(at: &mut Place) -> Read<Wish> {
    let word = at.text()?;
    match word.parse::<MethodKind>() {
        Ok(kind) => Ok(Wish::This(kind)),
        Err(_) if NOT_OFFERED.contains(&word) => Ok(Wish::NotOffered),
        Err(_) => at.fault(FaultCode::Enum),
    }
}

/// What is kept for repeated requests: the question itself, which the approval forgets when it is
/// answered.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Drawn {
    challenge: Challenge,
    attempts_left: u8,
    fresh: bool,
}

/// `POST`: draws it the first time, shows the same ever after.
pub(super) async fn open(visit: Visit) -> Result<Answer, Problem> {
    let wish = visit.read(object(read))?;
    let id = visit.id("apr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let by = By::Client(visit.client().id);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let kept = once(tx, cx, &key, |tx, cx| {
            let wanted = match wish {
                Wish::Best => None,
                Wish::This(kind) => Some(kind),
                Wish::NotOffered => {
                    approval::find(tx, institution, id)?;
                    return Err(Refusal::MethodNotOffered.into());
                }
            };
            let opened = approval::open(tx, cx, institution, id, wanted, by)?;
            let approval = approval::find(tx, institution, id)?;
            let challenge = approval.challenge().expect("what was opened is challenged").clone();
            let attempts_left = attempts_left(tx, &cx.policy(institution), &challenge)?;
            Ok(Drawn { challenge, attempts_left, fresh: opened.fresh })
        })?;
        let seen = seen(tx, &kept.outcome.challenge.parts)?;
        Ok((approval::find(tx, institution, id)?, kept, seen))
    };
    let (approval, kept, seen): (Approval, Kept<Drawn>, _) =
        visit.web.run(visit.actor(), act).await?;
    let Drawn { challenge, attempts_left, fresh } = kept.outcome;
    let asked = asked(&visit, &approval, &challenge, attempts_left, seen)?;
    let answer = if fresh {
        Answer::created(&asked, format!("/v1/approvals/{}/challenge", approval.id))
    } else {
        Answer::ok(&asked)
    };
    Ok(answer.replayed(kept.replayed))
}

/// `GET`: the question that was drawn, while it can be answered.
pub(super) async fn again(visit: Visit) -> Result<Answer, Problem> {
    let id: ApprovalId = visit.id("apr")?;
    let (institution, client) = (visit.institution(), visit.client().id);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let approval = approval::find(tx, institution, id)?;
        let own = approval.asked_by == AskedBy::Client(client) && approval.mode == Mode::Direct;
        let open = own && !approval.lapsed(cx.now());
        let challenge = approval.challenge().filter(|_| open).cloned();
        let challenge = challenge.ok_or(Error::Refused(Refusal::NotFound))?;
        let attempts_left = attempts_left(tx, &cx.policy(institution), &challenge)?;
        let seen = seen(tx, &challenge.parts)?;
        Ok((approval, challenge, attempts_left, seen))
    };
    let (approval, challenge, attempts_left, seen) = visit.web.look(act).await?;
    Ok(Answer::ok(&asked(&visit, &approval, &challenge, attempts_left, seen)?))
}

/// The question as data. What is shown is worked out here, not in the writer.
fn asked(
    visit: &Visit,
    approval: &Approval,
    challenge: &Challenge,
    attempts_left: u8,
    seen: Vec<Seen>,
) -> Result<Asked, Problem> {
    let views = seen.into_iter().map(|seen| seen.view(&visit.web.platform));
    let views = views.collect::<Result<Vec<_>, Error>>()?;
    Ok(Asked::new(&visit.web, approval, challenge, attempts_left, views))
}
