//! A system that calls the API (api.md §2): who it is, how it proves that, what it may do.

use std::collections::BTreeSet;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::event::{Event, Subject};
use crate::id::{ClientId, InstitutionId};
use crate::reason::words;
use crate::time::Timestamp;
use crate::transition::Transition;

words! {
    /// What a client may do (api.md §2.3).
    Scope {
        /// Sign customers in.
        Openid = "openid",
        /// Claims about the contract.
        Contract = "contract",
        /// Claims about methods.
        Methods = "methods",
        /// Request, cancel, read own approvals.
        ApprovalsWrite = "approvals:write",
        /// Read all approvals of the institution.
        ApprovalsRead = "approvals:read",
        /// Direct mode: challenge and answers.
        ApprovalsAnswer = "approvals:answer",
        /// Consumption.
        ApprovalsConsume = "approvals:consume",
        /// Assert a filed payee (Y-15).
        ApprovalsExempt = "approvals:exempt",
        /// Read contracts.
        ContractsRead = "contracts:read",
        /// Change contracts.
        ContractsWrite = "contracts:write",
        /// Read credentials and orders.
        CredentialsRead = "credentials:read",
        /// Change credentials and orders.
        CredentialsWrite = "credentials:write",
        /// Read batches and their files.
        ProductionRead = "production:read",
        /// Make and post batches.
        ProductionWrite = "production:write",
        /// Read proposals.
        ProposalsRead = "proposals:read",
        /// Read the audit log.
        AuditRead = "audit:read",
        /// Act for any institution, named by header.
        Platform = "platform",
    }
}

impl Scope {
    /// Whether a `baseline` client may not hold it (marked † in api.md §2.3).
    pub const fn needs_bound_access(self) -> bool {
        matches!(
            self,
            Self::ApprovalsAnswer
                | Self::ApprovalsExempt
                | Self::ContractsWrite
                | Self::CredentialsWrite
                | Self::ProductionWrite
                | Self::Platform
        )
    }
}

words! {
    /// How strictly a client proves itself.
    Profile {
        /// FAPI 2.0: key or certificate, access bound to it.
        Fapi = "fapi",
        /// A secret and an address list, for small banks.
        Baseline = "baseline",
    }
}

/// A system that calls the API.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Client {
    /// Its id, also its `client_id`.
    pub id: ClientId,
    /// Whose system; `None` for the platform's own.
    pub institution: Option<InstitutionId>,
    /// For people.
    pub name: String,
    /// How it proves itself.
    pub profile: Profile,
    /// What it may do.
    pub scopes: BTreeSet<String>,
    /// SHA-256 of its secrets in hex, each with its end; two may be valid at once.
    pub secrets: Vec<ClientSecret>,
    /// Its public keys, as a JWK set.
    pub jwks: Option<serde_json::Value>,
    /// SHA-256 thumbprints of its certificates, base64url (RFC 8705).
    pub certificates: Vec<String>,
    /// Where codes may be sent.
    pub redirect_uris: Vec<String>,
    /// Where approval pages lead back.
    pub return_urls: Vec<String>,
    /// Where the customer goes after signing out.
    pub post_logout_uris: Vec<String>,
    /// Addresses it calls from; empty: any.
    pub addresses: Vec<IpAddr>,
    /// Whether it signs customers in by §3: then approvals need a session (§12).
    pub signs_in: bool,
    /// Set when it was switched off.
    pub suspended: bool,
    /// When it was made.
    pub created_at: Timestamp,
}

/// One of a client's secrets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientSecret {
    /// SHA-256 in hex; the secret has at least 256 bits, so a fast hash is enough.
    pub hash: String,
    /// Its last moment.
    pub until: Timestamp,
}

impl Client {
    /// Whether it holds a scope.
    pub fn may(&self, scope: Scope) -> bool {
        self.scopes.contains(scope.word())
    }

    /// A client comes into being.
    ///
    /// # Panics
    /// When a `baseline` client is given a scope it may not hold, or no address: the door checks
    /// both.
    pub fn register(self) -> Transition<Self> {
        if self.profile == Profile::Baseline {
            let forbidden =
                Scope::ALL.iter().find(|scope| scope.needs_bound_access() && self.may(**scope));
            assert!(forbidden.is_none(), "a baseline client cannot hold {forbidden:?}");
            assert!(!self.addresses.is_empty(), "a baseline client has an address list");
        }
        let event = Event::new("client.registered", Subject::new("client", self.id));
        Transition::new(self, event)
    }
}
