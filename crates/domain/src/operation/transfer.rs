//! 振込: money leaves the contract for somebody's account.

use serde::{Deserialize, Serialize};

use super::account::{Account, Payee};
use crate::fields::{Fields, Read};
use crate::money::Yen;
use crate::read::{bank_kana, day, object, word, yen, yen_from};
use crate::text::KanaName;
use crate::time::Day;

/// Who bears the fee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeePayer {
    /// 当方負担
    Remitter,
    /// 先方負担
    Payee,
}

/// One transfer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// 出金口座
    pub from: Account,
    /// 振込先
    pub payee: Payee,
    /// 振込金額, at least one yen.
    pub amount_yen: Yen,
    /// 手数料
    pub fee_yen: Yen,
    /// 手数料負担
    pub fee_payer: FeePayer,
    /// 振込指定日
    pub date: Day,
    /// 振込依頼人名, where it is not the holder's own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sender_name: Option<KanaName>,
}

impl Transfer {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let from = f.required("from", object(Account::read));
        let payee = f.required("payee", object(Payee::read));
        let amount_yen = f.required("amount_yen", yen_from(Yen::ONE));
        let fee_yen = f.required("fee_yen", yen());
        let fee_payer = f.required("fee_payer", word());
        let date = f.required("date", day());
        let sender_name = f.optional("sender_name", bank_kana());
        Ok(Self {
            from: from?,
            payee: payee?,
            amount_yen: amount_yen?,
            fee_yen: fee_yen?,
            fee_payer: fee_payer?,
            date: date?,
            sender_name: sender_name?,
        })
    }
}
