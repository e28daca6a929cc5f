//! The ledger holds whatever is thrown at it: always even, each approval booked once, nobody below
//! zero.

use jiff::Timestamp;
use proptest::{collection::vec, prelude::*};
use sekisho_bank::{
    SeedAccount, SeedCustomer,
    accounts::{self, Internal},
    customers,
    ledger::{self, Booking, BookingRefused, Line},
    operation::AccountNumber,
    store::Store,
};

const OPENING_YEN: i64 = 10_000;

fn now() -> Timestamp {
    "2026-11-20T05:03:05Z".parse().expect("a moment")
}

fn number(place: usize) -> AccountNumber {
    AccountNumber { branch: "001".into(), kind: "1".into(), number: format!("{place:07}") }
}

/// A bank with three accounts of one customer; returns their rows and that of 他行振込勘定.
fn bank() -> (Store, Vec<i64>) {
    let store = Store::in_memory().expect("a database in memory");
    let seed = SeedCustomer {
        login_id: "1".into(),
        name: "一".into(),
        name_kana: "イチ".into(),
        daily_limit_yen: 0,
        accounts: (0..3)
            .map(|place| SeedAccount {
                number: number(place),
                opening_yen: OPENING_YEN,
                movements: Vec::new(),
            })
            .collect(),
        payees: Vec::new(),
    };
    let seeds = [seed];
    // Twice: seeding again changes nothing.
    for _ in 0..2 {
        store.transact(|tx| customers::seed(tx, &seeds, now())).expect("seeded");
    }
    let rows = store
        .transact(|tx| {
            let mut rows = Vec::new();
            for place in 0..3 {
                rows.push(accounts::by_number(tx, &number(place))?.expect("seeded").id);
            }
            rows.push(Internal::OutgoingTransfers.row(tx)?);
            Ok::<_, rusqlite::Error>(rows)
        })
        .expect("rows");
    (store, rows)
}

fn book(store: &Store, number: &str, approval: &str, lines: &[Line]) -> Result<(), BookingRefused> {
    let booking = Booking { number, approval: Some(approval), at: now(), lines };
    store.transact(|tx| ledger::book(tx, &booking))
}

fn even(store: &Store) -> bool {
    store.transact(|tx| ledger::trial_balance(tx)).expect("adds up").is_even()
}

fn move_yen(from: i64, to: i64, amount_yen: i64) -> Vec<Line> {
    let line = |account, amount_yen| Line { account, amount_yen, text: "振替".into() };
    vec![line(from, -amount_yen), line(to, amount_yen)]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_sequence_of_bookings_leaves_the_books_even(
        bookings in vec((0_usize..4, 0_usize..4, 1_i64..8_000, 0_u8..12), 1..40)
    ) {
        let (store, rows) = bank();
        let mut booked = Vec::new();
        for (from, to, amount_yen, approval) in bookings {
            let approval = format!("apr_{approval}");
            let lines = move_yen(rows[from], rows[to], amount_yen);
            match book(&store, &format!("IB-{approval}"), &approval, &lines) {
                Ok(()) => {
                    prop_assert!(!booked.contains(&approval), "booked twice");
                    booked.push(approval);
                }
                Err(BookingRefused::BookedAlready) => prop_assert!(booked.contains(&approval)),
                Err(BookingRefused::BalanceTooLow) => prop_assert!(from < 3),
                Err(other) => prop_assert!(false, "{other}"),
            }
            prop_assert!(even(&store));
        }
        let (customer, total_yen) = store.transact(|tx| {
            let all = accounts::of_customer(tx, 1)?;
            let least = all.iter().map(|a| a.balance_yen).min().unwrap_or(0);
            Ok::<_, rusqlite::Error>((least, all.iter().map(|a| a.balance_yen).sum::<i64>()))
        }).expect("balances");
        prop_assert!(customer >= 0);
        prop_assert!(total_yen >= 0);
    }
}

#[test]
fn lines_that_do_not_sum_to_zero_are_refused() {
    let (store, rows) = bank();
    let line = |account, amount_yen| Line { account, amount_yen, text: String::new() };
    for lines in [
        vec![],
        vec![line(rows[0], 5)],
        vec![line(rows[0], -5), line(rows[1], 4)],
        vec![line(rows[0], 0), line(rows[1], 0)],
        vec![line(rows[0], i64::MAX), line(rows[1], i64::MAX)],
    ] {
        let refused = book(&store, "IB-1", "apr_1", &lines);
        assert!(matches!(refused, Err(BookingRefused::Unbalanced)), "{lines:?}");
    }
    assert!(even(&store));
}

#[test]
fn one_approval_and_one_number_are_booked_once() {
    let (store, rows) = bank();
    let lines = move_yen(rows[0], rows[1], 100);
    book(&store, "IB-1", "apr_1", &lines).expect("the first is booked");
    for (number, approval) in [("IB-1", "apr_1"), ("IB-2", "apr_1"), ("IB-1", "apr_2")] {
        let refused = book(&store, number, approval, &lines);
        assert!(matches!(refused, Err(BookingRefused::BookedAlready)), "{number} {approval}");
    }
    book(&store, "IB-2", "apr_2", &lines).expect("another one is another matter");
    assert!(even(&store));
}

#[test]
fn a_statement_has_pages_and_the_last_one_ends_it() {
    let (store, rows) = bank();
    for place in 0..25 {
        let (number, approval) = (format!("IB-{place}"), format!("apr_{place}"));
        book(&store, &number, &approval, &move_yen(rows[0], rows[1], 1)).expect("booked");
    }
    let page = |page| store.transact(|tx| accounts::statement(tx, rows[0], page)).expect("read");
    let (first, second) = (page(1), page(2));
    assert_eq!((first.lines.len(), first.page, first.pages), (20, 1, 2));
    assert_eq!((second.lines.len(), second.page), (6, 2));
    assert_eq!(first.lines[0].balance_yen, OPENING_YEN - 25);
    assert_eq!(second.lines[5].balance_yen, OPENING_YEN);
    assert_eq!(page(99), second, "beyond the last is the last");
    assert_eq!(page(0), first);
}
