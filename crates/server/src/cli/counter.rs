//! Where every command of the office begins: the installation is opened, the operator is named, the
//! institution and the contract are found.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::{StoreError, Tx};
use sekisho_app::{contract, credential, otp};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::Credential;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId, TokenId};
use sekisho_domain::institution::Institution;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::serial::Serial;
use sekisho_domain::text::LoginId;
use sekisho_domain::time::Timestamp;
use sekisho_domain::token::Token;

use super::{Desk, Failure};
use crate::installation::Installation;
use crate::office::Office;
use crate::work;

/// An open installation, and the office for what the operator does.
pub(super) struct Counter {
    pub(super) installation: Installation,
    pub(super) office: Office,
}

/// Whose customers a command is about.
#[derive(Debug, Args)]
pub(super) struct Whose {
    /// The institution, by its short name; may be left out where there is only one
    #[arg(long, value_name = "SLUG")]
    pub(super) institution: Option<String>,
}

impl Desk<'_> {
    /// Opens the installation for whoever called.
    pub(super) fn counter(&self) -> Result<Counter, Failure> {
        let installation = Installation::open(self.config()?)?;
        let office = installation.office(Actor::Operator(self.operator.clone()))?;
        Ok(Counter { installation, office })
    }
}

impl Counter {
    pub(super) fn now(&self) -> Timestamp {
        self.installation.clock.now()
    }

    /// The institution that is meant.
    pub(super) fn institution(&self, whose: &Whose) -> Result<Arc<Institution>, Failure> {
        let all = self.office.platform.institutions();
        let slugs = || all.iter().map(|known| known.slug.as_str()).collect::<Vec<_>>().join(", ");
        let unfit = |sentence: String| Err(Failure::Unfit(sentence));
        match (&whose.institution, &all[..]) {
            (_, []) => unfit(
                "no institution is registered: `sekisho institution apply FILE` registers one"
                    .into(),
            ),
            (None, [only]) => Ok(Arc::clone(only)),
            (None, _) => unfit(format!("say which with --institution: {}", slugs())),
            (Some(slug), all) => match all.iter().find(|known| known.slug == *slug) {
                Some(found) => Ok(Arc::clone(found)),
                None => unfit(format!("`{slug}` is not registered; there are: {}", slugs())),
            },
        }
    }

    /// The contract called by its login id, as people type it, or by our id.
    pub(super) fn contract(
        &self,
        institution: &Institution,
        named: &str,
    ) -> Result<Contract, Failure> {
        let (whose, form) = (institution.id, institution.policy(self.now()).login.identifier);
        let missing = Error::Refused(Refusal::NoSuchContract);
        if let Ok(id) = ContractId::parse(named) {
            return Ok(self.office.look(move |tx, _| contract::find(tx, whose, id))?);
        }
        let login_id = LoginId::typed(named, form).ok_or_else(|| missing.clone())?;
        let found = self.office.look(move |tx, _| contract::by_login_id(tx, whose, &login_id))?;
        Ok(found.ok_or(missing)?)
    }

    /// The card called by its printed number, as people type it, or by our id.
    pub(super) fn credential(
        &self,
        institution: &Institution,
        named: &str,
    ) -> Result<Credential, Failure> {
        let whose = institution.id;
        if let Ok(id) = CredentialId::parse(named) {
            return Ok(self.office.look(move |tx, _| credential::find(tx, whose, id))?);
        }
        let Ok(number) = named.parse() else {
            let sentence = format!(
                "`{named}` is no card number: nine digits as on the card, the last one a check \
                 digit"
            );
            return Err(Failure::Unfit(sentence));
        };
        Ok(self.office.look(move |tx, _| credential::by_card_number(tx, whose, number))?)
    }

    /// The token called by its serial, as people type it, or by our id.
    pub(super) fn token(&self, institution: &Institution, named: &str) -> Result<Token, Failure> {
        let whose = institution.id;
        if let Ok(id) = TokenId::parse(named) {
            return Ok(self.office.look(move |tx, _| otp::find(tx, whose, id))?);
        }
        let Ok(serial) = named.parse::<Serial>() else {
            let sentence = format!("`{named}` is no serial: 4 to 32 of 0-9 and A-Z");
            return Err(Failure::Unfit(sentence));
        };
        let found = self.office.look(move |tx, _| otp::by_serial(tx, whose, &serial))?;
        let unknown = || format!("no token of this institution has the serial `{named}`");
        found.ok_or_else(|| Failure::Unfit(unknown()))
    }

    /// Runs a use case that writes, and gives what it wrote its place in the audit log at once:
    /// where no server runs, nobody else does.
    pub(super) fn run<T: Send + 'static>(
        &self,
        institution: InstitutionId,
        f: impl FnMut(&mut Tx, &mut Context) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Failure> {
        let done = self.office.run(f)?;
        self.sequence(institution)?;
        Ok(done)
    }

    /// Gives events of an institution that wait their places in its audit log.
    pub(super) fn sequence(&self, institution: InstitutionId) -> Result<(), Failure> {
        match work::sequencer::all(&self.office, institution) {
            // A server is doing the same at this moment; it will come to these events too.
            Err(Error::Store(StoreError::Busy | StoreError::Conflict)) => Ok(()),
            done => Ok(done?),
        }
    }
}

/// Reads a file the operator named.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    fs::read(path).map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// Writes a file the operator named; what stood there before is replaced.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|error| Failure::File { path: path.to_owned(), error })
}

/// A file of lines that is written bit by bit.
pub(super) struct Lines {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Lines {
    /// Begins the file; what stood there before is replaced.
    pub(super) fn create(path: &Path) -> Result<Self, Failure> {
        let file = File::create(path);
        let file = file.map_err(|error| Failure::File { path: path.to_owned(), error })?;
        Ok(Self { path: path.to_owned(), file: BufWriter::new(file) })
    }

    /// Writes a line.
    pub(super) fn write(&mut self, line: &str) -> Result<(), Failure> {
        let written = writeln!(self.file, "{line}");
        written.map_err(|error| Failure::File { path: self.path.clone(), error })
    }

    /// Ends the file; only then all of it is on the disk.
    pub(super) fn finish(mut self) -> Result<(), Failure> {
        let ended = self.file.flush().and_then(|()| self.file.get_ref().sync_all());
        ended.map_err(|error| Failure::File { path: self.path, error })
    }
}
