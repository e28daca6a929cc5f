//! From orders to files whose counts agree.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use serde_json::json;

use crate::bench::{Office, TWO, numbers, text};

// §4.8
#[test]
fn a_batch_is_made_by_two_people_and_its_manifest_agrees() {
    let office = Office::of_three();
    let produce =
        ["cards", "produce", "--kind", "image_card", "--to", "out", "--dangerously-plain"];
    assert!(office.refused(2, &produce).contains("two people"));
    let alone = [&produce[..], &["--maker", "aoki", "--checker", "AOKI"]].concat();
    let ended = office.run(&alone);
    assert_eq!((ended.code, &ended.told["code"]), (1, &json!("maker_cannot_check")));

    let manifest = office.cards();
    let batch = text(&manifest["batch"]);
    assert_eq!((manifest["counts"]["ordered"].clone(), numbers(&manifest).len()), (json!(3), 3));
    assert_eq!(manifest["counts"]["drawn"], 3);
    let written = fs::read(office.file(&batch, "manifest.json")).expect("written");
    let mut written: serde_json::Value = serde_json::from_slice(&written).expect("JSON");
    written["refused"] = json!([]);
    assert_eq!(written, manifest);
    for name in ["cards.pdf", "carriers.pdf", "labels.csv"] {
        let file = office.file(&batch, name);
        let mode = fs::metadata(&file).expect("written").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{name} is nobody else's");
    }
    let decided = office.events();
    let decided = decided.iter().find(|event| event["type"] == "operator.decided");
    let decided = decided.expect("both names stand in the log");
    assert_eq!((&decided["maker"], &decided["checker"]), (&json!("aoki"), &json!("baba")));
    assert_eq!(decided["actor"]["id"], "operator-01");
}

// E-24
#[test]
fn no_file_holds_both_cells_and_a_name_and_each_envelope_names_its_card() {
    let office = Office::of_three();
    let manifest = office.cards();
    let batch = text(&manifest["batch"]);
    let labels = fs::read_to_string(office.file(&batch, "labels.csv")).expect("written");
    let mut rows = labels.lines();
    assert_eq!(rows.next(), Some("card_number,order,postcode,address,name"));
    assert_eq!(rows.count(), 3);
    // Two customers of one household are told apart by the number on the card.
    for number in numbers(&manifest) {
        assert_eq!(labels.matches(&number).count(), 1, "{number}");
    }
}

#[test]
fn wrong_counts_are_refused_and_right_ones_taken_once() {
    let office = Office::of_three();
    let batch = text(&office.cards()["batch"]);
    let reconcile = |printed: &str, enclosed: &str| {
        let counts = ["--printed", printed, "--enclosed", enclosed];
        office.run(&[&["cards", "reconcile", &batch], &counts[..], &TWO].concat())
    };
    for (printed, enclosed) in [("2", "2"), ("3", "2"), ("4", "4"), ("3", "4")] {
        let ended = reconcile(printed, enclosed);
        assert_eq!((ended.code, &ended.told["code"]), (1, &json!("counts_disagree")));
    }
    assert_eq!(reconcile("3", "3").code, 0);
    assert_eq!(reconcile("3", "3").code, 0, "a call that died is made again");
    assert_eq!(reconcile("3", "2").told["code"], "batch_closed");
}

#[test]
fn a_spoiled_card_is_dead_and_made_again() {
    let office = Office::of_three();
    let manifest = office.cards();
    let (batch, spoiled) = (text(&manifest["batch"]), numbers(&manifest)[0].clone());
    let counts = ["--printed", "3", "--enclosed", "2", "--spoiled", &spoiled];
    office.decided(&[&["cards", "reconcile", &batch], &counts[..]].concat());
    let again = office.cards();
    assert_eq!(again["counts"]["ordered"], 1);
    assert_ne!(numbers(&again)[0], spoiled);
}

#[test]
fn a_production_that_cannot_write_its_files_loses_no_order() {
    let office = Office::of_three();
    office.folder.write("file", "in the way");
    let produce =
        ["cards", "produce", "--kind", "image_card", "--dangerously-plain", "--to", "file"];
    let told = office.refused(1, &[&produce[..], &TWO].concat());
    assert!(told.starts_with("writing the files:"), "{told}");
    let batches = office.done(&["cards", "batches"]);
    assert_eq!(batches["batches"][0]["state"], "void");
    assert_eq!(office.cards()["counts"]["drawn"], 3);
}

// U-09
#[test]
fn a_telephone_order_waits_for_a_second_person() {
    let office = Office::of_three();
    let order = ["cards", "order", "20000000001", "--by", "phone"];
    let told = office.refused(1, &order);
    assert!(told.contains("the contract is pending"), "{told}");
    office.activate("20000000001");
    let ended = office.run(&order);
    assert_eq!((ended.code, &ended.told["code"]), (1, &json!("order_open")), "E-01");
    let told = text(&ended.told["error"]);
    let first = told.split(' ').nth(1).expect("it names the order");
    office.done(&["cards", "cancel", first]);
    let ordered = office.done(&order);
    assert_eq!(ordered["state"], "ordered");
    assert_eq!(office.cards()["counts"]["ordered"], 2, "it waits");
    let approved = office.decided(&["cards", "approve", &text(&ordered["order"])]);
    assert_eq!(approved["state"], "approved");
    assert_eq!(office.cards()["counts"]["ordered"], 1);
}

// E-04
#[test]
fn an_activation_code_is_told_by_two_people_or_goes_in_a_letter_of_its_own() {
    let office = Office::of_three();
    let code = ["contract", "activation-code", "20000000001"];
    assert!(office.refused(2, &code).contains("two people"));
    let letter = office.decided(&code);
    assert_eq!(letter["kind"], "activation_letter");
    let produce = ["cards", "produce", "--kind", "activation_letter", "--to", "out"];
    let produce = [&produce[..], &["--dangerously-plain"]].concat();
    let none = office.decided(&produce);
    let refused = &none["refused"][0];
    assert_eq!((&none["batch"], &refused["order"]), (&json!(null), &letter["order"]));
    assert_eq!(refused["code"], "operation_date_invalid", "its card was not posted yet");
    let said = office.said(&[&produce[..], &TWO].concat());
    let line = format!("Not taken in: {}: the day lies before", text(&letter["order"]));
    assert!(said.starts_with("Nothing was made.\n") && said.contains(&line), "{said}");
    let shown = office.done(&["contract", "show", "20000000001"]);
    let mut orders = shown["orders"].as_array().expect("a list").iter();
    let card = orders.find(|order| order["kind"] == "image_card").expect("ordered");
    office.done(&["cards", "cancel", &text(&card["order"])]);
    let made = office.decided(&produce);
    let counts = (&made["counts"]["drawn"], &made["refused"]);
    assert_eq!(counts, (&json!(1), &json!([])), "no card is on its way");
    let show = [&code[..], &["--show"]].concat();
    let told = office.refused(1, &[&show[..], &TWO].concat());
    assert!(told.contains("the contract is pending"), "{told}");
    office.activate("20000000001");
    let shown = text(&office.decided(&show)["activation_code"]);
    assert!(shown.len() == 12 && shown.bytes().all(|b| b.is_ascii_digit()));
    let log = office.events().iter().map(ToString::to_string).collect::<String>();
    assert!(!log.contains(&shown), "no code stands in the log");
}

// §4.8, api.md §5.5
#[test]
fn each_file_can_be_read_by_the_one_who_needs_it_and_nobody_else() {
    let office = Office::of_three();
    let [printer, house] = [(); 2].map(|()| age::x25519::Identity::generate());
    let (cards_to, labels_to) = (printer.to_public().to_string(), house.to_public().to_string());
    let produce = ["cards", "produce", "--kind", "image_card", "--to", "out"];
    let half = office.run(&[&produce[..], &["--cards-to", &cards_to], &TWO].concat());
    assert_eq!(half.code, 2, "both or none");
    let keys = ["--cards-to", &cards_to, "--labels-to", &labels_to];
    let batch = text(&office.decided(&[&produce[..], &keys].concat())["batch"]);
    let file = |name: &str| fs::read(office.file(&batch, name)).expect("written");
    let (cards, labels) = (file("cards.pdf.age"), file("labels.csv.age"));
    assert!(age::decrypt(&printer, &cards).expect("hers").starts_with(b"%PDF-"));
    assert!(age::decrypt(&house, &labels).expect("theirs").starts_with(b"card_number,"));
    assert!(age::decrypt(&house, &cards).is_err() && age::decrypt(&printer, &labels).is_err());
    assert!(!office.file(&batch, "cards.pdf").exists());
}
