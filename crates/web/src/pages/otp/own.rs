//! The token of a customer who is signed in, and what can be begun with it (Y-09 to Y-13, C-07).

use axum::extract::Query;
use axum::response::Response;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::otp::by_bank::Outcome;
use sekisho_app::otp::choice;
use sekisho_app::procedure;
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::policy::{LoginMode, Policy, Provisioning};
use sekisho_domain::procedure::ProcedureKind;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

use super::form::ending;
use super::{Asked, asked_at_sign_in, held, hint, keep, offered, over, way};
use crate::pages::detour::{Detour, Page};
use crate::pages::guest::Customer;
use crate::pages::sent::Sent;
use crate::screen::error::Fault;
use crate::screen::otp::{
    OtpAct, OtpEnding, OtpFields, OtpForm, OtpFormTrouble, OtpOwn, OtpOwnTrouble, TokenStanding,
    TokenView,
};

/// GET: the token, and what can be done.
pub(crate) async fn page(customer: Customer, Query(asked): Query<Asked>) -> Page {
    let page = filled(&customer, None).await?;
    let changed = match asked.note.as_deref() {
        Some("asked") => Some(true),
        Some("not_asked") => Some(false),
        _ => None,
    };
    // Only what is so is said to be.
    let changed =
        changed.filter(|now| page.owned.as_ref().is_some_and(|token| token.at_sign_in == *now));
    Ok(customer.show(&OtpOwn { changed, ..page }))
}

async fn filled(customer: &Customer, trouble: Option<OtpOwnTrouble>) -> Result<OtpOwn, Detour> {
    let policy = customer.around.institution.policy(customer.now);
    let contract = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| held(tx, contract);
    let mut held = customer.web.look(look).await?;
    held.retain(|credential| credential.method.is_otp());
    if held.is_empty() && !offered(policy) {
        return Err(Detour::Fault(Fault::NotFound));
    }
    let in_use = held.iter().find(|token| token.activated_at.is_some());
    let waiting = held.iter().find(|token| token.activated_at.is_none());
    Ok(OtpOwn {
        frame: customer.frame(),
        owned: in_use.or(waiting).map(|token| view(token, policy)),
        acts: acts(&customer.contract, in_use, waiting, policy),
        at_the_door: !policy.otp.enrol_place.after_sign_in(),
        hours: policy.otp.issue_hours.into(),
        changed: None,
        trouble,
    })
}

/// What can be begun, for what the customer has.
fn acts(
    contract: &Contract,
    in_use: Option<&Credential>,
    waiting: Option<&Credential>,
    policy: &Policy,
) -> Vec<OtpAct> {
    if contract.active().is_err() {
        return Vec::new();
    }
    let here = policy.otp.enrol_place.after_sign_in();
    let issues = policy.otp.provisioning == Provisioning::BankIssue;
    let chosen = policy.otp.login_mode != LoginMode::Forced;
    let Some(token) = in_use else {
        let all = [
            (OtpAct::Activate, here && waiting.is_some()),
            (OtpAct::Issue, here && issues),
            (OtpAct::Start, here && !issues && waiting.is_none()),
        ];
        return all.into_iter().filter(|(_, can)| *can).map(|(act, _)| act).collect();
    };
    let works = token.state == CredentialState::Active;
    let all = [
        (OtpAct::Exchange, here && works),
        (OtpAct::Stop, works),
        (OtpAct::SignInChange, chosen && works),
    ];
    all.into_iter().filter(|(_, can)| *can).map(|(act, _)| act).collect()
}

/// A token as its owner knows it.
pub(crate) fn view(token: &Credential, policy: &Policy) -> TokenView {
    TokenView {
        device: token.method == sekisho_domain::method::MethodKind::OtpDevice,
        serial: token.printed(),
        standing: match token.state {
            CredentialState::Pending => TokenStanding::Waiting,
            CredentialState::Locked => TokenStanding::Locked,
            _ => TokenStanding::InUse,
        },
        since: token.activated_at.map(Timestamp::day),
        at_sign_in: asked_at_sign_in(token, policy),
    }
}

/// POST: begins what was chosen.
pub(crate) async fn begin(customer: Customer, sent: Sent) -> Page {
    if !sent.fresh(&customer) {
        return again(&customer, OtpOwnTrouble::Stale).await;
    }
    let kind = match OtpAct::parse(sent.text("act")) {
        Some(OtpAct::Start | OtpAct::Activate) => ProcedureKind::OtpStart,
        Some(OtpAct::Exchange) => ProcedureKind::OtpExchange,
        Some(OtpAct::Stop) => ProcedureKind::OtpStop,
        Some(OtpAct::Issue) => ProcedureKind::OtpIssue,
        Some(OtpAct::SignInChange) => return choose(&customer, sent.text("login")).await,
        None => return again(&customer, OtpOwnTrouble::NotNow).await,
    };
    let session = customer.session.clone();
    let act = move |tx: &mut Tx, cx: &mut Context| procedure::begin(tx, cx, &session, kind);
    match customer.web.run(customer.actor(), act).await {
        Ok(procedure) => {
            let mut reply = customer.go(&customer.around.at("otp/form"));
            keep(&mut reply, procedure.id, None);
            Ok(reply)
        }
        Err(Error::Refused(Refusal::RestartWaiting { until })) => {
            again(&customer, OtpOwnTrouble::Restart { until }).await
        }
        Err(Error::Refused(_)) => again(&customer, OtpOwnTrouble::NotNow).await,
        Err(error) => Err(error.into()),
    }
}

async fn again(customer: &Customer, trouble: OtpOwnTrouble) -> Page {
    let page = filled(customer, Some(trouble)).await?;
    Ok(customer.show_again(&page))
}

/// To be asked for more is done at once; to be asked for less takes a code.
async fn choose(customer: &Customer, login: &str) -> Page {
    let id = customer.contract.id;
    match login {
        "yes" => {}
        "no" => return Ok(customer.go(&customer.around.at("otp/sign_in"))),
        _ => return again(customer, OtpOwnTrouble::NotNow).await,
    }
    let act = move |tx: &mut Tx, cx: &mut Context| choice::ask(tx, cx, id).map(drop);
    match customer.web.run(customer.actor(), act).await {
        Ok(()) => Ok(customer.go(&customer.around.at("otp?note=asked"))),
        Err(Error::Refused(_)) => again(customer, OtpOwnTrouble::NotNow).await,
        Err(error) => Err(error.into()),
    }
}

/// GET: the code that is shown before a sign-in asks for none.
pub(crate) async fn code(customer: Customer) -> Page {
    form(&customer, None).await
}

async fn form(customer: &Customer, trouble: Option<OtpFormTrouble>) -> Page {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, cx: &mut Context| choice::choosable(tx, cx, id);
    let found = customer.web.look(look).await?;
    let Some(token) = found.filter(|token| token.at_sign_in) else {
        return Ok(customer.go(&customer.around.at("otp?note=not_asked")));
    };
    let policy = customer.around.institution.policy(customer.now);
    let page = OtpForm {
        frame: customer.frame(),
        way: way(OtpAct::SignInChange, true, policy),
        fields: OtpFields::SignInChange { hint: hint(Some(&token)) },
        mandatory: None,
        serial_prefix: policy.otp.serial_prefix.clone(),
        trouble,
    };
    Ok(if trouble.is_some() { customer.show_again(&page) } else { customer.show(&page) })
}

/// POST: judges the code; a right one changes the choice.
pub(crate) async fn ask_no_longer(customer: Customer, sent: Sent) -> Page {
    if !sent.fresh(&customer) {
        return form(&customer, Some(OtpFormTrouble::Stale)).await;
    }
    let (id, code) = (customer.contract.id, sent.text("otp").to_owned());
    let act = move |tx: &mut Tx, cx: &mut Context| choice::ask_no_longer(tx, cx, id, &code);
    match customer.web.run(customer.actor(), act).await {
        Ok(Outcome::Refused { attempts_left: 0 }) => Ok(ended(&customer, OtpEnding::Locked)),
        Ok(Outcome::Refused { .. }) => form(&customer, Some(OtpFormTrouble::Refused)).await,
        Ok(_) => Ok(customer.go(&customer.around.at("otp?note=not_asked"))),
        Err(Error::Refused(refusal)) => refused(&customer, &refusal).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(customer: &Customer, refusal: &Refusal) -> Page {
    let trouble = match refusal {
        Refusal::AnswerIncomplete => OtpFormTrouble::Incomplete,
        Refusal::CodeUsed { wait_s } => OtpFormTrouble::Used { wait_s: *wait_s },
        Refusal::ProofPaused { until } => {
            let left = until.seconds_since(customer.now).max(1);
            OtpFormTrouble::Wait { seconds: u32::try_from(left).unwrap_or(u32::MAX) }
        }
        other => return Ok(ended(customer, ending(other))),
    };
    form(customer, Some(trouble)).await
}

fn ended(customer: &Customer, ending: OtpEnding) -> Response {
    let policy = customer.around.institution.policy(customer.now);
    over(customer, way(OtpAct::SignInChange, true, policy), ending)
}
