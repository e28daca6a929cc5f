//! Accounts as the transfer network (全銀) writes them.

use serde::{Deserialize, Serialize};

use crate::digits::Digits;
use crate::fields::{Fields, Read};
use crate::read::{TEXT, bank_kana, digits, text, word};
use crate::text::KanaName;

/// 預金種目, by the network's digit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AccountKind {
    /// 普通
    #[serde(rename = "1")]
    Ordinary,
    /// 当座
    #[serde(rename = "2")]
    Current,
    /// 貯蓄
    #[serde(rename = "4")]
    Savings,
    /// その他
    #[serde(rename = "9")]
    Other,
}

/// An account of the contract, at the institution itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// 店番
    pub branch: Digits<3>,
    /// 種目
    pub kind: AccountKind,
    /// 口座番号
    pub number: Digits<7>,
}

impl Account {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let branch = f.required("branch", digits());
        let kind = f.required("kind", word());
        let number = f.required("number", digits());
        Ok(Self { branch: branch?, kind: kind?, number: number? })
    }
}

/// How well the bank knows a payee; `filed` is the bank's assertion, under its own scope (Y-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// 都度指定: named for this transfer only.
    None,
    /// 利用者登録: saved online by the customer.
    Saved,
    /// 事前届出: filed in writing; cannot be changed online.
    Filed,
}

/// The account that receives a transfer, at any bank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Payee {
    /// 金融機関コード
    pub bank: Digits<4>,
    /// 金融機関名, as shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bank_name: Option<String>,
    /// 店番
    pub branch: Digits<3>,
    /// 支店名, as shown to the customer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch_name: Option<String>,
    /// 種目
    pub kind: AccountKind,
    /// 口座番号
    pub number: Digits<7>,
    /// 受取人名
    pub name: KanaName,
    /// Whether the bank knows this payee.
    pub registration: Registration,
}

impl Payee {
    pub(super) fn read(f: &mut Fields) -> Read<Self> {
        let bank = f.required("bank", digits());
        let bank_name = f.optional("bank_name", text(TEXT));
        let branch = f.required("branch", digits());
        let branch_name = f.optional("branch_name", text(TEXT));
        let kind = f.required("kind", word());
        let number = f.required("number", digits());
        let name = f.required("name", bank_kana());
        let registration = f.required("registration", word());
        Ok(Self {
            bank: bank?,
            bank_name: bank_name?,
            branch: branch?,
            branch_name: branch_name?,
            kind: kind?,
            number: number?,
            name: name?,
            registration: registration?,
        })
    }
}
