//! An operation in words, as the customer must see it before answering (api.md §4.2).

use sekisho_domain::operation::{
    Account, AccountKind, CredentialAction, CredentialChange, FeePayer, Operation, OwnTransfer,
    Payee, Transfer,
};
use sekisho_domain::time::Day;
use serde::Serialize;

use crate::text::{Lang, Texts};

/// A title and its lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Display {
    /// 振込
    pub title: String,
    /// What matters, line by line.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// お振込先
    pub label: String,
    /// 架空信用金庫 本町支店 普通 7654321 ｾｷｼﾖ ﾊﾅｺ 様
    pub text: String,
}

impl Display {
    /// `operation` in words. Its date is named unless it is `today`.
    pub fn of(operation: &Operation, today: Day, lang: Lang) -> Self {
        let words = Words(Texts::new(lang, Vec::new()));
        match operation {
            Operation::Transfer(transfer) => words.transfer(transfer, today),
            Operation::OwnTransfer(transfer) => words.own_transfer(transfer, today),
            Operation::CredentialChange(change) => words.change(change),
        }
    }
}

struct Words(Texts);

impl Words {
    fn transfer(&self, transfer: &Transfer, today: Day) -> Display {
        let mut lines = vec![
            self.line("display-payee", self.payee(&transfer.payee)),
            self.line("display-amount", self.yen(transfer.amount_yen)),
            self.line("display-fee", self.fee(transfer)),
        ];
        if let Some(sender) = &transfer.sender_name {
            lines.push(self.line("display-sender", sender.to_string()));
        }
        lines.extend(self.date("display-date", transfer.date, today));
        Display { title: self.0.t("display-transfer"), lines }
    }

    fn own_transfer(&self, transfer: &OwnTransfer, today: Day) -> Display {
        let mut lines = vec![
            self.line("display-from", self.account(&transfer.from)),
            self.line("display-to", self.account(&transfer.to)),
            self.line("display-own-amount", self.yen(transfer.amount_yen)),
        ];
        lines.extend(self.date("display-own-date", transfer.date, today));
        Display { title: self.0.t("display-own-transfer"), lines }
    }

    fn change(&self, change: &CredentialChange) -> Display {
        let what = match change.action {
            CredentialAction::OtpStart => "display-otp-start",
            CredentialAction::OtpExchange => "display-otp-exchange",
            CredentialAction::OtpStop => "display-otp-stop",
            CredentialAction::OtpIssue => "display-otp-issue",
            CredentialAction::CardSwitch => "display-card-switch",
            CredentialAction::MailPasswordStart => "display-mail-password-start",
            CredentialAction::MailPasswordStop => "display-mail-password-stop",
            CredentialAction::SignInChange => "display-sign-in-change",
        };
        let mut lines = vec![self.line("display-change", self.0.t(what))];
        if let Some(serial) = &change.serial {
            lines.push(self.line("display-serial", serial.clone()));
        }
        Display { title: self.0.t("display-credential-change"), lines }
    }

    fn line(&self, label: &str, text: String) -> Line {
        Line { label: self.0.t(label), text }
    }

    fn date(&self, label: &str, date: Day, today: Day) -> Option<Line> {
        (date != today).then(|| self.line(label, date.to_string()))
    }

    fn payee(&self, payee: &Payee) -> String {
        let bank = payee.bank_name.clone().unwrap_or_else(|| payee.bank.to_string());
        let branch = payee.branch_name.clone().unwrap_or_else(|| payee.branch.to_string());
        let parts = [
            ("bank", bank),
            ("branch", branch),
            ("kind", self.kind(payee.kind)),
            ("number", payee.number.to_string()),
            ("name", payee.name.to_string()),
        ];
        self.0.with("display-payee-text", &parts)
    }

    fn account(&self, account: &Account) -> String {
        let parts = [
            ("branch", account.branch.to_string()),
            ("kind", self.kind(account.kind)),
            ("number", account.number.to_string()),
        ];
        self.0.with("display-account-text", &parts)
    }

    fn kind(&self, kind: AccountKind) -> String {
        self.0.t(match kind {
            AccountKind::Ordinary => "display-kind-ordinary",
            AccountKind::Current => "display-kind-current",
            AccountKind::Savings => "display-kind-savings",
            AccountKind::Other => "display-kind-other",
        })
    }

    fn fee(&self, transfer: &Transfer) -> String {
        let key = match transfer.fee_payer {
            FeePayer::Remitter => "display-fee-by-remitter",
            FeePayer::Payee => "display-fee-by-payee",
        };
        self.0.with(key, &[("yen", transfer.fee_yen.to_string())])
    }

    fn yen(&self, amount: sekisho_domain::money::Yen) -> String {
        self.0.with("display-yen", &[("yen", amount.to_string())])
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The operation and the words of api.md §4.2.
    #[test]
    fn a_transfer_is_told_as_in_the_document() {
        let operation: Operation = serde_json::from_value(json!({
            "type": "transfer", "from": {"branch": "001", "kind": "1", "number": "1234567"},
            "payee": {"bank": "9998", "bank_name": "架空信用金庫", "branch": "012",
                "branch_name": "本町支店", "kind": "1", "number": "7654321",
                "name": "ｾｷｼﾖ ﾊﾅｺ", "registration": "none"},
            "amount_yen": 50000, "fee_yen": 220, "fee_payer": "remitter", "date": "2026-11-20"
        }))
        .expect("an operation");
        let today = Day::parse("2026-11-20").expect("a day");
        let wanted = json!({ "title": "振込", "lines": [
            { "label": "お振込先", "text": "架空信用金庫 本町支店 普通 7654321 ｾｷｼﾖ ﾊﾅｺ 様" },
            { "label": "お振込金額", "text": "50,000円" },
            { "label": "手数料", "text": "220円（当方負担）" } ] });
        let shown = Display::of(&operation, today, Lang::Ja);
        assert_eq!(serde_json::to_value(&shown).expect("plain"), wanted);
        let english = Display::of(&operation, today.plus(-1), Lang::En);
        let date = english.lines.last().expect("a line");
        assert_eq!((date.label.as_str(), date.text.as_str()), ("Transfer date", "2026-11-20"));
        assert!(english.lines.iter().all(|line| !line.label.starts_with("display-")));
    }
}
