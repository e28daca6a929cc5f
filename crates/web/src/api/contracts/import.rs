//! `POST /v1/contract_imports` (api.md §5.1): many contracts from one file, a JSON object a line.
//!
//! The whole file is judged before anything is made. A line whose contract is there already, under
//! the same number of the bank, makes none: sent again, a file goes on where it stopped.

use std::sync::Arc;

use axum::Router;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_app::context::Context;
use sekisho_app::contract;
use sekisho_app::error::Error;
use sekisho_app::job::{self, Job, Task};
use sekisho_app::once::{self, Kept, OnceKey, once};
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{FaultCode, Fields, Read};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::json::Json;
use sekisho_domain::read::object;
use sekisho_domain::text::LoginIdForm;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::WRITES;
use super::body::New;
use crate::api::answer::Answer;
use crate::api::door::{Door, Visit};
use crate::api::jobs;
use crate::problem::Problem;
use crate::state::Web;

const NDJSON: &[&str] = &["application/x-ndjson", "application/ndjson"];
/// Lines in one transaction (api.md §5.3).
const CHUNK: usize = 500;

pub(super) fn router() -> Router<Web> {
    let import = Door::post(WRITES).with_query(&["dry_run"]).reading(NDJSON).route(import);
    Router::new().route("/v1/contract_imports", import)
}

/// A line must name the bank's own number: it is what makes a repeated line the same contract.
fn read_line(f: &mut Fields, form: LoginIdForm) -> Read<New> {
    let named = f.has("external_id");
    let new = New::read(f, form);
    if named { new } else { f.fault("external_id", FaultCode::Required) }
}

async fn import(visit: Visit) -> Result<Answer, Problem> {
    let dry_run = visit.query.read_one("dry_run", |text| text.parse::<bool>().ok())?;
    let bytes = visit.raw().unwrap_or_default();
    check_digest(&visit, bytes)?;
    let form = visit.home().policy(visit.web.now()).login.identifier;
    let (lines, wrong) = read(bytes, form);
    let total = lines.len() + wrong.len();
    if dry_run == Some(true) || !wrong.is_empty() {
        let result = json!({"dry_run": dry_run == Some(true), "refused": wrong});
        let faults = wrong.len() as u64;
        let end = move |job: Job| match faults {
            0 => job.finished(total as u64, result.clone()),
            faults => job.at(faults).failed(result.clone()),
        };
        return finish(&visit, total, end).await;
    }
    check_key(&visit).await?;
    let institution = visit.institution();
    let lines = Arc::new(lines);
    let (mut accepted, mut refused) = (0, Vec::new());
    for from in (0..lines.len()).step_by(CHUNK) {
        let (lines, key) = (Arc::clone(&lines), visit.once());
        let key = OnceKey { key: format!("{}/{from}", key.key), ..key };
        let act = move |tx: &mut Tx, cx: &mut Context| {
            let chunk = &lines[from..lines.len().min(from + CHUNK)];
            once(tx, cx, &key, |tx, cx| make(tx, cx, institution, chunk))
        };
        let kept: Kept<(u64, Vec<Value>)> = visit.web.run(visit.actor(), act).await?;
        accepted += kept.outcome.0;
        refused.extend(kept.outcome.1);
    }
    let result = json!({"refused": refused});
    finish(&visit, total, move |job| job.finished(accepted, result.clone())).await
}

/// The lines with their numbers, and what is wrong with the others.
fn read(bytes: &[u8], form: LoginIdForm) -> (Vec<(usize, New)>, Vec<Value>) {
    let (mut lines, mut wrong) = (Vec::new(), Vec::new());
    let text = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    for (number, line) in (1..).zip(text.split(|byte| *byte == b'\n')) {
        let Ok(json) = Json::parse(line) else {
            wrong.push(json!({"line": number, "code": "malformed_json"}));
            continue;
        };
        match json.read(object(|f| read_line(f, form))) {
            Ok(new) => lines.push((number, new)),
            Err(faults) => {
                let errors = serde_json::to_value(faults).expect("faults are plain");
                wrong.push(json!({"line": number, "code": "invalid_request", "errors": errors}));
            }
        }
    }
    (lines, wrong)
}

/// How many contracts are there now, and which lines were refused.
fn make(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    lines: &[(usize, New)],
) -> Result<(u64, Vec<Value>), Error> {
    let mut refused = Vec::new();
    for (number, new) in lines {
        let wish = new.wish(cx, institution);
        match contract::create(tx, cx, wish) {
            Ok(_) => {}
            Err(Error::Refused(refusal)) => {
                refused.push(json!({"line": number, "code": Problem::from(refusal).code()}));
            }
            Err(failed) => return Err(failed),
        }
    }
    Ok(((lines.len() - refused.len()) as u64, refused))
}

/// Refuses a file that is not the one the caller meant to send (RFC 9530).
pub(in crate::api) fn check_digest(visit: &Visit, bytes: &[u8]) -> Result<(), Problem> {
    let sent = visit.header("content-digest").unwrap_or_default();
    let right = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(bytes)));
    if sent.split(',').any(|digest| digest.trim() == right) {
        return Ok(());
    }
    Err(Problem::new("file_refused").member("why", "checksum"))
}

/// Refuses a key that stands for another file, before any line of this one is made.
async fn check_key(visit: &Visit) -> Result<(), Problem> {
    let key = visit.once();
    let act = move |tx: &mut Tx, cx: &mut Context| once::kept(tx, cx, &key).map(drop);
    Ok(visit.web.look(act).await?)
}

async fn finish(
    visit: &Visit,
    total: usize,
    end: impl Fn(Job) -> Job + Send + 'static,
) -> Result<Answer, Problem> {
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            Ok(job::keep(tx, cx, institution, (Task::ContractImport, total as u64), &end)?)
        })
    };
    let kept: Kept<Job> = visit.web.run(visit.actor(), act).await?;
    Ok(jobs::accepted(&kept.outcome).replayed(kept.replayed))
}
