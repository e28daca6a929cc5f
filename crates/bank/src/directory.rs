//! Banks, branches and fees this bank knows. Every name is invented.

use crate::operation::AccountNumber;

/// This bank's code.
pub const OWN_BANK: &str = "9998";

/// A bank and its branches.
#[derive(Debug, PartialEq, Eq)]
pub struct Bank {
    /// Four digits.
    pub code: &'static str,
    /// In words.
    pub name: &'static str,
    /// Three digits and words.
    pub branches: &'static [(&'static str, &'static str)],
}

/// Where money can be sent.
pub const BANKS: &[Bank] = &[
    Bank {
        code: OWN_BANK,
        name: "架空信用金庫",
        branches: &[("001", "本店営業部"), ("012", "本町支店"), ("023", "駅前支店")],
    },
    Bank {
        code: "9997",
        name: "例示銀行",
        branches: &[("001", "本店営業部"), ("101", "中央支店"), ("205", "港支店")],
    },
    Bank {
        code: "9996",
        name: "みほん銀行",
        branches: &[("001", "本店"), ("110", "東支店"), ("120", "西支店")],
    },
    Bank {
        code: "9995",
        name: "ひながた信用組合",
        branches: &[("001", "本店"), ("003", "丘の上支店")],
    },
];

/// Names of bank and branch, if this bank knows them.
pub fn names(bank: &str, branch: &str) -> Option<(&'static str, &'static str)> {
    let bank = BANKS.iter().find(|known| known.code == bank)?;
    let (_, branch) = bank.branches.iter().find(|(code, _)| *code == branch)?;
    Some((bank.name, branch))
}

/// Name of a branch of this bank; empty for one that is closed.
pub fn own_branch(branch: &str) -> &'static str {
    names(OWN_BANK, branch).map_or("", |(_, name)| name)
}

/// What a transfer costs, in yen: nothing within a branch, little within the bank, more beyond it.
pub fn fee_yen(from: &AccountNumber, bank: &str, branch: &str, amount_yen: i64) -> i64 {
    const LARGE_FROM_YEN: i64 = 30_000;
    match (bank == OWN_BANK, amount_yen >= LARGE_FROM_YEN) {
        (true, _) if from.branch == branch => 0,
        (true, _) => 110,
        (false, false) => 220,
        (false, true) => 385,
    }
}

/// A kind of account in words.
pub fn kind_in_words(kind: &str, english: bool) -> &'static str {
    match (kind, english) {
        ("1", false) => "普通",
        ("2", false) => "当座",
        ("4", false) => "貯蓄",
        (_, false) => "その他",
        ("1", true) => "Ordinary",
        ("2", true) => "Current",
        ("4", true) => "Savings",
        (_, true) => "Other",
    }
}
