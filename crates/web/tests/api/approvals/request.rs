//! `POST /v1/approvals`, `GET /v1/approvals/{apr}`.

use serde_json::{Value, json};

use crate::support::{Call, Scene};

fn ask(key: &str, body: &Value) -> Call {
    Call::post("/v1/approvals", key, body)
}

#[tokio::test]
async fn a_request_is_told_as_in_the_document() {
    let scene = Scene::new().await;
    let told = scene.front(ask("k1", &scene.transfer("IB-1"))).await;
    assert_eq!(told.status, 201, "{}", told.text);
    assert_eq!(told.header("etag"), Some("\"v1\""));
    assert_eq!(told.header("location"), Some(&*format!("/v1/approvals/{}", told.text("/id"))));
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert_eq!(
        told.header("ratelimit-policy"),
        Some("\"client\";q=50;w=1, \"approvals\";q=10;w=60")
    );
    assert_eq!(told.json["operation"], scene.transfer("IB-1")["operation"]);
    assert_eq!((told.text("/state"), told.text("/tier")), ("requested".into(), "new_payee".into()));
    assert_eq!(told.json["methods"], json!(["customer_card"]));
    assert_eq!(told.json["method"], Value::Null);
    assert_eq!(told.text("/created_at"), "2026-11-20T14:03:00.000+09:00");
    assert_eq!(told.text("/expires_at"), "2026-11-20T14:08:00.000+09:00");
    assert_eq!(told.text("/display/title"), "振込");
    let again = scene.front(Call::get(format!("/v1/approvals/{}", told.text("/id")))).await;
    assert_eq!(again.text, told.text, "the reply of every GET is the same");
}

#[tokio::test]
async fn a_replay_is_the_same_to_the_byte_even_later() {
    let scene = Scene::new().await;
    let mut body = scene.transfer("IB-2");
    body["mode"] = "page".into();
    body["page"] = json!({"return_url": "https://ib.example.jp/done", "state": "s"});
    let first = scene.front(ask("k1", &body)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let url = first.text("/page/url");
    assert!(url.starts_with("https://sekisho.example/i/kaku/approve/apr_"), "{url}");
    assert_eq!(url.rsplit_once("?ticket=").expect("a ticket").1.len(), 43);
    scene.pass(400);
    let replay = scene.front(ask("k1", &body)).await;
    assert_eq!((replay.status, &replay.text), (201, &first.text));
    for header in ["etag", "location"] {
        assert_eq!(replay.header(header), first.header(header));
    }
    assert_eq!(replay.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.header("idempotency-replayed"), None);
    let now = scene.front(Call::get(format!("/v1/approvals/{}", first.text("/id")))).await;
    assert_eq!(now.text("/state"), "expired");
    assert_eq!(now.json.get("page"), None, "the link stands in the first reply only");
    assert_eq!(scene.events("approval.requested"), 1);
}

#[tokio::test]
async fn equal_keys_with_other_bodies_are_refused() {
    let scene = Scene::new().await;
    let body = scene.transfer("IB-3");
    assert_eq!(scene.front(ask("k1", &body)).await.status, 201);
    let told = scene.front(ask("k1", &scene.transfer("IB-4"))).await;
    assert_eq!(told.verdict(), "422 idempotency_key_reused");
    let spelt_otherwise = serde_json::to_string_pretty(&body).expect("plain");
    let told = scene.front(ask("k1", &body).body(spelt_otherwise)).await;
    assert_eq!(told.verdict(), "201", "white space makes no other request");
}

#[tokio::test]
async fn ids_of_another_institution_are_as_good_as_none() {
    let scene = Scene::new().await;
    let mut body = scene.transfer("IB-5");
    body["contract"] = scene.other_contract.to_string().into();
    let theirs = scene.front(ask("k1", &body)).await;
    body["contract"] = "ctr_01kng5fyw0ejqr3z5z3y4sg13p".into();
    let nobody = scene.front(ask("k2", &body)).await;
    assert_eq!(theirs.verdict(), "422 no_such_contract");
    assert_eq!(nobody.verdict(), "422 no_such_contract");
    let mut body = scene.transfer("IB-5");
    body["session"] = "ses_01m7vn4b00etcr1e7m6r9w98qr".into();
    assert_eq!(scene.front(ask("k3", &body)).await.verdict(), "422 no_such_session");
    for id in ["apr_01m7vncdx3e3zbpamptxnpn4sa", "ctr_01m7vncdx3e3zbpamptxnpn4sa", "x"] {
        let told = scene.front(Call::get(format!("/v1/approvals/{id}"))).await;
        assert_eq!(told.verdict(), "404 not_found", "{id}");
    }
}

#[tokio::test]
async fn one_reference_is_one_approval() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-6").await;
    let told = scene.front(ask("other", &scene.transfer("IB-6"))).await;
    assert_eq!((told.verdict(), told.text("/approval")), ("409 reference_taken".into(), id));
    scene.pass(301);
    let told = scene.front(ask("other", &scene.transfer("IB-6"))).await;
    assert_eq!(
        told.verdict(),
        "201",
        "after it has expired it may be asked again, under the same key"
    );
}

#[tokio::test]
async fn thirty_two_at_once_make_one() {
    let scene = std::sync::Arc::new(Scene::new().await);
    let tasks = (0..32).map(|nth| {
        let scene = std::sync::Arc::clone(&scene);
        tokio::spawn(async move {
            scene.front(ask(&format!("k{nth}"), &scene.transfer("IB-7"))).await.verdict()
        })
    });
    let mut verdicts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        verdicts.push(task.await.expect("no panic"));
    }
    verdicts.sort();
    assert_eq!(verdicts[0], "201");
    // Those that came after the rate was used up are told so; nobody else makes a second one.
    assert!(verdicts[1..].iter().all(|v| v == "409 reference_taken" || v == "429 rate_limited"));
    assert_eq!(scene.events("approval.requested"), 1);
}

#[tokio::test]
async fn a_contract_that_is_not_active_approves_nothing() {
    let scene = Scene::new().await;
    scene.change_contract(|contract| {
        contract.state = sekisho_domain::contract::ContractState::Pending;
    });
    let told = scene.front(ask("k1", &scene.transfer("IB-8"))).await;
    assert_eq!(
        (told.verdict(), told.text("/state")),
        ("409 contract_not_active".into(), "pending".into())
    );
}

#[tokio::test]
async fn every_wrong_member_is_named() {
    let scene = Scene::new().await;
    for (pointer, value, wanted) in [
        ("/operation/amount_yen", json!("50000"), "/operation/amount_yen type"),
        ("/operation/amount_yen", json!(50000.5), "/operation/amount_yen type"),
        ("/operation/payee/name", json!("キュウヨ"), "/operation/payee/name not_canonical"),
        ("/contract", json!("cli_01kng5fyw0ejqr3z5z3y4sg13p"), "/contract pattern"),
        ("/reference", json!("a b"), "/reference pattern"),
        ("/mode", json!("decoupled"), "/mode enum"),
        ("/channel", json!(null), "/channel type"),
        ("/expires_in_s", json!(59), "/expires_in_s range"),
        ("/page", json!({"return_url": "https://ib.example.jp/done"}), "/page unknown"),
        ("/extra", json!(1), "/extra unknown"),
    ] {
        let mut body = scene.transfer("IB-9");
        match body.pointer_mut(pointer) {
            Some(place) => *place = value,
            None => body[&pointer[1..]] = value,
        }
        let told = scene.front(ask("k1", &body)).await;
        assert_eq!(
            (told.verdict(), told.errors()),
            ("400 invalid_request".into(), vec![wanted.to_owned()])
        );
    }
    let mut body = scene.transfer("IB-9");
    body["mode"] = "page".into();
    assert_eq!(scene.front(ask("k1", &body)).await.errors(), ["/page required"]);
    body["page"] = json!({"return_url": "https://evil.example/", "state": ""});
    assert_eq!(scene.front(ask("k1", &body)).await.verdict(), "422 return_url_not_registered");
    let mut filed = scene.transfer("IB-9");
    filed["operation"]["payee"]["registration"] = "filed".into();
    assert_eq!(scene.front(ask("k1", &filed)).await.verdict(), "403 exemption_not_permitted");
    let mut late = scene.transfer("IB-9");
    late["operation"]["date"] = "2026-11-19".into();
    assert_eq!(scene.front(ask("k1", &late)).await.verdict(), "422 operation_date_invalid");
}

#[tokio::test]
async fn at_most_five_lie_open() {
    let scene = Scene::new().await;
    for nth in 0..5 {
        scene.requested(&format!("IB-{nth}")).await;
    }
    let told = scene.front(ask("k6", &scene.transfer("IB-6"))).await;
    assert_eq!(
        (told.verdict(), &told.json["limit"]),
        ("429 too_many_open_approvals".into(), &json!(5))
    );
}

#[tokio::test]
async fn a_long_poll_ends_with_a_change_or_without() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-10").await;
    let look = || Call::get(format!("/v1/approvals/{id}")).header("if-none-match", "\"v1\"");
    assert_eq!(scene.front(look()).await.status, 304);
    let told = scene.front(look().header("prefer", "wait=1")).await;
    assert_eq!((told.status, told.header("etag")), (304, Some("\"v1\"")));
    scene.challenged(&id).await;
    let told = scene.front(look().header("prefer", "wait=25")).await;
    assert_eq!((told.status, told.header("etag")), (200, Some("\"v2\"")));
    assert_eq!(told.text("/state"), "challenged");
}
