//! `/v1/audit` (api.md §5.8): the log, its heads and its proofs.

use axum::Router;
use sekisho_app::audit::events::{self, LogEntry, Wanted};
use sekisho_app::audit::origin;
use sekisho_app::audit::proof;
use sekisho_app::audit::record::AuditHead;
use sekisho_app::context::Context;
use sekisho_app::keys::{self, KeyUse};
use sekisho_app::tx::Tx;
use sekisho_domain::client::Scope;
use sekisho_domain::id::EventId;
use sekisho_domain::note::NoteSigner;
use sekisho_domain::time::Timestamp;
use serde_json::{Value, json};

use super::answer::Answer;
use super::door::{Door, Visit};
use super::{cursor, page};
use crate::problem::Problem;
use crate::state::Web;

const READS: &[Scope] = &[Scope::AuditRead];
const EVENTS: &[&str] = &["after", "limit", "type", "subject", "actor", "from", "before"];

pub(super) fn router() -> Router<Web> {
    let inclusion = Door::get(READS).with_query(&["size"]).route(inclusion);
    let consistency = Door::get(READS).with_query(&["from", "to"]).route(consistency);
    Router::new()
        .route("/v1/audit/events", Door::get(READS).with_query(EVENTS).route(list))
        .route("/v1/audit/events/{evt}", Door::get(READS).route(show))
        .route("/v1/audit/events/{evt}/inclusion", inclusion)
        .route("/v1/audit/consistency", consistency)
        .route("/v1/audit/heads", Door::get(READS).with_query(&["after", "limit"]).route(heads))
        .route("/v1/audit/key", Door::get(READS).route(key))
        .route("/v1/audit/heads/latest", Door::get(READS).route(latest))
}

/// The event with its position; both stand in it already.
fn shown(entry: &LogEntry) -> &Value {
    &entry.event
}

/// `GET /v1/audit/events`, oldest first.
async fn list(visit: Visit) -> Result<Answer, Problem> {
    let query = &visit.query;
    let wanted = Wanted {
        kinds: query.all("type").map(str::to_owned).collect(),
        subject: query.one("subject")?.map(str::to_owned),
        actor: query.one("actor")?.map(str::to_owned),
        from: query.read_one("from", Timestamp::parse)?,
        before: query.read_one("before", Timestamp::parse)?,
    };
    let (limit, after) = (query.limit()?, after(&visit)?);
    let institution = visit.institution();
    let act =
        move |tx: &mut Tx, _: &mut Context| events::page(tx, institution, &wanted, after, limit);
    let found = visit.web.look(act).await?;
    let next = found.next.map(|seq| seq.to_string());
    Ok(page::answer(&visit, found.events.iter().map(shown).collect(), next))
}

/// The place a cursor names.
fn after(visit: &Visit) -> Result<Option<i64>, Problem> {
    let Some(sent) = visit.query.one("after")? else {
        return Ok(None);
    };
    let keyring = &visit.web.platform.keyring;
    let place = cursor::read(keyring, &visit.list_bound(), sent, visit.web.now())?;
    place.parse().map(Some).map_err(|_| Problem::new("invalid_cursor"))
}

async fn show(visit: Visit) -> Result<Answer, Problem> {
    let id: EventId = visit.id("evt")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| events::find(tx, institution, id)).await?;
    Ok(Answer::ok(shown(&found)))
}

/// A size of the log named in the query; beyond the log it is out of range.
fn size(visit: &Visit, name: &str) -> Result<u64, Problem> {
    let size = visit.query.read_one(name, |text| text.parse::<u64>().ok())?;
    size.ok_or_else(|| Problem::parameter(name, "required"))
}

async fn check_size(visit: &Visit, name: &str, size: u64) -> Result<(), Problem> {
    let institution = visit.institution();
    let newest = visit.web.look(move |tx, _| Ok(AuditHead::newest(tx, institution)?)).await?;
    let within = newest.is_some_and(|head| size <= head.size);
    if within { Ok(()) } else { Err(Problem::parameter(name, "range")) }
}

async fn inclusion(visit: Visit) -> Result<Answer, Problem> {
    let size = size(&visit, "size")?;
    check_size(&visit, "size", size).await?;
    let id: EventId = visit.id("evt")?;
    let institution = visit.institution();
    let proof = visit.web.look(move |tx, _| proof::inclusion(tx, institution, id, size)).await?;
    let body = json!({"index": proof.index, "size": proof.size, "hashes": proof.hashes});
    Ok(Answer::ok(&body))
}

async fn consistency(visit: Visit) -> Result<Answer, Problem> {
    let (from, to) = (size(&visit, "from")?, size(&visit, "to")?);
    check_size(&visit, "to", to).await?;
    if from > to {
        return Err(Problem::parameter("from", "range"));
    }
    let institution = visit.institution();
    let proof = visit.web.look(move |tx, _| proof::consistency(tx, institution, from, to)).await?;
    Ok(Answer::ok(&json!({"hashes": proof})))
}

/// The newest head, as a signed note.
async fn latest(visit: Visit) -> Result<Answer, Problem> {
    let institution = visit.institution();
    let newest = visit.web.look(move |tx, _| Ok(AuditHead::newest(tx, institution)?)).await?;
    newest.map(|head| Answer::text(head.note)).ok_or_else(|| Problem::new("not_found"))
}

/// The key with which anyone checks the heads.
async fn key(visit: Visit) -> Result<Answer, Problem> {
    let institution = visit.institution();
    let open = move |tx: &mut Tx, cx: &mut Context| {
        keys::open(tx, cx.platform, institution, KeyUse::Audit)
    };
    let seed = visit.web.look(open).await?;
    let signer = NoteSigner::new(&origin(&visit.home()), &seed);
    let signer = signer.expect("a slug has no character a note forbids");
    Ok(Answer::text(format!("{}\n", signer.verifier())))
}

/// Heads above the size the cursor names, smallest first.
async fn heads(visit: Visit) -> Result<Answer, Problem> {
    let (limit, after) = (visit.query.limit()?, after(&visit)?);
    let above = after.and_then(|size| u64::try_from(size).ok()).unwrap_or(0);
    let institution = visit.institution();
    let act =
        move |tx: &mut Tx, _: &mut Context| Ok(AuditHead::above(tx, institution, above, limit)?);
    let found = visit.web.look(act).await?;
    let full = found.len() == limit as usize;
    let next = found.last().filter(|_| full).map(|head| head.size.to_string());
    let item = |head: &AuditHead| {
        let signed_at = head.at.to_string();
        json!({"size": head.size, "note": head.note, "signed_at": signed_at})
    };
    Ok(page::answer(&visit, found.iter().map(item).collect(), next))
}
