//! カードの確認 (A-10, T-16): the card is asked besides serial and code, and all of it is one
//! verdict.

use axum::extract::Query;
use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::procedure::{self, Step};
use sekisho_app::tx::Tx;
use sekisho_domain::approval::Approval;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::ChallengeId;
use sekisho_domain::method::{Answer, View};
use sekisho_domain::refusal::Refusal;

use super::{Asked, Begun, Stand, begun, lead, nothing_begun, over};
use crate::corrupt::Corrupt;
use crate::pages::detour::{Detour, Page};
use crate::pages::guest::Guest;
use crate::pages::sent::Sent;
use crate::pages::{question, slip};
use crate::screen::otp::{OtpCard, OtpCardTrouble, OtpEnding};

/// GET: the question; a reload shows the same one.
pub(crate) async fn page(guest: Guest, Query(asked): Query<Asked>) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let stand = begun.stand(&guest);
    if stand != Stand::Card {
        return Ok(lead(&guest, stand, ""));
    }
    show(&guest, &begun, asked.note.as_deref()).await
}

/// The question that is open.
fn question(begun: &Begun) -> Result<(&Approval, ChallengeId), Detour> {
    let id = begun.procedure.id;
    let nothing =
        || Detour::Corrupt(Corrupt::new(&format!("{id} asks a card and has no question")));
    let approval = begun.approval.as_ref().ok_or_else(nothing)?;
    let challenge = approval.challenge().ok_or_else(nothing)?;
    Ok((approval, challenge.id))
}

async fn show(guest: &Guest, begun: &Begun, note: Option<&str>) -> Page {
    let (approval, challenge) = question(begun)?;
    let asked = approval.challenge().map(|asked| asked.parts.clone()).unwrap_or_default();
    let views = guest.web.look(move |tx, cx| approval::view(tx, cx, &asked)).await?;
    let policy = guest.around.institution.policy(guest.now);
    let Some(card) = views.first() else {
        return Ok(over(guest, begun.way(policy), OtpEnding::Expired));
    };
    let left = card.0.attempts.left(policy.lock.of(card.0.method));
    let wrong = approval.challenge().map_or(0, |asked| asked.wrong);
    let left = left.min(approval.challenge().map_or(0, |asked| asked.left(policy)));
    let wait_s = card.0.attempts.wait_s(guest.now);
    let trouble = match note {
        Some("incomplete") => Some(OtpCardTrouble::Incomplete),
        Some("stale") => Some(OtpCardTrouble::Stale),
        Some("wait") if wait_s > 0 => Some(OtpCardTrouble::Wait { seconds: wait_s }),
        _ if wrong > 0 => Some(OtpCardTrouble::Rejected { left: left.into() }),
        _ => None,
    };
    let way = begun.way(policy);
    let mut frame = guest.frame_about(&challenge.to_string());
    if !way.signed_in {
        frame.customer = None;
    }
    Ok(guest.show(&OtpCard {
        frame,
        way,
        question: question::of(&guest.around, approval.id, card, "", guest.now),
        clock: slip::clock(approval, policy, guest.now),
        extended: note == Some("extended"),
        trouble,
    }))
}

/// POST: judges the answer together with what was shown of tokens.
pub(crate) async fn answer(guest: Guest, sent: Sent) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let stand = begun.stand(&guest);
    // A second click, or the back button: the first one was judged.
    if stand != Stand::Card {
        return Ok(lead(&guest, stand, ""));
    }
    let (approval, challenge) = question(&begun)?;
    let about = sent.about(&guest).and_then(|about| about.parse::<ChallengeId>().ok());
    if about != Some(challenge) {
        return Ok(lead(&guest, stand, "stale"));
    }
    let (id, asked) = (begun.procedure.id, approval.id);
    let institution = guest.institution();
    let judge = move |tx: &mut Tx, cx: &mut Context| {
        let approval = approval::find(tx, institution, asked)?;
        let parts = parts(tx, cx, &approval, &sent)?;
        procedure::answer(tx, cx, id, challenge, parts)
    };
    match guest.web.run(begun.actor(), judge).await {
        Ok(Step::Done | Step::Over) => Ok(guest.go(&guest.around.at("otp/result"))),
        Ok(Step::Wait { .. }) => Ok(lead(&guest, Stand::Card, "wait")),
        Err(Error::Refused(Refusal::AnswerIncomplete)) => {
            Ok(lead(&guest, Stand::Card, "incomplete"))
        }
        // What could not be judged any more says so itself on the page it leads to.
        Ok(Step::Rejected { .. }) | Err(Error::Refused(_)) => Ok(lead(&guest, Stand::Card, "")),
        Err(error) => Err(error.into()),
    }
}

/// POST: 時間をのばす (WCAG 2.2.1).
pub(crate) async fn extend(guest: Guest, sent: Sent) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let stand = begun.stand(&guest);
    if stand != Stand::Card {
        return Ok(lead(&guest, stand, ""));
    }
    if !sent.fresh(&guest) {
        return Ok(lead(&guest, stand, "stale"));
    }
    let (approval, _) = question(&begun)?;
    let (id, session, institution) = (approval.id, begun.procedure.session, guest.institution());
    let act =
        move |tx: &mut Tx, cx: &mut Context| approval::extend(tx, cx, institution, id, session);
    match guest.web.run(begun.actor(), act).await {
        Ok(_) => Ok(lead(&guest, stand, "extended")),
        Err(Error::Refused(_)) => Ok(lead(&guest, stand, "")),
        Err(error) => Err(error.into()),
    }
}

fn parts(
    tx: &mut Tx,
    cx: &Context,
    approval: &Approval,
    sent: &Sent,
) -> Result<Vec<Answer>, Error> {
    let Some(challenge) = approval.challenge() else { return Ok(Vec::new()) };
    let views = approval::view(tx, cx, &challenge.parts)?;
    let answer = |(card, view): &(Credential, View)| {
        question::answer(sent, card.method, question::count(view), "")
    };
    Ok(views.iter().map(answer).collect())
}
