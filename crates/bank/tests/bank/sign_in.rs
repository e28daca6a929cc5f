//! Signing in and out: one browser, one session, nothing believed that was not asked for.

use serde_json::json;

use crate::world::World;

const HANAKO_ID: &str = "10000000001";

#[test]
fn a_sign_in_belongs_to_one_browser_and_ends_when_idle() {
    let world = World::new("sign-in");
    world.fake.next_sign_in(HANAKO_ID);
    // Another browser cannot finish what this one began, nor can a forged way back.
    let mut browser = world.browser();
    let to_sekisho = browser.post("/sign-in", &[]).to();
    let back = browser.get(&to_sekisho).to();
    assert_eq!(world.browser().get(&back).status, 400);
    assert_eq!(browser.get(&back.replace("iss=", "iss=x")).status, 400);
    assert_eq!(browser.get(&back.replace("state=", "state=x")).status, 400);
    assert_eq!(browser.get(&back).to(), "/menu");
    assert_eq!(browser.get(&back).to(), "/menu", "a reload finds the session open");
    for (claim, value) in
        [("nonce", json!("x")), ("aud", json!("cli_x")), ("exp", json!(1)), ("at_hash", json!("x"))]
    {
        let mut browser = world.browser();
        let to_sekisho = browser.post("/sign-in", &[]).to();
        let back = browser.get(&to_sekisho).to();
        world.fake.twist(claim, value);
        browser.get(&back).says("ログインを完了できませんでした");
        assert_eq!(browser.get("/menu").to(), "/?again=1", "{claim}");
    }
    // The contract stays the customer's when the login id changes.
    world.fake.twist("login_id", json!("20000000009"));
    let mut renamed = world.signed_in(HANAKO_ID);
    renamed.get("/menu").says("架空 花子");
    // A contract that belongs to nobody here.
    let mut unknown = world.browser();
    world.fake.next_sign_in("30000000000");
    let to_sekisho = unknown.post("/sign-in", &[]).to();
    let back = unknown.get(&to_sekisho).to();
    assert_eq!(unknown.get(&back).status, 403);
    let declined = back.replace("code=", "error=access_denied&x=");
    let mut declining = world.browser();
    let to_sekisho = declining.post("/sign-in", &[]).to();
    let fresh = declining.get(&to_sekisho).to();
    let state = fresh.split("state=").nth(1).expect("a state");
    let declined =
        format!("{}&state={state}", declined.split("&state=").next().expect("an address"));
    declining.get(&declined).says("ログインを取りやめました");

    world.wait_s(9 * 60);
    browser.get("/menu").says("架空 花子");
    world.wait_s(10 * 60 + 1);
    assert_eq!(browser.get("/menu").to(), "/?again=1");
    browser.get("/?again=1").says("もう一度ログインしてください");
}

#[test]
fn signing_out_ends_the_session_here_and_at_sekisho_and_the_language_stays() {
    let world = World::new("sign-out");
    let mut browser = world.signed_in(HANAKO_ID);
    assert_eq!(browser.get("/menu?lang=en").to(), "/menu");
    let menu = browser.get("/menu");
    menu.says("Between my accounts").says("<html lang=\"en\"");
    let to = browser.submit("/sign-out", &menu, &[]).to();
    assert!(to.starts_with(&format!("{}/logout?id_token_hint=", world.fake.issuer())), "{to}");
    assert!(to.contains("post_logout_redirect_uri="), "{to}");
    assert_eq!(browser.get("/menu").to(), "/?again=1");
    browser.get("/signed-out").says("You have signed out");
    browser.forget_cookies();
    browser.get("/signed-out").says("ログアウトしました");
}
