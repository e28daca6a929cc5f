//! The demo's folder: made the first time, kept over restarts, made anew by `--fresh`.

use std::fs;
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sekisho_app::client::{self, NewClient};
use sekisho_app::keys;
use sekisho_app::tx::{Query, Table};
use sekisho_bank::{ClientCredentials, Secret as BankSecret};
use sekisho_domain::client::{Profile, Scope};
use sekisho_domain::event::Actor;
use sekisho_domain::id::InstitutionId;
use sekisho_domain::institution::Institution;
use sekisho_domain::moment::Moment;
use sekisho_domain::secret::Secret;
use sekisho_server::clock::{self, Clock};
use sekisho_server::config::{Config, Encryption};
use sekisho_server::installation::Installation;
use sekisho_server::institution_file::InstitutionFile;
use sekisho_server::keyring_file::KeyringFile;

use crate::Ports;
use crate::folder::{Claim, MARK};
use crate::seeds::{self, HistoryClock};

const INSTITUTION_FILE: &str = include_str!("../institutions/kaku.toml");

/// Why the demo could not be set up, in a sentence for whoever started it.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotSetUp(String);

impl NotSetUp {
    fn because(what: &str) -> impl FnOnce(&dyn std::fmt::Display) -> Self {
        move |why| Self(format!("{what}: {why}"))
    }
}

macro_rules! told {
    ($what:literal, $outcome:expr) => {
        $outcome.map_err(|why| NotSetUp::because($what)(&why))
    };
}

/// The demo's folder and what is known of it.
pub struct Home {
    /// The folder.
    pub folder: PathBuf,
    /// Nobody else works in it meanwhile.
    _claim: Claim,
    /// sekisho's configuration.
    pub config: Config,
    /// The bank's front end.
    pub front: ClientCredentials,
    /// The bank's booking system.
    pub core: ClientCredentials,
}

impl Home {
    /// Opens the folder; when it is empty, makes everything and lives through the seeds.
    pub fn open(
        folder: &Path,
        ports: &Ports,
        fresh: bool,
        mut tell: impl FnMut(&str),
    ) -> Result<Self, NotSetUp> {
        let claim = Claim::take(folder, fresh).map_err(|why| NotSetUp(why.to_string()))?;
        told!("the demo's folder could not be made", fs::create_dir_all(folder.join("post")))?;
        let config = config(folder, ports);
        let ready = folder.join("ready");
        if !ready.exists() {
            tell("First start: thirty customers live through seven months. This takes a moment.");
            clear(folder).map_err(|why| {
                NotSetUp::because("an unfinished demo could not be removed")(&why)
            })?;
            make(folder, &config, ports, &mut tell)?;
            told!("the demo's folder cannot be written", fs::write(&ready, "1"))?;
        }
        kept_ports(folder, ports)?;
        let front = credentials(folder, "front")?;
        let core = credentials(folder, "core")?;
        Ok(Self { folder: folder.to_owned(), _claim: claim, config, front, core })
    }
}

/// Refuses other ports than the demo was made for: sekisho sends customers back to the addresses
/// that the bank registered, and to no others.
fn kept_ports(folder: &Path, ports: &Ports) -> Result<(), NotSetUp> {
    let text = told!(
        "the demo's configuration is gone; start with --fresh",
        fs::read_to_string(folder.join("sekisho.toml"))
    )?;
    if text.contains(&listening(ports)) {
        return Ok(());
    }
    let folder = folder.display();
    Err(NotSetUp(format!(
        "the demo in {folder} was made for other ports ({folder}/sekisho.toml names the first): \
         start it with the same --port, a second one with --folder, or start over with --fresh"
    )))
}

/// The line of the configuration that tells the ports.
fn listening(ports: &Ports) -> String {
    format!("listen = \"127.0.0.1:{}\"", ports.sekisho)
}

/// Removes what a first start that was broken off has left.
fn clear(folder: &Path) -> io::Result<()> {
    for name in [
        "sekisho.db",
        "sekisho.db-wal",
        "sekisho.db-shm",
        "bank.db",
        "bank.db-wal",
        "bank.db-shm",
        "keyring.toml",
    ] {
        let path = folder.join(name);
        if path.exists() {
            fs::remove_file(path)?;
        }
    }
    fs::remove_dir_all(folder.join("post"))?;
    fs::create_dir_all(folder.join("post"))
}

fn config(folder: &Path, ports: &Ports) -> Config {
    let mut config = Config::default();
    config.server.listen = (Ipv4Addr::LOCALHOST, ports.sekisho).into();
    config.server.public_url = format!("http://127.0.0.1:{}", ports.sekisho);
    config.server.sandbox = ports.sandbox;
    config.database.path = folder.join("sekisho.db");
    config.keyring.file = folder.join("keyring.toml");
    config.institutions.folder = folder.join("institutions");
    config.mail.host = Some("127.0.0.1".to_owned());
    config.mail.port = ports.mail;
    config.mail.encryption = Encryption::None;
    config
}

fn make(
    folder: &Path,
    config: &Config,
    ports: &Ports,
    tell: &mut impl FnMut(&str),
) -> Result<(), NotSetUp> {
    let key = Secret::new(clock::entropy::<32>());
    told!("the keyring could not be made", KeyringFile::create(&config.keyring.file, key))?;
    let options = sekisho_store::Options::at(&config.database.path);
    told!("the database could not be made", sekisho_store::migrate::migrate(&options))?;
    told!("the demo's folder cannot be written", write_files(folder, config, ports))?;
    let machine = Clock::of_the_machine();
    let history = HistoryClock::ending(machine.now());
    let installation =
        Installation::open_by(config.clone(), Arc::clone(&machine), history.for_store());
    let installation = told!("the installation could not be opened", installation)?;
    history.days_ago(215);
    let id =
        told!("the institution could not be registered", register(&installation, folder, ports))?;
    let office = installation.office(Actor::Operator("demo".to_owned()));
    let office = told!("the installation could not be opened", office)?;
    let (chance, post) = (clock::chance(), folder.join("post"));
    let lived = seeds::live(
        office,
        Arc::clone(&installation.hashing),
        history,
        chance,
        (id, &post),
        |done, total| {
            tell(&format!("  {done} of {total} chapters"));
        },
    );
    told!("the seeds could not be lived", lived)
}

fn write_files(folder: &Path, config: &Config, ports: &Ports) -> io::Result<()> {
    let institutions = &config.institutions.folder;
    fs::create_dir_all(institutions)?;
    fs::write(institutions.join("kaku.toml"), INSTITUTION_FILE)?;
    let text = format!(
        "{MARK}, for the command line: sekisho --config {name}\n\
         version = 1\n\n[server]\n{listening}\n\
         public_url = \"http://127.0.0.1:{sekisho}\"\nsandbox = {sandbox}\n\n\
         [database]\npath = \"sekisho.db\"\n\n[keyring]\nfile = \"keyring.toml\"\n\n\
         [institutions]\nfolder = \"institutions\"\n\n\
         [mail]\nhost = \"127.0.0.1\"\nport = {mail}\nencryption = \"none\"\n",
        name = "sekisho.toml",
        listening = listening(ports),
        sekisho = ports.sekisho,
        sandbox = ports.sandbox,
        mail = ports.mail,
    );
    fs::write(folder.join("sekisho.toml"), text)
}

fn register(
    installation: &Installation,
    folder: &Path,
    ports: &Ports,
) -> Result<InstitutionId, Box<dyn std::error::Error + Send + Sync>> {
    let file = InstitutionFile::parse(&folder.join("institutions/kaku.toml"), INSTITUTION_FILE)?;
    let office = installation.office(Actor::Operator("demo".to_owned()))?;
    let mut chance = clock::chance();
    let id = InstitutionId::make(&mut Moment::new(installation.clock.now(), &mut chance));
    let institution = file.institution(id);
    office.run(move |tx, _| Ok(tx.put(institution.clone())?))?;
    office.refresh()?;
    office.run(move |tx, cx| keys::create(tx, cx, id))?;
    let bank = format!("http://127.0.0.1:{}", ports.bank);
    let front = [Scope::Openid, Scope::Contract, Scope::Methods, Scope::ApprovalsWrite];
    let core = [Scope::ApprovalsRead, Scope::ApprovalsConsume];
    add_client(&office, folder, "front", new_client(id, "front", &front, &bank))?;
    add_client(&office, folder, "core", new_client(id, "core", &core, &bank))?;
    Ok(id)
}

fn new_client(institution: InstitutionId, name: &str, scopes: &[Scope], bank: &str) -> NewClient {
    NewClient {
        institution: Some(institution),
        name: format!("架空信用金庫 {name}"),
        profile: Profile::Baseline,
        scopes: scopes.to_vec(),
        jwks: None,
        certificates: Vec::new(),
        redirect_uris: vec![format!("{bank}/sign-in/return")],
        return_urls: vec![format!("{bank}/transfers/return")],
        post_logout_uris: vec![format!("{bank}/signed-out")],
        addresses: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
        signs_in: name == "front",
    }
}

fn add_client(
    office: &sekisho_server::office::Office,
    folder: &Path,
    name: &str,
    new: NewClient,
) -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let made = office.run(move |tx, cx| client::register(tx, cx, new.clone()))?;
    let secret = made.secret.expect("a baseline client has a secret");
    fs::write(folder.join(format!("{name}.client")), format!("{}\n{secret}\n", made.client.id))?;
    Ok(())
}

fn credentials(folder: &Path, name: &str) -> Result<ClientCredentials, NotSetUp> {
    let text = told!(
        "the bank's credentials are gone; start with --fresh",
        fs::read_to_string(folder.join(format!("{name}.client")))
    )?;
    let mut lines = text.lines();
    let (Some(id), Some(secret)) = (lines.next(), lines.next()) else {
        return Err(NotSetUp("the bank's credentials are broken; start with --fresh".to_owned()));
    };
    Ok(ClientCredentials { client_id: id.to_owned(), client_secret: BankSecret::new(secret) })
}

/// The demo's one institution.
pub fn institution(installation: &Installation) -> Result<InstitutionId, NotSetUp> {
    let office = told!("the installation could not be opened", installation.office(Actor::System))?;
    let found = office.look(|tx, _| Ok(tx.list::<Institution>(&Query::all(Table::Institution))?));
    let found = told!("the institution could not be read", found)?;
    found
        .first()
        .map(|known| known.id)
        .ok_or_else(|| NotSetUp("no institution; start with --fresh".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_demo_goes_on_with_the_ports_it_was_made_for() {
        let folder = Scratch::new("ports");
        let made_for = Ports::from(9080, false);
        write_files(&folder.0, &config(&folder.0, &made_for), &made_for).expect("written");
        kept_ports(&folder.0, &made_for).expect("the same");
        for other in [908, 8080] {
            let refused = kept_ports(&folder.0, &Ports::from(other, false)).expect_err("others");
            assert!(refused.to_string().contains("the same --port"), "{refused}");
        }
    }
}
