//! `/v1/batches`, `/v1/jobs`, `/v1/deliveries`: from approved orders to the letter box.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_app::batch::{draw, file, seal};
use sekisho_app::job::{self, Task};
use sekisho_domain::client::Scope;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Call, Office, Scene, Told};

const PRINTER: &str = "age1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqq";
const SECRET: &[u8] = b"encrypted for the printer";

async fn office() -> Office {
    let scopes = [
        Scope::ProductionRead,
        Scope::ProductionWrite,
        Scope::CredentialsRead,
        Scope::CredentialsWrite,
    ];
    Office::open(Scene::new().await, &scopes).await
}

/// The production job, without a printer: what is drawn becomes one file.
fn produce(office: &Office) {
    let ours = office.institution();
    office.scene.run(move |tx, cx| {
        let job = job::next(tx, |_| true)?.expect("a job waits");
        let Task::Sealing { batch, .. } = job.task else { panic!("only sealing waits") };
        let drawn = draw::draw(tx, cx, (ours, batch), None, 100)?;
        let name = "cards.ndjson.age".to_owned();
        let made = file::keep(tx, cx, (ours, batch), name.clone(), SECRET)?;
        seal::seal(tx, cx, (ours, batch), [(name, made.sha256)].into())?;
        let done = drawn.lines.len() as u64;
        Ok(tx.put(job.at(done).finished(done, json!({"batch": batch.to_string()})))?)
    });
}

/// A sealed batch of the first card of the scene's customer; its path.
async fn sealed(office: &Office) -> String {
    let order = office.get("/v1/card_orders?state=approved").await;
    let orders = order.json["items"].as_array().expect("items");
    let card = orders.iter().find(|order| order["kind"] == "image_card");
    let card = card.unwrap_or_else(|| panic!("an approved order: {}", order.text));
    let body = json!({"kind": "image_card", "orders": [card["id"]]});
    let opened = office.post("/v1/batches", "b1", body).await;
    assert_eq!((opened.status, opened.text("/state")), (202, "done".into()), "{}", opened.text);
    assert_eq!(opened.json["counts"], json!({"accepted": 1, "refused": 0}));
    let path = format!("/v1/batches/{}", opened.text("/result/batch"));
    let keys = json!({"cards_to": PRINTER, "labels_to": PRINTER});
    let proposed = office.post(&format!("{path}/seal"), "s1", keys).await;
    assert_eq!((proposed.status, proposed.text("/proposal/kind")), (202, "batch_seal".into()));
    let job = format!("/v1/jobs/{}", proposed.text("/proposal/change/job"));
    assert_eq!(office.get(&job).await.verdict(), "404 not_found", "nobody has agreed yet");
    office.agree(&proposed);
    assert_eq!(office.get(&job).await.text("/state"), "queued");
    produce(office);
    assert_eq!(office.get(&job).await.text("/state"), "done");
    assert_eq!(office.get(&path).await.text("/state"), "sealed");
    path
}

async fn manifest(office: &Office, path: &str) -> (Told, Value) {
    let told = office.get(&format!("{path}/manifest")).await;
    let claims = told.text.split('.').nth(1).expect("three parts");
    let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64");
    (told, serde_json::from_slice(&claims).expect("JSON"))
}

#[tokio::test]
async fn the_files_of_a_batch_are_there_until_it_is_reconciled() {
    let office = office().await;
    let path = sealed(&office).await;
    let files = office.get(&format!("{path}/files")).await;
    let file = &files.json["items"][0];
    assert_eq!((&file["name"], &file["bytes"]), (&json!("cards.ndjson.age"), &json!(SECRET.len())));
    let one = format!("{path}/files/{}", file["id"].as_str().expect("an id"));
    let read = office.send(Call::get(&one).header("accept", "application/octet-stream")).await;
    assert_eq!((read.status, read.text.as_bytes()), (200, SECRET));
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(SECRET)));
    assert_eq!(read.header("content-digest"), Some(digest.as_str()));
    assert_eq!(office.scene.events("batch.file_read"), 1);
    let (told, claims) = manifest(&office, &path).await;
    assert_eq!(told.header("content-type"), Some("application/jose"));
    assert_eq!(claims["files"]["cards.ndjson.age"], file["sha256"]);
    assert_eq!(claims["counts"]["drawn"], 1);
    let counted = json!({"printed": 1, "spoiled": [], "enclosed": 1});
    let proposed = office.post(&format!("{path}/reconciliation"), "r1", counted).await;
    office.agree(&proposed);
    assert_eq!(office.get(&path).await.text("/state"), "reconciled");
    assert_eq!(office.get(&format!("{path}/files")).await.json, json!({"items": []}));
    assert_eq!(office.get(&one).await.verdict(), "404 not_found");
}

#[tokio::test]
async fn counts_that_disagree_are_refused_before_anybody_is_asked() {
    let office = office().await;
    let path = format!("{}/reconciliation", sealed(&office).await);
    let short = json!({"printed": 2, "spoiled": [], "enclosed": 2});
    let told = office.post(&path, "r1", short).await;
    assert_eq!(told.verdict(), "422 counts_disagree");
    assert_eq!((&told.json["expected"], &told.json["given"]), (&json!(1), &json!(2)));
    let (_, claims) = manifest(&office, path.trim_end_matches("/reconciliation")).await;
    let number = claims["card_numbers"].as_object().expect("numbers").keys().next().cloned();
    let number = number.expect("a card");
    let spoiled = json!({"printed": 1, "spoiled": [number], "enclosed": 0});
    assert_eq!(office.post(&path, "r2", spoiled).await.status, 202);
}

#[tokio::test]
async fn envelopes_are_posted_and_handed_over_by_sheets() {
    let office = office().await;
    let path = sealed(&office).await;
    let counted = json!({"printed": 1, "spoiled": [], "enclosed": 1});
    let proposed = office.post(&format!("{path}/reconciliation"), "r1", counted).await;
    office.agree(&proposed);
    let (_, claims) = manifest(&office, &path).await;
    let number = claims["card_numbers"].as_object().expect("numbers").keys().next().cloned();
    let number = number.expect("a card");
    let sheet = |path: &str, key: &str, body: String| {
        Call::post(path, key, &Value::Null).header("content-type", "text/csv").body(body)
    };
    let posting = format!("{path}/dispatches");
    let rows =
        format!("card_number,tracking_number,dispatched_on\n{number},1234-5678,2026-11-20\n");
    let told = office.send(sheet(&posting, "d1", rows.clone())).await;
    assert_eq!(told.json["rows"][0]["status"], 201, "{}", told.text);
    let replay = office.send(sheet(&posting, "d1", rows.clone())).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&told.text, Some("true")));
    let other = office.send(sheet(&posting, "d1", format!("{rows}\n"))).await;
    assert_eq!(other.verdict(), "422 idempotency_key_reused", "raw bytes are the fingerprint");
    let wrong = office.send(sheet(&posting, "d2", rows.replace("1234-5678", "１２"))).await;
    assert_eq!((wrong.verdict(), &wrong.json["line"]), ("422 file_refused".into(), &json!(2)));
    let at = "2026-11-21T10:00:00+09:00";
    let reports =
        format!("tracking_number,event,at\n1234-5678,delivered,{at}\n0000,delivered,{at}\n");
    let told = office.send(sheet("/v1/deliveries", "p1", reports)).await;
    assert_eq!((told.status, &told.json["counts"]["accepted"]), (202, &json!(1)), "{}", told.text);
    assert_eq!(told.json["result"]["refused"], json!([{"line": 3, "code": "not_found"}]));
    let job = office.get(told.header("location").expect("a place")).await;
    assert_eq!(job.json, told.json);
    assert_eq!(office.scene.events("dispatch.delivered"), 1);
}

#[tokio::test]
async fn a_seal_needs_the_keys_that_fit_the_batch() {
    let office = office().await;
    let none = json!({"kind": "image_card", "filter": {"approved_before": "2020-01-01T00:00:00Z"}});
    let opened = office.post("/v1/batches", "b1", none).await;
    let path = format!("/v1/batches/{}", opened.text("/result/batch"));
    assert_eq!(office.get(&path).await.text("/state"), "void", "of nothing nothing is made");
    let seal = format!("{path}/seal");
    let told = office.post(&seal, "s1", json!({"cards_to": "age1x", "labels_to": PRINTER})).await;
    assert_eq!(told.errors(), ["/cards_to pattern"]);
    let letters = json!({"letters_to": PRINTER, "labels_to": PRINTER});
    assert_eq!(office.post(&seal, "s2", letters).await.errors(), ["/cards_to required"]);
    let cards = json!({"cards_to": PRINTER, "labels_to": PRINTER});
    assert_eq!(office.post(&seal, "s3", cards).await.verdict(), "409 batch_closed");
    let both = json!({"kind": "image_card", "orders": [], "filter": {}});
    assert_eq!(office.post("/v1/batches", "b2", both).await.status, 400);
}
