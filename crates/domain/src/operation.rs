//! What a customer approves: one operation of the bank, in every detail (api.md §4.4).
//!
//! Each type of operation has a file below; a new one is a variant, a word of [`OperationKind`] and
//! an arm in each `match` here.

use serde::{Deserialize, Serialize};

use crate::fields::{Fields, Read};
use crate::money::Yen;
use crate::read::word;
use crate::time::Day;

mod account;
mod credential_change;
mod own_transfer;
mod transfer;

pub use account::{Account, AccountKind, Payee, Registration};
pub use credential_change::{CredentialAction, CredentialChange};
pub use own_transfer::OwnTransfer;
pub use transfer::{FeePayer, Transfer};

/// An operation, strictly read. It is serialised with exactly the members that were sent, because
/// its digest is taken over them; what is read back is read as strictly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Operation {
    /// 振込
    Transfer(Transfer),
    /// 振替
    OwnTransfer(OwnTransfer),
    /// A change of the customer's 認証手段.
    CredentialChange(CredentialChange),
}

/// The types of operations, as policy names them (`txn.ops`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationKind {
    /// 振込: to somebody else's account.
    Transfer,
    /// 振替: between accounts of the contract.
    OwnTransfer,
    /// Start, exchange or stop of a token, switch of a card, and the like.
    CredentialChange,
}

impl Operation {
    /// Reads the members of `operation`; faults carry pointers below it.
    pub fn read(f: &mut Fields) -> Read<Self> {
        let kind = f.required("type", word());
        match kind.inspect_err(|_| f.leave_rest())? {
            OperationKind::Transfer => Transfer::read(f).map(Self::Transfer),
            OperationKind::OwnTransfer => OwnTransfer::read(f).map(Self::OwnTransfer),
            OperationKind::CredentialChange => {
                CredentialChange::read(f).map(Self::CredentialChange)
            }
        }
    }

    /// Its type.
    pub fn kind(&self) -> OperationKind {
        match self {
            Self::Transfer(_) => OperationKind::Transfer,
            Self::OwnTransfer(_) => OperationKind::OwnTransfer,
            Self::CredentialChange(_) => OperationKind::CredentialChange,
        }
    }

    /// The money that moves, without the fee.
    pub fn amount(&self) -> Option<Yen> {
        match self {
            Self::Transfer(transfer) => Some(transfer.amount_yen),
            Self::OwnTransfer(transfer) => Some(transfer.amount_yen),
            Self::CredentialChange(_) => None,
        }
    }

    /// The day on which it is to be carried out.
    pub fn date(&self) -> Option<Day> {
        match self {
            Self::Transfer(transfer) => Some(transfer.date),
            Self::OwnTransfer(transfer) => Some(transfer.date),
            Self::CredentialChange(_) => None,
        }
    }

    /// Who receives the money, if it leaves the contract.
    pub fn payee(&self) -> Option<&Payee> {
        match self {
            Self::Transfer(transfer) => Some(&transfer.payee),
            Self::OwnTransfer(_) | Self::CredentialChange(_) => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::json::Json;
    use crate::read::object;

    /// The operation of api.md §4.2.
    fn transfer() -> Value {
        json!({
            "type": "transfer",
            "from": {"branch": "001", "kind": "1", "number": "1234567"},
            "payee": {
                "bank": "9998", "bank_name": "架空信用金庫", "branch": "012",
                "branch_name": "本町支店", "kind": "1", "number": "7654321",
                "name": "ｾｷｼﾖ ﾊﾅｺ", "registration": "none"
            },
            "amount_yen": 50000, "fee_yen": 220, "fee_payer": "remitter", "date": "2026-11-20"
        })
    }

    fn told(operation: &Value) -> Vec<String> {
        let body = json!({"operation": operation});
        let read =
            Json::from(&body).read(object(|f| f.required("operation", object(Operation::read))));
        read.err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    fn read(sent: &Value) -> Operation {
        Json::from(sent).read(object(Operation::read)).expect("an operation")
    }

    #[test]
    fn an_operation_is_kept_exactly_as_sent() {
        let without_names = {
            let mut operation = transfer();
            let payee = operation["payee"].as_object_mut().expect("an object");
            payee.remove("bank_name");
            payee.remove("branch_name");
            operation
        };
        for sent in [
            transfer(),
            without_names,
            json!({"type": "own_transfer", "amount_yen": 1, "date": "2026-11-20",
                "from": {"branch": "001", "kind": "1", "number": "1234567"},
                "to": {"branch": "002", "kind": "9", "number": "0000001"}}),
            json!({"type": "credential_change", "action": "card_switch"}),
            json!({"type": "credential_change", "action": "otp_start", "serial": "SKTS00012345"}),
            json!({"type": "credential_change", "action": "otp_stop",
                "credential": "crd_01kng5fyw0ejqr3z5z3y4sg13p"}),
        ] {
            let operation = read(&sent);
            assert_eq!(serde_json::to_value(&operation).expect("plain"), sent);
            let stored: Operation = serde_json::from_value(sent).expect("what we stored");
            assert_eq!(stored, operation);
        }
    }

    #[test]
    fn an_operation_tells_what_moves_where_and_when() {
        let operation = read(&transfer());
        assert_eq!(operation.kind(), OperationKind::Transfer);
        assert_eq!(operation.amount(), Yen::new(50_000));
        assert_eq!(operation.date(), Day::new(2026, 11, 20));
        assert_eq!(operation.payee().map(|payee| payee.name.as_str()), Some("ｾｷｼﾖ ﾊﾅｺ"));
    }

    #[test]
    fn every_fault_is_named_below_operation() {
        for (member, given, wanted) in [
            ("/amount_yen", json!("50000"), "/operation/amount_yen type"),
            ("/amount_yen", json!(0), "/operation/amount_yen range"),
            ("/fee_yen", json!(-1), "/operation/fee_yen range"),
            ("/fee_payer", json!("bank"), "/operation/fee_payer enum"),
            ("/date", json!("2026-02-30"), "/operation/date pattern"),
            ("/from", json!([]), "/operation/from type"),
            ("/from/kind", json!("3"), "/operation/from/kind enum"),
            ("/payee/bank", json!("998"), "/operation/payee/bank pattern"),
            ("/payee/bank", json!(9998), "/operation/payee/bank type"),
            ("/payee/name", json!("キュウヨ"), "/operation/payee/name not_canonical"),
            ("/payee/name", json!("¥"), "/operation/payee/name pattern"),
            ("/payee/bank_name", json!("あ".repeat(201)), "/operation/payee/bank_name too_long"),
            ("/payee/registration", json!(null), "/operation/payee/registration type"),
        ] {
            let mut operation = transfer();
            *operation.pointer_mut(member).expect("a member") = given;
            assert_eq!(told(&operation), [wanted]);
        }
    }

    #[test]
    fn members_of_other_types_are_unknown() {
        let mut operation = transfer();
        operation["to"] = operation["from"].clone();
        assert_eq!(told(&operation), ["/operation/to unknown"]);
        operation["type"] = "gift".into();
        assert_eq!(told(&operation), ["/operation/type enum"], "the rest cannot be judged");
        operation.as_object_mut().expect("an object").remove("type");
        assert_eq!(told(&operation), ["/operation/type required"]);
    }
}
