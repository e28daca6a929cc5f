//! Long jobs (api.md §5.3): what was asked for, how far it is, what came of it.
//!
//! A job lies in the store until a worker takes it: it survives a restart, and whoever agreed to it
//! need not be the server itself.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use sekisho_domain::id::{BatchId, InstitutionId, JobId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Timestamp;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tokens::import::Intake;
use crate::tx::{Facets, Query, Record, StoreError, Table, Tx};

/// What a job does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Task {
    /// Orders are taken into a new batch.
    Opening {
        /// The batch.
        batch: BatchId,
    },
    /// A batch is drawn, its files are written, and it is sealed.
    Sealing {
        /// The batch.
        batch: BatchId,
        /// The age key of the printer.
        printer: String,
        /// The age key of the enclosing house.
        house: String,
    },
    /// The post's own reports are taken over.
    Deliveries,
    /// Contracts are made from a file.
    ContractImport,
    /// Devices are taken into stock from a file of their maker.
    TokenImport(Intake),
}

impl Task {
    /// The word of the API.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Opening { .. } => "batch",
            Self::Sealing { .. } => "batch_seal",
            Self::Deliveries => "deliveries",
            Self::ContractImport => "contract_import",
            Self::TokenImport(_) => "token_import",
        }
    }

    /// What `progress` counts.
    pub const fn unit(&self) -> &'static str {
        match self {
            Self::Opening { .. } | Self::Sealing { .. } => "orders",
            Self::Deliveries => "rows",
            Self::ContractImport => "contracts",
            Self::TokenImport(_) => "tokens",
        }
    }

    /// The batch it is about.
    pub const fn batch(&self) -> Option<BatchId> {
        match self {
            Self::Opening { batch } | Self::Sealing { batch, .. } => Some(*batch),
            Self::Deliveries | Self::ContractImport | Self::TokenImport(_) => None,
        }
    }
}

/// Where a job stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// Waits for somebody: a key, a second person.
    Waiting,
    /// Waits for a worker.
    Queued,
    /// A worker has it, or had it when the server went away.
    Running,
    /// It is through. Terminal.
    Done,
    /// It could not be done and has changed nothing. Terminal.
    Failed,
    /// It was given up before anything was done. Terminal.
    Cancelled,
}

impl JobState {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Queued => "queued",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// One long job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its id.
    pub id: JobId,
    /// Whose matter.
    pub institution: InstitutionId,
    /// Grows by one per change.
    pub version: u64,
    /// What it does.
    pub task: Task,
    /// Where it stands.
    pub state: JobState,
    /// When it was asked for.
    pub made_at: Timestamp,
    /// So much is done, in the task's unit.
    pub done: u64,
    /// So much there is to do.
    pub total: u64,
    /// Of what is done, so much was taken.
    pub accepted: u64,
    /// What came of it: what was made, which lines were refused, or why it failed.
    pub result: Option<Value>,
}

impl Job {
    /// A job that waits for a worker.
    pub fn queued(
        id: JobId,
        institution: InstitutionId,
        task: Task,
        total: u64,
        made_at: Timestamp,
    ) -> Self {
        let (version, state, done, accepted, result) = (1, JobState::Queued, 0, 0, None);
        Self { id, institution, version, task, state, made_at, done, total, accepted, result }
    }

    /// The same in another state of its life, with what is known of its task now.
    #[must_use]
    pub(crate) fn enter(self, state: JobState, task: Task) -> Self {
        Self { state, task, version: self.version + 1, ..self }
    }

    /// A worker is at it; so much is done.
    #[must_use]
    pub fn at(self, done: u64) -> Self {
        Self { state: JobState::Running, version: self.version + 1, done, ..self }
    }

    /// All of it is done, so much of it taken.
    #[must_use]
    pub fn finished(self, accepted: u64, result: Value) -> Self {
        let (version, done, result) = (self.version + 1, self.total, Some(result));
        Self { state: JobState::Done, version, done, accepted, result, ..self }
    }

    /// It could not be done; `result` says why.
    #[must_use]
    pub fn failed(self, result: Value) -> Self {
        let version = self.version + 1;
        Self { state: JobState::Failed, version, result: Some(result), ..self }
    }
}

impl Record for Job {
    const TABLE: Table = Table::Job;
    type Key = JobId;
    fn key(&self) -> JobId {
        self.id
    }
    fn facets(&self) -> Facets {
        let owner = self.task.batch().map(|id| id.to_string()).unwrap_or_default();
        let institution = self.institution.to_string();
        Facets { institution, owner, state: self.state.word(), due: None }
    }
}

/// Keeps a job that is done within the request that asks for it; `end` says how.
pub fn keep(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    (task, total): (Task, u64),
    end: impl FnOnce(Job) -> Job,
) -> Result<Job, StoreError> {
    let id = JobId::make(cx.moment);
    let job = end(Job::queued(id, institution, task, total, cx.now()));
    tx.put(job.clone())?;
    Ok(job)
}

/// The job, if it is of this institution.
pub fn find(tx: &mut Tx, institution: InstitutionId, id: JobId) -> Result<Job, Error> {
    let found = tx.load::<Job>(&id)?.filter(|job| job.institution == institution);
    found.or_refuse(Refusal::NotFound)
}

/// The job that a worker should do next: the oldest of its kind that waits, or that was left
/// behind.
pub fn next(tx: &mut Tx, of_kind: fn(&Task) -> bool) -> Result<Option<Job>, StoreError> {
    let states = vec![JobState::Queued.word(), JobState::Running.word()];
    let jobs = tx.list::<Job>(&Query { states, ..Query::all(Table::Job) })?;
    Ok(jobs.into_iter().find(|job| of_kind(&job.task)))
}
