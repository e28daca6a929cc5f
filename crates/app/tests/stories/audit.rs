//! The audit log: positions without gaps, proofs a stranger can check, and tampering that is found
//! and named.

use sekisho_app::audit::events::{self, Wanted};
use sekisho_app::audit::proof;
use sekisho_app::audit::record::{AuditHead, AuditRange, AuditTile};
use sekisho_app::audit::sequence::{self, Sequenced, Waiting};
use sekisho_app::audit::verify::{self, Fault, Report, What};
use sekisho_app::error::Error;
use sekisho_app::keys::{self, KeyUse};
use sekisho_app::tx::{
    Engine, EventQuery, KeptEvent, Overlay, Query, Record, Row, StoreError, Table, Tx,
};
use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::{EventId, InstitutionId};
use sekisho_domain::jcs;
use sekisho_domain::json::Json;
use sekisho_domain::note::{Head, NoteSigner};
use sekisho_domain::policy::Policy;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::Secret;
use sekisho_domain::tree::{self, NodeHash};
use sekisho_store::MemoryEngine;

use crate::support::Bank;

fn signer() -> NoteSigner {
    NoteSigner::new("ib.kaku.example/audit", &Secret::new([5; 32])).expect("a name")
}

impl Bank {
    /// So many things happen, here and at another institution in between.
    fn happen(&self, count: u32) {
        let institution = self.institution;
        self.run(move |tx, cx| {
            let other = InstitutionId::make(cx.moment);
            for number in 0..count {
                let event = Event::new("policy.current", Subject::new("institution", institution));
                cx.note(tx, institution, None, &event.with("number", number));
                if number % 3 == 0 {
                    let event = Event::new("policy.current", Subject::new("institution", other));
                    cx.note(tx, other, None, &event);
                }
            }
            Ok(())
        })
        .expect("noted");
    }

    fn waiting(&self, limit: u32) -> Waiting {
        let institution = self.institution;
        self.run(move |tx, _| Waiting::read(tx, institution, limit)).expect("read")
    }

    fn sequence(&self, limit: u32) -> Sequenced {
        let waiting = self.waiting(limit);
        self.run(move |tx, cx| sequence::sequence(tx, cx, &signer(), &waiting)).expect("sequenced")
    }

    fn sequence_all(&self, limit: u32) -> u64 {
        loop {
            let done = self.sequence(limit);
            if done.count == 0 {
                return done.size;
            }
        }
    }

    fn head(&self) -> AuditHead {
        let institution = self.institution;
        let newest = self.run(move |tx, _| Ok(AuditHead::newest(tx, institution)?));
        newest.expect("read").expect("a head")
    }

    fn copy(&self) -> Tampered {
        let rows = self.store.inspect(|engine| engine.clone());
        let events = rows.all_events().iter().map(|event| event.as_ref().clone()).collect();
        Tampered { institution: self.institution, rows, events, changed: Vec::new() }
    }
}

/// A copy of the database in the hands of somebody who can write to all of it.
struct Tampered {
    institution: InstitutionId,
    rows: MemoryEngine,
    events: Vec<KeptEvent>,
    /// Rows as they are now; without a body they are gone.
    changed: Vec<(Table, Row)>,
}

impl Tampered {
    fn own(&self) -> Vec<usize> {
        let own = |at: &usize| self.events[*at].institution == self.institution.to_string();
        (0..self.events.len()).filter(own).collect()
    }

    fn change<R: Record>(&mut self, key: &str, change: impl FnOnce(&mut R)) {
        let mut row = self.rows.fetch(R::TABLE, key).expect("read").expect("a row");
        let mut record: R = serde_json::from_str(&row.body).expect("a record");
        change(&mut record);
        row.body = serde_json::to_string(&record).expect("plain");
        self.changed.push((R::TABLE, row));
    }

    fn remove(&mut self, table: Table, gone: impl Fn(&str) -> bool) {
        let rows: Vec<_> =
            self.rows.all_rows(table).filter(|row| gone(&row.key)).cloned().collect();
        let bodiless = |row: Row| (table, Row { body: String::new(), ..row });
        self.changed.extend(rows.into_iter().map(bodiless));
    }

    fn verify(&mut self, trusted: Option<&str>) -> Report {
        let institution = self.institution;
        let mut batch = Overlay::new();
        let mut tx = Tx::begin(self, &mut batch);
        let keys = [signer().verifier()];
        verify::verify(&mut tx, institution, &keys, trusted, &mut |_, _| ()).expect("readable")
    }

    /// What the search finds, without the events' ids.
    fn faults(&mut self) -> Vec<(u64, What)> {
        self.verify(None).faults.iter().map(|fault| (fault.position, fault.what)).collect()
    }
}

impl Engine for Tampered {
    fn fetch(&mut self, table: Table, key: &str) -> Result<Option<Row>, StoreError> {
        let changed = self.changed.iter().find(|(of, row)| *of == table && row.key == key);
        match changed {
            Some((_, row)) => Ok(Some(row.clone()).filter(|row| !row.body.is_empty())),
            None => self.rows.fetch(table, key),
        }
    }

    fn list(&mut self, query: &Query) -> Result<Vec<Row>, StoreError> {
        let all = self.rows.list(&Query { limit: u32::MAX, ..query.clone() })?;
        let mut rows = Vec::new();
        for row in all {
            rows.extend(self.fetch(query.table, &row.key)?);
        }
        rows.truncate(query.limit as usize);
        Ok(rows)
    }

    fn events(&mut self, query: &EventQuery) -> Result<Vec<KeptEvent>, StoreError> {
        let wanted = |event: &&KeptEvent| {
            query.institution.as_ref().is_none_or(|known| *known == event.institution)
                && query.after.is_none_or(|seq| event.seq > seq)
        };
        let mut events: Vec<_> = self.events.iter().filter(wanted).cloned().collect();
        events.sort_by_key(|event| event.seq);
        events.truncate(query.limit as usize);
        Ok(events)
    }
}

fn leaf(event: &serde_json::Value) -> NodeHash {
    tree::leaf(jcs::canonical(&Json::from(event)).as_bytes())
}

fn bank_with(events: u32) -> Bank {
    let bank = Bank::new(Policy::default());
    bank.happen(events);
    bank.sequence_all(100);
    bank
}

#[test]
fn several_runs_give_the_same_log_as_one() {
    let rows = |limits: &[u32]| {
        let bank = Bank::new(Policy::default());
        bank.happen(600);
        for limit in limits {
            bank.sequence(*limit);
        }
        bank.advance_s(60);
        bank.sequence_all(1_000);
        let tiles: Vec<String> = bank.store.inspect(|engine| {
            engine.all_rows(Table::AuditTile).map(|row| row.body.clone()).collect()
        });
        (bank.head().size, bank.head().note, tiles)
    };
    let once = rows(&[600]);
    assert_eq!(once.0, 600);
    assert_eq!(rows(&[1, 255, 1, 1, 300, 42]), once);
}

#[test]
fn of_two_sequencers_at_once_the_later_does_nothing() {
    let bank = Bank::new(Policy::default());
    bank.happen(10);
    let (first, later) = (bank.waiting(4), bank.waiting(10));
    let sequence =
        |waiting| bank.run(move |tx, cx| sequence::sequence(tx, cx, &signer(), &waiting));
    assert_eq!(sequence(first).expect("sequenced").count, 4);
    let refused = sequence(later);
    assert!(matches!(refused, Err(Error::Store(StoreError::Conflict))), "{refused:?}");
    assert_eq!(bank.sequence_all(100), 10);
    bank.advance_s(60);
    bank.sequence_all(100);
    let whole = Report { size: 10, events_checked: 10, faults: vec![] };
    assert_eq!(bank.copy().verify(None), whole);
}

#[test]
fn heads_come_each_minute_and_at_each_thousand_events() {
    let bank = Bank::new(Policy::default());
    bank.happen(10);
    assert_eq!(bank.sequence(1_000).head.map(|head| head.size), Some(10), "the first at once");
    assert_eq!(bank.sequence(1_000).head, None, "nothing new");
    bank.happen(1_500);
    let run = bank.sequence(1_000);
    assert_eq!((run.count, run.head.map(|head| head.size)), (1_000, Some(1_010)));
    let run = bank.sequence(1_000);
    assert_eq!((run.count, run.head), (500, None));
    bank.advance_s(60);
    assert_eq!(bank.sequence(1_000).head.map(|head| head.size), Some(1_510));
    assert_eq!(
        bank.copy().verify(None),
        Report { size: 1_510, events_checked: 1_510, faults: vec![] }
    );
}

#[test]
fn a_stranger_with_a_head_can_check_every_event_and_every_older_head() {
    let bank = bank_with(300);
    let old = Head::open(&bank.head().note, &signer().verifier()).expect("signed");
    bank.happen(400);
    bank.advance_s(60);
    bank.sequence_all(1_000);
    let new = Head::open(&bank.head().note, &signer().verifier()).expect("signed");
    assert_eq!(new.size, 700);

    let institution = bank.institution;
    let (from, to) = (old.size, new.size);
    let grown =
        bank.run(move |tx, _| proof::consistency(tx, institution, from, to)).expect("proven");
    assert_eq!(tree::verify_consistency(from, to, old.root, new.root, &grown), Ok(()));

    let mut after = None;
    let mut next = 0;
    loop {
        let page = bank
            .run(move |tx, _| events::page(tx, institution, &Wanted::default(), after, 90))
            .expect("a page");
        for entry in &page.events {
            assert_eq!((entry.index, &entry.event["index"]), (next, &next.into()));
            next += 1;
        }
        let Some(entry) = page.events.first().cloned() else { break };
        let id: EventId = entry.event["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let proof =
            bank.run(move |tx, _| proof::inclusion(tx, institution, id, to)).expect("proven");
        let held =
            tree::verify_inclusion(leaf(&entry.event), proof.index, to, &proof.hashes, new.root);
        assert_eq!((proof.index, held), (entry.index, Ok(())));
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(next, 700);
    let beyond = bank.run(move |tx, _| proof::consistency(tx, institution, 1, 701));
    assert_eq!(beyond, Err(Error::Refused(Refusal::NotFound)));
}

#[test]
fn an_event_without_a_position_is_not_shown() {
    let bank = bank_with(5);
    bank.happen(3);
    let institution = bank.institution;
    let page = bank.run(move |tx, _| events::page(tx, institution, &Wanted::default(), None, 100));
    assert_eq!(page.expect("a page").events.len(), 5);
}

#[test]
fn whatever_is_done_to_an_event_is_named() {
    let bank = bank_with(300);
    let mut copy = bank.copy();
    let at = copy.own()[150];
    copy.events[at].body = copy.events[at].body.replace("\"number\":150", "\"number\":151");
    let id = copy.events[at].id.clone();
    let changed = Fault { position: 150, event: Some(id), what: What::Changed };
    assert_eq!(copy.verify(None).faults, [changed]);

    let mut copy = bank.copy();
    let at = copy.own()[150];
    copy.events[at].kind = "audit.head".into();
    assert_eq!(copy.faults(), [(150, What::Changed)], "also where only a column differs");

    let mut copy = bank.copy();
    let at = copy.own()[7];
    copy.events.remove(at);
    assert_eq!(copy.faults(), [(7, What::Missing)]);

    let mut copy = bank.copy();
    let (gap, own) = (
        copy.events.iter().position(|e| e.institution != copy.institution.to_string()),
        copy.own(),
    );
    let gap = gap.expect("another institution's event lies between");
    copy.events[gap] = KeptEvent { seq: copy.events[gap].seq, ..copy.events[own[9]].clone() };
    assert_eq!(copy.faults(), [(1, What::Inserted)]);

    let mut copy = bank.copy();
    let (one, other) = (copy.own()[20], copy.own()[21]);
    (copy.events[one].seq, copy.events[other].seq) = (copy.events[other].seq, copy.events[one].seq);
    assert_eq!(copy.faults(), [(20, What::Reordered), (21, What::Reordered)]);
}

#[test]
fn whatever_is_done_to_the_tree_is_named() {
    let bank = bank_with(600);
    bank.advance_s(60);
    bank.happen(1);
    bank.sequence_all(100);
    let id = bank.institution;
    let heads = [100, 601];

    let mut copy = bank.copy();
    let other = NodeHash::from_bytes([1; 32]);
    copy.change::<AuditTile>(&AuditTile::place(id, 8, 0), |tile| tile.hashes[1] = other);
    assert_eq!(copy.faults(), [(256, What::NodeChanged)]);

    let mut copy = bank.copy();
    copy.change::<AuditTile>(&AuditTile::place(id, 0, 1), |tile| tile.hashes[0] = other);
    let found = [(256, What::Changed), (256, What::NodeChanged), (601, What::HeadMismatch)];
    assert_eq!(copy.faults(), found);

    let mut copy = bank.copy();
    let key = copy.rows.all_rows(Table::AuditRange).next().expect("a range").key.clone();
    copy.change::<AuditRange>(&key, |range| range.first_position = 3);
    assert!(copy.faults().contains(&(0, What::RangeBroken)));

    let mut copy = bank.copy();
    copy.remove(Table::AuditRange, |kept| kept == key);
    assert!(copy.faults().contains(&(0, What::RangeBroken)));

    let mut copy = bank.copy();
    copy.change::<AuditHead>(&format!("{id}/{:020}", heads[0]), |head| {
        head.note = head.note.replacen("\n100\n", "\n101\n", 1);
    });
    assert_eq!(copy.faults(), [(100, What::BadSignature)]);
}

/// Whoever writes to the database can make all its rows agree with another history; the signatures
/// tell.
#[test]
fn a_log_written_anew_does_not_fit_the_heads_that_were_signed() {
    let bank = bank_with(300);
    let mut copy = bank.copy();
    let truth = Head::sign(100, tree::leaf(b"what really happened"), &signer());
    assert_eq!(copy.verify(None).faults, [], "it agrees with itself");
    let rewritten = [Fault { position: 100, event: None, what: What::HeadMismatch }];
    assert_eq!(copy.verify(Some(&truth)).faults, rewritten);
    let key = format!("{}/{:020}", bank.institution, 100);
    copy.change::<AuditHead>(&key, |head| head.note = truth);
    assert_eq!(copy.verify(None).faults, rewritten);

    let stranger = NoteSigner::new("ib.kaku.example/audit", &Secret::new([6; 32])).expect("a name");
    let foreign = Head::sign(100, tree::leaf(b"another key"), &stranger);
    let unsigned = Fault { position: 0, event: None, what: What::BadSignature };
    assert_eq!(bank.copy().verify(Some(&foreign)).faults, [unsigned]);
}

#[test]
fn an_end_that_was_cut_off_shows_against_a_head_kept_elsewhere() {
    let bank = bank_with(100);
    let old = bank.copy();
    bank.happen(50);
    bank.advance_s(60);
    bank.sequence_all(100);
    let kept = bank.head().note;
    assert_eq!(bank.copy().verify(Some(&kept)).faults, []);
    let mut restored = old;
    assert_eq!(restored.verify(None).faults, [], "by itself a shorter log is a whole log");
    let cut = Fault { position: 100, event: None, what: What::TruncatedHead };
    assert_eq!(restored.verify(Some(&kept)).faults, [cut]);

    let mut copy = bank.copy();
    copy.events.truncate(copy.own()[120]);
    let missing: Vec<_> = (120..150).map(|position| (position, What::Missing)).collect();
    assert_eq!(copy.faults(), missing, "and events alone cannot go");
}

#[test]
fn keys_are_made_once_and_open_for_their_use_only() {
    let bank = Bank::new(Policy::default());
    let institution = bank.institution;
    for _ in 0..2 {
        bank.run(move |tx, cx| keys::create(tx, cx, institution)).expect("made");
    }
    let open = |signs| {
        bank.run(move |tx, cx| keys::open(tx, cx.platform, institution, signs)).expect("opened")
    };
    let [audit, statements] = KeyUse::ALL.map(open);
    assert_ne!(audit.expose(), statements.expose());
    assert_eq!(audit.expose(), open(KeyUse::Audit).expose());
    let events = bank.store.inspect(|engine| engine.all_events().len());
    assert_eq!(events, 2, "one event for each key");
}
