//! The reference internet bank of 架空信用金庫.
//!
//! The bank is an outsider. It signs customers in by OpenID Connect and asks for approvals by the
//! public API; no other crate of sekisho is linked, as none would be in a real bank. What it needs
//! itself, it has itself:
//!
//! - [`operation`]: what a customer approves, and its digest, computed from what will be booked;
//! - [`ledger`] and [`accounts`]: double entry, statements;
//! - [`customers`], [`payees`], [`directory`]: who sends, to whom, at what fee;
//! - [`check`], [`drafts`], [`transfers`]: from the form to the booking, exactly once;
//! - [`sekisho`]: the only module that speaks to sekisho;
//! - `pages`, [`session`]: what the customer sees.

pub mod accounts;
pub mod check;
pub mod clock;
mod config;
pub mod customers;
pub mod directory;
pub mod drafts;
pub mod example;
pub mod kana;
pub mod ledger;
pub mod money;
pub mod operation;
mod pages;
pub mod payees;
pub mod sekisho;
mod serve;
pub mod session;
pub mod store;
pub mod transfers;

pub use config::{BankConfig, ClientCredentials, Secret};
pub use customers::{SeedAccount, SeedCustomer, SeedMovement, SeedPayee};
pub use serve::{ServeError, serve, serve_by};
