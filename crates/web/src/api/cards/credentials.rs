//! Credentials in use: looked at, revoked, unlocked. No cell, seed, code or password is in any
//! reply.

use sekisho_app::context::Context;
use sekisho_app::once::once;
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_app::{contract, credential};
use sekisho_domain::credential::{Carrier, Credential};
use sekisho_domain::fields::Fields;
use sekisho_domain::id::{ContractId, CredentialId};
use sekisho_domain::policy::Policy;
use sekisho_domain::proposal::Change;
use sekisho_domain::read::object;
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::contracts::Why;
use crate::api::door::Visit;
use crate::api::page;
use crate::api::proposals::submit;
use crate::problem::Problem;

pub(super) const FILTERS: &[&str] = &["method", "state", "limit", "after", "order"];
const METHODS: &[&str] = &["customer_card", "image_card", "otp_app", "otp_device"];
const STATES: &[&str] = &[
    "pending",
    "active",
    "limited",
    "retiring",
    "exhausted",
    "locked",
    "superseded",
    "exchanged",
    "stopped",
    "revoked",
    "expired",
];
/// Cells asked by an ordinary transfer: what is left is counted in such challenges.
const USUAL_CELLS: u8 = 2;

/// A credential as the API shows it: a card by its number, a token by its serial.
pub(in crate::api) fn shown(credential: &Credential, policy: &Policy, now: Timestamp) -> Value {
    let mut shown = json!({
        "id": credential.id.to_string(), "version": credential.version,
        "contract": credential.contract.to_string(), "method": credential.method,
        "state": credential.state.word(), "generation": credential.generation,
        "issued_at": credential.issued_at.to_string(),
        "powers": credential.powers(policy, now.day()),
    });
    match &credential.carrier {
        Carrier::Card { number, .. } => shown["card_number"] = number.to_string().into(),
        Carrier::Token { token, serial } => {
            shown["token"] = token.to_string().into();
            shown["serial"] = serial.to_string().into();
            shown["sign_in"] = if credential.at_sign_in { "always" } else { "never" }.into();
        }
    }
    if let Some(at) = credential.activated_at {
        shown["activated_at"] = at.to_string().into();
    }
    if let Some(day) = credential.expires_on {
        shown["expires_at"] = day.start().to_string().into();
    }
    if let Some(remaining) = credential.remaining(policy, USUAL_CELLS) {
        shown["remaining"] = remaining.into();
    }
    shown
}

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: CredentialId = visit.id("crd")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| credential::find(tx, institution, id)).await?;
    let now = visit.web.now();
    Ok(Answer::ok(&shown(&found, visit.home().policy(now), now)).at(found.version))
}

pub(super) async fn of_contract(visit: Visit) -> Result<Answer, Problem> {
    let methods = visit.query.words("method", METHODS)?;
    let states = visit.query.words("state", STATES)?;
    let id: ContractId = visit.id("ctr")?;
    let institution = visit.institution();
    let rows = Rows {
        owner: Some(id.to_string()),
        states,
        ..page::Wanted::read(&visit)?.rows(Table::Credential, institution)
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        contract::find(tx, institution, id)?;
        let of_method =
            |found: &Credential| methods.is_empty() || methods.contains(&found.method.as_str());
        page::fill::<Credential>(tx, rows.clone(), of_method, |_| false)
    };
    let found = visit.web.look(act).await?;
    let (home, now) = (visit.home(), visit.web.now());
    let items = found.items.iter().map(|held| shown(held, home.policy(now), now)).collect();
    Ok(page::answer(&visit, items, found.next))
}

/// `…/revocation`: at once; again: the same and no event.
pub(super) async fn revoke(visit: Visit) -> Result<Answer, Problem> {
    let why = visit.read(object(Why::read))?;
    let id: CredentialId = visit.id("crd")?;
    let (institution, key) = (visit.institution(), visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let ended = credential::revoke(tx, cx, institution, id, why.reason, why.by)?;
            Ok(shown(&ended, &cx.policy(institution), cx.now()))
        })
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    Ok(Answer::ok(&kept.outcome).replayed(kept.replayed))
}

/// `…/unlock`²: spent cells stay spent.
pub(super) async fn unlock(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(|_: &mut Fields| Ok(())))?;
    let id: CredentialId = visit.id("crd")?;
    let (institution, now) = (visit.institution(), visit.web.now());
    let policy = visit.home().policy(now).clone();
    let after = move |tx: &mut Tx| Ok(shown(&credential::find(tx, institution, id)?, &policy, now));
    submit(&visit, Change::CredentialUnlock { credential: id }, after).await
}
