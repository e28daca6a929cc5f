//! Everything the audit log can say (api.md §5.8): who did what to what, when. Ids only; no name,
//! no secret.

use std::fmt;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::id::{ClientId, ContractId, StaffId};
use crate::time::Timestamp;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A customer in a signed-in session, or one who has shown one factor.
    Customer(ContractId),
    /// Somebody at a customer's door who has shown nothing yet.
    Stranger,
    /// A system that calls the API.
    Client(ClientId),
    /// A member of staff.
    Staff(StaffId),
    /// An operator at the server's own console, by login name.
    Operator(String),
    /// sekisho itself: a deadline, a rule.
    System,
}

impl Actor {
    fn to_json(&self) -> Value {
        let (kind, id) = match self {
            Self::Customer(id) => ("customer", Some(id.to_string())),
            Self::Stranger => ("stranger", None),
            Self::Client(id) => ("client", Some(id.to_string())),
            Self::Staff(id) => ("staff", Some(id.to_string())),
            Self::Operator(login) => ("operator", Some(login.clone())),
            Self::System => ("system", None),
        };
        let mut actor = Map::new();
        if let Some(id) = id {
            actor.insert("id".into(), id.into());
        }
        actor.insert("kind".into(), kind.into());
        Value::Object(actor)
    }
}

/// What something happened to: a kind, an id, and the version it has now where it has versions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Subject {
    /// `approval`, `credential`, `contract` …
    pub kind: &'static str,
    /// The typed id.
    pub id: String,
    /// The version after the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<u64>,
}

impl Subject {
    /// Something without versions.
    pub fn new(kind: &'static str, id: impl fmt::Display) -> Self {
        Self { kind, id: id.to_string(), version: None }
    }

    /// The same, at `version`.
    #[must_use]
    pub fn at(mut self, version: u64) -> Self {
        self.version = Some(version);
        self
    }
}

/// One thing that happened, before it is known who did it and when.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    kind: &'static str,
    subject: Subject,
    facts: Map<String, Value>,
}

impl Event {
    /// `kind` is a name of api.md §7, such as `approval.approved`.
    pub fn new(kind: &'static str, subject: Subject) -> Self {
        Self { kind, subject, facts: Map::new() }
    }

    /// Adds a fact: a word, an id or a number, never personal text and never a secret.
    #[must_use]
    pub fn with(mut self, name: &str, fact: impl Into<Value>) -> Self {
        self.facts.insert(name.to_owned(), fact.into());
        self
    }

    /// The name of the event.
    pub fn kind(&self) -> &'static str {
        self.kind
    }

    /// What it happened to.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The event as it is kept: everything but `id` and the position, which the log adds.
    pub fn to_json(&self, institution: &str, actor: &Actor, at: Timestamp) -> Map<String, Value> {
        let mut event = self.facts.clone();
        event.insert("actor".into(), actor.to_json());
        event.insert("institution".into(), institution.into());
        event.insert("occurred_at".into(), at.to_string().into());
        let subject = serde_json::to_value(&self.subject).expect("a subject is plain");
        event.insert("subject".into(), subject);
        event.insert("type".into(), self.kind.into());
        event
    }
}
