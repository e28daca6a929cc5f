//! Everything the audit log can say (api.md §5.8): who did what to what, when. Ids only; no name,
//! no secret.

use std::fmt;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};

use crate::id::{ClientId, ContractId, EventId, StaffId};
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

impl Serialize for Actor {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Customer(id) => who(to, "customer", Some(id)),
            Self::Stranger => who(to, "stranger", None::<&str>),
            Self::Client(id) => who(to, "client", Some(id)),
            Self::Staff(id) => who(to, "staff", Some(id)),
            Self::Operator(login) => who(to, "operator", Some(login)),
            Self::System => who(to, "system", None::<&str>),
        }
    }
}

fn who<S: Serializer>(
    to: S,
    kind: &'static str,
    id: Option<&(impl Serialize + ?Sized)>,
) -> Result<S::Ok, S::Error> {
    let mut actor = to.serialize_struct("Actor", 2)?;
    if let Some(id) = id {
        actor.serialize_field("id", id)?;
    }
    actor.serialize_field("kind", kind)?;
    actor.end()
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
        debug_assert!(!OWN_MEMBERS.contains(&name), "{name} is a member of every event");
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

    /// The event as it is kept: everything but the position, which the log adds.
    pub fn to_json(&self, id: EventId, institution: &str, actor: &Actor, at: Timestamp) -> String {
        let kept = Kept {
            facts: &self.facts,
            actor,
            id,
            institution,
            occurred_at: at.to_string(),
            subject: &self.subject,
            kind: self.kind,
        };
        serde_json::to_string(&kept).expect("an event is plain")
    }
}

/// What every event has besides its facts.
const OWN_MEMBERS: [&str; 6] = ["actor", "id", "institution", "occurred_at", "subject", "type"];

#[derive(Serialize)]
struct Kept<'a> {
    #[serde(flatten)]
    facts: &'a Map<String, Value>,
    actor: &'a Actor,
    id: EventId,
    institution: &'a str,
    occurred_at: String,
    subject: &'a Subject,
    #[serde(rename = "type")]
    kind: &'static str,
}
