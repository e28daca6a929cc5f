//! The operation as the customer reads it before approving: built from what the digest covers,
//! nothing else.

use sekisho_domain::approval::Approval;
use sekisho_domain::operation::{
    Account, AccountKind, CredentialAction, FeePayer, Operation, OwnTransfer, Payee, Registration,
    Transfer,
};
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Timestamp;

use crate::screen::slip::{Badge, ClockView, SlipLine, SlipView};
use crate::text::Texts;

/// The slip of an approval.
pub(crate) fn of(approval: &Approval, texts: &Texts) -> SlipView {
    let (target, rest) = match &approval.operation {
        Operation::Transfer(transfer) => self::transfer(transfer, texts),
        Operation::OwnTransfer(transfer) => own_transfer(transfer, texts),
        Operation::CredentialChange(change) => {
            let change = texts.t(change_key(change.action));
            (vec![line(texts, "mail-row-change", vec![change])], Vec::new())
        }
    };
    let amount_key = match &approval.operation {
        Operation::OwnTransfer(_) => "mail-row-own",
        _ => "mail-row-transfer",
    };
    let amount = approval.operation.amount();
    SlipView {
        title: title(&approval.operation, texts),
        amount: amount.map(|yen| (texts.t(amount_key), yen.to_u64())),
        target,
        rest,
        check_code: approval.digest.reference_code(),
    }
}

/// The operation's name: 振込.
pub(crate) fn title(operation: &Operation, texts: &Texts) -> String {
    texts.t(match operation {
        Operation::Transfer(_) => "operation-transfer",
        Operation::OwnTransfer(_) => "operation-own-transfer",
        Operation::CredentialChange(_) => "operation-credential-change",
    })
}

/// Name and amount in a few words, for lists: 振込 12,000円.
pub(crate) fn in_short(operation: &Operation, texts: &Texts) -> String {
    let title = title(operation, texts);
    match operation.amount() {
        Some(yen) => format!("{title} {}", texts.yen(yen.to_u64())),
        None => title,
    }
}

fn line(texts: &Texts, key: &str, parts: Vec<String>) -> SlipLine {
    SlipLine { label: texts.t(key), parts, badge: None }
}

fn transfer(transfer: &Transfer, texts: &Texts) -> (Vec<SlipLine>, Vec<SlipLine>) {
    let mut target = line(texts, "mail-row-payee", payee(&transfer.payee, texts));
    target.badge = Some(match transfer.payee.registration {
        Registration::Filed => (Badge::Ok, texts.t("payee-filed")),
        Registration::Saved => (Badge::Plain, texts.t("payee-saved")),
        Registration::None => (Badge::Warn, texts.t("payee-new")),
    });
    let fee_payer = match transfer.fee_payer {
        FeePayer::Remitter => "fee-remitter",
        FeePayer::Payee => "fee-payee",
    };
    let fee = texts.yen(transfer.fee_yen.to_u64());
    let fee = texts.with(fee_payer, &[("fee", fee)]);
    let mut rest = vec![
        line(texts, "slip-from", account(&transfer.from, texts)),
        line(texts, "slip-fee", vec![fee]),
        line(texts, "mail-row-transfer-day", vec![texts.day(transfer.date)]),
    ];
    if let Some(sender) = &transfer.sender_name {
        rest.push(line(texts, "slip-sender", vec![sender.full_width()]));
    }
    (vec![target], rest)
}

fn own_transfer(transfer: &OwnTransfer, texts: &Texts) -> (Vec<SlipLine>, Vec<SlipLine>) {
    let target = line(texts, "mail-row-own-to", account(&transfer.to, texts));
    let rest = vec![
        line(texts, "slip-from", account(&transfer.from, texts)),
        line(texts, "mail-row-own-day", vec![texts.day(transfer.date)]),
    ];
    (vec![target], rest)
}

fn payee(payee: &Payee, texts: &Texts) -> Vec<String> {
    let bank = payee.bank_name.clone();
    let bank =
        bank.unwrap_or_else(|| texts.with("mail-bank-code", &[("code", payee.bank.as_str())]));
    let branch = payee.branch_name.clone();
    let branch = branch.unwrap_or_else(|| branch_code(payee.branch.as_str(), texts));
    let account = format!("{} {}", kind(payee.kind, texts), payee.number.as_str());
    vec![payee.name.full_width(), format!("{bank} {branch}"), account]
}

fn account(account: &Account, texts: &Texts) -> Vec<String> {
    let branch = branch_code(account.branch.as_str(), texts);
    vec![branch, format!("{} {}", kind(account.kind, texts), account.number.as_str())]
}

fn branch_code(code: &str, texts: &Texts) -> String {
    texts.with("mail-branch-code", &[("code", code)])
}

fn kind(kind: AccountKind, texts: &Texts) -> String {
    texts.t(match kind {
        AccountKind::Ordinary => "mail-kind-ordinary",
        AccountKind::Current => "mail-kind-current",
        AccountKind::Savings => "mail-kind-savings",
        AccountKind::Other => "mail-kind-other",
    })
}

const fn change_key(action: CredentialAction) -> &'static str {
    match action {
        CredentialAction::OtpStart => "mail-change-otp-start",
        CredentialAction::OtpExchange => "mail-change-otp-exchange",
        CredentialAction::OtpStop => "mail-change-otp-stop",
        CredentialAction::OtpIssue => "mail-change-otp-issue",
        CredentialAction::CardSwitch => "mail-change-card-switch",
        CredentialAction::MailPasswordStart => "mail-change-mail-password-start",
        CredentialAction::MailPasswordStop => "mail-change-mail-password-stop",
        CredentialAction::SignInChange => "mail-change-sign-in",
    }
}

/// How long the customer may still take, and whether more can be had.
pub(crate) fn clock(approval: &Approval, policy: &Policy, now: Timestamp) -> ClockView {
    let until = approval.deadline().unwrap_or(approval.expires_at);
    let seconds = |s: i64| u32::try_from(s).unwrap_or(0);
    let challenge = approval.challenge();
    let more = challenge.is_some_and(|known| known.extensions < policy.challenge.extensions);
    ClockView {
        left_s: seconds(until.seconds_since(now)),
        whole_s: challenge.map_or(policy.challenge.life_s, |known| {
            let from = if known.extensions == 0 { known.drawn_at } else { now };
            seconds(until.seconds_since(from))
        }),
        until,
        extend_s: more.then_some(policy.challenge.life_s),
    }
}
