//! One suite for every store: what use cases may rely on, whatever stands below.

use crate::account::{Account, Scratch, account, accounts, clock, key};
use crate::trail::event;
use sekisho_app::tx::{
    Changes, Order, Query, Record, Refiled, Row, Store, StoreError, Table, Write,
};
use sekisho_store::{Apply, Fault, MemoryStore, SqliteEngine, blocking};

/// Runs `check` on a fresh store of each kind.
pub(crate) fn on_each(check: impl Fn(&dyn Store)) {
    check(&MemoryStore::new(clock(), [1; 32]));
    let scratch = Scratch::new();
    check(&scratch.open());
}

/// Runs `check` on a fresh engine of each kind, with a transaction open.
pub(crate) fn on_each_engine(check: impl Fn(&mut dyn Apply)) {
    MemoryStore::new(clock(), [1; 32]).inspect(|engine| check(engine));
    let scratch = Scratch::new();
    let mut engine = SqliteEngine::open(&scratch.options()).expect("a migrated file");
    engine.begin().expect("nobody else is there");
    check(&mut engine);
    engine.roll_back();
}

fn put(store: &dyn Store, accounts: Vec<Account>) {
    blocking::run::<(), StoreError, _>(store, move |tx, _| {
        accounts.iter().cloned().try_for_each(|account| tx.put(account))
    })
    .expect("a store that works");
}

fn load(store: &dyn Store, id: &str) -> Option<Account> {
    let id = id.to_owned();
    blocking::look::<_, StoreError, _>(store, move |tx, _| tx.load::<Account>(&id))
        .expect("a store that works")
}

fn list(store: &dyn Store, query: Query) -> Vec<String> {
    let found = blocking::look::<_, StoreError, _>(store, move |tx, _| tx.list::<Account>(&query));
    found.expect("a store that works").into_iter().map(|account| account.id).collect()
}

#[test]
fn what_was_put_is_loaded_until_it_is_forgotten() {
    on_each(|store| {
        assert_eq!(load(store, "a"), None);
        put(store, vec![account("a").yen(10)]);
        assert_eq!(load(store, "a"), Some(account("a").yen(10)));
        put(store, vec![account("a").yen(20).of("you")]);
        assert_eq!(load(store, "a"), Some(account("a").yen(20).of("you")));
        let forgot = blocking::run::<_, StoreError, _>(store, |tx, _| {
            tx.forget(Account::TABLE, &"a")?;
            tx.forget(Account::TABLE, &"never there")
        });
        assert_eq!(forgot, Ok(()));
        assert_eq!(load(store, "a"), None);
        put(store, vec![account("a").yen(30)]);
        assert_eq!(load(store, "a"), Some(account("a").yen(30)));
    });
}

#[test]
fn a_use_case_sees_its_own_changes() {
    on_each(|store| {
        put(store, vec![account("a"), account("b")]);
        let seen = blocking::run::<_, StoreError, _>(store, |tx, _| {
            tx.put(account("a").yen(1))?;
            tx.forget(Account::TABLE, &"b")?;
            let listed = tx.list::<Account>(&Query::all(Account::TABLE))?;
            Ok((tx.load::<Account>(&key("a"))?, tx.load::<Account>(&key("b"))?, listed))
        });
        let a = account("a").yen(1);
        assert_eq!(seen, Ok((Some(a.clone()), None, vec![a])));
    });
}

#[test]
fn a_refused_use_case_leaves_nothing() {
    on_each(|store| {
        put(store, vec![account("a")]);
        let refused = blocking::run::<(), _, _>(store, |tx, _| {
            tx.put(account("a").yen(7))?;
            tx.put(account("b"))?;
            tx.forget(Account::TABLE, &"a")?;
            Err(StoreError::Unavailable("refused".into()))
        });
        assert_eq!(refused, Err(StoreError::Unavailable("refused".into())));
        assert_eq!((load(store, "a"), load(store, "b")), (Some(account("a")), None));
    });
}

#[test]
fn lists_select_by_every_facet() {
    on_each(|store| {
        put(
            store,
            vec![
                account("a").of("me").state("open"),
                account("b").of("me").state("closed"),
                account("c").of("you").state("open").at("ins_2"),
                account("d").of("me").state("frozen"),
            ],
        );
        let all = Query::all(Account::TABLE);
        let of_me = Query { owner: Some("me".into()), ..all.clone() };
        let cases = [
            (all.clone(), "abcd"),
            (of_me.clone(), "abd"),
            (Query { order: Order::NewestFirst, ..of_me.clone() }, "dba"),
            (Query { owner: Some("m".into()), ..all.clone() }, ""),
            (Query { institution: Some("ins_2".into()), ..all.clone() }, "c"),
            (Query { states: vec!["open"], ..all.clone() }, "ac"),
            (Query { states: vec!["frozen", "closed"], ..of_me.clone() }, "bd"),
            (Query { institution: Some("ins_1".into()), states: vec!["open"], ..all.clone() }, "a"),
            (Query { limit: 2, ..all.clone() }, "ab"),
            (Query { limit: 0, ..all.clone() }, ""),
            (Query { table: Account::TABLE, due_by: Some(i64::MAX), ..all }, ""),
        ];
        for (query, expected) in cases {
            assert_eq!(list(store, query.clone()).concat(), expected, "{query:?}");
        }
    });
}

#[test]
fn pages_join_without_gap_or_repeat() {
    on_each(|store| {
        put(store, accounts(25));
        for (order, owner) in [
            (Order::OldestFirst, None),
            (Order::NewestFirst, None),
            (Order::OldestFirst, Some("me".to_owned())),
            (Order::NewestFirst, Some("me".to_owned())),
        ] {
            let mut query = Query { order, owner, limit: 10, ..Query::all(Account::TABLE) };
            let mut found = Vec::new();
            loop {
                let page = list(store, query.clone());
                let Some(last) = page.last() else { break };
                query.after = Some(last.clone());
                found.extend(page);
            }
            let mut expected: Vec<_> = accounts(25).into_iter().map(|account| account.id).collect();
            if order == Order::NewestFirst {
                expected.reverse();
            }
            assert_eq!(found, expected, "{query:?}");
        }
    });
}

#[test]
fn what_is_due_longest_comes_first_and_goes_when_done() {
    on_each(|store| {
        let due = |id: &str, due| account(id).due(due);
        put(store, vec![due("a", 30), due("b", 10), due("c", 20), due("d", 10), account("e")]);
        let by = |due_by| Query { due_by: Some(due_by), ..Query::all(Account::TABLE) };
        assert_eq!(list(store, by(9)).concat(), "");
        assert_eq!(list(store, by(20)).concat(), "bdc");
        assert_eq!(list(store, Query { limit: 1, ..by(30) }).concat(), "b");
        put(store, vec![account("b"), due("d", 40)]);
        assert_eq!(list(store, by(30)).concat(), "ca");
        assert_eq!(list(store, by(40)).concat(), "cad");
    });
}

#[test]
fn a_list_shows_records_as_the_batch_left_them() {
    on_each(|store| {
        put(store, vec![account("a").state("open"), account("b").state("open")]);
        let seen = blocking::run::<_, StoreError, _>(store, |tx, _| {
            tx.put(account("a").state("closed"))?;
            tx.put(account("c").state("open"))?;
            tx.list::<Account>(&Query { states: vec!["open"], ..Query::all(Account::TABLE) })
        });
        let expected = vec![account("a").state("closed"), account("b").state("open")];
        assert_eq!(seen, Ok(expected), "selected by what was committed, shown as it is now");
    });
}

fn row(version: i64, body: &str) -> Row {
    Row {
        key: "a".into(),
        version,
        institution: "ins_1".into(),
        owner: "me".into(),
        state: "open".into(),
        due: None,
        body: body.into(),
    }
}

fn one(write: Write) -> Changes {
    Changes { writes: vec![write], events: Vec::new() }
}

#[test]
fn every_write_finds_the_version_it_expects_or_conflicts() {
    let (table, kept) = (Account::TABLE, Refiled::default());
    on_each_engine(|engine| {
        engine.apply(&one(Write::Insert(table, row(1, "1")))).expect("the key is free");
        engine.apply(&one(Write::Update(table, row(2, "2"), kept))).expect("the version is 1");
        let moved = Row { state: "closed".into(), due: Some(3), ..row(3, "3") };
        let refiled = Refiled::between(&row(2, "2"), &moved);
        let update = Write::Update(table, moved.clone(), refiled);
        engine.apply(&one(update)).expect("the version is 2");
        let stale = [
            Write::Insert(table, row(1, "x")),
            Write::Update(table, row(3, "x"), kept),
            Write::Update(table, row(5, "x"), kept),
            Write::Update(table, row(3, "x"), refiled),
            Write::Delete(table, "a".into(), 2),
            Write::Delete(table, "b".into(), 1),
            Write::Update(table, Row { key: "b".into(), ..row(2, "x") }, kept),
        ];
        for write in stale {
            assert_eq!(engine.apply(&one(write.clone())), Err(StoreError::Conflict), "{write:?}");
        }
        assert_eq!(engine.fetch(table, "a"), Ok(Some(moved)));
        engine.apply(&one(Write::Delete(table, "a".into(), 3))).expect("the version is 3");
        assert_eq!(engine.fetch(table, "a"), Ok(None));
    });
}

#[test]
fn an_event_is_never_changed_or_removed() {
    let scratch = Scratch::new();
    let mut engine = SqliteEngine::open(&scratch.options()).expect("a migrated file");
    let events = vec![event("1", "", "session.began")];
    engine.apply(&Changes { writes: vec![], events }).expect("events are only added");
    let connection = rusqlite::Connection::open(scratch.path()).expect("the same file");
    for text in ["UPDATE event SET body = '{}'", "DELETE FROM event"] {
        let refused = connection.execute(text, []).expect_err("the log only grows");
        assert!(refused.to_string().contains("an event is never"), "{refused}");
    }
}

#[test]
fn what_was_kept_outlives_the_store() {
    let scratch = Scratch::new();
    put(&scratch.open(), vec![account("a").yen(5)]);
    assert_eq!(load(&scratch.open(), "a"), Some(account("a").yen(5)));
}

#[test]
fn a_transaction_that_dies_before_its_commit_leaves_nothing() {
    let scratch = Scratch::new();
    let mut engine = SqliteEngine::open(&scratch.options()).expect("a migrated file");
    engine.begin().expect("nobody else is there");
    engine.apply(&one(Write::Insert(Account::TABLE, row(1, "1")))).expect("the key is free");
    drop(engine);
    assert_eq!(load(&scratch.open(), "a"), None);
}

#[test]
fn a_memory_store_dies_on_command_and_comes_back() {
    let store = MemoryStore::new(clock(), [1; 32]);
    put(&store, vec![account("a")]);
    let pay =
        |yen| blocking::run::<_, StoreError, _>(&store, move |tx, _| tx.put(account("a").yen(yen)));
    let backup = store.snapshot();

    store.fail_next(Fault::Full);
    assert_eq!((pay(1), load(&store, "a")), (Err(StoreError::Busy), Some(account("a"))));
    store.fail_next(Fault::DiesBeforeCommit);
    let gone = StoreError::Unavailable("the store went away before it answered".into());
    assert_eq!((pay(2), load(&store, "a")), (Err(gone.clone()), Some(account("a"))));
    store.fail_next(Fault::DiesAfterCommit);
    assert_eq!((pay(3), load(&store, "a")), (Err(gone), Some(account("a").yen(3))));
    assert_eq!((pay(4), load(&store, "a")), (Ok(()), Some(account("a").yen(4))));

    store.restore(backup);
    assert_eq!(load(&store, "a"), Some(account("a")));
}

#[test]
fn readers_save_nothing() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let wrong = blocking::look::<_, StoreError, _>(&store, |tx, _| tx.put(account("a")));
    assert!(matches!(wrong, Err(StoreError::Corrupt(_))), "{wrong:?}");
    assert_eq!(load(&store, "a"), None, "and the reader lives on");
}

#[test]
fn chance_differs_from_use_case_to_use_case_and_repeats_with_its_seed() {
    let draw = |store: &dyn Store| {
        let drawn = blocking::run::<_, StoreError, _>(store, |_, moment| Ok(moment.bytes::<16>()));
        drawn.expect("a store that works")
    };
    let (one, same) = (MemoryStore::new(clock(), [1; 32]), MemoryStore::new(clock(), [1; 32]));
    let drawn = (draw(&one), draw(&one));
    assert_ne!(drawn.0, drawn.1);
    assert_eq!(drawn, (draw(&same), draw(&same)));
    let scratch = Scratch::new();
    let store = scratch.open();
    let looked = blocking::look::<_, StoreError, _>(&store, |_, moment| Ok(moment.bytes::<16>()));
    assert_ne!(Ok(draw(&store)), looked, "each thread has chance of its own");
}

#[test]
fn tables_do_not_mix() {
    on_each_engine(|engine| {
        engine.apply(&one(Write::Insert(Table::Contract, row(1, "1")))).expect("the key is free");
        engine.apply(&one(Write::Insert(Table::Desk, row(1, "2")))).expect("the key is free");
        assert_eq!(engine.fetch(Table::Contract, "a"), Ok(Some(row(1, "1"))));
        assert_eq!(engine.fetch(Table::Desk, "a"), Ok(Some(row(1, "2"))));
        assert_eq!(engine.fetch(Table::Alias, "a"), Ok(None));
    });
}
