//! What must hold after a crash, and in the end.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Result;
use sekisho_app::audit;
use sekisho_app::audit::verify::verify;
use sekisho_app::keys::{self, KeyUse};
use sekisho_domain::approval::{Approval, Stage as Kept};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::note::NoteSigner;
use sekisho_store::Options;

use super::errand::{AMOUNT_YEN, Errand, Stage};
use super::ledger::Books;
use crate::records::Records;
use crate::seed::{self, DATABASE, KEYRING, Office, Seeds, read_keyring};

/// What the server has acknowledged and was not looked at since, by approval.
#[derive(Default)]
pub(super) struct Acknowledged(HashMap<String, (Stage, String)>);

impl Acknowledged {
    /// Notes how far an errand has come.
    pub(super) fn note(&mut self, errand: &Errand) {
        if errand.stage != Stage::Drafted {
            let known = (errand.stage.clone(), errand.booking.clone());
            self.0.insert(errand.approval.clone(), known);
        }
    }

    /// Looks whether all of it is there, and forgets it; returns how many there were, and what is
    /// not as it was acknowledged.
    pub(super) fn check(&mut self, folder: &Path) -> Result<(u64, Vec<String>)> {
        let count = self.0.len() as u64;
        let records = Records::open(&folder.join(DATABASE))?;
        let mut faults = Vec::new();
        for (id, (stage, booking)) in self.0.drain() {
            let kept = records.approval(&id)?;
            if !kept.as_ref().is_some_and(|kept| holds(kept, &stage, &booking)) {
                let kept = kept.map_or("gone", |kept| kept.stage.word());
                faults.push(format!("{id} was acknowledged as {stage:?} and is {kept}"));
            }
        }
        Ok((count, faults))
    }
}

/// Whether an approval has come at least as far as was acknowledged.
fn holds(kept: &Approval, stage: &Stage, booking: &str) -> bool {
    match (stage, &kept.stage) {
        (Stage::Consumed(consumption), Kept::Consumed(_, by)) => {
            by.id.to_string() == *consumption && by.booking == booking
        }
        (Stage::Consumed(_), _) => false,
        (Stage::Approved, kept) => matches!(kept, Kept::Approved(_) | Kept::Consumed(..)),
        (Stage::Opened(_), kept) => !matches!(kept, Kept::Requested | Kept::Ended { .. }),
        (Stage::Requested | Stage::Drafted, kept) => !matches!(kept, Kept::Ended { .. }),
    }
}

/// Whether approvals, events, desks and books agree with each other; returns what does not.
pub(super) fn agree(folder: &Path, seeds: &Seeds, books: &Books) -> Result<Vec<String>> {
    let records = Records::open(&folder.join(DATABASE))?;
    let mut faults = Vec::new();
    let mut expect = |holds: bool, otherwise: String| {
        if !holds {
            faults.push(otherwise);
        }
    };
    for kind in ["approval.requested", "approval.approved", "approval.consumed"] {
        let twice = records.happened_twice(kind)?;
        expect(twice.is_empty(), format!("{kind} happened twice to {twice:?}"));
    }
    let consumed = records.approvals("consumed")?;
    let entries = books.entries;
    expect(consumed == entries, format!("{consumed} approvals were consumed, {entries} booked"));
    expect(books.even, "the ledger is not balanced".to_owned());
    let mut spent_yen = 0;
    for customer in &seeds.customers {
        let desk = records.desk(customer.contract)?;
        spent_yen += desk.spent.total_yen;
        for open in &desk.open {
            let kept = records.approval(&open.approval.to_string())?;
            let lies_open = kept.is_some_and(|kept| !kept.stage.terminal());
            expect(lies_open, format!("{} lies on a desk and has ended", open.approval));
        }
        let card = records.credential(customer.credential)?;
        let failures = card.attempts.failures();
        expect(failures == 0, format!("{} counts {failures} failures", customer.credential));
    }
    let moved_yen = books.moved_yen;
    let wanted = u64::from(AMOUNT_YEN) * u64::from(consumed);
    expect(
        u64::try_from(moved_yen) == Ok(wanted),
        format!("{moved_yen} yen were booked, {wanted} approved"),
    );
    expect(spent_yen == wanted, format!("desks count {spent_yen} yen, {wanted} were consumed"));
    let integrity = records.integrity()?;
    expect(integrity == "ok", format!("SQLite says: {integrity}"));
    Ok(faults)
}

/// Sequences what is left and checks the whole audit log anew; returns how many events there are,
/// and what is wrong. No server may run.
pub(super) fn audit(folder: &Path, institution: InstitutionId) -> Result<(u64, Vec<String>)> {
    let key = read_keyring(&folder.join(KEYRING))?;
    let office = Office::open(&Options::at(folder.join(DATABASE)), &key)?;
    seed::sequence_all(&office, institution)?;
    let key = office.look(move |tx, cx| keys::open(tx, cx.platform, institution, KeyUse::Audit))?;
    let report = office.look(move |tx, cx| {
        let name = audit::origin(&cx.institution(institution));
        let signer = NoteSigner::new(&name, &key).expect("a slug makes a good name");
        let verifiers = [signer.verifier()];
        verify(tx, institution, &verifiers, None, &mut |_, _| {})
    })?;
    let faults = report.faults.iter().map(|fault| format!("audit log: {fault:?}"));
    Ok((report.size, faults.collect()))
}
