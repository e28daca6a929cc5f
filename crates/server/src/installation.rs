//! Everything an installation consists of, opened once: configuration, keys, store, threads that
//! hash.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use sekisho_app::error::Error;
use sekisho_app::keys;
use sekisho_app::platform::Platform;
use sekisho_app::tx::Store;
use sekisho_domain::event::Actor;
use sekisho_store::{OpenError, SqliteStore};

use crate::clock::{self, Clock};
use crate::config::Config;
use crate::doctor;
use crate::hashing::Hashing;
use crate::keyring_file::{KeyringError, KeyringFile};
use crate::office::Office;

/// An installation that is open.
pub struct Installation {
    /// What the operator wrote.
    pub config: Config,
    /// Tells the time.
    pub clock: Arc<Clock>,
    /// Keys and institutions.
    pub platform: Arc<Platform>,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Threads that hash passwords.
    pub hashing: Arc<Hashing>,
}

/// Why an installation could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The keyring is missing or unfit.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The keyring is another than the one this database was sealed under.
    #[error(
        "{}: none of its keys opens what the database holds. Put back the copy of the keyring \
         this installation was made with: without it nothing that is sealed can be opened",
        .0.display()
    )]
    OtherKeyring(PathBuf),
    /// The database cannot be used.
    #[error(transparent)]
    Store(#[from] OpenError),
    /// What is in it cannot be read.
    #[error(transparent)]
    App(#[from] Error),
    /// The threads could not be started.
    #[error("starting threads: {0}")]
    Threads(#[from] io::Error),
}

impl Installation {
    /// Opens the installation that `config` describes, by the clock of the machine.
    pub fn open(config: Config) -> Result<Self, InstallationError> {
        let clock = Clock::of_the_machine();
        let told = clock.for_store();
        Self::open_by(config, clock, told)
    }

    /// The same, with the store living by another clock: the demo's seeds live in the past.
    pub fn open_by(
        config: Config,
        clock: Arc<Clock>,
        told: sekisho_store::Clock,
    ) -> Result<Self, InstallationError> {
        let ring = KeyringFile::load(&config.keyring.file)?;
        let platform = Arc::new(Platform::new(ring.keyring()));
        let options = doctor::store_options(&config.database);
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&options, told, clock::entropy())?);
        let hashing = Arc::new(Hashing::start(&config.hashing, Arc::clone(&platform))?);
        let installation = Self { config, clock, platform, store, hashing };
        let office = installation.office(Actor::System)?;
        if !fits(&office)? {
            return Err(InstallationError::OtherKeyring(installation.config.keyring.file));
        }
        Ok(installation)
    }

    /// The office, for what `actor` does; knows the institutions registered by now.
    pub fn office(&self, actor: Actor) -> Result<Office, Error> {
        Office::open(Arc::clone(&self.store), Arc::clone(&self.platform), actor)
    }
}

/// Whether the keyring opens what every institution has sealed.
fn fits(office: &Office) -> Result<bool, Error> {
    for institution in office.platform.institutions().iter() {
        let id = institution.id;
        if !office.look(move |tx, cx| Ok(keys::fit(tx, cx.platform, id)?))? {
            return Ok(false);
        }
    }
    Ok(true)
}
