//! `PATCH /v1/credentials/{crd}`: whether a sign-in asks for the token.

use sekisho_domain::policy::LoginMode;
use sekisho_domain::token::TokenKind;
use serde_json::json;

use crate::support::{Call, Teller, with};

// T-04, C-07
#[tokio::test]
async fn to_ask_for_less_needs_an_approval_and_to_ask_for_more_none() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.otp.login_mode = LoginMode::ChoiceDefaultOn);
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let id = scene.started(scene.contract, &held).to_string();
    let path = format!("/v1/credentials/{id}");
    let version = teller.get(&path).await.json["version"].as_u64().expect("a version");
    let never = json!({"sign_in": "never"});
    let told = teller.patch(&path, "bare", version, never.clone()).await;
    assert_eq!(
        (told.verdict(), told.text("/action")),
        ("422 approval_required".into(), "sign_in_change".into())
    );
    let change = json!({"credential": id, "serial": held.serial});
    let approved = teller.approved("C-1", "sign_in_change", change).await;
    let sent = with(never.clone(), &approved);
    let stale = teller.patch(&path, "stale", version - 1, sent.clone()).await;
    assert_eq!(
        (stale.verdict(), &stale.json["version"]),
        ("412 version_mismatch".into(), &json!(version))
    );
    let told = teller.patch(&path, "never", version, sent.clone()).await;
    assert_eq!((told.status, told.text("/sign_in")), (200, "never".into()), "{}", told.text);
    assert_eq!(told.header("etag"), Some(format!("\"v{}\"", version + 1).as_str()));
    let replay = teller.patch(&path, "never", version, sent.clone()).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&told.text, Some("true")));
    let told = teller.patch(&path, "always", version + 1, json!({"sign_in": "always"})).await;
    assert_eq!(told.text("/sign_in"), "always", "{}", told.text);
    let told = teller.patch(&path, "reuse", version + 2, sent).await;
    assert_eq!(told.verdict(), "422 approval_required", "an approval is used once");
    assert_eq!(scene.events("credential.sign_in_changed"), 2);
    let call = Call::post(&path, "blind", &never).method("PATCH");
    assert_eq!(teller.office.send(call).await.verdict(), "428 precondition_required");
}

#[tokio::test]
async fn where_policy_always_asks_there_is_nothing_to_choose() {
    let teller = Teller::open().await;
    let scene = teller.scene();
    let held = scene.token(TokenKind::App, "SKTS00012345");
    let id = scene.started(scene.contract, &held);
    let path = format!("/v1/credentials/{id}");
    let version = teller.get(&path).await.json["version"].as_u64().expect("a version");
    let told = teller.patch(&path, "never", version, json!({"sign_in": "never"})).await;
    assert_eq!(told.verdict(), "422 operation_not_offered");
}
