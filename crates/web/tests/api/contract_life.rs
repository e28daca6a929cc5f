//! What happened at a contract, its sessions, its inbox, and its password unlocked.

use sekisho_app::session::{self, Entered, Entry};
use sekisho_domain::client::Scope;
use sekisho_domain::notice::{Notice, NoticeKind};
use sekisho_domain::password::{Device, Verifier};
use serde_json::json;

use crate::support::{Call, Office, Scene};

async fn office() -> Office {
    let scopes = [Scope::ContractsRead, Scope::ContractsWrite, Scope::ProposalsRead];
    Office::open(Scene::new().await, &scopes).await
}

fn sign_in(scene: &Scene) -> String {
    let contract = scene.contract;
    let verifier = Verifier { phc: "checked elsewhere".into(), key: 1 };
    let known = verifier.clone();
    scene.change_contract(move |found| found.password.verifier = Some(known.clone()));
    scene.run(move |tx, cx| {
        let entry = Entry {
            contract,
            checked: verifier.clone(),
            right: true,
            renewed: None,
            device: Device { kind: "Firefox".into(), mark: "d".into() },
            secret_hash: "s".into(),
        };
        match session::enter(tx, cx, entry)? {
            Entered::In(session) => Ok(session.id.to_string()),
            Entered::CodeWanted(_) | Entered::Refused => panic!("the password was right"),
        }
    })
}

#[tokio::test]
async fn staff_see_all_that_happened_and_customers_what_concerns_them() {
    let office = office().await;
    let (approval, _) = office.scene.requested("IB-1").await;
    let path = format!("/v1/contracts/{}/timeline", office.scene.contract);
    let all = office.get(&path).await;
    assert_eq!(all.json["items"][0]["type"], "approval.requested", "{}", all.text);
    assert_eq!(all.json["items"][0]["subject"]["id"], approval);
    assert!(all.json["items"][0]["actor"]["id"].is_string());
    let shown = office.get(&format!("{path}?view=customer")).await;
    let kinds: Vec<_> = shown.json["items"].as_array().expect("items").iter().collect();
    assert!(kinds.iter().all(|item| item["type"] != "approval.requested"), "{}", shown.text);
    assert!(kinds.iter().all(|item| item["actor"].get("id").is_none()), "{}", shown.text);
    let first = office.get(&format!("{path}?limit=1")).await;
    let next = office.get(&format!("{path}?limit=1&after={}", first.text("/next"))).await;
    assert_eq!(next.json["items"][0], all.json["items"][1]);
    let wrong = office.get(&format!("{path}?view=everyone")).await;
    assert_eq!(wrong.errors(), ["view enum"]);
    let other = format!("/v1/contracts/{}/timeline", office.scene.other_contract);
    assert_eq!(office.get(&other).await.verdict(), "404 not_found");
}

#[tokio::test]
async fn a_session_is_ended_with_what_it_had_open() {
    let office = office().await;
    let id = sign_in(&office.scene);
    let listed = office.get(&format!("/v1/contracts/{}/sessions", office.scene.contract)).await;
    assert_eq!(listed.json["items"][0]["id"], id, "{}", listed.text);
    let path = format!("/v1/sessions/{id}");
    let shown = office.get(&path).await;
    assert_eq!((shown.text("/state"), shown.text("/device")), ("active".into(), "Firefox".into()));
    assert!(shown.json.get("secret_hash").is_none(), "no secret is in any reply");
    let ended = office.post(&format!("{path}/revocation"), "e1", json!({"reason": "lost"})).await;
    assert_eq!((ended.status, ended.text("/reason")), (200, "revoked".into()), "{}", ended.text);
    let again = office.post(&format!("{path}/revocation"), "e2", json!({})).await;
    assert_eq!(again.text, ended.text);
    assert_eq!(office.scene.events("session.ended"), 1);
    let all = format!("/v1/contracts/{}/sessions/revocation", office.scene.contract);
    assert_eq!(office.post(&all, "e3", json!({})).await.json, json!({"items": []}));
    let newer = sign_in(&office.scene);
    assert_eq!(office.post(&all, "e4", json!({})).await.json["items"][0]["id"], newer);
    assert_eq!(office.get(&format!("/v1/sessions/{newer}")).await.text("/state"), "ended");
}

#[tokio::test]
async fn a_session_nobody_uses_has_ended_before_it_is_swept() {
    let office = office().await;
    let id = sign_in(&office.scene);
    office.scene.pass(86_400);
    let office = Office::open(office.scene, &[Scope::ContractsRead]).await;
    let shown = office.get(&format!("/v1/sessions/{id}")).await;
    assert_eq!((shown.text("/state"), shown.text("/reason")), ("ended".into(), "idle".into()));
}

#[tokio::test]
async fn a_notice_is_read_once() {
    let office = office().await;
    let contract = office.scene.contract;
    let ours = office.institution();
    office.scene.run(move |tx, cx| {
        let notice = Notice::new(NoticeKind::PasswordChanged);
        let id = sekisho_domain::id::NoticeId::make(cx.moment);
        Ok(tx.put(notice.posted(id, (ours, contract), cx.now()))?)
    });
    let listed = office.get(&format!("/v1/contracts/{contract}/notices")).await;
    let notice = listed.json["items"][0].clone();
    assert_eq!(notice["kind"], "password_changed", "{}", listed.text);
    assert!(notice["title"].as_str().is_some_and(|title| !title.is_empty()));
    assert!(notice.get("read_at").is_none());
    let path = format!("/v1/notices/{}/read", notice["id"].as_str().expect("an id"));
    let read = office.post(&path, "n1", json!({})).await;
    office.scene.pass(60);
    let again = office.post(&path, "n2", json!({})).await;
    assert_eq!((read.status, read.text("/read_at")), (200, again.text("/read_at")));
}

#[tokio::test]
async fn unlocking_a_password_needs_two() {
    let office = office().await;
    let now = sekisho_domain::time::Timestamp::from_millis(1_795_150_980_000);
    office.scene.change_contract(move |contract| {
        let rules = sekisho_domain::policy::Policy::default().lock.password;
        contract.password.attempts = contract.password.attempts.failed(&rules, now);
    });
    assert_eq!(failures(&office), 1);
    let path = format!("/v1/contracts/{}/unlock", office.scene.contract);
    let proposed = office.post(&path, "u1", json!({})).await;
    assert_eq!((proposed.status, proposed.text("/proposal/kind")), (202, "password_unlock".into()));
    office.agree(&proposed);
    assert_eq!(failures(&office), 0);
}

fn failures(office: &Office) -> u8 {
    let id = office.scene.contract;
    office.scene.run(move |tx, _| {
        let found = tx.load::<sekisho_domain::contract::Contract>(&id)?;
        Ok(found.expect("there").password.attempts.failures())
    })
}

#[tokio::test]
async fn a_sandbox_shows_the_mails_as_they_are_sent() {
    let scene = Scene::sandbox().await;
    let approval = scene.approved("IB-1").await.0;
    let contract = scene.contract;
    let access = scene.platform_access().await;
    let call = Call::get(format!("/v1/sandbox/outbox?contract={contract}"));
    let told = scene.send_as(&access, b"platform", call.clone()).await;
    let mails = told.json["items"].as_array().expect("items").clone();
    assert!(!mails.is_empty(), "{approval}: {}", told.text);
    for mail in &mails {
        assert_eq!(mail["to"], "hanako@example.jp");
        assert!(mail["subject"].is_string() && mail["text"].is_string(), "{mail}");
    }
    assert_eq!(scene.front(call.clone()).await.verdict(), "403 insufficient_scope");
    let real = Scene::new().await;
    assert_eq!(real.front(call).await.verdict(), "404 not_found", "elsewhere it is not there");
}
