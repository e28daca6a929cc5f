//! `POST /v1/approvals/{apr}/answers` (api.md §4.6).

use sekisho_app::approval::{self, By, Given, Judged};
use sekisho_app::context::Context;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::ChallengeId;
use sekisho_domain::method::Answer as Answered;
use sekisho_domain::read::{list, object, parsed, text};
use serde::{Deserialize, Serialize};

use super::standing::{Shown, Standing};
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::problem::Problem;

/// Parts of an answer at most; each challenge has one or two.
const PARTS_MAX: usize = 8;
/// Values or choices of a part at most.
const VALUES_MAX: usize = 16;

fn read(f: &mut Fields) -> Read<(ChallengeId, Vec<Answered>)> {
    let challenge = f.required("challenge", parsed());
    let parts = f.required("parts", list(0..=PARTS_MAX, object(read_part)));
    Ok((challenge?, in_order(parts?)))
}

fn read_part(f: &mut Fields) -> Read<(String, Option<Answered>)> {
    let texts = || list(0..=VALUES_MAX, text(0..=64));
    let part = f.required("part", text(1..=8));
    let values = f.optional("values", texts());
    let choices = f.optional("choices", texts());
    let code = f.optional("code", text(0..=64));
    let answer = match (values?, choices?, code?) {
        (Some(values), None, None) => Some(Answered::Values(values)),
        (None, Some(choices), None) => Some(Answered::Choices(choices)),
        (None, None, Some(code)) => Some(Answered::Code(code)),
        _ => None,
    };
    Ok((part?, answer))
}

/// The answers, if they stand under the names `p1`, `p2` … in order; else none at all, which is
/// incomplete.
fn in_order(parts: Vec<(String, Option<Answered>)>) -> Vec<Answered> {
    let named = parts.into_iter().enumerate();
    let answers =
        named.map(|(nth, (name, answer))| answer.filter(|_| name == format!("p{}", nth + 1)));
    answers.collect::<Option<Vec<_>>>().unwrap_or_default()
}

/// What is kept for repeated requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Heard {
    judged: Judged,
    standing: Standing,
}

#[derive(Serialize)]
struct Reply<'a> {
    verdict: sekisho_app::approval::Outcome,
    attempts_left: u8,
    wait_s: u32,
    approval: Shown<'a>,
}

pub(super) async fn answer(visit: Visit) -> Result<Answer, Problem> {
    let (challenge, parts) = visit.read(object(read))?;
    let id = visit.id("apr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let by = By::Client(visit.client().id);
    let given = Given { approval: id, challenge, parts, besides: true };
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let kept = once(tx, cx, &key, |tx, cx| {
            let judged = approval::answer(tx, cx, institution, &given, by)?;
            let after = approval::find(tx, institution, id)?;
            Ok(Heard { standing: Standing::of(tx, cx, &after)?, judged })
        })?;
        Ok((approval::find(tx, institution, id)?, kept))
    };
    let (approval, kept) = visit.web.run(visit.actor(), act).await?;
    let Heard { judged, standing } = &kept.outcome;
    let reply = Reply {
        verdict: judged.outcome,
        attempts_left: judged.attempts_left,
        wait_s: judged.wait_s,
        approval: Shown::new(&approval, standing, visit.lang()),
    };
    Ok(Answer::ok(&reply).at(standing.version).replayed(kept.replayed))
}
