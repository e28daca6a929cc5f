//! Devices taken into stock from a file of their maker (api.md §5.3, T-11): one person brings the
//! file, another its key; both lie sealed until the file is applied, and are wiped then.
//!
//! A job is applied 500 lines to a commit, with how far it is in the same commit: after a crash no
//! line is taken twice. A serial that is known is never overwritten.

mod sealed;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::{InstitutionId, JobId};
use sekisho_domain::proposal::{Change, Person, Proposal};
use sekisho_domain::pskc::{self, Protection};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::TokenKind;
use sekisho_domain::token_file::{Delivered, Fault, Refused, TokenFile, Why, csv};

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::job::{self, Job, JobState, Task};
use crate::otp::{self, Arrival};
use crate::proposal;
use crate::tx::Tx;
use sealed::Bytes;

/// Lines in one commit.
const CHUNK: usize = 500;
/// Refused lines that a job remembers; more are counted.
pub const REFUSED_KEPT: usize = 1_000;

/// What a file is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// RFC 6030.
    Pskc,
    /// [`csv::HEADER`].
    Csv,
}

impl Format {
    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Pskc => "pskc",
            Self::Csv => "csv",
        }
    }
}

/// How far an import is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intake {
    /// What the file is written in.
    pub format: Format,
    /// Who brought the file.
    pub brought_by: Person,
    /// Who gave its key; `None`: nobody yet.
    pub key_by: Option<Person>,
    /// Whether a second person has agreed, where policy asks for one.
    pub agreed: bool,
    /// Lines of the file that were refused before any was taken; `None`: it was not read yet.
    unfit: Option<u64>,
    /// Tokens that were here already, with the same key.
    known: u64,
    /// Refused lines in all.
    refused: u64,
    /// The first of them.
    lines: Vec<Refused>,
}

impl Intake {
    fn refuse(&mut self, refused: Refused) {
        self.refused += 1;
        if self.lines.len() < REFUSED_KEPT {
            self.lines.push(refused);
        }
    }

    fn ready(&self) -> bool {
        self.agreed && self.key_by.is_some()
    }
}

/// The job, and how far it is, if it is an import of this institution.
pub fn find(tx: &mut Tx, whose: InstitutionId, id: JobId) -> Result<(Job, Intake), Error> {
    let job = job::find(tx, whose, id)?;
    let Task::TokenImport(intake) = job.task.clone() else {
        return Err(Refusal::NotFound.into());
    };
    Ok((job, intake))
}

/// Takes a file into custody. It waits for its key, and where policy asks for two people, for the
/// second of them: the proposal.
///
/// The file is not looked into: what is wrong with it is told by the job.
pub fn receive(
    tx: &mut Tx,
    cx: &mut Context,
    whose: InstitutionId,
    format: Format,
    file: &[u8],
) -> Result<(Job, Option<Proposal>), Error> {
    let brought_by = Person::of(&cx.actor).or_refuse(Refusal::StaffNotPermitted)?;
    let id = JobId::make(cx.moment);
    let change = Change::TokenImport { job: id };
    let asks = proposal::asks_two(&cx.policy(whose), &change);
    let intake = Intake {
        format,
        brought_by: brought_by.clone(),
        key_by: None,
        agreed: !asks,
        unfit: None,
        known: 0,
        refused: 0,
        lines: Vec::new(),
    };
    Bytes::File.seal(tx, cx, (whose, id), file)?;
    let job = Job::queued(id, whose, Task::TokenImport(intake.clone()), 0, cx.now());
    let job = job.enter(JobState::Waiting, Task::TokenImport(intake));
    tx.put(job.clone())?;
    let event = Event::new("token_import.received", subject(&job)).with("format", format.word());
    cx.note(tx, whose, None, &event);
    let proposed = if asks {
        let opened = Proposal::open(whose, change, brought_by, cx.moment);
        Some(cx.save(tx, opened)?)
    } else {
        None
    };
    Ok((job, proposed))
}

/// Takes the key of a file into custody: of another person than brought the file, where policy asks
/// for two. That a file is plain only an operator at the server can say.
pub fn give_key(
    tx: &mut Tx,
    cx: &mut Context,
    (whose, id): (InstitutionId, JobId),
    key: &Protection,
) -> Result<Job, Error> {
    let (job, mut intake) = find(tx, whose, id)?;
    let person = Person::of(&cx.actor).or_refuse(Refusal::StaffNotPermitted)?;
    if job.state != JobState::Waiting || intake.key_by.is_some() {
        return Err(Refusal::InvalidTransition { state: job.state.word() }.into());
    }
    let asks = proposal::asks_two(&cx.policy(whose), &Change::TokenImport { job: id });
    if asks && person == intake.brought_by {
        return Err(Refusal::MakerCannotCheck.into());
    }
    if matches!(key, Protection::Plain) && !matches!(person, Person::Operator(_)) {
        return Err(Refusal::StaffNotPermitted.into());
    }
    Bytes::Key.seal(tx, cx, (whose, id), &sealed::to_bytes(key))?;
    intake.key_by = Some(person);
    let job = go_on(tx, job, intake)?;
    cx.note(tx, whose, None, &Event::new("token_import.key_given", subject(&job)));
    Ok(job)
}

/// The second person agrees.
pub(crate) fn agree(
    tx: &mut Tx,
    _: &mut Context,
    whose: InstitutionId,
    id: JobId,
) -> Result<Job, Error> {
    let (job, mut intake) = find(tx, whose, id)?;
    if job.state != JobState::Waiting {
        return Err(Refusal::InvalidTransition { state: job.state.word() }.into());
    }
    intake.agreed = true;
    go_on(tx, job, intake)
}

fn go_on(tx: &mut Tx, job: Job, intake: Intake) -> Result<Job, Error> {
    let state = if intake.ready() { JobState::Queued } else { JobState::Waiting };
    let job = job.enter(state, Task::TokenImport(intake));
    tx.put(job.clone())?;
    Ok(job)
}

/// Gives up an import that waits; file and key are wiped. Once it is applied it goes on.
pub fn cancel(
    tx: &mut Tx,
    cx: &mut Context,
    whose: InstitutionId,
    id: JobId,
) -> Result<Job, Error> {
    let (job, intake) = find(tx, whose, id)?;
    match job.state {
        JobState::Cancelled => return Ok(job),
        JobState::Waiting => {}
        state => return Err(Refusal::InvalidTransition { state: state.word() }.into()),
    }
    let job = job.enter(JobState::Cancelled, Task::TokenImport(intake));
    tx.put(job.clone())?;
    sealed::wipe(tx, id)?;
    cx.note(tx, whose, None, &Event::new("token_import.cancelled", subject(&job)));
    Ok(job)
}

/// A file with its key, out of custody: to be read where nobody waits for it.
pub struct Opened {
    format: Format,
    file: Zeroizing<Vec<u8>>,
    key: Protection,
}

impl Opened {
    /// Reads the file.
    pub fn read(&self) -> Result<TokenFile, Fault> {
        match (self.format, &self.key) {
            (Format::Pskc, key) => pskc::read(&self.file, key),
            (Format::Csv, Protection::Plain) => csv::read(&self.file),
            (Format::Csv, _) => Err(Fault::Plain),
        }
    }
}

/// Opens what an import works with; `None` when it does not go on any more.
pub fn open(
    tx: &mut Tx,
    cx: &Context,
    (whose, id): (InstitutionId, JobId),
) -> Result<Option<Opened>, Error> {
    let (job, intake) = find(tx, whose, id)?;
    if !matches!(job.state, JobState::Queued | JobState::Running) {
        return Ok(None);
    }
    let file = Bytes::File.open(tx, cx, id)?;
    let key = sealed::from_bytes(&Bytes::Key.open(tx, cx, id)?)?;
    Ok(Some(Opened { format: intake.format, file, key }))
}

/// The file cannot be taken as a whole: nothing of it was. File and key are wiped.
pub fn give_up(
    tx: &mut Tx,
    cx: &mut Context,
    (whose, id): (InstitutionId, JobId),
    fault: &Fault,
) -> Result<Job, Error> {
    let (job, _) = find(tx, whose, id)?;
    if !matches!(job.state, JobState::Queued | JobState::Running) {
        return Ok(job);
    }
    let job = job.failed(json!({ "why": fault.word(), "told": fault.to_string() }));
    tx.put(job.clone())?;
    sealed::wipe(tx, id)?;
    let event = Event::new("token_import.failed", subject(&job)).with("why", fault.word());
    cx.note(tx, whose, None, &event);
    Ok(job)
}

/// Takes the next lines of the file that was opened, and says how far the job is. After the last of
/// them the job is done.
pub fn apply(
    tx: &mut Tx,
    cx: &mut Context,
    (whose, id): (InstitutionId, JobId),
    file: &TokenFile,
) -> Result<Job, Error> {
    let (job, mut intake) = find(tx, whose, id)?;
    if !matches!(job.state, JobState::Queued | JobState::Running) {
        return Ok(job);
    }
    let unfit = intake.unfit.unwrap_or_else(|| {
        file.refused.iter().for_each(|refused| intake.refuse(refused.clone()));
        file.refused.len() as u64
    });
    intake.unfit = Some(unfit);
    let from = usize::try_from(job.done.saturating_sub(unfit)).expect("the file is in memory");
    let rest = file.tokens.get(from..).unwrap_or_default();
    let now = &rest[..rest.len().min(CHUNK)];
    for token in now {
        match take(tx, cx, (whose, id), token)? {
            Taken::New => {}
            Taken::Known => intake.known += 1,
            Taken::Refused(why) => {
                let serial = Some(token.serial.clone());
                intake.refuse(Refused { line: token.line, serial, why });
            }
        }
    }
    let total = (file.tokens.len() + file.refused.len()) as u64;
    let done = unfit + (from + now.len()) as u64;
    let job = Job { total, task: Task::TokenImport(intake.clone()), ..job };
    if done < total {
        let job = job.at(done);
        tx.put(job.clone())?;
        return Ok(job);
    }
    let accepted = total - intake.refused;
    let job = job.finished(accepted, report(&intake, total));
    tx.put(job.clone())?;
    sealed::wipe(tx, id)?;
    let event = Event::new("token_import.finished", subject(&job));
    let event = event.with("accepted", accepted).with("refused", intake.refused);
    cx.note(tx, whose, None, &event);
    Ok(job)
}

/// What came of an import.
fn report(intake: &Intake, total: u64) -> Value {
    let mut lines: Vec<_> = intake.lines.iter().collect();
    lines.sort_by_key(|refused| refused.line);
    let line = |refused: &&Refused| {
        json!({
            "line": refused.line, "serial": refused.serial, "why": refused.why.word(),
            "told": refused.why.sentence(),
        })
    };
    json!({
        "new": total - intake.refused - intake.known, "known": intake.known,
        "refused": intake.refused, "lines": lines.iter().map(line).collect::<Vec<_>>(),
    })
}

/// What became of a line.
enum Taken {
    New,
    Known,
    Refused(Why),
}

fn take(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, job): (InstitutionId, JobId),
    token: &Delivered,
) -> Result<Taken, Error> {
    if let Some(known) = otp::by_serial(tx, institution, &token.serial)? {
        let (secret, _) = otp::open(cx, &known)?;
        let ours = (secret.algorithm, secret.digits, secret.period_s);
        let theirs = (token.secret.algorithm, token.secret.digits, token.secret.period_s);
        let same = secret.seed == token.secret.seed && ours == theirs;
        let device = known.kind == TokenKind::Device;
        let known = same && device;
        return Ok(if known { Taken::Known } else { Taken::Refused(Why::KnownOtherwise) });
    }
    if token.expires_on.is_some_and(|last| last < cx.now().day()) {
        return Ok(Taken::Refused(Why::Over));
    }
    let arrival = Arrival {
        institution,
        kind: TokenKind::Device,
        secret: token.secret.clone(),
        state: token.state,
        import: Some(job),
        device_key: None,
        expires_on: token.expires_on,
    };
    let arrived = otp::take_in(tx, cx, arrival)?;
    Ok(arrived.map_or(Taken::Refused(Why::KnownOtherwise), |_| Taken::New))
}

fn subject(job: &Job) -> Subject {
    Subject::new("job", job.id).at(job.version)
}
