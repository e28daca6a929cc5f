//! Institutions and clients are registered, and the server starts and ends.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::bench::{Office, text};

const KAKU: &str = include_str!("../kaku.toml");

fn applied(office: &Office) -> Value {
    office.done(&["institution", "apply", "kaku.toml"])["institutions"][0].clone()
}

#[test]
fn an_institution_is_registered_once_and_says_what_changed() {
    let office = Office::bare();
    let told = office.refused(2, &["contract", "show", "20000000001"]);
    assert!(told.contains("`sekisho institution apply FILE` registers one"), "{told}");
    office.folder.write("kaku.toml", KAKU);
    assert_eq!(applied(&office)["done"], "registered");
    assert_eq!(applied(&office)["done"], "unchanged");
    office.folder.write("kaku.toml", &KAKU.replace("0120-000-999", "0120-000-998"));
    assert_eq!(applied(&office)["changed"], json!(["contact"]));
    assert_eq!(office.done(&["institution", "list"])["institutions"][0]["slug"], "kaku");
    let kinds: Vec<_> = office.events().iter().map(|event| text(&event["type"])).collect();
    let wanted = [
        "institution.registered",
        "institution.key_made",
        "institution.key_made",
        "institution.changed",
    ];
    assert_eq!(kinds, wanted);
}

#[test]
fn a_policy_that_was_in_force_is_not_rewritten() {
    let office = Office::bare();
    let past = KAKU.replace("from = \"2026-11-20\"", "from = \"2020-01-01\"");
    office.folder.write("kaku.toml", &past);
    assert_eq!(applied(&office)["done"], "registered");
    let looser = past.replacen(
        "[[policies]]\nfrom = \"2027",
        "[policies.limits]\ncard_day_yen = 900000\n[[policies]]\nfrom = \"2027",
        1,
    );
    office.folder.write("kaku.toml", &looser);
    let told = office.refused(2, &["institution", "apply", "kaku.toml"]);
    assert!(told.starts_with("policies: the one from 2020-01-01 was in force already"), "{told}");
    let later = past.replace("from = \"2027-04-01\"", "from = \"2099-04-01\"");
    office.folder.write("kaku.toml", &later);
    assert_eq!(applied(&office)["changed"], json!(["policies"]), "what is to come may change");
}

#[test]
fn a_client_gets_its_secret_once_and_only_what_its_profile_allows() {
    let office = Office::open();
    let add = ["client", "add", "--name", "bank", "--profile", "baseline"];
    let scopes = ["--scope", "approvals:write", "--address", "127.0.0.1"];
    let made = office.done(&[&add[..], &scopes].concat());
    assert!(text(&made["client_id"]).starts_with("cli_"));
    let secret = text(&made["client_secret"]);
    assert!(secret.starts_with("scs_"));
    let list = office.done(&["client", "list"]);
    assert_eq!(list["clients"][0]["name"], "bank");
    assert!(!list.to_string().contains(&secret));

    let told = office.refused(2, &[&add[..], &scopes[..2]].concat());
    assert!(told.contains("needs the addresses it calls from"), "{told}");
    let strong = ["--scope", "contracts:write", "--address", "127.0.0.1"];
    let told = office.refused(2, &[&add[..], &strong].concat());
    assert!(told.contains("may not hold the scope contracts:write"), "{told}");
    office.folder.write("private.json", r#"{"keys":[{"kty":"EC","d":"secret"}]}"#);
    let fapi = ["client", "add", "--name", "core", "--profile", "fapi", "--jwks-file"];
    let told = office.refused(2, &[&fapi[..], &["private.json"]].concat());
    assert!(told.contains("holds a private key"), "{told}");
    office.folder.write("public.json", r#"{"keys":[{"kty":"EC","crv":"P-256"}]}"#);
    let made = office.done(&[&fapi[..], &["public.json", "--platform"]].concat());
    assert_eq!(made["client_secret"], Value::Null);
}

#[test]
fn the_server_says_where_it_is_refuses_a_taken_port_and_ends_when_told() {
    let office = Office::open();
    let mut serving = office
        .program()
        .env("SEKISHO_SERVER__LISTEN", "127.0.0.1:0")
        .args(["--json", "serve"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be run");
    let mut line = String::new();
    let out = serving.stdout.take().expect("it is piped");
    BufReader::new(out).read_line(&mut line).expect("it says where it is");
    let told: Value = serde_json::from_str(&line).expect("JSON");
    let address = text(&told["listen"]);

    let second = office.program().env("SEKISHO_SERVER__LISTEN", &address).arg("serve").output();
    let second = second.expect("the program can be run");
    let said = String::from_utf8_lossy(&second.stderr).into_owned();
    assert_eq!(second.status.code(), Some(2));
    assert!(said.contains(&format!("{address} is taken: stop the program")), "{said}");

    // While it serves, the office goes on working beside it.
    office.done(&["institution", "list"]);
    kill_process(Pid::from_child(&serving), Signal::TERM).expect("it is ours");
    assert_eq!(serving.wait().expect("it ends").code(), Some(0));
}

#[test]
fn another_keyring_than_the_databases_own_is_refused_before_anything_runs() {
    let (office, other) = (Office::open(), Office::bare());
    let (ring, kept) = (office.folder.path("keyring.toml"), office.folder.path("kept.toml"));
    fs::rename(&ring, &kept).expect("the same disk");
    let told = office.refused(2, &["keys", "create"]);
    assert!(told.contains("put your copy of the keyring back"), "{told}");

    fs::copy(other.folder.path("keyring.toml"), &ring).expect("room for tests");
    for command in ["serve", "institution list"] {
        let told = office.refused(1, &command.split(' ').collect::<Vec<_>>());
        assert!(told.contains("Put back the copy of the keyring"), "{command}: {told}");
    }
    let told = office.said(&["check"]);
    assert!(told.contains("FAULT   keyring: keyring.toml: none of its keys opens"), "{told}");

    fs::rename(&kept, &ring).expect("the same disk");
    office.done(&["institution", "list"]);
    assert!(!office.said(&["check"]).contains("FAULT"), "all is well again");
}

#[test]
fn a_schema_that_is_not_current_is_refused_with_the_command_to_run() {
    let office = Office { folder: crate::scratch::Scratch::new() };
    office.done(&["keys", "create"]);
    let told = office.refused(1, &["serve"]);
    assert!(told.contains("run `sekisho migrate`"), "{told}");
}

// K-08
#[test]
fn every_pair_of_pictures_has_its_distance() {
    let office = Office { folder: crate::scratch::Scratch::new() };
    let told = office.done(&["pictures", "distances", "--closest", "2"]);
    let pictures = told["pictures"].as_u64().expect("a number");
    assert!(pictures >= 300 && told["pairs"].as_array().expect("a list").len() == 2);
    assert!(told["least"].as_f64() >= told["asked"].as_f64());
}
