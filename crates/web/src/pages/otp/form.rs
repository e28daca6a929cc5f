//! What the customer shows of a token (A-07, T-08, T-12, Y-09, Y-11). It is judged at once and told
//! to nobody: the verdict comes with the card's.

use axum::extract::Query;
use axum::response::Response;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::procedure::{self, Form, Next};
use sekisho_app::tx::Tx;
use sekisho_domain::policy::{LoginMode, Policy};
use sekisho_domain::provision::StartPassword;
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::text::bare_code;

use super::{Asked, Begun, Stand, begun, hint, lead, nothing_begun, over};
use crate::pages::detour::Page;
use crate::pages::guest::Guest;
use crate::pages::sent::Sent;
use crate::screen::otp::{OtpAct, OtpEnding, OtpFields, OtpForm, OtpFormTrouble};

/// GET: the form.
pub(crate) async fn page(guest: Guest, Query(asked): Query<Asked>) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let stand = begun.stand(&guest);
    if stand != Stand::Form {
        return Ok(lead(&guest, stand, ""));
    }
    let trouble = match asked.note.as_deref() {
        Some("stale") => Some(OtpFormTrouble::Stale),
        _ => None,
    };
    let policy = guest.around.institution.policy(guest.now);
    match filled(&guest, &begun, None, trouble) {
        Some(form) => Ok(guest.show(&form)),
        None => Ok(over(&guest, begun.way(policy), OtpEnding::NotNow)),
    }
}

/// The form, with what was typed and may be shown again; nothing where there is no token to be
/// changed.
fn filled(
    guest: &Guest,
    begun: &Begun,
    sent: Option<&Sent>,
    trouble: Option<OtpFormTrouble>,
) -> Option<OtpForm> {
    let policy = guest.around.institution.policy(guest.now);
    let way = begun.way(policy);
    let typed = |name: &str| sent.map_or("", |sent| sent.text(name)).chars().take(254).collect();
    let in_use = begun.in_use();
    let fields = match way.act {
        OtpAct::Start if in_use.is_none() => {
            OtpFields::Start { serial: typed("serial"), at_sign_in: choice(policy, sent) }
        }
        OtpAct::Exchange if in_use.is_some() => {
            OtpFields::Exchange { hint: hint(in_use), serial: typed("serial") }
        }
        OtpAct::Stop if in_use.is_some() => OtpFields::Stop { hint: hint(in_use) },
        OtpAct::Issue => {
            OtpFields::Issue { mail: typed("mail"), hours: policy.otp.issue_hours.into() }
        }
        OtpAct::Activate => OtpFields::Activate { hint: hint(begun.waiting()) },
        _ => return None,
    };
    let mut frame = guest.frame_about(&begun.procedure.id.to_string());
    if !way.signed_in {
        frame.customer = None;
    }
    let today = guest.now.day();
    let starts = way.act == OtpAct::Start;
    Some(OtpForm {
        frame,
        way,
        fields,
        mandatory: policy.migration.mandatory_date.filter(|day| starts && *day > today),
        serial_prefix: policy.otp.serial_prefix.clone(),
        trouble,
    })
}

/// What is chosen for the sign-in, where there is a choice (C-07, A-09).
fn choice(policy: &Policy, sent: Option<&Sent>) -> Option<bool> {
    let proposed = match policy.otp.login_mode {
        LoginMode::Forced => return None,
        LoginMode::ChoiceDefaultOn => true,
        LoginMode::ChoiceDefaultOff => false,
    };
    match sent.map(|sent| sent.text("login")) {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => Some(proposed),
    }
}

/// POST: judges what was shown, and asks the card.
pub(crate) async fn give(guest: Guest, sent: Sent) -> Page {
    let Some(begun) = begun(&guest).await? else { return Ok(nothing_begun(&guest)) };
    let stand = begun.stand(&guest);
    // A second click, or the back button: the first one was judged.
    if stand != Stand::Form {
        return Ok(lead(&guest, stand, ""));
    }
    let id = begun.procedure.id;
    if sent.about(&guest).is_none_or(|about| about != id.to_string()) {
        return Ok(lead(&guest, stand, "stale"));
    }
    let policy = guest.around.institution.policy(guest.now);
    let form = match form(begun.act(policy), policy, &sent) {
        Ok(form) => form,
        Err(trouble) => return Ok(again(&guest, &begun, &sent, trouble)),
    };
    let give = move |tx: &mut Tx, cx: &mut Context| procedure::give(tx, cx, id, form.clone());
    match guest.web.run(begun.actor(), give).await {
        Ok(Next::Ask(_)) => Ok(lead(&guest, Stand::Card, "")),
        Ok(Next::Done) => Ok(lead(&guest, Stand::Done, "")),
        Ok(Next::Refused) => Ok(again(&guest, &begun, &sent, OtpFormTrouble::Refused)),
        Ok(Next::Used { wait_s }) => {
            Ok(again(&guest, &begun, &sent, OtpFormTrouble::Used { wait_s }))
        }
        Ok(Next::Wait { wait_s: seconds }) => {
            Ok(again(&guest, &begun, &sent, OtpFormTrouble::Wait { seconds }))
        }
        Err(Error::Refused(Refusal::AnswerIncomplete)) => {
            Ok(again(&guest, &begun, &sent, OtpFormTrouble::Incomplete))
        }
        Err(Error::Refused(refusal)) => Ok(over(&guest, begun.way(policy), ending(&refusal))),
        Err(error) => Err(error.into()),
    }
}

fn again(guest: &Guest, begun: &Begun, sent: &Sent, trouble: OtpFormTrouble) -> Response {
    let policy = guest.around.institution.policy(guest.now);
    match filled(guest, begun, Some(sent), Some(trouble)) {
        Some(form) => guest.show_again(&form),
        None => over(guest, begun.way(policy), OtpEnding::NotNow),
    }
}

/// Why a procedure cannot go on, as far as its owner is told.
pub(super) const fn ending(refusal: &Refusal) -> OtpEnding {
    match refusal {
        Refusal::NoUsableMethod(NoMethod::Locked) => OtpEnding::Locked,
        Refusal::ChallengePaused { until } => OtpEnding::Paused { until: *until },
        Refusal::NotFound => OtpEnding::Expired,
        _ => OtpEnding::NotNow,
    }
}

/// What was sent, for the use case; what is left empty is not judged and not counted.
fn form(act: OtpAct, policy: &Policy, sent: &Sent) -> Result<Form, OtpFormTrouble> {
    let field = |name: &str| {
        let text = sent.text(name).trim().to_owned();
        if text.is_empty() { Err(OtpFormTrouble::Incomplete) } else { Ok(text) }
    };
    Ok(match act {
        OtpAct::Start => Form::Start {
            serial: field("serial")?,
            code: field("otp")?,
            at_sign_in: choice(policy, Some(sent)).unwrap_or(true),
        },
        OtpAct::Exchange => Form::Exchange {
            old_code: field("old_otp")?,
            serial: field("serial")?,
            code: field("otp")?,
        },
        OtpAct::Stop => Form::Stop { code: field("otp")? },
        // The choice at sign-in is no procedure; its form stands elsewhere.
        OtpAct::Activate | OtpAct::SignInChange => Form::Code { code: field("otp")? },
        OtpAct::Issue => {
            let mail = field("mail")?;
            if !is_mail(&mail) {
                return Err(OtpFormTrouble::Mail);
            }
            let start_password = start_password(&field("start_password")?)?;
            if bare_code(&field("start_password_again")?) != start_password {
                return Err(OtpFormTrouble::StartPasswordDifferent);
            }
            Form::Issue { mail, start_password }
        }
    })
}

/// 4 to 8 digits, no single one over and over and none in a row (Y-09).
fn start_password(typed: &str) -> Result<String, OtpFormTrouble> {
    if let Some(chosen) = StartPassword::typed(typed) {
        return Ok(chosen.expose().to_owned());
    }
    let bare = bare_code(typed);
    let digits = (4..=8).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit());
    Err(if digits {
        OtpFormTrouble::StartPasswordSimple
    } else {
        OtpFormTrouble::StartPasswordForm
    })
}

/// Whether mail could go there.
fn is_mail(typed: &str) -> bool {
    let parts = typed.split_once('@');
    let plain = typed.is_ascii() && !typed.bytes().any(|b| b <= b' ' || b == 0x7f);
    plain
        && parts.is_some_and(|(name, host)| {
            !name.is_empty() && host.contains('.') && !host.contains('@')
        })
}
