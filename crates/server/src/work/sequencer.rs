//! Gives events their positions in the audit tree and signs its heads (house.md §5).

use sekisho_app::audit;
use sekisho_app::error::Error;
use sekisho_app::keys::{self, KeyUse};
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
    while sequence(office, institution)? > 0 {}
    Ok(())
}

fn sequence(office: &Office, institution: InstitutionId) -> Result<u64, Error> {
    office.run(move |tx, cx| {
        let seed = keys::open(tx, cx.platform, institution, KeyUse::Audit)?;
        let name = audit::origin(&cx.institution(institution));
        let signer = NoteSigner::new(&name, &seed).expect("a slug makes a good name");
        let done =
            audit::sequence::sequence(tx, cx, institution, &signer, audit::sequence::RUN_MAX)?;
        Ok(done.count)
    })
}
