//! Gives events their positions in the audit tree and signs its heads (house.md §5).

use sekisho_app::audit;
use sekisho_app::audit::sequence::{self, RUN_MAX, Waiting};
use sekisho_app::error::Error;
use sekisho_app::keys::{self, KeyUse};
use sekisho_app::tx::StoreError;
use sekisho_domain::id::InstitutionId;
use sekisho_domain::note::NoteSigner;

use crate::office::Office;

/// One round over all institutions.
pub(super) fn round(office: &Office) -> Result<(), Error> {
    office.refresh()?;
    for institution in office.platform.institutions().iter() {
        all(office, institution.id)?;
    }
    Ok(())
}

/// Gives all events of an institution that wait their positions.
pub(crate) fn all(office: &Office, institution: InstitutionId) -> Result<(), Error> {
    loop {
        match sequence(office, institution) {
            Ok(0) => return Ok(()),
            // Another sequencer was before us; what it left is still ours.
            Ok(_) | Err(Error::Store(StoreError::Conflict)) => {}
            Err(error) => return Err(error),
        }
    }
}

fn sequence(office: &Office, institution: InstitutionId) -> Result<u64, Error> {
    let waiting = office.look(move |tx, _| Waiting::read(tx, institution, RUN_MAX))?;
    office.run(move |tx, cx| {
        let seed = keys::open(tx, cx.platform, institution, KeyUse::Audit)?;
        let name = audit::origin(&cx.institution(institution));
        let signer = NoteSigner::new(&name, &seed).expect("a slug makes a good name");
        Ok(sequence::sequence(tx, cx, &signer, &waiting)?.count)
    })
}
