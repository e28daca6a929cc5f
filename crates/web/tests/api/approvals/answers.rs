//! `…/challenge` and `…/answers`.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::support::{Call, Scene};

#[tokio::test]
async fn a_question_is_drawn_once_and_stays_the_same() {
    let scene = Scene::new().await;
    let (id, digest) = scene.requested("IB-1").await;
    let path = format!("/v1/approvals/{id}/challenge");
    assert_eq!(scene.front(Call::get(&path)).await.verdict(), "404 not_found", "never drawn");
    let first = scene.challenged(&id).await;
    assert_eq!(first.text("/digest"), digest);
    assert_eq!(first.json["attempts_left"], 3);
    assert_eq!(first.json["parts"][0]["kind"], "customer_card");
    assert_eq!(first.json["parts"][0]["digits"], 2);
    let again = scene.front(Call::post(&path, "again", &json!({"method": "customer_card"}))).await;
    assert_eq!((again.status, &again.text), (200, &first.text));
    assert_eq!(scene.front(Call::get(&path)).await.text, first.text);
    let replay = scene.challenged(&id).await;
    assert_eq!(
        (replay.text, replay.headers["idempotency-replayed"].as_bytes()),
        (first.text, &b"true"[..])
    );
    for (method, wanted) in
        [("image_card", "422 method_not_offered"), ("passkey", "422 method_not_offered")]
    {
        let told = scene.front(Call::post(&path, method, &json!({"method": method}))).await;
        assert_eq!(told.verdict(), wanted);
    }
    let told = scene.front(Call::post(&path, "wrong", &json!({"method": "abacus"}))).await;
    assert_eq!(told.errors(), ["/method enum"]);
}

#[tokio::test]
async fn a_wrong_answer_is_counted_once_and_replayed() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-2").await;
    let challenge = scene.challenged(&id).await;
    let wrong = scene.wrong(&challenge);
    let first = scene.front(scene.answer(&id, "w1", &challenge, &wrong)).await;
    assert_eq!((first.status, first.text("/verdict")), (200, "rejected".into()));
    assert_eq!(first.json["attempts_left"], 2);
    assert_eq!(first.text("/approval/state"), "challenged");
    let replay = scene.front(scene.answer(&id, "w1", &challenge, &wrong)).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&first.text, Some("true")));
    assert_eq!(scene.events("approval.answer_rejected"), 1);
    let second = scene.front(scene.answer(&id, "w2", &challenge, &wrong)).await;
    assert_eq!(second.json["attempts_left"], 1);
    let waiting = scene.front(scene.answer(&id, "w3", &challenge, &wrong)).await;
    assert_eq!(
        (waiting.text("/verdict"), &waiting.json["attempts_left"]),
        ("wait".into(), &json!(1))
    );
    assert!(waiting.json["wait_s"].as_u64().expect("seconds") > 0);
    scene.pass(120);
    let last = scene.front(scene.answer(&id, "w4", &challenge, &wrong)).await;
    assert_eq!(
        (last.text("/approval/state"), last.text("/approval/reason")),
        ("refused".into(), "attempts_exhausted".into())
    );
    let closed = scene.front(scene.answer(&id, "w5", &challenge, &wrong)).await;
    assert_eq!(closed.verdict(), "409 approval_closed");
    assert_eq!(scene.events("approval.answer_rejected"), 3);
}

#[tokio::test]
async fn sixty_four_equal_right_answers_are_one_and_none_is_a_failure() {
    let scene = Arc::new(Scene::new().await);
    let (id, _) = scene.requested("IB-3").await;
    let challenge = scene.challenged(&id).await;
    let right = scene.right(&challenge);
    let tasks = (0..64).map(|nth| {
        let scene = Arc::clone(&scene);
        let call = scene.answer(&id, &format!("r{nth}"), &challenge, &right);
        tokio::spawn(async move { scene.front(call).await })
    });
    let (mut accepted, mut closed) = (0, 0);
    for task in tasks.collect::<Vec<_>>() {
        let told = task.await.expect("no panic");
        match told.verdict().as_str() {
            "200" if told.json["verdict"] == "accepted" => accepted += 1,
            "409 approval_closed" => closed += 1,
            other => panic!("{other}: {}", told.text),
        }
    }
    assert_eq!((accepted, closed), (1, 63));
    assert_eq!(scene.events("approval.approved"), 1);
    assert_eq!(scene.events("approval.answer_rejected"), 0);
}

#[tokio::test]
async fn equal_keys_are_one_answer_however_many_come() {
    let scene = Arc::new(Scene::new().await);
    let (id, _) = scene.requested("IB-4").await;
    let challenge = scene.challenged(&id).await;
    let wrong = scene.wrong(&challenge);
    let tasks = (0..32).map(|_| {
        let scene = Arc::clone(&scene);
        let call = scene.answer(&id, "same", &challenge, &wrong);
        tokio::spawn(async move { scene.front(call).await.text })
    });
    let mut texts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        texts.push(task.await.expect("no panic"));
    }
    assert!(texts.iter().all(|text| *text == texts[0]));
    assert_eq!(scene.events("approval.answer_rejected"), 1);
}

#[tokio::test]
async fn what_is_no_answer_is_not_counted() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-5").await;
    let challenge = scene.challenged(&id).await;
    let path = format!("/v1/approvals/{id}/answers");
    let body = |parts: Value| json!({ "challenge": challenge.text("/id"), "parts": parts });
    for (nth, parts) in [
        json!([]),
        json!([{"part": "p2", "values": ["00", "00"]}]),
        json!([{"part": "p1", "values": ["00"]}]),
        json!([{"part": "p1", "code": "123456"}]),
        json!([{"part": "p1", "values": ["00", "00"]}, {"part": "p2", "values": []}]),
    ]
    .into_iter()
    .enumerate()
    {
        let told = scene.front(Call::post(&path, &format!("n{nth}"), &body(parts.clone()))).await;
        assert_eq!(told.verdict(), "422 answer_incomplete", "{parts}");
    }
    let told = scene.front(Call::post(&path, "form", &json!({"parts": "x"}))).await;
    assert_eq!(told.errors(), ["/challenge required", "/parts type"]);
    let other = json!({"challenge": "chl_01m7vncg6rfqy9yra91f5wgkx8", "parts": []});
    let told = scene.front(Call::post(&path, "other", &other)).await;
    assert_eq!(told.verdict(), "409 challenge_closed");
    assert_eq!(scene.events("approval.answer_rejected"), 0);
    scene.pass(301);
    let right = scene.right(&challenge);
    let told = scene.front(scene.answer(&id, "late", &challenge, &right)).await;
    assert_eq!(told.verdict(), "409 challenge_closed");
    assert_eq!(scene.events("approval.answer_rejected"), 0, "what comes too late is not counted");
}

#[tokio::test]
async fn an_accepted_answer_is_replayed_after_the_approval_went_on() {
    let scene = Scene::new().await;
    let (id, _) = scene.requested("IB-6").await;
    let challenge = scene.challenged(&id).await;
    let right = scene.right(&challenge);
    let first = scene.front(scene.answer(&id, "r1", &challenge, &right)).await;
    assert_eq!(first.text("/verdict"), "accepted");
    assert_eq!(first.text("/approval/method"), "customer_card");
    assert_eq!(first.text("/approval/consume_before"), "2026-11-20T14:05:00.000+09:00");
    scene.pass(500);
    let replay = scene.front(scene.answer(&id, "r1", &challenge, &right)).await;
    assert_eq!(replay.text, first.text);
}
