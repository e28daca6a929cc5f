//! Seals the batches that two people agreed to seal through the API (api.md §5.5): draws the cards,
//! keeps their files encrypted to the printer and the enclosing house, and finishes the job.
//!
//! A job that was broken off is begun anew; what it had drawn is void.

use std::sync::Arc;

use serde_json::json;

use sekisho_app::batch::{self, draw, file, open, seal};
use sekisho_app::error::Error;
use sekisho_app::job::{self, Job, Task};
use sekisho_app::tx::StoreError;
use sekisho_domain::batch::{Batch, BatchState};
use sekisho_domain::id::{BatchId, InstitutionId};
use sekisho_domain::institution::Institution;

use crate::clock::{self, Clock};
use crate::hashing::Hashing;
use crate::office::Office;
use crate::production::{self, Files, ProductionError, Recipients};

/// Lines of a batch undrawn in one transaction.
const CHUNK: u32 = 200;

/// What the worker needs besides the office.
pub(crate) struct Sealing {
    /// Threads that hash initial passwords.
    pub(crate) hashing: Arc<Hashing>,
    /// Tells the time.
    pub(crate) clock: Arc<Clock>,
}

/// One round over the jobs that wait.
pub(super) fn round(office: &Office, with: &Sealing) -> Result<(), Error> {
    let of_kind = |task: &Task| matches!(task, Task::Sealing { .. });
    while let Some(job) = office.look(move |tx, _| Ok(job::next(tx, of_kind)?))? {
        let Task::Sealing { batch, printer, house } = job.task.clone() else { return Ok(()) };
        let recipients = Recipients::Age { cards_to: printer, labels_to: house };
        match carry_out(office, with, &job, batch, recipients) {
            Ok(()) => {}
            Err(ProductionError::App(error)) => return Err(error),
            Err(why) => give_up(office, job, batch, &why)?,
        }
    }
    Ok(())
}

fn carry_out(
    office: &Office,
    with: &Sealing,
    job: &Job,
    id: BatchId,
    recipients: Recipients,
) -> Result<(), ProductionError> {
    let at = (job.institution, id);
    let batch = office.look(move |tx, _| batch::find(tx, at.0, at.1))?;
    if batch.state != BatchState::Open {
        let (job, sealed) = (job.clone(), batch);
        office.run(move |tx, _| Ok(tx.put(finished(job.clone(), &sealed))?))?;
        return Ok(());
    }
    while office.run(move |tx, cx| draw::restart(tx, cx, at, CHUNK))? {}
    // Only what is encrypted is written there.
    let scratch = std::env::temp_dir();
    let institution = institution(office, job.institution)?;
    let printing = production::Job {
        institution: &institution,
        kind: batch.kind,
        selection: open::Selection::Orders(Vec::new()),
        folder: &scratch,
        recipients,
        now: with.clock.now(),
    };
    let mut progress = |_, _| ();
    let files = production::make(
        office,
        &with.hashing,
        &mut clock::chance(),
        &printing,
        &batch,
        &mut progress,
    )?;
    let kept = keep(office, job, at, &files);
    std::fs::remove_dir_all(&files.folder)?;
    kept
}

/// Keeps the files, seals the batch and finishes the job, in one commit.
fn keep(
    office: &Office,
    job: &Job,
    at: (InstitutionId, BatchId),
    files: &Files,
) -> Result<(), ProductionError> {
    let read = |name: &String| std::fs::read(files.folder.join(name)).map(|it| (name.clone(), it));
    let contents = files.hashes.keys().map(read).collect::<Result<Vec<_>, _>>()?;
    let (job, hashes) = (job.clone(), files.hashes.clone());
    office.run(move |tx, cx| {
        for (name, bytes) in &contents {
            file::keep(tx, cx, at, name.clone(), bytes)?;
        }
        let sealed = seal::seal(tx, cx, at, hashes.clone())?;
        Ok(tx.put(finished(job.clone(), &sealed))?)
    })?;
    Ok(())
}

fn finished(job: Job, sealed: &Batch) -> Job {
    let drawn = sealed.counts.drawn;
    job.finished(drawn, json!({ "batch": sealed.id.to_string() }))
}

/// The files cannot be made: the batch stays open, as if nobody had asked.
fn give_up(office: &Office, job: Job, id: BatchId, why: &ProductionError) -> Result<(), Error> {
    tracing::error!(job = %job.id, %why, "a batch could not be sealed");
    let at = (job.institution, id);
    while office.run(move |tx, cx| draw::restart(tx, cx, at, CHUNK))? {}
    let told = match why {
        ProductionError::Encryption(..) => "key",
        ProductionError::Hashing(_) => "busy",
        ProductionError::Files(_) | ProductionError::Print(_) | ProductionError::App(_) => "files",
    };
    office.run(move |tx, _| Ok(tx.put(job.clone().failed(json!({ "why": told })))?))
}

fn institution(office: &Office, id: InstitutionId) -> Result<Arc<Institution>, Error> {
    let missing = || StoreError::Corrupt(format!("{id} has jobs and is not registered"));
    Ok(office.platform.institution(id).ok_or_else(missing)?)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use sekisho_app::contract::{self, Create};
    use sekisho_app::job::JobState;
    use sekisho_app::platform::Platform;
    use sekisho_domain::contract::Person;
    use sekisho_domain::event::Actor;
    use sekisho_domain::id::JobId;
    use sekisho_domain::moment::Moment;
    use sekisho_domain::order::OrderKind;
    use sekisho_domain::secret::{Keyring, Secret};
    use sekisho_domain::text::{LoginId, LoginIdForm};
    use sekisho_store::MemoryStore;

    use super::*;
    use crate::config;
    use crate::institution_file::InstitutionFile;

    fn office(clock: &Arc<Clock>) -> (Office, Sealing, InstitutionId) {
        let keys = Keyring::new(&[(1, Secret::new([5; 32]))]);
        let platform = Arc::new(Platform::new(keys));
        let store = Arc::new(MemoryStore::new(clock.for_store(), [6; 32]));
        let settings = config::Hashing { threads: 1, ..config::Hashing::default() };
        let hashing = Hashing::start(&settings, Arc::clone(&platform)).expect("threads");
        let id = InstitutionId::make(&mut Moment::new(clock.now(), &mut clock::chance()));
        let text = include_str!("../../tests/kaku.toml");
        let file = InstitutionFile::parse(Path::new("kaku.toml"), text).expect("a good file");
        let office = Office { store, platform, actor: Actor::System };
        let institution = file.institution(id);
        office.run(move |tx, _| Ok(tx.put(institution.clone())?)).expect("registered");
        office.refresh().expect("known");
        (office, Sealing { hashing: Arc::new(hashing), clock: Arc::clone(clock) }, id)
    }

    /// A job that two people agreed to: one customer's card, for the printer with this key.
    fn agreed(office: &Office, clock: &Clock, institution: InstitutionId, key: &str) -> Job {
        let create = Create {
            institution,
            login_id: LoginId::parse("12345678901", LoginIdForm::Digits11).expect("digits"),
            external_id: None,
            branch: "001".into(),
            person: Person {
                name: "架空 花子".into(),
                name_kana: "カクウ ハナコ".into(),
                postcode: "1234567".parse().expect("a postcode"),
                address: vec!["架空県みほん市中央1-2-3".into()],
                mails: Vec::new(),
                phone: None,
            },
        };
        office.run(move |tx, cx| contract::create(tx, cx, create.clone())).expect("made");
        let until = clock.now().plus_s(60);
        let kind =
            OrderKind::of(office.platform.institutions()[0].policy(until).contract.initial_card);
        let key = key.to_owned();
        office
            .run(move |tx, cx| {
                let wanted = open::Selection::ApprovedBefore(until);
                let batch = open::open(tx, cx, institution, kind, &wanted, 10)?.batch;
                let task =
                    Task::Sealing { batch: batch.id, printer: key.clone(), house: key.clone() };
                let id = JobId::make(cx.moment);
                let job = Job::queued(id, institution, task, batch.counts.ordered, cx.now());
                tx.put(job.clone())?;
                Ok(job)
            })
            .expect("queued")
    }

    // §4.8
    #[test]
    fn an_agreed_batch_is_sealed_for_the_printers_key_alone() {
        let clock = Clock::of_the_machine();
        let (office, sealing, institution) = office(&clock);
        let printer = age::x25519::Identity::generate();
        let key = printer.to_public().to_string();
        let job = agreed(&office, &clock, institution, &key);
        round(&office, &sealing).expect("a round");
        let (id, batch) = (job.id, job.task.batch().expect("a batch"));
        let done = office.look(move |tx, _| job::find(tx, institution, id)).expect("kept");
        assert_eq!((done.state, done.accepted), (JobState::Done, 1));
        let at = (institution, batch);
        let cards = office
            .run(move |tx, cx| {
                let files = file::list(tx, at.1)?;
                let cards = files.iter().find(|file| file.name == "cards.pdf.age");
                file::read(tx, cx, at, cards.expect("the cards").id).map(|(_, bytes)| bytes)
            })
            .expect("read");
        let plain = age::decrypt(&printer, &cards).expect("the printer opens it");
        assert!(plain.starts_with(b"%PDF"));
    }

    #[test]
    fn a_key_that_is_none_leaves_the_batch_open() {
        let clock = Clock::of_the_machine();
        let (office, sealing, institution) = office(&clock);
        let job = agreed(&office, &clock, institution, "age1nobody");
        round(&office, &sealing).expect("a round");
        let id = job.id;
        let failed = office.look(move |tx, _| job::find(tx, institution, id)).expect("kept");
        assert_eq!(failed.state, JobState::Failed);
        let at = (institution, job.task.batch().expect("a batch"));
        let batch = office.look(move |tx, _| batch::find(tx, at.0, at.1)).expect("kept");
        assert_eq!((batch.state, batch.counts.drawn), (BatchState::Open, 0));
    }
}
