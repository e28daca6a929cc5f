//! How each thing of the domain is kept: its table, its key, and by what it is listed.

use std::fmt::Display;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use sekisho_domain::approval::{Approval, Stage};
use sekisho_domain::batch::{Batch, BatchItem, Dispatch};
use sekisho_domain::client::Client;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialSecret};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{
    ApprovalId, BatchId, ClientId, ContractId, CredentialId, DispatchId, InstitutionId, NoticeId,
    OrderId, ProcedureId, SessionId, TokenId,
};
use sekisho_domain::institution::Institution;
use sekisho_domain::notice::{Mailing, PostedNotice};
use sekisho_domain::order::CardOrder;
use sekisho_domain::procedure::Procedure;
use sekisho_domain::session::Session;
use sekisho_domain::time::Timestamp;
use sekisho_domain::token::Token;

use crate::tx::{Facets, Record, Table};

fn facets(institution: InstitutionId, owner: impl Display, state: &'static str) -> Facets {
    Facets { institution: institution.to_string(), owner: format!("{owner}"), state, due: None }
}

impl Record for Institution {
    const TABLE: Table = Table::Institution;
    type Key = InstitutionId;
    fn key(&self) -> InstitutionId {
        self.id
    }
    fn facets(&self) -> Facets {
        facets(self.id, "", "")
    }
}

impl Record for Contract {
    const TABLE: Table = Table::Contract;
    type Key = ContractId;
    fn key(&self) -> ContractId {
        self.id
    }
    fn facets(&self) -> Facets {
        facets(self.institution, &self.branch, self.state.word())
    }
    fn contract(&self) -> String {
        self.id.to_string()
    }
}

impl Record for Desk {
    const TABLE: Table = Table::Desk;
    type Key = ContractId;
    fn key(&self) -> ContractId {
        self.contract
    }
    fn facets(&self) -> Facets {
        facets(self.institution, self.contract, "")
    }
}

impl Record for Credential {
    const TABLE: Table = Table::Credential;
    type Key = CredentialId;
    fn key(&self) -> CredentialId {
        self.id
    }
    fn facets(&self) -> Facets {
        facets(self.institution, self.contract, self.state.word())
    }
}

impl Record for CredentialSecret {
    const TABLE: Table = Table::Secret;
    type Key = CredentialId;
    fn key(&self) -> CredentialId {
        self.credential
    }
    fn facets(&self) -> Facets {
        facets(self.institution, "", "")
    }
}

impl Record for Token {
    const TABLE: Table = Table::Token;
    type Key = TokenId;
    fn key(&self) -> TokenId {
        self.id
    }
    /// Due when somebody has to look at what is left of its life.
    fn facets(&self) -> Facets {
        let owner = self.allocated_to.map(|id| id.to_string()).unwrap_or_default();
        let due = self.look_on.filter(|_| !self.state.ended()).map(|day| day.start().millis());
        Facets { due, ..facets(self.institution, owner, self.state.word()) }
    }
}

impl Record for CardOrder {
    const TABLE: Table = Table::Order;
    type Key = OrderId;
    fn key(&self) -> OrderId {
        self.id
    }
    /// Approved orders in a batch are told from those that wait for one.
    fn facets(&self) -> Facets {
        let state = match (self.state.word(), self.batch) {
            ("approved", Some(_)) => "in_batch",
            (word, _) => word,
        };
        facets(self.institution, self.contract, state)
    }
}

impl Record for Batch {
    const TABLE: Table = Table::Batch;
    type Key = BatchId;
    fn key(&self) -> BatchId {
        self.id
    }
    fn facets(&self) -> Facets {
        facets(self.institution, "", self.state.word())
    }
}

impl Record for BatchItem {
    const TABLE: Table = Table::BatchItem;
    type Key = String;
    fn key(&self) -> String {
        item_key(self.batch, self.order)
    }
    fn facets(&self) -> Facets {
        facets(self.institution, self.batch, self.state.word())
    }
    fn contract(&self) -> String {
        self.contract.to_string()
    }
}

/// The key of an order's line in a batch.
pub fn item_key(batch: BatchId, order: OrderId) -> String {
    format!("{batch}/{order}")
}

impl Record for Dispatch {
    const TABLE: Table = Table::Dispatch;
    type Key = DispatchId;
    fn key(&self) -> DispatchId {
        self.id
    }
    fn facets(&self) -> Facets {
        let due = self.dispatched_on.start().millis();
        Facets { due: Some(due), ..facets(self.institution, self.contract, self.state.word()) }
    }
}

impl Record for Approval {
    const TABLE: Table = Table::Approval;
    type Key = ApprovalId;
    fn key(&self) -> ApprovalId {
        self.id
    }
    /// Due when it was to end at first, whatever happens in between: so that the steps of an
    /// approval do not move it in the index. The worker looks again until its time is really
    /// over.
    fn facets(&self) -> Facets {
        let due = (!self.stage.terminal()).then(|| self.expires_at.millis());
        Facets { due, ..facets(self.institution, self.contract, Stage::word(&self.stage)) }
    }
}

impl Record for Procedure {
    const TABLE: Table = Table::Procedure;
    type Key = ProcedureId;
    fn key(&self) -> ProcedureId {
        self.id
    }
    /// Due when it can be forgotten.
    fn facets(&self) -> Facets {
        let due = Some(self.until.millis());
        Facets { due, ..facets(self.institution, self.contract, self.kind.word()) }
    }
    fn contract(&self) -> String {
        self.contract.to_string()
    }
}

impl Record for Session {
    const TABLE: Table = Table::Session;
    type Key = SessionId;
    fn key(&self) -> SessionId {
        self.id
    }
    fn facets(&self) -> Facets {
        let state = if self.ended.is_some() { "ended" } else { "active" };
        let due = self.ended.is_none().then(|| self.seen_at.millis());
        Facets { due, ..facets(self.institution, self.contract, state) }
    }
}

impl Record for Client {
    const TABLE: Table = Table::Client;
    type Key = ClientId;
    fn key(&self) -> ClientId {
        self.id
    }
    fn facets(&self) -> Facets {
        let institution = self.institution.map(|id| id.to_string()).unwrap_or_default();
        let state = if self.suspended { "suspended" } else { "active" };
        Facets { institution, owner: String::new(), state, due: None }
    }
}

impl Record for PostedNotice {
    const TABLE: Table = Table::Notice;
    type Key = NoticeId;
    fn key(&self) -> NoticeId {
        self.id
    }
    fn facets(&self) -> Facets {
        let (state, due) = match &self.mail {
            Mailing::Due { at, .. } => ("due", Some(at.millis())),
            Mailing::Sent(_) => ("sent", None),
            Mailing::NoAddress => ("no_address", None),
            Mailing::Dead => ("dead", None),
        };
        Facets { due, ..facets(self.institution, self.contract, state) }
    }
}

/// A unique name of something within an institution: a login id, a reference, a card number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Alias {
    /// What kind of name.
    pub kind: AliasKind,
    /// Whose names.
    pub institution: InstitutionId,
    /// The name.
    pub name: String,
    /// The id of what it names.
    pub target: String,
}

/// Kinds of names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AliasKind {
    /// What a customer types at sign-in → contract.
    LoginId,
    /// The bank's own number of a customer → contract.
    ExternalId,
    /// The bank's own number of a draft → approval (api.md §4.2).
    Reference,
    /// The number printed on a card → credential.
    CardNumber,
    /// The number of the post → dispatch.
    TrackingNumber,
    /// The serial of a token.
    TokenSerial,
    /// What a customer types into the app → token issue (Y-09).
    TokenIssue,
}

impl AliasKind {
    /// The key of `name` among names of this kind.
    pub fn key(self, institution: InstitutionId, name: &str) -> String {
        let kind = match self {
            Self::LoginId => "login",
            Self::ExternalId => "external",
            Self::Reference => "reference",
            Self::CardNumber => "card",
            Self::TrackingNumber => "tracking",
            Self::TokenSerial => "serial",
            Self::TokenIssue => "issue",
        };
        format!("{institution}/{kind}/{name}")
    }
}

impl Record for Alias {
    const TABLE: Table = Table::Alias;
    type Key = String;
    fn key(&self) -> String {
        self.kind.key(self.institution, &self.name)
    }
    fn facets(&self) -> Facets {
        facets(self.institution, "", "")
    }
}

/// A reply kept for repeated requests (api.md §1.3).
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reply {
    /// Who asked, and under which key.
    pub key: String,
    /// SHA-256 over what was asked, in base64.
    pub fingerprint: String,
    /// What came of it.
    pub outcome: Box<RawValue>,
    /// Until when it is kept.
    pub until: Timestamp,
}

impl Record for Reply {
    const TABLE: Table = Table::Reply;
    type Key = String;
    fn key(&self) -> String {
        self.key.clone()
    }
    fn facets(&self) -> Facets {
        Facets { due: Some(self.until.millis()), ..Facets::default() }
    }
}
