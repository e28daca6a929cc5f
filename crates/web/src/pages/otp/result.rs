//! 処理結果: what was done, or that nothing was changed (A-03, T-07, T-09).

use sekisho_domain::credential::Credential;
use sekisho_domain::policy::AfterStop;

use super::{Begun, Stand, asked_at_sign_in, begun, lead, nothing_begun, over};
use crate::pages::detour::Page;
use crate::pages::guest::Guest;
use crate::pages::words;
use crate::screen::otp::{OtpAct, OtpDone, OtpEnding, OtpResult};

/// GET: the end of a procedure; a reload shows it again.
pub(crate) async fn page(guest: Guest) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let policy = guest.around.institution.policy(guest.now);
    match begun.stand(&guest) {
        Stand::Over(ending) => Ok(over(&guest, begun.way(policy), ending)),
        Stand::Done => Ok(shown(&guest, &begun)),
        stand => Ok(lead(&guest, stand, "")),
    }
}

fn shown(guest: &Guest, begun: &Begun) -> axum::response::Response {
    let policy = guest.around.institution.policy(guest.now);
    let way = begun.way(policy);
    let serial = || begun.in_use().map(Credential::printed).unwrap_or_default();
    let done = match way.act {
        OtpAct::Start | OtpAct::Activate | OtpAct::SignInChange => OtpDone::Started {
            serial: serial(),
            at_sign_in: begun.in_use().is_some_and(|token| asked_at_sign_in(token, policy)),
        },
        OtpAct::Exchange => OtpDone::Exchanged { serial: serial() },
        OtpAct::Stop => {
            let falls_back = policy.otp.after_stop == AfterStop::FallbackCard;
            OtpDone::Stopped { by_card: falls_back && begun.has_card }
        }
        OtpAct::Issue => OtpDone::Issued {
            mail_hint: words::masked(begun.issued_to.as_deref().unwrap_or_default()),
            hours: policy.otp.issue_hours.into(),
        },
    };
    // Somebody has done something else meanwhile: what was done before is no news any more.
    let started = matches!(done, OtpDone::Started { .. } | OtpDone::Exchanged { .. });
    if started && begun.in_use().is_none() {
        return over(guest, way, OtpEnding::Expired);
    }
    let mut frame = guest.frame();
    if !way.signed_in {
        frame.customer = None;
    }
    let onward_url = if way.signed_in { guest.onward() } else { guest.around.at("sign_in") };
    guest.show(&OtpResult { frame, way, done, onward_url })
}
