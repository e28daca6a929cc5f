//! Every expected "no", with its stable code (api.md §1.6). What strangers may not learn is one
//! refusal.

use std::fmt;

use crate::id::{ApprovalId, ConsumptionId, OrderId};
use crate::time::Timestamp;

/// Why no method can be asked (api.md §4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoMethod {
    /// Nothing was ever issued, or all of it has ended.
    NoneEnrolled,
    /// The card in use may no longer approve this since the mandatory date (U-03, E-08).
    MandatoryDatePassed,
    /// Locked after wrong answers.
    Locked,
    /// No fresh cells are left on the card.
    Exhausted,
    /// The token was given up, and the card approves nothing more until another is started (T-09).
    AfterStop,
    /// The method's amount for the day is used up.
    LimitReached,
    /// The method does not serve this channel.
    Channel,
    /// A card was posted and waits for the switch.
    CardOnTheWay,
    /// Not before the end of a waiting time.
    StartsOn(Timestamp),
}

impl NoMethod {
    /// The word of the API.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoneEnrolled => "none_enrolled",
            Self::MandatoryDatePassed => "mandatory_date_passed",
            Self::Locked => "locked",
            Self::Exhausted => "exhausted",
            Self::AfterStop => "after_stop",
            Self::LimitReached => "limit_reached",
            Self::Channel => "channel",
            Self::CardOnTheWay => "card_on_the_way",
            Self::StartsOn(_) => "starts_on",
        }
    }
}

/// An expected "no". Nothing was changed by the attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Missing, of another institution, or not the caller's.
    NotFound,
    /// The state does not allow it.
    InvalidTransition {
        /// The state it is in.
        state: &'static str,
    },
    /// The contract is pending, suspended or cancelled.
    ContractNotActive {
        /// Which of them.
        state: &'static str,
    },
    /// The bank has used this reference for an approval that still counts (api.md §4.2).
    ReferenceTaken {
        /// That approval.
        approval: ApprovalId,
    },
    /// No method can be asked for this operation.
    NoUsableMethod(NoMethod),
    /// Too many challenges were shown and not answered (domain.md §4.5).
    ChallengePaused {
        /// When asking goes on.
        until: Timestamp,
    },
    /// The approval is no longer open for this step.
    ApprovalClosed {
        /// Its state.
        state: &'static str,
        /// Why it ended.
        reason: String,
    },
    /// The challenge is over, or was never drawn.
    ChallengeClosed {
        /// `expired`, `replaced` or `never_drawn`.
        why: &'static str,
    },
    /// Consumption before approval.
    NotApproved {
        /// The state it is in.
        state: &'static str,
    },
    /// The approval was used before.
    AlreadyConsumed {
        /// That use.
        consumption: ConsumptionId,
        /// The number the core gave it: if it is yours, it was you.
        booking: String,
    },
    /// What is to be booked is not what was approved.
    DigestMismatch,
    /// The login id belongs to another contract.
    LoginIdTaken,
    /// A card order is open (E-01).
    OrderOpen {
        /// That order.
        order: OrderId,
        /// When it was made.
        ordered_at: Timestamp,
    },
    /// The address was changed too recently to post a card to it (E-02).
    AddressRecentlyChanged {
        /// When an order is possible again.
        until: Timestamp,
    },
    /// The order's address is waiting to be confirmed (E-02).
    OrderFrozen,
    /// The proposal was decided, withdrawn or has expired.
    ProposalClosed {
        /// Its state.
        state: &'static str,
    },
    /// The batch is past this step.
    BatchClosed {
        /// Its state.
        state: &'static str,
    },
    /// The card must not leave the house (E-11).
    CardVoid,
    /// Named in a body, not a contract of this institution.
    NoSuchContract,
    /// Named in a body, not a session of this contract.
    NoSuchSession,
    /// Named in a body, not a credential of this institution.
    NoSuchCredential,
    /// The institution does not offer this operation.
    OperationNotOffered,
    /// The institution does not offer this method, or not for this operation.
    MethodNotOffered,
    /// The day is in the past, too far, or not in the calendar.
    OperationDateInvalid,
    /// More than a limit allows.
    LimitExceeded {
        /// The policy key of the limit.
        limit: &'static str,
        /// What it allows, in yen.
        limit_yen: u64,
        /// What is left of it, in yen.
        left_yen: u64,
    },
    /// Where the customer is to be sent back is not registered for the client.
    ReturnUrlNotRegistered,
    /// Parts of the answer are missing or of the wrong form; not counted as an attempt.
    AnswerIncomplete,
    /// A code, password, card or serial was wrong: one refusal for all of them.
    ProofRefused {
        /// Attempts left; `None` while the password has not been shown (E-10).
        attempts_left: Option<u8>,
    },
    /// The one-time password is right and was used before (E-14); not counted.
    CodeUsed {
        /// Seconds until the token shows the next; `None` where it counts presses.
        wait_s: Option<u32>,
    },
    /// Wrong ones came a moment ago: nothing is judged yet, and nothing counted.
    ProofPaused {
        /// When the next is judged.
        until: Timestamp,
    },
    /// A token was given up or lost a moment ago: none can be started yet (domain.md §2.5).
    RestartWaiting {
        /// When one can.
        until: Timestamp,
    },
    /// The step needs an approval of this change that was answered and not used yet.
    ApprovalRequired {
        /// The change, in the word of the API.
        action: &'static str,
    },
    /// The postcode is not that of the registered address (U-13).
    AddressMismatch,
    /// Counts of a batch do not add up.
    CountsDisagree {
        /// What the manifest says.
        expected: u64,
        /// What was given.
        given: u64,
    },
    /// The card scanned is not in the manifest.
    ManifestMismatch,
    /// More approvals are open for this contract than allowed (E-17).
    TooManyOpenApprovals {
        /// How many are allowed.
        limit: usize,
    },
    /// The role lacks the permission.
    StaffNotPermitted,
    /// Maker and checker are two different people.
    MakerCannotCheck,
    /// Only a client with scope `approvals:exempt` may assert a filed payee (Y-15).
    ExemptionNotPermitted,
    /// Nobody was signed in; the reason is in the audit log only.
    SignInFailed {
        /// Seconds to wait before trying again; the same for every reason.
        wait_s: u32,
    },
    /// The same key came with another request (api.md §1.3).
    IdempotencyKeyReused,
    /// The new password does not meet the rules.
    PasswordUnfit(PasswordFault),
    /// The notice about the card was not confirmed (U-18).
    NoticeNotRead,
    /// The app has not derived what the server has: a wrong start password, or a message changed on
    /// its way (api.md §6.3). It was counted.
    StartRefused {
        /// Tries left.
        tries_left: u8,
    },
    /// The app knows no way of deriving a seed that we know.
    SuiteUnsupported,
}

/// What a new password lacks (NIST SP 800-63B-4 §3.1.1.2: length and block-list, nothing else).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PasswordFault {
    /// Shorter than policy `password.min_length`.
    TooShort,
    /// Longer than 64 characters.
    TooLong,
    /// Well known, or made of the login id.
    TooCommon,
    /// The same as before.
    Unchanged,
    /// The repetition differs.
    NotRepeated,
}

impl PasswordFault {
    /// The word in messages.
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooShort => "too_short",
            Self::TooLong => "too_long",
            Self::TooCommon => "too_common",
            Self::Unchanged => "unchanged",
            Self::NotRepeated => "not_repeated",
        }
    }
}

impl Refusal {
    /// The stable code; never translated, never changed.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::InvalidTransition { .. } => "invalid_transition",
            Self::ContractNotActive { .. } => "contract_not_active",
            Self::ReferenceTaken { .. } => "reference_taken",
            Self::NoUsableMethod(_) => "no_usable_method",
            Self::ChallengePaused { .. } => "challenge_paused",
            Self::ApprovalClosed { .. } => "approval_closed",
            Self::ChallengeClosed { .. } => "challenge_closed",
            Self::NotApproved { .. } => "not_approved",
            Self::AlreadyConsumed { .. } => "already_consumed",
            Self::DigestMismatch => "digest_mismatch",
            Self::LoginIdTaken => "login_id_taken",
            Self::OrderOpen { .. } => "order_open",
            Self::AddressRecentlyChanged { .. } => "address_recently_changed",
            Self::OrderFrozen => "order_frozen",
            Self::ProposalClosed { .. } => "proposal_closed",
            Self::BatchClosed { .. } => "batch_closed",
            Self::CardVoid => "card_void",
            Self::NoSuchContract => "no_such_contract",
            Self::NoSuchSession => "no_such_session",
            Self::NoSuchCredential => "no_such_credential",
            Self::OperationNotOffered => "operation_not_offered",
            Self::MethodNotOffered => "method_not_offered",
            Self::OperationDateInvalid => "operation_date_invalid",
            Self::LimitExceeded { .. } => "limit_exceeded",
            Self::ReturnUrlNotRegistered => "return_url_not_registered",
            Self::AnswerIncomplete => "answer_incomplete",
            Self::ProofRefused { .. } => "proof_refused",
            Self::CodeUsed { .. } => "code_used",
            Self::ProofPaused { .. } => "proof_paused",
            Self::RestartWaiting { .. } => "restart_waiting",
            Self::ApprovalRequired { .. } => "approval_required",
            Self::AddressMismatch => "address_mismatch",
            Self::CountsDisagree { .. } => "counts_disagree",
            Self::ManifestMismatch => "manifest_mismatch",
            Self::TooManyOpenApprovals { .. } => "too_many_open_approvals",
            Self::StaffNotPermitted => "staff_not_permitted",
            Self::MakerCannotCheck => "maker_cannot_check",
            Self::ExemptionNotPermitted => "exemption_not_permitted",
            Self::SignInFailed { .. } => "sign_in_failed",
            Self::IdempotencyKeyReused => "idempotency_key_reused",
            Self::PasswordUnfit(_) => "password_unfit",
            Self::NoticeNotRead => "notice_not_read",
            Self::StartRefused { .. } => "start_refused",
            Self::SuiteUnsupported => "suite_unsupported",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for Refusal {}
