//! `…/consumption`: the core banking system uses an approval, exactly once (api.md §4.7).

use sekisho_app::approval::{self, Booked, Consume, Consumed};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_domain::approval::{Approval, Stage};
use sekisho_domain::fields::{FaultCode, Fields, Read};
use sekisho_domain::id::{ApprovalId, ClientId, ConsumptionId, RequestId};
use sekisho_domain::operation::Operation;
use sekisho_domain::read::{object, parsed, text, word};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::receipt;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::told::Told;
use crate::problem::Problem;
use crate::state::Web;
use crate::text::Lang;

/// Whether it is booked now or set aside for a later day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Use {
    Execute,
    Reserve,
}

struct Body {
    booked: Booked,
    way: Use,
    booking: String,
}

fn read(f: &mut Fields) -> Read<Body> {
    let digest = f.optional("digest", parsed());
    let operation = f.optional("operation", object(Operation::read));
    let way = f.required("as", word());
    let booking = f.required("booking", text(1..=64));
    let booked = match (digest?, operation?) {
        (Some(digest), None) => Booked::Digest(digest),
        (None, Some(operation)) => Booked::Operation(Box::new(operation)),
        (None, None) => f.fault("digest", FaultCode::Required)?,
        (Some(_), Some(_)) => f.fault("operation", FaultCode::Unknown)?,
    };
    Ok(Body { booked, way: way?, booking: booking? })
}

/// What is kept for repeated requests. A mismatch is told again as it was told first.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Used {
    consumed: Consumed,
    request: RequestId,
    japanese: bool,
}

pub(super) async fn consume(visit: Visit) -> Result<Answer, Problem> {
    let body = visit.read(object(read))?;
    let id: ApprovalId = visit.id("apr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let (request, japanese) = (visit.request(), visit.lang() == Lang::Ja);
    let wish = Consume {
        approval: id,
        booked: body.booked,
        booking: body.booking,
        client: visit.client().id,
    };
    let way = body.way;
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let kept = once(tx, cx, &key, |tx, cx| {
            let consumed = approval::consume(tx, cx, institution, &wish)?;
            if consumed != Consumed::DigestMismatch {
                check_day(&approval::find(tx, institution, id)?, way, cx)?;
            }
            Ok(Used { consumed, request, japanese })
        })?;
        Ok((approval::find(tx, institution, id)?, kept))
    };
    let (approval, kept) = match visit.web.run(visit.actor(), act).await {
        Err(Error::Refused(Refusal::AlreadyConsumed { .. })) => {
            return Err(already(&visit, id).await?);
        }
        outcome => outcome?,
    };
    let used = kept.outcome;
    let answer = match used.consumed {
        Consumed::Once(_) => {
            let shown = Shown::of(&visit.web, &approval).await?;
            Answer::created(&shown, format!("/v1/approvals/{id}/consumption"))
        }
        Consumed::DigestMismatch => {
            let lang = if used.japanese { Lang::Ja } else { Lang::En };
            Answer::kept(&Problem::new("digest_mismatch"), used.request, lang, &visit.web)
        }
    };
    Ok(answer.replayed(kept.replayed))
}

/// What is for a later day is not booked today, and nothing is set aside yet (api.md §12).
fn check_day(approval: &Approval, way: Use, cx: &Context) -> Result<(), Refusal> {
    let later = approval.operation.date().is_some_and(|date| date > cx.now().day());
    match (way, later) {
        (Use::Execute, false) => Ok(()),
        (Use::Execute, true) | (Use::Reserve, false) => Err(Refusal::OperationDateInvalid),
        (Use::Reserve, true) => Err(Refusal::OperationNotOffered),
    }
}

/// It was used before: by whom, when and for which booking, so that the core can recognise itself.
async fn already(visit: &Visit, id: ApprovalId) -> Result<Problem, Problem> {
    let institution = visit.institution();
    let approval = visit.web.look(move |tx, _| approval::find(tx, institution, id)).await?;
    let told = Problem::new("already_consumed");
    let Stage::Consumed(_, by) = &approval.stage else { return Ok(told) };
    Ok(told.member(
        "consumption",
        json!({
            "id": by.id.to_string(), "booking": by.booking, "consumed_at": by.at.to_string(),
            "client": by.client.map(|client| client.to_string()),
        }),
    ))
}

/// `GET`: how it was used; not found until it was.
pub(super) async fn look(visit: Visit) -> Result<Answer, Problem> {
    let id: ApprovalId = visit.id("apr")?;
    let institution = visit.institution();
    let approval = visit.web.look(move |tx, _| approval::find(tx, institution, id)).await?;
    Ok(Answer::ok(&Shown::of(&visit.web, &approval).await?))
}

/// A consumption as the API shows it.
#[derive(Serialize)]
struct Shown<'a> {
    id: Told<ConsumptionId>,
    approval: Told<ApprovalId>,
    #[serde(rename = "as")]
    way: &'static str,
    booking: &'a str,
    consumed_at: Told<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Told<ClientId>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    receipt: Option<String>,
}

impl<'a> Shown<'a> {
    async fn of(web: &Web, approval: &'a Approval) -> Result<Self, Problem> {
        let Stage::Consumed(approved, by) = &approval.stage else {
            return Err(Problem::new("not_found"));
        };
        Ok(Self {
            id: Told(by.id),
            approval: Told(approval.id),
            way: "execute",
            booking: &by.booking,
            consumed_at: Told(by.at),
            client: by.client.map(Told),
            receipt: receipt::receipt(web, approval, approved, by).await,
        })
    }
}
