//! `/v1/contracts`, `/v1/card_orders`, `/v1/credentials`, `/v1/proposals`, `/v1/audit`.

use sekisho_domain::client::Scope;
use serde_json::{Value, json};

use crate::support::{Call, Scene, Told};

const CERTIFICATE: &[u8] = b"office";

/// The back office: it may everything here.
struct Office {
    scene: Scene,
    access: String,
}

impl Office {
    async fn open() -> Self {
        let scene = Scene::new().await;
        let scopes = [
            Scope::ContractsRead,
            Scope::ContractsWrite,
            Scope::CredentialsRead,
            Scope::CredentialsWrite,
            Scope::ProposalsRead,
            Scope::AuditRead,
        ];
        let id = scene.client("office", &scopes, CERTIFICATE);
        let access = scene.access(&id, CERTIFICATE).await;
        Self { scene, access }
    }

    async fn send(&self, call: Call) -> Told {
        self.scene.send_as(&self.access, CERTIFICATE, call).await
    }

    async fn get(&self, path: &str) -> Told {
        self.send(Call::get(path)).await
    }

    async fn post(&self, path: &str, key: &str, body: Value) -> Told {
        self.send(Call::post(path, key, &body)).await
    }
}

fn person() -> Value {
    json!({"branch": "001", "external_id": "CIF-1", "name": "関所 太郎",
        "name_kana": "セキショ　タロウ", "postcode": "1000001", "address": ["東京都千代田区1-1"],
        "mail": "taro@example.jp"})
}

#[tokio::test]
async fn a_contract_is_made_once_for_each_number_of_the_bank() {
    let office = Office::open().await;
    let made = office.post("/v1/contracts", "m1", person()).await;
    assert_eq!((made.status, made.text("/state")), (201, "pending".into()), "{}", made.text);
    assert_eq!(made.text("/login_id").len(), 11);
    let replay = office.post("/v1/contracts", "m1", person()).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&made.text, Some("true")));
    let again = office.post("/v1/contracts", "m2", person()).await;
    assert_eq!((again.status, again.text("/id")), (200, made.text("/id")));
    let found = office.get("/v1/contracts?external_id=CIF-1").await;
    assert_eq!(found.json["items"][0]["id"], made.json["id"]);
    let orders = office.get(&format!("/v1/card_orders?contract={}", made.text("/id"))).await;
    let kinds: Vec<&str> = orders.json["items"]
        .as_array()
        .expect("items")
        .iter()
        .map(|order| order["kind"].as_str().expect("a kind"))
        .collect();
    assert!(kinds.contains(&"password_letter"), "{kinds:?}");
    let wrong = office.post("/v1/contracts", "m3", json!({"branch": "1", "mail": "x"})).await;
    let errors = wrong.errors();
    for wanted in ["/branch pattern", "/name required", "/postcode required"] {
        assert!(errors.iter().any(|error| error == wanted), "{errors:?}");
    }
}

#[tokio::test]
async fn a_patch_needs_the_version_that_was_read() {
    let office = Office::open().await;
    let path = format!("/v1/contracts/{}", office.scene.contract);
    let version = office.get(&path).await.header("etag").expect("a version").to_owned();
    let change = |key: &str| {
        let body = json!({"phone": "0312345678", "mails": null});
        Call::post(&path, key, &body).method("PATCH")
    };
    assert_eq!(office.send(change("p1")).await.verdict(), "428 precondition_required");
    let stale = office.send(change("p1").header("if-match", "\"v99\"")).await;
    assert_eq!(stale.verdict(), "412 version_mismatch");
    assert_eq!(format!("\"v{}\"", stale.json["version"]), version);
    let done = office.send(change("p1").header("if-match", &version)).await;
    assert_eq!((done.status, done.text("/phone")), (200, "0312345678".into()), "{}", done.text);
    assert_eq!(done.json.get("mails"), None, "null removes, in a patch only");
    let replay = office.send(change("p1").header("if-match", &version)).await;
    assert_eq!(replay.text, done.text);
    assert_eq!(
        office.send(change("p2").header("if-match", &version)).await.verdict(),
        "412 version_mismatch"
    );
}

#[tokio::test]
async fn stopping_is_at_once_and_resuming_needs_two() {
    let office = Office::open().await;
    let (approval, _) = office.scene.requested("IB-1").await;
    let path = format!("/v1/contracts/{}", office.scene.contract);
    let stop = json!({"reason": "phishing", "reported_by": "phone"});
    let stopped = office.post(&format!("{path}/suspension"), "s1", stop.clone()).await;
    assert_eq!(
        (stopped.status, stopped.text("/state")),
        (200, "suspended".into()),
        "{}",
        stopped.text
    );
    assert_eq!(office.post(&format!("{path}/suspension"), "s2", stop).await.text, stopped.text);
    assert_eq!(office.scene.events("contract.suspended"), 1);
    let told = office.scene.front(Call::get(format!("/v1/approvals/{approval}"))).await;
    assert_eq!((told.text("/state"), told.text("/reason")), ("void".into(), "suspended".into()));
    let proposed = office.post(&format!("{path}/resumption"), "r1", json!({})).await;
    assert_eq!((proposed.status, proposed.text("/proposal/state")), (202, "open".into()));
    assert_eq!(proposed.text("/proposal/kind"), "contract_resumption");
    assert_eq!(office.get(&path).await.text("/state"), "suspended", "nothing has happened yet");
    let id = proposed.text("/proposal/id");
    let listed = office.get("/v1/proposals?state=open").await;
    assert_eq!(listed.json["items"][0]["id"], id);
    let decision =
        Call::post(format!("/v1/proposals/{id}/decision"), "d1", &json!({"decision": "accept"}));
    let told = office.send(decision.header("if-match", "\"v1\"")).await;
    assert_eq!(told.verdict(), "403 staff_not_permitted", "a machine can make, never check");
    let back = office.post(&format!("/v1/proposals/{id}/withdrawal"), "w1", json!({})).await;
    assert_eq!((back.status, back.text("/state")), (200, "withdrawn".into()), "{}", back.text);
}

#[tokio::test]
async fn a_second_person_has_it_done_in_the_same_commit() {
    use sekisho_app::{contract, proposal};
    use sekisho_domain::event::Actor;
    use sekisho_domain::id::{InstitutionId, ProposalId};
    let office = Office::open().await;
    let path = format!("/v1/contracts/{}", office.scene.contract);
    office.post(&format!("{path}/suspension"), "s1", json!({"reason": "other"})).await;
    let proposed = office.post(&format!("{path}/resumption"), "r1", json!({})).await;
    let id: ProposalId = proposed.text("/proposal/id").parse().expect("an id");
    let ours: InstitutionId = "ins_01kn35e000ektt35dhh049836d".parse().expect("an id");
    let customer = office.scene.contract;
    let state = office.scene.run(move |tx, cx| {
        cx.actor = Actor::Operator("checker".into());
        proposal::decide(tx, cx, ours, id, true)?;
        Ok(contract::find(tx, ours, customer)?.state)
    });
    assert_eq!(state.word(), "active");
    let told = office.get(&format!("/v1/proposals/{id}")).await;
    assert_eq!(
        (told.text("/state"), told.text("/checker/id")),
        ("accepted".into(), "checker".into())
    );
}

#[tokio::test]
async fn the_customers_wish_for_a_card_compares_the_postcode() {
    let office = Office::open().await;
    let path = format!("/v1/contracts/{}/card_orders", office.scene.contract);
    let wish = |postcode: &str| json!({"method": "image_card", "postcode": postcode});
    let other = office.post(&path, "o1", wish("9999999")).await;
    let ordered = office.post(&path, "o2", wish("1000001")).await;
    let open = office.post(&path, "o3", wish("1000001")).await;
    // The first card of a contract is on its way in this scene: an order is open already (E-01).
    for told in [&other, &ordered, &open] {
        assert_eq!(told.verdict(), "409 order_open");
    }
    let order = open.text("/order");
    let cancelled = office
        .post(&format!("/v1/card_orders/{order}/cancellation"), "x1", json!({"reason": "other"}))
        .await;
    assert_eq!(
        (cancelled.status, cancelled.text("/state")),
        (200, "cancelled".into()),
        "{}",
        cancelled.text
    );
    assert_eq!(office.post(&path, "o4", wish("9999999")).await.verdict(), "422 address_mismatch");
    let ordered = office.post(&path, "o5", wish("1000001")).await;
    assert_eq!(
        (ordered.status, ordered.text("/kind")),
        (201, "image_card".into()),
        "{}",
        ordered.text
    );
    let by_phone = json!({"method": "image_card", "reason": "lost", "reported_by": "phone"});
    let told = office.post(&path, "o6", by_phone).await;
    assert_eq!((told.status, told.text("/proposal/kind")), (202, "card_order".into()));
}

#[tokio::test]
async fn a_revoked_card_is_dead_at_once() {
    let office = Office::open().await;
    let held = office.get(&format!("/v1/contracts/{}/credentials", office.scene.contract)).await;
    let card = held.json["items"][0].clone();
    assert_eq!(
        (card["method"].as_str(), card["state"].as_str()),
        (Some("customer_card"), Some("active"))
    );
    let (approval, _) = office.scene.requested("IB-1").await;
    office.scene.challenged(&approval).await;
    let path = format!("/v1/credentials/{}", card["id"].as_str().expect("an id"));
    let lost = json!({"reason": "lost", "reported_by": "phone"});
    let revoked = office.post(&format!("{path}/revocation"), "v1", lost.clone()).await;
    assert_eq!(
        (revoked.status, revoked.text("/state")),
        (200, "revoked".into()),
        "{}",
        revoked.text
    );
    assert_eq!(office.post(&format!("{path}/revocation"), "v2", lost).await.text, revoked.text);
    assert_eq!(office.scene.events("credential.revoked"), 1);
    let told = office.scene.front(Call::get(format!("/v1/approvals/{approval}"))).await;
    assert_eq!(
        (told.text("/state"), told.text("/reason")),
        ("void".into(), "credential_revoked".into())
    );
    let call = Call::post("/v1/approvals", "k9", &office.scene.transfer("IB-2"));
    let told = office.scene.front(call).await;
    assert_eq!(told.verdict(), "409 no_usable_method");
    assert!(told.json["remedy"].is_array() && told.json["why"].is_string(), "{}", told.text);
}

#[tokio::test]
async fn the_log_is_read_with_positions_and_proofs() {
    use sekisho_app::audit::sequence::{self, Waiting};
    use sekisho_app::keys::{self, KeyUse};
    use sekisho_domain::note::{NoteSigner, NoteVerifier};
    let office = Office::open().await;
    office.scene.requested("IB-1").await;
    assert_eq!(office.get("/v1/audit/heads/latest").await.verdict(), "404 not_found");
    let key = office.get("/v1/audit/key").await;
    assert!(key.text.starts_with("sekisho/kaku/audit+"), "{}", key.text);
    let ours: sekisho_domain::id::InstitutionId =
        "ins_01kn35e000ektt35dhh049836d".parse().expect("an id");
    office.scene.run(move |tx, cx| {
        let seed = keys::open(tx, cx.platform, ours, KeyUse::Audit)?;
        let signer = NoteSigner::new("sekisho/kaku/audit", &seed).expect("a name");
        let waiting = Waiting::read(tx, ours, 1000)?;
        sequence::sequence(tx, cx, &signer, &waiting).map(|_| ())
    });
    let head = office.get("/v1/audit/heads/latest").await;
    assert!(head.text.starts_with("sekisho/kaku/audit\n"), "{}", head.text);
    let verifier: NoteVerifier = key.text.trim().parse().expect("a key");
    assert!(verifier.open(&head.text).is_ok(), "the key of the API opens the head of the API");
    let size: u64 = head.text.lines().nth(1).and_then(|line| line.parse().ok()).expect("a size");
    let events = office.get("/v1/audit/events?type=approval.requested").await;
    let event = &events.json["items"][0];
    let path = format!("/v1/audit/events/{}", event["id"].as_str().expect("an id"));
    assert_eq!(office.get(&path).await.json, *event);
    let proof = office.get(&format!("{path}/inclusion?size={size}")).await;
    assert_eq!((proof.status, &proof.json["index"]), (200, &event["index"]), "{}", proof.text);
    let beyond = office.get(&format!("{path}/inclusion?size={}", size + 1)).await;
    assert_eq!(beyond.errors(), ["size range"]);
    let grown = office.get(&format!("/v1/audit/consistency?from=1&to={size}")).await;
    assert!(grown.json["hashes"].as_array().is_some_and(|hashes| !hashes.is_empty()));
    let first = office.get("/v1/audit/events?limit=1").await;
    let next = office.get(&format!("/v1/audit/events?limit=1&after={}", first.text("/next"))).await;
    assert_eq!(
        (first.json["items"][0]["index"].as_u64(), next.json["items"][0]["index"].as_u64()),
        (Some(0), Some(1))
    );
}
