//! A bank of our own: contracts with cards whose faces we know, as they stand in the database of a
//! server that has run for a while.
//!
//! The seeds are made through the use cases and the domain, straight into a database file, before
//! any server runs. Little is left to do about them: the audit log is sequenced, and mails wait for
//! a mail server that is not configured.

mod bank;
mod cards;
mod office;
mod tokens;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sekisho_app::audit::sequence::{RUN_MAX, Waiting, sequence};
use sekisho_app::error::Error;
use sekisho_app::{audit, client, keys};
use sekisho_domain::id::{ClientId, InstitutionId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::note::NoteSigner;
use sekisho_store::{Options, migrate};

use crate::progress::Progress;

pub use bank::{SLUG, certificate, read_keyring};
pub use cards::{Customer, Face};
pub use office::Office;
pub use tokens::Token;

/// Tokens made in one transaction.
const STOCK_CHUNK: usize = 2_500;

/// Contracts made in one transaction.
const CHUNK: usize = 250;

/// Systems of the bank.
const CLIENTS: usize = 256;

/// The database file in a folder of seeds.
pub const DATABASE: &str = "sekisho.db";
/// The keyring file in a folder of seeds.
pub const KEYRING: &str = "keyring.toml";

/// What was made.
#[derive(Debug)]
pub struct Seeds {
    /// Where the files lie: [`DATABASE`] and [`KEYRING`].
    pub folder: PathBuf,
    /// The bank.
    pub institution: InstitutionId,
    /// Its systems, each of which asks, answers and consumes. So many that none reaches the rate a
    /// client has by default.
    pub clients: Vec<ClientId>,
    /// Its customers.
    pub customers: Vec<Customer>,
    /// What each of them answers with.
    pub method: MethodKind,
}

/// Makes a bank with `contracts` contracts in `folder`, which is emptied first.
pub fn make(
    folder: &Path,
    contracts: usize,
    method: MethodKind,
    progress: &Progress,
) -> Result<Seeds> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    let key = crate::clock::entropy();
    bank::write_keyring(&folder.join(KEYRING), &key)?;
    let options = Options::at(folder.join(DATABASE));
    migrate::migrate(&options)?;
    let office = Office::open(&options, &key)?;

    let institution = bank::institution(office.moment(InstitutionId::make), method);
    let id = institution.id;
    office.platform.replace(vec![institution.clone()]);
    office.run(move |tx, _| Ok(tx.put(institution.clone())?))?;
    office.run(move |tx, cx| keys::create(tx, cx, id))?;
    let clients = office.run(move |tx, cx| {
        let register = |_| Ok(client::register(tx, cx, bank::client(id))?.client.id);
        (0..CLIENTS).map(register).collect::<Result<Vec<_>, Error>>()
    })?;

    let mut customers = Vec::with_capacity(contracts);
    while customers.len() < contracts {
        let first = customers.len();
        let count = CHUNK.min(contracts - first);
        customers.extend(
            office.run(move |tx, cx| cards::issue(tx, cx, id, method, first..first + count))?,
        );
        if customers.len().is_multiple_of(20 * CHUNK) || customers.len() == contracts {
            progress.say(format!("seeded {} of {contracts} contracts", customers.len()));
        }
    }
    let events = sequence_all(&office, id)?;
    progress.say(format!("sequenced {events} audit events"));
    Ok(Seeds { folder: folder.to_owned(), institution: id, clients, customers, method })
}

/// Puts `count` tokens nobody uses beside those of the customers, found by their serials like any
/// other. They have been there for long: nothing in the audit log speaks of them.
pub fn stock(seeds: &Seeds, count: usize, progress: &Progress) -> Result<()> {
    let key = read_keyring(&seeds.folder.join(KEYRING))?;
    let office = Office::open(&Options::at(seeds.folder.join(DATABASE)), &key)?;
    let (mut made, id) = (0, seeds.institution);
    while made < count {
        let more = STOCK_CHUNK.min(count - made);
        office.run(move |tx, cx| tokens::stock(tx, cx, id, more))?;
        made += more;
        if made.is_multiple_of(20 * STOCK_CHUNK) || made == count {
            progress.say(format!("seeded {made} of {count} tokens"));
        }
    }
    Ok(())
}

/// Gives all events their positions, as the server's worker would; returns how many there are.
pub fn sequence_all(office: &Office, institution: InstitutionId) -> Result<u64> {
    let key =
        office.run(move |tx, cx| keys::open(tx, cx.platform, institution, keys::KeyUse::Audit))?;
    loop {
        let key = key.clone();
        let run = office.run(move |tx, cx| {
            let name = audit::origin(&cx.institution(institution));
            let signer = NoteSigner::new(&name, &key).expect("a slug makes a good name");
            let waiting = Waiting::read(tx, institution, RUN_MAX)?;
            sequence(tx, cx, &signer, &waiting)
        })?;
        if run.count == 0 {
            return Ok(run.size);
        }
    }
}

#[cfg(test)]
mod tests {
    use sekisho_app::contract;
    use sekisho_domain::contract::ContractState;

    use super::*;

    #[test]
    fn a_bank_is_made_whose_cards_we_can_read() {
        let folder =
            std::env::temp_dir().join(format!("sekisho-bench-seed-{}", std::process::id()));
        let mut told = Vec::new();
        let seeds = make(&folder, 3, MethodKind::CustomerCard, &Progress::new(&mut told));
        let seeds = seeds.expect("made");
        assert_eq!(seeds.customers.len(), 3);
        let key = bank::read_keyring(&folder.join(KEYRING)).expect("a keyring");
        let office = Office::open(&Options::at(folder.join(DATABASE)), &key).expect("open");
        let (institution, customer) = (seeds.institution, seeds.customers[2].contract);
        let found = office.run(move |tx, _| contract::find(tx, institution, customer));
        assert_eq!(found.expect("found").state, ContractState::Active);
        drop(office);
        fs::remove_dir_all(folder).expect("the folder is ours");
    }
}
