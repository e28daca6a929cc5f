//! A card's order, from the wish to the switch (domain.md §2.4, api.md §5.2).

use serde::{Deserialize, Serialize};

use crate::card::CardNumber;
use crate::contract::{Contract, ContractState, Person};
use crate::event::{Event, Subject};
use crate::id::{BatchId, ContractId, CredentialId, InstitutionId, OrderId};
use crate::method::{CardKind, MethodKind};
use crate::moment::Moment;
use crate::notice::{Notice, NoticeKind};
use crate::policy::Policy;
use crate::reason::{Reason, ReportedBy, words};
use crate::refusal::Refusal;
use crate::text::Postcode;
use crate::time::{Day, Timestamp};
use crate::transition::Transition;

words! {
    /// What is made and posted.
    OrderKind {
        /// 画像認証カード.
        ImageCard = "image_card",
        /// お客様カード.
        CustomerCard = "customer_card",
        /// The letter with the initial password.
        PasswordLetter = "password_letter",
        /// The letter with an activation code (E-04).
        ActivationLetter = "activation_letter",
    }
}

impl OrderKind {
    /// The card it makes; `None` for letters.
    pub const fn card(self) -> Option<CardKind> {
        match self {
            Self::ImageCard => Some(CardKind::ImageCard),
            Self::CustomerCard => Some(CardKind::CustomerCard),
            Self::PasswordLetter | Self::ActivationLetter => None,
        }
    }

    /// The method of the card it makes; `None` for letters.
    pub fn method(self) -> Option<MethodKind> {
        self.card().map(CardKind::method)
    }

    /// The order that makes a card of this kind.
    pub const fn of(card: CardKind) -> Self {
        match card {
            CardKind::ImageCard => Self::ImageCard,
            CardKind::CustomerCard => Self::CustomerCard,
        }
    }
}

words! {
    /// Where an order stands.
    OrderState {
        /// Made.
        Ordered = "ordered",
        /// May be produced.
        Approved = "approved",
        /// The thing exists.
        Produced = "produced",
        /// Given to the post by registered mail.
        Dispatched = "dispatched",
        /// Handed over.
        Delivered = "delivered",
        /// The customer uses it. Terminal.
        Activated = "activated",
        /// Came back. Terminal.
        Returned = "returned",
        /// Never arrived. Terminal.
        Lost = "lost",
        /// Not possible. Terminal.
        Rejected = "rejected",
        /// Taken back. Terminal.
        Cancelled = "cancelled",
        /// Arrived and never switched to. Terminal.
        Unswitched = "unswitched",
    }
}

impl OrderState {
    /// Whether nothing more comes of it.
    pub const fn terminal(self) -> bool {
        !matches!(
            self,
            Self::Ordered | Self::Approved | Self::Produced | Self::Dispatched | Self::Delivered
        )
    }
}

/// An order of one card or letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardOrder {
    /// Its id.
    pub id: OrderId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// For which contract.
    pub contract: ContractId,
    /// Grows by one per change.
    pub version: u64,
    /// What is made.
    pub kind: OrderKind,
    /// Why it is made again; `None` for the first.
    pub reason: Option<Reason>,
    /// Who wished it.
    pub source: ReportedBy,
    /// Where it goes: the address **as of the application** (U-14).
    pub to: PostalAddress,
    /// Where it stands.
    pub state: OrderState,
    /// Set when the address has changed since: not produced until confirmed (E-02).
    pub frozen: bool,
    /// When it was made.
    pub ordered_at: Timestamp,
    /// In which batch it is produced.
    pub batch: Option<BatchId>,
    /// The card that was made for it.
    pub credential: Option<CredentialId>,
    /// Its number.
    pub card_number: Option<CardNumber>,
    /// The tracking number of the registered mail.
    pub tracking_number: Option<String>,
    /// The day it was posted.
    pub dispatched_on: Option<Day>,
    /// How many reminders to switch have gone out.
    pub reminders: u8,
}

/// An address as printed on the envelope.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostalAddress {
    /// Postcode.
    pub postcode: Postcode,
    /// Lines.
    pub address: Vec<String>,
    /// Name.
    pub name: String,
}

impl PostalAddress {
    /// The address of a person, as it is now.
    pub fn of(person: &Person) -> Self {
        Self {
            postcode: person.postcode,
            address: person.address.clone(),
            name: person.name.clone(),
        }
    }
}

/// Why a thing is wished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wish {
    /// What.
    pub kind: OrderKind,
    /// Why again.
    pub reason: Option<Reason>,
    /// Who wishes it.
    pub source: ReportedBy,
}

/// Days in the post between a new card and the activation code that stands in for the old one, at
/// least: so that one hand in a letter box does not get both (E-04).
pub const DAYS_APART: i32 = 2;

/// Whether a card and its activation letter posted on these days are far enough from each other.
pub fn far_apart(one: Day, other: Day) -> bool {
    one.min(other).plus(DAYS_APART) <= one.max(other)
}

impl CardOrder {
    /// A new order. The customer's own is approved at once; a telephone order waits for a second
    /// person.
    ///
    /// Refused when post cannot reach the customer: address changed a short while ago, or post came
    /// back. Whether an order is open already is the caller's to look up (E-01).
    pub fn place(
        contract: &Contract,
        wish: Wish,
        policy: &Policy,
        moment: &mut Moment,
    ) -> Result<Transition<Self>, Refusal> {
        let now = moment.now;
        let first = wish.source == ReportedBy::System || wish.kind.method().is_none();
        let pending_start = contract.state == ContractState::Pending && first;
        if !pending_start {
            contract.active()?;
        }
        if contract.address_invalid {
            return Err(Refusal::AddressMismatch);
        }
        let cooldown = i64::from(policy.addr.cooldown_days);
        let until = contract.address_changed_at.map(|at| at.plus_days(cooldown));
        if let Some(until) =
            until.filter(|until| now < *until && wish.source == ReportedBy::Customer)
        {
            return Err(Refusal::AddressRecentlyChanged { until });
        }
        let waits = wish.source == ReportedBy::Phone && policy.checker.phone_order;
        let order = Self {
            id: OrderId::make(moment),
            institution: contract.institution,
            contract: contract.id,
            version: 1,
            kind: wish.kind,
            reason: wish.reason,
            source: wish.source,
            to: PostalAddress::of(&contract.person),
            state: if waits { OrderState::Ordered } else { OrderState::Approved },
            frozen: false,
            ordered_at: now,
            batch: None,
            credential: None,
            card_number: None,
            tracking_number: None,
            dispatched_on: None,
            reminders: 0,
        };
        let event = order.event("card_order.ordered").with("source", wish.source.word());
        let transition = Transition::new(order, event);
        Ok(match wish.kind.method() {
            Some(method) => {
                let notice = Notice::new(NoticeKind::CardOrdered).with("method", method.as_str());
                transition.tell(notice)
            }
            None => transition,
        })
    }

    /// The days between which the post is expected, from the order or the dispatch.
    pub fn expected_between(&self, policy: &Policy) -> (Day, Day) {
        let from = self.ordered_at.day();
        let days = |n: u16| i32::from(n);
        (from.plus(days(policy.mail.lead_days_min)), from.plus(days(policy.mail.lead_days_max)))
    }

    /// A second person agrees with a telephone order, or confirms the address of a frozen one.
    ///
    /// Refused as `order_frozen` while an envelope with the old address has not come out of its
    /// batch (E-02).
    pub fn approve(mut self, contract: &Contract) -> Result<Transition<Self>, Refusal> {
        let frozen = self.state == OrderState::Approved && self.frozen;
        if self.state != OrderState::Ordered && !frozen {
            return Err(self.not_now());
        }
        if self.frozen && self.card_number.is_some() {
            return Err(Refusal::OrderFrozen);
        }
        if self.frozen {
            self.to = PostalAddress::of(&contract.person);
            self.frozen = false;
        }
        Ok(self.enter(OrderState::Approved, "card_order.approved"))
    }

    /// The address has changed before production: the order waits (E-02).
    pub fn freeze(mut self) -> Transition<Self> {
        if self.frozen || !matches!(self.state, OrderState::Ordered | OrderState::Approved) {
            return Transition::quiet(self);
        }
        self.frozen = true;
        self.version += 1;
        let event = self.event("card_order.frozen");
        Transition::new(self, event)
    }

    /// It goes into a batch.
    pub fn enter_batch(mut self, batch: BatchId) -> Result<Transition<Self>, Refusal> {
        if self.frozen {
            return Err(Refusal::OrderFrozen);
        }
        if self.state != OrderState::Approved || self.batch.is_some() {
            return Err(self.not_now());
        }
        self.batch = Some(batch);
        Ok(Transition::quiet(self))
    }

    /// It comes out of a batch that could not make it, to be made in another; an ended order stays
    /// ended.
    pub fn leave_batch(mut self) -> Transition<Self> {
        if self.state.terminal() {
            return Transition::quiet(self);
        }
        self.batch = None;
        self.credential = None;
        self.card_number = None;
        self.state = OrderState::Approved;
        self.version += 1;
        let event = self.event("card_order.approved").with("again", true);
        Transition::new(self, event)
    }

    /// It was drawn and written for the printer; it exists once the printer says so.
    /// Letters have a number and no credential.
    pub fn drawn(
        mut self,
        credential: Option<CredentialId>,
        number: CardNumber,
    ) -> Transition<Self> {
        self.credential = credential;
        self.card_number = Some(number);
        Transition::quiet(self)
    }

    /// What was drawn for it is void, and will be drawn once more in the same batch.
    pub fn undrawn(mut self) -> Transition<Self> {
        self.credential = None;
        self.card_number = None;
        Transition::quiet(self)
    }

    /// It was printed and enclosed.
    pub fn produced(self) -> Result<Transition<Self>, Refusal> {
        if self.frozen {
            return Err(Refusal::OrderFrozen);
        }
        if self.state != OrderState::Approved || self.card_number.is_none() {
            return Err(self.not_now());
        }
        Ok(self.enter(OrderState::Produced, "card_order.produced"))
    }

    /// It was given to the post by registered mail (U-14).
    pub fn dispatched(
        mut self,
        tracking_number: String,
        on: Day,
    ) -> Result<Transition<Self>, Refusal> {
        if self.state != OrderState::Produced {
            return Err(self.not_now());
        }
        self.tracking_number = Some(tracking_number);
        self.dispatched_on = Some(on);
        let method = self.kind.method();
        let sent = self.enter(OrderState::Dispatched, "dispatch.dispatched");
        Ok(match method {
            Some(method) => {
                sent.tell(Notice::new(NoticeKind::CardDispatched).with("method", method.as_str()))
            }
            None => sent,
        })
    }

    /// The post has handed it over, or the customer says so.
    pub fn delivered(self) -> Result<Transition<Self>, Refusal> {
        match self.state {
            OrderState::Dispatched => Ok(self.enter(OrderState::Delivered, "dispatch.delivered")),
            OrderState::Delivered | OrderState::Activated => Ok(Transition::quiet(self)),
            _ => Err(self.not_now()),
        }
    }

    /// It came back (返戻).
    pub fn returned(self) -> Result<Transition<Self>, Refusal> {
        match self.state {
            OrderState::Dispatched | OrderState::Delivered => {
                let told = self.about_card(NoticeKind::CardReturned);
                let returned = self.enter(OrderState::Returned, "dispatch.returned");
                Ok(told.into_iter().fold(returned, Transition::tell))
            }
            OrderState::Returned => Ok(Transition::quiet(self)),
            _ => Err(self.not_now()),
        }
    }

    /// It never arrived.
    pub fn lost(self) -> Result<Transition<Self>, Refusal> {
        match self.state {
            OrderState::Dispatched => {
                let told = self.about_card(NoticeKind::CardLost);
                let lost = self.enter(OrderState::Lost, "dispatch.lost");
                Ok(told.into_iter().fold(lost, Transition::tell))
            }
            OrderState::Lost => Ok(Transition::quiet(self)),
            _ => Err(self.not_now()),
        }
    }

    /// The customer uses it.
    pub fn activated(self) -> Transition<Self> {
        self.enter(OrderState::Activated, "card_order.activated")
    }

    /// It arrived and was never switched to.
    pub fn unswitched(self) -> Result<Transition<Self>, Refusal> {
        match self.state {
            OrderState::Dispatched | OrderState::Delivered => {
                Ok(self.enter(OrderState::Unswitched, "card_order.unswitched"))
            }
            OrderState::Unswitched => Ok(Transition::quiet(self)),
            _ => Err(self.not_now()),
        }
    }

    /// A reminder to switch goes out: the `nth` since the dispatch, so that the same one goes out
    /// once.
    pub fn remind(mut self, nth: u8) -> Transition<Self> {
        let posted = matches!(self.state, OrderState::Dispatched | OrderState::Delivered);
        if !posted || self.reminders >= nth {
            return Transition::quiet(self);
        }
        self.reminders = nth;
        self.version += 1;
        let event = self.event("card_order.reminded").with("reminder", self.reminders);
        Transition::new(self, event).tell(Notice::new(NoticeKind::SwitchReminder))
    }

    /// Taken back before anything was made; again: the same state and no event.
    pub fn cancel(self, reason: Reason) -> Result<Transition<Self>, Refusal> {
        match self.state {
            OrderState::Ordered | OrderState::Approved => {
                let mut order = self;
                order.state = OrderState::Cancelled;
                order.version += 1;
                let event = order.event("card_order.cancelled").with("reason", reason.word());
                Ok(Transition::new(order, event))
            }
            OrderState::Cancelled => Ok(Transition::quiet(self)),
            _ => Err(self.not_now()),
        }
    }

    /// What was made for it must not leave the house: contract ended, card revoked (E-11).
    pub fn stop(self) -> Transition<Self> {
        if self.state.terminal() {
            return Transition::quiet(self);
        }
        let notice = Notice::new(NoticeKind::OrderRejected);
        self.enter(OrderState::Rejected, "card_order.rejected").tell(notice)
    }

    /// A notice, if it is a card: nobody is told about a letter whose secret is worth nothing
    /// without a card.
    fn about_card(&self, kind: NoticeKind) -> Option<Notice> {
        let method = self.kind.method()?;
        Some(Notice::new(kind).with("method", method.as_str()))
    }

    fn enter(mut self, state: OrderState, kind: &'static str) -> Transition<Self> {
        self.state = state;
        self.version += 1;
        let event = self.event(kind);
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        let subject = Subject::new("card_order", self.id).at(self.version);
        Event::new(kind, subject).with("kind", self.kind.word())
    }

    fn not_now(&self) -> Refusal {
        Refusal::InvalidTransition { state: self.state.word() }
    }
}
