//! Accounts, balances and statements.

use jiff::{Timestamp, civil::Date};
use rusqlite::{Connection, OptionalExtension, Row};

use crate::operation::AccountNumber;

/// How many lines a page of a statement shows.
pub const STATEMENT_PAGE: i64 = 20;

/// The bank's own accounts stand under this branch.
const OWN_BRANCH: &str = "000";

/// An account of the bank itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Internal {
    /// 他行振込勘定: money on its way to other banks.
    OutgoingTransfers,
    /// 手数料収入.
    FeeIncome,
    /// 仮受金: where opening balances and other banks' payments come from.
    Suspense,
}

impl Internal {
    const ALL: [Self; 3] = [Self::OutgoingTransfers, Self::FeeIncome, Self::Suspense];

    fn number_and_title(self) -> (&'static str, &'static str) {
        match self {
            Self::OutgoingTransfers => ("0000001", "他行振込勘定"),
            Self::FeeIncome => ("0000002", "手数料収入"),
            Self::Suspense => ("0000003", "仮受金"),
        }
    }

    /// The account's row.
    pub fn row(self, db: &Connection) -> rusqlite::Result<i64> {
        db.prepare_cached(
            "select id from accounts where branch = ?1 and kind = '9' and number = ?2",
        )?
        .query_row((OWN_BRANCH, self.number_and_title().0), |row| row.get(0))
    }

    /// Opens the bank's own accounts where they are missing.
    pub fn open_all(db: &Connection) -> rusqlite::Result<()> {
        for (number, title) in Self::ALL.map(Self::number_and_title) {
            db.execute(
                "insert into accounts (branch, kind, number, title) values (?1, '9', ?2, ?3)
                 on conflict do nothing",
                (OWN_BRANCH, number, title),
            )?;
        }
        Ok(())
    }
}

/// An account of a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Row.
    pub id: i64,
    /// Owner's row.
    pub customer: i64,
    /// Owner's name in kana, as other banks see it.
    pub owner_kana: String,
    /// Branch, kind and number.
    pub number: AccountNumber,
    /// What stands in it, in yen.
    pub balance_yen: i64,
    /// What may leave it now: the balance less approved transfers that are being booked.
    pub available_yen: i64,
}

const SELECT: &str =
    "select a.id, a.customer, c.name_kana, a.branch, a.kind, a.number, a.balance_yen,
    a.balance_yen - (select coalesce(sum(total_yen), 0) from drafts
                     where account = a.id and state = 'approved')
  from accounts a join customers c on c.id = a.customer";

fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    Ok(Account {
        id: row.get(0)?,
        customer: row.get(1)?,
        owner_kana: row.get(2)?,
        number: AccountNumber { branch: row.get(3)?, kind: row.get(4)?, number: row.get(5)? },
        balance_yen: row.get(6)?,
        available_yen: row.get(7)?,
    })
}

/// All accounts of a customer, in the order they were opened.
pub fn of_customer(db: &Connection, customer: i64) -> rusqlite::Result<Vec<Account>> {
    db.prepare_cached(&format!("{SELECT} where a.customer = ?1 order by a.id"))?
        .query_map([customer], read)?
        .collect()
}

/// A customer's account by its number, whoever owns it.
pub fn by_number(db: &Connection, number: &AccountNumber) -> rusqlite::Result<Option<Account>> {
    db.prepare_cached(&format!("{SELECT} where a.branch = ?1 and a.kind = ?2 and a.number = ?3"))?
        .query_row((&number.branch, &number.kind, &number.number), read)
        .optional()
}

/// One line of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementLine {
    /// Day it was booked, in Japan.
    pub day: Date,
    /// 摘要.
    pub text: String,
    /// Positive: came in.
    pub amount_yen: i64,
    /// Balance after it.
    pub balance_yen: i64,
}

/// A page of a statement, newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// At most [`STATEMENT_PAGE`].
    pub lines: Vec<StatementLine>,
    /// From 1.
    pub page: i64,
    /// At least 1.
    pub pages: i64,
}

/// Page `page` of the statement of an account; a page beyond the last is the last.
pub fn statement(db: &Connection, account: i64, page: i64) -> rusqlite::Result<Statement> {
    let count: i64 = db
        .prepare_cached("select count(*) from entry_lines where account = ?1")?
        .query_row([account], |row| row.get(0))?;
    let pages = ((count + STATEMENT_PAGE - 1) / STATEMENT_PAGE).max(1);
    let page = page.clamp(1, pages);
    let lines = db
        .prepare_cached(
            "select e.booked_at, l.text, l.amount_yen, l.balance_yen
             from entry_lines l join entries e on e.id = l.entry
             where l.account = ?1 order by l.entry desc, l.line desc limit ?2 offset ?3",
        )?
        .query_map((account, STATEMENT_PAGE, (page - 1) * STATEMENT_PAGE), |row| {
            Ok(StatementLine {
                day: crate::clock::day_of(moment(row.get(0)?)),
                text: row.get(1)?,
                amount_yen: row.get(2)?,
                balance_yen: row.get(3)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(Statement { lines, page, pages })
}

/// A moment from the database's milliseconds.
pub(crate) fn moment(ms: i64) -> Timestamp {
    Timestamp::from_millisecond(ms).expect("the bank writes only moments its clock told")
}
