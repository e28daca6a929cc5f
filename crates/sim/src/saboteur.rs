//! Planted bugs: a layer between use case and store that changes what is written as if a rule had
//! been forgotten. Nothing in `domain` or `app` is touched; each bug must be found by the oracle
//! (`tests/planted.rs`).

use std::collections::BTreeMap;

use serde_json::{Value, json};

use sekisho_app::tx::{Changes, Engine as _, Refiled, Row, Table, Write};
use sekisho_store::{Apply as _, MemoryEngine, MemoryStore};

use crate::deed::{Attempt, Deed};
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::Answer;

/// A rule that is forgotten.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bug {
    /// The reply is not kept under its key.
    ReplyNotRemembered,
    /// A reload draws the question again.
    ReloadRedraws,
    /// A wrong answer is not counted at the card.
    FailureNotSaved,
    /// A right answer does not clear what was counted.
    SuccessDoesNotClear,
    /// A wrong answer leaves no trace at all.
    WrongAnswerNotSaved,
    /// A question can be answered after its time.
    DeadlineIgnored,
    /// A card that must be locked is not.
    LockIgnored,
    /// What was asked is not marked as spent.
    CellsNotSpent,
    /// What was asked is marked as spent only by a right answer.
    CellsSpentOnSuccess,
    /// The old card goes on after the switch.
    OldCardNotSuperseded,
    /// Some transitions write no event.
    EventMissing,
    /// The use of an approval is forgotten.
    ConsumptionForgotten,
    /// A code is good one step farther away than policy says.
    WindowOffByOne,
    /// A code is good once for each contract, not once for the token they share.
    ReplayPerContract,
    /// A wrong code is not counted at the token's credential.
    WrongCodeNotCounted,
    /// The old token goes in one transaction, the new one comes in another that is never made.
    ExchangeInTwo,
}

impl Bug {
    /// Every bug.
    pub const ALL: [Self; 16] = [
        Self::ReplyNotRemembered,
        Self::ReloadRedraws,
        Self::FailureNotSaved,
        Self::SuccessDoesNotClear,
        Self::WrongAnswerNotSaved,
        Self::DeadlineIgnored,
        Self::LockIgnored,
        Self::CellsNotSpent,
        Self::CellsSpentOnSuccess,
        Self::OldCardNotSuperseded,
        Self::EventMissing,
        Self::ConsumptionForgotten,
        Self::WindowOffByOne,
        Self::ReplayPerContract,
        Self::WrongCodeNotCounted,
        Self::ExchangeInTwo,
    ];
}

/// Of so many events about cards one goes missing.
const EVENT_MISSING_EVERY: u64 = 7;

/// Plants one bug, or none.
pub(crate) struct Saboteur {
    bug: Option<Bug>,
    /// What cards would have spent, kept back until a right answer.
    unspent: BTreeMap<String, Value>,
    events: u64,
    /// The code that is being shown.
    shown: Option<String>,
    /// At which contract each code was accepted.
    used: BTreeMap<String, String>,
}

impl Saboteur {
    pub(crate) fn new(bug: Option<Bug>) -> Self {
        Self { bug, unspent: BTreeMap::new(), events: 0, shown: None, used: BTreeMap::new() }
    }

    /// Before a deed: what is kept may be forgotten.
    pub(crate) fn before(&mut self, deed: &Deed, store: &MemoryStore) {
        match (self.bug, deed) {
            (Some(Bug::ReloadRedraws), Deed::Open(approval)) => forget_question(*approval, store),
            (Some(Bug::ReplayPerContract), Deed::Answer(attempt)) => {
                store.inspect(|engine| self.forget_others(attempt, engine));
            }
            _ => {}
        }
    }

    /// A code that was accepted at another contract is new at this one: its token has not moved.
    fn forget_others(&mut self, attempt: &Attempt, engine: &mut MemoryEngine) {
        self.shown = attempt.parts.iter().find_map(|part| match part {
            Answer::Code(code) => Some(code.clone()),
            _ => None,
        });
        let Some(used_at) = self.shown.as_ref().and_then(|code| self.used.get(code)) else {
            return;
        };
        let Some(approval) = fetch(engine, Table::Approval, &attempt.approval.to_string()) else {
            return;
        };
        if text(&approval["contract"]) == *used_at {
            return;
        }
        let card = text(&approval["stage"]["challenged"]["parts"][0]["credential"]);
        let credential = fetch(engine, Table::Credential, &card);
        let token = credential.map(|it| text(&it["carrier"]["token"]["token"]));
        if let Some(Ok(Some(row))) = token.map(|id| engine.fetch(Table::Token, &id)) {
            let mut body = read(&row);
            body["motion"]["last"] = Value::Null;
            put(engine, Table::Token, &row, &body);
        }
    }

    /// At the commit: what is about to be written is changed.
    pub(crate) fn tamper(&mut self, engine: &mut MemoryEngine, changes: &mut Changes) {
        let Some(bug) = self.bug else { return };
        let happened = |kind: &str| changes.events.iter().any(|event| event.kind == kind);
        match bug {
            Bug::ReplyNotRemembered => drop_rows(changes, |table, _| table == Table::Reply),
            Bug::FailureNotSaved => cards(engine, changes, |before, after| {
                if failures(after) > failures(before) {
                    after["attempts"] = before["attempts"].clone();
                }
            }),
            Bug::SuccessDoesNotClear => cards(engine, changes, |before, after| {
                if failures(after) < failures(before) {
                    after["attempts"] = before["attempts"].clone();
                }
            }),
            Bug::WrongAnswerNotSaved if happened("approval.answer_rejected") => {
                *changes = Changes::default();
            }
            Bug::DeadlineIgnored => later(changes),
            Bug::LockIgnored => cards(engine, changes, |before, after| {
                if after["state"] == "locked" {
                    after["state"] = before["state"].clone();
                }
            }),
            Bug::CellsNotSpent if happened("approval.challenged") => {
                cards(engine, changes, |before, after| after["motion"] = before["motion"].clone());
            }
            Bug::CellsSpentOnSuccess => self.spend_late(engine, changes),
            Bug::OldCardNotSuperseded => keep_old_card(engine, changes),
            Bug::EventMissing => {
                let events = &mut self.events;
                changes.events.retain(|event| {
                    let of_card = event.kind.starts_with("credential.");
                    *events += u64::from(of_card);
                    !of_card || !events.is_multiple_of(EVENT_MISSING_EVERY)
                });
            }
            Bug::WindowOffByOne if happened("approval.challenged") => wider(changes),
            Bug::ReplayPerContract if happened("approval.approved") => self.remember(changes),
            Bug::WrongCodeNotCounted => cards(engine, changes, |before, after| {
                let code = !after["carrier"]["token"].is_null();
                if code && failures(after) > failures(before) {
                    after["attempts"] = before["attempts"].clone();
                }
            }),
            Bug::ExchangeInTwo if happened("credential.exchanged") => old_only(changes),
            Bug::ConsumptionForgotten if happened("approval.consumed") => {
                changes.events.retain(|event| event.kind != "approval.consumed");
                drop_rows(changes, |table, _| matches!(table, Table::Approval | Table::Desk));
            }
            // The one bug that strikes before a deed, and those whose hour has not come.
            Bug::ReloadRedraws
            | Bug::WrongAnswerNotSaved
            | Bug::CellsNotSpent
            | Bug::WindowOffByOne
            | Bug::ReplayPerContract
            | Bug::ExchangeInTwo
            | Bug::ConsumptionForgotten => {}
        }
    }

    /// Notes at which contract the code just shown was accepted.
    fn remember(&mut self, changes: &Changes) {
        let contract = changes.writes.iter().find_map(|write| match write {
            Write::Update(Table::Approval, row, _) => Some(text(&read(row)["contract"])),
            _ => None,
        });
        if let (Some(code), Some(contract)) = (self.shown.take(), contract) {
            self.used.insert(code, contract);
        }
    }

    fn spend_late(&mut self, engine: &mut MemoryEngine, changes: &mut Changes) {
        let happened = |kind: &str| changes.events.iter().any(|event| event.kind == kind);
        let (asked, right) = (happened("approval.challenged"), happened("approval.approved"));
        let unspent = &mut self.unspent;
        cards(engine, changes, |before, after| {
            let id = after["id"].to_string();
            if asked {
                unspent.insert(id, after["motion"].clone());
                after["motion"] = before["motion"].clone();
            } else if let Some(motion) = unspent.remove(&id).filter(|_| right) {
                after["motion"] = motion;
            }
        });
    }
}

/// The question of an approval was never drawn.
fn forget_question(approval: ApprovalId, store: &MemoryStore) {
    store.inspect(|engine| {
        let Ok(Some(row)) = engine.fetch(Table::Approval, &approval.to_string()) else { return };
        let mut body = read(&row);
        if body["stage"].get("challenged").is_some() {
            body["stage"] = json!("requested");
            put(engine, Table::Approval, &row, &body);
        }
    });
}

fn fetch(engine: &mut MemoryEngine, table: Table, key: &str) -> Option<Value> {
    engine.fetch(table, key).ok().flatten().map(|row| read(&row))
}

/// Changes a row that was read a moment ago, behind everybody's back.
fn put(engine: &mut MemoryEngine, table: Table, row: &Row, body: &Value) {
    let row = Row { body: body.to_string(), version: row.version + 1, ..row.clone() };
    let writes = vec![Write::Update(table, row, Refiled::default())];
    let changes = Changes { writes, events: Vec::new() };
    engine.apply(&changes).expect("the row was read a moment ago");
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn read(row: &Row) -> Value {
    serde_json::from_str(&row.body).expect("a row is JSON")
}

fn failures(card: &Value) -> Option<u64> {
    card["attempts"]["failures"].as_u64()
}

fn drop_rows(changes: &mut Changes, forgotten: impl Fn(Table, &Row) -> bool) {
    changes.writes.retain(|write| match write {
        Write::Insert(table, row) | Write::Update(table, row, _) => !forgotten(*table, row),
        Write::Delete(..) => true,
    });
}

/// Changes cards that are written again: what they were, what they are to be.
fn cards(
    engine: &mut MemoryEngine,
    changes: &mut Changes,
    mut change: impl FnMut(&Value, &mut Value),
) {
    for write in &mut changes.writes {
        let Write::Update(Table::Credential, row, _) = write else { continue };
        let Ok(Some(before)) = engine.fetch(Table::Credential, &row.key) else { continue };
        let mut after = read(row);
        change(&read(&before), &mut after);
        row.body = after.to_string();
        if after["state"] == read(&before)["state"] {
            row.state = before.state;
        }
    }
}

/// Questions stay answerable for an hour longer than they should.
fn later(changes: &mut Changes) {
    const HOUR_MS: i64 = 3_600_000;
    for write in &mut changes.writes {
        let (Write::Insert(Table::Approval, row) | Write::Update(Table::Approval, row, _)) = write
        else {
            continue;
        };
        let mut body = read(row);
        let Some(challenge) = body["stage"].get_mut("challenged") else { continue };
        let kept = challenge["drawn_at"].as_i64().unwrap_or_default();
        challenge["expires_at"] = json!(kept + HOUR_MS);
        body["expires_at"] = json!(kept + HOUR_MS);
        row.due = Some(kept + HOUR_MS);
        row.body = body.to_string();
    }
}

/// The questions drawn now take codes from one step farther away.
fn wider(changes: &mut Changes) {
    for write in &mut changes.writes {
        let Write::Update(Table::Approval, row, _) = write else { continue };
        let mut body = read(row);
        let Some(window) = body.pointer_mut("/stage/challenged/parts/0/body/reach/window") else {
            continue;
        };
        *window = json!(window.as_u64().unwrap_or(0) + 1);
        row.body = body.to_string();
    }
}

/// Of an exchange only the end of the old token is written: the server died before the new one
/// came.
fn old_only(changes: &mut Changes) {
    let inserted = changes.writes.iter().find_map(|write| match write {
        Write::Insert(Table::Credential, row) => Some(row.key.clone()),
        _ => None,
    });
    let Some(new) = inserted else { return };
    let binds = |row: &Row| {
        let bound = read(row)["bound"].as_array().cloned().unwrap_or_default();
        bound.iter().any(|it| it["credential"] == *new)
    };
    drop_rows(changes, |table, row| row.key == new || (table == Table::Token && binds(row)));
    let comes = ["credential.pending", "credential.activated", "token.bound"];
    changes.events.retain(|event| !comes.contains(&event.kind));
    for write in &mut changes.writes {
        let Write::Update(Table::Desk, row, _) = write else { continue };
        let mut desk = read(row);
        if let Some(held) = desk["credentials"].as_array_mut() {
            held.retain(|id| *id != *new);
        }
        row.body = desk.to_string();
    }
}

fn keep_old_card(engine: &mut MemoryEngine, changes: &mut Changes) {
    let old: Vec<String> = changes
        .writes
        .iter()
        .filter_map(|write| match write {
            Write::Update(Table::Credential, row, _) if row.state == "superseded" => {
                Some(row.key.clone())
            }
            _ => None,
        })
        .collect();
    if old.is_empty() {
        return;
    }
    drop_rows(changes, |table, row| table == Table::Credential && old.contains(&row.key));
    changes.events.retain(|event| event.kind != "credential.superseded");
    for write in &mut changes.writes {
        let Write::Update(Table::Desk, row, _) = write else { continue };
        let Ok(Some(before)) = engine.fetch(Table::Desk, &row.key) else { continue };
        let mut after = read(row);
        after["credentials"] = read(&before)["credentials"].clone();
        row.body = after.to_string();
    }
}
