//! `GET token`: only the installation that was set up learns how its token stands.

use p256::ecdsa::SigningKey;
use sekisho_app::otp;
use sekisho_domain::id::TokenId;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::token::{Token, TokenState};
use serde_json::{Value, json};

use super::app::{App, BASE, confirm};
use crate::support::{Call, Scene, Told};

/// When the scene begins.
const NOW_S: i64 = 1_795_150_980;

async fn set_up(scene: &Scene) -> (App, String) {
    let app = App::new(1);
    let offer = app.register(scene).await;
    let told = confirm(&offer, "key", &app.derive(&offer, "").app_mac());
    let told = told.send(&scene.router).await;
    (app, told.text("/token"))
}

fn header(app: &App, token: &str) -> Value {
    json!({ "typ": "dpop+jwt", "alg": "ES256", "kid": token, "jwk": app.jwk() })
}

fn claims(jti: &str) -> Value {
    let url = format!("https://sekisho.example{BASE}/token");
    json!({ "htm": "GET", "htu": url, "iat": NOW_S, "jti": jti })
}

async fn ask(scene: &Scene, proof: &str) -> Told {
    Call::get(format!("{BASE}/token")).header("dpop", proof).send(&scene.router).await
}

#[tokio::test]
async fn the_installation_learns_how_its_token_stands() {
    let scene = Scene::new().await;
    let (app, token) = set_up(&scene).await;
    let told = ask(&scene, &App::proof(&app.device, &header(&app, &token), &claims("1"))).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!((told.text("/token"), told.text("/state")), (token.clone(), "usable".into()));
    assert_eq!(told.json["bound"], json!([]));
    let mut without_key = header(&app, &token);
    without_key.as_object_mut().expect("a header").remove("jwk");
    let told = ask(&scene, &App::proof(&app.device, &without_key, &claims("2"))).await;
    assert_eq!(told.status, 200, "the key is known by its name: {}", told.text);

    let (id, contract) = (token.parse::<TokenId>().expect("an id"), scene.contract);
    scene.run(move |tx, cx| {
        let contract = tx.load(&contract)?.expect("there");
        let token = tx.load::<Token>(&id)?.expect("there");
        otp::bind(tx, cx, &contract, token, true)
    });
    let told = ask(&scene, &App::proof(&app.device, &header(&app, &token), &claims("3"))).await;
    let home = "ins_01kn35e000ektt35dhh049836d";
    assert_eq!(told.json["bound"], json!([{ "institution": home, "state": "pending" }]));

    scene.run(move |tx, cx| {
        let token = tx.load::<Token>(&id)?.expect("there");
        let why = (Reason::Lost, ReportedBy::Phone);
        otp::end(tx, cx, token, TokenState::Lost, why)
    });
    let told = ask(&scene, &App::proof(&app.device, &header(&app, &token), &claims("4"))).await;
    assert_eq!((told.status, told.text("/state")), (200, "lost".into()), "so that it wipes itself");
    assert_eq!(told.json["bound"], json!([]));
}

#[tokio::test]
async fn nobody_else_does() {
    let scene = Scene::new().await;
    let (app, token) = set_up(&scene).await;
    let other = App::new(2);
    let good = header(&app, &token);
    let header_with = |name: &str, value: Value| {
        let mut header = good.clone();
        header[name] = value;
        header
    };
    let claim_with = |name: &str, value: Value| {
        let mut claims = claims("good");
        claims[name] = value;
        claims
    };
    let made = |key: &SigningKey, header: &Value, claims: &Value| App::proof(key, header, claims);
    let missing = "tok_01m7v7fcjgfher7xw3mpg58axb";
    let elsewhere = format!("https://sekisho.example{BASE}/clock");
    for proof in [
        "x".to_owned(),
        made(&other.device, &good, &claims("good")),
        made(&other.device, &header_with("jwk", other.jwk()), &claims("good")),
        made(&app.device, &header_with("jwk", other.jwk()), &claims("good")),
        made(&app.device, &header_with("kid", json!(missing)), &claims("good")),
        made(&app.device, &header_with("kid", json!("reg_1")), &claims("good")),
        made(&app.device, &header_with("typ", json!("jwt")), &claims("good")),
        made(&app.device, &header_with("alg", json!("none")), &claims("good")),
        made(&app.device, &good, &claim_with("htm", json!("POST"))),
        made(&app.device, &good, &claim_with("htu", json!(elsewhere))),
        made(&app.device, &good, &claim_with("iat", json!(NOW_S - 61))),
        made(&app.device, &good, &claim_with("iat", json!(NOW_S + 61))),
        made(&app.device, &good, &claim_with("jti", json!(""))),
    ] {
        let told = ask(&scene, &proof).await;
        assert_eq!(told.verdict(), "401 access_token_not_bound", "{proof}");
        assert!(told.header("www-authenticate").is_some_and(|it| it.starts_with("DPoP")));
    }
    let told = Call::get(format!("{BASE}/token")).send(&scene.router).await;
    assert_eq!(told.verdict(), "401 access_token_not_bound");
    let right = made(&app.device, &good, &claims("good"));
    assert_eq!(ask(&scene, &right).await.status, 200, "what was refused used up no jti");
    assert_eq!(ask(&scene, &right).await.verdict(), "401 access_token_not_bound", "once");
    let url = "https://sekisho.example/i/betsu/app/v1/token";
    let foreign = made(&app.device, &good, &claim_with("htu", json!(url)));
    let call = Call::get("/i/betsu/app/v1/token").header("dpop", &foreign);
    assert_eq!(call.send(&scene.router).await.verdict(), "401 access_token_not_bound");
}
