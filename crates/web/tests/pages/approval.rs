//! The approval page: drawn once, shown alike, answered once.

use sekisho_domain::approval::{EndReason, Stage};
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Day;

use crate::browser::Browser;
use crate::world::{RETURN_URL, World, borrowed};

const IMAGE: &[MethodKind] = &[MethodKind::ImageCard];

/// A world with an approval whose link was opened.
fn opened(policy: Policy, cards: &[MethodKind]) -> (World, Browser, ApprovalId, String) {
    let world = World::new(policy);
    let contract = world.customer(cards);
    let mut browser = world.signed_in();
    let id = world.request(Some(&world.session(&browser)), contract);
    let reply = browser.get(&world.link(id));
    assert_eq!(reply.status, 303, "{}", reply.body);
    (world, browser, id, format!("/i/kaku/approve/{id}"))
}

// house.md §5: draws on GET, a reload is identical, and nothing but a look spends cells
#[test]
fn a_reload_is_identical_and_a_prefetch_draws_nothing() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    for (name, value) in [("sec-purpose", "prefetch;prerender"), ("purpose", "prefetch")] {
        browser.headers = vec![(name, value.into())];
        assert_eq!(browser.get(&path).status, 503);
        assert!(world.bank.approval(id).challenge().is_none(), "{name} draws nothing");
    }
    browser.headers.clear();
    assert_eq!(browser.head(&path).status, 503);
    assert!(world.bank.approval(id).challenge().is_none(), "nobody looks at a head");
    let first = browser.get(&path);
    assert_eq!(first.status, 200, "{}", first.body);
    for _ in 0..3 {
        assert_eq!(browser.get(&path).plain(), first.plain());
    }
    assert_eq!(
        first.body.matches("data-m=\"ro\"").count(),
        first.body.matches("data-m=\"i\"").count()
    );
}

// api.md §4.2, §9
#[test]
fn the_link_opens_once_and_only_where_the_customer_signed_in() {
    let world = World::new(Policy::default());
    let contract = world.customer(IMAGE);
    let mut browser = world.signed_in();
    let id = world.request(Some(&world.session(&browser)), contract);
    let link = world.link(id);
    assert_eq!(world.browser().get(&link).status, 410, "another browser");
    assert_eq!(browser.get(&format!("/i/kaku/approve/{id}")).status, 404, "without the ticket");
    let forged = link.replace("ticket=", "ticket=x");
    assert_eq!(browser.get(&forged).status, 404);
    assert_eq!(browser.get(&link).status, 303);
    let again = browser.get(&link);
    assert_eq!(again.status, 410);
    assert!(again.body.contains("この画面は開けません"));
    assert_eq!(browser.get(&format!("/i/kaku/approve/{id}")).status, 200, "the page stays open");
    let other = world.request(Some(&world.session(&browser)), contract);
    world.bank.advance_s(121);
    assert_eq!(browser.get(&world.link(other)).status, 410, "two minutes are over");
}

// E-22, RTS Art. 4: a retry shows the same question and does not say which part was wrong
#[test]
fn a_wrong_answer_is_counted_once_however_often_the_page_is_reloaded() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    let page = browser.get(&path);
    let fields = world.fields(id, false);
    let reply = browser.fill(&path, &page, &borrowed(&fields));
    assert_eq!(reply.location(), Some(path.clone()), "a reload of what follows sends nothing");
    let shown = browser.get(&path);
    assert!(shown.body.contains("選ばれた絵がカードと一致しませんでした"));
    assert_eq!(browser.get(&path).plain(), shown.plain());
    assert_eq!(world.bank.approval(id).challenge().map(|asked| asked.wrong), Some(1));
    let empty = browser.fill(&path, &shown, &[]);
    assert_eq!(empty.location(), Some(format!("{path}?note=incomplete")));
    assert_eq!(
        world.bank.approval(id).challenge().map(|asked| asked.wrong),
        Some(1),
        "not counted"
    );
}

// E-23: back button, double click
#[test]
fn a_second_click_leads_to_the_same_place_and_counts_nothing() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    let page = browser.get(&path);
    let fields = world.fields(id, true);
    let first = browser.fill(&path, &page, &borrowed(&fields));
    let second = browser.fill(&path, &page, &borrowed(&fields));
    assert_eq!(first.location(), second.location());
    assert!(first.location().expect("back").starts_with(RETURN_URL));
    let shown = browser.get(&path);
    assert!(shown.status == 200 && shown.body.contains("お取引を認証しました"));
    assert!(!shown.body.contains("class=\"pic\""), "the question is gone");
}

#[test]
fn the_customer_can_decline_and_take_more_time() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    let page = browser.get(&path);
    let reply = browser.fill(&format!("{path}/extension"), &page, &[]);
    let longer = browser.get(&reply.location().expect("the page"));
    assert!(longer.body.contains("時間をのばしました"));
    browser.fill(&format!("{path}/cancellation"), &page, &[]);
    let Stage::Ended { reason, .. } = world.bank.approval(id).stage else { panic!("it ended") };
    assert_eq!(reason, EndReason::Declined);
    let ended = browser.get(&path);
    assert_eq!(ended.status, 410);
    assert!(ended.body.contains("振込をやめました") && ended.body.contains(RETURN_URL));
    for late in ["extension", "cancellation"] {
        let reply = browser.fill(&format!("{path}/{late}"), &page, &[]);
        assert_eq!(reply.location(), Some(path.clone()), "{late}: the page says how it ended");
    }
}

// E-07: judged at the answer by server clock
#[test]
fn the_mandatory_date_passes_between_question_and_answer() {
    let mut policy = crate::world::with_customer_cards();
    policy.migration.mandatory_date = Day::new(2026, 11, 21);
    let world = World::new(policy);
    let contract = world.customer(&[MethodKind::CustomerCard]);
    world.bank.advance_s(12 * 3600 - 60);
    let mut browser = world.signed_in();
    let id = world.request(Some(&world.session(&browser)), contract);
    browser.get(&world.link(id));
    let path = format!("/i/kaku/approve/{id}");
    let page = browser.get(&path);
    assert!(page.body.contains("確認用パスワード"), "{}", page.body);
    let fields = world.fields(id, true);
    world.bank.advance_s(61);
    let reply = browser.fill(&path, &page, &borrowed(&fields));
    assert_eq!(reply.location(), Some(path.clone()));
    assert_eq!(browser.get(&path).status, 410);
    let Stage::Ended { reason, .. } = world.bank.approval(id).stage else { panic!("it ended") };
    assert_eq!(reason, EndReason::MethodRetired);
}

#[test]
fn an_answer_to_another_question_is_not_judged() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    let page = browser.get(&path);
    let fields = world.fields(id, false);
    let foreign = page.csrf().replace("chl_", "chl_0");
    let mut all = borrowed(&fields);
    all.push(("csrf", &foreign));
    let reply = browser.post(&path, &all);
    assert_eq!(reply.location(), Some(format!("{path}?note=stale")));
    assert_eq!(world.bank.approval(id).challenge().map(|asked| asked.wrong), Some(0));
}

#[test]
fn pictures_live_as_long_as_their_question_and_tell_nothing() {
    let (world, mut browser, id, path) = opened(Policy::default(), IMAGE);
    let page = browser.get(&path);
    let url = page.body.split("src=\"/i/kaku/pictures/").nth(1).expect("a picture");
    let url = format!("/i/kaku/pictures/{}", url.split('"').next().expect("an address"));
    let picture = browser.get(&url);
    assert_eq!((picture.status, picture.header("content-type")), (200, "image/svg+xml"));
    assert_eq!(picture.header("cache-control"), "no-store");
    assert!(picture.header("content-security-policy").contains("sandbox"));
    assert_eq!(picture.header("etag"), "");
    assert_eq!(world.browser().get(&url).status, 404, "not without the session");
    let fields = world.fields(id, true);
    browser.fill(&path, &page, &borrowed(&fields));
    assert_eq!(browser.get(&url).status, 404, "dead with the question");
}

#[test]
fn a_bank_without_our_sign_in_is_let_in_by_the_link_alone() {
    let mut policy = Policy::default();
    policy.approval.without_session = true;
    let world = World::new(policy);
    let contract = world.customer(IMAGE);
    let id = world.request(None, contract);
    let mut browser = world.browser();
    let path = format!("/i/kaku/approve/{id}");
    assert_eq!(browser.get(&world.link(id)).location(), Some(path.clone()));
    let page = browser.get(&path);
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(world.browser().get(&path).status, 404);
    let fields = world.fields(id, true);
    let reply = browser.fill(&path, &page, &borrowed(&fields));
    assert!(reply.location().expect("back").starts_with(RETURN_URL), "{}", reply.body);
}
