//! What customers do at sekisho itself: ordering, reporting, stopping, reading.

use sekisho_app::contract;
use sekisho_domain::contract::{Contract, ContractState, Person};
use sekisho_domain::credential::CredentialState;
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::Reason;
use sekisho_domain::time::Day;

use crate::bank::person;
use crate::browser::Browser;
use crate::world::{LOGIN, World, with_customer_cards};

fn order(browser: &mut Browser, first: &str, second: &str) -> crate::browser::Reply {
    let page = browser.get("/i/kaku/card/apply");
    let typed = [("postcode_a", first), ("postcode_b", second)];
    browser.fill("/i/kaku/card/apply", &page, &typed)
}

/// A customer whose first card is in use, at the overview.
fn at_home(policy: Policy) -> (World, Browser) {
    let world = World::new(policy);
    world.customer(&[MethodKind::CustomerCard]);
    let browser = world.signed_in();
    (world, browser)
}

// U-11, U-13, E-01
#[test]
fn an_order_is_refused_with_what_to_do_now() {
    let (_, mut browser) = at_home(with_customer_cards());
    let reply = order(&mut browser, "12", "4567");
    assert!(reply.status == 422 && reply.body.contains("3桁と4桁の数字"));
    let reply = order(&mut browser, "765", "4321");
    assert!(reply.status == 422 && reply.body.contains("お届けの住所と合いません"));
    assert_eq!(order(&mut browser, "123", "4567").status, 303);
    let form = browser.get("/i/kaku/card/apply");
    assert!(form.body.contains("11月20日（金）にお申込みをいただいています"));
    assert!(!form.body.contains("name=\"postcode_a\""), "nothing to type any more");
    let status = browser.get("/i/kaku/card/order");
    assert!(status.body.contains("カードを作成します"), "{}", status.body);
}

// E-02, E-26
#[test]
fn a_new_address_waits_before_a_card_is_posted_to_it() {
    let (world, mut browser) = at_home(with_customer_cards());
    let session = world.session(&browser);
    let institution = world.bank.institution;
    let moved =
        Person { address: vec!["架空県みほん市北一丁目1番".into()], ..person() };
    let change = world.bank.run(move |tx, cx| {
        contract::change_person(tx, cx, institution, session.contract, moved.clone())
    });
    change.expect("moved");
    let reply = order(&mut browser, "123", "4567");
    assert!(reply.status == 422 && reply.body.contains("2026年12月20日"), "{}", reply.body);
}

// U-02, U-05
#[test]
fn nothing_is_offered_before_the_campaign_starts() {
    let mut policy = with_customer_cards();
    policy.migration.start = Day::new(2026, 12, 1);
    let (_, mut browser) = at_home(policy);
    assert_eq!(browser.get("/i/kaku/card/offer").location().as_deref(), Some("/i/kaku/overview"));
    let reply = order(&mut browser, "123", "4567");
    assert!(reply.status == 422 && reply.body.contains("ただいまお申込みをお受けできません"));
}

// E-09, E-25, A-03
#[test]
fn a_photographed_card_is_dead_at_once_and_the_next_one_ordered() {
    let (world, mut browser) = at_home(Policy::default());
    let page = browser.get("/i/kaku/card/loss");
    let card = page.body.split("name=\"card\" value=\"").nth(1).expect("a card");
    let card = card.split('"').next().expect("its id").to_owned();
    let none = browser.fill("/i/kaku/card/loss", &page, &[("card", &card)]);
    assert!(none.status == 422 && none.body.contains("どうされたかをお選びください"));
    let told = [("card", card.as_str()), ("what", "photographed")];
    let reply = browser.fill("/i/kaku/card/loss", &page, &told);
    let done = browser.get(&reply.location().expect("what follows"));
    assert!(done.body.contains("お届けを受け付けました") && done.body.contains("2026年12月4日"));
    let id = card.parse().expect("an id");
    assert_eq!(world.bank.credential(id).state, CredentialState::Revoked(Reason::Photographed));
    let again = browser.fill("/i/kaku/card/loss", &page, &told);
    assert_eq!(again.status, 303, "a double click changes nothing");
}

// domain.md §2.1: one factor is enough
#[test]
fn a_stranger_with_one_factor_stops_everything() {
    for (factor, proof_is_code) in [("password", false), ("stop_code", true)] {
        let world = World::new(Policy::default());
        let id = world.customer(&[]);
        let mut open = world.signed_in();
        let mut browser = world.browser();
        let page = browser.get("/i/kaku/stop");
        let code = world.bank.platform.stop_code(id);
        let proof = if proof_is_code { code.to_ascii_lowercase() } else { LOGIN.to_owned() };
        let mut send = |login: &str, proof: &str| {
            let typed = [("login_id", login), ("factor", factor), ("proof", proof), ("sure", "1")];
            browser.fill("/i/kaku/stop", &page, &typed)
        };
        let wrong = send(LOGIN, "wrong");
        let unknown = send("99999999999", "wrong");
        assert_eq!((wrong.status, unknown.status), (422, 422));
        assert_eq!(wrong.plain().replace(LOGIN, ""), unknown.plain().replace("99999999999", ""));
        let reply = send(LOGIN, &proof);
        assert!(reply.status == 200 && reply.body.contains("利用停止を受け付けました"));
        let known = world.bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?.expect("there")));
        assert!(matches!(known.expect("read").state, ContractState::Suspended { .. }));
        assert_eq!(open.get("/i/kaku/overview").status, 303, "the session has ended");
    }
}

#[test]
fn a_password_is_changed_only_with_the_present_one() {
    let (world, mut browser) = at_home(Policy::default());
    let page = browser.get("/i/kaku/password");
    let new = "kumo-no-ue-no-osanpo";
    for (current, chosen, again, said) in [
        ("wrong", new, new, "いまのパスワードが一致しません"),
        (LOGIN, "short", "short", "8文字以上"),
        (LOGIN, "12345678", "12345678", "推測されやすい"),
        (LOGIN, new, "other", "1回目と2回目が違います"),
    ] {
        let typed = [("current", current), ("new", chosen), ("again", again)];
        let reply = browser.fill("/i/kaku/password", &page, &typed);
        assert!(reply.status == 422 && reply.body.contains(said), "{said}");
        assert!(!reply.body.contains(new), "no password comes back");
    }
    let typed = [("current", LOGIN), ("new", new), ("again", new)];
    let reply = browser.fill("/i/kaku/password", &page, &typed);
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/overview"), "{}", reply.body);
    assert_eq!(world.browser().sign_in(LOGIN, LOGIN).status, 422);
    assert_eq!(world.browser().sign_in(LOGIN, new).status, 303);
}

#[test]
fn the_log_says_what_happened_and_from_where() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    world.browser().sign_in(LOGIN, "wrong");
    let mut browser = world.browser();
    browser.headers = vec![("user-agent", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0)".into())];
    browser.sign_in(LOGIN, LOGIN);
    let log = browser.get("/i/kaku/log");
    assert!(log.body.contains("いまお使いの端末"), "{}", log.body);
    assert!(log.body.contains("わからない端末") && log.body.contains("一致しません"));
    assert!(log.body.contains("別のログインの端末（Windows）"), "the sign-in before");
    for _ in 0..12 {
        world.bank.advance_s(1);
        world.signed_in();
    }
    let mut browser = world.signed_in();
    let first = browser.get("/i/kaku/log");
    let older = first.body.split("rel=\"next\" href=\"").nth(1).expect("an older page");
    let older = browser.get(older.split('"').next().expect("an address"));
    assert!(older.status == 200 && older.body.contains("rel=\"prev\""));
    assert!(browser.get("/i/kaku/overview").body.contains("操作履歴"));
}

// domain.md §2.10: every mail again, where nobody can forge it
#[test]
fn notices_are_read_once_and_found_by_the_number_in_the_mail() {
    let (world, mut browser) = at_home(with_customer_cards());
    order(&mut browser, "123", "4567");
    assert!(browser.get("/i/kaku/overview").body.contains("未読"));
    let list = browser.get("/i/kaku/notices");
    let url = list.body.split("href=\"/i/kaku/notices/").nth(1).expect("a notice");
    let id = url.split('"').next().expect("its id").to_owned();
    let path = format!("/i/kaku/notices/{id}");
    let number = sekisho_web::mail::short_id(id.parse().expect("an id"));
    let one = browser.get(&path);
    assert!(one.status == 200 && one.body.contains(&number), "{}", one.body);
    let typed = number.to_lowercase();
    let found = browser.fill("/i/kaku/notices", &list, &[("number", &typed)]);
    assert_eq!(found.location(), Some(path.clone()));
    let none = browser.fill("/i/kaku/notices", &list, &[("number", "2222-2222")]);
    let none = browser.get(&none.location().expect("the inbox"));
    assert!(none.body.contains("この番号のお知らせはお送りしていません"));
    let other = world.bank.customer("22222222222");
    let mut stranger = world.browser();
    stranger.sign_in("22222222222", "22222222222");
    assert_eq!(stranger.get(&path).status, 404, "another customer's {}", other.contract);
}

#[test]
fn the_language_stays_as_it_was_chosen() {
    let world = World::new(Policy::default());
    let mut browser = world.browser();
    assert!(browser.get("/i/kaku/sign_in?lang=en").body.contains("<html lang=\"en\""));
    assert!(browser.get("/i/kaku/help/apply").body.contains("<html lang=\"en\""));
    assert!(browser.get("/i/kaku/environment?lang=ja").body.contains("<html lang=\"ja\""));
    assert_eq!(browser.get("/i/kaku/sign_in/trouble").status, 200);
}
