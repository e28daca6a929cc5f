//! A server that is killed has lost nothing it had acknowledged.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;

use crate::account::{Account, Scratch, account, clock};
use sekisho_app::tx::StoreError;
use sekisho_store::{Options, SqliteStore, blocking};

/// Names the database to the process that is to be killed.
const PATH: &str = "SEKISHO_TEST_KILL";

/// How many writes are acknowledged before the kill.
const ACKNOWLEDGED: usize = 500;

#[test]
fn a_killed_server_has_lost_nothing_acknowledged() {
    if let Some(path) = std::env::var_os(PATH) {
        return work_until_killed(&Options::at(path));
    }
    let scratch = Scratch::new();
    for round in 0..3 {
        let mut server = Command::new(std::env::current_exe().expect("this test runs"))
            .args(["--exact", "kill::a_killed_server_has_lost_nothing_acknowledged", "--nocapture"])
            .env(PATH, scratch.path())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test can run again");
        let mut lines = BufReader::new(server.stdout.take().expect("it is piped")).lines();
        let mut told = |count: usize| -> Vec<String> {
            let lines = lines.by_ref().map_while(Result::ok);
            lines
                .filter_map(|line| Some(line.strip_prefix("kept ")?.to_owned()))
                .take(count)
                .collect()
        };
        let mut kept = told(ACKNOWLEDGED);
        server.kill().expect("it runs until it is killed"); // SIGKILL
        kept.extend(told(usize::MAX));
        server.wait().expect("it was started here");
        assert!(kept.len() >= ACKNOWLEDGED, "round {round}: only {}", kept.len());

        let store = scratch.open();
        let lost = blocking::look::<_, StoreError, _>(&store, move |tx, _| {
            let mut lost = Vec::new();
            for id in &kept {
                if tx.load::<Account>(id)?.is_none() {
                    lost.push(id.clone());
                }
            }
            Ok(lost)
        });
        assert_eq!(lost, Ok(vec![]), "round {round}");
    }
}

fn work_until_killed(options: &Options) {
    let store = SqliteStore::open(options, clock(), [4; 32]).expect("a migrated file");
    let process = std::process::id();
    thread::scope(|scope| {
        for caller in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0.. {
                    let id = format!("acc_{process}_{caller}_{n}");
                    let new = account(id.clone());
                    blocking::run::<_, StoreError, _>(store, move |tx, _| tx.put(new.clone()))
                        .expect("room on the disk");
                    // One write a line, so that a killed process leaves no half of another's.
                    let line = format!("\nkept {id}\n");
                    std::io::stdout().write_all(line.as_bytes()).expect("the test listens");
                }
            });
        }
    });
}
