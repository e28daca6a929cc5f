//! Keeps the deadlines of the post: lost in the mail, never switched to, reminders (domain.md
//! §2.4).

use sekisho_app::batch::deadlines;
use sekisho_app::error::Error;
use sekisho_domain::id::InstitutionId;

use crate::office::Office;

/// Orders looked at in one transaction.
const CHUNK: u32 = 200;

/// One round over all orders on their way.
pub(super) fn round(office: &Office) -> Result<(), Error> {
    for institution in office.platform.institutions().iter() {
        keep(office, institution.id)?;
    }
    Ok(())
}

fn keep(office: &Office, institution: InstitutionId) -> Result<(), Error> {
    let mut after = None;
    loop {
        let page = office.look(move |tx, cx| deadlines::due(tx, cx, institution, after, CHUNK))?;
        for due in page.due {
            office.run(move |tx, cx| deadlines::settle(tx, cx, institution, due.order))?;
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}
