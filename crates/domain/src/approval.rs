//! Approval of one operation by one customer (お取引の認証, domain.md §2.8, api.md §4.1).
//!
//! An approval asks once, is answered once, is used once, and ends. What was asked is kept, so that
//! a reload shows the same question.

mod challenge;
mod stage;

use serde::{Deserialize, Serialize};

pub use challenge::{Challenge, Part};
pub use stage::{Approved, Consumption, End, EndReason, Stage};

use crate::digest::{Digest, Draft, Nonce, Reference};
use crate::event::{Event, Subject};
use crate::id::{ApprovalId, ClientId, ContractId, InstitutionId, SessionId};
use crate::method::MethodKind;
use crate::moment::Moment;
use crate::operation::Operation;
use crate::policy::{Policy, TxnRule};
use crate::reason::words;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Approval of one operation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Approval {
    /// Its id.
    pub id: ApprovalId,
    /// Whose customer is asked.
    pub institution: InstitutionId,
    /// Who is asked.
    pub contract: ContractId,
    /// Grows by one per change that the API shows.
    pub version: u64,
    /// Who wants it approved.
    pub asked_by: AskedBy,
    /// The session it belongs to.
    pub session: Option<SessionId>,
    /// The asker's own number.
    pub reference: Reference,
    /// How the customer is asked.
    pub mode: Mode,
    /// From where the customer works.
    pub channel: Channel,
    /// What is to be approved.
    pub operation: Operation,
    /// Chance: equal operations never share a digest.
    pub nonce: Nonce,
    /// Digest of the canonical form (api.md §4.5).
    pub digest: Digest,
    /// The policy's word for how careful this is.
    pub tier: String,
    /// Cells an image card is asked for.
    pub cells: u8,
    /// What can approve it, best first.
    pub methods: Vec<MethodKind>,
    /// When it was requested.
    pub created_at: Timestamp,
    /// When it ends unanswered.
    pub expires_at: Timestamp,
    /// Where the hosted page sends the customer back.
    pub page: Option<PageReturn>,
    /// Where it stands.
    pub stage: Stage,
}

/// Who wants an operation approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskedBy {
    /// A bank's system.
    Client(ClientId),
    /// A page of ours, for a change of the customer's own credentials.
    Page,
}

words! {
    /// How the customer is asked.
    Mode {
        /// On our page.
        Page = "page",
        /// By the bank, which renders the challenge itself (api.md §4.6).
        Direct = "direct",
    }
}

words! {
    /// From where the customer works (Y-01).
    Channel {
        /// A browser on a computer.
        Pc = "pc",
        /// A browser on a smartphone.
        Sp = "sp",
        /// The bank's app.
        App = "app",
        /// By telephone.
        Phone = "phone",
        /// At a branch.
        Branch = "branch",
    }
}

/// Where the hosted page sends the customer back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageReturn {
    /// One of the client's registered addresses.
    pub return_url: String,
    /// Given back as it came; at most 512 characters.
    pub state: String,
    /// Until when the link opens the page.
    pub ticket_until: Timestamp,
    /// Whether the link was used; it works once.
    pub opened: bool,
}

/// What a new approval is made of.
#[derive(Debug, Clone)]
pub struct Request {
    /// Whose customer.
    pub institution: InstitutionId,
    /// Who is asked.
    pub contract: ContractId,
    /// Who asks.
    pub asked_by: AskedBy,
    /// The session it belongs to.
    pub session: Option<SessionId>,
    /// The asker's own number.
    pub reference: Reference,
    /// How.
    pub mode: Mode,
    /// From where.
    pub channel: Channel,
    /// What.
    pub operation: Operation,
    /// Seconds until it ends unanswered, 60 to 900.
    pub expires_in_s: u32,
    /// Where the page leads back: with mode `page` only.
    pub page: Option<(String, String)>,
}

/// Seconds a page link can be opened (api.md §4.2).
pub const TICKET_LIFE_S: i64 = 120;

impl Approval {
    /// A new approval under `rule`; approved at once when the rule asks for nothing.
    pub fn request(
        wish: Request,
        rule: &TxnRule,
        methods: Vec<MethodKind>,
        policy: &Policy,
        moment: &mut Moment,
    ) -> Transition<Self> {
        let id = ApprovalId::make(moment);
        let nonce = Nonce::make(moment);
        let digest = Draft {
            contract: wish.contract,
            institution: wish.institution,
            nonce,
            operation: &wish.operation,
            reference: &wish.reference,
        }
        .digest();
        let now = moment.now;
        let page = wish.page.map(|(return_url, state)| PageReturn {
            return_url,
            state,
            ticket_until: now.plus_s(TICKET_LIFE_S),
            opened: false,
        });
        let approval = Self {
            id,
            institution: wish.institution,
            contract: wish.contract,
            version: 1,
            asked_by: wish.asked_by,
            session: wish.session,
            reference: wish.reference,
            mode: wish.mode,
            channel: wish.channel,
            operation: wish.operation,
            nonce,
            digest,
            tier: rule.tier.clone(),
            cells: rule.cells,
            methods,
            created_at: now,
            expires_at: now.plus_s(i64::from(wish.expires_in_s)),
            page,
            stage: Stage::Requested,
        };
        let requested = approval.event("approval.requested");
        if !rule.methods.is_empty() {
            return Transition::new(approval, requested);
        }
        let (approval, events, _) = approval.approve(Vec::new(), policy, now).into_parts();
        events.into_iter().fold(Transition::new(approval, requested), Transition::and)
    }

    /// Its state at `now`, in the word of the API: what has lapsed counts as expired at once.
    pub fn state(&self, now: Timestamp) -> &'static str {
        if self.lapsed(now) { "expired" } else { self.stage.word() }
    }

    /// Whether its time is over though nobody has written that down yet.
    pub fn lapsed(&self, now: Timestamp) -> bool {
        self.deadline().is_some_and(|deadline| deadline <= now)
    }

    /// When it ends by itself, if it can.
    pub fn deadline(&self) -> Option<Timestamp> {
        match &self.stage {
            Stage::Requested => Some(self.expires_at),
            Stage::Challenged(challenge) => Some(challenge.expires_at.min(self.expires_at)),
            Stage::Approved(approved) => Some(approved.consume_before),
            Stage::Consumed(..) | Stage::Ended { .. } => None,
        }
    }

    /// The challenge, while it can be answered.
    pub fn challenge(&self) -> Option<&Challenge> {
        match &self.stage {
            Stage::Challenged(challenge) => Some(challenge),
            _ => None,
        }
    }

    /// The one-time link was used; a second opening finds it spent.
    pub fn ticket_used(mut self) -> Transition<Self> {
        if let Some(page) = &mut self.page {
            page.opened = true;
        }
        Transition::quiet(self)
    }

    /// A challenge is shown. Where one was shown before, it is abandoned by this.
    pub fn challenged(self, challenge: Challenge) -> Transition<Self> {
        let method = challenge.method();
        let facts =
            [("challenge", challenge.id.to_string()), ("method", method.as_str().to_owned())];
        self.enter(Stage::Challenged(challenge), "approval.challenged", &facts)
    }

    /// More time to answer, for those who need it (WCAG 2.2.1); `None` when it was granted often
    /// enough.
    pub fn extend(mut self, policy: &Policy, now: Timestamp) -> Option<Transition<Self>> {
        let life_s = i64::from(policy.challenge.life_s);
        let Stage::Challenged(challenge) = &mut self.stage else { return None };
        if challenge.extensions >= policy.challenge.extensions {
            return None;
        }
        challenge.extensions += 1;
        challenge.expires_at = now.plus_s(life_s);
        self.expires_at = self.expires_at.max(challenge.expires_at);
        Some(Transition::quiet(self))
    }

    /// The answer was wrong. It is counted; at the last one, or when a card was locked by it, that
    /// is the end.
    pub fn wrong(mut self, policy: &Policy, locked: bool, now: Timestamp) -> Transition<Self> {
        let Stage::Challenged(challenge) = &mut self.stage else {
            panic!("only a challenged approval is answered");
        };
        challenge.wrong += 1;
        let used_up = challenge.left(policy) == 0;
        let rejected = self.event("approval.answer_rejected");
        let reason = match (locked, used_up) {
            (true, _) => EndReason::Locked,
            (_, true) => EndReason::AttemptsExhausted,
            _ => return Transition::new(self, rejected),
        };
        let (ended, events, _) = self.end(End::Refused, reason, now).into_parts();
        events.into_iter().fold(Transition::new(ended, rejected), Transition::and)
    }

    /// The answer was right: it may be consumed once, soon.
    pub fn right(self, policy: &Policy, now: Timestamp) -> Transition<Self> {
        let Stage::Challenged(challenge) = &self.stage else {
            panic!("only a challenged approval is answered");
        };
        let parts = challenge.parts.clone();
        self.approve(parts, policy, now)
    }

    fn approve(self, parts: Vec<Part>, policy: &Policy, now: Timestamp) -> Transition<Self> {
        let methods: Vec<MethodKind> = parts.iter().map(|part| part.method).collect();
        let word = methods.first().map_or("none", |method| method.as_str()).to_owned();
        let notice = self.approved_notice(methods.first().copied(), now);
        let approved = Approved {
            methods,
            credentials: parts.into_iter().map(|part| part.credential).collect(),
            at: now,
            consume_before: now.plus_s(i64::from(policy.approval.consume_within_s)),
        };
        let is_card_change = self.asked_by == AskedBy::Page;
        let stage = Stage::Approved(approved);
        let transition = self.enter(stage, "approval.approved", &[("method", word)]);
        if is_card_change { transition } else { transition.tell(notice) }
    }

    /// It ends without having been used.
    pub fn end(self, end: End, reason: EndReason, now: Timestamp) -> Transition<Self> {
        let facts = [("reason", reason.word().to_owned())];
        let kind = end.event();
        self.enter(Stage::Ended { end, reason, at: now }, kind, &facts)
    }

    /// Its time is over; see [`Self::lapsed`].
    pub fn expire(self, now: Timestamp) -> Transition<Self> {
        let reason = match self.stage {
            Stage::Approved(_) => EndReason::NotConsumed,
            _ => EndReason::NotAnswered,
        };
        self.end(End::Expired, reason, now)
    }

    /// It is used, once and for ever.
    pub fn consume(self, consumption: Consumption) -> Transition<Self> {
        let Stage::Approved(approved) = &self.stage else {
            panic!("only an approved approval is consumed");
        };
        let facts = [("consumption", consumption.id.to_string())];
        let stage = Stage::Consumed(approved.clone(), consumption);
        self.enter(stage, "approval.consumed", &facts)
    }

    /// Somebody wanted to book something else than was approved: an alarm, and nothing changes.
    pub fn digest_differs(self) -> Transition<Self> {
        let event = self.event("approval.digest_mismatch");
        Transition::new(self, event)
    }

    fn enter(
        mut self,
        stage: Stage,
        kind: &'static str,
        facts: &[(&str, String)],
    ) -> Transition<Self> {
        self.stage = stage;
        self.version += 1;
        let event = self.event(kind);
        let event = facts.iter().fold(event, |event, (name, fact)| event.with(name, fact.clone()));
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, Subject::new("approval", self.id).at(self.version))
    }

    fn approved_notice(&self, method: Option<MethodKind>, now: Timestamp) -> crate::notice::Notice {
        let operation = serde_json::to_value(&self.operation).expect("an operation is plain");
        crate::notice::Notice::new(crate::notice::NoticeKind::OperationApproved)
            .with("operation", operation)
            .with("method", method.map_or("none", |method| method.as_str()))
            .with("reference_code", self.digest.reference_code())
            .with("approved_at", now.millis())
    }
}
