//! The port: what a store must be able to do, in words that any SQL database understands.

use std::fmt;

use sekisho_domain::moment::Moment;

use super::unit::Tx;

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $text:literal,)*) => {
        /// A table of records; all have the same columns (see [`Row`]).
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Table { $($(#[$doc])* $name,)* }

        impl Table {
            /// All of them, in the order in which a batch writes.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }
        }
    };
}

tables! {
    /// Institutions with their brands and branches.
    Institution = "institution",
    /// Policies, each in force from its day.
    Policy = "policy",
    /// Signing keys of an institution, sealed.
    SigningKey = "signing_key",
    /// Systems that call the API.
    Client = "client",
    /// OAuth access tokens, authorization codes and used assertion ids, by hash.
    Grant = "oauth_grant",
    /// Customers' contracts.
    Contract = "contract",
    /// What lies open at a contract: approvals, sessions, spending of the day.
    Desk = "desk",
    /// Cards and other credentials: what moves.
    Credential = "credential",
    /// Cards and other credentials: what never changes, sealed.
    Secret = "credential_secret",
    /// Tokens, with the counters that all their bindings share.
    Token = "token",
    /// Tokens the bank issued by mail, until they are set up.
    TokenIssue = "token_issue",
    /// Token apps on their way to becoming tokens.
    Registration = "registration",
    /// Unique names of things: login ids, references, card numbers.
    Alias = "alias",
    /// Card orders.
    Order = "card_order",
    /// Production batches.
    Batch = "batch",
    /// Lines of the manifest of a batch.
    BatchItem = "batch_item",
    /// Files made for the printer and the enclosing house, encrypted to them.
    File = "file",
    /// Things on their way by post.
    Dispatch = "dispatch",
    /// Approvals.
    Approval = "approval",
    /// Hosted procedures such as the switch.
    Procedure = "procedure",
    /// Customers' sessions.
    Session = "session",
    /// Replies kept for repeated requests.
    Reply = "idempotency_reply",
    /// Changes that wait for a second person.
    Proposal = "proposal",
    /// Long jobs.
    Job = "job",
    /// Notices in customers' inboxes, and what became of their mails.
    Notice = "notice",
    /// Runs of the sequencer: which events got which positions.
    AuditRange = "audit_range",
    /// Hashes of the audit tree, 256 in a row.
    AuditTile = "audit_tile",
    /// Signed heads of the audit tree.
    AuditHead = "audit_head",
}

impl Table {
    /// Whether its rows are touched by one step after another within minutes, so that it is worth
    /// remembering them from one commit to the next.
    pub(super) const fn in_flight(self) -> bool {
        matches!(
            self,
            Self::Approval
                | Self::Contract
                | Self::Credential
                | Self::Desk
                | Self::Secret
                | Self::Session
                | Self::Token
        )
    }
}

/// One row of a [`Table`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Unique in the table.
    pub key: String,
    /// 1 at first, one more with each write.
    pub version: i64,
    /// Whose row it is; empty for the platform's own.
    pub institution: String,
    /// What it belongs to, usually a contract; empty if nothing.
    pub owner: String,
    /// A word to select by.
    pub state: String,
    /// When something is to be done about it, in milliseconds.
    pub due: Option<i64>,
    /// The record as JSON.
    pub body: String,
}

impl Row {
    /// The row, but for its body.
    pub(super) fn without_body(&self) -> Self {
        Self {
            key: self.key.clone(),
            version: self.version,
            institution: self.institution.clone(),
            owner: self.owner.clone(),
            state: self.state.clone(),
            due: self.due,
            body: String::new(),
        }
    }
}

/// How a list is ordered: by key, which for ids is the order of creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// Smallest key first.
    #[default]
    OldestFirst,
    /// Greatest key first.
    NewestFirst,
}

/// Which rows a list wants. Empty members do not restrict.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    /// Where to look.
    pub table: Table,
    /// Only of this institution.
    pub institution: Option<String>,
    /// Only belonging to this.
    pub owner: Option<String>,
    /// Only in one of these states.
    pub states: Vec<&'static str>,
    /// Only what is due at or before this instant, in milliseconds.
    pub due_by: Option<i64>,
    /// Only what comes after this key in the order asked for. Must be empty with `due_by`.
    pub after: Option<String>,
    /// Which end first. Ignored with `due_by`: then what is due longest comes first.
    pub order: Order,
    /// At most so many rows.
    pub limit: u32,
}

impl Query {
    /// All rows of a table, oldest first, at most 200.
    pub fn all(table: Table) -> Self {
        Self {
            table,
            institution: None,
            owner: None,
            states: Vec::new(),
            due_by: None,
            after: None,
            order: Order::OldestFirst,
            limit: 200,
        }
    }
}

/// An event as the log keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEvent {
    /// Order of commit within this database; grows, may have gaps.
    pub seq: i64,
    /// Its id.
    pub id: String,
    /// Whose log it is in.
    pub institution: String,
    /// The contract it concerns; empty if none.
    pub contract: String,
    /// Its name.
    pub kind: String,
    /// JSON, without the position in the tree.
    pub body: String,
}

/// Which events a list wants. Empty members do not restrict.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventQuery {
    /// Only of this institution.
    pub institution: Option<String>,
    /// Only concerning this contract; none concerns the contract "".
    pub contract: Option<String>,
    /// Only of these names.
    pub kinds: Vec<String>,
    /// Only the event with this id.
    pub id: Option<String>,
    /// Only after this `seq` (before it, newest first).
    pub after: Option<i64>,
    /// Which end first.
    pub order: Order,
    /// At most so many.
    pub limit: u32,
}

/// What went wrong in the world, as far as a caller can do something about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// The queue is full, or somebody else holds the database: try again soon.
    #[error("the store is busy")]
    Busy,
    /// Another node changed the same record at the same time; running the use case again is safe.
    #[error("the record was changed by somebody else")]
    Conflict,
    /// The database cannot be read or written: away, full, read-only.
    #[error("the store is unavailable: {0}")]
    Unavailable(String),
    /// A row does not hold what it should: an operator must look.
    #[error("the store is corrupt: {0}")]
    Corrupt(String),
}

/// One open transaction or snapshot of a database.
pub trait Engine {
    /// The row with this key.
    fn fetch(&mut self, table: Table, key: &str) -> Result<Option<Row>, StoreError>;
    /// Rows by facets, as last committed: what this batch has changed is not reflected in the
    /// selection.
    fn list(&mut self, query: &Query) -> Result<Vec<Row>, StoreError>;
    /// Events by facets, as last committed.
    fn events(&mut self, query: &EventQuery) -> Result<Vec<KeptEvent>, StoreError>;
}

/// A use case on its way through a store.
pub trait Work: Send {
    /// Runs the use case; may be called again if the batch has to be repeated.
    ///
    /// Returns whether what it saved is to be kept.
    fn run(&mut self, tx: &mut Tx, moment: &mut Moment) -> bool;
    /// Called once, after the commit or its failure.
    fn finish(self: Box<Self>, outcome: Result<(), StoreError>);
}

/// A store that runs use cases, each in one transaction.
pub trait Store: Send + Sync {
    /// Queues work that writes. A full queue is [`StoreError::Busy`], at once.
    fn write(&self, work: Box<dyn Work>) -> Result<(), StoreError>;
    /// Queues work that only reads, on a snapshot; what it saves is an error of ours.
    fn read(&self, work: Box<dyn Work>) -> Result<(), StoreError>;
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
