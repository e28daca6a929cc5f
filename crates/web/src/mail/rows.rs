//! The facts of a notice as labels and values.

use sekisho_domain::method::MethodKind;
use sekisho_domain::notice::{NoticeKind, PostedNotice};
use sekisho_domain::operation::{AccountKind, CredentialAction, Operation, Payee};
use sekisho_domain::time::Timestamp;
use serde_json::Value;

use crate::text::Texts;

/// A label and what stands beside it, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// 振込先
    pub label: String,
    /// Its lines; at least one.
    pub lines: Vec<String>,
}

/// The rows of a notice, in the order in which they are read.
pub(super) fn of(notice: &PostedNotice, texts: &Texts) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut add = |key: &str, lines: Vec<String>| rows.push(Row { label: texts.t(key), lines });
    let text = |name: &str| notice.facts.get(name).and_then(Value::as_str);
    if notice.kind == NoticeKind::OperationApproved {
        return approved(notice, texts);
    }
    if let Some(method) = text("method") {
        let printed = method.parse().is_ok_and(|kind: MethodKind| kind.card().is_some());
        let label = if printed { "mail-row-card" } else { "mail-row-token" };
        add(label, vec![texts.t(method_key(method))]);
    }
    for (name, label) in [
        ("serial", "mail-row-serial"),
        ("next_serial", "mail-row-next-serial"),
        ("service_id", "mail-row-service-id"),
        ("user_id", "mail-row-user-id"),
    ] {
        if let Some(value) = text(name) {
            add(label, vec![value.to_owned()]);
        }
    }
    if let Some(number) = text("card_number") {
        add("mail-row-card-number", vec![number.to_owned()]);
    }
    if let Some(left) = notice.facts.get("left").and_then(Value::as_u64) {
        let left = u32::try_from(left).unwrap_or(u32::MAX);
        add("mail-row-left", vec![texts.count("mail-left", left)]);
    }
    if let Some(device) = text("device") {
        add("mail-row-device", vec![device.to_owned()]);
    }
    add("mail-row-at", vec![moment(notice.at, texts)]);
    rows
}

fn approved(notice: &PostedNotice, texts: &Texts) -> Vec<Row> {
    let operation = notice.facts.get("operation").cloned();
    // What was approved under older rules may be unreadable today; the reference code still names
    // it.
    let operation = operation.and_then(|stored| serde_json::from_value(stored).ok());
    let mut rows = operation.map_or_else(Vec::new, |operation| self::operation(&operation, texts));
    let mut add =
        |key: &str, line: String| rows.push(Row { label: texts.t(key), lines: vec![line] });
    let text = |name: &str| notice.facts.get(name).and_then(Value::as_str);
    if let Some(method) = text("method") {
        add("mail-row-method", texts.t(method_key(method)));
    }
    let approved_at = notice.facts.get("approved_at").and_then(Value::as_i64);
    let approved_at = approved_at.map_or(notice.at, Timestamp::from_millis);
    add("mail-row-approved-at", moment(approved_at, texts));
    if let Some(code) = text("reference_code") {
        add("mail-row-code", code.to_owned());
    }
    rows
}

fn operation(operation: &Operation, texts: &Texts) -> Vec<Row> {
    let row = |key: &str, lines: Vec<String>| Row { label: texts.t(key), lines };
    match operation {
        Operation::Transfer(transfer) => vec![
            row("mail-row-transfer", vec![texts.yen(transfer.amount_yen.to_u64())]),
            row("mail-row-payee", payee(&transfer.payee, texts)),
            row("mail-row-transfer-day", vec![texts.day(transfer.date)]),
        ],
        Operation::OwnTransfer(transfer) => {
            let branch = branch_code(transfer.to.branch.as_str(), texts);
            let account = account(transfer.to.kind, transfer.to.number.as_str(), texts);
            vec![
                row("mail-row-own", vec![texts.yen(transfer.amount_yen.to_u64())]),
                row("mail-row-own-to", vec![branch, account]),
                row("mail-row-own-day", vec![texts.day(transfer.date)]),
            ]
        }
        Operation::CredentialChange(change) => {
            vec![row("mail-row-change", vec![texts.t(change_key(change.action))])]
        }
    }
}

/// Name, bank and branch, account: the number in full is nobody's business on the way of a mail.
fn payee(payee: &Payee, texts: &Texts) -> Vec<String> {
    let bank = payee.bank_name.clone();
    let bank =
        bank.unwrap_or_else(|| texts.with("mail-bank-code", &[("code", payee.bank.as_str())]));
    let branch = payee.branch_name.clone();
    let branch = branch.unwrap_or_else(|| branch_code(payee.branch.as_str(), texts));
    let account = account(payee.kind, payee.number.as_str(), texts);
    vec![payee.name.full_width(), format!("{bank} {branch}"), account]
}

fn branch_code(code: &str, texts: &Texts) -> String {
    texts.with("mail-branch-code", &[("code", code)])
}

fn account(kind: AccountKind, number: &str, texts: &Texts) -> String {
    let kind = texts.t(match kind {
        AccountKind::Ordinary => "mail-kind-ordinary",
        AccountKind::Current => "mail-kind-current",
        AccountKind::Savings => "mail-kind-savings",
        AccountKind::Other => "mail-kind-other",
    });
    let (_, last) = number.split_at(number.len() - 3);
    texts.with("mail-account", &[("kind", kind.as_str()), ("last", last)])
}

fn method_key(method: &str) -> &'static str {
    match method.parse() {
        Ok(MethodKind::ImageCard) => "mail-method-image-card",
        Ok(MethodKind::CustomerCard) => "mail-method-customer-card",
        Ok(MethodKind::OtpApp) => "mail-method-otp-app",
        Ok(MethodKind::OtpDevice) => "mail-method-otp-device",
        Err(_) => "mail-method-none",
    }
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

/// Day and time with a space between, where a line may break.
fn moment(at: Timestamp, texts: &Texts) -> String {
    format!("{} {}", texts.day(at.day()), texts.clock(at))
}
