//! Signing in: one answer to every stranger, and no way to anywhere else.

use sekisho_app::contract;
use sekisho_domain::contract::Contract;
use sekisho_domain::password::Verifier;
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::{Reason, ReportedBy};

use crate::world::{LOGIN, OLD, World};

/// The page a stranger gets, without the id that was typed.
fn answer(world: &World, login_id: &str, password: &str) -> String {
    let mut browser = world.browser();
    let reply = browser.sign_in(login_id, password);
    assert_eq!(reply.status, 422);
    assert!(!browser.cookies.contains_key("__Host-sekisho"));
    reply.plain().replace(login_id, "")
}

// api.md §9, house.md §1.8: what strangers may not learn is one refusal
#[test]
fn every_stranger_gets_the_same_page() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let unknown = answer(&world, "99999999999", "wrong");
    assert!(unknown.contains("契約者IDまたはパスワードが一致しません"));
    assert_eq!(answer(&world, LOGIN, "wrong"), unknown, "wrong password");
    assert_eq!(answer(&world, "hanako", "wrong"), unknown, "no login id at all");
    for _ in 0..12 {
        world.bank.advance_s(700);
        answer(&world, LOGIN, "wrong");
    }
    assert_eq!(answer(&world, LOGIN, LOGIN), unknown, "locked");
    let world = World::new(Policy::default());
    let id = world.customer(&[]);
    let institution = world.bank.institution;
    let (reason, by) = (Reason::Fraud, ReportedBy::Staff);
    let stopped =
        world.bank.run(move |tx, cx| contract::suspend(tx, cx, institution, id, reason, by));
    stopped.expect("suspended");
    assert_eq!(answer(&world, LOGIN, LOGIN), unknown, "suspended");
}

#[test]
fn a_return_address_leads_nowhere_else() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    for (back, wanted) in [
        ("/i/kaku/notices", "/i/kaku/notices"),
        ("/i/kaku/log?from=3", "/i/kaku/log?from=3"),
        ("https://evil.example/", "/i/kaku/card/offer"),
        ("//evil.example/i/kaku/", "/i/kaku/card/offer"),
        ("/\\evil.example", "/i/kaku/card/offer"),
        ("/i/kaku//evil.example", "/i/kaku/card/offer"),
        ("/i/kaku/../../evil", "/i/kaku/card/offer"),
        ("/i/kaku/%2e%2e/%2e%2e/x", "/i/kaku/card/offer"),
        ("/i/other/overview", "/i/kaku/card/offer"),
        ("/i/kaku/\r\nset-cookie:x", "/i/kaku/card/offer"),
        ("javascript:alert(1)", "/i/kaku/card/offer"),
    ] {
        let mut browser = world.browser();
        let query =
            form_urlencoded::Serializer::new(String::new()).append_pair("return", back).finish();
        let path = format!("/i/kaku/sign_in?{query}");
        let page = browser.get(&path);
        let typed = [("login_id", LOGIN), ("password", LOGIN)];
        let reply = browser.fill(&path, &page, &typed);
        assert_eq!(reply.location().as_deref(), Some(wanted), "{back}");
    }
}

#[test]
fn a_changed_cookie_is_nobody() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let browser = world.signed_in();
    assert_eq!(browser.clone().get("/i/kaku/overview").status, 200);
    let cookie = browser.cookies["__Host-sekisho"].clone();
    let (id, secret) = cookie.split_once('.').expect("id and secret");
    let flipped = if secret.starts_with('A') { "B" } else { "A" };
    for changed in [
        format!("{id}.{flipped}{}", &secret[1..]),
        format!("{id}.{}", &secret[1..]),
        format!("{id}."),
        format!("ses_01m7vn4b00etcr1e7m6r9w98qr.{secret}"),
        secret.to_owned(),
        String::new(),
    ] {
        let mut thief = browser.clone();
        thief.cookies.insert("__Host-sekisho".into(), changed.clone());
        let reply = thief.get("/i/kaku/overview");
        let to = reply.location().expect("to sign-in");
        assert!(to.starts_with("/i/kaku/sign_in?return="), "{changed}: {to}");
    }
}

#[test]
fn a_newer_session_ends_the_older_one_and_idleness_ends_all() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let mut first = world.signed_in();
    let mut second = world.signed_in();
    assert_eq!(first.get("/i/kaku/overview").status, 303);
    world.bank.advance_s(500);
    assert_eq!(second.get("/i/kaku/overview").status, 200, "use keeps it alive");
    world.bank.advance_s(500);
    assert_eq!(second.get("/i/kaku/overview").status, 200);
    world.bank.advance_s(601);
    let reply = second.get("/i/kaku/overview");
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/signed_out?by_time=1"));
    assert!(!second.cookies.contains_key("__Host-sekisho"));
    assert!(second.get("/i/kaku/signed_out?by_time=1").body.contains("しばらく操作がなかったため"));
}

#[test]
fn signing_out_ends_the_session_itself() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let mut browser = world.signed_in();
    let thief = browser.clone();
    let page = browser.get("/i/kaku/display");
    let reply = browser.fill("/i/kaku/sign_out", &page, &[]);
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/signed_out"));
    assert!(!browser.cookies.contains_key("__Host-sekisho"));
    assert_eq!(thief.clone().get("/i/kaku/overview").status, 303, "a copied cookie is dead");
}

// §2.2
#[test]
fn a_verifier_of_older_strength_is_replaced_at_a_right_sign_in() {
    let world = World::new(Policy::default());
    let id = world.customer(&[]);
    let kept = || {
        let read = world.bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?.expect("a contract")));
        read.expect("read").password.verifier.expect("a password").phc
    };
    let old = format!("{OLD}{LOGIN}");
    let verifier = Verifier { phc: old.clone(), key: 1 };
    world
        .bank
        .run(move |tx, cx| {
            let contract = tx.load::<Contract>(&id)?.expect("a contract");
            Ok(cx.save(tx, contract.choose_password(verifier.clone()))?)
        })
        .expect("chosen long ago");
    answer(&world, LOGIN, "wrong");
    assert_eq!(kept(), old, "whoever knows no password changes nothing");
    world.bank.advance_s(700);
    world.signed_in();
    assert_eq!(kept(), format!("$test${LOGIN}"));
    world.signed_in();
    assert_eq!(kept(), format!("$test${LOGIN}"), "the password is the same");
}
