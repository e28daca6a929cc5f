//! `…/stop` (利用中止), and what is left after it.

use sekisho_domain::policy::AfterStop;
use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use crate::support::{Call, Held, Teller, with};

fn start(held: &Held, code: &str) -> Value {
    json!({"method": "otp_app", "serial": held.serial, "code": code, "sign_in": "always"})
}

// T-08, C-13, C-15
#[tokio::test]
async fn after_the_stop_the_card_approves_again_where_policy_says_so() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let id = scene.started(scene.contract, &held);
    scene.pass(60);
    let path = format!("/v1/credentials/{id}/stop");
    let approved = teller.approved("P-1", "otp_stop", json!({"credential": id.to_string()})).await;
    let wrong = with(json!({"code": held.wrong(scene)}), &approved);
    let told = teller.post(&path, "wrong", wrong).await;
    assert_eq!(told.verdict(), "422 proof_refused");
    assert_eq!(told.json["attempts_left"], 4);
    let sent = with(json!({"code": held.code(scene)}), &approved);
    let told = teller.post(&path, "stop", sent.clone()).await;
    assert_eq!((told.status, told.text("/state")), (200, "stopped".into()), "{}", told.text);
    assert_eq!(told.json["powers"], json!([]));
    let replay = teller.post(&path, "stop", sent.clone()).await;
    assert_eq!((&replay.text, scene.events("credential.stopped")), (&told.text, 1));
    let again = teller.post(&path, "again", sent).await;
    assert_eq!(again.verdict(), "409 invalid_transition");
    let card = teller.get(&format!("{}?method=customer_card", teller.start_path())).await;
    assert_eq!(card.text("/items/0/state"), "active");
    scene.requested("IB-1").await;
}

// T-09
#[tokio::test]
async fn or_nothing_approves_until_a_token_is_started_again() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.otp.after_stop = AfterStop::None);
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let id = scene.started(scene.contract, &held);
    scene.pass(60);
    let approved = teller.approved("P-1", "otp_stop", json!({})).await;
    let sent = with(json!({"code": held.code(scene)}), &approved);
    let told = teller.post(&format!("/v1/credentials/{id}/stop"), "stop", sent).await;
    assert_eq!(told.text("/state"), "stopped", "{}", told.text);
    let call = Call::post("/v1/approvals", "ask", &scene.transfer("IB-1"));
    let told = scene.front(call).await;
    assert_eq!(
        (told.verdict(), told.text("/why")),
        ("409 no_usable_method".into(), "after_stop".into())
    );
    assert_eq!(told.json["remedy"], json!([{"procedure": "otp_start"}]));
    let path = teller.start_path();
    scene.pass(60);
    let told = teller.post(&path, "soon", start(&held, &held.code(scene))).await;
    assert_eq!(told.verdict(), "409 restart_waiting");
    assert_eq!(told.text("/until"), "2026-11-20T14:34:00.000+09:00");
    let teller = teller.after(1800).await;
    let approved = teller.approved("S-2", "otp_start", json!({})).await;
    let sent = with(start(&held, &held.code(teller.scene())), &approved);
    let told = teller.post(&path, "later", sent).await;
    assert_eq!(told.status, 201, "the card still proves the start (T-16): {}", told.text);
}

#[tokio::test]
async fn the_card_is_asked_only_where_policy_wants_it() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.otp.proof_stop = false);
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let id = scene.started(scene.contract, &held);
    scene.pass(60);
    let wanted = teller.wanted("P-1", "otp_stop", &json!({})).await;
    assert_eq!(wanted.text("/state"), "approved", "{}", wanted.text);
    let sent = json!({"code": held.code(scene), "approval": wanted.text("/id"),
        "digest": wanted.text("/digest")});
    let told = teller.post(&format!("/v1/credentials/{id}/stop"), "stop", sent).await;
    assert_eq!((told.status, told.text("/state")), (200, "stopped".into()), "{}", told.text);
    let switch = teller.wanted("P-2", "card_switch", &json!({})).await;
    assert_eq!(switch.verdict(), "422 operation_not_offered", "no call of the API switches cards");
}
