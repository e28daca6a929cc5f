//! From the initial password to an approved transfer, page by page.

use sekisho_app::contract;
use sekisho_domain::approval::Stage;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::method::MethodKind;

use crate::oidc::authorize_url;
use crate::world::{RETURN_URL, World, borrowed, with_customer_cards};

// U-07 to U-25, K-11 to K-15, E-05, T-16, domain.md §2.2
#[test]
fn the_main_job_is_done_in_a_browser() {
    let world = World::new(with_customer_cards());
    let contract = world.newcomer("letter-7Q2M");
    let old = world.post_card(contract, MethodKind::CustomerCard);
    world.bank.put_in_use(old);
    let mut browser = world.browser();

    // The bank sends its customer to us; the printed password opens only the page that changes it.
    let reply = browser.get(&authorize_url(&world, &[]));
    let door = reply.location().expect("to sign-in");
    let page = browser.get(&door);
    assert!(page.body.contains("ログイン"));
    let typed = "１２３－４５６７－８９０１";
    let reply = browser.fill(&door, &page, &[("login_id", typed), ("password", "letter-7Q2M")]);
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/password"), "{}", reply.body);
    assert_eq!(browser.get("/i/kaku/overview").location().as_deref(), Some("/i/kaku/password"));
    let page = browser.get("/i/kaku/password");
    let new = "kumo-no-ue-no-osanpo";
    let reply = browser.fill("/i/kaku/password", &page, &[("new", new), ("again", new)]);
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/card/offer"), "{}", reply.body);

    // The offer comes once, and leads to the form (U-07, U-10).
    let offer = browser.get("/i/kaku/card/offer");
    assert!(offer.body.contains("/i/kaku/card/apply"));
    assert!(offer.body.contains("/i/kaku/authorize?"), "later leads on to the bank");
    assert!(browser.get("/i/kaku/card/offer").location().is_some(), "not twice in a session");
    let form = browser.get("/i/kaku/card/apply");
    let typed = [("postcode_a", "１２３"), ("postcode_b", "4567")];
    let reply = browser.fill("/i/kaku/card/apply", &form, &typed);
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/card/applied"), "{}", reply.body);
    let applied = browser.get("/i/kaku/card/applied");
    assert!(applied.body.contains("2026年12月4日") && applied.body.contains("2026年12月11日"));
    assert!(applied.body.contains("/i/kaku/authorize?"), "onward leads back to the bank");

    // Printed and posted; the customer switches with both cards.
    let card = world.post_card(contract, MethodKind::ImageCard);
    let page = browser.get("/i/kaku/card/switch");
    let id = page.csrf().split_once('.').expect("about a switch").1.parse().expect("an approval");
    assert_eq!(browser.get("/i/kaku/card/switch").plain(), page.plain(), "a reload is identical");
    let mut fields = world.fields(id, true);
    fields.push(("read".into(), "1".into()));
    let reply = browser.fill("/i/kaku/card/switch", &page, &borrowed(&fields));
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/card/switched"), "{}", reply.body);
    let done = browser.get("/i/kaku/card/switched");
    assert!(done.body.contains(&world.bank.credential(card).printed()));
    assert_eq!(world.bank.credential(old).state, CredentialState::Superseded);

    // Back to the bank with a code, and there a transfer is approved with the new card.
    let reply = browser.get(&authorize_url(&world, &[]));
    assert!(reply.parameter("code").is_some(), "{:?}", reply.location());
    let session = world.session(&browser);
    let id = world.request(Some(&session), contract);
    let reply = browser.get(&world.link(id));
    assert_eq!(reply.location(), Some(format!("/i/kaku/approve/{id}")), "{}", reply.body);
    let page = browser.get(&format!("/i/kaku/approve/{id}"));
    assert!(page.body.contains("50,000"), "the operation stands beside the question");
    let fields = world.fields(id, true);
    let reply = browser.fill(&format!("/i/kaku/approve/{id}"), &page, &borrowed(&fields));
    let back = reply.location().expect("back to the bank");
    let iss = "https%3A%2F%2Fsekisho.example%2Fi%2Fkaku";
    assert_eq!(back, format!("{RETURN_URL}?approval={id}&state=b8Jr0&iss={iss}"));
    assert!(matches!(world.bank.approval(id).stage, Stage::Approved(_)));
}

// E-04, E-09
#[test]
fn a_code_is_offered_in_place_of_an_old_card_that_cannot_be_read() {
    let world = World::new(with_customer_cards());
    let contract = world.customer(&[MethodKind::CustomerCard]);
    let mut browser = world.signed_in();
    let form = browser.get("/i/kaku/card/apply");
    let typed = [("postcode_a", "123"), ("postcode_b", "4567")];
    browser.fill("/i/kaku/card/apply", &form, &typed);
    world.post_card(contract, MethodKind::ImageCard);
    let (path, by_code) = ("/i/kaku/card/switch", "/i/kaku/card/switch?proof=code");
    let link = format!("<a href=\"{by_code}\">");
    for path in [path, by_code] {
        let page = browser.get(path);
        assert!(!page.body.contains(&link) && !page.body.contains("activation_code"), "{path}");
    }
    let institution = world.bank.institution;
    let told = world.bank.run(move |tx, cx| {
        let code = contract::tell_activation_code(tx, cx, institution, contract)?;
        Ok(code.expose().clone())
    });
    assert!(browser.get(path).body.contains(&link), "there is a code now");
    let page = browser.get(by_code);
    assert!(page.body.contains("name=\"activation_code\"") && !page.body.contains(&link));
    let about = |page: &str| page.split_once('.').expect("about a switch").1.to_owned();
    let id = about(&page.csrf());
    assert_eq!(about(&browser.get(path).csrf()), id, "the choice stays over a reload");
    let id = id.parse().expect("an approval");
    let mut fields = world.fields(id, true);
    fields.push(("read".into(), "1".into()));
    fields.push(("activation_code".into(), told.expect("issued")));
    let reply = browser.fill(by_code, &page, &borrowed(&fields));
    assert_eq!(reply.location().as_deref(), Some("/i/kaku/card/switched"), "{}", reply.body);
}
