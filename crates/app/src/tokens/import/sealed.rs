//! The file of an import and its key, sealed to the job until it has ended.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use sekisho_domain::id::{InstitutionId, JobId};
use sekisho_domain::pskc::Protection;
use sekisho_domain::secret::Sealed;

use crate::context::Context;
use crate::tx::{Facets, Query, Record, StoreError, Table, Tx};

/// Bytes in one row: a file of many tokens does not fit one.
const PIECE: usize = 1 << 20;
/// Rows of one job, at most: a file of 64 MiB and its key.
const PIECES_MAX: u32 = 70;

/// What is sealed.
#[derive(Clone, Copy)]
pub(super) enum Bytes {
    File,
    Key,
}

/// A piece of it.
#[derive(Clone, Serialize, Deserialize)]
struct Piece {
    job: JobId,
    institution: InstitutionId,
    name: String,
    sealed: Sealed,
}

impl Record for Piece {
    const TABLE: Table = Table::File;
    type Key = String;
    fn key(&self) -> String {
        key(self.job, &self.name)
    }
    fn facets(&self) -> Facets {
        let (institution, owner) = (self.institution.to_string(), self.job.to_string());
        Facets { institution, owner, ..Facets::default() }
    }
}

fn key(job: JobId, name: &str) -> String {
    format!("{job}/{name}")
}

impl Bytes {
    const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Key => "key",
        }
    }

    /// Seals `plain` to the job.
    pub(super) fn seal(
        self,
        tx: &mut Tx,
        cx: &mut Context,
        (institution, job): (InstitutionId, JobId),
        plain: &[u8],
    ) -> Result<(), StoreError> {
        // An empty file is one piece, too.
        let pieces = plain.chunks(PIECE).chain(plain.is_empty().then_some(plain));
        for (nth, piece) in pieces.enumerate() {
            let name = format!("{}-{nth:05}", self.word());
            let owner = key(job, &name);
            let sealed = cx.platform.keyring.seal(owner.as_bytes(), piece, cx.moment);
            tx.put(Piece { job, institution, name, sealed })?;
        }
        Ok(())
    }

    /// What was sealed to the job.
    pub(super) fn open(
        self,
        tx: &mut Tx,
        cx: &Context,
        job: JobId,
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let mut plain = Zeroizing::new(Vec::new());
        for piece in pieces(tx, job)?.iter().filter(|piece| piece.name.starts_with(self.word())) {
            let opened = cx.platform.keyring.open(piece.key().as_bytes(), &piece.sealed);
            let lost = |_| StoreError::Corrupt(format!("a piece of {job} cannot be opened"));
            plain.extend_from_slice(opened.map_err(lost)?.expose());
        }
        Ok(plain)
    }
}

fn pieces(tx: &mut Tx, job: JobId) -> Result<Vec<Piece>, StoreError> {
    let owner = Some(job.to_string());
    tx.list(&Query { owner, limit: PIECES_MAX, ..Query::all(Table::File) })
}

/// Forgets file and key of a job.
pub(super) fn wipe(tx: &mut Tx, job: JobId) -> Result<(), StoreError> {
    for piece in pieces(tx, job)? {
        tx.forget(Table::File, &piece.key())?;
    }
    Ok(())
}

const PLAIN: u8 = 0;
const AES: u8 = 1;
const PASSPHRASE: u8 = 2;

/// A key as it is sealed.
pub(super) fn to_bytes(key: &Protection) -> Zeroizing<Vec<u8>> {
    let (kind, bytes) = match key {
        Protection::Plain => (PLAIN, &[][..]),
        Protection::Key(bytes) => (AES, bytes.as_slice()),
        Protection::Passphrase(text) => (PASSPHRASE, text.as_bytes()),
    };
    Zeroizing::new([&[kind], bytes].concat())
}

/// A key as it was sealed.
pub(super) fn from_bytes(bytes: &[u8]) -> Result<Protection, StoreError> {
    let corrupt = || StoreError::Corrupt("the key of an import cannot be read".to_owned());
    match bytes.split_first().ok_or_else(corrupt)? {
        (&PLAIN, []) => Ok(Protection::Plain),
        (&AES, key) => Protection::key(key.to_vec()).ok_or_else(corrupt),
        (&PASSPHRASE, text) => {
            let text = str::from_utf8(text).map_err(|_| corrupt())?;
            Ok(Protection::Passphrase(Zeroizing::new(text.to_owned())))
        }
        _ => Err(corrupt()),
    }
}
