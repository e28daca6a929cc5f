//! The oracle: a small model of what must hold, written apart from `domain` and calling none of its
//! rules.
//!
//! It learns what actors did, which answers were truly right (it knows the printed faces), what was
//! replied, and what stands in rows and events. A reply lost in a crash may have happened or not:
//! whether anything was written says which, and nothing else may have happened.

mod answers;
mod desks;
mod events;
mod model;
mod passwords;
mod rows;
mod secrets;
mod tokens;

use std::collections::BTreeMap;

use sekisho_app::tx::Table;
use sekisho_store::MemoryStore;

pub(crate) use model::{Draft, Model};
pub(crate) use tokens::{PERIOD_S, code_at};

use crate::deed::{Act, Deed, Reply, Told};
use crate::screen::{Face, Screen};
use crate::terms::Terms;
use secrets::Secrets;

/// Milliseconds a reply is kept under its key.
const KEPT_MS: i64 = 7 * 86_400_000;

/// The rule of idempotency keys.
const ONCE: &str = "asked twice, answered once";

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Broken {
    /// The promise.
    pub(crate) rule: &'static str,
    /// How it was broken.
    pub(crate) how: String,
}

/// One deed as the oracle sees it.
pub(crate) struct Seen {
    /// What was done.
    pub(crate) act: Act,
    /// What was said, and the kept reply with whether it is from an earlier time.
    pub(crate) reply: Reply<(Told, Option<(String, bool)>)>,
    /// The rows that were written.
    pub(crate) written: Vec<(Table, String)>,
    /// When.
    pub(crate) now: i64,
}

/// What must happen when a deed takes effect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Foreseen {
    /// No rule of the model's own.
    Open,
    /// A refusal.
    Refused,
    /// Exactly this reply.
    Told(Verdict),
}

/// The replies the model can foresee.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Done,
    Tried(bool),
    Entered(bool),
    CodeWanted,
    Accepted,
    Wrong,
    Ended,
    Wait,
    Consumed(bool),
}

/// The oracle of one world.
pub(crate) struct Oracle {
    terms: Terms,
    institution: String,
    model: Model,
    /// Printed faces by card number.
    faces: BTreeMap<String, Face>,
    /// What tokens make their codes from, by serial.
    seeds: BTreeMap<String, Vec<u8>>,
    /// What each challenge showed first.
    screens: BTreeMap<String, Screen>,
    /// What each mail said, by notice.
    mails: BTreeMap<String, String>,
    /// What the bank wanted approved, by its own number.
    drafts: BTreeMap<String, Draft>,
    /// Activation codes by what is kept of them.
    codes: BTreeMap<String, String>,
    secrets: Secrets,
    /// Whether what was just given in a procedure is right.
    given: bool,
    broken: Option<Broken>,
}

impl Oracle {
    /// An oracle for an institution with these numbers.
    pub(crate) fn new(terms: Terms, institution: String) -> Self {
        Self {
            terms,
            institution,
            model: Model::default(),
            faces: BTreeMap::new(),
            seeds: BTreeMap::new(),
            screens: BTreeMap::new(),
            mails: BTreeMap::new(),
            drafts: BTreeMap::new(),
            codes: BTreeMap::new(),
            secrets: Secrets::default(),
            given: false,
            broken: None,
        }
    }

    /// The first promise that was broken.
    pub(crate) fn broken(&self) -> Option<&Broken> {
        self.broken.as_ref()
    }

    /// A promise was broken.
    pub(crate) fn fail(&mut self, rule: &'static str, how: String) {
        self.broken.get_or_insert(Broken { rule, how });
    }

    /// What the model knows now.
    pub(crate) fn model(&self) -> Model {
        self.model.clone()
    }

    /// A backup was put back: what the model knew then holds again.
    pub(crate) fn restore(&mut self, model: Model) {
        self.model = model;
    }

    /// A card was printed.
    pub(crate) fn printed(&mut self, card_number: String, face: Face) {
        if let Face::Image(pictures) = &face {
            self.secrets.keep_row(pictures);
        }
        self.faces.insert(card_number, face);
    }

    /// A token app was set up.
    pub(crate) fn installed(&mut self, serial: &str, seed: &[u8]) {
        self.secrets.keep_seed(seed);
        self.seeds.insert(serial.to_owned(), seed.to_vec());
    }

    /// Something that must be nowhere in plain text.
    pub(crate) fn secret(&mut self, text: &str) {
        self.secrets.keep(text);
    }

    /// An activation code was printed for a contract, as the last thing that happened to it.
    pub(crate) fn coded(&mut self, contract: &str, code: &str) {
        self.secret(code);
        let kept = self.model.contracts.get(contract).and_then(|known| known.code.clone());
        if let Some((kept, _)) = kept {
            self.codes.insert(kept, code.to_owned());
        }
    }

    /// The bank is about to want something approved under this number of its own.
    pub(crate) fn drafted(&mut self, reference: &str, draft: Draft) {
        self.drafts.insert(reference.to_owned(), draft);
    }

    /// Somebody saw a question: a reload changes nothing.
    pub(crate) fn shown(&mut self, screen: &Screen) {
        let id = screen.challenge.to_string();
        let first = self.screens.entry(id.clone()).or_insert_with(|| screen.clone());
        if first != screen {
            self.fail("a reload changes nothing", format!("{id} shows something else"));
        }
    }

    /// A mail left the house: at least once for each notice, the same each time.
    pub(crate) fn mailed(&mut self, notice: &str, said: &str) {
        let first = self.mails.entry(notice.to_owned()).or_insert_with(|| said.to_owned());
        if first != said {
            self.fail("a notice is recognisably the same each time", notice.to_owned());
        }
    }

    /// At the end every notice has been sent.
    pub(crate) fn rest(&mut self) {
        let unsent = self.model.notices.keys().find(|id| !self.mails.contains_key(*id)).cloned();
        if let Some(id) = unsent {
            self.fail("each notice is sent at least once", id);
        }
    }

    /// Somebody did something.
    pub(crate) fn note(&mut self, seen: &Seen, store: &MemoryStore) {
        self.model.latest = self.model.latest.max(seen.now);
        let quiet = seen.written.is_empty();
        if matches!(seen.reply, Reply::Refused(_) | Reply::Busy) && !quiet {
            self.fail("a refusal leaves no trace", seen.act.name.to_owned());
        }
        if self.was_asked_before(seen) {
            return;
        }
        let foreseen = self.foresee(&seen.act.deed, seen.now);
        self.compare(seen, foreseen);
        if !quiet || matches!(seen.reply, Reply::Done(_)) {
            self.happen(&seen.act.deed, foreseen, seen.now);
        }
        match &seen.act.deed {
            Deed::Prove(proof) => self.proved(proof, seen),
            Deed::Give(proof) if !quiet => self.given(proof, seen.now),
            _ => {}
        }
        self.keep_reply(seen);
        store.inspect(|engine| {
            self.read_events(engine);
            self.read_rows(seen, engine);
        });
    }

    /// Asked twice, answered once: a key that was answered gives the same answer, and nothing
    /// happens.
    fn was_asked_before(&mut self, seen: &Seen) -> bool {
        let Some(key) = &seen.act.key else { return false };
        let Some((at, known)) = self.model.replies.get(key).cloned() else { return false };
        if seen.now >= at + KEPT_MS {
            return false;
        }
        if !seen.written.is_empty() {
            self.fail(ONCE, format!("{key} wrote again"));
        }
        match &seen.reply {
            Reply::Done((_, Some((text, true)))) if known.as_ref().is_none_or(|it| it == text) => {
                self.model.replies.insert(key.clone(), (at, Some(text.clone())));
            }
            Reply::Busy | Reply::Lost => {}
            other => self.fail(ONCE, format!("{key}: {other:?} instead of {known:?}")),
        }
        true
    }

    fn keep_reply(&mut self, seen: &Seen) {
        let Some(key) = &seen.act.key else { return };
        let kept = seen.written.iter().any(|(table, row)| *table == Table::Reply && row == key);
        if !seen.written.is_empty() && !kept {
            self.fail(ONCE, format!("{key} is not remembered"));
        }
        match &seen.reply {
            Reply::Done((_, Some((text, _)))) => {
                self.model.replies.insert(key.clone(), (seen.now, Some(text.clone())));
            }
            Reply::Lost if kept => {
                self.model.replies.insert(key.clone(), (seen.now, None));
            }
            _ => {}
        }
    }

    fn foresee(&self, deed: &Deed, now: i64) -> Foreseen {
        match deed {
            Deed::Knock(contract) => self.foresee_knock(*contract, now),
            Deed::Enter(contract, right) => self.foresee_enter(*contract, *right),
            Deed::Begin(contract, right) => self.foresee_begin(*contract, *right),
            Deed::ShowCode(contract, code) => self.foresee_code(*contract, code, now),
            Deed::Answer(attempt) => self.foresee_answer(attempt, now),
            Deed::Consume(approval, same) => self.foresee_consumption(*approval, *same, now),
            Deed::Unlock(card) => self.foresee_unlock(*card),
            Deed::Resync(card, codes) => self.foresee_resync(*card, codes, now),
            Deed::Request
            | Deed::Open(_)
            | Deed::Extend(_)
            | Deed::Password
            | Deed::Prove(_)
            | Deed::Give(_)
            | Deed::Step => Foreseen::Open,
        }
    }

    fn compare(&mut self, seen: &Seen, foreseen: Foreseen) {
        let said = match (&seen.reply, foreseen) {
            (_, Foreseen::Open)
            | (Reply::Busy | Reply::Lost, _)
            | (Reply::Refused(_), Foreseen::Refused) => return,
            (Reply::Done((told, _)), Foreseen::Told(wanted)) if wanted.is(told) => return,
            (reply, _) => {
                format!("{} at {}: {reply:?}, foreseen {foreseen:?}", seen.act.name, seen.now)
            }
        };
        let subject = match &seen.act.deed {
            Deed::Answer(attempt) => attempt.approval.to_string(),
            Deed::Consume(approval, _) => approval.to_string(),
            _ => String::new(),
        };
        self.fail(rule_of(&seen.act.deed), format!("{said} {subject}"));
    }

    fn happen(&mut self, deed: &Deed, foreseen: Foreseen, now: i64) {
        let Foreseen::Told(told) = foreseen else {
            if let Deed::Extend(approval) = deed {
                self.extended(*approval, now);
            }
            return;
        };
        match (deed, told) {
            (Deed::Knock(Some(contract)), Verdict::Tried(true)) => self.tried(*contract, now),
            (
                Deed::Enter(contract, _) | Deed::Begin(contract, _),
                Verdict::Entered(true) | Verdict::CodeWanted,
            ) => self.entered(*contract),
            (Deed::ShowCode(contract, code), _) => self.code_shown(*contract, code, now),
            (Deed::Answer(attempt), told) => self.answered(attempt, told, now),
            (Deed::Consume(approval, _), Verdict::Consumed(true)) => self.consumed(*approval, now),
            (Deed::Unlock(card), Verdict::Done) => self.unlocked(*card),
            (Deed::Resync(card, codes), Verdict::Done) => self.resynced(*card, codes, now),
            _ => {}
        }
    }
}

impl Verdict {
    fn is(self, told: &Told) -> bool {
        use sekisho_app::approval::Outcome;
        match (self, told) {
            (Self::Done, Told::Done)
            | (Self::CodeWanted, Told::CodeWanted)
            | (Self::Accepted, Told::Judged(Outcome::Accepted))
            | (Self::Wrong | Self::Ended, Told::Judged(Outcome::Rejected))
            | (Self::Wait, Told::Judged(Outcome::Wait)) => true,
            (Self::Tried(wanted), Told::Tried(said))
            | (Self::Entered(wanted), Told::Entered(said))
            | (Self::Consumed(wanted), Told::Consumed(said)) => wanted == *said,
            _ => false,
        }
    }
}

fn rule_of(deed: &Deed) -> &'static str {
    match deed {
        Deed::Answer(_) => "approved is what was rightly answered in time, by a card that may",
        Deed::Consume(..) => "what was approved is used, once and in time",
        Deed::Resync(..) => "two codes in a row set a token right, and nothing else does",
        Deed::ShowCode(..) => "a sign-in takes a new code, and counts a wrong one",
        Deed::Knock(_) | Deed::Enter(..) | Deed::Begin(..) => {
            "a password is counted, delayed and locked"
        }
        _ => "a lock is lifted by the office alone",
    }
}
