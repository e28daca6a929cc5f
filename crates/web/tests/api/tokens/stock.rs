//! `/v1/tokens`: looked at, set aside, taken back, ended.

use sekisho_domain::client::Scope;
use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use crate::support::{Office, Scene, Teller};

fn serials(list: &Value) -> Vec<&str> {
    let items = list["items"].as_array().expect("a list");
    items.iter().map(|token| token["serial"].as_str().expect("a serial")).collect()
}

#[tokio::test]
async fn tokens_are_found_by_what_is_printed_on_them_and_by_where_they_stand() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let app = scene.token(TokenKind::App, "SKTS00012345");
    scene.pass(1);
    let device = scene.token(TokenKind::Device, "GAHK00000001");
    let foreign = scene.foreign_token("SKTS55550000");
    let credential = scene.started(scene.contract, &app);
    for (query, wanted) in [
        ("", vec!["GAHK00000001", "SKTS00012345"]),
        ("?order=asc", vec!["SKTS00012345", "GAHK00000001"]),
        ("?kind=app", vec!["SKTS00012345"]),
        ("?state=stock", vec!["GAHK00000001"]),
        ("?state=lost&state=destroyed", vec![]),
        ("?serial=skts%200001%202345", vec!["SKTS00012345"]),
        ("?serial=GAHK00000001&kind=app", vec![]),
        ("?serial=SKTS55550000", vec![]),
        ("?batch=job_01m7vncdx3fy2v8d3taga3ev41", vec![]),
    ] {
        let told = teller.get(&format!("/v1/tokens{query}")).await;
        assert_eq!((told.status, serials(&told.json)), (200, wanted), "{query}: {}", told.text);
    }
    let first = teller.get("/v1/tokens?limit=1").await;
    let next = teller.get(&format!("/v1/tokens?limit=1&after={}", first.text("/next"))).await;
    assert_eq!(serials(&next.json), ["SKTS00012345"]);
    for (query, error) in [
        ("state=new", "state enum"),
        ("kind=card", "kind enum"),
        ("batch=bat_01m7vncdx3fy2v8d3taga3ev41", "batch pattern"),
        ("serial=_", "serial pattern"),
        ("name=x", "name unknown"),
    ] {
        assert_eq!(teller.get(&format!("/v1/tokens?{query}")).await.errors(), [error]);
    }
    let shown = teller.get(&format!("/v1/tokens/{}", app.id)).await;
    let bound =
        json!([{"contract": scene.contract.to_string(), "credential": credential.to_string()}]);
    assert_eq!((&shown.json["bound"], shown.text("/kind")), (&bound, "app".into()));
    assert!(!shown.text.contains("seed") && !shown.text.contains("motion"), "{}", shown.text);
    for missing in [foreign.id.to_string(), device.id.to_string().replace("tok_", "crd_")] {
        assert_eq!(teller.get(&format!("/v1/tokens/{missing}")).await.verdict(), "404 not_found");
    }
}

// T-11
#[tokio::test]
async fn a_device_is_set_aside_taken_back_and_destroyed_by_two() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let device = scene.token(TokenKind::Device, "GAHK00000001");
    let path = format!("/v1/tokens/{}", device.id);
    let owner = json!({"contract": scene.contract.to_string()});
    let foreign = json!({"contract": scene.other_contract.to_string()});
    let told = teller.post(&format!("{path}/allocation"), "foreign", foreign).await;
    assert_eq!(told.verdict(), "422 no_such_contract");
    let told = teller.post(&format!("{path}/allocation"), "owner", owner.clone()).await;
    assert_eq!((told.status, told.text("/state")), (200, "allocated".into()), "{}", told.text);
    assert_eq!(told.text("/allocated_to"), scene.contract.to_string());
    let replay = teller.post(&format!("{path}/allocation"), "owner", owner.clone()).await;
    assert_eq!((&replay.text, scene.events("token.allocated")), (&told.text, 1));
    let twice = teller.post(&format!("{path}/allocation"), "twice", owner).await;
    assert_eq!(
        (twice.verdict(), twice.text("/state")),
        ("409 invalid_transition".into(), "allocated".into())
    );
    let told = teller.post(&format!("{path}/destruction"), "early", json!({})).await;
    assert_eq!(told.verdict(), "409 invalid_transition", "not while it is somebody's");
    let told = teller.post(&format!("{path}/return"), "back", json!({})).await;
    assert_eq!((told.text("/state"), told.json.get("allocated_to")), ("stock".into(), None));
    let proposed = teller.post(&format!("{path}/destruction"), "end", json!({})).await;
    assert_eq!(
        (proposed.status, proposed.text("/proposal/kind")),
        (202, "token_destruction".into())
    );
    assert_eq!(teller.get(&path).await.text("/state"), "stock", "nothing has happened yet");
    teller.office.agree(&proposed);
    assert_eq!(teller.get(&path).await.text("/state"), "destroyed");
    let told = teller.post(&format!("{path}/destruction"), "again", json!({})).await;
    assert_eq!(told.verdict(), "409 invalid_transition");
}

// E-18
#[tokio::test]
async fn a_revoked_token_ends_for_every_contract_and_every_owner_is_told() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let other = scene.customer("10000000003");
    let mut bound = Vec::new();
    for contract in [scene.contract, other] {
        bound.push((contract, scene.started(contract, &held)));
        scene.pass(60);
    }
    let path = format!("/v1/tokens/{}/revocation", held.id);
    let stolen = json!({"reason": "stolen", "reported_by": "phone"});
    let told = teller.post(&path, "end", stolen.clone()).await;
    assert_eq!((told.status, told.text("/state")), (200, "compromised".into()), "{}", told.text);
    assert_eq!(told.json["bound"], json!([]));
    for (contract, credential) in bound {
        let told = teller.get(&format!("/v1/credentials/{credential}")).await;
        assert_eq!(told.text("/state"), "revoked", "{}", told.text);
        let notices = scene.notices(contract);
        assert!(notices.contains(&"otp_revoked".to_owned()), "{contract}: {notices:?}");
    }
    assert_eq!(teller.post(&path, "again", stolen).await.text("/state"), "compromised");
    assert_eq!((scene.events("token.revoked"), scene.events("credential.revoked")), (1, 2));
}

#[tokio::test]
async fn a_broken_device_ends_and_an_app_never_lies_in_stock() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let device = scene.device_for(scene.contract, "GAHK00000001");
    let id = scene.started(scene.contract, &device);
    let path = format!("/v1/tokens/{}", device.id);
    let told = teller.post(&format!("{path}/return"), "bound", json!({})).await;
    assert_eq!(told.verdict(), "409 invalid_transition", "somebody is bound to it");
    for key in ["defect", "again"] {
        let told =
            teller.post(&format!("{path}/defect"), key, json!({"note": "画面が消えた"})).await;
        assert_eq!((told.status, told.text("/state")), (200, "defect".into()), "{}", told.text);
    }
    assert_eq!(scene.events("token.defect"), 1);
    assert_eq!(teller.get(&format!("/v1/credentials/{id}")).await.text("/state"), "revoked");
    let app = scene.token(TokenKind::App, "SKTS00012345");
    let path = format!("/v1/tokens/{}", app.id);
    let owner = json!({"contract": scene.contract.to_string()});
    for (step, sent) in [("allocation", owner), ("return", json!({})), ("destruction", json!({}))] {
        let told = teller.post(&format!("{path}/{step}"), step, sent).await;
        assert_eq!(told.verdict(), "409 invalid_transition", "{step}");
    }
    let lost = json!({"reason": "lost"});
    let told = teller.post(&format!("{path}/revocation"), "lost", lost).await;
    assert_eq!(told.text("/state"), "lost");
    assert_eq!(
        teller.post(&format!("{path}/defect"), "late", json!({})).await.verdict(),
        "409 invalid_transition"
    );
}

#[tokio::test]
async fn reading_is_not_changing() {
    let scene = Scene::new().await;
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let foreign = scene.foreign_token("SKTS55550000");
    let reads = Office::open(scene, &[Scope::CredentialsRead]).await;
    let path = format!("/v1/tokens/{}", held.id);
    assert_eq!(reads.get(&path).await.status, 200);
    for (step, sent) in [
        ("allocation", json!({"contract": reads.scene.contract.to_string()})),
        ("return", json!({})),
        ("defect", json!({})),
        ("destruction", json!({})),
        ("revocation", json!({"reason": "lost"})),
    ] {
        let told = reads.post(&format!("{path}/{step}"), step, sent).await;
        assert_eq!(told.verdict(), "403 insufficient_scope", "{step}");
    }
    let writes = Office::open(reads.scene, &[Scope::CredentialsWrite]).await;
    assert_eq!(writes.get(&path).await.verdict(), "403 insufficient_scope");
    for (step, sent) in [
        ("allocation", json!({"contract": writes.scene.contract.to_string()})),
        ("return", json!({})),
        ("defect", json!({})),
        ("destruction", json!({})),
        ("revocation", json!({"reason": "lost"})),
    ] {
        let told = writes.post(&format!("/v1/tokens/{}/{step}", foreign.id), step, sent).await;
        assert_eq!(told.verdict(), "404 not_found", "{step}");
    }
}
