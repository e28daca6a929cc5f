//! `POST /v1/token_imports`²: devices taken into stock from a file of their maker. One system
//! brings the file, another its key; a worker takes it in when both are there and two people agree.

use sekisho_app::context::Context;
use sekisho_app::once::{Kept, once};
use sekisho_app::tokens::import::{self, Format};
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{FaultCode, Fields, Read};
use sekisho_domain::id::JobId;
use sekisho_domain::pskc::{self, Protection};
use sekisho_domain::read::{object, text, word};
use sekisho_domain::token_file::{Fault, from_hex};
use serde::Deserialize;
use serde_json::Value;

use crate::api::answer::Answer;
use crate::api::contracts::check_digest;
use crate::api::door::Visit;
use crate::api::{jobs, proposals};
use crate::problem::Problem;

pub(super) const PSKC: &[&str] = &["application/pskc+xml"];

/// `POST /v1/token_imports`: the file waits for its key, and for a second person.
pub(super) async fn receive(visit: Visit) -> Result<Answer, Problem> {
    let file = visit.raw().unwrap_or_default().to_vec();
    check_digest(&visit, &file)?;
    check_form(&file)?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let (job, proposal) = import::receive(tx, cx, institution, Format::Pskc, &file)?;
            let mut shown = jobs::shown(&job);
            if let Some(proposal) = proposal {
                shown["proposal"] = proposals::shown(&proposal);
            }
            Ok(shown)
        })
    };
    let kept: Kept<Value> = visit.web.run(visit.actor(), act).await?;
    let job = kept.outcome["id"].as_str().unwrap_or_default();
    let answer = Answer::accepted(&kept.outcome).found_at(format!("/v1/jobs/{job}"));
    Ok(answer.at(1).replayed(kept.replayed))
}

/// Refuses at once what no key opens: what is no such file, and one that is not encrypted, which
/// only an operator at the server may bring (api.md §12).
fn check_form(file: &[u8]) -> Result<(), Problem> {
    let refused = |why: &'static str| Err(Problem::new("file_refused").member("why", why));
    match pskc::read(file, &Protection::Plain) {
        Err(Fault::WantsKey | Fault::WantsPassphrase) => Ok(()),
        Err(fault) => refused(fault.word()),
        Ok(_) => refused(Fault::Plain.word()),
    }
}

/// What a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum KeyKind {
    Passphrase,
    Aes,
}

fn read_key(f: &mut Fields) -> Read<Protection> {
    let kind = f.required("kind", word::<KeyKind>());
    let value = f.required("value", text(1..=200));
    let (kind, value) = (kind?, value?);
    let read = match kind {
        KeyKind::Passphrase => Some(Protection::Passphrase(value.into())),
        KeyKind::Aes => from_hex(&value).and_then(Protection::key),
    };
    match read {
        Some(key) => Ok(key),
        None => f.fault("value", FaultCode::Pattern),
    }
}

/// `…/{job}/key`: of another system or person than brought the file.
pub(super) async fn give_key(visit: Visit) -> Result<Answer, Problem> {
    let given = visit.read(object(read_key))?;
    let id: JobId = visit.id("job")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            Ok(jobs::shown(&import::give_key(tx, cx, (institution, id), &given)?))
        })
    };
    let kept: Kept<Value> = visit.web.run(visit.actor(), act).await?;
    let version = kept.outcome["version"].as_u64().unwrap_or(1);
    Ok(Answer::ok(&kept.outcome).at(version).replayed(kept.replayed))
}
