//! Keeps the deadlines of the post: lost in the mail, never switched to, reminders (domain.md
//! §2.4); and those of hardware tokens: reminders before the last day, the end after it (§2.6).

use sekisho_app::batch::deadlines;
use sekisho_app::error::Error;
use sekisho_app::tokens::expiry;
use sekisho_domain::id::InstitutionId;

use crate::office::Office;

/// Orders, or tokens, looked at in one transaction.
const CHUNK: u32 = 200;

/// One round over all orders on their way.
pub(super) fn round(office: &Office) -> Result<(), Error> {
    for institution in office.platform.institutions().iter() {
        keep(office, institution.id)?;
    }
    tokens(office)
}

/// Looks at every token that is due; each is due later after it.
fn tokens(office: &Office) -> Result<(), Error> {
    loop {
        let due = office.look(|tx, cx| Ok(expiry::due(tx, cx, CHUNK)?))?;
        for token in &due {
            let token = *token;
            office.run(move |tx, cx| expiry::settle(tx, cx, token))?;
        }
        if due.len() < CHUNK as usize {
            return Ok(());
        }
    }
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
