//! OpenID Connect: from the bank's request to its claims, and every way not to get them.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use sekisho_app::code::s256;
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::session::Session;
use sekisho_web::oauth::jwt::{Jwk, Statement};
use serde_json::Value;

use crate::browser::{Browser, Reply};
use crate::handset::{self, Handset};
use crate::world::{LOGIN, REDIRECT_URI, World};

const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/// The bank's request, some of it changed.
pub(crate) fn authorize_url(world: &World, changed: &[(&str, &str)]) -> String {
    let (client, challenge) = (world.client.id.to_string(), s256(VERIFIER));
    let mut pairs = vec![
        ("response_type", "code"),
        ("client_id", &client),
        ("redirect_uri", REDIRECT_URI),
        ("scope", "openid contract methods"),
        ("state", "st-1"),
        ("nonce", "n-1"),
        ("code_challenge", &challenge),
        ("code_challenge_method", "S256"),
    ];
    pairs.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    pairs.extend(changed.iter().filter(|(_, value)| !value.is_empty()));
    let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("/i/kaku/authorize?{query}")
}

fn redeem(world: &World, code: &str, changed: &[(&str, &str)]) -> (Reply, Value) {
    let mut front = world.browser();
    let pair = format!("{}:{}", world.client.id, world.secret);
    front.headers = vec![("authorization", format!("Basic {}", STANDARD.encode(pair)))];
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", REDIRECT_URI),
        ("code_verifier", VERIFIER),
    ];
    form.retain(|(name, _)| !changed.iter().any(|(other, _)| other == name));
    form.extend(changed);
    let reply = front.post("/i/kaku/token", &form);
    let body = serde_json::from_str(&reply.body).unwrap_or(Value::Null);
    (reply, body)
}

fn claims_of(world: &World, id_token: &str) -> Value {
    let jwks: Value =
        serde_json::from_str(&world.browser().get("/i/kaku/jwks").body).expect("JSON");
    let statement = Statement::parse(id_token).expect("a JWS");
    assert_eq!(statement.header["kid"], jwks["keys"][0]["kid"]);
    assert!(statement.signed_by(&Jwk::new(&jwks["keys"][0])));
    statement.claims.clone()
}

fn signed_in(policy: Policy) -> (World, Browser) {
    let world = World::new(policy);
    world.customer(&[MethodKind::ImageCard]);
    let browser = world.signed_in();
    (world, browser)
}

// api.md §3.1, §3.2
#[test]
fn a_code_is_traded_for_the_claims_of_the_scopes() {
    let (world, mut browser) = signed_in(Policy::default());
    let reply = browser.get(&authorize_url(&world, &[]));
    assert_eq!(reply.status, 303);
    assert!(reply.location().expect("back").starts_with(REDIRECT_URI));
    assert_eq!(reply.parameter("state").as_deref(), Some("st-1"));
    assert_eq!(reply.parameter("iss").as_deref(), Some("https://sekisho.example/i/kaku"));
    let (given, body) = redeem(&world, &reply.parameter("code").expect("a code"), &[]);
    assert_eq!((given.status, given.header("cache-control")), (200, "no-store"), "{}", given.body);
    let claims = claims_of(&world, body["id_token"].as_str().expect("an ID token"));
    let session = world.session(&browser);
    assert_eq!(claims["iss"], "https://sekisho.example/i/kaku");
    assert_eq!(claims["aud"], world.client.id.to_string());
    assert_eq!(claims["sub"], session.contract.to_string());
    assert_eq!(claims["sid"], session.id.to_string());
    assert_eq!((&claims["nonce"], &claims["login_id"]), (&"n-1".into(), &LOGIN.into()));
    assert_eq!((&claims["acr"], &claims["amr"][0]), (&"urn:sekisho:acr:1".into(), &"pwd".into()));
    assert_eq!(claims["methods"], serde_json::json!(["image_card"]));
    assert_eq!(claims["exp"].as_i64().expect("a time") - claims["iat"].as_i64().expect("one"), 300);
    let access = body["access_token"].as_str().expect("an access token");
    let half = &<sha2::Sha256 as sha2::Digest>::digest(access)[..16];
    assert_eq!(claims["at_hash"], URL_SAFE_NO_PAD.encode(half));
    let mut front = world.browser();
    front.headers = vec![("authorization", format!("Bearer {access}"))];
    let known: Value = serde_json::from_str(&front.get("/i/kaku/userinfo").body).expect("JSON");
    assert_eq!(known["sub"], claims["sub"]);
    world.bank.advance_s(601);
    assert_eq!(front.get("/i/kaku/userinfo").status, 401, "it ends with the session");
}

// api.md §3.2: `acr` and `amr`; T-04, A-07
#[test]
fn a_sign_in_with_a_one_time_password_is_a_stronger_one() {
    let (world, mut browser) = signed_in(Policy::default());
    let id = world.session(&browser).id;
    for (otp, amr) in [(MethodKind::OtpApp, "swk"), (MethodKind::OtpDevice, "hwk")] {
        let with_code = move |tx: &mut Tx, _: &mut Context| {
            let session = tx.load::<Session>(&id)?.expect("signed in");
            Ok(tx.put(Session { otp: Some(otp), ..session })?)
        };
        world.bank.run(with_code).expect("a code was shown");
        for (acr, given) in [
            ("", true),
            ("urn:sekisho:acr:1", true),
            ("urn:sekisho:acr:2", true),
            ("urn:sekisho:acr:3", true),
            ("urn:sekisho:acr:4 urn:sekisho:acr:3", true),
            ("urn:sekisho:acr:4", false),
            ("phr", false),
        ] {
            let reply = browser.get(&authorize_url(&world, &[("acr_values", acr)]));
            assert_eq!(reply.parameter("code").is_some(), given, "{acr}");
        }
        let wish = r#"{"id_token":{"acr":{"essential":true,"value":"urn:sekisho:acr:3"}}}"#;
        let reply = browser.get(&authorize_url(&world, &[("claims", wish)]));
        let (_, body) = redeem(&world, &reply.parameter("code").expect("a code"), &[]);
        let claims = claims_of(&world, body["id_token"].as_str().expect("an ID token"));
        assert_eq!(claims["acr"], "urn:sekisho:acr:3");
        assert_eq!(claims["amr"], serde_json::json!(["pwd", "mfa", "otp", amr]));
    }
    let mut stranger = world.browser();
    let asked = authorize_url(&world, &[("acr_values", "urn:sekisho:acr:3")]);
    let door = stranger.get(&asked).location().expect("to sign-in");
    assert!(door.contains("/sign_in?"), "who is not signed in may yet show a code: {door}");
}

// api.md §3.2: the customer is asked for just what is missing
#[test]
fn who_signed_in_before_the_token_was_started_shows_its_code_now() {
    let (world, mut browser) = signed_in(Policy::default());
    let strong = [("acr_values", "urn:sekisho:acr:3")];
    let unmet = browser.get(&authorize_url(&world, &strong));
    let error = unmet.parameter("error");
    assert_eq!(error.as_deref(), Some("unmet_authentication_requirements"), "there is no token");
    let phone = Handset::new(&world.bank, "SKTS7K3M9QX1");
    handset::start(&world.bank, LOGIN, &phone);
    let door = browser.get(&authorize_url(&world, &strong)).location().expect("to sign-in");
    assert!(door.contains("/sign_in?"), "{door}");
    let silent = [strong[0], ("prompt", "none")];
    let told = browser.get(&authorize_url(&world, &silent));
    assert_eq!(told.parameter("error").as_deref(), Some("login_required"));
    assert!(browser.get(&authorize_url(&world, &[])).parameter("code").is_some());
}

#[test]
fn a_code_works_once_and_its_second_use_takes_back_what_it_gave() {
    let (world, mut browser) = signed_in(Policy::default());
    let mut code = || browser.get(&authorize_url(&world, &[])).parameter("code").expect("a code");
    for changed in [
        [("code_verifier", "x".repeat(43))],
        [("redirect_uri", "https://ib.example.jp/other".to_owned())],
        [("code", "x".repeat(43))],
    ] {
        let changed: Vec<(&str, &str)> = changed.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let (reply, body) = redeem(&world, &code(), &changed);
        assert_eq!((reply.status, &body["error"]), (400, &"invalid_grant".into()), "{changed:?}");
    }
    let late = code();
    world.bank.advance_s(60);
    assert_eq!(redeem(&world, &late, &[]).1["error"], "invalid_grant");
    let code = code();
    let (_, body) = redeem(&world, &code, &[]);
    let mut front = world.browser();
    let access = body["access_token"].as_str().expect("an access token");
    front.headers = vec![("authorization", format!("Bearer {access}"))];
    assert_eq!(front.get("/i/kaku/userinfo").status, 200);
    assert_eq!(redeem(&world, &code, &[]).1["error"], "invalid_grant");
    assert_eq!(front.get("/i/kaku/userinfo").status, 401);
}

#[test]
fn what_is_wrong_about_the_client_is_not_told_to_any_address() {
    let (world, mut browser) = signed_in(Policy::default());
    for changed in [
        ("redirect_uri", "https://evil.example/"),
        ("redirect_uri", "https://ib.example.jp/sign_in/done/"),
        ("redirect_uri", ""),
        ("client_id", "cli_01m7vn4b00etcr1e7m6r9w98qr"),
        ("client_id", "nobody"),
    ] {
        let reply = browser.get(&authorize_url(&world, &[changed]));
        assert_eq!((reply.status, reply.location()), (400, None), "{changed:?}");
    }
    let twice = format!("{}&state=other", authorize_url(&world, &[]));
    assert_eq!(browser.get(&twice).status, 400, "a parameter stands twice");
}

#[test]
fn what_is_wrong_about_the_request_is_told_to_the_bank() {
    let (world, mut browser) = signed_in(Policy::default());
    let long = "n".repeat(65);
    for (changed, error) in [
        (("response_type", "token"), "unsupported_response_type"),
        (("response_mode", "fragment"), "invalid_request"),
        (("code_challenge_method", "plain"), "invalid_request"),
        (("code_challenge", "short"), "invalid_request"),
        (("code_challenge", ""), "invalid_request"),
        (("scope", "contract"), "invalid_scope"),
        (("nonce", long.as_str()), "invalid_request"),
        (("prompt", "none login"), "invalid_request"),
        (("max_age", "soon"), "invalid_request"),
        (("acr_values", "urn:sekisho:acr:3"), "unmet_authentication_requirements"),
        (("request", "eyJ"), "request_not_supported"),
        (("request_uri", "https://x.example"), "request_uri_not_supported"),
    ] {
        let reply = browser.get(&authorize_url(&world, &[changed]));
        assert_eq!(reply.parameter("error").as_deref(), Some(error), "{changed:?}");
        assert_eq!(reply.parameter("iss").as_deref(), Some("https://sekisho.example/i/kaku"));
        assert_eq!(reply.parameter("code"), None);
    }
}

#[test]
fn prompt_and_max_age_are_obeyed() {
    let world = World::new(Policy::default());
    world.customer(&[MethodKind::ImageCard]);
    let mut browser = world.browser();
    let none = authorize_url(&world, &[("prompt", "none")]);
    assert_eq!(browser.get(&none).parameter("error").as_deref(), Some("login_required"));
    let mut browser = world.signed_in();
    assert!(browser.get(&none).parameter("code").is_some());
    world.bank.advance_s(30);
    let old = browser.get(&authorize_url(&world, &[("prompt", "none"), ("max_age", "10")]));
    assert_eq!(old.parameter("error").as_deref(), Some("login_required"));

    let wish = [("prompt", "login"), ("login_hint", LOGIN), ("ui_locales", "fr en")];
    let door = browser.get(&authorize_url(&world, &wish)).location().expect("to sign-in");
    let page = browser.get(&door);
    assert!(page.body.contains(LOGIN) && page.body.contains("<html lang=\"en\""));
    let here = door.split("return=").nth(1).expect("a way back").split('&').next();
    let here: String = form_urlencoded::parse(format!("x={}", here.expect("one")).as_bytes())
        .map(|(_, value)| value.into_owned())
        .collect();
    let skipped = browser.get(&here).location().expect("to sign-in once more");
    assert!(skipped.starts_with("/i/kaku/sign_in"), "an old sign-in does not do");
    let typed = [("login_id", LOGIN), ("password", LOGIN)];
    let reply = browser.fill(&door, &page, &typed);
    let reply = browser.get(&reply.location().expect("to the request"));
    assert!(reply.parameter("code").is_some(), "{:?}", reply.location());
}

#[test]
fn the_bank_signs_its_customer_out() {
    let (world, mut browser) = signed_in(Policy::default());
    let code = browser.get(&authorize_url(&world, &[])).parameter("code").expect("a code");
    let hint = redeem(&world, &code, &[]).1["id_token"].as_str().expect("an ID token").to_owned();
    let url = |hint: &str, home: &str| {
        let pairs = [("id_token_hint", hint), ("post_logout_redirect_uri", home), ("state", "s")];
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        format!("/i/kaku/logout?{query}")
    };
    let home = "https://ib.example.jp/";
    let forged = format!("{hint}x");
    assert_eq!(browser.get(&url(&forged, home)).location().as_deref(), Some("/i/kaku/overview"));
    assert_eq!(browser.get("/i/kaku/overview").status, 200, "nothing was ended");
    let away = browser.clone().get(&url(&hint, "https://evil.example/"));
    assert_eq!(away.location().as_deref(), Some("/i/kaku/signed_out"));
    let reply = browser.get(&url(&hint, home));
    assert_eq!(reply.location().as_deref(), Some("https://ib.example.jp/?state=s"));
    assert_eq!(browser.get("/i/kaku/overview").status, 303);
}

#[test]
fn discovery_names_what_there_is() {
    let world = World::new(Policy::default());
    let found = world.browser().get("/i/kaku/.well-known/openid-configuration");
    let found: Value = serde_json::from_str(&found.body).expect("JSON");
    assert_eq!(found["issuer"], "https://sekisho.example/i/kaku");
    for place in ["authorization", "token", "userinfo", "end_session"] {
        let url = found[format!("{place}_endpoint")].as_str().expect("an address");
        assert!(url.starts_with("https://sekisho.example/i/kaku/"), "{url}");
    }
}
