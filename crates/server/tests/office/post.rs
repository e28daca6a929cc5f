//! Into the post, and back from it.

use serde_json::{Value, json};

use crate::bench::{Office, TWO};

fn verdicts(told: &Value) -> Vec<(&str, &str)> {
    let text = |row: &'_ Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let rows = told["rows"].as_array().expect("rows");
    let known = ["dispatched", "unchanged", "refused"];
    rows.iter()
        .map(|row| {
            let verdict = text(row, "verdict");
            let verdict = known.into_iter().find(|word| *word == verdict).expect("known");
            (verdict, row["code"].as_str().unwrap_or_default())
        })
        .collect()
}

fn state(office: &Office, login_id: &str) -> Value {
    office.done(&["credential", "list", login_id])["credentials"][0]["state"].clone()
}

// E-11, U-14
#[test]
fn each_row_of_a_dispatch_gets_its_own_verdict() {
    let office = Office::of_three();
    let (batch, numbers) = office.enclosed();
    office.done(&["credential", "revoke", &numbers[1], "--reason", "closed"]);
    office.folder.write(
        "posted.csv",
        &format!(
            "card_number,tracking_number\n{0},12345678901\n{0},12345678901\n{1},12345678902\n\
             {2},12345678901\n０００００００００,12345678904\n",
            numbers[0], numbers[1], numbers[2]
        ),
    );
    let ended = office.run(&["cards", "dispatch", &batch, "--tracking", "posted.csv"]);
    assert_eq!(ended.code, 1, "{}", ended.told);
    let wanted = [
        ("dispatched", ""),
        ("unchanged", ""),
        ("refused", "card_void"),
        ("refused", "manifest_mismatch"),
        ("refused", "manifest_mismatch"),
    ];
    assert_eq!(verdicts(&ended.told), wanted);
    let pair = format!("{}=123-4567-8903", numbers[2]);
    office.done(&["cards", "dispatch", &batch, &pair]);
    let manifest = office.done(&["cards", "manifest", &batch]);
    assert_eq!(manifest["state"], "closed");
    let counts = &manifest["counts"];
    assert_eq!(
        (&counts["enclosed"], &counts["dispatched"], &counts["withheld"]),
        (&json!(3), &json!(2), &json!(1))
    );
}

#[test]
fn a_file_with_an_unreadable_row_notes_nothing() {
    let office = Office::of_three();
    let (batch, numbers) = office.enclosed();
    let rows =
        format!("card_number,tracking_number\n{},12345678901\nxyz,12345678902\n", numbers[0]);
    office.folder.write("posted.csv", &rows);
    let told = office.refused(2, &["cards", "dispatch", &batch, "--tracking", "posted.csv"]);
    assert!(told.contains("posted.csv, line 3: no card number"), "{told}");
    let manifest = office.done(&["cards", "manifest", &batch]);
    assert_eq!(manifest["counts"]["dispatched"], 0);
}

// §2.4
#[test]
fn what_came_back_or_was_lost_is_dead() {
    let office = Office::of_three();
    let (batch, numbers) = office.enclosed();
    for (number, tracking) in numbers.iter().zip(["12345678901", "12345678902", "12345678903"]) {
        office.done(&["cards", "dispatch", &batch, &format!("{number}={tracking}")]);
    }
    office.done(&["cards", "delivered", "12345678901"]);
    let wrong = ["cards", "returned", "12345678902", "--scanned", &numbers[0]];
    let told = office.refused(1, &[&wrong[..], &TWO].concat());
    assert!(told.contains("(manifest_mismatch)"), "{told}");
    let returned = ["cards", "returned", "12345678902", "--scanned", &numbers[1]];
    assert_eq!(office.decided(&returned)["state"], "returned");
    assert_eq!(office.done(&["cards", "lost", "12345678903"])["state"], "lost");
    assert_eq!(office.done(&["cards", "lost", "12345678903"])["state"], "lost", "again");
    let states = ["20000000001", "20000000002", "20000000003"].map(|id| state(&office, id));
    assert_eq!(states.iter().filter(|state| **state == "revoked").count(), 2);
    let waiting = office.done(&["cards", "orders", "--state", "approved"]);
    let cards = waiting["orders"].as_array().expect("a list").iter();
    let again = cards.filter(|order| order["kind"] == "image_card").count();
    assert_eq!(again, 1, "the lost one is ordered again, the returned one has no address");
}

// E-09, E-25
#[test]
fn a_revoked_card_is_ordered_again_and_an_unlocked_one_needs_a_lock() {
    let office = Office::of_three();
    let (_, numbers) = office.enclosed();
    let unlock = [&["credential", "unlock", &numbers[0]], &TWO[..]].concat();
    let told = office.refused(1, &unlock);
    assert!(told.contains("it is pending (invalid_transition)"), "{told}");
    let revoked = office.done(&["credential", "reissue", &numbers[0], "--reason", "photographed"]);
    assert_eq!(revoked["state"], "revoked");
    assert!(revoked["next_order"].is_string());
    let unknown = office.refused(2, &["credential", "revoke", "12-34", "--reason", "lost"]);
    assert!(unknown.contains("no card number"), "{unknown}");
}

#[test]
fn a_contract_is_stopped_resumed_and_ended() {
    let office = Office::of_three();
    let contract = |verb: &str, more: &[&str]| {
        office.run(&[&["contract", verb, "20000000001"], more].concat())
    };
    assert_eq!(
        contract("suspend", &["--reason", "fraud", "--by", "phone"]).told["state"],
        "suspended"
    );
    assert_eq!(contract("resume", &[]).code, 2, "two people");
    assert_eq!(contract("resume", &TWO).told["state"], "active");
    assert_eq!(contract("unlock-password", &TWO).code, 0);
    assert_eq!(contract("reset-password", &TWO).told["kind"], "password_letter");
    let ended = contract("cancel", &[&["--reason", "closed"], &TWO[..]].concat());
    assert_eq!(ended.told["state"], "cancelled");
    assert_eq!(contract("resume", &TWO).told["code"], "invalid_transition");
    let missing = office.refused(1, &["contract", "show", "29999999999"]);
    assert!(missing.contains("(no_such_contract)"), "{missing}");
}
