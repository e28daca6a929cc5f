//! Tokens themselves: looked at, set aside, taken back, ended.

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::once;
use sekisho_app::otp::{self, office};
use sekisho_app::tx::{Query as Rows, Table, Tx};
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::id::{ContractId, InstitutionId, JobId, TokenId};
use sekisho_domain::proposal::Change;
use sekisho_domain::read::{object, parsed, text, word};
use sekisho_domain::reason::ReportedBy;
use sekisho_domain::serial::Serial;
use sekisho_domain::token::{Binding, Token, TokenKind, TokenState};
use serde_json::{Value, json};

use crate::api::answer::Answer;
use crate::api::contracts::Why;
use crate::api::door::Visit;
use crate::api::page::{self, Page};
use crate::api::proposals::submit;
use crate::problem::Problem;

pub(super) const FILTERS: &[&str] =
    &["serial", "kind", "state", "batch", "limit", "after", "order"];
/// Serials that one look can name.
const SERIALS_MAX: usize = 200;

/// A contract that a token answers for.
fn bound(bound: &Binding) -> Value {
    json!({"contract": bound.contract.to_string(), "credential": bound.credential.to_string()})
}

/// A token as the API shows it.
fn shown(token: &Token) -> Value {
    let mut shown = json!({
        "id": token.id.to_string(), "version": token.version, "kind": token.kind.word(),
        "serial": token.serial.to_string(), "state": token.state.word(),
        "registered_at": token.registered_at.to_string(),
        "bound": token.bound.iter().map(bound).collect::<Vec<_>>(),
    });
    let optional = [
        ("allocated_to", token.allocated_to.map(|id| id.to_string())),
        ("batch", token.import.map(|id| id.to_string())),
        ("expires_on", token.expires_on.map(|day| day.to_string())),
    ];
    for (name, value) in optional {
        if let Some(value) = value {
            shown[name] = value.into();
        }
    }
    shown
}

pub(super) async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: TokenId = visit.id("tok")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| otp::find(tx, institution, id)).await?;
    Ok(Answer::ok(&shown(&found)).at(found.version))
}

/// `GET /v1/tokens`: `batch` is the import that brought them.
pub(super) async fn list(visit: Visit) -> Result<Answer, Problem> {
    let words: Vec<&'static str> = TokenState::ALL.iter().map(|state| state.word()).collect();
    let states = visit.query.words("state", &words)?;
    let kinds: Vec<&'static str> = TokenKind::ALL.iter().map(|kind| kind.word()).collect();
    let kinds = visit.query.words("kind", &kinds)?;
    let batches = read_all(&visit, "batch", |text| text.parse::<JobId>().ok())?;
    let serials = read_all(&visit, "serial", |text| text.parse::<Serial>().ok())?;
    if serials.len() > SERIALS_MAX {
        return Err(Problem::parameter("serial", "too_long"));
    }
    let institution = visit.institution();
    let rows = Rows {
        states: states.clone(),
        ..page::Wanted::read(&visit)?.rows(Table::Token, institution)
    };
    let act = move |tx: &mut Tx, _: &mut Context| {
        let wanted = |token: &Token| {
            (kinds.is_empty() || kinds.contains(&token.kind.word()))
                && (states.is_empty() || states.contains(&token.state.word()))
                && (batches.is_empty() || token.import.is_some_and(|id| batches.contains(&id)))
        };
        if serials.is_empty() {
            return page::fill::<Token>(tx, rows.clone(), wanted, |_| false);
        }
        let mut items = Vec::new();
        for serial in &serials {
            items.extend(otp::by_serial(tx, institution, serial)?.filter(wanted));
        }
        items.sort_by_key(|token| std::cmp::Reverse(token.id));
        items.dedup_by_key(|token| token.id);
        Ok(Page { items, next: None })
    };
    let found = visit.web.look(act).await?;
    Ok(page::answer(&visit, found.items.iter().map(shown).collect(), found.next))
}

/// All values of a parameter that may be repeated.
fn read_all<T>(
    visit: &Visit,
    name: &str,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<T>, Problem> {
    let wrong = || Problem::parameter(name, "pattern");
    visit.query.all(name).map(|text| read(text).ok_or_else(wrong)).collect()
}

fn read_owner(f: &mut Fields) -> Read<ContractId> {
    f.required("contract", parsed())
}

pub(super) fn read_note(f: &mut Fields) -> Read<ReportedBy> {
    let note = f.optional("note", text(1..=200));
    let by = f.optional("reported_by", word());
    note?;
    Ok(by?.unwrap_or(ReportedBy::Staff))
}

/// `…/allocation`: from now on only this contract can start it.
pub(super) async fn allocate(visit: Visit) -> Result<Answer, Problem> {
    let contract = visit.read(object(read_owner))?;
    step(visit, move |tx, cx, which| office::allocate(tx, cx, which, contract)).await
}

/// `…/return`: into stock.
pub(super) async fn put_back(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    step(visit, office::put_back).await
}

/// `…/defect`: again: the same and no event.
pub(super) async fn defect(visit: Visit) -> Result<Answer, Problem> {
    let by = visit.read(object(read_note))?;
    step(visit, move |tx, cx, which| office::defect(tx, cx, which, by)).await
}

/// `…/revocation`: it ends for all contracts; again: the same and no event.
pub(super) async fn revoke(visit: Visit) -> Result<Answer, Problem> {
    let why = visit.read(object(Why::read))?;
    step(visit, move |tx, cx, which| office::revoke(tx, cx, which, (why.reason, why.by))).await
}

/// `…/destruction`²
pub(super) async fn destroy(visit: Visit) -> Result<Answer, Problem> {
    visit.read(object(read_note))?;
    let id: TokenId = visit.id("tok")?;
    let institution = visit.institution();
    let after = move |tx: &mut Tx| Ok(shown(&otp::find(tx, institution, id)?));
    submit(&visit, Change::TokenDestruction { token: id }, after).await
}

/// A step of the token in the path, done once; told with what it is after it.
async fn step(
    visit: Visit,
    act: impl Fn(&mut Tx, &mut Context, (InstitutionId, TokenId)) -> Result<Token, Error>
    + Send
    + 'static,
) -> Result<Answer, Problem> {
    let which = (visit.institution(), visit.id::<TokenId>("tok")?);
    let key = visit.once();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| Ok(shown(&act(tx, cx, which)?)))
    };
    let kept = visit.web.run(visit.actor(), act).await?;
    let version = kept.outcome["version"].as_u64().unwrap_or(1);
    Ok(Answer::ok(&kept.outcome).at(version).replayed(kept.replayed))
}
