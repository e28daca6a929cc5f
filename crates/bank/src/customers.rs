//! Customers of the bank, and how a demonstration bank gets some.

use jiff::{Timestamp, ToSpan as _};
use rusqlite::{Connection, OptionalExtension, Row, Transaction};

use crate::{
    accounts::{self, Internal},
    directory,
    ledger::{self, Booking, BookingRefused, Line},
    operation::{AccountNumber, PayeeAccount, Registration},
    payees,
};

/// A customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Row.
    pub id: i64,
    /// What the customer types at sign-in (契約者ID).
    pub login_id: String,
    /// sekisho's `ctr_…`, known from the first sign-in on.
    pub contract: Option<String>,
    /// As on letters.
    pub name: String,
    /// As other banks see it, half width.
    pub name_kana: String,
    /// What may be sent to others on one day, in yen.
    pub daily_limit_yen: i64,
}

const SELECT: &str =
    "select id, login_id, contract, name, name_kana, daily_limit_yen from customers";

fn read(row: &Row<'_>) -> rusqlite::Result<Customer> {
    Ok(Customer {
        id: row.get(0)?,
        login_id: row.get(1)?,
        contract: row.get(2)?,
        name: row.get(3)?,
        name_kana: row.get(4)?,
        daily_limit_yen: row.get(5)?,
    })
}

/// A customer by row.
pub fn one(db: &Connection, id: i64) -> rusqlite::Result<Customer> {
    db.prepare_cached(&format!("{SELECT} where id = ?1"))?.query_row([id], read)
}

/// The customer who signed in as `contract`. At the first sign-in the customer is found by
/// `login_id`, and the contract is kept: from then on the login id may change without harm.
pub fn signed_in(
    db: &Connection,
    contract: &str,
    login_id: Option<&str>,
) -> rusqlite::Result<Option<Customer>> {
    let known = db
        .prepare_cached(&format!("{SELECT} where contract = ?1"))?
        .query_row([contract], read)
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    db.prepare_cached(
        "update customers set contract = ?1 where login_id = ?2 and contract is null
         returning id, login_id, contract, name, name_kana, daily_limit_yen",
    )?
    .query_row((contract, login_id), read)
    .optional()
}

/// A customer to begin with.
#[derive(Debug, Clone)]
pub struct SeedCustomer {
    /// As at sekisho.
    pub login_id: String,
    /// As on letters.
    pub name: String,
    /// In any kana; kept in half width.
    pub name_kana: String,
    /// In yen.
    pub daily_limit_yen: i64,
    /// Accounts to open.
    pub accounts: Vec<SeedAccount>,
    /// Payees already in the list.
    pub payees: Vec<SeedPayee>,
}

/// An account to open.
#[derive(Debug, Clone)]
pub struct SeedAccount {
    /// Branch, kind and number.
    pub number: AccountNumber,
    /// Opening balance, in yen, 0 or more.
    pub opening_yen: i64,
    /// What happened since, oldest first.
    pub movements: Vec<SeedMovement>,
}

/// A movement on a seeded account, against 仮受金.
#[derive(Debug, Clone)]
pub struct SeedMovement {
    /// How many days before the first start.
    pub days_ago: i32,
    /// 摘要.
    pub text: String,
    /// Positive: came in.
    pub amount_yen: i64,
}

/// A payee already in the list.
#[derive(Debug, Clone)]
pub struct SeedPayee {
    /// Four digits.
    pub bank: String,
    /// The account there.
    pub account: AccountNumber,
    /// In any kana.
    pub name: String,
}

/// Opens the bank's own accounts and the customers given. What stands already is left as it is.
pub fn seed(
    tx: &Transaction<'_>,
    seeds: &[SeedCustomer],
    now: Timestamp,
) -> Result<(), BookingRefused> {
    Internal::open_all(tx)?;
    for seed in seeds {
        let kana = crate::kana::payee_name(&seed.name_kana).unwrap_or_default();
        let fresh = tx.execute(
            "insert into customers (login_id, name, name_kana, daily_limit_yen)
             values (?1, ?2, ?3, ?4)
             on conflict do nothing",
            (&seed.login_id, &seed.name, &kana, seed.daily_limit_yen),
        )? == 1;
        let customer: i64 = tx.query_row(
            "select id from customers where login_id = ?1",
            [&seed.login_id],
            |row| row.get(0),
        )?;
        for account in &seed.accounts {
            open(tx, customer, account, now)?;
        }
        // A payee the customer took off the list must not come back at the next start.
        for payee in seed.payees.iter().filter(|_| fresh) {
            keep(tx, customer, payee)?;
        }
    }
    Ok(())
}

fn open(
    tx: &Transaction<'_>,
    customer: i64,
    seed: &SeedAccount,
    now: Timestamp,
) -> Result<(), BookingRefused> {
    if accounts::by_number(tx, &seed.number)?.is_some() {
        return Ok(());
    }
    let AccountNumber { branch, kind, number } = &seed.number;
    let account: i64 = tx.query_row(
        "insert into accounts (customer, branch, kind, number, title) values (?1, ?2, ?3, ?4, '')
         returning id",
        (customer, branch, kind, number),
        |row| row.get(0),
    )?;
    let suspense = Internal::Suspense.row(tx)?;
    let oldest = seed.movements.iter().map(|movement| movement.days_ago).max().unwrap_or(0);
    let opening = SeedMovement {
        days_ago: oldest + 1,
        text: "新規".to_owned(),
        amount_yen: seed.opening_yen,
    };
    for (place, movement) in std::iter::once(&opening).chain(&seed.movements).enumerate() {
        if movement.amount_yen == 0 {
            continue;
        }
        let line = |account, amount_yen| Line { account, amount_yen, text: movement.text.clone() };
        ledger::book(
            tx,
            &Booking {
                number: &format!("OPEN-{branch}-{kind}-{number}-{place}"),
                approval: None,
                at: now.saturating_sub((movement.days_ago * 24).hours()).unwrap_or(now),
                lines: &[line(account, movement.amount_yen), line(suspense, -movement.amount_yen)],
            },
        )?;
    }
    Ok(())
}

fn keep(tx: &Transaction<'_>, customer: i64, seed: &SeedPayee) -> rusqlite::Result<()> {
    let names = directory::names(&seed.bank, &seed.account.branch);
    let (Some((bank_name, branch_name)), Some(name)) = (names, crate::kana::payee_name(&seed.name))
    else {
        tracing::warn!(bank = seed.bank, "left out a seeded payee this bank cannot reach");
        return Ok(());
    };
    let payee = PayeeAccount {
        bank: seed.bank.clone(),
        bank_name: bank_name.to_owned(),
        branch_name: branch_name.to_owned(),
        name,
        registration: Registration::Saved,
        account: seed.account.clone(),
    };
    payees::keep(tx, customer, &payee).map(|_| ())
}
