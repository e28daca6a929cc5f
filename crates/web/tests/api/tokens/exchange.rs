//! `…/exchange` (交換) and `…/resync` (時刻補正).

use sekisho_domain::token::TokenKind;
use serde_json::{Value, json};

use crate::support::{Held, Teller, with};

async fn begun() -> (Teller, Held, Held, String) {
    let teller = Teller::open().await;
    let old = teller.scene().token(TokenKind::App, "SKTS00012345");
    let new = teller.scene().token(TokenKind::App, "SKTS00067890");
    let id = teller.scene().started(teller.scene().contract, &old);
    teller.scene().pass(60);
    (teller, old, new, format!("/v1/credentials/{id}"))
}

fn body(teller: &Teller, old: &Held, new: &Held) -> Value {
    let scene = teller.scene();
    json!({"old_code": old.code(scene), "serial": new.serial, "code": new.code(scene)})
}

// T-10, T-11, T-12, T-13, C-14
#[tokio::test]
async fn a_new_token_takes_the_place_of_the_old_one() {
    let (teller, old, new, path) = begun().await;
    let approved = teller.approved("X-1", "otp_exchange", json!({"serial": new.serial})).await;
    let sent = with(body(&teller, &old, &new), &approved);
    let told = teller.post(&format!("{path}/exchange"), "swap", sent.clone()).await;
    assert_eq!((told.status, told.text("/serial")), (201, new.serial.clone()), "{}", told.text);
    assert_eq!((told.text("/state"), told.text("/sign_in")), ("active".into(), "always".into()));
    assert_eq!(teller.get(&path).await.text("/state"), "exchanged");
    let replay = teller.post(&format!("{path}/exchange"), "swap", sent.clone()).await;
    assert_eq!((&replay.text, replay.header("idempotency-replayed")), (&told.text, Some("true")));
    let again = teller.post(&format!("{path}/exchange"), "again", sent).await;
    assert_eq!(
        (again.verdict(), again.text("/state")),
        ("409 invalid_transition".into(), "exchanged".into())
    );
    for (token, bound) in [(&old, 0), (&new, 1)] {
        let told = teller.get(&format!("/v1/tokens/{}", token.id)).await;
        assert_eq!(told.json["bound"].as_array().map(Vec::len), Some(bound), "{}", told.text);
    }
}

// T-10, T-13
#[tokio::test]
async fn an_app_is_exchanged_for_a_device_and_back() {
    let (teller, app, _, path) = begun().await;
    let device = teller.scene().device_for(teller.scene().contract, "GAHK00000001");
    let mut path = path;
    for (nth, (old, new, method)) in
        [(&app, &device, "otp_device"), (&device, &app, "otp_app")].into_iter().enumerate()
    {
        let approved = teller.approved(&format!("X-{nth}"), "otp_exchange", json!({})).await;
        let sent = with(body(&teller, old, new), &approved);
        let told = teller.post(&format!("{path}/exchange"), &format!("swap-{nth}"), sent).await;
        assert_eq!((told.status, told.text("/method")), (201, method.into()), "{}", told.text);
        path = format!("/v1/credentials/{}", told.text("/id"));
        teller.scene().pass(60);
    }
}

// T-12, E-10, E-14
#[tokio::test]
async fn old_code_serial_and_new_code_are_one_proof() {
    let (teller, old, new, path) = begun().await;
    let scene = teller.scene();
    scene.change_policy(|policy| policy.lock.otp.delays_s = Vec::new());
    let approved = teller.approved("X-1", "otp_exchange", json!({})).await;
    let path = format!("{path}/exchange");
    let wrong = [
        json!({"old_code": old.wrong(scene)}),
        json!({"serial": "SKTS99999999"}),
        json!({"code": new.wrong(scene)}),
        json!({"serial": old.serial, "code": old.code(scene)}),
    ];
    for (nth, part) in wrong.into_iter().enumerate() {
        let sent = with(with(body(&teller, &old, &new), &part), &approved);
        let told = teller.post(&path, &format!("wrong-{nth}"), sent).await;
        assert_eq!(told.verdict(), "422 proof_refused", "{part}: {}", told.text);
        assert_eq!(told.json["attempts_left"], 4 - nth as u64, "{part}");
    }
    let used = with(body(&teller, &old, &new), &approved);
    let told = teller.post(&path, "used", used).await;
    assert_eq!(told.verdict(), "409 code_used", "a right code was spent beside a wrong one");
    assert_eq!(scene.events("contract.proof_refused"), 4);
    scene.pass(30);
    let told = teller.post(&path, "right", with(body(&teller, &old, &new), &approved)).await;
    assert_eq!(told.status, 201, "{}", told.text);
}

#[tokio::test]
async fn a_card_and_another_institutions_credential_are_not_exchanged() {
    let (teller, old, new, _) = begun().await;
    let sent = with(
        body(&teller, &old, &new),
        &json!({"approval": "apr_01m7vncdx3e3zbpamptxnpn4sa",
            "digest": format!("sha256:{}", "0".repeat(64))}),
    );
    let listed = teller.get(&format!("{}?method=customer_card", teller.start_path())).await;
    let card = format!("/v1/credentials/{}/exchange", listed.text("/items/0/id"));
    assert_eq!(teller.post(&card, "card", sent.clone()).await.verdict(), "409 invalid_transition");
    for path in ["crd_01kng5fyw0ejqr3z5z3y4sg13p", "tok_01kng5fyw0ejqr3z5z3y4sg13p"] {
        let path = format!("/v1/credentials/{path}/exchange");
        assert_eq!(
            teller.post(&path, &path[16..40], sent.clone()).await.verdict(),
            "404 not_found"
        );
    }
}

// E-13
#[tokio::test]
async fn two_codes_in_a_row_set_a_stray_clock_right() {
    let (teller, old, _, path) = begun().await;
    let scene = teller.scene();
    let path = format!("{path}/resync");
    let ahead = [old.code_in(scene, 40), old.code_in(scene, 41)];
    let told = teller.post(&path, "apart", json!({"codes": [ahead[0], ahead[0]]})).await;
    assert_eq!(told.verdict(), "422 proof_refused", "not in a row");
    assert_eq!(told.json["attempts_left"], 4);
    let told = teller.post(&path, "set", json!({"codes": ahead})).await;
    assert_eq!((told.status, told.text("/state")), (200, "active".into()), "{}", told.text);
    assert_eq!(scene.events("token.resynced"), 1);
    let told = teller.post(&path, "again", json!({"codes": ahead})).await;
    assert_eq!(told.verdict(), "422 proof_refused", "codes are spent by it");
    for (nth, codes) in
        [json!(["123456"]), json!(["1", "2", "3"]), json!("123456")].iter().enumerate()
    {
        let told = teller.post(&path, &format!("form-{nth}"), json!({"codes": codes})).await;
        assert_eq!(told.verdict(), "400 invalid_request", "{codes}");
    }
    let told = teller.post(&path, "five", json!({"codes": ["12345", "123456"]})).await;
    assert_eq!(told.verdict(), "422 answer_incomplete");
}
