//! Whoever can write to the file can change the log, and is found out.

use rusqlite::Connection;
use serde_json::{Value, json};

use crate::bench::{Office, text};

/// Somebody with a shell and time: the guards in the file hold nobody who can write to it.
fn tamper(office: &Office, statements: &str) {
    let file = Connection::open(office.folder.path("sekisho.db")).expect("the file is there");
    let whole = format!(
        "DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_removed; {statements}"
    );
    file.execute_batch(&whole).expect("the statements fit the schema");
}

/// The faults found, as places and words.
fn found(office: &Office) -> Vec<(u64, String)> {
    let ended = office.run(&["audit", "verify", "--institution", "kaku"]);
    assert_eq!(ended.code, 1, "{}", ended.told);
    let faults = ended.told["logs"][0]["faults"].as_array().expect("a list");
    let place = |fault: &Value| fault["position"].as_u64().expect("a number");
    faults.iter().map(|fault| (place(fault), text(&fault["what"]))).collect()
}

/// The `seq` of the event at a position, in a log that is the only one.
fn seq(position: u64) -> String {
    format!("(SELECT seq FROM event ORDER BY seq LIMIT 1 OFFSET {position})")
}

fn fault(position: u64, what: &str) -> Vec<(u64, String)> {
    vec![(position, what.to_owned())]
}

// api.md §5.8
#[test]
fn a_log_nobody_touched_is_whole() {
    let office = Office::of_three();
    let told = office.done(&["audit", "verify"]);
    assert_eq!((&told["whole"], &told["logs"][0]["faults"]), (&json!(true), &json!([])));
    assert!(told["logs"][0]["events_checked"].as_u64() > Some(9));
    assert!(office.said(&["audit", "verify"]).contains("is whole."));
}

#[test]
fn a_changed_event_is_named() {
    let office = Office::of_three();
    let change = "json_set(body, '$.actor.id', 'somebody')";
    tamper(&office, &format!("UPDATE event SET body = {change} WHERE seq = {}", seq(5)));
    assert_eq!(found(&office), fault(5, "changed"));
    let said = office.said(&["audit", "verify"]);
    assert!(said.contains("WAS TAMPERED WITH") && said.contains("position 5: evt_"), "{said}");
}

#[test]
fn a_removed_event_is_named() {
    let office = Office::of_three();
    tamper(&office, &format!("DELETE FROM event WHERE seq = {}", seq(4)));
    assert_eq!(found(&office), fault(4, "removed"));
}

#[test]
fn an_inserted_event_is_named() {
    let office = Office::of_three();
    // Before all others: a log of one institution has no gaps between its numbers.
    let copy = "INSERT INTO event SELECT -seq, id, institution, contract, kind, body, before";
    tamper(&office, &format!("{copy} FROM event WHERE seq = {}", seq(4)));
    assert_eq!(found(&office), fault(0, "inserted"));
}

#[test]
fn two_events_in_the_wrong_order_are_named() {
    let office = Office::of_three();
    let (a, b) = (seq(3), seq(6));
    let swap = format!(
        "CREATE TEMP TABLE pair AS SELECT {a} AS a, {b} AS b;
         UPDATE event SET seq = -1 WHERE seq = (SELECT a FROM pair);
         UPDATE event SET seq = (SELECT a FROM pair) WHERE seq = (SELECT b FROM pair);
         UPDATE event SET seq = (SELECT b FROM pair) WHERE seq = -1;"
    );
    tamper(&office, &swap);
    assert_eq!(found(&office), [(3, "reordered".to_owned()), (6, "reordered".to_owned())]);
}

#[test]
fn a_cut_off_end_is_named_also_when_all_traces_are_gone() {
    let office = Office::of_three();
    let head = text(&office.done(&["audit", "head"])["note"]);
    office.folder.write("head.txt", &head);
    tamper(&office, "DELETE FROM event WHERE seq = (SELECT max(seq) FROM event)");
    let last = office.done_size() - 1;
    assert_eq!(found(&office), fault(last, "removed"));

    // Everything that says how long the log was.
    let clear = Connection::open(office.folder.path("sekisho.db")).expect("the file is there");
    clear
        .execute_batch(
            "DELETE FROM event; DELETE FROM audit_range; \
             DELETE FROM audit_tile; DELETE FROM audit_head",
        )
        .expect("the statements fit the schema");
    let trusted = ["audit", "verify", "--institution", "kaku", "--trusted-head", "head.txt"];
    let ended = office.run(&trusted);
    assert_eq!(ended.code, 1);
    assert_eq!(ended.told["logs"][0]["faults"][0]["what"], "truncated");
    assert_eq!(ended.told["logs"][0]["faults"][0]["position"], 0);
}

#[test]
fn a_file_that_is_no_head_says_nothing_about_the_log() {
    let office = Office::of_three();
    let head = text(&office.done(&["audit", "head"])["note"]);
    let trusted = ["audit", "verify", "--institution", "kaku", "--trusted-head", "head.txt"];
    let others = head.replace("sekisho/kaku/", "sekisho/ao/");
    for slip in ["", "a letter\n", others.as_str()] {
        office.folder.write("head.txt", slip);
        assert_eq!(office.run(&trusted).code, 2, "{slip}");
    }
    let (_, rest) = head.split_once('\n').expect("a head has lines");
    office.folder.write("head.txt", &format!("sekisho/kaku/audit\n1{rest}"));
    let ended = office.run(&trusted);
    assert_eq!((ended.code, &ended.told["whole"]), (1, &json!(false)));
    office.folder.write("head.txt", &head);
    assert_eq!(office.run(&trusted).code, 0);
}

#[test]
fn an_export_ends_after_it_begins() {
    let office = Office::of_three();
    let days = ["--from", "2026-12-01", "--to", "2026-11-01", "events.ndjson"];
    assert_eq!(office.run(&[&["audit", "export"], &days[..]].concat()).code, 2);
    assert!(!office.folder.path("events.ndjson").exists());
}

#[test]
fn a_stranger_can_be_shown_that_an_event_is_in_the_log() {
    let office = Office::open();
    let first = text(&office.events()[0]["id"]);
    let proof = office.done(&["audit", "proof", &first]);
    assert_eq!(
        (&proof["index"], &proof["event"]["type"]),
        (&json!(0), &json!("institution.registered"))
    );
    assert!(proof["head"].as_str().expect("a note").starts_with("sekisho/kaku/audit\n"));
}

impl Office {
    fn done_size(&self) -> u64 {
        self.run(&["audit", "verify"]).told["logs"][0]["size"].as_u64().expect("a number")
    }
}
