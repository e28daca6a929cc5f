//! The files of a sealed batch, encrypted to those who need them, until the batch is reconciled
//! (api.md §5.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::{BatchId, FileId, InstitutionId};
use sekisho_domain::refusal::Refusal;

use super::{find, must};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::{Facets, Query, Record, StoreError, Table, Tx};

/// Bytes in one row: a file of a large batch does not fit one.
const PART: usize = 1 << 20;

/// Files of one batch, at most.
const FILES_MAX: u32 = 20;

/// A file of a batch, without what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeFile {
    /// Its id.
    pub id: FileId,
    /// The batch.
    pub batch: BatchId,
    /// Whose.
    pub institution: InstitutionId,
    /// Its name, the same as in the manifest.
    pub name: String,
    /// How long it is.
    pub bytes: u64,
    /// SHA-256 of what is in it, in hex.
    pub sha256: String,
    parts: usize,
}

impl Record for MadeFile {
    const TABLE: Table = Table::File;
    type Key = FileId;
    fn key(&self) -> FileId {
        self.id
    }
    fn facets(&self) -> Facets {
        let (institution, owner) = (self.institution.to_string(), self.batch.to_string());
        Facets { institution, owner, ..Facets::default() }
    }
}

/// A piece of what is in a file.
#[derive(Clone, Serialize, Deserialize)]
struct Part {
    file: FileId,
    institution: InstitutionId,
    nth: usize,
    /// Base64.
    bytes: String,
}

fn part_key(file: FileId, nth: usize) -> String {
    format!("{file}/{nth:05}")
}

impl Record for Part {
    const TABLE: Table = Table::File;
    type Key = String;
    fn key(&self) -> String {
        part_key(self.file, self.nth)
    }
    fn facets(&self) -> Facets {
        let (institution, owner) = (self.institution.to_string(), self.file.to_string());
        Facets { institution, owner, ..Facets::default() }
    }
}

/// Keeps a file of a batch: encrypted already, for nobody here may read it.
pub fn keep(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    name: String,
    encrypted: &[u8],
) -> Result<MadeFile, Error> {
    let id = FileId::make(cx.moment);
    let sha256 = sekisho_domain::digest::hex(&Sha256::digest(encrypted));
    let (bytes, parts) = (encrypted.len() as u64, encrypted.chunks(PART).len());
    for (nth, piece) in encrypted.chunks(PART).enumerate() {
        tx.put(Part { file: id, institution, nth, bytes: STANDARD_NO_PAD.encode(piece) })?;
    }
    let file = MadeFile { id, batch, institution, name, bytes, sha256, parts };
    tx.put(file.clone())?;
    Ok(file)
}

/// The files of a batch; none before it is sealed and none after it is reconciled.
pub fn list(tx: &mut Tx, batch: BatchId) -> Result<Vec<MadeFile>, StoreError> {
    let owner = Some(batch.to_string());
    tx.list(&Query { owner, limit: FILES_MAX, ..Query::all(Table::File) })
}

/// A file and what is in it. That it was read stands in the audit log.
pub fn read(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    id: FileId,
) -> Result<(MadeFile, Vec<u8>), Error> {
    let batch = find(tx, institution, batch)?;
    let found = tx.load::<MadeFile>(&id)?.filter(|file| file.batch == batch.id);
    let file = found.or_refuse(Refusal::NotFound)?;
    let mut bytes = Vec::new();
    for nth in 0..file.parts {
        let part = must::<Part>(tx, &part_key(id, nth))?;
        let piece = STANDARD_NO_PAD.decode(&part.bytes);
        bytes.extend(piece.map_err(|e| StoreError::Corrupt(format!("{id}: {e}")))?);
    }
    let event = Event::new("batch.file_read", Subject::new("batch", batch.id));
    let event = event.with("file", id.to_string()).with("name", file.name.as_str());
    cx.note(tx, institution, None, &event);
    Ok((file, bytes))
}

/// Forgets the files of a batch: nobody needs them any more.
pub fn forget_all(tx: &mut Tx, batch: BatchId) -> Result<(), StoreError> {
    for file in list(tx, batch)? {
        for nth in 0..file.parts {
            tx.forget(Table::File, &part_key(file.id, nth))?;
        }
        tx.forget(Table::File, &file.id)?;
    }
    Ok(())
}
