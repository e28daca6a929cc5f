//! The schema and its migrations.

use std::thread;

use crate::account::{Scratch, clock};
use rusqlite::Connection;
use sekisho_app::tx::Table;
use sekisho_store::migrate::{SchemaError, migrate, pending};
use sekisho_store::{OpenError, Options, SqliteStore};

fn open(options: &Options) -> Result<SqliteStore, OpenError> {
    SqliteStore::open(options, clock(), [3; 32])
}

#[test]
fn the_schema_has_exactly_the_tables_of_the_port() {
    let scratch = Scratch::new();
    let connection = Connection::open(scratch.path()).expect("a migrated file");
    let text = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut statement = connection.prepare(text).expect("SQLite knows its schema");
    let rows = statement.query_map([], |row| row.get::<_, String>(0)).expect("no parameters");
    let found: Vec<String> = rows.collect::<Result<_, _>>().expect("names are text");
    let mut expected: Vec<&str> = Table::ALL.iter().map(|table| table.name()).collect();
    expected.extend(["event", "schema_history"]);
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[test]
fn lists_that_people_wait_for_use_an_index() {
    let scratch = Scratch::new();
    let connection = Connection::open(scratch.path()).expect("a migrated file");
    let cases = [
        ("SELECT key FROM approval WHERE due <= ?1 ORDER BY due, key LIMIT 9", "approval_by_due"),
        (
            "SELECT key FROM card_order WHERE institution = ?1 AND state IN (?2) ORDER BY key",
            "card_order_by_state",
        ),
        (
            "SELECT key FROM contract WHERE institution = ?1 AND owner = ?2 ORDER BY key LIMIT 9",
            "contract_by_branch",
        ),
        ("SELECT seq FROM event WHERE id = ?1 ORDER BY seq LIMIT 9", "event_by_id"),
    ];
    for (text, index) in cases {
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {text}")).expect(text);
        let mut rows = statement.raw_query();
        let row = rows.next().expect(text).expect("a plan has a line");
        let plan: String = row.get(3).expect("the plan in words");
        assert!(plan.contains(index), "{text}: {plan}");
    }
}

#[test]
fn a_dry_run_tells_and_changes_nothing() {
    let scratch = Scratch::new();
    let options = Options::at(scratch.path().with_file_name("new.sqlite"));
    assert_eq!(pending(&options), Ok(vec!["0001_first".to_owned()]));
    assert!(!options.path.exists());
    assert_eq!(migrate(&options), Ok(vec!["0001_first".to_owned()]));
    assert_eq!((pending(&options), migrate(&options)), (Ok(vec![]), Ok(vec![])));
}

#[test]
fn processes_that_start_at_once_migrate_once() {
    let scratch = Scratch::new();
    let options = Options::at(scratch.path().with_file_name("new.sqlite"));
    let ran: usize = thread::scope(|scope| {
        let start = || scope.spawn(|| migrate(&options).expect("each waits for the other").len());
        let threads: Vec<_> = (0..8).map(|_| start()).collect();
        threads.into_iter().map(|thread| thread.join().expect("no panic")).sum()
    });
    assert_eq!(ran, 1);
}

#[test]
fn a_database_of_another_schema_is_refused_in_words() {
    let scratch = Scratch::new();
    let options = scratch.options();
    let change = |text: &str| {
        let connection = Connection::open(scratch.path()).expect("a migrated file");
        connection.execute_batch(text).expect("somebody's change");
    };
    let newer = SchemaError::Newer { found: 7, known: 1 };
    change("INSERT INTO schema_history VALUES (7, 'later', '')");
    assert_eq!((pending(&options), migrate(&options)), (Err(newer.clone()), Err(newer)));
    let error = open(&options).err().expect("a newer schema").to_string();
    assert!(error.contains("schema 7") && error.contains("up to 1"), "{error}");

    change("DELETE FROM schema_history WHERE number = 7");
    assert!(open(&options).is_ok());
    change("UPDATE schema_history SET sha256 = ''");
    let altered = SchemaError::Altered("0001_first".into());
    assert_eq!(migrate(&options), Err(altered));

    let empty = Options::at(scratch.path().with_file_name("empty.sqlite"));
    let error = open(&empty).err().expect("nothing was migrated").to_string();
    assert_eq!(error, "the database lacks 0001_first: run `sekisho migrate`");
}
