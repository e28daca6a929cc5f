//! In which order a call is judged (api.md §1.9), and what every reply carries.

use serde_json::json;

use crate::support::{Call, Scene};

/// A call with everything wrong with it; repaired from the front, each next fault shows.
#[tokio::test]
async fn faults_are_told_in_the_order_of_the_document() {
    let scene = Scene::new().await;
    let broken = Call::post("/v1/nowhere", "k", &json!({}));
    assert_eq!(scene.front(broken).await.verdict(), "404 not_found");
    let call = Call::post("/v1/approvals", "k", &json!({}));
    let told = scene.front(call.clone().method("DELETE").body(vec![b'x'; 70_000])).await;
    assert_eq!(told.verdict(), "405 method_not_allowed");
    assert!(told.header("allow").is_some_and(|allow| allow.contains("POST")), "{:?}", told.headers);

    let bare = Call::get("/v1/approvals").method("POST").header("content-type", "text/plain");
    let large = bare.clone().body(vec![b'x'; 70_000]);
    assert_eq!(large.send(&scene.router).await.verdict(), "413 payload_too_large");
    let long = Call::get(format!("/v1/approvals?x={}", "y".repeat(4096)));
    assert_eq!(long.send(&scene.router).await.verdict(), "414 uri_too_long");
    let heavy = bare.clone().header("x-more", &"y".repeat(16_384));
    assert_eq!(heavy.send(&scene.router).await.verdict(), "431 headers_too_large");
    assert_eq!(bare.clone().send(&scene.router).await.verdict(), "415 unsupported_media_type");
    let plain = bare.header("content-type", "application/json");
    let html = plain.clone().header("accept", "text/html");
    assert_eq!(html.send(&scene.router).await.verdict(), "406 not_acceptable");
    let told = plain.clone().body("{").send(&scene.router).await;
    assert_eq!(told.verdict(), "401 access_token_invalid");
    assert_eq!(told.header("www-authenticate"), Some("Bearer realm=\"sekisho\""));
    let consume = Call::post("/v1/approvals/x/consumption", "k", &json!({}));
    let consume = consume.without("idempotency-key").body("{");
    assert_eq!(scene.front(consume).await.verdict(), "403 insufficient_scope");
    assert_eq!(scene.front(plain.clone().body("{")).await.verdict(), "400 idempotency_key_missing");
    let keyed = plain.header("idempotency-key", "0123456789abcdef");
    assert_eq!(scene.front(keyed.clone().body("{")).await.verdict(), "400 malformed_json");
    let doubled = r#"{"contract":1,"contract":1}"#;
    assert_eq!(scene.front(keyed.clone().body(doubled)).await.verdict(), "400 malformed_json");
    let deep = format!("{}{}", "[".repeat(17), "]".repeat(17));
    assert_eq!(scene.front(keyed.clone().body(deep)).await.verdict(), "400 malformed_json");
    assert_eq!(scene.front(keyed.body("{}")).await.verdict(), "400 invalid_request");
}

#[tokio::test]
async fn every_reply_names_its_request_and_is_not_stored() {
    let scene = Scene::new().await;
    let told = Call::get("/v1/nowhere")
        .header("x-correlation-id", "abc-1")
        .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
        .header("accept-language", "en")
        .send(&scene.router)
        .await;
    assert_eq!(told.header("x-request-id"), Some(&*told.text("/request_id")));
    assert_eq!(told.header("x-correlation-id"), Some("abc-1"));
    assert!(told.header("traceparent").is_some());
    assert_eq!(told.header("cache-control"), Some("no-store"));
    assert_eq!(told.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(told.header("content-type"), Some("application/problem+json"));
    assert_eq!(told.text("/title"), "Not found");
    assert_eq!(told.text("/type"), "https://sekisho.example/problems/not_found");
    let other =
        Call::get("/v1/nowhere").header("x-correlation-id", "a b").send(&scene.router).await;
    assert_eq!(other.header("x-correlation-id"), None, "what is malformed is not given back");
    assert_eq!(other.text("/title"), "見つかりません");
}
