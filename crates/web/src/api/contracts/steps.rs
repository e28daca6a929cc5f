//! What happens to a contract: changed, stopped, resumed, ended (api.md §5.1).

use sekisho_app::context::Context;
use sekisho_app::contract;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::ContractId;
use sekisho_domain::proposal::Change;
use sekisho_domain::read::{object, text};
use sekisho_domain::refusal::Refusal;

use super::body::{Patch, Why};
use super::shown;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::proposals::submit;
use crate::problem::Problem;

/// `PATCH`: only the version the caller has read is changed.
pub(super) async fn patch(visit: Visit) -> Result<Answer, Problem> {
    let patch = visit.read(object(Patch::read))?;
    let id: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let (key, read) = (visit.once(), visit.wanted_version());
    let asked = read.as_ref().ok().copied();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let mut now = None;
        let kept = once(tx, cx, &key, |tx, cx| {
            let found = contract::find(tx, institution, id)?;
            if asked != Some(found.version) {
                now = Some(found.version);
                return Err(Refusal::InvalidTransition { state: found.state.word() }.into());
            }
            let person = patch.apply(&found.person);
            Ok(shown(&contract::change_person(tx, cx, institution, id, person)?))
        });
        match now {
            Some(version) => Ok(Err(version)),
            None => kept.map(Ok),
        }
    };
    match visit.web.run(visit.actor(), act).await? {
        Ok(kept) => {
            let version = kept.outcome["version"].as_u64().unwrap_or(1);
            Ok(Answer::ok(&kept.outcome).at(version).replayed(kept.replayed))
        }
        Err(now) => {
            read?;
            Err(Problem::new("version_mismatch").member("version", now))
        }
    }
}

/// `…/suspension`: at once, never stale; again: the same and no event.
pub(super) async fn suspend(visit: Visit) -> Result<Answer, Problem> {
    let why = visit.read(object(Why::read))?;
    let id: ContractId = visit.id("ctr")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let found = contract::find(tx, institution, id)?;
            let stopped = match found.state.word() {
                "suspended" => found,
                _ => contract::suspend(tx, cx, institution, id, why.reason, why.by)?,
            };
            Ok(shown(&stopped))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&kept.outcome).replayed(kept.replayed))
}

fn read_note(f: &mut Fields) -> Read<()> {
    let note = f.optional("note", text(1..=200));
    note.map(|_| ())
}

/// `…/resumption`²
pub(super) async fn resume(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    let contract = visit.id("ctr")?;
    changed(&visit, contract, Change::ContractResumption { contract }).await
}

/// `…/cancellation`²
pub(super) async fn cancel(visit: Visit) -> Result<Answer, Problem> {
    let why = visit.read(object(Why::read))?;
    let contract = visit.id("ctr")?;
    let change = Change::ContractCancellation { contract, reason: why.reason };
    changed(&visit, contract, change).await
}

/// `…/password_reset`²: a letter by post, nobody sees the password.
pub(super) async fn reset_password(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    let contract = visit.id("ctr")?;
    changed(&visit, contract, Change::PasswordReset { contract }).await
}

/// `…/unlock`²: the delay and the lock of the login password.
pub(super) async fn unlock(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    let contract = visit.id("ctr")?;
    changed(&visit, contract, Change::PasswordUnlock { contract }).await
}

async fn changed(visit: &Visit, id: ContractId, change: Change) -> Result<Answer, Problem> {
    let institution = visit.institution();
    submit(visit, change, move |tx| Ok(shown(&contract::find(tx, institution, id)?))).await
}
