//! A production batch: what was ordered, printed, spoiled, enclosed and posted must agree (api.md
//! §5.5).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::card::CardNumber;
use crate::event::{Event, Subject};
use crate::id::{BatchId, ContractId, CredentialId, DispatchId, InstitutionId, OrderId};
use crate::moment::Moment;
use crate::order::{CardOrder, OrderKind};
use crate::reason::words;
use crate::refusal::Refusal;
use crate::time::{Day, Timestamp};
use crate::transition::Transition;

/// Orders in one batch, at most.
pub const ITEMS_MAX: usize = 20_000;

words! {
    /// Where a batch stands.
    BatchState {
        /// Orders are collected.
        Open = "open",
        /// The files stand; nothing can be added.
        Sealed = "sealed",
        /// The printer's counts agree; everything good is enclosed.
        Reconciled = "reconciled",
        /// Everything enclosed is posted or withheld. Terminal.
        Closed = "closed",
        /// Given up before sealing. Terminal.
        Void = "void",
    }
}

/// One production batch.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    /// Its id.
    pub id: BatchId,
    /// Whose cards.
    pub institution: InstitutionId,
    /// Grows by one per change.
    pub version: u64,
    /// What it makes.
    pub kind: OrderKind,
    /// Where it stands.
    pub state: BatchState,
    /// When it was opened.
    pub opened_at: Timestamp,
    /// When it was sealed.
    pub sealed_at: Option<Timestamp>,
    /// How many are where.
    pub counts: Counts,
    /// SHA-256 of each file made, in hex, by name.
    pub files: BTreeMap<String, String>,
}

/// How many are where: ordered = printed + [open](Self::open), and once the printer has reported,
/// printed = spoiled + enclosed and, at the end, enclosed = dispatched + withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counts {
    /// Orders taken in.
    pub ordered: u64,
    /// Never drawn, because the contract or the order was stopped before (E-11).
    pub left_out: u64,
    /// Drawn, and written for the printer.
    pub drawn: u64,
    /// Printed, good or bad.
    pub printed: u64,
    /// Printed badly.
    pub spoiled: u64,
    /// Put into envelopes.
    pub enclosed: u64,
    /// Given to the post.
    pub dispatched: u64,
    /// Kept back because the contract or the order was stopped.
    pub withheld: u64,
}

impl Counts {
    /// Orders that were taken in and have not been printed.
    pub const fn open(&self) -> u64 {
        self.ordered - self.printed
    }
}

words! {
    /// Where one thing of a batch stands.
    ItemState {
        /// Taken in.
        Open = "open",
        /// Taken out before it was printed: the contract or the order was stopped, or the batch
        /// given up.
        LeftOut = "left_out",
        /// Drawn, and written for the printer.
        Drawn = "drawn",
        /// Printed badly; its card is void and its order goes into another batch.
        Spoiled = "spoiled",
        /// In its envelope.
        Enclosed = "enclosed",
        /// Given to the post.
        Dispatched = "dispatched",
        /// Kept back (E-11).
        Withheld = "withheld",
    }
}

/// One order in a batch: a line of the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchItem {
    /// The batch.
    pub batch: BatchId,
    /// The order.
    pub order: OrderId,
    /// The contract.
    pub contract: ContractId,
    /// Whose cards.
    pub institution: InstitutionId,
    /// Where it stands.
    pub state: ItemState,
    /// The card made.
    pub credential: Option<CredentialId>,
    /// Its number; for letters the number on the envelope.
    pub card_number: Option<CardNumber>,
}

impl Batch {
    /// An empty batch.
    pub fn open(
        institution: InstitutionId,
        kind: OrderKind,
        moment: &mut Moment,
    ) -> Transition<Self> {
        let batch = Self {
            id: BatchId::make(moment),
            institution,
            version: 1,
            kind,
            state: BatchState::Open,
            opened_at: moment.now,
            sealed_at: None,
            counts: Counts::default(),
            files: BTreeMap::new(),
        };
        let event = batch.event("batch.opened");
        Transition::new(batch, event)
    }

    /// So many more orders are taken in; refused beyond [`ITEMS_MAX`] and when it is sealed.
    pub fn take_in(mut self, orders: u64) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Open)?;
        self.counts.ordered += orders;
        if self.counts.ordered > ITEMS_MAX as u64 {
            let expected = ITEMS_MAX as u64;
            return Err(Refusal::CountsDisagree { expected, given: self.counts.ordered });
        }
        Ok(Transition::quiet(self))
    }

    /// So many more were drawn for the printer, and so many left out.
    pub fn draw(mut self, drawn: u64, left_out: u64) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Open)?;
        self.counts.drawn += drawn;
        self.counts.left_out += left_out;
        Ok(Transition::quiet(self))
    }

    /// So many that were drawn are open again: their file never stood.
    pub fn undraw(mut self, again: u64) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Open)?;
        self.counts.drawn -= again;
        Ok(Transition::quiet(self))
    }

    /// The files stand, with these hashes; nothing can be added. Refused while an order is not
    /// drawn.
    pub fn seal(
        mut self,
        files: BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Open)?;
        agree(self.counts.ordered - self.counts.left_out, self.counts.drawn)?;
        self.files = files;
        self.sealed_at = Some(now);
        Ok(self.enter(BatchState::Sealed, "batch.sealed"))
    }

    /// The printer's and the enclosing house's counts; refused unless they agree with what was
    /// drawn. A batch of which nothing was enclosed is closed at once.
    pub fn reconcile(
        mut self,
        printed: u64,
        spoiled: u64,
        enclosed: u64,
    ) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Sealed)?;
        agree(self.counts.drawn, printed)?;
        agree(printed, spoiled + enclosed)?;
        self.counts = Counts { printed, spoiled, enclosed, ..self.counts };
        let reconciled = self.enter(BatchState::Reconciled, "batch.reconciled");
        if enclosed > 0 {
            return Ok(reconciled);
        }
        let (batch, events, _) = reconciled.into_parts();
        let closed = batch.enter(BatchState::Closed, "batch.closed");
        let (batch, closing, _) = closed.into_parts();
        let all = events.into_iter().chain(closing);
        Ok(all.fold(Transition::quiet(batch), Transition::and))
    }

    /// So many more were given to the post or kept back; the last one closes the batch.
    pub fn posted(mut self, dispatched: u64, withheld: u64) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Reconciled)?;
        self.counts.dispatched += dispatched;
        self.counts.withheld += withheld;
        let done = self.counts.dispatched + self.counts.withheld;
        assert!(done <= self.counts.enclosed, "no more leaves the house than was enclosed");
        if done == self.counts.enclosed {
            return Ok(self.enter(BatchState::Closed, "batch.closed"));
        }
        Ok(Transition::quiet(self))
    }

    /// Given up before it was sealed.
    pub fn void(self) -> Result<Transition<Self>, Refusal> {
        self.expect(BatchState::Open)?;
        Ok(self.enter(BatchState::Void, "batch.void"))
    }

    /// Refused unless it stands where this step begins.
    pub fn expect(&self, state: BatchState) -> Result<(), Refusal> {
        if self.state == state {
            Ok(())
        } else {
            Err(Refusal::BatchClosed { state: self.state.word() })
        }
    }

    fn enter(mut self, state: BatchState, kind: &'static str) -> Transition<Self> {
        self.state = state;
        self.version += 1;
        let counts = serde_json::to_value(self.counts).expect("counts are numbers");
        let event = self.event(kind).with("counts", counts);
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, Subject::new("batch", self.id).at(self.version))
            .with("kind", self.kind.word())
    }
}

fn agree(expected: u64, given: u64) -> Result<(), Refusal> {
    if expected == given { Ok(()) } else { Err(Refusal::CountsDisagree { expected, given }) }
}

impl BatchItem {
    /// A new line of the manifest. The batch and the order carry the events of its life.
    pub fn take(batch: BatchId, order: &CardOrder) -> Transition<Self> {
        Transition::quiet(Self {
            batch,
            order: order.id,
            contract: order.contract,
            institution: order.institution,
            state: ItemState::Open,
            credential: None,
            card_number: None,
        })
    }

    /// What is printed was drawn; letters have a number and no credential.
    pub fn drawn(
        mut self,
        credential: Option<CredentialId>,
        number: CardNumber,
    ) -> Transition<Self> {
        self.credential = credential;
        self.card_number = Some(number);
        self.enter(ItemState::Drawn)
    }

    /// It is drawn once more: the file it stood in was never finished.
    pub fn undrawn(mut self) -> Transition<Self> {
        self.credential = None;
        self.card_number = None;
        self.enter(ItemState::Open)
    }

    /// It stands elsewhere now.
    pub fn enter(mut self, state: ItemState) -> Transition<Self> {
        self.state = state;
        Transition::quiet(self)
    }
}

words! {
    /// Where a thing in the post stands.
    DispatchState {
        /// Given to the post.
        Dispatched = "dispatched",
        /// Handed over.
        Delivered = "delivered",
        /// Came back.
        Returned = "returned",
        /// Never arrived.
        Lost = "lost",
    }
}

/// One envelope on its way by registered mail (簡易書留).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dispatch {
    /// Its id.
    pub id: DispatchId,
    /// Whose post.
    pub institution: InstitutionId,
    /// To whom.
    pub contract: ContractId,
    /// For which order.
    pub order: OrderId,
    /// From which batch.
    pub batch: BatchId,
    /// The number on the card.
    pub card_number: CardNumber,
    /// The number of the post.
    pub tracking_number: String,
    /// The day it was posted.
    pub dispatched_on: Day,
    /// Where it is.
    pub state: DispatchState,
}

impl Dispatch {
    /// An order's envelope was given to the post on that day. The order carries the event.
    ///
    /// `None` when nothing was drawn for it.
    pub fn post(
        order: &CardOrder,
        tracking_number: String,
        on: Day,
        moment: &mut Moment,
    ) -> Option<Transition<Self>> {
        let (batch, card_number) = order.batch.zip(order.card_number)?;
        Some(Transition::quiet(Self {
            id: DispatchId::make(moment),
            institution: order.institution,
            contract: order.contract,
            order: order.id,
            batch,
            card_number,
            tracking_number,
            dispatched_on: on,
            state: DispatchState::Dispatched,
        }))
    }

    /// Notes where the post says it is. The order carries the event.
    pub fn seen(mut self, state: DispatchState) -> Transition<Self> {
        self.state = state;
        Transition::quiet(self)
    }
}
