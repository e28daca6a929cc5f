//! A batch on its way: opened, sealed, reconciled (api.md §5.5).

use sekisho_app::batch::open::{self, Selection};
use sekisho_app::batch::{self, reconcile as counting};
use sekisho_app::context::Context;
use sekisho_app::job::{self, Job, Task};
use sekisho_app::once::{Kept, once};
use sekisho_app::tx::Tx;
use sekisho_domain::batch::{BatchState, ITEMS_MAX};
use sekisho_domain::card::CardNumber;
use sekisho_domain::fields::{FaultCode, Fields, Place, Read};
use sekisho_domain::id::{BatchId, JobId, OrderId};
use sekisho_domain::order::OrderKind;
use sekisho_domain::proposal::Change;
use sekisho_domain::read::{instant, integer, list, object, parsed, text, word};
use sekisho_domain::refusal::Refusal;
use serde_json::{Value, json};

use super::shown_batch;
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::api::jobs;
use crate::api::proposals::submit;
use crate::problem::Problem;

/// Orders named in one call, at most: what fits a body.
const NAMED_MAX: usize = 2_000;
/// Enclosed cards looked through in one transaction.
const CHUNK: u32 = 200;
/// Letters of an age X25519 key.
const AGE_KEY: usize = 62;

fn read_new(f: &mut Fields) -> Read<(OrderKind, Selection)> {
    let kind = f.required("kind", word::<OrderKind>());
    let orders = f.optional("orders", list(1..=NAMED_MAX, parsed::<OrderId>()));
    let before = f.optional("filter", object(|f| f.required("approved_before", instant())));
    let selection = match (orders?, before?) {
        (Some(orders), None) => Selection::Orders(orders),
        (None, Some(before)) => Selection::ApprovedBefore(before),
        (None, None) => return f.fault("orders", FaultCode::Required),
        (Some(_), Some(_)) => return f.fault("filter", FaultCode::Unknown),
    };
    Ok((kind?, selection))
}

/// `POST /v1/batches`: the orders that fit are taken in; a batch of none is void.
pub(super) async fn open(visit: Visit) -> Result<Answer, Problem> {
    let (kind, selection) = visit.read(object(read_new))?;
    let (institution, key) = (visit.institution(), visit.once());
    let limit = u32::try_from(ITEMS_MAX).expect("a batch is small");
    let act = move |tx: &mut Tx, cx: &mut Context| {
        once(tx, cx, &key, |tx, cx| {
            let taken = open::open(tx, cx, institution, kind, &selection, limit)?;
            let (batch, accepted) = (taken.batch.id, taken.batch.counts.ordered);
            if accepted == 0 {
                open::give_up(tx, cx, (institution, batch), 1)?;
            }
            let total = accepted + taken.refused.len() as u64;
            let refused: Vec<Value> = taken.refused.into_iter().map(refused).collect();
            let result = json!({"batch": batch.to_string(), "refused": refused});
            let end = |job: Job| job.finished(accepted, result);
            Ok(job::keep(tx, cx, institution, (Task::Opening { batch }, total), end)?)
        })
    };
    let kept: Kept<Job> = visit.web.run(visit.actor(), act).await?;
    Ok(jobs::accepted(&kept.outcome).replayed(kept.replayed))
}

fn refused((order, refusal): (OrderId, Refusal)) -> Value {
    json!({"order": order.to_string(), "code": Problem::from(refusal).code()})
}

/// To whom the files of a batch are encrypted.
struct Keys {
    cards: bool,
    printer: String,
    house: String,
}

impl Keys {
    fn read(f: &mut Fields) -> Read<Self> {
        let cards = f.optional("cards_to", age_key);
        let letters = f.optional("letters_to", age_key);
        let house = f.required("labels_to", age_key);
        let (cards, printer) = match (cards?, letters?) {
            (Some(cards), None) => (true, cards),
            (None, Some(letters)) => (false, letters),
            (None, None) => return f.fault("cards_to", FaultCode::Required),
            (Some(_), Some(_)) => return f.fault("letters_to", FaultCode::Unknown),
        };
        Ok(Self { cards, printer, house: house? })
    }
}

/// A recipient of age: Bech32, in lower case. Whether it is a key is seen when it is used.
fn age_key(at: &mut Place) -> Read<String> {
    const LETTERS: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
    let key = text(1..=AGE_KEY)(at)?;
    let rest = key.strip_prefix("age1").unwrap_or_default();
    let fits = key.len() == AGE_KEY && rest.chars().all(|letter| LETTERS.contains(letter));
    if fits { Ok(key) } else { at.fault(FaultCode::Pattern) }
}

/// `…/seal`²: a job draws the batch, writes its files for these keys and seals it.
pub(super) async fn seal(visit: Visit) -> Result<Answer, Problem> {
    let keys = visit.read(object(Keys::read))?;
    let id: BatchId = visit.id("bat")?;
    let institution = visit.institution();
    let found = visit.web.look(move |tx, _| batch::find(tx, institution, id)).await?;
    let needed = if found.kind.method().is_some() { "/cards_to" } else { "/letters_to" };
    if found.kind.method().is_some() != keys.cards {
        let errors = json!([{"pointer": needed, "code": "required"}]);
        return Err(Problem::new("invalid_request").member("errors", errors));
    }
    let job = visit.web.moment(JobId::make);
    let Keys { printer, house, .. } = keys;
    let change = Change::BatchSeal { batch: id, job, printer, house };
    let after = move |tx: &mut Tx| Ok(jobs::shown(&job::find(tx, institution, job)?));
    submit(&visit, change, after).await.map(Answer::later)
}

struct Report {
    printed: u64,
    spoiled: Vec<CardNumber>,
    enclosed: u64,
}

impl Report {
    fn read(f: &mut Fields) -> Read<Self> {
        let most = i64::try_from(ITEMS_MAX).expect("a batch is small");
        let printed = f.required("printed", integer(0..=most));
        let spoiled = f.required("spoiled", list(0..=ITEMS_MAX, parsed::<CardNumber>()));
        let enclosed = f.required("enclosed", integer(0..=most));
        let (printed, enclosed) = (printed?.unsigned_abs(), enclosed?.unsigned_abs());
        Ok(Self { printed, spoiled: spoiled?, enclosed })
    }
}

/// `…/reconciliation`²: afterwards the files are gone, and what must not leave is kept back.
pub(super) async fn reconcile(visit: Visit) -> Result<Answer, Problem> {
    let Report { printed, spoiled, enclosed } = visit.read(object(Report::read))?;
    let batch: BatchId = visit.id("bat")?;
    let institution = visit.institution();
    let change = Change::BatchReconciliation { batch, printed, spoiled, enclosed };
    let after = move |tx: &mut Tx| Ok(shown_batch(&batch::find(tx, institution, batch)?));
    let answer = submit(&visit, change, after).await?;
    let at = (institution, batch);
    let found = visit.web.look(move |tx, _| batch::find(tx, institution, batch)).await?;
    // Where a second person is asked, nothing is enclosed yet: posting an envelope does it then.
    let mut more = found.state == BatchState::Reconciled;
    while more {
        let act = move |tx: &mut Tx, cx: &mut Context| counting::enclose(tx, cx, at, CHUNK);
        more = visit.web.run(visit.actor(), act).await?;
    }
    Ok(answer)
}
