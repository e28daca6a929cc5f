//! `POST /v1/contracts/{ctr}/credentials`: 利用開始.

use std::sync::Arc;

use sekisho_domain::client::Scope;
use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use crate::support::{Call, Held, Office, Scene, Teller, with};

fn body(held: &Held, code: &str) -> Value {
    json!({"method": "otp_app", "serial": held.serial, "code": code, "sign_in": "always"})
}

fn full_width(code: &str) -> String {
    code.chars()
        .map(|digit| {
            ['０', '１', '２', '３', '４', '５', '６', '７', '８', '９'][digit as usize - 48]
        })
        .collect()
}

// T-06, T-07, T-10, T-16, C-12
#[tokio::test]
async fn a_token_is_started_in_the_commit_that_uses_the_approval_up() {
    let teller = Teller::open().await;
    let held = teller.scene().token(TokenKind::App, "SKTS00012345");
    let before = teller.scene().events("credential.activated");
    let approved = teller.approved("S-1", "otp_start", json!({"serial": held.serial})).await;
    let mut sent = with(body(&held, &full_width(&held.code(teller.scene()))), &approved);
    sent["serial"] = " skts 0001-2345".into();
    let path = teller.start_path();
    let told = teller.post(&path, "start", sent.clone()).await;
    assert_eq!(told.status, 201, "{}", told.text);
    let id = told.text("/id");
    assert_eq!(told.header("location"), Some(format!("/v1/credentials/{id}").as_str()));
    for (pointer, wanted) in [
        ("/method", json!("otp_app")),
        ("/state", json!("active")),
        ("/serial", json!("SKTS00012345")),
        ("/token", json!(held.id.to_string())),
        ("/sign_in", json!("always")),
        ("/powers", json!(["transfer", "otp_exchange", "otp_stop"])),
    ] {
        assert_eq!(told.json.pointer(pointer), Some(&wanted), "{pointer}: {}", told.text);
    }
    assert_eq!(told.json.get("card_number"), None);
    let card = teller.get(&format!("{path}?method=customer_card")).await;
    assert_eq!(card.text("/items/0/state"), "limited");
    assert_eq!(card.json.pointer("/items/0/serial"), None);
    let approval = approved["approval"].as_str().expect("an id");
    let used = teller.get(&format!("/v1/approvals/{approval}/consumption")).await;
    assert_eq!(used.text("/booking"), "S-1");
    let replay = teller.post(&path, "start", sent.clone()).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&told.text, Some("true")));
    let again = teller.post(&path, "again", sent).await;
    assert_eq!(again.verdict(), "409 invalid_transition");
    assert_eq!(teller.scene().events("credential.activated"), before + 1);
}

// T-11, E-10, E-14
#[tokio::test]
async fn every_wrong_part_is_the_same_answer_and_counts_once() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.lock.otp.delays_s = Vec::new());
    let other = scene.customer("10000000003");
    let free = scene.token(TokenKind::App, "SKTS00012345");
    let cases = [
        ("an unknown serial", "SKTS99999999".to_owned(), free.code(scene)),
        ("a wrong code", free.serial.clone(), free.wrong(scene)),
        ("a code of eight digits", free.serial.clone(), format!("00{}", free.code(scene))),
    ];
    let foreign = scene.foreign_token("SKTS55550000");
    let stock = scene.token(TokenKind::Device, "GAHK00000001");
    let others = scene.device_for(other, "GAHK00000002");
    let gone = scene.token(TokenKind::App, "SKTS77770000");
    let path = format!("/v1/tokens/{}/revocation", gone.id);
    teller.post(&path, "gone", json!({"reason": "lost"})).await;
    scene.change_policy(|policy| policy.otp.max_contracts_per_token = 1);
    let full = scene.token(TokenKind::App, "SKTS66660000");
    scene.started(other, &full);
    let held = [
        ("bound elsewhere, to the limit", full),
        ("another institution's", foreign),
        ("in stock", stock),
        ("another contract's", others),
        ("ended", gone),
    ];
    let held = held.map(|(why, held)| (why, held.serial.clone(), held.code(scene)));
    let mut shapes = Vec::new();
    for (nth, (why, serial, code)) in cases.into_iter().chain(held).enumerate() {
        let left = 7 - nth as u64;
        scene.change_policy(|policy| policy.lock.otp.max = 8);
        let sent = json!({"method": "otp_app", "serial": serial, "code": code, "sign_in": "never"});
        let key = format!("wrong-{nth}");
        let told = teller.post(&teller.start_path(), &key, sent.clone()).await;
        assert_eq!(told.verdict(), "422 proof_refused", "{why}: {}", told.text);
        assert_eq!(told.json["attempts_left"], left, "{why}");
        let replay = teller.post(&teller.start_path(), &key, sent).await;
        assert_eq!(replay.text, told.text, "{why}: told again, counted once");
        let members = told.json.as_object().expect("a problem").keys().cloned();
        shapes.push(members.collect::<Vec<_>>());
    }
    assert!(shapes.windows(2).all(|two| two[0] == two[1]), "{shapes:?}");
    assert_eq!(scene.events("contract.proof_refused"), 8);
    let sent = body(&free, &free.code(scene));
    let told = teller.post(&teller.start_path(), "right", sent).await;
    assert_eq!(told.verdict(), "409 proof_paused", "the last try is used up");
    assert_eq!(told.text("/until"), "2026-11-21T14:03:00.000+09:00");
    assert_eq!(scene.events("contract.proof_refused"), 8, "and nothing is counted any more");
    let teller = teller.after(86_400).await;
    let sent = body(&free, &free.code(teller.scene()));
    let told = teller.post(&teller.start_path(), "later", sent).await;
    assert_eq!(told.status, 202, "{}", told.text);
}

#[tokio::test]
async fn after_wrong_tries_nothing_is_judged_for_a_while() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let path = teller.start_path();
    for (nth, left) in [(1, 4), (2, 3)] {
        let sent = body(&held, &held.wrong(scene));
        let told = teller.post(&path, &format!("wrong-{nth}"), sent).await;
        assert_eq!(told.json["attempts_left"], left, "{}", told.text);
    }
    let told = teller.post(&path, "soon", body(&held, &held.code(scene))).await;
    assert_eq!(told.verdict(), "409 proof_paused");
    assert_eq!(told.text("/until"), "2026-11-20T14:03:05.000+09:00");
    scene.pass(5);
    let told = teller.post(&path, "soon", body(&held, &held.code(scene))).await;
    assert_eq!(told.status, 202, "a refusal is not kept: {}", told.text);
    let told = teller.post(&path, "fresh", body(&held, &held.wrong(scene))).await;
    assert_eq!(told.json["attempts_left"], 4, "a right one clears the count");
}

// E-14, E-15
#[tokio::test]
async fn a_code_that_was_used_is_told_as_used_and_costs_nothing() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    scene.started(scene.customer("10000000003"), &held);
    let approved = teller.approved("S-1", "otp_start", json!({})).await;
    let used = with(body(&held, &held.code(scene)), &approved);
    let told = teller.post(&teller.start_path(), "used", used).await;
    assert_eq!(told.verdict(), "409 code_used", "{}", told.text);
    let wait_s = told.json["wait_s"].as_i64().expect("seconds");
    assert!((1..=30).contains(&wait_s), "{wait_s}");
    assert_eq!(scene.events("contract.proof_refused"), 0);
    scene.pass(wait_s);
    let next = with(body(&held, &held.code(scene)), &approved);
    let told = teller.post(&teller.start_path(), "next", next).await;
    assert_eq!(told.status, 201, "the approval stands: {}", told.text);
    let bound = teller.get(&format!("/v1/tokens/{}", held.id)).await;
    assert_eq!(bound.json["bound"].as_array().map(Vec::len), Some(2), "one serial, two contracts");
}

#[tokio::test]
async fn what_no_token_shows_is_not_counted() {
    let teller = Teller::open().await;
    let held = teller.scene().token(TokenKind::App, "SKTS00012345");
    let codes = ["12345", "1234567", "123456789", "12345a", "　"];
    let mut sent: Vec<Value> = codes.iter().map(|code| body(&held, code)).collect();
    sent.push(with(body(&held, "123456"), &json!({"serial": "日本"})));
    for (nth, sent) in sent.into_iter().enumerate() {
        let told = teller.post(&teller.start_path(), &format!("form-{nth}"), sent.clone()).await;
        assert_eq!(told.verdict(), "422 answer_incomplete", "{sent}");
    }
    assert_eq!(teller.scene().events("contract.proof_refused"), 0);
    let none = json!({"method": "customer_card", "code": 123_456, "sign_in": "maybe",
        "approval": "apr_01m7vncdx3e3zbpamptxnpn4sa"});
    let told = teller.post(&teller.start_path(), "none", none).await;
    let wanted =
        ["/method enum", "/serial required", "/code type", "/sign_in enum", "/digest required"];
    let mut errors = told.errors();
    errors.sort();
    let mut wanted = wanted.map(str::to_owned);
    wanted.sort();
    assert_eq!(errors, wanted);
}

#[tokio::test]
async fn only_the_approval_of_this_change_is_taken() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let path = teller.start_path();
    let open = teller.wanted("S-0", "otp_start", &json!({})).await;
    let open = json!({"approval": open.text("/id"), "digest": open.text("/digest")});
    let issue = teller.approved("S-1", "otp_issue", json!({})).await;
    let serial = teller.approved("S-2", "otp_start", json!({"serial": "SKTS99999999"})).await;
    let (transfer, digest) = scene.approved("T-1").await;
    let transfer = json!({"approval": transfer, "digest": digest});
    let nobody = json!({"approval": "apr_01m7vncdx3e3zbpamptxnpn4sa", "digest": digest});
    for (why, given) in [
        ("not answered", &open),
        ("of another change", &issue),
        ("of another serial", &serial),
        ("of another system, for a transfer", &transfer),
        ("not there", &nobody),
    ] {
        let sent = with(body(&held, &held.code(scene)), given);
        let told = teller.post(&path, &format!("no-{}", why.len()), sent).await;
        assert_eq!(told.verdict(), "422 approval_required", "{why}: {}", told.text);
        assert_eq!(told.text("/action"), "otp_start");
    }
    let late = teller.approved("S-3", "otp_start", json!({})).await;
    scene.pass(121);
    let told = teller.post(&path, "late", with(body(&held, &held.code(scene)), &late)).await;
    assert_eq!(told.verdict(), "422 approval_required", "its time is over");
    assert_eq!(scene.events("contract.proof_refused"), 0);
}

#[tokio::test]
async fn another_digest_is_an_alarm_and_uses_nothing_up() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let approved = teller.approved("S-1", "otp_start", json!({})).await;
    let mut forged = approved.clone();
    forged["digest"] = format!("sha256:{}", "0".repeat(64)).into();
    let sent = with(body(&held, &held.code(scene)), &forged);
    let told = teller.post(&teller.start_path(), "forged", sent.clone()).await;
    assert_eq!(told.verdict(), "409 digest_mismatch");
    assert_eq!(scene.events("approval.digest_mismatch"), 1);
    let replay = teller.post(&teller.start_path(), "forged", sent).await;
    assert_eq!((&replay.text, scene.events("approval.digest_mismatch")), (&told.text, 1));
    let sent = with(body(&held, &held.code(scene)), &approved);
    let told = teller.post(&teller.start_path(), "right", sent).await;
    assert_eq!(told.status, 201, "neither approval nor code was used: {}", told.text);
}

#[tokio::test]
async fn without_an_approval_it_takes_two_people() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.device_for(scene.contract, "GAHK00000001");
    let sent = json!({"method": "otp_device", "serial": held.serial, "code": held.code(scene),
        "sign_in": "never"});
    let path = teller.start_path();
    let proposed = teller.post(&path, "staff", sent.clone()).await;
    assert_eq!((proposed.status, proposed.text("/proposal/kind")), (202, "otp_start".into()));
    assert_eq!(teller.post(&path, "staff", sent).await.text, proposed.text, "told again");
    let listed = teller.get(&format!("{path}?method=otp_device")).await;
    assert_eq!(listed.json["items"], json!([]), "nothing has happened yet");
    teller.office.agree(&proposed);
    let listed = teller.get(&format!("{path}?method=otp_device&state=active")).await;
    assert_eq!(listed.text("/items/0/serial"), held.serial);
    // Policy `otp.login_mode` is forced here: a choice of "never" has no effect (C-07).
    assert_eq!(listed.text("/items/0/sign_in"), "always");
}

#[tokio::test]
async fn where_policy_asks_for_one_person_it_is_done_at_once() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.checker.tokens = false);
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let told = teller.post(&teller.start_path(), "staff", body(&held, &held.code(scene))).await;
    assert_eq!((told.status, told.text("/state")), (201, "active".into()), "{}", told.text);
    let device = scene.token(TokenKind::Device, "GAHK00000001");
    let path = format!("/v1/tokens/{}/destruction", device.id);
    let told = teller.post(&path, "end", json!({})).await;
    assert_eq!((told.status, told.text("/state")), (200, "destroyed".into()), "{}", told.text);
}

// T-16, U-03
#[tokio::test]
async fn a_card_that_approves_nothing_more_still_proves_a_start() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let today = scene.now().day();
    scene.change_policy(|policy| policy.migration.mandatory_date = Some(today));
    let transfer = Call::post("/v1/approvals", "ask", &scene.transfer("IB-1"));
    let told = scene.front(transfer).await;
    assert_eq!(told.text("/why"), "mandatory_date_passed");
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let approved = teller.approved("S-1", "otp_start", json!({})).await;
    let sent = with(body(&held, &held.code(scene)), &approved);
    let told = teller.post(&teller.start_path(), "start", sent).await;
    assert_eq!(told.status, 201, "{}", told.text);
}

#[tokio::test]
async fn of_many_at_once_one_starts_and_none_is_a_failure() {
    let teller = Arc::new(Teller::open().await);
    let held = teller.scene().token(TokenKind::App, "SKTS00012345");
    let approved = teller.approved("S-1", "otp_start", json!({})).await;
    let sent = with(body(&held, &held.code(teller.scene())), &approved);
    let tasks = (0..32).map(|nth| {
        let (teller, sent) = (Arc::clone(&teller), sent.clone());
        let key = format!("many-{nth}");
        tokio::spawn(async move { teller.post(&teller.start_path(), &key, sent).await.verdict() })
    });
    let mut verdicts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        verdicts.push(task.await.expect("no panic"));
    }
    verdicts.sort();
    assert_eq!(verdicts[0], "201");
    assert!(verdicts[1..].iter().all(|v| v == "409 invalid_transition"), "{verdicts:?}");
    assert_eq!(teller.scene().events("contract.proof_refused"), 0);
    assert_eq!(teller.scene().events("token.bound"), 1);
}

#[tokio::test]
async fn another_institutions_contract_is_not_there_and_scopes_are_asked() {
    let teller = Teller::open().await;
    let held = teller.scene().token(TokenKind::App, "SKTS00012345");
    let sent = body(&held, &held.code(teller.scene()));
    let path = format!("/v1/contracts/{}/credentials", teller.scene().other_contract);
    assert_eq!(teller.post(&path, "foreign", sent.clone()).await.verdict(), "404 not_found");
    teller.scene().change_contract(|contract| {
        contract.state = sekisho_domain::contract::ContractState::Pending;
    });
    let told = teller.post(&teller.start_path(), "pending", sent.clone()).await;
    assert_eq!(told.verdict(), "409 contract_not_active");
    let reads = Office::open(Scene::new().await, &[Scope::CredentialsRead]).await;
    let path = format!("/v1/contracts/{}/credentials", reads.scene.contract);
    let told = reads.post(&path, "scope", sent.clone()).await;
    assert_eq!(
        (told.verdict(), told.text("/scope")),
        ("403 insufficient_scope".into(), "credentials:write".into())
    );
    let call = Call::post(&path, "key", &sent).without("idempotency-key");
    let told = teller.office.send(call).await;
    assert_eq!(told.verdict(), "400 idempotency_key_missing");
}
