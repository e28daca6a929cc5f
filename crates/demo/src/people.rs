//! The cast as the bank knows it: accounts with a little money, and payees.

use sekisho_bank::customers::{SeedAccount, SeedCustomer, SeedPayee};
use sekisho_bank::example;
use sekisho_bank::operation::AccountNumber;

use crate::cast::{CAST, Player};

/// Everybody of the cast; the first two with the bank's own examples of a household.
pub fn customers() -> Vec<SeedCustomer> {
    let examples = example::customers();
    let known =
        |login_id: &str| examples.iter().find(|customer| customer.login_id == login_id).cloned();
    let customer = |(at, player): (usize, &Player)| {
        match known(player.login_id) {
            // Whoever has no payee yet can still pay Hanako.
            Some(known) if known.payees.is_empty() => {
                SeedCustomer { payees: vec![hanako()], ..known }
            }
            Some(known) => known,
            None => plain(at, player),
        }
    };
    CAST.iter().enumerate().map(customer).collect()
}

fn hanako() -> SeedPayee {
    let account =
        AccountNumber { branch: "001".into(), kind: "1".into(), number: "1234567".into() };
    SeedPayee { bank: "9998".into(), account, name: "カクウ ハナコ".into() }
}

fn plain(at: usize, player: &Player) -> SeedCustomer {
    let account = |kind: &str, number: String| AccountNumber {
        branch: "001".into(),
        kind: kind.into(),
        number,
    };
    SeedCustomer {
        login_id: player.login_id.to_owned(),
        name: player.name.to_owned(),
        name_kana: player.kana.to_owned(),
        daily_limit_yen: 500_000,
        accounts: vec![
            SeedAccount {
                number: account("1", format!("20{at:05}")),
                opening_yen: 250_000,
                movements: Vec::new(),
            },
            SeedAccount {
                number: account("4", format!("40{at:05}")),
                opening_yen: 600_000,
                movements: Vec::new(),
            },
        ],
        payees: vec![SeedPayee {
            bank: "9997".into(),
            account: AccountNumber {
                branch: "101".into(),
                kind: "1".into(),
                number: "2345678".into(),
            },
            name: "レイジ ジロウ".into(),
        }],
    }
}
