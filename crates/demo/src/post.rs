//! The office and the post of the demo: makes what is ordered and puts it into the customers'
//! letter boxes.

use std::path::{Path, PathBuf};

use sekisho_app::batch::dispatch::{self, DispatchRow};
use sekisho_app::batch::open::Selection;
use sekisho_app::batch::reconcile::{self, Counted};
use sekisho_app::order;
use sekisho_domain::batch::Batch;
use sekisho_domain::id::OrderId;
use sekisho_domain::institution::Institution;
use sekisho_domain::moment::Chance;
use sekisho_domain::order::CardOrder;
use sekisho_domain::time::Timestamp;
use sekisho_server::hashing::Hashing;
use sekisho_server::office::Office;
use sekisho_server::production::{self, Job, ProductionError, Recipients};

/// Lines of a batch settled at once.
const CHUNK: u32 = 100;

/// Makes one order after the other, each in a batch of its own, so that every letter box has its
/// own files.
pub struct PostOffice<'a> {
    /// The office.
    pub office: &'a Office,
    /// Threads that hash initial passwords.
    pub hashing: &'a Hashing,
    /// Whose cards.
    pub institution: &'a Institution,
    /// Where the files of all batches are.
    pub folder: &'a Path,
}

impl PostOffice<'_> {
    /// Makes what was ordered: drawn, printed, enclosed. `None` when the order cannot be made now.
    pub fn produce(
        &self,
        order: OrderId,
        chance: &mut Chance,
        now: Timestamp,
    ) -> Result<Option<Batch>, ProductionError> {
        let found = self.order(order)?;
        let job = Job {
            institution: self.institution,
            kind: found.kind,
            selection: Selection::Orders(vec![order]),
            folder: self.folder,
            // The demo's letter box shows what the printer would get; a bank names its printer's
            // key.
            recipients: Recipients::DangerouslyPlain,
            now,
        };
        let outcome = production::produce(self.office, self.hashing, chance, &job, |_, _| ())?;
        let Some(produced) = outcome.produced else {
            return Ok(None);
        };
        let at = (self.institution.id, produced.batch.id);
        let count = produced.batch.counts.ordered;
        let batch = self.office.run(move |tx, cx| {
            let counted = Counted { printed: count, spoiled: &[], enclosed: count };
            reconcile::reconcile(tx, cx, at, &counted)
        })?;
        while self.office.run(move |tx, cx| reconcile::enclose(tx, cx, at, CHUNK))? {}
        Ok(Some(batch))
    }

    /// Gives what was made to the post; from then on it lies in the letter box.
    pub fn dispatch(&self, order: OrderId, now: Timestamp) -> Result<(), ProductionError> {
        let found = self.order(order)?;
        let (Some(batch), Some(card_number)) = (found.batch, found.card_number) else {
            return Ok(());
        };
        let tracking_number = tracking_number(&found);
        let row = DispatchRow { card_number, tracking_number, dispatched_on: now.day() };
        let at = (self.institution.id, batch);
        self.office
            .run(move |tx, cx| dispatch::dispatch(tx, cx, at, std::slice::from_ref(&row)))?;
        Ok(())
    }

    /// Both at once.
    pub fn post(
        &self,
        order: OrderId,
        chance: &mut Chance,
        now: Timestamp,
    ) -> Result<(), ProductionError> {
        if self.produce(order, chance, now)?.is_some() {
            self.dispatch(order, now)?;
        }
        Ok(())
    }

    fn order(&self, id: OrderId) -> Result<CardOrder, ProductionError> {
        let institution = self.institution.id;
        Ok(self.office.look(move |tx, _| order::find(tx, institution, id))?)
    }
}

/// Where the files of an order lie, if it was made.
pub fn files_of(folder: &Path, order: &CardOrder) -> Option<PathBuf> {
    order.batch.map(|batch| folder.join(batch.to_string()))
}

/// An invented number of the post, the same each time for the same order.
fn tracking_number(order: &CardOrder) -> String {
    let bytes = order.id.to_bytes();
    let number = bytes[8..].iter().fold(0u64, |sum, byte| sum.wrapping_mul(251) + u64::from(*byte));
    let digits = format!("{:010}", number % 10_000_000_000);
    let check = number % 7;
    format!("{}-{}-{}-{check}", &digits[..3], &digits[3..5], &digits[5..])
}
