//! Hardware tokens at the command line: taken in, handed out, ended, moved elsewhere.

use std::fs::{self, File};

use serde_json::{Value, json};

use crate::bench::{Office, TWO, text};

const HEADER: &str = "serial,algorithm,digits,period_or_counter,seed,expires_on\n";
const SEED: &str = "3132333435363738393031323334353637383930";
/// An AES key, as both sides have it.
const KEY: &str = "12345678901234567890123456789012";

fn figure(number: u8) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pskc");
    fs::read_to_string(format!("{folder}/figure{number}.xml")).expect("it lies there")
}

fn counts(told: &Value) -> Value {
    json!([told["new"], told["known"], told["refused"]])
}

/// An office of three customers, with devices AB0001 to AB0003 in stock.
fn stocked() -> Office {
    let office = Office::of_three();
    let line = |at: u8| format!("AB000{at},totp-sha1,6,30,{SEED}0{at},2031-03-31\n");
    office.folder.write("stock.csv", &format!("{HEADER}{}{}{}", line(1), line(2), line(3)));
    let made = office.decided(&["tokens", "import", "stock.csv", "--plain"]);
    assert_eq!(counts(&made), json!([3, 0, 0]));
    office
}

fn state(office: &Office, serial: &str) -> String {
    text(&office.done(&["tokens", "show", serial])["state"])
}

// T-11, §2.6
#[test]
fn a_makers_file_is_taken_in_by_two_people_once() {
    let office = stocked();
    let again = office.decided(&["tokens", "import", "stock.csv", "--plain"]);
    assert_eq!(counts(&again), json!([0, 3, 0]));
    let alone = office.refused(2, &["tokens", "import", "stock.csv", "--plain"]);
    assert!(alone.contains("this needs two people"), "{alone}");
    let same = ["--maker", "aoki", "--checker", "aoki"];
    let told =
        office.refused(1, &[&["tokens", "import", "stock.csv", "--plain"], &same[..]].concat());
    assert!(told.contains("maker_cannot_check"), "{told}");
    office.refused(2, &["tokens", "import", "stock.csv"]);

    office.folder.write("figure6.xml", &figure(6));
    office.folder.write("figure7.xml", &figure(7));
    office.folder.write("aes.key", KEY);
    office.folder.write("passphrase", "qwerty\n");
    let by_key = ["tokens", "import", "figure6.xml", "--key-file", "aes.key"];
    assert_eq!(counts(&office.decided(&by_key)), json!([1, 0, 0]));
    let by_passphrase = ["tokens", "import", "figure7.xml", "--passphrase-file", "passphrase"];
    assert_eq!(counts(&office.decided(&by_passphrase)), json!([0, 1, 0]), "the same device");
    let list = office.done(&["tokens", "list", "--state", "stock"]);
    assert_eq!(list["tokens"].as_array().expect("a list").len(), 4);
    assert!(!list.to_string().contains(SEED) && !list.to_string().contains("seed"));

    let kinds: Vec<_> = office.events().iter().map(|event| text(&event["type"])).collect();
    for kind in ["token_import.received", "token_import.key_given", "token_import.finished"] {
        assert_eq!(kinds.iter().filter(|known| *known == kind).count(), 4, "{kind}");
    }
    assert_eq!(kinds.iter().filter(|kind| *kind == "token.registered").count(), 4);
}

// T-11
#[test]
fn what_is_wrong_with_a_file_is_told_and_nothing_of_it_is_taken() {
    let office = Office::open();
    office.folder.write("aes.key", KEY);
    office.folder.write("other.key", "00000000000000000000000000000000");
    office.folder.write("short.key", "0000");
    office.folder.write("figure6.xml", &figure(6));
    office.folder.write("figure8.xml", &figure(8));
    let broken = figure(6).replace("AAECAwQF", "AAECAwQG");
    office.folder.write("broken.xml", &broken);
    let dtd =
        figure(3).replace("<KeyContainer", "<!DOCTYPE x SYSTEM \"/etc/passwd\"><KeyContainer");
    office.folder.write("dtd.xml", &dtd);
    office.folder.write("half.xml", &figure(3)[..500]);
    let long = File::create(office.folder.path("long.xml")).expect("made");
    long.set_len(100 << 20).expect("a hole takes no room");
    let refused = [
        ("figure6.xml", &["--key-file", "other.key"][..], "does not fit the file"),
        ("figure6.xml", &["--key-file", "short.key"], "this is no AES key"),
        ("figure6.xml", &["--passphrase-file", "aes.key"], "encrypted with an AES key"),
        ("figure6.xml", &["--plain"], "encrypted with an AES key"),
        ("broken.xml", &["--key-file", "aes.key"], "all of the file was changed"),
        ("figure8.xml", &["--key-file", "aes.key"], "line 3: the keys are encrypted to a cert"),
        ("dtd.xml", &["--plain"], "line 2: the file has a document type (DTD)"),
        ("half.xml", &["--plain"], "did not come whole"),
        ("long.xml", &["--key-file", "aes.key"], "the file has more than 64 MiB"),
    ];
    for (file, key, wanted) in refused {
        let told = office.refused(2, &[&["tokens", "import", file], key, &TWO].concat());
        assert!(told.contains(wanted), "{file}: {told}");
    }
    let list = office.done(&["tokens", "list"]);
    assert_eq!(list["tokens"], json!([]));
}

// T-11
#[test]
fn lines_that_cannot_be_taken_are_told_by_number_and_stop_no_other() {
    let office = Office::open();
    let lines = format!(
        "AB0001,totp-sha1,6,30,{SEED},\nAB0002,totp-sha1,5,30,{SEED}01,\n\
         AB0003,totp-sha1,9,30,{SEED}02,\nAB0004,hotp-sha1,7,0,{SEED}03,\n\
         AB0005,totp-sha1,6,30,{SEED}04,2020-01-31\nAB0006,totp-sha1,6,30,{SEED}05,\n\
         AB0006,totp-sha1,6,30,{SEED}06,\n"
    );
    office.folder.write("mixed.csv", &format!("{HEADER}{lines}"));
    let import = ["tokens", "import", "mixed.csv", "--plain", "--refused", "refused.csv"];
    let ended = office.run(&[&import[..], &TWO].concat());
    assert_eq!((ended.code, counts(&ended.told)), (1, json!([2, 0, 5])), "{}", ended.told);
    let report = fs::read_to_string(office.folder.path("refused.csv")).expect("written");
    let numbers: Vec<_> = report.lines().map(|line| line.split(',').next()).collect();
    assert_eq!(numbers, ["line", "3", "4", "6", "7", "8"].map(Some));
    let said = office.said(&[&["tokens", "import", "mixed.csv", "--plain"], &TWO[..]].concat());
    assert!(said.contains("line 3, AB0002: its codes have not 6 to 8 decimal digits"), "{said}");
    assert!(said.contains("7 in the file, 0 taken into stock, 2 known and unchanged"), "{said}");
    // A known serial with another key: refused, and never overwritten.
    let other = format!("{HEADER}AB0001,totp-sha1,6,30,{SEED}ff,\n");
    office.folder.write("other.csv", &other);
    let ended = office.run(&[&["tokens", "import", "other.csv", "--plain"], &TWO[..]].concat());
    assert_eq!((ended.code, counts(&ended.told)), (1, json!([0, 0, 1])));
    assert_eq!(ended.told["lines"][0]["why"], "known_otherwise");
}

// T-11, §2.6
#[test]
fn a_device_goes_from_stock_to_a_customer_and_back_and_to_its_end() {
    let office = stocked();
    office.activate("20000000001");
    let told = office.refused(1, &["tokens", "allocate", "AB-0001", "20000000002"]);
    assert!(told.contains("the contract is pending"), "{told}");
    let aside = office.done(&["tokens", "allocate", "ab-0001", "20000000001"]);
    assert_eq!(aside["state"], "allocated");
    let twice = office.refused(1, &["tokens", "allocate", "AB0001", "20000000001"]);
    assert!(twice.contains("it is allocated"), "{twice}");
    assert_eq!(office.done(&["tokens", "mail", "AB0001"])["state"], "mailed");
    assert!(office.said(&["tokens", "show", "AB0001"]).contains("set aside for 20000000001"));
    assert_eq!(office.done(&["tokens", "return", "AB0001"])["state"], "stock");
    let idle = office.refused(1, &["tokens", "battery-low", "AB0001"]);
    assert!(idle.contains("it is stock"), "{idle}");
    assert_eq!(office.done(&["tokens", "defect", "AB0001"])["state"], "defect");
    assert_eq!(office.done(&["tokens", "lost", "AB0002", "--by", "phone"])["state"], "lost");
    let alone = office.refused(2, &["tokens", "destroy", "AB0001"]);
    assert!(alone.contains("this needs two people"), "{alone}");
    assert_eq!(office.decided(&["tokens", "destroy", "AB0001"])["state"], "destroyed");
    assert_eq!(state(&office, "AB0001"), "destroyed");
    let gone = office.refused(1, &["tokens", "allocate", "AB0002", "20000000001"]);
    assert!(gone.contains("it is lost"), "{gone}");
    let unknown = office.refused(2, &["tokens", "show", "ZZ9999"]);
    assert!(unknown.contains("no token of this institution has the serial"), "{unknown}");
    let listed = office.done(&["tokens", "list", "--limit", "2"]);
    assert_eq!(listed["tokens"].as_array().expect("two").len(), 2);
    let rest = office.done(&["tokens", "list", "--after", &text(&listed["next"])]);
    assert_eq!(rest["tokens"].as_array().expect("one").len(), 1);
}

// §2.6
#[test]
fn stock_moves_to_another_installation_with_its_key_only() {
    let (office, other) = (stocked(), Office::open());
    office.folder.write("aes.key", KEY);
    office.done(&["tokens", "defect", "AB0003"]);
    let export = ["tokens", "export", "--to", "moved.xml", "--key-file", "aes.key"];
    let alone = office.refused(2, &export);
    assert!(alone.contains("this needs two people"), "{alone}");
    assert_eq!(office.decided(&export)["tokens"], 2, "what is broken stays");
    let moved = fs::read_to_string(office.folder.path("moved.xml")).expect("written");
    assert!(moved.contains("AB0001") && !moved.contains("PlainValue>MT"), "{moved}");
    other.folder.write("moved.xml", &moved);
    other.folder.write("aes.key", KEY);
    other.folder.write("other.key", "00000000000000000000000000000000");
    let import = ["tokens", "import", "moved.xml", "--key-file"];
    let wrong = other.refused(2, &[&import[..], &["other.key"], &TWO].concat());
    assert!(wrong.contains("does not fit"), "{wrong}");
    let taken = other.decided(&[&import[..], &["aes.key"]].concat());
    assert_eq!(counts(&taken), json!([2, 0, 0]));
    let back = office.decided(&[&import[..], &["aes.key"]].concat());
    assert_eq!(counts(&back), json!([0, 2, 0]), "here they are known, with the same keys");
    let exported = office.events().iter().filter(|event| event["type"] == "token.exported").count();
    assert_eq!(exported, 2);
}
