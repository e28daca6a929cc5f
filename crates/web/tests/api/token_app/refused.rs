//! What the doors of the token app do not take.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_domain::policy::Provisioning;
use serde_json::{Value, json};

use super::app::{App, BASE, confirm};
use crate::support::{Call, Scene};

fn changed(change: impl Fn(&mut Value)) -> Value {
    let mut body = App::new(1).body();
    change(&mut body);
    body
}

fn without(member: &str) -> Value {
    changed(|body| {
        body.as_object_mut().expect("an object").remove(member);
    })
}

/// Bodies that are wrong, and what is told about them.
fn wrong_bodies() -> Vec<(Value, &'static str)> {
    let zero = URL_SAFE_NO_PAD.encode([0; 32]);
    let app = App::new(1);
    let x = app.body()["app_key"]["x"].clone();
    let compressed = URL_SAFE_NO_PAD.encode(&app.pair.point().bytes()[..33]);
    let other = |spelt: &str| format!("{}{spelt}", "A".repeat(42));
    vec![
        (without("suite"), "/suite required"),
        (without("mode"), "/mode required"),
        (changed(|b| b["mode"] = json!("other")), "/mode enum"),
        (without("app_key"), "/app_key required"),
        (changed(|b| b["app_key"] = x.clone()), "/app_key type"),
        (changed(|b| b["app_key"]["x"] = json!(zero)), "/app_key pattern"),
        // The point at infinity has no coordinates; some write it as zeros.
        (
            changed(|b| {
                b["app_key"]["x"] = json!(zero);
                b["app_key"]["y"] = json!(zero);
            }),
            "/app_key pattern",
        ),
        (changed(|b| b["device_key"]["y"] = x.clone()), "/device_key pattern"),
        (changed(|b| b["app_key"]["x"] = json!(compressed)), "/app_key/x pattern"),
        (
            changed(|b| {
                b["app_key"].as_object_mut().expect("a key").remove("y");
            }),
            "/app_key/y required",
        ),
        (changed(|b| b["app_key"]["kty"] = json!("OKP")), "/app_key/kty enum"),
        (changed(|b| b["app_key"]["crv"] = json!("P-384")), "/app_key/crv enum"),
        (changed(|b| b["app_key"]["d"] = json!(zero)), "/app_key/d unknown"),
        (changed(|b| b["app_key"]["x"] = json!(format!("{zero}="))), "/app_key/x pattern"),
        (changed(|b| b["app_key"]["x"] = json!(other("+"))), "/app_key/x pattern"),
        // The last letter carries bits that belong to no byte.
        (changed(|b| b["app_key"]["x"] = json!(other("B"))), "/app_key/x pattern"),
        (changed(|b| b["app_nonce"] = json!("AAAA")), "/app_nonce pattern"),
        (changed(|b| b["app_nonce"] = json!("A".repeat(65))), "/app_nonce too_long"),
        (changed(|b| b["app_nonce"] = Value::Null), "/app_nonce type"),
        (changed(|b| b["service_id"] = json!("10020030")), "/service_id unknown"),
        (changed(|b| b["platform"]["name"] = json!("mine")), "/platform/name unknown"),
        (changed(|b| b["platform"]["installed"] = json!("yes")), "/platform/installed type"),
        (changed(|b| b["start_password"] = json!("271828")), "/start_password unknown"),
    ]
}

// C-10: what is no key, no chance or no number is never derived from.
#[tokio::test]
async fn what_is_wrongly_spelt_is_named_and_changes_nothing() {
    let scene = Scene::new().await;
    let app = App::new(1);
    for (body, error) in wrong_bodies() {
        let told = app.registration_of(&body).send(&scene.router).await;
        assert_eq!(told.verdict(), "400 invalid_request", "{body}");
        assert_eq!(told.errors(), [error], "{body}");
    }
    let twenty_ones: Vec<App> = (1..=20).map(App::new).collect();
    for app in &twenty_ones {
        app.register(&scene).await;
    }
}

#[tokio::test]
async fn ids_are_of_their_length_and_belong_to_mode_issued() {
    let scene = Scene::new().await;
    scene.change_policy(|policy| policy.otp.provisioning = Provisioning::BankIssue);
    for (service_id, user_id, errors) in [
        (json!("1002003"), json!("4821907365"), vec!["/service_id pattern"]),
        (json!("10020030"), json!("48219073650"), vec!["/user_id pattern"]),
        (
            json!(10_020_030),
            json!("４８２１９０７３６５"),
            vec!["/service_id type", "/user_id pattern"],
        ),
    ] {
        let app = App::new(1).with_ids("10020030", "4821907365");
        let mut body = app.body();
        (body["service_id"], body["user_id"]) = (service_id, user_id);
        assert_eq!(app.registration_of(&body).send(&scene.router).await.errors(), errors, "{body}");
        body.as_object_mut().expect("an object").remove("user_id");
        let told = app.registration_of(&body).send(&scene.router).await;
        assert!(told.errors().contains(&"/user_id required".to_owned()), "{}", told.text);
    }
}

#[tokio::test]
async fn another_suite_is_told_which_one_we_know() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let body = json!({ "suite": "P521-ARGON-9", "share": "abc" });
    let told = app.registration_of(&body).send(&scene.router).await;
    assert_eq!(told.verdict(), "422 suite_unsupported");
    assert_eq!(told.json["suites"], json!(["P256-HKDF256-1"]));
}

// C-10
#[tokio::test]
async fn an_institution_offers_one_of_the_two_modes() {
    let scene = Scene::new().await;
    let issued = App::new(1).with_ids("10020030", "4821907365");
    let told = issued.registration().send(&scene.router).await;
    assert_eq!(told.verdict(), "422 method_not_offered");
    scene.change_policy(|policy| policy.otp.provisioning = Provisioning::BankIssue);
    let told = App::new(1).registration().send(&scene.router).await;
    assert_eq!(told.verdict(), "422 method_not_offered");
    issued.register(&scene).await;
}

#[tokio::test]
async fn the_doors_are_those_of_the_api() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let call = || App::new(1).registration();
    let at = |path: &str| Call::get(format!("{BASE}/{path}"));
    for (call, verdict) in [
        (at("registrations"), "405 method_not_allowed"),
        (at("other"), "404 not_found"),
        (at("approvals"), "404 not_found"),
        (at("clock?at=1"), "400 invalid_request"),
        (call().without("content-type"), "415 unsupported_media_type"),
        (call().header("accept", "text/html"), "406 not_acceptable"),
        (call().without("idempotency-key"), "400 idempotency_key_missing"),
        (call().header("idempotency-key", "0123456789abcdef"), "400 invalid_request"),
        (call().body("{"), "400 malformed_json"),
        (call().body("{\"suite\":\"a\",\"suite\":\"a\"}"), "400 malformed_json"),
        (call().body(" ".repeat(64 * 1024 + 1)), "413 payload_too_large"),
        (call().header("x-long", &"a".repeat(17_000)), "431 headers_too_large"),
    ] {
        assert_eq!(call.send(&scene.router).await.verdict(), verdict);
    }
    let offer = app.register(&scene).await;
    for app_mac in [json!("AAAA"), json!(7), json!("=".repeat(43))] {
        let told = confirm(&offer, "key", &[0; 32]).body(json!({ "app_mac": app_mac }).to_string());
        assert_eq!(told.send(&scene.router).await.verdict(), "400 invalid_request");
    }
    let right = confirm(&offer, "right", &app.derive(&offer, "").app_mac());
    assert_eq!(right.send(&scene.router).await.status, 200, "bad form is not counted as a try");
}

// §1.7: twenty registrations an hour from one source; a repeated one is none.
#[tokio::test]
async fn a_source_registers_twenty_apps_an_hour() {
    let scene = Scene::new().await;
    for seed in 1..=20 {
        App::new(seed).register(&scene).await;
        App::new(seed).register(&scene).await;
    }
    let told = App::new(21).registration().send(&scene.router).await;
    assert_eq!(told.verdict(), "429 rate_limited");
    assert_eq!(told.json["violated-policies"], json!(["app_registration"]));
    assert!(told.header("retry-after").is_some());
    let elsewhere = App::new(21).registration().header("x-forwarded-for", "192.0.2.7");
    assert_eq!(elsewhere.send(&scene.router).await.status, 201);
    scene.pass(3600);
    App::new(21).register(&scene).await;
}
