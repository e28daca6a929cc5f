//! `POST /i/{slug}/token` and `/revoke`, and what an access token admits to (api.md §2.1).

use std::net::{IpAddr, Ipv4Addr};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::ecdsa::SigningKey;
use sekisho_app::client::NewClient;
use sekisho_domain::client::{Profile, Scope};
use sekisho_web::oauth::jwt;
use sekisho_web::oauth::keys::IssuerKey;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::support::{Call, FRONT_CERTIFICATE, Scene, Told};

const ISSUER: &str = "https://sekisho.example/i/kaku";
const NOW_S: i64 = 1_795_150_980;

fn post(path: &str, body: String) -> Call {
    let form = "application/x-www-form-urlencoded";
    Call::get(path).method("POST").header("content-type", form).body(body)
}

fn new(profile: Profile) -> NewClient {
    NewClient {
        institution: None,
        name: "x".into(),
        profile,
        scopes: vec![Scope::ApprovalsRead],
        jwks: None,
        certificates: Vec::new(),
        redirect_uris: Vec::new(),
        return_urls: Vec::new(),
        post_logout_uris: Vec::new(),
        addresses: Vec::new(),
        signs_in: false,
    }
}

fn key() -> (SigningKey, Value) {
    let key = IssuerKey::from_seed(&[7; 32]).expect("a key");
    (key.key, key.jwk)
}

fn institution() -> sekisho_domain::id::InstitutionId {
    "ins_01kn35e000ektt35dhh049836d".parse().expect("an id")
}

#[tokio::test]
async fn a_baseline_client_shows_its_secret_from_its_address() {
    let scene = Scene::new().await;
    let listed = |address| NewClient {
        institution: Some(institution()),
        addresses: vec![IpAddr::V4(address)],
        ..new(Profile::Baseline)
    };
    let (id, secret) = scene.register(listed(Ipv4Addr::new(192, 0, 2, 7)));
    let secret = secret.expect("shown once");
    let ask = |secret: &str, from: &str| {
        let basic = STANDARD.encode(format!("{id}:{secret}"));
        post("/i/kaku/token", "grant_type=client_credentials&scope=approvals:read".into())
            .header("authorization", &format!("Basic {basic}"))
            .header("x-forwarded-for", from)
    };
    let given = ask(&secret, "198.51.100.1, 192.0.2.7").send(&scene.router).await;
    assert_eq!((given.status, given.text("/token_type")), (200, "Bearer".into()), "{}", given.text);
    assert_eq!(
        (given.json["expires_in"].as_u64(), given.text("/scope")),
        (Some(600), "approvals:read".into())
    );
    let access_token = given.text("/access_token");
    assert!(access_token.starts_with("sat_") && access_token.len() == 47);
    for (secret, from) in
        [("wrong", "192.0.2.7"), (&*secret, "192.0.2.8"), (&*secret, "192.0.2.7, 192.0.2.8")]
    {
        let told = ask(secret, from).send(&scene.router).await;
        assert_eq!((told.status, told.text("/error")), (401, "invalid_client".into()), "{from}");
    }
    let look = |from: &str| {
        let call = Call::get("/v1/approvals").header("x-forwarded-for", from);
        call.header("authorization", &format!("Bearer {access_token}"))
    };
    assert_eq!(look("192.0.2.7").send(&scene.router).await.status, 200);
    assert_eq!(look("192.0.2.8").send(&scene.router).await.verdict(), "403 source_not_allowed");
    scene.pass(601);
    assert_eq!(look("192.0.2.7").send(&scene.router).await.verdict(), "401 access_token_invalid");
}

/// What a client signs to prove itself.
fn statement(id: &str, jti: &str, change: impl Fn(&mut Value)) -> String {
    let mut claims =
        json!({"iss": id, "sub": id, "aud": ISSUER, "exp": NOW_S + 60, "iat": NOW_S, "jti": jti});
    change(&mut claims);
    let (key, jwk) = key();
    jwt::sign(&key, &json!({"alg": "ES256", "kid": jwk["kid"]}), &claims)
}

fn proof(change: impl Fn(&mut Value, &mut Value)) -> String {
    let (key, mut jwk) = key();
    for member in ["kid", "use", "alg"] {
        jwk.as_object_mut().expect("an object").remove(member);
    }
    let mut header = json!({"alg": "ES256", "typ": "dpop+jwt", "jwk": jwk});
    let mut claims =
        json!({"htm": "POST", "htu": format!("{ISSUER}/token"), "iat": NOW_S, "jti": "a"});
    change(&mut header, &mut claims);
    jwt::sign(&key, &header, &claims)
}

fn keyed(scene: &Scene) -> String {
    let jwks = Some(json!({"keys": [key().1]}));
    scene.register(NewClient { institution: Some(institution()), jwks, ..new(Profile::Fapi) }).0
}

async fn ask(scene: &Scene, statement: &str, proof: Option<&str>) -> Told {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let body = format!(
        "grant_type=client_credentials&client_assertion_type={kind}&client_assertion={statement}"
    );
    let mut call = post("/i/kaku/token", body);
    if let Some(proof) = proof {
        call = call.header("dpop", proof);
    }
    call.send(&scene.router).await
}

#[tokio::test]
async fn a_signed_statement_counts_once() {
    let scene = Scene::new().await;
    let id = keyed(&scene);
    let good = statement(&id, "j1", |_| {});
    let unbound = ask(&scene, &good, None).await;
    assert_eq!((unbound.status, unbound.text("/error")), (400, "invalid_request".into()));
    let given = ask(&scene, &good, Some(&proof(|_, _| {}))).await;
    assert_eq!((given.status, given.text("/token_type")), (200, "DPoP".into()), "{}", given.text);
    let other_proof = proof(|_, claims| claims["jti"] = "b".into());
    let again = ask(&scene, &good, Some(&other_proof)).await;
    assert_eq!((again.status, again.text("/error")), (401, "invalid_client".into()), "jti again");
    let wrong: [fn(&mut Value); 6] = [
        |claims| claims["aud"] = "https://elsewhere.example".into(),
        |claims| claims["aud"] = json!([ISSUER]),
        |claims| claims["exp"] = (NOW_S - 1).into(),
        |claims| claims["exp"] = (NOW_S + 301).into(),
        |claims| claims["iat"] = (NOW_S + 61).into(),
        |claims| claims["iss"] = "x".into(),
    ];
    for (nth, change) in wrong.into_iter().enumerate() {
        let proof = proof(|_, claims| claims["jti"] = format!("w{nth}").into());
        let told = ask(&scene, &statement(&id, &format!("w{nth}"), change), Some(&proof)).await;
        assert_eq!((told.status, told.text("/error")), (401, "invalid_client".into()), "{nth}");
    }
}

#[tokio::test]
async fn bound_access_needs_a_fresh_proof_each_time() {
    let scene = Scene::new().await;
    let id = keyed(&scene);
    let given = ask(&scene, &statement(&id, "j1", |_| {}), Some(&proof(|_, _| {}))).await;
    let access_token = given.text("/access_token");
    let ath = URL_SAFE_NO_PAD.encode(Sha256::digest(&access_token));
    let about = |jti: &str, path: &str| {
        proof(|_, claims| {
            *claims = json!({"htm": "GET", "htu": format!("https://sekisho.example{path}"),
                "iat": NOW_S, "jti": jti, "ath": ath});
        })
    };
    let look = |scheme: &str, proof: &str| {
        let call = Call::get("/v1/approvals?limit=1");
        call.header("authorization", &format!("{scheme} {access_token}")).header("dpop", proof)
    };
    let good = about("1", "/v1/approvals");
    assert_eq!(look("DPoP", &good).send(&scene.router).await.status, 200);
    for (scheme, proof) in [
        ("DPoP", good.clone()),
        ("DPoP", about("2", "/v1/other")),
        ("Bearer", about("3", "/v1/approvals")),
        ("DPoP", "x".into()),
    ] {
        let told = look(scheme, &proof).send(&scene.router).await;
        assert_eq!(told.verdict(), "401 access_token_not_bound", "{scheme} {proof}");
    }
    let stale = proof(|_, claims| {
        *claims = json!({"htm": "GET", "htu": "https://sekisho.example/v1/approvals", "iat": NOW_S,
            "jti": "4", "ath": ath, "nonce": "not ours"});
    });
    let told = look("DPoP", &stale).send(&scene.router).await;
    assert_eq!(told.verdict(), "401 dpop_nonce_required");
    assert!(told.header("dpop-nonce").is_some());
}

#[tokio::test]
async fn revoked_access_is_gone_at_once() {
    let scene = Scene::new().await;
    assert_eq!(scene.front(Call::get("/v1/approvals")).await.status, 200);
    let certificate = format!(":{}:", STANDARD.encode(FRONT_CERTIFICATE));
    let other =
        Call::get("/v1/approvals").header("authorization", &format!("Bearer {}", scene.front));
    assert_eq!(other.send(&scene.router).await.verdict(), "401 access_token_not_bound");
    let body = format!("client_id={}&token={}", scene.front_id, scene.front);
    let told =
        post("/i/kaku/revoke", body).header("client-cert", &certificate).send(&scene.router).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(scene.front(Call::get("/v1/approvals")).await.verdict(), "401 access_token_invalid");
}

#[tokio::test]
async fn strange_requests_get_the_answers_of_oauth() {
    let scene = Scene::new().await;
    let certificate = format!(":{}:", STANDARD.encode(FRONT_CERTIFICATE));
    for (slug, body, status, error) in [
        ("kaku", "", 401, "invalid_client"),
        ("kaku", "client_id=x", 401, "invalid_client"),
        ("nobody", "client_id=x", 401, "invalid_client"),
        ("kaku", "a=1&a=2", 400, "invalid_request"),
        ("kaku", "client_id=ID", 400, "invalid_request"),
        ("kaku", "client_id=ID&grant_type=password", 400, "unsupported_grant_type"),
        ("kaku", "client_id=ID&grant_type=client_credentials&scope=platform", 400, "invalid_scope"),
        ("betsu", "client_id=ID&grant_type=client_credentials", 401, "invalid_client"),
    ] {
        let body = body.replace("ID", &scene.front_id);
        let call =
            post(&format!("/i/{slug}/token"), body.clone()).header("client-cert", &certificate);
        let told = call.send(&scene.router).await;
        assert_eq!((told.status, told.text("/error")), (status, error.to_owned()), "{slug} {body}");
        assert_eq!(told.header("cache-control"), Some("no-store"));
    }
}
