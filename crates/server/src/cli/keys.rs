//! `sekisho keys`: the keyring file of the installation.

use clap::Subcommand;
use sekisho_app::tx::{Engine as _, Query, Table};
use sekisho_domain::secret::Secret;
use sekisho_store::SqliteEngine;
use serde_json::json;

use super::{Desk, Failure};
use crate::clock::entropy;
use crate::config::Database;
use crate::doctor;
use crate::keyring_file::KeyringFile;

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Make the keyring file with its first key
    Create,
    /// Add a key that seals from the next start on; older ones still open
    Rotate,
    /// Read the keyring file and say what it holds
    Check,
}

pub(super) fn run(verb: &Verb, mut desk: Desk) -> Result<u8, Failure> {
    let config = desk.config()?;
    let path = config.keyring.file;
    let shown = path.display();
    let fresh = || Secret::new(entropy());
    let (keyring, text) = match verb {
        Verb::Create => {
            if !path.exists() && in_use(&config.database) {
                return Err(Failure::Unfit(format!(
                    "{shown} is gone, and {} holds what was sealed under it: put your copy of the \
                     keyring back. A new one would open nothing",
                    config.database.path.display()
                )));
            }
            let keyring = KeyringFile::create(&path, fresh())?;
            let text = format!(
                "{shown} was made with key 1. Keep a copy off this machine: without it nothing \
                 that is sealed can ever be opened again."
            );
            (keyring, text)
        }
        Verb::Rotate => {
            let mut keyring = KeyringFile::load(&path)?;
            let id = keyring.rotate(&path, fresh())?;
            let text = format!(
                "Key {id} was added to {shown}. It seals from the next start of the server on. \
                 Renew your copy off this machine."
            );
            (keyring, text)
        }
        Verb::Check => {
            let keyring = KeyringFile::load(&path)?;
            let text = match keyring.count() {
                1 => format!("{shown} can be used: key 1 seals."),
                count => {
                    format!("{shown} can be used: {count} keys, key {} seals.", keyring.newest())
                }
            };
            (keyring, text)
        }
    };
    let report = json!({ "file": path, "keys": keyring.count(), "newest": keyring.newest() });
    desk.output.answer(&report, &text)?;
    Ok(0)
}

/// Whether institutions are registered there already, each with keys sealed under a keyring.
fn in_use(database: &Database) -> bool {
    let one = Query { limit: 1, ..Query::all(Table::Institution) };
    let looked = || SqliteEngine::open(&doctor::store_options(database))?.list(&one);
    database.path.exists() && looked().is_ok_and(|found| !found.is_empty())
}
