//! The customer's own list of payees (利用者登録の振込先).

use rusqlite::{Connection, OptionalExtension, Row};

use crate::{
    directory,
    operation::{AccountNumber, PayeeAccount, Registration},
};

/// How many payees a customer may keep.
pub const MOST_PAYEES: usize = 99;

/// A payee in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payee {
    /// Row.
    pub id: i64,
    /// The account, `registration` being `saved`.
    pub account: PayeeAccount,
}

const SELECT: &str = "select id, bank, branch, kind, number, name from payees";

fn read(row: &Row<'_>) -> rusqlite::Result<Payee> {
    let (bank, branch): (String, String) = (row.get(1)?, row.get(2)?);
    let (bank_name, branch_name) = directory::names(&bank, &branch).unwrap_or_default();
    Ok(Payee {
        id: row.get(0)?,
        account: PayeeAccount {
            bank,
            bank_name: bank_name.to_owned(),
            branch_name: branch_name.to_owned(),
            name: row.get(5)?,
            registration: Registration::Saved,
            account: AccountNumber { branch, kind: row.get(3)?, number: row.get(4)? },
        },
    })
}

/// All payees of a customer, by name.
pub fn of_customer(db: &Connection, customer: i64) -> rusqlite::Result<Vec<Payee>> {
    db.prepare_cached(&format!("{SELECT} where customer = ?1 order by name, id"))?
        .query_map([customer], read)?
        .collect()
}

/// One payee, if it is this customer's.
pub fn one(db: &Connection, customer: i64, id: i64) -> rusqlite::Result<Option<Payee>> {
    db.prepare_cached(&format!("{SELECT} where customer = ?1 and id = ?2"))?
        .query_row((customer, id), read)
        .optional()
}

/// Keeps a payee. Kept already: only the name changes. Returns `false` when the list is full.
pub fn keep(db: &Connection, customer: i64, payee: &PayeeAccount) -> rusqlite::Result<bool> {
    let (account, known) = (&payee.account, of_customer(db, customer)?);
    let listed =
        known.iter().any(|k| k.account.bank == payee.bank && k.account.account == *account);
    if !listed && known.len() >= MOST_PAYEES {
        return Ok(false);
    }
    db.execute(
        "insert into payees (customer, bank, branch, kind, number, name)
         values (?1, ?2, ?3, ?4, ?5, ?6)
         on conflict (customer, bank, branch, kind, number) do update set name = excluded.name",
        (customer, &payee.bank, &account.branch, &account.kind, &account.number, &payee.name),
    )?;
    Ok(true)
}

/// Takes a payee off the list; gone already is as good.
pub fn delete(db: &Connection, customer: i64, id: i64) -> rusqlite::Result<()> {
    db.execute("delete from payees where customer = ?1 and id = ?2", (customer, id))?;
    Ok(())
}
