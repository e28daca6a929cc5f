//! Mode self: the app makes itself known, and is a token that is bound to nothing (C-10, T-06).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::otp::{self, Shown};
use sekisho_app::tx::Tx;
use sekisho_domain::id::{RegistrationId, TokenId};
use sekisho_domain::provision::{Registration, RegistrationState};
use sekisho_domain::token::{Token, TokenKind, TokenState};

use super::app::{App, code, confirm};
use crate::support::{Call, Scene, Told};

fn registration(scene: &Scene, offer: &Told) -> Registration {
    let id: RegistrationId = offer.text("/registration").parse().expect("an id");
    scene.run(move |tx: &mut Tx, _| Ok(tx.load::<Registration>(&id)?)).expect("kept")
}

// C-10, T-01
#[tokio::test]
async fn an_app_becomes_a_token_whose_codes_are_right() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let offer = app.register(&scene).await;
    assert_eq!(offer.text("/suite"), "P256-HKDF256-1");
    assert_eq!(offer.json["otp"]["algorithm"], "SHA-256");
    assert_eq!(
        (&offer.json["otp"]["digits"], &offer.json["otp"]["period_s"]),
        (&6.into(), &30.into())
    );
    assert_eq!(offer.json["attestation"]["required"], false);
    assert!(offer.text("/serial").starts_with("SKTS"));
    assert!(offer.text("/clock") < offer.text("/expires_at"));
    let agreed = app.derive(&offer, "");
    let told = confirm(&offer, "confirm", &agreed.app_mac()).send(&scene.router).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(told.text("/server_mac"), URL_SAFE_NO_PAD.encode(agreed.server_mac()));
    assert_eq!(told.text("/serial"), offer.text("/serial"));
    let kept = registration(&scene, &offer);
    assert_eq!((kept.state, kept.sealed.is_none()), (RegistrationState::Confirmed, true));
    assert_eq!(scene.events("token.registered"), 1);

    let id: TokenId = told.text("/token").parse().expect("an id");
    let (token, shown) = scene.run(move |tx, cx| {
        let token = tx.load::<Token>(&id)?.expect("there");
        let found = otp::by_serial(tx, token.institution, &token.serial)?.expect("named");
        assert_eq!(found.id, id);
        let right = code(&agreed, 30, cx.now());
        Ok((token.clone(), otp::show(tx, cx, token, &right)?))
    });
    assert_eq!((token.kind, token.state), (TokenKind::App, TokenState::Usable));
    assert!(token.bound.is_empty() && token.device_key.is_some());
    assert_eq!(shown, Shown::Right);
}

// Three wrong proofs, and what was derived is erased.
#[tokio::test]
async fn three_wrong_proofs_end_a_registration() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let offer = app.register(&scene).await;
    for (nth, left) in [2, 1, 0].into_iter().enumerate() {
        let key = format!("wrong{nth}");
        let told = confirm(&offer, &key, &[7; 32]).send(&scene.router).await;
        assert_eq!(told.verdict(), "422 start_refused");
        assert_eq!(told.json["tries_left"], left);
    }
    let kept = registration(&scene, &offer);
    assert_eq!((kept.state, kept.sealed.is_none()), (RegistrationState::Dead, true));
    let right = app.derive(&offer, "").app_mac();
    let told = confirm(&offer, "right", &right).send(&scene.router).await;
    assert_eq!(told.verdict(), "404 not_found");
    assert_eq!(scene.events("token.registered"), 0);
}

#[tokio::test]
async fn two_wrong_proofs_do_not() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let offer = app.register(&scene).await;
    for key in ["first", "second"] {
        confirm(&offer, key, &[7; 32]).send(&scene.router).await;
    }
    let right = app.derive(&offer, "").app_mac();
    assert_eq!(confirm(&offer, "right", &right).send(&scene.router).await.status, 200);
}

// §6.3: a registration confirms once; the same key gets the same reply while it lives.
#[tokio::test]
async fn what_is_asked_twice_is_done_once() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let offer = app.register(&scene).await;
    let again = app.register(&scene).await;
    assert_eq!((&again.text, again.header("idempotency-replayed")), (&offer.text, Some("true")));

    for replayed in [None, Some("true")] {
        let told = confirm(&offer, "wrong", &[7; 32]).send(&scene.router).await;
        assert_eq!(
            (told.json["tries_left"].as_u64(), told.verdict()),
            (Some(2), "422 start_refused".into())
        );
        assert_eq!(told.header("idempotency-replayed"), replayed);
    }
    let right = app.derive(&offer, "").app_mac();
    let reused = confirm(&offer, "wrong", &right).send(&scene.router).await;
    assert_eq!(reused.verdict(), "422 idempotency_key_reused");

    let first = confirm(&offer, "right", &right).send(&scene.router).await;
    let second = confirm(&offer, "right", &right).send(&scene.router).await;
    assert_eq!((first.status, second.status), (200, 200));
    assert_eq!(second.text, first.text);
    assert_eq!(scene.events("token.registered"), 1);
    let other = confirm(&offer, "other", &right).send(&scene.router).await;
    assert_eq!(other.verdict(), "404 not_found");
    scene.pass(600);
    let late = confirm(&offer, "right", &right).send(&scene.router).await;
    assert_eq!(late.verdict(), "404 not_found");
}

#[tokio::test]
async fn a_registration_lives_ten_minutes() {
    let scene = Scene::new().await;
    let (early, late) = (App::new(1), App::new(2));
    let offers = [early.register(&scene).await, late.register(&scene).await];
    scene.pass(599);
    let right = early.derive(&offers[0], "").app_mac();
    assert_eq!(confirm(&offers[0], "early", &right).send(&scene.router).await.status, 200);
    scene.pass(1);
    let right = late.derive(&offers[1], "").app_mac();
    let told = confirm(&offers[1], "late", &right).send(&scene.router).await;
    assert_eq!(told.verdict(), "404 not_found");
    let swept = scene.run(|tx, cx| sekisho_app::provision::sweep_registrations(tx, cx, 100));
    assert_eq!(swept, 2);
}

// E-20: another institution's registration is as good as none.
#[tokio::test]
async fn another_institution_does_not_confirm_it() {
    let scene = Scene::new().await;
    let app = App::new(1);
    let offer = app.register(&scene).await;
    let right = URL_SAFE_NO_PAD.encode(app.derive(&offer, "").app_mac());
    let body = serde_json::json!({ "app_mac": right });
    for slug in ["betsu", "nobody"] {
        let id = offer.text("/registration");
        let path = format!("/i/{slug}/app/v1/registrations/{id}/confirmation");
        let told = Call::post(path, slug, &body).send(&scene.router).await;
        assert_eq!(told.verdict(), "404 not_found", "{slug}");
    }
}

// E-13
#[tokio::test]
async fn the_clock_is_told_to_anybody() {
    let scene = Scene::new().await;
    let told = Call::get("/i/kaku/app/v1/clock").send(&scene.router).await;
    assert_eq!((told.status, told.text("/clock").len()), (200, 29));
    assert_eq!(told.header("access-control-allow-origin"), None);
    assert_eq!(told.header("cache-control"), Some("no-store"));
}
