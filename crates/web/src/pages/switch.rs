//! 画像認証カード切替え (U-16 to U-25): notice, old proof and new pictures on one page.

use axum::extract::{Path, Query};
use axum::response::Response;
use sekisho_app::approval::{self, Judged, Outcome};
use sekisho_app::context::Context;
use sekisho_app::credential;
use sekisho_app::error::Error;
use sekisho_app::switch::{self, Answered};
use sekisho_app::tx::Tx;
use sekisho_domain::approval::{Approval, AskedBy};
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::id::{ApprovalId, InstitutionId};
use sekisho_domain::method::{Answer, MethodKind, View};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;
use serde::Deserialize;

use super::detour::{Detour, Page};
use super::guest::Customer;
use super::sent::Sent;
use super::{question, words};
use crate::corrupt::Corrupt;
use crate::screen::approve::{ApproveEnded, Ending};
use crate::screen::challenge::Question;
use crate::screen::error::Fault;
use crate::screen::locked::Locked;
use crate::screen::switch::{OldCard, OldProof, Switch, SwitchTrouble, Switched};

/// Version of the notice on the page (U-17, K-10); kept with what was confirmed.
const NOTICE: &str = "2026-11";
/// Cards that are looked through for the one used before.
const LOOKED_THROUGH: u32 = 10;

/// A switch that has begun, and its questions.
type Begun = (switch::Switch, Vec<(Credential, View)>);

fn begin(tx: &mut Tx, cx: &mut Context, session: &Session, by_code: bool) -> Result<Begun, Error> {
    let begun = if by_code {
        switch::begin_by_code(tx, cx, session)?
    } else {
        switch::begin(tx, cx, session)?
    };
    let parts = begun.approval.challenge().map(|challenge| challenge.parts.clone());
    let views = approval::view(tx, cx, &parts.unwrap_or_default())?;
    Ok((begun, views))
}

/// The query of the page.
#[derive(Deserialize)]
pub(crate) struct Asked {
    /// What the last form had to say.
    note: Option<String>,
    /// `code`: the customer would show the activation code and not the old card.
    proof: Option<String>,
}

/// GET: begins the switch, or shows the one that has begun.
pub(crate) async fn page(customer: Customer, Query(asked): Query<Asked>) -> Page {
    let session = customer.session.clone();
    let by_code = asked.proof.as_deref() == Some("code");
    let act = move |tx: &mut Tx, cx: &mut Context| begin(tx, cx, &session, by_code);
    match customer.web.run(customer.actor(), act).await {
        Ok((begun, views)) => show(&customer, &begun, &views, asked.note.as_deref()),
        Err(Error::Refused(refusal)) => cannot(&customer, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

fn show(
    customer: &Customer,
    begun: &switch::Switch,
    views: &[(Credential, View)],
    note: Option<&str>,
) -> Page {
    let policy = customer.around.institution.policy(customer.now);
    let id = begun.approval.id;
    let challenge = begun.approval.challenge().ok_or_else(|| asks_nothing(id))?;
    let mut old = OldProof::None;
    let mut new_card = None;
    for card in views {
        let is_new = card.0.id == begun.card.id;
        let prefix = if is_new { "" } else { question::OLD };
        match question::of(&customer.around, id, card, prefix, customer.now) {
            Question::ImageCard(asked) if is_new => new_card = Some(asked),
            asked => old = OldProof::Card(asked),
        }
    }
    if begun.proof == switch::OldProof::ActivationCode {
        old = OldProof::Code;
    }
    let left = views.iter().map(|(card, _)| card.attempts.left(&policy.lock.card)).min();
    let left = left.unwrap_or(0).min(challenge.left(policy));
    let wait = views.iter().map(|(card, _)| card.attempts.wait_s(customer.now)).max().unwrap_or(0);
    let trouble = match note {
        Some("not_read") => Some(SwitchTrouble::NotRead),
        Some("incomplete") => Some(SwitchTrouble::Incomplete),
        Some("stale") => Some(SwitchTrouble::Stale),
        Some("renewed") => Some(SwitchTrouble::Renewed),
        Some("wait") if wait > 0 => Some(SwitchTrouble::Wait { seconds: wait }),
        _ if challenge.wrong > 0 => Some(SwitchTrouble::Rejected { left: left.into() }),
        _ => None,
    };
    Ok(customer.show(&Switch {
        frame: customer.frame_about(&id.to_string()),
        new_card: new_card.ok_or_else(|| asks_nothing(id))?,
        old,
        code_offered: begun.code_offered,
        read: false,
        names: false,
        trouble,
    }))
}

fn asks_nothing(id: ApprovalId) -> Detour {
    Detour::Corrupt(Corrupt::new(&format!("{id} was begun and asks nothing of the new card")))
}

/// Why there is no switch now.
async fn cannot(customer: &Customer, refusal: &Refusal) -> Page {
    let around = &customer.around;
    match refusal {
        Refusal::NoUsableMethod(NoMethod::Locked) => locked(customer).await,
        Refusal::ChallengePaused { until } => {
            Ok(over(customer, Ending::Paused { until: *until }, "－"))
        }
        Refusal::ContractNotActive { .. } => Ok(customer.go(&around.at("overview"))),
        _ => Ok(customer.go(&around.at("card/order"))),
    }
}

async fn locked(customer: &Customer) -> Page {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| credential::of_contract(tx, id, LOOKED_THROUGH);
    let cards = customer.web.look(look).await?;
    let Some(card) = cards.iter().find(|card| card.state == CredentialState::Locked) else {
        return Ok(customer.go(&customer.around.at("overview")));
    };
    let around = &customer.around;
    Ok(customer.show(&Locked {
        frame: customer.frame(),
        image: card.method == MethodKind::ImageCard,
        reference: words::reference(card.id),
        failures: card.attempts.failures().into(),
        unlock_url: None,
        branch: words::branch(&around.institution, &customer.contract.branch, around.lang),
        return_url: None,
    }))
}

/// POST: judges the answers; a right one switches.
pub(crate) async fn answer(customer: Customer, sent: Sent) -> Page {
    let about = sent.about(&customer).and_then(|about| about.parse::<ApprovalId>().ok());
    let Some(id) = about else {
        return Ok(again(&customer, "stale"));
    };
    let (institution, session) = (customer.institution(), customer.session.clone());
    let judge = move |tx: &mut Tx, cx: &mut Context| {
        let given = Answered {
            approval: id,
            notice_read: sent.ticked("read"),
            notice_version: NOTICE.to_owned(),
            parts: parts(tx, cx, institution, id, &sent)?,
            code: Some(sent.text("activation_code").to_owned()),
        };
        switch::answer(tx, cx, &session, &given)
    };
    match customer.web.run(customer.actor(), judge).await {
        Ok(judged) => Ok(led_on(&customer, &judged)),
        Err(Error::Refused(refusal)) => Ok(not_judged(&customer, &refusal)),
        Err(error) => Err(error.into()),
    }
}

/// The answers part by part; the last part is always the new card.
fn parts(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    id: ApprovalId,
    sent: &Sent,
) -> Result<Vec<Answer>, Error> {
    let approval = approval::find(tx, institution, id)?;
    let parts = approval.challenge().map(|challenge| challenge.parts.clone()).unwrap_or_default();
    let views = approval::view(tx, cx, &parts)?;
    let answer = |(place, (card, view)): (usize, &(Credential, View))| {
        let prefix = if place + 1 == views.len() { "" } else { question::OLD };
        question::answer(sent, card.method, question::count(view), prefix)
    };
    Ok(views.iter().enumerate().map(answer).collect())
}

fn again(customer: &Customer, note: &str) -> Response {
    let mark = if note.is_empty() { "" } else { "?note=" };
    customer.go(&customer.around.at(&format!("card/switch{mark}{note}")))
}

fn led_on(customer: &Customer, judged: &Judged) -> Response {
    match judged.outcome {
        Outcome::Accepted => customer.go(&customer.around.at("card/switched")),
        Outcome::Wait => again(customer, "wait"),
        Outcome::Rejected if judged.reason.is_some() => {
            customer.go(&customer.around.at(&format!("card/switch/{}", judged.approval)))
        }
        Outcome::Rejected => again(customer, ""),
    }
}

fn not_judged(customer: &Customer, refusal: &Refusal) -> Response {
    match refusal {
        Refusal::NoticeNotRead => again(customer, "not_read"),
        Refusal::AnswerIncomplete => again(customer, "incomplete"),
        // A double click: the first one has switched.
        Refusal::ApprovalClosed { state: "approved" | "consumed", .. } => {
            customer.go(&customer.around.at("card/switched"))
        }
        Refusal::ContractNotActive { .. } => customer.go(&customer.around.at("overview")),
        _ => again(customer, "renewed"),
    }
}

/// GET: a switch that ended without success.
pub(crate) async fn ended(customer: Customer, Path((_, id)): Path<(String, String)>) -> Page {
    let id = id.parse::<ApprovalId>().map_err(|_| Detour::Fault(Fault::NotFound))?;
    let institution = customer.institution();
    let approval = customer.web.look(move |tx, _| approval::find(tx, institution, id)).await?;
    let own = approval.session == Some(customer.session.id) && approval.asked_by == AskedBy::Page;
    if !own || !approval.stage.terminal() {
        return Ok(again(&customer, ""));
    }
    if is_locked(&approval) {
        return locked(&customer).await;
    }
    Ok(over(&customer, Ending::AttemptsExhausted, &approval.digest.reference_code()))
}

fn is_locked(approval: &Approval) -> bool {
    use sekisho_domain::approval::{EndReason, Stage};
    matches!(&approval.stage, Stage::Ended { reason: EndReason::Locked, .. })
}

fn over(customer: &Customer, ending: Ending, check_code: &str) -> Response {
    let frame = customer.frame();
    customer.show(&ApproveEnded {
        ending,
        operation: frame.t("switch-title"),
        check_code: check_code.to_owned(),
        return_url: None,
        frame,
    })
}

/// GET: the switch is made (U-25).
pub(crate) async fn switched(customer: Customer) -> Page {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| credential::of_contract(tx, id, LOOKED_THROUGH);
    let cards = customer.web.look(look).await?;
    let in_use = cards.iter().find(|c| c.method == MethodKind::ImageCard && c.proves());
    let Some((card, at)) = in_use.and_then(|card| Some((card, card.activated_at?))) else {
        return Ok(customer.go(&customer.around.at("card/order")));
    };
    let before = cards.iter().find(|c| c.id != card.id && c.state == CredentialState::Superseded);
    let hours = customer.around.institution.policy(customer.now).switch.cooling_hours;
    let lowered = at.plus_s(i64::from(hours) * 3600);
    Ok(customer.show(&Switched {
        frame: customer.frame(),
        card_number: card.printed(),
        at,
        old: match before.map(|card| card.method) {
            Some(MethodKind::CustomerCard) => OldCard::Customer,
            Some(MethodKind::ImageCard) => OldCard::Image,
            _ => OldCard::None,
        },
        otp_in_use: cards.iter().any(|c| c.method.is_otp() && c.proves()),
        lowered_until: (customer.now < lowered).then_some(lowered),
        valid_until: card.expires_on,
        onward_url: customer.onward(),
    }))
}
