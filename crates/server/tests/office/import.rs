//! Contracts come in from files as banks really write them.

use std::fs;

use serde_json::{Value, json};

use crate::bench::{Office, THREE};

fn counts(told: &Value) -> Value {
    let refused = told["refused"].as_array().expect("a list").len();
    json!([told["new"], told["unchanged"], refused])
}

fn lines(told: &Value) -> Vec<(u64, &str)> {
    let line = |refused: &'_ Value| refused["line"].as_u64().expect("a number");
    let refused = told["refused"].as_array().expect("a list");
    refused.iter().map(|r| (line(r), r["column"].as_str().expect("a text"))).collect()
}

// K-04, U-09
#[test]
fn a_file_makes_contracts_once_however_their_digits_and_kana_are_typed() {
    let office = Office::open();
    office.folder.write("three.csv", THREE);
    let checked = office.done(&["contract", "import", "three.csv", "--dry-run"]);
    assert_eq!(counts(&checked), json!([3, 0, 0]));
    let made = office.done(&["contract", "import", "three.csv"]);
    assert_eq!(counts(&made), json!([3, 0, 0]));
    let again = office.done(&["contract", "import", "three.csv"]);
    assert_eq!(counts(&again), json!([0, 3, 0]));
    let shown = office.done(&["contract", "show", "２００－００００－０００３"]);
    assert_eq!(shown["state"], "pending");
    let kinds: Vec<_> =
        shown["orders"].as_array().expect("two").iter().map(|o| &o["kind"]).collect();
    assert_eq!(kinds.len(), 2);
    assert!(kinds.contains(&&json!("image_card")) && kinds.contains(&&json!("password_letter")));
}

#[test]
fn a_shift_jis_file_says_the_same_as_one_in_utf_8() {
    let office = Office::open();
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(THREE);
    assert!(!lost);
    fs::write(office.folder.path("sjis.csv"), crlf(&bytes)).expect("written");
    let made = office.done(&["contract", "import", "sjis.csv"]);
    assert_eq!((&made["encoding"], counts(&made)), (&json!("Shift_JIS"), json!([3, 0, 0])));
    office.folder.write("utf8.csv", &format!("\u{feff}{THREE}"));
    let again = office.done(&["contract", "import", "utf8.csv"]);
    assert_eq!((&again["encoding"], counts(&again)), (&json!("UTF-8"), json!([0, 3, 0])));
}

/// Line ends as the bank's machine writes them.
fn crlf(text: &[u8]) -> Vec<u8> {
    let lines: Vec<_> = text.split(|byte| *byte == b'\n').collect();
    lines.join(&b"\r\n"[..])
}

#[test]
fn broken_bytes_and_bad_lines_are_told_and_the_others_go_on() {
    let office = Office::open();
    let mut file = THREE.as_bytes().to_vec();
    file.extend_from_slice(b"20000000004,C-4,001,\xe9\x96,\xff,1000001,x,,\n");
    file.extend_from_slice(
        "20000000002,C-2,002,関所 太郎,セキショ タロウ,1000001,東京都千代田区千代田1-1,,\n\
         20000000002,C-2,002,関所 三郎,セキショ サブロウ,1000001,東京都千代田区千代田1-1,,\n\
         20000000009,C-1,001,関所 四郎,セキショ シロウ,1000001,東京都千代田区千代田1-1,,\n\
         2000000000,C-5,001,あ,ア,1000001,x,,\n\
         20000000006,C-6,777,あ,ア,1000001,x,,\n\
         20000000007,C-7,001,あ,山田,1000001,x,,\n\
         20000000008,C-8,001,あ,ア,100000,x,,\n\
         20000000010,C-9,001,\u{202e}あ,ア,1000001,x,,\n\
         20000000011,C-10,001,あ,ア,1000001,x\n"
            .as_bytes(),
    );
    fs::write(office.folder.path("bad.csv"), file).expect("written");
    let ended = office.run(&["contract", "import", "bad.csv", "--refused", "refused.csv"]);
    assert_eq!((ended.code, counts(&ended.told)), (1, json!([3, 1, 9])), "{}", ended.told);
    let wanted = [
        (6, ""),
        (8, "login_id"),
        (9, "external_id"),
        (10, "login_id"),
        (11, "branch"),
        (12, "name_kana"),
        (13, "postcode"),
        (14, "name"),
        (15, ""),
    ];
    assert_eq!(lines(&ended.told), wanted);
    let report = fs::read_to_string(office.folder.path("refused.csv")).expect("written");
    assert!(report.starts_with("line,column,reason\n6,,the line holds bytes that are not UTF-8\n"));
    assert_eq!(report.lines().count(), 10);
}

#[test]
fn what_is_known_otherwise_is_refused_by_its_line_and_not_changed() {
    let office = Office::of_three();
    office.folder.write("moved.csv", &THREE.replacen("千代田1-1", "千代田2-2", 1));
    let ended = office.run(&["contract", "import", "moved.csv"]);
    assert_eq!((ended.code, counts(&ended.told)), (1, json!([0, 2, 1])));
    let refused = &ended.told["refused"][0];
    assert_eq!((&refused["line"], &refused["column"]), (&json!(2), &json!("external_id")));
    let reason = refused["reason"].as_str().expect("a sentence");
    assert!(reason.contains("another address") && !reason.contains("千代田"), "{reason}");
}

#[test]
fn a_wrong_header_and_a_full_disk_stop_before_anything_is_made() {
    let office = Office::open();
    office.folder.write("head.csv", &THREE.replacen("branch", "brnch", 1));
    let told = office.refused(2, &["contract", "import", "head.csv"]);
    assert!(told.starts_with("head.csv: line 1: `brnch` is none of the columns"), "{told}");
    office.folder.write("empty.csv", "");
    assert_eq!(
        office.refused(2, &["contract", "import", "empty.csv"]),
        "empty.csv: the file is empty"
    );
    office.folder.write("three.csv", THREE);
    let full = ["contract", "import", "three.csv", "--refused", "/dev/full"];
    let told = office.refused(1, &full);
    assert!(told.starts_with("/dev/full: No space left on device"), "{told}");
    let made = office.done(&["contract", "import", "three.csv"]);
    assert_eq!(counts(&made), json!([3, 0, 0]), "nothing was made before");
}
