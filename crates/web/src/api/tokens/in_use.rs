//! 利用開始, 交換, 利用中止 and 時刻補正 through the bank's own pages.

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::{Kept, once};
use sekisho_app::otp::by_bank::{self, NewToken, Outcome, Warrant};
use sekisho_app::tx::Tx;
use sekisho_app::{credential, proposal};
use sekisho_domain::digest::Digest;
use sekisho_domain::fields::{FaultCode, Fields, Place, Read};
use sekisho_domain::id::{ApprovalId, ContractId, CredentialId, InstitutionId, RequestId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::LoginMode;
use sekisho_domain::read::{list, object, parsed, text, word};
use sekisho_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::cards::credentials::shown;
use crate::api::door::Visit;
use crate::api::proposals;
use crate::problem::Problem;
use crate::text::Lang;

/// Whether a sign-in asks for the token (C-07).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum SignIn {
    Always,
    Never,
}

/// What is typed: people type blanks and full width, so only its length is judged here.
fn typed() -> impl Fn(&mut Place<'_>) -> Read<String> {
    text(1..=64)
}

fn read_new(f: &mut Fields) -> Read<NewToken> {
    let serial = f.required("serial", typed());
    let code = f.required("code", typed());
    Ok(NewToken { serial: serial?, code: code? })
}

/// An approval and the digest the bank computed: both or neither.
fn read_approval(f: &mut Fields) -> Read<Option<(ApprovalId, Digest)>> {
    let approval = f.optional("approval", parsed());
    let digest = f.optional("digest", parsed());
    match (approval?, digest?) {
        (Some(approval), Some(digest)) => Ok(Some((approval, digest))),
        (None, None) => Ok(None),
        (Some(_), None) => f.fault("digest", FaultCode::Required),
        (None, Some(_)) => f.fault("approval", FaultCode::Required),
    }
}

pub(super) fn read_needed_approval(f: &mut Fields) -> Read<(ApprovalId, Digest)> {
    let approval = f.required("approval", parsed());
    let digest = f.required("digest", parsed());
    Ok((approval?, digest?))
}

fn warrant(visit: &Visit, (approval, digest): (ApprovalId, Digest)) -> Warrant {
    Warrant { approval, digest, client: visit.client().id }
}

struct Start {
    method: MethodKind,
    shown: NewToken,
    sign_in: SignIn,
    approval: Option<(ApprovalId, Digest)>,
}

fn read_start(f: &mut Fields) -> Read<Start> {
    let method = f.required("method", |at: &mut Place<'_>| match at.text()?.parse() {
        Ok(method @ (MethodKind::OtpApp | MethodKind::OtpDevice)) => Ok(method),
        _ => at.fault(FaultCode::Enum),
    });
    let shown = read_new(f);
    let sign_in = f.required("sign_in", word());
    let approval = read_approval(f);
    Ok(Start { method: method?, shown: shown?, sign_in: sign_in?, approval: approval? })
}

/// `POST /v1/contracts/{ctr}/credentials`: 利用開始; without an approval².
pub(super) async fn start(visit: Visit) -> Result<Answer, Problem> {
    let Start { method, shown, sign_in, approval } = visit.read(object(read_start))?;
    let contract: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let warrant = approval.map(|approval| warrant(&visit, approval));
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let forced = cx.policy(institution).otp.login_mode == LoginMode::Forced;
        let at_sign_in = forced || sign_in == SignIn::Always;
        let how = (method, at_sign_in);
        by_bank::start(tx, cx, (institution, contract), how, &shown, warrant.as_ref())
    };
    change(visit, Makes::Credential, act).await
}

struct Exchange {
    old_code: String,
    shown: NewToken,
    approval: (ApprovalId, Digest),
}

fn read_exchange(f: &mut Fields) -> Read<Exchange> {
    let old_code = f.required("old_code", typed());
    let shown = read_new(f);
    let approval = read_needed_approval(f);
    Ok(Exchange { old_code: old_code?, shown: shown?, approval: approval? })
}

/// `…/exchange`: 交換; 201 with the new credential.
pub(super) async fn exchange(visit: Visit) -> Result<Answer, Problem> {
    let Exchange { old_code, shown, approval } = visit.read(object(read_exchange))?;
    let (which, warrant) = (which(&visit)?, warrant(&visit, approval));
    let act = move |tx: &mut Tx, cx: &mut Context| {
        by_bank::exchange(tx, cx, which, &old_code, &shown, &warrant)
    };
    change(visit, Makes::Credential, act).await
}

fn read_stop(f: &mut Fields) -> Read<(String, (ApprovalId, Digest))> {
    let code = f.required("code", typed());
    let approval = read_needed_approval(f);
    Ok((code?, approval?))
}

/// `…/stop`: 利用中止.
pub(super) async fn stop(visit: Visit) -> Result<Answer, Problem> {
    let (code, approval) = visit.read(object(read_stop))?;
    let (which, warrant) = (which(&visit)?, warrant(&visit, approval));
    let act = move |tx: &mut Tx, cx: &mut Context| by_bank::stop(tx, cx, which, &code, &warrant);
    change(visit, Makes::Nothing, act).await
}

fn read_codes(f: &mut Fields) -> Read<[String; 2]> {
    let codes = f.required("codes", list(2..=2, typed()))?;
    Ok(codes.try_into().expect("two were asked for"))
}

/// `…/resync`: 時刻補正 by two codes in a row.
pub(super) async fn resync(visit: Visit) -> Result<Answer, Problem> {
    let [first, second] = visit.read(object(read_codes))?;
    let which = which(&visit)?;
    let act = move |tx: &mut Tx, cx: &mut Context| {
        by_bank::resync(tx, cx, which, [first.as_str(), second.as_str()])
    };
    change(visit, Makes::Nothing, act).await
}

fn read_sign_in(f: &mut Fields) -> Read<(SignIn, Option<(ApprovalId, Digest)>)> {
    let sign_in = f.required("sign_in", word());
    let approval = read_approval(f);
    Ok((sign_in?, approval?))
}

/// `PATCH /v1/credentials/{crd}`: only the version the caller has read is changed.
pub(super) async fn ask_at_sign_in(visit: Visit) -> Result<Answer, Problem> {
    let (sign_in, approval) = visit.read(object(read_sign_in))?;
    let which = which(&visit)?;
    let read = visit.wanted_version();
    let asked = read.as_ref().ok().copied();
    let warrant = approval.map(|approval| warrant(&visit, approval));
    let found = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let stale = std::sync::Arc::clone(&found);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let version = credential::find(tx, which.0, which.1)?.version;
        if asked != Some(version) {
            stale.store(version, std::sync::atomic::Ordering::SeqCst);
            return Err(Refusal::InvalidTransition { state: "stale" }.into());
        }
        let wanted = sign_in == SignIn::Always;
        by_bank::ask_at_sign_in(tx, cx, which, wanted, warrant.as_ref())
    };
    let told = change(visit, Makes::Nothing, act).await;
    match found.load(std::sync::atomic::Ordering::SeqCst) {
        0 => told,
        now => {
            read?;
            Err(Problem::new("version_mismatch").member("version", now))
        }
    }
}

fn which(visit: &Visit) -> Result<(InstitutionId, CredentialId), Problem> {
    Ok((visit.institution(), visit.id("crd")?))
}

/// Whether there is something new when it is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Makes {
    Credential,
    Nothing,
}

/// What is kept for repeated requests. A "no" that happened is told again as it was told first.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Heard {
    outcome: Outcome,
    shown: Value,
    request: RequestId,
    japanese: bool,
}

async fn change(
    visit: Visit,
    makes: Makes,
    act: impl Fn(&mut Tx, &mut Context) -> Result<Outcome, Error> + Send + 'static,
) -> Result<Answer, Problem> {
    let (institution, key) = (visit.institution(), visit.once());
    let (request, japanese) = (visit.request(), visit.lang() == Lang::Ja);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let outcome = act(tx, cx)?;
            let shown = match outcome {
                Outcome::Done(id) => {
                    let done = credential::find(tx, institution, id)?;
                    shown(&done, &cx.policy(institution), cx.now())
                }
                Outcome::Proposed(id) => {
                    json!({"proposal": proposals::shown(&proposal::find(tx, institution, id)?)})
                }
                Outcome::Refused { .. } | Outcome::DigestMismatch => Value::Null,
            };
            Ok(Heard { outcome, shown, request, japanese })
        })
    };
    let kept: Kept<Heard> = visit.web.run(visit.actor(), act).await?;
    Ok(told(&visit, makes, &kept.outcome).replayed(kept.replayed))
}

fn told(visit: &Visit, makes: Makes, heard: &Heard) -> Answer {
    let lang = if heard.japanese { Lang::Ja } else { Lang::En };
    let no = |problem: Problem| Answer::kept(&problem, heard.request, lang, &visit.web);
    let version = heard.shown["version"].as_u64().unwrap_or(1);
    match heard.outcome {
        Outcome::Done(id) if makes == Makes::Credential => {
            Answer::created(&heard.shown, format!("/v1/credentials/{id}")).at(version)
        }
        Outcome::Done(_) => Answer::ok(&heard.shown).at(version),
        Outcome::Proposed(_) => Answer::accepted(&heard.shown),
        Outcome::Refused { attempts_left } => {
            no(Refusal::ProofRefused { attempts_left: Some(attempts_left) }.into())
        }
        Outcome::DigestMismatch => no(Problem::new("digest_mismatch")),
    }
}
