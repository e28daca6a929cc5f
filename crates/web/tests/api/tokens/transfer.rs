//! A transfer approved with a one-time password that the bank asks for itself (api.md §4.6).

use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use crate::support::{Call, Held, Scene, Told};

/// A transfer to a payee the customer saved, and its question.
async fn asked(scene: &Scene, reference: &str, method: &str) -> (String, Told) {
    let mut body = scene.transfer(reference);
    body["operation"]["payee"]["registration"] = "saved".into();
    body["operation"]["amount_yen"] = 30_000.into();
    let told = scene.front(Call::post("/v1/approvals", &format!("ask{reference}"), &body)).await;
    assert_eq!(told.status, 201, "{}", told.text);
    assert_eq!(told.json["methods"], json!([method]), "a limited card approves nothing (T-16)");
    let path = format!("/v1/approvals/{}", told.text("/id"));
    let call = Call::post(format!("{path}/challenge"), &format!("open{reference}"), &json!({}));
    let question = scene.front(call).await;
    assert_eq!(question.status, 201, "{}", question.text);
    (path, question)
}

async fn answer(scene: &Scene, (path, question): &(String, Told), key: &str, code: &str) -> Told {
    let parts = json!([{"part": "p1", "code": code}]);
    let body = json!({"challenge": question.text("/id"), "parts": parts});
    scene.front(Call::post(format!("{path}/answers"), key, &body)).await
}

async fn begun(kind: TokenKind) -> (Scene, Held) {
    let scene = Scene::new().await;
    let held = match kind {
        TokenKind::App => scene.token(kind, "SKTS00012345"),
        TokenKind::Device => scene.device_for(scene.contract, "GAHK00000001"),
    };
    scene.started(scene.contract, &held);
    (scene, held)
}

fn full_width(code: &str) -> String {
    let digits: Vec<char> = "０１２３４５６７８９".chars().collect();
    code.bytes().map(|digit| digits[usize::from(digit - b'0')]).collect()
}

// T-01, T-02, T-03, C-08
#[tokio::test]
async fn an_app_and_a_device_approve_a_transfer() {
    for (kind, method, hint) in
        [(TokenKind::App, "otp_app", "2345"), (TokenKind::Device, "otp_device", "0001")]
    {
        let (scene, held) = begun(kind).await;
        scene.pass(30);
        let asked = asked(&scene, "IB-1", method).await;
        let wanted = json!([{"part": "p1", "kind": "otp", "serial_hint": hint, "digits": 6,
            "period_s": 30}]);
        assert_eq!((&asked.1.json["parts"], asked.1.text("/method")), (&wanted, method.into()));
        let told = answer(&scene, &asked, "right", &full_width(&held.code(&scene))).await;
        assert_eq!(told.text("/verdict"), "accepted", "{}", told.text);
        assert_eq!(told.text("/approval/method"), method);
        let digest = asked.1.text("/digest");
        let body = json!({"digest": digest, "as": "execute", "booking": "CORE-1"});
        let call = Call::post(format!("{}/consumption", asked.0), "book", &body);
        assert_eq!(scene.core(call).await.status, 201);
    }
}

// E-14, E-15
#[tokio::test]
async fn a_used_code_waits_for_the_next_and_is_not_counted() {
    let (scene, held) = begun(TokenKind::App).await;
    let asked = asked(&scene, "IB-1", "otp_app").await;
    let told = answer(&scene, &asked, "used", &held.code(&scene)).await;
    assert_eq!(told.text("/verdict"), "wait", "the start has spent it: {}", told.text);
    assert_eq!(told.json["attempts_left"], asked.1.json["attempts_left"]);
    let wait_s = told.json["wait_s"].as_i64().expect("seconds");
    assert!((1..=30).contains(&wait_s), "{wait_s}");
    let replay = answer(&scene, &asked, "used", &held.code(&scene)).await;
    assert_eq!(replay.text, told.text);
    assert_eq!(scene.events("approval.answer_rejected"), 0);
    scene.pass(wait_s);
    let told = answer(&scene, &asked, "next", &held.code(&scene)).await;
    assert_eq!(told.text("/verdict"), "accepted", "{}", told.text);
}

#[tokio::test]
async fn what_is_no_code_is_not_counted_and_what_is_wrong_is() {
    let (scene, held) = begun(TokenKind::App).await;
    scene.pass(30);
    let asked = asked(&scene, "IB-1", "otp_app").await;
    for code in ["", "12345", "1234567", "12345a"] {
        let told = answer(&scene, &asked, &format!("form{code}"), code).await;
        assert_eq!(told.verdict(), "422 answer_incomplete", "{code}");
    }
    let values = |parts: Value| json!({"challenge": asked.1.text("/id"), "parts": parts});
    let body = values(json!([{"part": "p1", "values": ["123456"]}]));
    let call = Call::post(format!("{}/answers", asked.0), "values", &body);
    assert_eq!(scene.front(call).await.verdict(), "422 answer_incomplete");
    assert_eq!(scene.events("approval.answer_rejected"), 0);
    let told = answer(&scene, &asked, "wrong", &held.wrong(&scene)).await;
    assert_eq!(
        (told.text("/verdict"), &told.json["attempts_left"]),
        ("rejected".into(), &json!(2))
    );
    assert_eq!(scene.events("approval.answer_rejected"), 1);
}

// E-14: one serial, two contracts, one counter.
#[tokio::test]
async fn a_code_is_good_once_for_all_contracts_of_a_token() {
    let (scene, held) = begun(TokenKind::App).await;
    scene.pass(30);
    scene.started(scene.customer("10000000003"), &held);
    let asked = asked(&scene, "IB-1", "otp_app").await;
    let told = answer(&scene, &asked, "other", &held.code(&scene)).await;
    assert_eq!(told.text("/verdict"), "wait", "{}", told.text);
}

#[tokio::test]
async fn of_many_copies_of_one_right_code_one_is_accepted() {
    let (scene, held) = begun(TokenKind::App).await;
    scene.pass(30);
    let scene = std::sync::Arc::new(scene);
    let asked = std::sync::Arc::new(asked(&scene, "IB-1", "otp_app").await);
    let code = held.code(&scene);
    let tasks = (0..32).map(|nth| {
        let (scene, asked, code) = (scene.clone(), asked.clone(), code.clone());
        tokio::spawn(async move {
            let told = answer(&scene, &asked, &format!("copy{nth}"), &code).await;
            told.json["verdict"].as_str().map_or_else(|| told.verdict(), str::to_owned)
        })
    });
    let mut verdicts = Vec::new();
    for task in tasks.collect::<Vec<_>>() {
        verdicts.push(task.await.expect("no panic"));
    }
    verdicts.sort();
    let accepted = verdicts.iter().filter(|verdict| *verdict == "accepted").count();
    let closed = verdicts.iter().filter(|verdict| *verdict == "409 approval_closed").count();
    assert_eq!((accepted, closed), (1, 31), "{verdicts:?}");
    assert_eq!(scene.events("approval.answer_rejected"), 0);
}
