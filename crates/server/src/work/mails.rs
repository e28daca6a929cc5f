//! Sends the mails of notices: at least once each, under the same number, to every registered
//! address.

use std::collections::BTreeSet;

use sekisho_app::error::Error;
use sekisho_app::tx::{Query, Table, Tx};
use sekisho_domain::contract::Contract;
use sekisho_domain::id::NoticeId;
use sekisho_domain::institution::Institution;
use sekisho_domain::notice::{Mailing, PostedNotice};
use sekisho_web::Lang;
use sekisho_web::mail::{self, Recipient};

use crate::mailer::{Envelope, MailError, Mailer};
use crate::office::Office;

/// Mails taken up in one look.
const CHUNK: u32 = 50;

/// One round over the mails that are due.
pub(super) fn round(office: &Office, mailer: &Mailer) -> Result<(), Error> {
    loop {
        let due = office.look(|tx, cx| due(tx, cx.now().millis()))?;
        let full = due.len() == CHUNK as usize;
        for (notice, contract) in due {
            let sent = send(office, mailer, &notice, &contract);
            settle(office, notice.id, sent)?;
        }
        if !full {
            return Ok(());
        }
    }
}

fn due(tx: &mut Tx, now: i64) -> Result<Vec<(PostedNotice, Contract)>, Error> {
    let query =
        Query { states: vec!["due"], due_by: Some(now), limit: CHUNK, ..Query::all(Table::Notice) };
    let notices = tx.list::<PostedNotice>(&query)?;
    let mut due = Vec::with_capacity(notices.len());
    for notice in notices {
        if let Some(contract) = tx.load::<Contract>(&notice.contract)? {
            due.push((notice, contract));
        }
    }
    Ok(due)
}

/// What became of the mails of one notice.
enum Sent {
    ToAll,
    NoAddress,
    Later,
}

fn send(office: &Office, mailer: &Mailer, notice: &PostedNotice, contract: &Contract) -> Sent {
    let addresses: BTreeSet<&String> =
        contract.person.mails.iter().chain(&notice.also_to).collect();
    if addresses.is_empty() {
        return Sent::NoAddress;
    }
    let institution = office.platform.institution(notice.institution);
    let institution = institution.expect("a notice belongs to a registered institution");
    let stop_code = office.platform.stop_code(contract.id);
    let to = Recipient { contract, institution: &institution, stop_code: &stop_code };
    let written = mail::render(notice, to, Lang::Ja);
    let mut outcome = Sent::ToAll;
    for address in addresses {
        let envelope = envelope(&institution, notice, address, &written);
        match mailer.send(&envelope) {
            Ok(()) => {}
            Err(MailError::Permanent(why)) => {
                tracing::warn!(notice = %notice.id, why, "a mail was refused for good");
            }
            Err(MailError::Transient(why)) => {
                tracing::warn!(notice = %notice.id, why, "a mail was not taken; it is tried again");
                outcome = Sent::Later;
            }
        }
    }
    outcome
}

fn envelope(
    institution: &Institution,
    notice: &PostedNotice,
    to: &str,
    mail: &mail::Mail,
) -> Envelope {
    Envelope {
        id: notice.id.to_string(),
        from: institution.mail_from.clone(),
        from_name: institution.name.ja.clone(),
        to: to.to_owned(),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        at: notice.at,
    }
}

fn settle(office: &Office, id: NoticeId, sent: Sent) -> Result<(), Error> {
    office.run(move |tx, cx| {
        let notice = tx.load::<PostedNotice>(&id)?;
        let Some(notice) = notice.filter(|notice| matches!(notice.mail, Mailing::Due { .. }))
        else {
            return Ok(());
        };
        let now = cx.now();
        let settled = match sent {
            Sent::ToAll => notice.mailed(Some(now)),
            Sent::NoAddress => notice.mailed(None),
            Sent::Later => notice.mail_failed(now),
        };
        cx.save(tx, settled)?;
        Ok(())
    })
}
