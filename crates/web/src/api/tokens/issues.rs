//! トークン発行: a token is issued by mail, for the app to be set up with (Y-09).

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::{Kept, once};
use sekisho_app::otp::by_bank::{self, Warrant};
use sekisho_app::provision;
use sekisho_app::tx::Tx;
use sekisho_domain::digest::Digest;
use sekisho_domain::fields::{FaultCode, Fields, Place, Read};
use sekisho_domain::id::{ApprovalId, ContractId, InstitutionId, IssueId, RequestId};
use sekisho_domain::provision::{StartPassword, TokenIssue};
use sekisho_domain::read::{object, text};
use sekisho_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::in_use::read_needed_approval;
use super::stock::read_note;
use crate::api::answer::Answer;
use crate::api::contracts::read_mail;
use crate::api::door::Visit;
use crate::problem::Problem;
use crate::text::Lang;

/// An issue as the API shows it. What the customer types into the app goes out by mail alone.
fn shown(issue: &TokenIssue) -> Value {
    let contract = issue.contract.map(|id| id.to_string());
    json!({
        "id": issue.id.to_string(), "version": issue.version, "contract": contract,
        "state": issue.state.word(), "service_id": issue.service_id.to_string(),
        "tries_left": issue.tries_left, "issued_at": issue.issued_at.to_string(),
        "expires_at": issue.until.to_string(),
    })
}

struct Wish {
    mail: String,
    start_password: StartPassword,
    approval: (ApprovalId, Digest),
}

fn read_wish(f: &mut Fields) -> Read<Wish> {
    let mail = f.required("mail", read_mail);
    let start_password = f.required("start_password", read_start_password);
    let approval = read_needed_approval(f);
    Ok(Wish { mail: mail?, start_password: start_password?, approval: approval? })
}

fn read_start_password(at: &mut Place) -> Read<StartPassword> {
    match StartPassword::typed(&text(1..=64)(at)?) {
        Some(chosen) => Ok(chosen),
        None => at.fault(FaultCode::Pattern),
    }
}

/// What is kept for repeated requests; nothing was issued where the digest differs.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Heard {
    shown: Option<Value>,
    request: RequestId,
    japanese: bool,
}

/// `POST /v1/contracts/{ctr}/token_issues`: an issue that still waits is taken back by it.
pub(super) async fn issue(visit: Visit) -> Result<Answer, Problem> {
    let Wish { mail, start_password, approval } = visit.read(object(read_wish))?;
    let contract: ContractId = visit.id("ctr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let (request, japanese) = (visit.request(), visit.lang() == Lang::Ja);
    let (approval, digest) = approval;
    let warrant = Warrant { approval, digest, client: visit.client().id };
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let how = (mail.as_str(), &start_password);
            let issue = by_bank::issue(tx, cx, (institution, contract), how, &warrant)?;
            Ok(Heard { shown: issue.as_ref().map(shown), request, japanese })
        })
    };
    let kept: Kept<Heard> = visit.web.run(visit.actor(), act).await?;
    let heard = &kept.outcome;
    let answer = if let Some(issued) = &heard.shown {
        let id = issued["id"].as_str().unwrap_or_default();
        let location = format!("/v1/contracts/{contract}/token_issues/{id}");
        Answer::created(issued, location).at(1)
    } else {
        let lang = if heard.japanese { Lang::Ja } else { Lang::En };
        Answer::kept(&Problem::new("digest_mismatch"), heard.request, lang, &visit.web)
    };
    Ok(answer.replayed(kept.replayed))
}

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let which = which(&visit)?;
    let found = visit.web.look(move |tx, _| find(tx, which)).await?;
    Ok(Answer::ok(&shown(&found)).at(found.version))
}

/// `…/cancellation`: again: the same and no event.
pub(super) async fn cancel(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    let (which, key) = (which(&visit)?, visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let issue = find(tx, which)?;
            Ok(shown(&provision::cancel(tx, cx, which.0, issue.id)?))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    let version = kept.outcome["version"].as_u64().unwrap_or(1);
    Ok(Answer::ok(&kept.outcome).at(version).replayed(kept.replayed))
}

type Which = (InstitutionId, ContractId, IssueId);

fn which(visit: &Visit) -> Result<Which, Problem> {
    Ok((visit.institution(), visit.id("ctr")?, visit.id("iss")?))
}

fn find(tx: &mut Tx, (institution, contract, id): Which) -> Result<TokenIssue, Error> {
    let issue = provision::find_issue(tx, institution, id)?;
    if issue.contract == Some(contract) { Ok(issue) } else { Err(Refusal::NotFound.into()) }
}
