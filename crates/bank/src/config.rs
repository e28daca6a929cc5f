//! What the bank must be told before it starts.

use std::{fmt, path::PathBuf};

use crate::customers::SeedCustomer;

/// A secret that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// Takes a secret in.
    pub fn new(secret: impl Into<String>) -> Self {
        Self(secret.into())
    }

    /// The secret itself, for the one place that sends it.
    pub(crate) fn dangerous_text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How one of the bank's two systems names itself to sekisho (`client_secret_basic`, api.md §2.1).
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// `cli_…`
    pub client_id: String,
    /// Given once, when the client was made.
    pub client_secret: Secret,
}

/// The bank's configuration.
#[derive(Debug, Clone)]
pub struct BankConfig {
    /// Where customers reach the bank, without a slash at the end: `http://127.0.0.1:8081`.
    pub public_url: String,
    /// sekisho's issuer for this institution: `http://127.0.0.1:8080/i/kaku`.
    pub issuer: String,
    /// sekisho's API: `http://127.0.0.1:8080/v1`.
    pub api: String,
    /// The front end: scopes `openid contract methods approvals:write`.
    pub front: ClientCredentials,
    /// The system that books: scopes `approvals:read approvals:consume`.
    pub core: ClientCredentials,
    /// The database file; `None` keeps everything in memory.
    pub database: Option<PathBuf>,
    /// Customers to open at the start, where they are missing.
    pub seed: Vec<SeedCustomer>,
}

impl BankConfig {
    /// To be registered at sekisho among the front end's `redirect_uris`.
    pub fn redirect_uri(&self) -> String {
        format!("{}/sign-in/return", self.public_url)
    }

    /// To be registered at sekisho among the front end's `return_urls`.
    pub fn return_url(&self) -> String {
        format!("{}/transfers/return", self.public_url)
    }

    /// To be registered at sekisho for sign-out.
    pub fn post_logout_redirect_uri(&self) -> String {
        format!("{}/signed-out", self.public_url)
    }

    /// Scheme, host and port of sekisho's pages, for the browser's content security policy.
    pub(crate) fn issuer_origin(&self) -> &str {
        let host = self.issuer.find("://").map_or(0, |at| at + 3);
        self.issuer[host..].find('/').map_or(&self.issuer, |end| &self.issuer[..host + end])
    }
}
