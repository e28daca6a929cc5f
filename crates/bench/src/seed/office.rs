//! Use cases on a database file of ours, one after another.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{Query, Store, Table, Tx};
use sekisho_domain::event::Actor;
use sekisho_domain::institution::Institution;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::secret::{Keyring, Secret};
use sekisho_store::{Options, SqliteStore, blocking};

use crate::clock;

/// A database file with its keys.
pub struct Office {
    /// Keys and institutions.
    pub platform: Arc<Platform>,
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    chance: Mutex<Chance>,
}

impl Office {
    /// Opens the file that `options` name, whose secrets are sealed under `key`.
    pub fn open(options: &Options, key: &[u8; 32]) -> Result<Self> {
        let store = SqliteStore::open(options, Arc::new(clock::now), clock::entropy())?;
        let store: Arc<dyn Store> = Arc::new(store);
        let platform = Arc::new(Platform::new(Keyring::new(&[(1, Secret::new(*key))])));
        let office = Self { platform, store, chance: Mutex::new(clock::chance()) };
        let known =
            office.look(|tx, _| Ok(tx.list::<Institution>(&Query::all(Table::Institution))?))?;
        office.platform.replace(known);
        Ok(office)
    }

    /// Runs `make` with the present moment.
    pub fn moment<T>(&self, make: impl FnOnce(&mut Moment) -> T) -> T {
        let mut chance = self.chance.lock().unwrap_or_else(PoisonError::into_inner);
        make(&mut Moment::new(clock::now(), &mut chance))
    }

    /// Runs a use case in a transaction of its own.
    pub fn run<T: Send + 'static>(
        &self,
        mut act: impl FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let platform = Arc::clone(&self.platform);
        blocking::run(self.store.as_ref(), move |tx, moment| {
            act(tx, &mut Context { moment, actor: Actor::System, platform: &platform })
        })
    }

    /// Looks something up.
    pub fn look<T: Send + 'static>(
        &self,
        mut act: impl FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let platform = Arc::clone(&self.platform);
        blocking::look(self.store.as_ref(), move |tx, moment| {
            act(tx, &mut Context { moment, actor: Actor::System, platform: &platform })
        })
    }
}
