//! Sign-in without a password, for whom the test says.

use super::*;

pub(super) async fn discovery(State(fake): State<Fake>) -> Json<Value> {
    let issuer = fake.issuer();
    Json(json!({ "issuer": issuer, "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"), "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/logout"), "anything_else": true }))
}

pub(super) async fn jwks(State(fake): State<Fake>) -> Json<Value> {
    let inner = fake.inner();
    let point = inner.key.as_ref().expect("a key").public_key().as_ref();
    let half = |range: std::ops::Range<usize>| URL_SAFE_NO_PAD.encode(&point[range]);
    Json(json!({ "keys": [
        { "kty": "OKP", "kid": "other", "crv": "Ed25519", "x": "AA" },
        { "kty": "EC", "kid": "k1", "crv": "P-256", "alg": "ES256",
          "x": half(1..33), "y": half(33..65) },
    ] }))
}

pub(super) async fn authorize(State(fake): State<Fake>, RawQuery(query): RawQuery) -> Response {
    let query = pairs(&query.unwrap_or_default());
    let mut inner = fake.inner();
    for (name, value) in [
        ("response_type", "code"),
        ("client_id", "cli_front"),
        ("scope", "openid contract methods"),
        ("code_challenge_method", "S256"),
        ("redirect_uri", inner.redirect_uri.as_str()),
    ] {
        assert_eq!(query[name], value, "{name}");
    }
    inner.made += 1;
    let code = format!("code{}", inner.made);
    let login_id = inner.login_id.clone();
    let bound = (query["nonce"].clone(), query["code_challenge"].clone(), login_id);
    inner.codes.insert(code.clone(), bound);
    let back = format!(
        "{}?code={code}&state={}&iss={}",
        inner.redirect_uri,
        query["state"],
        fake.issuer()
    );
    (StatusCode::SEE_OTHER, [(header::LOCATION, back)]).into_response()
}

fn client(headers: &HeaderMap) -> String {
    let line = headers[header::AUTHORIZATION].to_str().expect("ASCII");
    let pair = STANDARD.decode(line.strip_prefix("Basic ").expect("Basic")).expect("base64");
    let pair = String::from_utf8(pair).expect("UTF-8");
    let (id, secret) = pair.split_once(':').expect("two parts");
    assert_eq!(decoded(secret), format!("secret of {id}"));
    id.to_owned()
}

pub(super) async fn token_endpoint(
    State(fake): State<Fake>,
    headers: HeaderMap,
    RawForm(body): RawForm,
) -> Response {
    let client = client(&headers);
    let form = pairs(std::str::from_utf8(&body).expect("UTF-8"));
    if form["grant_type"] == "client_credentials" {
        let scope = &form["scope"];
        let due = if client == "cli_core" {
            "approvals:read approvals:consume"
        } else {
            "approvals:write"
        };
        assert_eq!(scope, due);
        let granted = json!({ "access_token": format!("sat_{client}"), "expires_in": 600,
            "token_type": "Bearer", "scope": scope });
        return Json(granted).into_response();
    }
    let mut inner = fake.inner();
    let Some((nonce, challenge, login_id)) = inner.codes.remove(&form["code"]) else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
            .into_response();
    };
    assert_eq!(form["redirect_uri"], inner.redirect_uri);
    let verifier = Sha256::digest(form["code_verifier"].as_bytes());
    assert_eq!(URL_SAFE_NO_PAD.encode(verifier), challenge, "PKCE");
    let now_s = fake.seconds.load(Ordering::SeqCst);
    let at_hash = URL_SAFE_NO_PAD.encode(&Sha256::digest(b"sat_customer")[..16]);
    let mut claims = json!({ "iss": fake.issuer(), "aud": "cli_front",
        "sub": format!("ctr_of_{login_id}"),
        "sid": "ses_1", "login_id": login_id, "iat": now_s, "exp": now_s + 300, "nonce": nonce,
        "at_hash": at_hash, "acr": "urn:sekisho:acr:1",
        "last_sign_in_at": "2026-11-18T09:12:00.000+09:00",
        "failures_since": 0, "methods": ["image_card"],
        "due": [{ "procedure": "image_card_switch", "by": "2027-04-01" }] });
    if let Some((claim, value)) = inner.twist.take() {
        claims[claim] = value;
    }
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(&json!({ "alg": "ES256", "kid": "k1" })), part(&claims));
    let key = inner.key.as_ref().expect("a key");
    let signature = key.sign(&SystemRandom::new(), signed.as_bytes()).expect("signed");
    let id_token = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature));
    Json(json!({ "id_token": id_token, "access_token": "sat_customer", "token_type": "Bearer",
        "expires_in": 300 }))
    .into_response()
}
