//! The question on the screen. Everything on it follows from what is kept, so that a reload is
//! identical.

use axum::response::Response;
use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::{StoreError, Tx};
use sekisho_domain::approval::Approval;
use sekisho_domain::credential::Credential;
use sekisho_domain::id::{ApprovalId, InstitutionId};
use sekisho_domain::method::{MethodKind, View};
use sekisho_domain::time::Timestamp;

use crate::pages::guest::Guest;
use crate::pages::{question, slip};
use crate::screen::approve::{AnswerTrouble, Approve, OtherWay};

/// An approval that is asked, and its question.
pub(super) struct Seen {
    approval: Approval,
    card: (Credential, View),
}

/// Loads what is to be shown; the approval has been opened in the same transaction.
pub(super) fn look(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    id: ApprovalId,
) -> Result<Seen, Error> {
    let approval = approval::find(tx, institution, id)?;
    let gone = || StoreError::Corrupt(format!("{id} was opened and asks nothing"));
    let parts = &approval.challenge().ok_or_else(gone)?.parts;
    let card = approval::view(tx, cx, parts)?.into_iter().next().ok_or_else(gone)?;
    Ok(Seen { approval, card })
}

/// The page.
pub(super) fn show(guest: &Guest, seen: &Seen, note: Option<&str>) -> Response {
    let Seen { approval, card } = seen;
    let policy = guest.around.institution.policy(guest.now);
    let challenge = approval.challenge().expect("only what is asked is shown");
    let frame = guest.frame_about(&challenge.id.to_string());
    let left = card.0.left(policy).min(challenge.left(policy));
    let trouble = match note {
        Some("incomplete") => Some(AnswerTrouble::Incomplete),
        Some("stale") => Some(AnswerTrouble::Stale),
        Some("wait") => Some(waiting(card, guest.now)),
        _ if challenge.wrong > 0 => Some(AnswerTrouble::Rejected { left: left.into() }),
        _ => None,
    };
    // A note of a wait that is over says nothing any more.
    let trouble = trouble.filter(|known| *known != AnswerTrouble::Wait { seconds: 0 });
    guest.show(&Approve {
        page: format!("approve/{}", approval.id),
        slip: slip::of(approval, &frame.texts),
        clock: slip::clock(approval, policy, guest.now),
        question: question::of(&guest.around, approval.id, card, "", guest.now),
        others: others(guest, approval, challenge.method()),
        names: false,
        extended: note == Some("extended") && challenge.extensions > 0,
        trouble,
        frame,
    })
}

/// Too soon after a wrong answer, or the code was used before: how long until the next.
fn waiting((credential, view): &(Credential, View), now: Timestamp) -> AnswerTrouble {
    let seconds = credential.attempts.wait_s(now);
    match view {
        View::OneTimePassword { fresh_at, .. } if seconds == 0 => {
            let left = fresh_at.map_or(0, |at| at.seconds_since(now));
            AnswerTrouble::Used { seconds: u32::try_from(left).unwrap_or(0) }
        }
        _ => AnswerTrouble::Wait { seconds },
    }
}

/// Other methods that would do as well.
fn others(guest: &Guest, approval: &Approval, asked: MethodKind) -> Vec<OtherWay> {
    let texts = guest.frame().texts;
    let other = |kind: &MethodKind| OtherWay {
        name: texts.t(match kind {
            MethodKind::ImageCard => "card-image",
            MethodKind::CustomerCard => "card-customer",
            MethodKind::OtpApp => "token-app",
            MethodKind::OtpDevice => "token-device",
        }),
        url: guest.around.at(&format!("approve/{}?method={kind}", approval.id)),
    };
    approval.methods.iter().filter(|kind| **kind != asked).map(other).collect()
}
