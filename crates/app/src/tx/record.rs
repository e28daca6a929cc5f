//! What a record is: something with a life that is loaded and saved whole.

use std::fmt::Display;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::engine::Table;

/// By what a record can be listed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// Whose it is; empty for the platform's own.
    pub institution: String,
    /// What it belongs to, usually a contract.
    pub owner: String,
    /// A word to select by.
    pub state: &'static str,
    /// When something is to be done about it, in milliseconds.
    pub due: Option<i64>,
}

/// Something with a life of its own, saved as one row.
pub trait Record: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Where it is kept.
    const TABLE: Table;
    /// By what it is found.
    type Key: Display;

    /// Its key.
    fn key(&self) -> Self::Key;
    /// By what it is listed.
    fn facets(&self) -> Facets;
    /// The contract its events concern, if any; the default is its owner.
    fn contract(&self) -> String {
        self.facets().owner
    }
}
