//! Customers of a demonstration bank. Every name and number is invented.

use crate::{
    customers::{SeedAccount, SeedCustomer, SeedMovement, SeedPayee},
    operation::AccountNumber,
};

/// Login id of the customer whose accounts have a history.
pub const HANAKO: &str = "10000000001";
/// Login id of a customer with one account that receives transfers.
pub const TARO: &str = "10000000002";

fn account(branch: &str, kind: &str, number: &str) -> AccountNumber {
    AccountNumber { branch: branch.into(), kind: kind.into(), number: number.into() }
}

fn payee(bank: &str, account: AccountNumber, name: &str) -> SeedPayee {
    SeedPayee { bank: bank.into(), account, name: name.into() }
}

/// Two customers: カクウ ハナコ with two accounts and three payees, セキショ タロウ with one
/// account.
pub fn customers() -> Vec<SeedCustomer> {
    vec![
        SeedCustomer {
            login_id: HANAKO.into(),
            name: "架空 花子".into(),
            name_kana: "カクウ ハナコ".into(),
            daily_limit_yen: 1_000_000,
            accounts: vec![
                SeedAccount {
                    number: account("001", "1", "1234567"),
                    opening_yen: 300_000,
                    movements: household(),
                },
                SeedAccount {
                    number: account("001", "4", "0456789"),
                    opening_yen: 1_500_000,
                    movements: Vec::new(),
                },
            ],
            payees: vec![
                payee("9998", account("012", "1", "7654321"), "セキショ タロウ"),
                payee("9997", account("101", "1", "2345678"), "レイジ ジロウ"),
                payee("9996", account("110", "2", "0034567"), "カ）ミホンシヨウジ"),
            ],
        },
        SeedCustomer {
            login_id: TARO.into(),
            name: "関所 太郎".into(),
            name_kana: "セキショ タロウ".into(),
            daily_limit_yen: 500_000,
            accounts: vec![SeedAccount {
                number: account("012", "1", "7654321"),
                opening_yen: 80_000,
                movements: Vec::new(),
            }],
            payees: Vec::new(),
        },
    ]
}

/// Four months of a household: salary, rent, electricity, water, cash, shopping.
fn household() -> Vec<SeedMovement> {
    const MONTHS: i32 = 4;
    const DAYS: i32 = 30;
    let monthly = [
        (25, "給与 カ)レイジコウギヨウ", 268_000),
        (24, "振込 ヤチン", -72_000),
        (18, "デンキリョウキン", -8_640),
        (15, "スイドウリョウキン", -4_210),
        (11, "現金 ATM", -30_000),
        (6, "カード ミホンマート", -17_380),
    ];
    (0..MONTHS)
        .rev()
        .flat_map(|month| {
            monthly.map(|(day, text, amount_yen)| SeedMovement {
                days_ago: month * DAYS + day,
                text: text.to_owned(),
                amount_yen: amount_yen - i64::from(month) * 10,
            })
        })
        .collect()
}
