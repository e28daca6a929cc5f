//! `/v1/contract_imports`: many contracts from one file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_domain::client::Scope;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Call, Office, Scene};

fn line(external_id: &str) -> String {
    let person = json!({"branch": "001", "external_id": external_id, "name": "関所 太郎",
        "name_kana": "セキショ　タロウ", "postcode": "1000001", "address": ["東京都千代田区1-1"]});
    format!("{person}\n")
}

fn import(path: &str, key: &str, file: &str) -> Call {
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(file)));
    let call = Call::post(path, key, &Value::Null).header("content-type", "application/x-ndjson");
    call.header("content-digest", &digest).body(file)
}

#[tokio::test]
async fn a_file_is_judged_whole_and_made_once() {
    let scopes = [Scope::ContractsRead, Scope::ContractsWrite];
    let office = Office::open(Scene::new().await, &scopes).await;
    let path = "/v1/contract_imports";
    let file = [line("CIF-1"), line("CIF-2"), line("CIF-1")].concat();
    let dry = office.send(import(&format!("{path}?dry_run=true"), "i0", &file)).await;
    assert_eq!((dry.status, dry.text("/state")), (202, "done".into()), "{}", dry.text);
    let found = office.get("/v1/contracts?external_id=CIF-1").await;
    assert_eq!(found.json["items"], json!([]), "a dry run makes nothing");
    let wrong = [line("CIF-1"), "{\"branch\":\"1\"}\n".into(), "{".into()].concat();
    let told = office.send(import(path, "i1", &wrong)).await;
    assert_eq!(
        (told.text("/state"), told.text("/kind")),
        ("failed".into(), "contract_import".into())
    );
    assert_eq!(told.json["counts"], json!({"accepted": 0, "refused": 2}));
    let refused = &told.json["result"]["refused"];
    assert_eq!((&refused[0]["line"], &refused[1]["line"]), (&json!(2), &json!(3)), "{}", told.text);
    let found = office.get("/v1/contracts?external_id=CIF-1").await;
    assert_eq!(found.json["items"], json!([]), "of a wrong file nothing is made");
    let done = office.send(import(path, "i2", &file)).await;
    assert_eq!((done.text("/state"), &done.json["counts"]["accepted"]), ("done".into(), &json!(3)));
    let replay = office.send(import(path, "i2", &file)).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&done.text, Some("true")));
    for id in ["CIF-1", "CIF-2"] {
        let found = office.get(&format!("/v1/contracts?external_id={id}")).await;
        assert_eq!(found.json["items"].as_array().map(Vec::len), Some(1), "{}", found.text);
    }
    let other = office.send(import(path, "i2", &line("CIF-9"))).await;
    assert_eq!(other.verdict(), "422 idempotency_key_reused");
    let found = office.get("/v1/contracts?external_id=CIF-9").await;
    assert_eq!(found.json["items"], json!([]), "the key was judged first");
    let torn = import(path, "i3", &file).body(line("CIF-3"));
    assert_eq!(office.send(torn).await.verdict(), "422 file_refused");
}
