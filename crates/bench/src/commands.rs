//! What the program can be told to do.

pub mod copies;
pub mod crash;
pub mod speed;
pub mod start;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::rc::Rc;

use anyhow::Result;
use sekisho_domain::method::MethodKind;

use crate::load::caller::Caller;
use crate::seed::{SLUG, Seeds};

/// What all commands are told.
#[derive(Debug, Clone)]
pub struct Setting {
    /// Where files are made; what is in its folders `seed` and `run` is lost.
    pub folder: PathBuf,
    /// The server's program.
    pub program: PathBuf,
    /// How many contracts the bank has.
    pub contracts: usize,
    /// Tokens in the database besides theirs.
    pub tokens: usize,
    /// What they answer with.
    pub method: MethodKind,
}

impl Setting {
    /// Where seeds are made.
    pub fn seed_folder(&self) -> PathBuf {
        self.folder.join("seed")
    }

    /// Where a server runs on a copy of them.
    pub fn run_folder(&self) -> PathBuf {
        self.folder.join("run")
    }
}

/// The bank's systems, admitted by the server at `address`.
///
/// # Errors
/// When one of them is not admitted.
pub async fn admitted(address: SocketAddr, seeds: &Seeds) -> Result<Rc<[Caller]>> {
    let mut callers = Vec::with_capacity(seeds.clients.len());
    for client in &seeds.clients {
        callers.push(Caller::admitted(address, SLUG, &client.to_string()).await?);
    }
    Ok(callers.into())
}

/// A runtime of one thread, which the driver shares with nobody.
fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_current_thread().enable_all().build()?)
}
