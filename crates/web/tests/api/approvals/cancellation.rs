//! `…/cancellation`.

use serde_json::json;

use crate::support::{Call, Scene};

fn cancel(id: &str, key: &str) -> Call {
    let body = json!({"reason": "customer_left"});
    Call::post(format!("/v1/approvals/{id}/cancellation"), key, &body)
}

#[tokio::test]
async fn it_is_cancelled_once_and_again_means_the_same() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-1").await;
    let first = scene.front(cancel(&id, "x1")).await;
    assert_eq!((first.status, first.text("/state")), (200, "cancelled".into()));
    assert_eq!(
        (first.text("/reason"), first.header("etag")),
        ("customer_left".into(), Some("\"v2\""))
    );
    assert_eq!(scene.front(cancel(&id, "x2")).await.text, first.text);
    assert_eq!(scene.front(cancel(&id, "x1")).await.header("idempotency-replayed"), Some("true"));
    assert_eq!(scene.events("approval.cancelled"), 1);
    let told =
        scene.front(Call::post(format!("/v1/approvals/{id}/challenge"), "x", &json!({}))).await;
    assert_eq!(told.verdict(), "409 approval_closed");
}

#[tokio::test]
async fn what_was_used_is_not_cancelled() {
    let scene = Scene::new().await;
    let (id, digest) = scene.approved("IB-2").await;
    let body = json!({"digest": digest, "as": "execute", "booking": "CORE-1"});
    scene.core(Call::post(format!("/v1/approvals/{id}/consumption"), "c1", &body)).await;
    assert_eq!(scene.front(cancel(&id, "x1")).await.verdict(), "409 approval_closed");
    let wrong =
        Call::post(format!("/v1/approvals/{id}/cancellation"), "x2", &json!({"reason": "A B"}));
    assert_eq!(scene.front(wrong).await.errors(), ["/reason pattern"]);
}
