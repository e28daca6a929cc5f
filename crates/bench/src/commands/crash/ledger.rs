//! What the bank books: in the ledger of the reference bank, once for each consumption it was
//! granted.

use anyhow::Result;
use jiff::Timestamp;
use sekisho_bank::ledger::{Booking, BookingRefused, Line, TrialBalance, book, trial_balance};
use sekisho_bank::store::Store;

use crate::clock;

/// Two accounts of the bank itself; money goes from the first to the second.
const ACCOUNTS: &str = "
INSERT INTO accounts (id, branch, kind, number, title) VALUES
    (1, '001', '9', '0000001', '本支店'), (2, '001', '9', '0000002', '為替')";

/// The books of the bank.
pub(super) struct Ledger(Store);

/// How they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Books {
    /// Whether every entry and every balance is even.
    pub(super) even: bool,
    /// Entries.
    pub(super) entries: u32,
    /// What they have moved, in yen.
    pub(super) moved_yen: i64,
}

impl Ledger {
    /// Empty books.
    pub(super) fn open() -> Result<Self> {
        let store = Store::in_memory()?;
        store.transact(|tx| tx.execute_batch(ACCOUNTS))?;
        Ok(Self(store))
    }

    /// Books a transfer that rests on `approval`; an approval is booked once for ever.
    pub(super) fn book(
        &self,
        number: &str,
        approval: &str,
        amount_yen: i64,
    ) -> Result<(), BookingRefused> {
        let line = |account, amount_yen| Line { account, amount_yen, text: "振込".to_owned() };
        let lines = [line(1, -amount_yen), line(2, amount_yen)];
        let at = Timestamp::from_millisecond(clock::now().millis()).expect("now is a time");
        let booking = Booking { number, approval: Some(approval), at, lines: &lines };
        self.0.transact(|tx| book(tx, &booking))
    }

    /// How the books stand.
    pub(super) fn books(&self) -> Result<Books> {
        let books = self.0.transact(|tx| {
            let balance: TrialBalance = trial_balance(tx)?;
            let entries = tx.query_row("SELECT count(*) FROM entries", [], |row| row.get(0))?;
            let moved = "SELECT balance_yen FROM accounts WHERE id = 2";
            let moved_yen = tx.query_row(moved, [], |row| row.get(0))?;
            Ok::<_, rusqlite::Error>(Books { even: balance.is_even(), entries, moved_yen })
        })?;
        Ok(books)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_approval_is_booked_once() {
        let ledger = Ledger::open().expect("books");
        ledger.book("CORE-1", "apr_1", 1_000).expect("booked");
        assert!(matches!(
            ledger.book("CORE-2", "apr_1", 1_000),
            Err(BookingRefused::BookedAlready)
        ));
        let books = ledger.books().expect("read");
        assert_eq!(books, Books { even: true, entries: 1, moved_yen: 1_000 });
    }
}
