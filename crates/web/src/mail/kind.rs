//! What differs between the kinds of notices: which words, and whether it may be somebody else's
//! doing.

use sekisho_domain::notice::NoticeKind;

/// The message that names the kind; its attribute `.text` says what happened and what to do.
pub(super) const fn key(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::CardOrdered => "mail-card-ordered",
        NoticeKind::OrderRejected => "mail-order-rejected",
        NoticeKind::CardDispatched => "mail-card-dispatched",
        NoticeKind::CardReturned => "mail-card-returned",
        NoticeKind::CardLost => "mail-card-lost",
        NoticeKind::SwitchReminder => "mail-switch-reminder",
        NoticeKind::CardSwitched => "mail-card-switched",
        NoticeKind::CardRevoked => "mail-card-revoked",
        NoticeKind::CardLocked => "mail-card-locked",
        NoticeKind::CardUnlocked => "mail-card-unlocked",
        NoticeKind::CardNearlyUsedUp => "mail-card-nearly-used-up",
        NoticeKind::ChallengeAbandoned => "mail-challenge-abandoned",
        NoticeKind::NewDevice => "mail-new-device",
        NoticeKind::SignedInAfterFailures => "mail-signed-in-after-failures",
        NoticeKind::PasswordChanged => "mail-password-changed",
        NoticeKind::OperationApproved => "mail-operation-approved",
        NoticeKind::ContractSuspended => "mail-contract-suspended",
        NoticeKind::ContractResumed => "mail-contract-resumed",
        NoticeKind::OtpStarted => "mail-otp-started",
        NoticeKind::OtpExchanged => "mail-otp-exchanged",
        NoticeKind::OtpStopped => "mail-otp-stopped",
        NoticeKind::OtpLocked => "mail-otp-locked",
        NoticeKind::OtpUnlocked => "mail-otp-unlocked",
        NoticeKind::OtpRevoked => "mail-otp-revoked",
        NoticeKind::OtpIssued => "mail-otp-issued",
        NoticeKind::OtpIssueDead => "mail-otp-issue-dead",
        NoticeKind::TokenExpiring => "mail-token-expiring",
        NoticeKind::MailChanged => "mail-mail-changed",
    }
}

/// Whether the customer should call at once if it was not his own doing; else he may have a
/// question.
pub(super) const fn alarms(kind: NoticeKind) -> bool {
    !matches!(
        kind,
        NoticeKind::OrderRejected
            | NoticeKind::CardDispatched
            | NoticeKind::CardReturned
            | NoticeKind::CardLost
            | NoticeKind::SwitchReminder
            | NoticeKind::CardNearlyUsedUp
            | NoticeKind::TokenExpiring
    )
}

/// Whether there is still something to stop.
pub(super) const fn can_be_stopped(kind: NoticeKind) -> bool {
    !matches!(kind, NoticeKind::ContractSuspended)
}
