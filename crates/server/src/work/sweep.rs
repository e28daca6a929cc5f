//! Ends what has run out: approvals, sessions, token issues, registrations of apps, kept replies,
//! access.

use sekisho_app::error::Error;
use sekisho_app::{approval, grant, once, procedure, proposal, provision, session};

use crate::office::Office;

/// Things ended in one transaction.
const CHUNK: u32 = 100;

/// One round; goes on while there is a full chunk of something.
pub(super) fn round(office: &Office) -> Result<(), Error> {
    while office.run(|tx, cx| approval::expire_due(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| session::end_idle(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| proposal::expire_due(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| procedure::sweep(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| provision::sweep_registrations(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| provision::sweep_issues(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| once::sweep(tx, cx, CHUNK))? == CHUNK as usize {}
    while office.run(|tx, cx| grant::sweep(tx, cx, CHUNK))? == CHUNK as usize {}
    Ok(())
}
