//! `…/consumption`.

use std::sync::Arc;

use serde_json::json;

use crate::support::{Call, Scene};

fn consume(id: &str, key: &str, digest: &str, booking: &str) -> Call {
    let body = json!({"digest": digest, "as": "execute", "booking": booking});
    Call::post(format!("/v1/approvals/{id}/consumption"), key, &body)
}

#[tokio::test]
async fn it_is_used_once_with_a_receipt() {
    let scene = Scene::new().await;
    let (id, digest) = scene.approved("IB-1").await;
    let path = format!("/v1/approvals/{id}/consumption");
    assert_eq!(scene.core(Call::get(&path)).await.verdict(), "404 not_found");
    let first = scene.core(consume(&id, "c1", &digest, "CORE-1")).await;
    assert_eq!(first.status, 201, "{}", first.text);
    assert_eq!(first.text("/booking"), "CORE-1");
    assert_eq!(first.text("/receipt").split('.').count(), 3);
    let replay = scene.core(consume(&id, "c1", &digest, "CORE-1")).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&first.text, Some("true")));
    assert_eq!(scene.core(Call::get(&path)).await.text, first.text);
    let other = scene.core(consume(&id, "c2", &digest, "CORE-2")).await;
    assert_eq!(other.verdict(), "409 already_consumed");
    assert_eq!(other.text("/consumption/id"), first.text("/id"));
    assert_eq!(other.text("/consumption/booking"), "CORE-1");
    assert_eq!(scene.events("approval.consumed"), 1);
}

#[tokio::test]
async fn the_core_may_send_the_operation_instead() {
    let scene = Scene::new().await;
    let (id, digest) = scene.approved("IB-2").await;
    let operation = scene.transfer("IB-2")["operation"].clone();
    let path = format!("/v1/approvals/{id}/consumption");
    let both = json!({"digest": digest, "operation": operation, "as": "execute", "booking": "B"});
    assert_eq!(scene.core(Call::post(&path, "both", &both)).await.errors(), ["/operation unknown"]);
    let neither = json!({"as": "execute", "booking": "B"});
    assert_eq!(
        scene.core(Call::post(&path, "none", &neither)).await.errors(),
        ["/digest required"]
    );
    let body = json!({"operation": operation, "as": "execute", "booking": "B"});
    assert_eq!(scene.core(Call::post(&path, "c1", &body)).await.status, 201);
}

#[tokio::test]
async fn a_mismatch_is_an_alarm_and_is_kept() {
    let scene = Scene::new().await;
    let (id, digest) = scene.approved("IB-3").await;
    let wrong = digest.replace(['0', '1'], "2");
    let first = scene.core(consume(&id, "c1", &wrong, "CORE-1")).await;
    assert_eq!(first.verdict(), "409 digest_mismatch");
    let replay = scene.core(consume(&id, "c1", &wrong, "CORE-1")).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&first.text, Some("true")));
    assert_ne!(replay.header("x-request-id"), first.header("x-request-id"));
    assert_eq!(scene.events("approval.digest_mismatch"), 1);
    assert_eq!(
        scene.core(consume(&id, "c2", &digest, "CORE-1")).await.status,
        201,
        "it stands as it was"
    );
}

#[tokio::test]
async fn it_is_used_in_its_time_and_not_before() {
    let scene = Scene::new().await;
    let (id, digest) = scene.requested("IB-4").await;
    let told = scene.core(consume(&id, "c1", &digest, "CORE-1")).await;
    assert_eq!(
        (told.verdict(), told.text("/state")),
        ("409 not_approved".into(), "requested".into())
    );
    let (id, digest) = scene.approved("IB-5").await;
    scene.pass(121);
    let told = scene.core(consume(&id, "c2", &digest, "CORE-2")).await;
    assert_eq!(
        (told.verdict(), told.text("/state")),
        ("409 approval_closed".into(), "expired".into())
    );
    assert_eq!(told.text("/reason"), "not_consumed");
}

#[tokio::test]
async fn thirty_two_at_once_are_one() {
    let scene = Arc::new(Scene::new().await);
    let (id, digest) = scene.approved("IB-6").await;
    let tasks = (0..32).map(|nth| {
        let scene = Arc::clone(&scene);
        let call = consume(&id, &format!("c{nth}"), &digest, "CORE-1");
        tokio::spawn(async move { scene.core(call).await.verdict() })
    });
    let mut verdicts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        verdicts.push(task.await.expect("no panic"));
    }
    verdicts.sort();
    assert_eq!(verdicts[0], "201");
    assert!(verdicts[1..].iter().all(|verdict| verdict == "409 already_consumed"), "{verdicts:?}");
}

#[tokio::test]
async fn what_is_for_a_later_day_is_not_booked_today() {
    let scene = Scene::new().await;
    let mut body = scene.transfer("IB-7");
    body["operation"]["date"] = "2026-11-25".into();
    let asked = scene.front(Call::post("/v1/approvals", "later", &body)).await;
    let id = asked.text("/id");
    let challenge = scene.challenged(&id).await;
    let right = scene.right(&challenge);
    scene.front(scene.answer(&id, "right", &challenge, &right)).await;
    let told = scene.core(consume(&id, "c1", &asked.text("/digest"), "CORE-1")).await;
    assert_eq!(told.verdict(), "422 operation_date_invalid");
    assert_eq!(scene.events("approval.consumed"), 0);
}
