//! Forms: only ours, only for the visitor they were made for, with headers that keep others out.

use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::Policy;

use crate::world::World;

#[test]
fn a_changed_hidden_field_is_not_taken() {
    let world = World::new(Policy::default());
    world.customer(&[MethodKind::ImageCard]);
    let mut browser = world.signed_in();
    let page = browser.get("/i/kaku/stop");
    let right = page.csrf();
    let flipped = if right.starts_with('A') { "B" } else { "A" };
    let mut other = world.browser();
    let of_other = other.get("/i/kaku/stop").csrf();
    for csrf in ["", "x", &format!("{flipped}{}", &right[1..]), &of_other] {
        let reply = browser.post("/i/kaku/stop", &[("sure", "1"), ("csrf", csrf)]);
        assert_eq!(reply.status, 422, "{csrf}");
        assert!(reply.body.contains("時間がたったため"), "{csrf}");
    }
    assert_eq!(browser.get("/i/kaku/overview").status, 200, "nothing was stopped");
    assert_eq!(browser.fill("/i/kaku/stop", &page, &[("sure", "1")]).status, 200);
    assert_eq!(browser.get("/i/kaku/overview").status, 303);
}

#[test]
fn a_form_from_elsewhere_is_not_read() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let mut browser = world.signed_in();
    let page = browser.get("/i/kaku/display");
    for (name, value, status) in [
        ("origin", "https://evil.example", 403),
        ("origin", "null", 403),
        ("sec-fetch-site", "cross-site", 403),
        ("sec-fetch-site", "same-site", 403),
        ("origin", "https://sekisho.example", 303),
        ("sec-fetch-site", "same-origin", 303),
    ] {
        browser.headers = vec![(name, value.into())];
        let reply = browser.fill("/i/kaku/display", &page, &[("text_size", "large")]);
        assert_eq!(reply.status, status, "{name}: {value}");
    }
    browser.headers.clear();
    assert!(browser.get("/i/kaku/display").body.contains("data-text=\"large\""));
}

#[test]
fn pages_allow_nothing_foreign_but_the_way_back_to_the_bank() {
    let world = World::new(Policy::default());
    let mut browser = world.browser();
    let page = browser.get("/i/kaku/sign_in");
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; \
         form-action 'self' https://ib.example.jp; base-uri 'none'; frame-ancestors 'none'"
    );
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
    ] {
        assert_eq!(page.header(name), value, "{name}");
    }
    assert!(!page.body.contains(" style=") && !page.body.contains("<script>"));
}

#[test]
fn what_is_not_there_says_so_on_a_page() {
    let world = World::new(Policy::default());
    world.customer(&[]);
    let mut browser = world.signed_in();
    for path in [
        "/i/kaku/nothing",
        "/i/kaku/help/nothing",
        "/i/kaku/notices/ntc_01m7vn4b00etcr1e7m6r9w98qr",
        "/i/kaku/card/loss/crd_01m7vn4b00etcr1e7m6r9w98qr",
    ] {
        let reply = browser.get(path);
        assert_eq!(reply.status, 404, "{path}");
        assert!(reply.body.contains("架空信用金庫"), "{path}");
    }
    let foreign = browser.get("/i/nobody/overview");
    assert_eq!(foreign.status, 404);
    assert!(foreign.body.contains("<h1"));
    assert_eq!(browser.get("/i/kaku/approve/apr_01m7vn4b00etcr1e7m6r9w98qr").status, 404);
}

// api.md §1.1, house.md §1.5: an object of another institution answers exactly as a missing one
#[test]
fn another_institution_knows_nobody_here() {
    let world = World::new(Policy::default());
    let contract = world.customer(&[MethodKind::ImageCard]);
    let platform = &world.bank.platform;
    let ours = platform.institution(world.bank.institution).expect("ours");
    let mut moment_seed = sekisho_domain::moment::Chance::from_seed([1; 32]);
    let mut moment = sekisho_domain::moment::Moment::new(world.bank.now(), &mut moment_seed);
    let mut theirs = (*ours).clone();
    theirs.id = sekisho_domain::id::InstitutionId::make(&mut moment);
    theirs.slug = "mihon".into();
    platform.replace(vec![(*ours).clone(), theirs]);
    let mut browser = world.signed_in();
    assert_eq!(browser.get("/i/kaku/overview").status, 200);
    let reply = browser.get("/i/mihon/overview");
    assert!(reply.location().expect("to sign-in").starts_with("/i/mihon/sign_in"));
    let id = world.request(Some(&world.session(&browser)), contract);
    let link = world.link(id);
    let foreign = browser.get(&link.replace("/kaku/", "/mihon/"));
    let other = "apr_01m7vncdx3e3zbpamptxnpn4sa";
    let missing = browser.get(&link.replace(&id.to_string(), other).replace("/kaku/", "/mihon/"));
    assert_eq!((foreign.status, missing.status), (404, 404));
    assert_eq!(foreign.plain().replace(&id.to_string(), other), missing.plain());
    assert_eq!(browser.get(&link).status, 303, "and the link still opens where it belongs");
    assert_eq!(browser.get(&format!("/i/mihon/approve/{id}")).status, 404);
    let page = browser.get("/i/mihon/sign_in");
    let typed = [("login_id", "12345678901"), ("password", "12345678901")];
    assert_eq!(browser.fill("/i/mihon/sign_in", &page, &typed).status, 422);
}

#[test]
fn too_much_is_not_read() {
    let world = World::new(Policy::default());
    let mut browser = world.browser();
    let page = browser.get("/i/kaku/sign_in");
    let long = "9".repeat(20_000);
    let reply = browser.fill("/i/kaku/sign_in", &page, &[("login_id", &long), ("password", "x")]);
    assert_eq!(reply.status, 413);
}

#[test]
fn assets_brand_and_problem_pages_need_nobody() {
    let world = World::new(Policy::default());
    let mut browser = world.browser();
    let page = browser.get("/i/kaku/sign_in");
    let asset = page.body.split("href=\"/assets/").nth(1).expect("a style sheet");
    let asset = format!("/assets/{}", asset.split('"').next().expect("an address"));
    assert!(browser.get(&asset).header("cache-control").contains("immutable"));
    assert!(browser.get("/i/kaku/brand.css").body.contains("#0f5e57"));
    assert_eq!(browser.get("/assets/base.css").status, 404, "only under its hashed name");
    assert_eq!(browser.get("/assets/pictures/cloud.svg").header("content-type"), "image/svg+xml");
    assert!(browser.get("/problems/not_found?lang=en").body.contains("not_found"));
}
