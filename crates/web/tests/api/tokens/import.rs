//! `/v1/token_imports`: a maker's file by one system, its key by another.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_app::tokens::import;
use sekisho_domain::client::Scope;
use sekisho_domain::id::JobId;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Call, Teller, Told};

const KEY_CERTIFICATE: &[u8] = b"key keeper";
const RFC_KEY: &str = "12345678901234567890123456789012";

fn figure(number: u8) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../vectors/pskc");
    std::fs::read_to_string(format!("{folder}/figure{number}.xml")).expect("it lies there")
}

fn bring(key: &str, file: &str) -> Call {
    let digest = format!("sha-256=:{}:", STANDARD.encode(Sha256::digest(file)));
    let call = Call::post("/v1/token_imports", key, &Value::Null);
    let call = call.header("content-type", "application/pskc+xml");
    call.header("content-digest", &digest).body(file)
}

/// The key of the file, told by another system of the bank.
async fn give_key(teller: &Teller, job: &str, key: &str, body: Value) -> Told {
    let scene = teller.scene();
    let keeper = scene.client("key keeper", &[Scope::CredentialsWrite], KEY_CERTIFICATE);
    let access = scene.access(&keeper, KEY_CERTIFICATE).await;
    let call = Call::post(format!("/v1/token_imports/{job}/key"), key, &body);
    scene.send_as(&access, KEY_CERTIFICATE, call).await
}

// T-11, §2.6
#[tokio::test]
async fn file_key_and_a_second_person_bring_devices_into_stock() {
    let teller = Teller::open().await;
    let file = figure(6);
    let brought = teller.office.send(bring("bring", &file)).await;
    let (state, kind) = (brought.text("/state"), brought.text("/kind"));
    assert_eq!(
        (brought.status, state.as_str(), kind.as_str()),
        (202, "waiting", "token_import"),
        "{}",
        brought.text
    );
    assert_eq!(brought.text("/proposal/kind"), "token_import");
    let job = brought.text("/id");
    assert_eq!(brought.header("location"), Some(format!("/v1/jobs/{job}").as_str()));
    let replay = teller.office.send(bring("bring", &file)).await;
    assert_eq!(
        (&replay.text, replay.header("idempotency-replayed")),
        (&brought.text, Some("true"))
    );
    let aes = json!({"kind": "aes", "value": RFC_KEY});
    let own = teller.post(&format!("/v1/token_imports/{job}/key"), "own", aes.clone()).await;
    assert_eq!(own.verdict(), "403 maker_cannot_check", "not by whoever brought the file");
    let given = give_key(&teller, &job, "given", aes).await;
    assert_eq!((given.status, given.text("/state")), (200, "waiting".into()), "{}", given.text);
    assert!(!given.text.contains(RFC_KEY) && !brought.text.contains("CipherValue"));
    teller.office.agree(&brought);
    assert_eq!(teller.get(&format!("/v1/jobs/{job}")).await.text("/state"), "queued");
    let (ours, id): (_, JobId) = (teller.office.institution(), job.parse().expect("an id"));
    teller.scene().run(move |tx, cx| {
        let opened = import::open(tx, cx, (ours, id))?.expect("it goes on");
        let file = opened.read().expect("the key fits");
        import::apply(tx, cx, (ours, id), &file).map(drop)
    });
    let done = teller.get(&format!("/v1/jobs/{job}")).await;
    assert_eq!((done.text("/state"), &done.json["counts"]["accepted"]), ("done".into(), &json!(1)));
    let stock = teller.get(&format!("/v1/tokens?batch={job}&state=stock&kind=device")).await;
    assert_eq!((stock.text("/items/0/batch"), stock.json["items"][1].is_null()), (job, true));
}

#[tokio::test]
async fn what_cannot_be_taken_is_refused_at_the_door() {
    let teller = Teller::open().await;
    for (nth, (file, why)) in
        [(figure(2), "plain"), ("<KeyContainer".to_owned(), "form"), (String::new(), "form")]
            .into_iter()
            .enumerate()
    {
        let told = teller.office.send(bring(&format!("bad-{nth}"), &file)).await;
        assert_eq!((told.verdict(), told.text("/why")), ("422 file_refused".into(), why.into()));
    }
    let torn = bring("torn", &figure(6)).body(figure(7));
    let told = teller.office.send(torn).await;
    assert_eq!((told.verdict(), told.text("/why")), ("422 file_refused".into(), "checksum".into()));
    let json = bring("json", "{}").header("content-type", "application/json");
    assert_eq!(teller.office.send(json).await.verdict(), "415 unsupported_media_type");
    let brought = teller.office.send(bring("bring", &figure(6))).await;
    let job = brought.text("/id");
    for (nth, (body, error)) in [
        (json!({"kind": "aes", "value": "12"}), "/value pattern"),
        (json!({"kind": "pgp", "value": "12"}), "/kind enum"),
        (json!({"kind": "passphrase"}), "/value required"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/v1/token_imports/{job}/key");
        assert_eq!(teller.post(&path, &format!("key-{nth}"), body).await.errors(), [error]);
    }
    let path = "/v1/token_imports/job_01m7vncdx3fy2v8d3taga3ev41/key";
    let key = json!({"kind": "aes", "value": RFC_KEY});
    assert_eq!(teller.post(path, "missing", key).await.verdict(), "404 not_found");
}
