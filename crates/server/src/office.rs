//! Use cases for callers that may wait: the command line, the workers, the demo's seeds.

use std::sync::Arc;

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::platform::Platform;
use sekisho_app::tx::{Query, Store, Table, Tx};
use sekisho_domain::event::Actor;
use sekisho_domain::institution::Institution;
use sekisho_store::blocking;

/// The store, the platform, and in whose name things are done.
#[derive(Clone)]
pub struct Office {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Keys and institutions.
    pub platform: Arc<Platform>,
    /// Who acts.
    pub actor: Actor,
}

impl Office {
    /// An office over `store`, which knows the institutions registered there.
    pub fn open(
        store: Arc<dyn Store>,
        platform: Arc<Platform>,
        actor: Actor,
    ) -> Result<Self, Error> {
        let office = Self { store, platform, actor };
        office.refresh()?;
        Ok(office)
    }

    /// Takes over the institutions as they are now in the store.
    pub fn refresh(&self) -> Result<(), Error> {
        let found =
            self.look(|tx, _| Ok(tx.list::<Institution>(&Query::all(Table::Institution))?))?;
        self.platform.replace(found);
        Ok(())
    }

    /// Runs a use case that writes, and waits for its commit.
    pub fn run<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (platform, actor) = (Arc::clone(&self.platform), self.actor.clone());
        blocking::run(self.store.as_ref(), move |tx, moment| {
            f(tx, &mut Context { moment, actor: actor.clone(), platform: &platform })
        })
    }

    /// Runs a use case that only reads, on a snapshot.
    pub fn look<T: Send + 'static>(
        &self,
        mut f: impl FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (platform, actor) = (Arc::clone(&self.platform), self.actor.clone());
        blocking::look(self.store.as_ref(), move |tx, moment| {
            f(tx, &mut Context { moment, actor: actor.clone(), platform: &platform })
        })
    }
}
