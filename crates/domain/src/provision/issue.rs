//! トークン発行: a token the institution has issued by mail, until an app is set up with it (Y-09).

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::digits::Digits;
use crate::event::{Event, Subject};
use crate::id::{ContractId, InstitutionId, IssueId};
use crate::moment::Moment;
use crate::notice::{Notice, NoticeKind};
use crate::policy::Policy;
use crate::reason::words;
use crate::refusal::Refusal;
use crate::secret::Sealed;
use crate::time::Timestamp;
use crate::transition::Transition;

/// Wrong start passwords at which an issue is given up, over all registrations (§6.3).
pub const START_TRIES: u8 = 5;

/// サービスID: the institution, as its customers type it into the app.
pub type ServiceId = Digits<8>;
/// ユーザID: one issue.
pub type UserId = Digits<10>;

/// The institution's service id: it follows from its id and never changes.
pub fn service_id(institution: InstitutionId) -> ServiceId {
    let hash = Sha256::new().chain_update("service id").chain_update(institution.to_bytes());
    let hash: [u8; 32] = hash.finalize().into();
    let number = u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]]) % 90_000_000 + 10_000_000;
    number.to_string().parse().expect("eight digits")
}

words! {
    /// Where an issue stands (api.md §5.3).
    IssueState {
        /// Waits for the customer's app.
        Issued = "issued",
        /// An app was set up with it. Terminal.
        Used = "used",
        /// Given up after wrong start passwords. Terminal.
        Dead = "dead",
        /// Taken back, or replaced by a newer one. Terminal.
        Cancelled = "cancelled",
        /// Its time is over. Terminal.
        Expired = "expired",
        /// Nobody's: somebody has typed ids that were never issued, and is answered as if they
        /// were.
        Decoy = "decoy",
    }
}

/// A token issue. One that is nobody's is kept and counted like the others, so that who tries ids
/// learns nothing.
#[derive(Clone, Serialize, Deserialize)]
pub struct TokenIssue {
    /// Its id: the owner of what is sealed.
    pub id: IssueId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// For which contract; `None`: a decoy.
    pub contract: Option<ContractId>,
    /// Where the ids were sent.
    pub mail: String,
    /// What the app asks for first.
    pub service_id: ServiceId,
    /// What the app asks for second.
    pub user_id: UserId,
    /// The start password, sealed; nothing once the issue has ended.
    pub sealed: Option<Sealed>,
    /// Where it stands.
    pub state: IssueState,
    /// Grows by one per change that the API shows.
    pub version: u64,
    /// Wrong start passwords it still takes.
    pub tries_left: u8,
    /// When it was made.
    pub issued_at: Timestamp,
    /// Until when an app can be set up with it.
    pub until: Timestamp,
}

/// What a new issue is made of.
pub struct NewIssue {
    /// Its id.
    pub id: IssueId,
    /// Whose customer.
    pub institution: InstitutionId,
    /// For which contract.
    pub contract: ContractId,
    /// Where the ids are sent.
    pub mail: String,
    /// A user id that no other issue has.
    pub user_id: UserId,
    /// The start password, sealed.
    pub sealed: Sealed,
}

impl TokenIssue {
    /// A token is issued; the address given gets what the app asks for.
    pub fn issue(new: NewIssue, policy: &Policy, now: Timestamp) -> Transition<Self> {
        let issue = Self {
            id: new.id,
            institution: new.institution,
            contract: Some(new.contract),
            mail: new.mail,
            service_id: service_id(new.institution),
            user_id: new.user_id,
            sealed: Some(new.sealed),
            state: IssueState::Issued,
            version: 1,
            tries_left: START_TRIES,
            issued_at: now,
            until: ends(policy, now),
        };
        let notice = Notice::new(NoticeKind::OtpIssued)
            .with("service_id", issue.service_id.as_str())
            .with("user_id", issue.user_id.as_str())
            .also_to(vec![issue.mail.clone()]);
        let event = issue.event("token_issue.issued");
        Transition::new(issue, event).tell(notice)
    }

    /// Ids that were never issued: what counts the tries of who typed them.
    pub fn decoy(
        id: IssueId,
        institution: InstitutionId,
        (service_id, user_id): (ServiceId, UserId),
        policy: &Policy,
        now: Timestamp,
    ) -> Transition<Self> {
        Transition::quiet(Self {
            id,
            institution,
            contract: None,
            mail: String::new(),
            service_id,
            user_id,
            sealed: None,
            state: IssueState::Decoy,
            version: 1,
            tries_left: START_TRIES,
            issued_at: now,
            until: ends(policy, now),
        })
    }

    /// A user id of chance.
    pub fn draw_id(moment: &mut Moment) -> UserId {
        let number: u64 = moment.pick(1_000_000_000..10_000_000_000);
        number.to_string().parse().expect("ten digits")
    }

    /// Whether an app can be set up with it now.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.state == IssueState::Issued && now < self.until
    }

    /// Somebody has typed its ids. What is used up or nobody's counts from the beginning once it
    /// has counted for as long as an issue lives: like ids that nobody has tried.
    pub fn named(mut self, policy: &Policy, now: Timestamp) -> Transition<Self> {
        if self.state != IssueState::Issued && now >= self.until {
            self.tries_left = START_TRIES;
            self.until = ends(policy, now);
        }
        Transition::quiet(self)
    }

    /// A start password was wrong; counted alike where nothing can come of it.
    pub fn refuse(mut self, now: Timestamp) -> Transition<Self> {
        let open = self.is_open(now);
        self.tries_left = self.tries_left.saturating_sub(1);
        if !open {
            return Transition::quiet(self);
        }
        self.version += 1;
        let refused = self.event("token_issue.refused").with("tries_left", self.tries_left);
        if self.tries_left > 0 {
            return Transition::new(self, refused);
        }
        self.state = IssueState::Dead;
        self.sealed = None;
        let dead = self.event("token_issue.dead");
        let notice = Notice::new(NoticeKind::OtpIssueDead);
        Transition::new(self, refused).and(dead).tell(notice)
    }

    /// An app was set up with it; the start password is erased.
    pub fn used(self) -> Transition<Self> {
        self.ended(IssueState::Used, "token_issue.used")
    }

    /// It is taken back. Again: nothing happens.
    pub fn cancel(self) -> Result<Transition<Self>, Refusal> {
        match self.state {
            IssueState::Issued => Ok(self.ended(IssueState::Cancelled, "token_issue.cancelled")),
            IssueState::Cancelled => Ok(Transition::quiet(self)),
            state => Err(Refusal::InvalidTransition { state: state.word() }),
        }
    }

    /// Its time is over.
    pub fn expire(self) -> Transition<Self> {
        if self.state != IssueState::Issued {
            return Transition::quiet(self);
        }
        let notice = Notice::new(NoticeKind::OtpIssueDead);
        self.ended(IssueState::Expired, "token_issue.expired").tell(notice)
    }

    fn ended(mut self, state: IssueState, kind: &'static str) -> Transition<Self> {
        self.state = state;
        self.sealed = None;
        self.version += 1;
        let event = self.event(kind);
        Transition::new(self, event)
    }

    fn event(&self, kind: &'static str) -> Event {
        Event::new(kind, Subject::new("token_issue", self.id).at(self.version))
    }
}

fn ends(policy: &Policy, now: Timestamp) -> Timestamp {
    now.plus_s(i64::from(policy.otp.issue_hours) * 3600)
}
