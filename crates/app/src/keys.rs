//! What an institution signs with: made once, sealed at rest, opened where something is signed.

use serde::{Deserialize, Serialize};

use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::moment::Moment;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::{Sealed, Secret};
use sekisho_domain::time::Timestamp;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::platform::Platform;
use crate::tx::{Facets, Record, StoreError, Table, Tx};

/// What a key signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyUse {
    /// Heads of the audit log (Ed25519).
    Audit,
    /// What clients are told about sign-ins, consumptions and batches (ES256).
    Statements,
}

impl KeyUse {
    /// Every use there is.
    pub const ALL: [Self; 2] = [Self::Audit, Self::Statements];

    /// The word in keys and events.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Statements => "statements",
        }
    }
}

/// A signing key at rest.
#[derive(Clone, Serialize, Deserialize)]
pub struct SigningKey {
    /// Whose key.
    pub institution: InstitutionId,
    /// What it signs.
    pub signs: KeyUse,
    /// 32 bytes of chance, sealed to the institution and the use.
    pub sealed: Sealed,
    /// When it was made.
    pub made_at: Timestamp,
}

impl SigningKey {
    fn place(institution: InstitutionId, signs: KeyUse) -> String {
        format!("{institution}/{}", signs.word())
    }
}

impl Record for SigningKey {
    const TABLE: Table = Table::SigningKey;
    type Key = String;
    fn key(&self) -> String {
        Self::place(self.institution, self.signs)
    }
    fn facets(&self) -> Facets {
        let institution = self.institution.to_string();
        Facets { institution, state: self.signs.word(), ..Facets::default() }
    }
}

/// Makes the keys that an institution lacks; those it has stay.
pub fn create(tx: &mut Tx, cx: &mut Context, institution: InstitutionId) -> Result<(), Error> {
    for signs in KeyUse::ALL {
        if tx.load::<SigningKey>(&SigningKey::place(institution, signs))?.is_some() {
            continue;
        }
        let seed = seed(cx.moment);
        let owner = owner(institution, signs);
        let sealed = cx.platform.keyring.seal(&owner, seed.expose(), cx.moment);
        tx.put(SigningKey { institution, signs, sealed, made_at: cx.now() })?;
        let subject = Subject::new("institution", institution);
        let event = Event::new("institution.key_made", subject).with("key", signs.word());
        cx.note(tx, institution, None, &event);
    }
    Ok(())
}

/// The key of an institution, to be kept in memory no longer than it signs; `not_found` when none
/// was made.
pub fn open(
    tx: &mut Tx,
    platform: &Platform,
    institution: InstitutionId,
    signs: KeyUse,
) -> Result<Secret<[u8; 32]>, Error> {
    let kept = tx.load::<SigningKey>(&SigningKey::place(institution, signs))?;
    let kept = kept.or_refuse(Refusal::NotFound)?;
    let bytes = platform.keyring.open(&owner(institution, signs), &kept.sealed)?;
    let seed = bytes.expose().as_slice().try_into();
    Ok(Secret::new(seed.expect("32 bytes were sealed")))
}

/// Whether the keyring opens what an institution has sealed; it does when nothing is sealed yet.
pub fn fit(
    tx: &mut Tx,
    platform: &Platform,
    institution: InstitutionId,
) -> Result<bool, StoreError> {
    let signs = KeyUse::Audit;
    let kept = tx.load::<SigningKey>(&SigningKey::place(institution, signs))?;
    let opens =
        |kept: SigningKey| platform.keyring.open(&owner(institution, signs), &kept.sealed).is_ok();
    Ok(kept.is_none_or(opens))
}

fn owner(institution: InstitutionId, signs: KeyUse) -> Vec<u8> {
    [&institution.to_bytes()[..], signs.word().as_bytes()].concat()
}

/// As a number below 2²⁵⁵ and not zero it is a private key of P-256 too.
fn seed(moment: &mut Moment) -> Secret<[u8; 32]> {
    loop {
        let mut seed: [u8; 32] = moment.bytes();
        seed[0] &= 0x7f;
        if seed != [0; 32] {
            return Secret::new(seed);
        }
    }
}
