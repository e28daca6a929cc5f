//! お取引の認証: the one page for which all else is there.
//!
//! `GET` draws the question the first time and shows the same one ever after; `POST` judges and
//! leads on. The verdict is never part of an address: the bank asks for it itself (api.md §4).

mod ended;
pub(crate) mod link;
mod shown;

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::Response;
use sekisho_app::approval::{self, By, Given, Judged, Outcome};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::Tx;
use sekisho_domain::approval::Approval;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::{ApprovalId, ChallengeId, InstitutionId, SessionId};
use sekisho_domain::method::{Answer, MethodKind, View};
use sekisho_domain::refusal::Refusal;
use serde::Deserialize;

use super::cookie;
use super::detour::{Detour, Page};
use super::guest::{Guest, set};
use super::question;
use super::sent::Sent;
use crate::ticket::is_ticket;

/// The query of the page.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// Trades the link for a cookie, once.
    ticket: Option<String>,
    /// Another method than the best one.
    method: Option<String>,
    /// What the last form had to say.
    note: Option<String>,
}

/// GET: the question, or how it ended.
pub(crate) async fn page(
    guest: Guest,
    Path((_, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Page {
    let id = read(&id)?;
    if let Some(ticket) = &asked.ticket {
        return trade(&guest, id, ticket).await;
    }
    if !link::traded(&guest.web, &guest.around.cookies, id) {
        return Err(Detour::CannotOpen(StatusCode::NOT_FOUND));
    }
    let wanted = match asked.method.as_deref().map(str::parse::<MethodKind>) {
        None => None,
        Some(Ok(method)) => Some(method),
        Some(Err(_)) => return Err(Detour::CannotOpen(StatusCode::NOT_FOUND)),
    };
    let (institution, session) = (guest.institution(), guest.session());
    let open = move |tx: &mut Tx, cx: &mut Context| {
        approval::open(tx, cx, institution, id, wanted, By::Page(session))?;
        shown::look(tx, cx, institution, id)
    };
    match guest.web.run(guest.actor(), open).await {
        Ok(seen) => Ok(shown::show(&guest, &seen, asked.note.as_deref())),
        Err(Error::Refused(refusal)) => ended::page(&guest, id, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

fn read(id: &str) -> Result<ApprovalId, Detour> {
    id.parse().map_err(|_| Detour::CannotOpen(StatusCode::NOT_FOUND))
}

/// The first opening trades the link for a cookie and shows the address without it; a second one
/// opens nothing.
async fn trade(guest: &Guest, id: ApprovalId, ticket: &str) -> Page {
    let (institution, session) = (guest.institution(), guest.session());
    let ticket = ticket.to_owned();
    let admit = move |tx: &mut Tx, cx: &mut Context| {
        // Another institution's, a missing one and a wrong ticket are one to a stranger.
        let known = tx.load::<Approval>(&id)?.filter(|known| known.institution == institution);
        if !known.is_some_and(|known| is_ticket(cx.platform, &known, &ticket)) {
            return Ok(false);
        }
        approval::admit(tx, cx, institution, id, session).map(|_| true)
    };
    match guest.web.run(guest.actor(), admit).await {
        Ok(false) => Err(Detour::CannotOpen(StatusCode::NOT_FOUND)),
        Ok(true) => {
            let mut reply = guest.go(&guest.around.at(&format!("approve/{id}")));
            let name = link::cookie(&guest.web, id);
            set(&mut reply, cookie::keep(cookie::APPROVAL, &name, None));
            Ok(reply)
        }
        Err(Error::Refused(_)) => Err(Detour::CannotOpen(StatusCode::GONE)),
        Err(error) => Err(error.into()),
    }
}

/// The page again, with a note.
fn again(guest: &Guest, id: ApprovalId, note: &str) -> Response {
    let mark = if note.is_empty() { "" } else { "?note=" };
    guest.go(&guest.around.at(&format!("approve/{id}{mark}{note}")))
}

/// POST: judges the answer.
pub(crate) async fn answer(
    guest: Guest,
    Path((_, id)): Path<(String, String)>,
    sent: Sent,
) -> Page {
    let id = admitted(&guest, &id)?;
    // The form says which question it answers: an answer to another one is not judged, not counted.
    let about = sent.about(&guest).and_then(|about| about.parse::<ChallengeId>().ok());
    let Some(challenge) = about else {
        return Ok(again(&guest, id, "stale"));
    };
    let (institution, session) = (guest.institution(), guest.session());
    let judge = move |tx: &mut Tx, cx: &mut Context| {
        let asked = approval::find(tx, institution, id)?;
        let parts = parts(tx, cx, &asked, &sent)?;
        let given = Given { approval: id, challenge, parts, besides: true };
        approval::answer(tx, cx, institution, &given, By::Page(session))
    };
    match guest.web.run(guest.actor(), judge).await {
        Ok(judged) => led_on(&guest, id, &judged).await,
        Err(Error::Refused(refusal)) => not_judged(&guest, id, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

fn parts(
    tx: &mut Tx,
    cx: &Context,
    approval: &Approval,
    sent: &Sent,
) -> Result<Vec<Answer>, Error> {
    let Some(challenge) = approval.challenge() else {
        return Ok(Vec::new());
    };
    let views = approval::view(tx, cx, &challenge.parts)?;
    let answer = |(card, view): &(Credential, View)| {
        question::answer(sent, card.method, question::count(view), "")
    };
    Ok(views.iter().map(answer).collect())
}

async fn led_on(guest: &Guest, id: ApprovalId, judged: &Judged) -> Page {
    match judged.outcome {
        Outcome::Accepted => back_to_the_bank(guest, id).await,
        Outcome::Wait => Ok(again(guest, id, "wait")),
        Outcome::Rejected => Ok(again(guest, id, "")),
    }
}

async fn not_judged(guest: &Guest, id: ApprovalId, refusal: &Refusal) -> Page {
    match refusal {
        Refusal::AnswerIncomplete => Ok(again(guest, id, "incomplete")),
        // A double click: the first one was judged, and the customer sees what came of it (E-23).
        Refusal::ApprovalClosed { state: "approved" | "consumed", .. } => {
            back_to_the_bank(guest, id).await
        }
        Refusal::ChallengeClosed { why: "replaced" } => Ok(again(guest, id, "stale")),
        Refusal::NotFound => Err(Detour::CannotOpen(StatusCode::NOT_FOUND)),
        _ => Ok(again(guest, id, "")),
    }
}

/// 303 to the bank: `approval`, `state` and `iss`, and not a word about the outcome.
async fn back_to_the_bank(guest: &Guest, id: ApprovalId) -> Page {
    let institution = guest.institution();
    let approval = guest.web.look(move |tx, _| approval::find(tx, institution, id)).await?;
    match link::back(&guest.web, &guest.around, &approval) {
        Some(url) => Ok(guest.go(&url)),
        None => Ok(again(guest, id, "")),
    }
}

fn admitted(guest: &Guest, id: &str) -> Result<ApprovalId, Detour> {
    let id = read(id)?;
    let traded = link::traded(&guest.web, &guest.around.cookies, id);
    if traded { Ok(id) } else { Err(Detour::CannotOpen(StatusCode::NOT_FOUND)) }
}

/// What a button beside the question does.
type Press = fn(
    &mut Tx,
    &mut Context,
    InstitutionId,
    ApprovalId,
    Option<SessionId>,
) -> Result<Approval, Error>;

/// Presses a button beside the question and shows the page again, with `note` when that did
/// something. What has ended meanwhile in another way says so itself.
async fn press(guest: &Guest, id: &str, sent: &Sent, act: Press, note: &str) -> Page {
    let id = admitted(guest, id)?;
    if !sent.fresh(guest) {
        return Ok(again(guest, id, "stale"));
    }
    let (institution, session) = (guest.institution(), guest.session());
    let act = move |tx: &mut Tx, cx: &mut Context| act(tx, cx, institution, id, session);
    match guest.web.run(guest.actor(), act).await {
        Ok(_) => Ok(again(guest, id, note)),
        Err(Error::Refused(Refusal::NotFound)) => Err(Detour::CannotOpen(StatusCode::NOT_FOUND)),
        Err(Error::Refused(_)) => Ok(again(guest, id, "")),
        Err(error) => Err(error.into()),
    }
}

/// POST: この振込をやめる.
pub(crate) async fn decline(
    guest: Guest,
    Path((_, id)): Path<(String, String)>,
    sent: Sent,
) -> Page {
    press(&guest, &id, &sent, approval::decline, "").await
}

/// POST: 時間をのばす (WCAG 2.2.1).
pub(crate) async fn extend(
    guest: Guest,
    Path((_, id)): Path<(String, String)>,
    sent: Sent,
) -> Page {
    press(&guest, &id, &sent, approval::extend, "extended").await
}
