//! 振替: money moves between two accounts of the contract.

use serde::{Deserialize, Serialize};

use super::account::Account;
use crate::fields::{Fields, Read};
use crate::money::Yen;
use crate::read::{day, object, yen_from};
use crate::time::Day;

/// One transfer between own accounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OwnTransfer {
    /// 出金口座
    pub from: Account,
    /// 入金口座
    pub to: Account,
    /// 振替金額, at least one yen.
    pub amount_yen: Yen,
    /// 振替指定日
    pub date: Day,
}

impl OwnTransfer {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let from = f.required("from", object(Account::read));
        let to = f.required("to", object(Account::read));
        let amount_yen = f.required("amount_yen", yen_from(Yen::ONE));
        let date = f.required("date", day());
        Ok(Self { from: from?, to: to?, amount_yen: amount_yen?, date: date? })
    }
}
