//! What the customer is asked to approve, and its digest.
//!
//! The bank computes the digest itself, from the values it is about to book, by the canonical form
//! of api.md §4.5 (RFC 8785). What was shown at sekisho and what is booked can then not differ.

use std::fmt::{self, Write as _};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// An account as banks write it (api.md §4.4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountNumber {
    /// Branch, three digits.
    pub branch: String,
    /// 1 普通, 2 当座, 4 貯蓄, 9 その他.
    pub kind: String,
    /// Account number, seven digits.
    pub number: String,
}

/// The account money goes to, with the name the customer gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PayeeAccount {
    /// Bank, four digits.
    pub bank: String,
    /// Bank in words.
    pub bank_name: String,
    /// Branch in words.
    pub branch_name: String,
    /// Name in canonical half-width kana.
    pub name: String,
    /// Whether the customer has it in the payee list.
    pub registration: Registration,
    /// The account at that bank.
    #[serde(flatten)]
    pub account: AccountNumber,
}

/// How well the bank knows a payee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Named for this transfer only (都度指定).
    None,
    /// In the customer's own payee list (利用者登録).
    Saved,
}

/// Who pays the fee. This bank offers one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeePayer {
    /// The sender (当方負担).
    Remitter,
}

/// An operation in the words of the public API. Serialised, it is what is sent and what is
/// digested.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Operation {
    /// 振込: to another person's account, here or at another bank.
    Transfer {
        /// The customer's account.
        from: AccountNumber,
        /// Where the money goes.
        payee: PayeeAccount,
        /// 1 or more.
        amount_yen: i64,
        /// 0 or more, taken from the same account.
        fee_yen: i64,
        /// Who pays it.
        fee_payer: FeePayer,
        /// The day it is booked, in Japan.
        date: Date,
    },
    /// 振替: between accounts of the same customer.
    OwnTransfer {
        /// The account that pays.
        from: AccountNumber,
        /// The account that receives.
        to: AccountNumber,
        /// 1 or more.
        amount_yen: i64,
        /// The day it is booked, in Japan.
        date: Date,
    },
}

impl Operation {
    /// The account that pays.
    pub fn from(&self) -> &AccountNumber {
        match self {
            Self::Transfer { from, .. } | Self::OwnTransfer { from, .. } => from,
        }
    }

    /// What the receiver gets, in yen.
    pub fn amount_yen(&self) -> i64 {
        match self {
            Self::Transfer { amount_yen, .. } | Self::OwnTransfer { amount_yen, .. } => *amount_yen,
        }
    }

    /// What the customer pays on top, in yen.
    pub fn fee_yen(&self) -> i64 {
        match self {
            Self::Transfer { fee_yen, .. } => *fee_yen,
            Self::OwnTransfer { .. } => 0,
        }
    }

    /// What leaves the paying account, in yen.
    pub fn total_yen(&self) -> i64 {
        self.amount_yen() + self.fee_yen()
    }

    /// The day it is booked.
    pub fn date(&self) -> Date {
        match self {
            Self::Transfer { date, .. } | Self::OwnTransfer { date, .. } => *date,
        }
    }

    /// The operation as JSON, as it is sent.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).expect("an operation holds only text and numbers")
    }
}

/// What a digest is bound to besides the operation (api.md §4.5).
#[derive(Debug, Clone, Copy)]
pub struct Binding<'a> {
    /// `ctr_…`
    pub contract: &'a str,
    /// `ins_…`
    pub institution: &'a str,
    /// sekisho's nonce of this approval.
    pub nonce: &'a str,
    /// The bank's own number of the draft.
    pub reference: &'a str,
}

/// The digest of an operation: `sha256:` and 64 hexadecimal digits.
pub fn digest(binding: Binding<'_>, operation: &Value) -> String {
    let whole = json!({
        "contract": binding.contract, "institution": binding.institution,
        "nonce": binding.nonce, "operation": operation, "reference": binding.reference,
    });
    let mut text = String::from("sekisho.operation.v1\n");
    write_canonical(&whole, &mut text).expect("writing to a string does not fail");
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().fold(String::from("sha256:"), |mut written, byte| {
        write!(written, "{byte:02x}").expect("writing to a string does not fail");
        written
    })
}

/// RFC 8785 for what an operation may hold: objects with ASCII names, arrays, text, whole numbers.
fn write_canonical(value: &Value, out: &mut String) -> fmt::Result {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.as_bytes());
            out.push('{');
            for (place, (name, member)) in members.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_text(name, out)?;
                out.push(':');
                write_canonical(member, out)?;
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                write_canonical(item, out)?;
            }
            out.push(']');
        }
        Value::String(text) => write_text(text, out)?,
        Value::Number(_) | Value::Bool(_) | Value::Null => write!(out, "{value}")?,
    }
    Ok(())
}

fn write_text(text: &str, out: &mut String) -> fmt::Result {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => write!(out, "\\u{:04x}", u32::from(control))?,
            other => out.push(other),
        }
    }
    out.push('"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const BINDING: Binding<'_> = Binding {
        contract: "ctr_01kng5fyw0ejqr3z5z3y4sg13p",
        institution: "ins_01kn35e000ektt35dhh049836d",
        nonce: "Xa0ijRfcp6bf-13oiKbCeA",
        reference: "IB-20261120-000123",
    };

    fn transfer(number: &str, amount_yen: i64) -> Operation {
        let account = |branch: &str, number: &str| AccountNumber {
            branch: branch.into(),
            kind: "1".into(),
            number: number.into(),
        };
        Operation::Transfer {
            from: account("001", "1234567"),
            payee: PayeeAccount {
                bank: "9998".into(),
                bank_name: "架空信用金庫".into(),
                branch_name: "本町支店".into(),
                name: "ｾｷｼﾖ ﾊﾅｺ".into(),
                registration: Registration::None,
                account: account("012", number),
            },
            amount_yen,
            fee_yen: 220,
            fee_payer: FeePayer::Remitter,
            date: "2026-11-20".parse().expect("a day"),
        }
    }

    #[test]
    fn the_digests_of_the_public_document_come_out() {
        for (number, amount_yen, expected) in [
            ("7654321", 50_000, "c6cc02c9ac7e58d3529fe905eb56327d228362609fe1975c768212f88ed9e7f6"),
            ("7654322", 50_000, "7775d1a371031cc99b0a2bbab3a3b4a01c3f7ac1c9373223dad6d7420381db87"),
            ("7654321", 50_001, "bda834b337808a853ac43738cab6f1b74196869ea31d3b391e06a6a276ee8585"),
        ] {
            let computed = digest(BINDING, &transfer(number, amount_yen).to_json());
            assert_eq!(computed, format!("sha256:{expected}"));
        }
        let pay_easy = json!({
            "type": "pay_easy", "from": { "branch": "001", "kind": "1", "number": "1234567" },
            "biller": "00100", "biller_name": "架空市", "payment_number": "12345678901234567890",
            "division": "001", "amount_yen": 18300, "fee_yen": 0, "date": "2026-11-20",
        });
        assert_eq!(
            digest(Binding { reference: "IB-20261120-000124", ..BINDING }, &pay_easy),
            "sha256:9704a5eb11e26f467907e6b4f529d5958284c60d82643e2c3d8cd9294159110d"
        );
    }

    #[test]
    fn the_canonical_form_escapes_what_rfc_8785_escapes_and_nothing_else() {
        let mut written = String::new();
        write_canonical(&json!({"b": [1, "\"\\/\u{1}\n字"], "a": {}}), &mut written).expect("text");
        assert_eq!(written, "{\"a\":{},\"b\":[1,\"\\\"\\\\/\\u0001\\n字\"]}");
    }

    #[test]
    fn an_operation_survives_being_kept() {
        let operation = transfer("7654321", 50_000);
        let kept: Operation = serde_json::from_value(operation.to_json()).expect("our own form");
        assert_eq!(kept, operation);
    }
}
