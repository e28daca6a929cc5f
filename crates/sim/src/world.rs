//! The world of one seed: time, chance, the store, everybody in it, and the oracle that watches.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};

use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{Table, Tx, Write};
use sekisho_domain::approval::Approval;
use sekisho_domain::client::Client;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ApprovalId, ClientId, InstitutionId};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::secret::{Keyring, Secret};
use sekisho_domain::time::Timestamp;
use sekisho_store::{MemoryStore, Snapshot};

use crate::actors::{self, Cast};
use crate::deed::{Act, Reply, Tell};
use crate::dice::Dice;
use crate::door;
use crate::faults::{Faults, Mishap};
use crate::oracle::{Model, Oracle, Seen};
use crate::plan::{Turn, Who};
use crate::saboteur::{Bug, Saboteur};
use crate::screen::{Part, Screen};
use crate::terms::Terms;

/// 2026-11-20 at noon in Japan.
const NOON: i64 = 1_795_143_600_000;

/// Dice of the opening, which belongs to no turn.
const OPENING: u64 = 0;

/// The world of one seed.
pub(crate) struct World {
    pub(crate) store: Arc<MemoryStore>,
    pub(crate) platform: Arc<Platform>,
    pub(crate) institution: InstitutionId,
    pub(crate) client: Arc<Client>,
    pub(crate) cast: Cast,
    pub(crate) oracle: Oracle,
    pub(crate) faults: Faults,
    /// How often what was done, with which reply.
    pub(crate) tally: BTreeMap<(&'static str, &'static str), u64>,
    pub(crate) trace: Option<Vec<String>>,
    clock: Arc<AtomicI64>,
    written: Arc<Mutex<Vec<(Table, String)>>>,
    saboteur: Arc<Mutex<Saboteur>>,
    backup: Option<(Snapshot, Model)>,
}

impl World {
    /// The world of `seed` before the first turn: a bank with customers, their cards and letters
    /// delivered.
    pub(crate) fn open(seed: u64, bug: Option<Bug>, traced: bool) -> Self {
        let mut dice = Dice::of(seed, OPENING);
        let clock = Arc::new(AtomicI64::new(NOON));
        let shown = Arc::clone(&clock);
        let now = Arc::new(move || Timestamp::from_millis(shown.load(Ordering::Relaxed)));
        let mut key = [0x7e; 32];
        key[..8].copy_from_slice(&seed.to_le_bytes());
        let store = Arc::new(MemoryStore::new(now, key));
        let terms = Terms::draw(&mut dice, Timestamp::from_millis(NOON).day());
        let platform = Platform::new(Keyring::new(&[(1, Secret::new(key))]));
        let mut chance = Chance::from_seed(key);
        let mut moment = Moment::new(Timestamp::from_millis(NOON), &mut chance);
        let institution = actors::bank::institution(InstitutionId::make(&mut moment), &terms);
        let client = actors::bank::client(ClientId::make(&mut moment), institution.id);
        let id = institution.id;
        platform.replace(vec![institution]);
        let written = Arc::new(Mutex::new(Vec::new()));
        let saboteur = Arc::new(Mutex::new(Saboteur::new(bug)));
        watch(&store, &written, &saboteur);
        let mut world = Self {
            store,
            platform: Arc::new(platform),
            institution: id,
            client: Arc::new(client),
            cast: Cast::default(),
            oracle: Oracle::new(terms, id.to_string()),
            faults: Faults::default(),
            tally: BTreeMap::new(),
            trace: traced.then(Vec::new),
            clock,
            written,
            saboteur,
            backup: None,
        };
        actors::open(&mut world, &mut dice);
        world
    }

    /// The time of the server.
    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.clock.load(Ordering::Relaxed))
    }

    /// Time passes, or the clock is set.
    pub(crate) fn pass_ms(&mut self, milliseconds: i64) {
        self.clock.fetch_add(milliseconds, Ordering::Relaxed);
    }

    /// One turn.
    pub(crate) fn turn(&mut self, seed: u64, turn: Turn) {
        self.pass_ms(turn.after_ms);
        self.note(|world| {
            format!("#{} {} {:?} {:?}", turn.number, world.now(), turn.who, turn.mishap)
        });
        self.faults.plan(turn.mishap);
        if let Some(Mishap::ClockSet(by)) = turn.mishap {
            self.faults.count(Mishap::ClockSet(by));
            self.pass_ms(by);
        }
        let mut dice = Dice::of(seed, turn.number);
        if turn.who == Who::Operator {
            self.operate(turn.mishap);
        } else {
            actors::turn(self, turn.who, &mut dice);
        }
        self.faults.plan(None);
    }

    /// The operator makes a backup, or puts the last one back; only then is the oracle told to
    /// forget.
    fn operate(&mut self, mishap: Option<Mishap>) {
        if let (Some(Mishap::Restored), Some((snapshot, model))) = (mishap, self.backup.clone()) {
            self.faults.count(Mishap::Restored);
            self.store.restore(snapshot);
            self.oracle.restore(model);
        } else {
            self.backup = Some((self.store.snapshot(), self.oracle.model()));
        }
    }

    /// Somebody does something that writes: sent to the store, with what goes wrong, and told to
    /// the oracle.
    pub(crate) fn act<T, F>(&mut self, actor: Actor, act: Act, f: F) -> Reply<T>
    where
        T: Tell + Send + 'static,
        F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        if let Some(fault) = self.faults.next_write() {
            self.store.fail_next(fault);
        }
        self.saboteur.lock().expect("one thread").before(&act.deed, &self.store);
        self.written.lock().expect("one thread").clear();
        let reply = door::send(&self.store, &self.platform, actor, f).unwrap_or_else(|error| {
            self.oracle.fail("the store never fails by itself", format!("{}: {error}", act.name));
            Reply::Lost
        });
        let written = std::mem::take(&mut *self.written.lock().expect("one thread"));
        let (word, told) = match &reply {
            Reply::Done(outcome) => ("done", Reply::Done((outcome.told(), outcome.kept()))),
            Reply::Refused(refusal) => (refusal.code(), Reply::Refused(refusal.clone())),
            Reply::Busy => ("busy", Reply::Busy),
            Reply::Lost => ("lost", Reply::Lost),
        };
        *self.tally.entry((act.name, word)).or_default() += 1;
        self.note(|_| format!("    {} -> {told:?}, {} rows", act.name, written.len()));
        let seen = Seen { act, reply: told, written, now: self.now().millis() };
        self.oracle.note(&seen, &self.store);
        reply
    }

    /// Somebody looks at something.
    pub(crate) fn look<T, F>(&mut self, f: F) -> Option<T>
    where
        T: Send + 'static,
        F: Fn(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    {
        door::look(&self.store, &self.platform, f).unwrap_or_else(|error| {
            self.oracle.fail("the store never fails by itself", error.to_string());
            None
        })
    }

    /// The approval as it stands.
    pub(crate) fn approval(&mut self, id: ApprovalId) -> Option<Approval> {
        self.look(move |tx, _| Ok(tx.load::<Approval>(&id)?)).flatten()
    }

    /// What the page of an approval shows, if it shows a question.
    pub(crate) fn screen(&mut self, id: ApprovalId) -> Option<Screen> {
        let screen = self.look(move |tx, cx| {
            let approval = tx.load::<Approval>(&id)?;
            let Some(challenge) = approval.as_ref().and_then(Approval::challenge) else {
                return Ok(None);
            };
            let shown = approval::view(tx, cx, &challenge.parts)?;
            let part = |(card, view)| {
                let card: sekisho_domain::credential::Credential = card;
                (card.id, Part::from(view))
            };
            let parts = shown.into_iter().map(part).collect();
            Ok(Some(Screen { challenge: challenge.id, parts }))
        });
        let screen = screen.flatten()?;
        self.oracle.shown(&screen);
        Some(screen)
    }

    /// Writes into the trace, if one is kept.
    pub(crate) fn note(&mut self, line: impl FnOnce(&Self) -> String) {
        let Some(mut trace) = self.trace.take() else { return };
        trace.push(line(self));
        self.trace = Some(trace);
    }
}

/// Lets the saboteur and then the oracle see each commit.
fn watch(
    store: &MemoryStore,
    written: &Arc<Mutex<Vec<(Table, String)>>>,
    saboteur: &Arc<Mutex<Saboteur>>,
) {
    let (written, saboteur) = (Arc::clone(written), Arc::clone(saboteur));
    store.watch(Box::new(move |engine, changes| {
        saboteur.lock().expect("one thread").tamper(engine, changes);
        let place = |write: &Write| match write {
            Write::Insert(table, row) | Write::Update(table, row, _) => (*table, row.key.clone()),
            Write::Delete(table, key, _) => (*table, key.clone()),
        };
        *written.lock().expect("one thread") = changes.writes.iter().map(place).collect();
    }));
}
