//! Mode issued: ids by mail, a start password of the customer's own, and nothing to learn for who
//! has only the mail (Y-09, Y-10, Y-11, C-11).

use sekisho_app::contract;
use sekisho_app::provision::{self, find_issue};
use sekisho_app::tx::{Query, Table, Tx};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::TokenId;
use sekisho_domain::notice::{NoticeKind, PostedNotice};
use sekisho_domain::policy::Provisioning;
use sekisho_domain::provision::{IssueState, StartPassword, TokenIssue};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::Token;

use super::app::{App, confirm};
use crate::support::{Scene, Told};

const PASSWORD: &str = "271828";
const MAIL: &str = "hanako@phone.example.jp";

async fn scene() -> Scene {
    let scene = Scene::new().await;
    scene.change_policy(|policy| policy.otp.provisioning = Provisioning::BankIssue);
    scene
}

fn issue(scene: &Scene) -> TokenIssue {
    let id = scene.contract;
    scene.run(move |tx, cx| {
        let contract = tx.load::<Contract>(&id)?.expect("there");
        let password = StartPassword::typed("２７１８２８").expect("fit");
        provision::issue(tx, cx, &contract, MAIL, &password)
    })
}

fn again(scene: &Scene, issue: &TokenIssue) -> TokenIssue {
    let (institution, id) = (issue.institution, issue.id);
    scene.run(move |tx, _| find_issue(tx, institution, id))
}

fn app(seed: u8, issue: &TokenIssue) -> App {
    App::new(seed).with_ids(issue.service_id.as_str(), issue.user_id.as_str())
}

/// Registers an app with ids and tries a start password.
async fn tried(scene: &Scene, app: &App, password: &str) -> Told {
    let offer = app.register(scene).await;
    let app_mac = app.derive(&offer, password).app_mac();
    confirm(&offer, "tried", &app_mac).send(&scene.router).await
}

fn left(told: &Told) -> u64 {
    assert_eq!(told.verdict(), "422 start_refused");
    told.json["tries_left"].as_u64().expect("a number")
}

fn notices(scene: &Scene, kind: NoticeKind) -> Vec<PostedNotice> {
    scene.run(move |tx: &mut Tx, _| {
        let mut told = tx.list::<PostedNotice>(&Query::all(Table::Notice))?;
        told.retain(|notice| notice.kind == kind);
        Ok(told)
    })
}

fn credentials(scene: &Scene) -> Vec<Credential> {
    let id = scene.contract;
    scene.run(move |tx: &mut Tx, _| {
        let desk = tx.load::<Desk>(&id)?.expect("there");
        let mut held = Vec::new();
        for id in &desk.credentials {
            held.extend(tx.load::<Credential>(id)?.filter(|it| it.method.is_otp()));
        }
        Ok(held)
    })
}

// Y-09, Y-10, Y-11
#[tokio::test]
async fn who_knows_the_start_password_gets_a_token_that_waits_to_be_started() {
    let scene = scene().await;
    let issued = issue(&scene);
    let told = notices(&scene, NoticeKind::OtpIssued);
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].facts["service_id"], issued.service_id.as_str());
    assert_eq!(told[0].facts["user_id"], issued.user_id.as_str());
    assert_eq!((told[0].facts.len(), told[0].also_to.as_slice()), (2, &[MAIL.to_owned()][..]));
    assert!(issued.sealed.is_some());

    let app = app(1, &issued);
    let offer = app.register(&scene).await;
    let agreed = app.derive(&offer, PASSWORD);
    let told = confirm(&offer, "right", &agreed.app_mac()).send(&scene.router).await;
    assert_eq!(told.status, 200, "{}", told.text);
    let issued = again(&scene, &issued);
    assert_eq!((issued.state, issued.sealed.is_none()), (IssueState::Used, true));
    assert_eq!((scene.events("token_issue.issued"), scene.events("token_issue.used")), (1, 1));
    let held = credentials(&scene);
    assert_eq!(held.len(), 1);
    assert_eq!((held[0].state, held[0].at_sign_in), (CredentialState::Pending, true));
    assert_eq!(held[0].token().expect("a token").to_string(), told.text("/token"));
}

// Y-09: five tries for the issue, whatever the number of registrations.
#[tokio::test]
async fn five_wrong_start_passwords_end_an_issue() {
    let scene = scene().await;
    let issued = issue(&scene);
    let waits = app(9, &issued);
    let offer = waits.register(&scene).await;
    for (nth, wrong) in ["1357", "1358", "271829", "2718"].into_iter().enumerate() {
        let seed = u8::try_from(nth).expect("small") + 1;
        let told = tried(&scene, &app(seed, &issued), wrong).await;
        assert_eq!(left(&told), 4 - nth as u64);
        assert!(notices(&scene, NoticeKind::OtpIssueDead).is_empty());
    }
    assert_eq!(left(&tried(&scene, &app(5, &issued), "99").await), 0);
    assert_eq!(notices(&scene, NoticeKind::OtpIssueDead).len(), 1);
    assert_eq!((scene.events("token_issue.refused"), scene.events("token_issue.dead")), (5, 1));
    let issued = again(&scene, &issued);
    assert_eq!((issued.state, issued.sealed.is_none()), (IssueState::Dead, true));

    let right = waits.derive(&offer, PASSWORD).app_mac();
    let told = confirm(&offer, "late", &right).send(&scene.router).await;
    assert_eq!(left(&told), 0, "the right one comes too late");
    let told = confirm(&offer, "later", &right).send(&scene.router).await;
    assert_eq!(told.verdict(), "404 not_found");
    assert_eq!(left(&tried(&scene, &app(6, &issued), PASSWORD).await), 0);
    assert!(credentials(&scene).is_empty());
    assert_eq!(notices(&scene, NoticeKind::OtpIssueDead).len(), 1, "told once");
}

/// Everything an outsider sees of a reply, but for what is of chance.
fn shape(told: &Told) -> String {
    let members = told.json.as_object().expect("an object");
    let spelt = |(name, value): (&String, &serde_json::Value)| match value {
        serde_json::Value::String(text)
            if !matches!(name.as_str(), "code" | "title" | "detail") =>
        {
            format!("{name}:{}", text.len())
        }
        other => format!("{name}={other}"),
    };
    let mut members: Vec<String> =
        members.iter().map(spelt).filter(|m| !m.starts_with("server_key")).collect();
    members.sort();
    let mut headers: Vec<&str> = told.headers.keys().map(axum::http::HeaderName::as_str).collect();
    headers.sort_unstable();
    format!("{} {members:?} {headers:?}", told.status)
}

/// What somebody sees who tries wrong start passwords with these ids, over three registrations.
async fn seen(scene: &Scene, phone: u8, ids: (&str, &str)) -> Vec<String> {
    let mut seen = Vec::new();
    for phone in [phone, phone + 1, phone + 2] {
        let app = App::new(phone).with_ids(ids.0, ids.1);
        let offer = app.register(scene).await;
        seen.push(shape(&offer));
        for (nth, wrong) in ["1357", "1358"].into_iter().enumerate() {
            let app_mac = app.derive(&offer, wrong).app_mac();
            let told = confirm(&offer, &format!("wrong{nth}"), &app_mac).send(&scene.router).await;
            seen.push(shape(&told));
        }
    }
    seen
}

// Unknown and used-up ids are answered like real ones.
#[tokio::test]
async fn who_tries_ids_learns_nothing() {
    let scene = scene().await;
    let dead = issue(&scene);
    let ids = |issue: &TokenIssue| (issue.service_id.to_string(), issue.user_id.to_string());
    let (service_id, user_id) = ids(&dead);
    let real = seen(&scene, 10, (&service_id, &user_id)).await;
    assert_eq!(again(&scene, &dead).state, IssueState::Dead);
    assert!(real[7].contains("tries_left=0"), "{real:?}");
    assert!(real[8].starts_with("404"), "{real:?}");

    let unknown = seen(&scene, 20, (&service_id, "1000000000")).await;
    assert_eq!(unknown, real);
    let foreign = seen(&scene, 30, ("10020030", &user_id)).await;
    assert_eq!(foreign, real, "another institution's service id");
    assert_eq!(scene.events("token_issue.refused"), 5, "only what is real is written down");

    // A day later both begin again.
    scene.pass(86_400 + 3600);
    scene.run(|tx, cx| provision::sweep_issues(tx, cx, 100));
    assert_eq!(seen(&scene, 40, (&service_id, &user_id)).await, real);
    assert_eq!(seen(&scene, 50, (&service_id, "1000000000")).await, real);
    assert_eq!(notices(&scene, NoticeKind::OtpIssueDead).len(), 1);
}

#[tokio::test]
async fn an_issue_sets_up_one_app() {
    let scene = scene().await;
    let issued = issue(&scene);
    let second = app(2, &issued);
    let offer = second.register(&scene).await;
    assert_eq!(tried(&scene, &app(1, &issued), PASSWORD).await.status, 200);
    let right = second.derive(&offer, PASSWORD).app_mac();
    let told = confirm(&offer, "second", &right).send(&scene.router).await;
    assert_eq!(left(&told), 4, "as if the start password were wrong");
    assert_eq!(left(&tried(&scene, &app(3, &issued), PASSWORD).await), 3);
    assert_eq!(credentials(&scene).len(), 1);
    assert_eq!(again(&scene, &issued).state, IssueState::Used);
}

// Policy `otp.issue_hours`.
#[tokio::test]
async fn an_issue_lives_a_day() {
    let scene = scene().await;
    let issued = issue(&scene);
    scene.pass(86_400 - 1);
    assert_eq!(scene.run(|tx, cx| provision::sweep_issues(tx, cx, 100)), 0);
    let waits = app(1, &issued);
    let offer = waits.register(&scene).await;
    scene.pass(1);
    let right = waits.derive(&offer, PASSWORD).app_mac();
    assert_eq!(left(&confirm(&offer, "late", &right).send(&scene.router).await), 4);
    assert_eq!(scene.run(|tx, cx| provision::sweep_issues(tx, cx, 100)), 1);
    let issued = again(&scene, &issued);
    assert_eq!((issued.state, issued.sealed.is_none()), (IssueState::Expired, true));
    assert_eq!(scene.events("token_issue.expired"), 1);
    assert_eq!(notices(&scene, NoticeKind::OtpIssueDead).len(), 1);
    assert!(credentials(&scene).is_empty());
}

#[tokio::test]
async fn an_issue_is_taken_back_by_hand_or_by_a_newer_one() {
    let scene = scene().await;
    let (first, second) = (issue(&scene), issue(&scene));
    assert_eq!(again(&scene, &first).state, IssueState::Cancelled);
    assert_eq!(left(&tried(&scene, &app(1, &first), PASSWORD).await), 4);
    let (institution, id) = (second.institution, second.id);
    for _ in 0..2 {
        let cancelled = scene.run(move |tx, cx| provision::cancel(tx, cx, institution, id));
        assert_eq!((cancelled.state, cancelled.sealed.is_none()), (IssueState::Cancelled, true));
    }
    assert_eq!(scene.events("token_issue.cancelled"), 2);
    assert_eq!(left(&tried(&scene, &app(2, &second), PASSWORD).await), 4);
    let third = issue(&scene);
    assert_eq!(tried(&scene, &app(3, &third), PASSWORD).await.status, 200);
    let used = again(&scene, &third);
    let refused = Refusal::InvalidTransition { state: "used" };
    assert_eq!(used.cancel().map(|_| ()), Err(refused));
}

#[tokio::test]
async fn a_suspended_contract_gets_no_token() {
    let scene = scene().await;
    let issued = issue(&scene);
    let (institution, id) = (issued.institution, scene.contract);
    scene.run(move |tx, cx| {
        contract::suspend(tx, cx, institution, id, Reason::Fraud, ReportedBy::Customer)
    });
    assert_eq!(left(&tried(&scene, &app(1, &issued), PASSWORD).await), 4);
    assert!(credentials(&scene).is_empty());
}

// Who sets up a new phone before the first was started starts the new one.
#[tokio::test]
async fn a_token_set_up_anew_waits_in_place_of_the_first() {
    let scene = scene().await;
    let mut tokens = Vec::new();
    for seed in [1, 2] {
        let issued = issue(&scene);
        let told = tried(&scene, &app(seed, &issued), PASSWORD).await;
        tokens.push(told.text("/token").parse::<TokenId>().expect("an id"));
    }
    let held = credentials(&scene);
    assert_eq!(held.iter().filter_map(Credential::token).collect::<Vec<_>>(), tokens[1..]);
    let first = tokens[0];
    let first = scene.run(move |tx: &mut Tx, _| Ok(tx.load::<Token>(&first)?.expect("there")));
    assert!(first.bound.is_empty());
}
