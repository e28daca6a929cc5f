//! Sessions of a contract: looked at, and ended (api.md §3.3).

use axum::Router;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_app::{contract, session};
use sekisho_domain::desk::Desk;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::{ContractId, InstitutionId, SessionId};
use sekisho_domain::policy::Policy;
use sekisho_domain::read::{object, text, word};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::{Session, SessionEnd};
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use super::{READS, WRITES, listed};
use crate::api::answer::Answer;
use crate::api::door::{Door, Visit};
use crate::api::page;
use crate::problem::Problem;
use crate::state::Web;

const FILTERS: &[&str] = &["limit", "after", "order"];

pub(super) fn router() -> Router<Web> {
    let of_contract = Door::get(READS).with_query(FILTERS).route(list);
    Router::new()
        .route("/v1/contracts/{ctr}/sessions", of_contract)
        .route("/v1/sessions/{ses}", Door::get(READS).route(show))
        .route("/v1/sessions/{ses}/revocation", Door::post(WRITES).or_empty().route(revoke))
        .route(
            "/v1/contracts/{ctr}/sessions/revocation",
            Door::post(WRITES).or_empty().route(revoke_all),
        )
}

/// A session as the API shows it: one that nobody has used for too long has ended, whether or not
/// it was swept away already.
fn shown(session: &Session, policy: &Policy, now: Timestamp) -> Value {
    let mut shown = json!({
        "id": session.id.to_string(), "contract": session.contract.to_string(),
        "state": "active", "device": session.device,
        "signed_in_at": session.signed_in_at.to_string(), "seen_at": session.seen_at.to_string(),
        "expires_at": session.deadline(policy).to_string(),
    });
    if let Err(end) = session.alive(policy, now) {
        shown["state"] = "ended".into();
        shown["reason"] = end.word().into();
    }
    shown
}

fn found(tx: &mut Tx, institution: InstitutionId, id: SessionId) -> Result<Session, Error> {
    let found = tx.load::<Session>(&id)?.filter(|session| session.institution == institution);
    found.ok_or_else(|| Refusal::NotFound.into())
}

async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: SessionId = visit.id("ses")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| found(tx, institution, id)).await?;
    let now = visit.web.now();
    Ok(Answer::ok(&shown(&found, visit.home().policy(now), now)))
}

async fn list(visit: Visit) -> Result<Answer, Problem> {
    let found = listed::<Session>(&visit).await?;
    let (home, now) = (visit.home(), visit.web.now());
    let items = found.items.iter().map(|session| shown(session, home.policy(now), now)).collect();
    Ok(page::answer(&visit, items, found.next))
}

/// Why, as the caller noted it; to end a session no reason is needed.
fn read_why(f: &mut Fields) -> Read<()> {
    let reason = f.optional("reason", word::<Reason>());
    let note = f.optional("note", text(1..=200));
    let by = f.optional("reported_by", word::<ReportedBy>());
    reason?;
    note?;
    by?;
    Ok(())
}

/// `…/revocation`: at once, with what the session had open; again: the same and no event.
async fn revoke(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_why))?;
    let id: SessionId = visit.id("ses")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            found(tx, institution, id)?;
            session::end(tx, cx, id, SessionEnd::Revoked)?;
            Ok(shown(&found(tx, institution, id)?, &cx.policy(institution), cx.now()))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&kept.outcome).replayed(kept.replayed))
}

/// `/v1/contracts/{ctr}/sessions/revocation`: a contract has one session at a time; it is told when
/// there was one.
async fn revoke_all(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_why))?;
    let id: ContractId = visit.id("ctr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            contract::find(tx, institution, id)?;
            let open = tx.load::<Desk>(&id)?.and_then(|desk| desk.session);
            let Some(open) = open else {
                return Ok(Vec::new());
            };
            session::end(tx, cx, open, SessionEnd::Revoked)?;
            let ended = found(tx, institution, open)?;
            Ok(vec![shown(&ended, &cx.policy(institution), cx.now())])
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&json!({"items": kept.outcome})).replayed(kept.replayed))
}
