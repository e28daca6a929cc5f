//! The double-entry ledger: money is never made or lost, only moved, and every movement is written
//! once.
//!
//! A booking is an entry of two or more lines that sum to zero. Balances are kept beside the lines,
//! in the same transaction; [`trial_balance`] proves that both tell the same.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Transaction};

use crate::clock::day_of;

/// One side of a booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The account, by its row.
    pub account: i64,
    /// Positive: the account grows. Never zero.
    pub amount_yen: i64,
    /// What the statement shows (摘要).
    pub text: String,
}

/// A booking to be written.
#[derive(Debug, Clone)]
pub struct Booking<'a> {
    /// The bank's own number, once for ever.
    pub number: &'a str,
    /// The approval it rests on, once for ever; `None` for what the bank itself books.
    pub approval: Option<&'a str>,
    /// When it is booked; its day is the day in Japan.
    pub at: Timestamp,
    /// At least two, summing to zero.
    pub lines: &'a [Line],
}

/// Why a booking was not written. Nothing changed.
#[derive(Debug, thiserror::Error)]
pub enum BookingRefused {
    /// The lines are fewer than two, hold a zero, or do not sum to zero.
    #[error("a booking has two or more lines, none zero, that sum to zero")]
    Unbalanced,
    /// This number or this approval is booked already.
    #[error("booked already")]
    BookedAlready,
    /// A customer's account would go below zero.
    #[error("the balance does not suffice")]
    BalanceTooLow,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] rusqlite::Error),
}

/// Writes a booking and moves the balances.
pub fn book(tx: &Transaction<'_>, booking: &Booking<'_>) -> Result<(), BookingRefused> {
    let sum = booking.lines.iter().try_fold(0_i64, |sum, line| sum.checked_add(line.amount_yen));
    let any_zero = booking.lines.iter().any(|line| line.amount_yen == 0);
    if booking.lines.len() < 2 || any_zero || sum != Some(0) {
        return Err(BookingRefused::Unbalanced);
    }
    let known = tx
        .prepare_cached("select 1 from entries where booking = ?1 or approval = ?2")?
        .query_row((booking.number, booking.approval), |_| Ok(()))
        .optional()?;
    if known.is_some() {
        return Err(BookingRefused::BookedAlready);
    }
    // Judged before anything is written, so that a refusal leaves the transaction usable.
    if !every_balance_suffices(tx, booking.lines)? {
        return Err(BookingRefused::BalanceTooLow);
    }
    let entry: i64 = tx
        .prepare_cached(
            "insert into entries (booked_at, day, booking, approval)
             values (?1, ?2, ?3, ?4) returning id",
        )?
        .query_row(
            (
                booking.at.as_millisecond(),
                day_of(booking.at).to_string(),
                booking.number,
                booking.approval,
            ),
            |row| row.get(0),
        )?;
    // What grows an account comes first: an account that stands on both sides then never dips below
    // zero.
    let mut lines: Vec<&Line> = booking.lines.iter().collect();
    lines.sort_by_key(|line| line.amount_yen < 0);
    for (place, line) in (1_i64..).zip(lines) {
        let balance_yen: i64 = tx
            .prepare_cached(
                "update accounts set balance_yen = balance_yen + ?2
                 where id = ?1 returning balance_yen",
            )?
            .query_row((line.account, line.amount_yen), |row| row.get(0))?;
        tx.prepare_cached("insert into entry_lines values (?1, ?2, ?3, ?4, ?5, ?6)")?.execute((
            entry,
            place,
            line.account,
            line.amount_yen,
            balance_yen,
            &line.text,
        ))?;
    }
    Ok(())
}

fn every_balance_suffices(tx: &Transaction<'_>, lines: &[Line]) -> rusqlite::Result<bool> {
    for line in lines {
        let moved_yen: i64 =
            lines.iter().filter(|l| l.account == line.account).map(|l| l.amount_yen).sum();
        let suffices: bool = tx
            .prepare_cached(
                "select customer is null or balance_yen + ?2 >= 0 from accounts where id = ?1",
            )?
            .query_row((line.account, moved_yen), |row| row.get(0))?;
        if !suffices {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the books are in order. [`TrialBalance::is_even`] must hold at every moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialBalance {
    /// Sum of all balances, in yen: zero.
    pub total_yen: i64,
    /// Entries whose lines do not sum to zero: none.
    pub uneven_entries: i64,
    /// Accounts whose balance differs from the sum of their lines: none.
    pub wrong_balances: i64,
}

impl TrialBalance {
    /// Nothing made, nothing lost, nothing miscounted.
    pub fn is_even(&self) -> bool {
        *self == Self { total_yen: 0, uneven_entries: 0, wrong_balances: 0 }
    }
}

/// Adds up the whole ledger.
pub fn trial_balance(db: &Connection) -> rusqlite::Result<TrialBalance> {
    db.query_row(
        "select (select coalesce(sum(balance_yen), 0) from accounts),
                (select count(*) from (select entry from entry_lines group by entry
                                       having sum(amount_yen) <> 0 or count(*) < 2)),
                (select count(*) from accounts where balance_yen <>
                  (select coalesce(sum(amount_yen), 0) from entry_lines
                   where account = accounts.id))",
        [],
        |row| {
            Ok(TrialBalance {
                total_yen: row.get(0)?,
                uneven_entries: row.get(1)?,
                wrong_balances: row.get(2)?,
            })
        },
    )
}
