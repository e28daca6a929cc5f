//! One-time passwords before sign-in: started, exchanged and stopped in a browser, and what nobody
//! learns from it.

use sekisho_app::otp;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ApprovalId, ContractId, ProcedureId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::{AfterStop, EnrolPlace, LoginMode, Policy};
use sekisho_domain::procedure::Procedure;
use sekisho_domain::time::Day;

use crate::browser::{Browser, Reply};
use crate::handset::Handset;
use crate::world::{LOGIN, World, borrowed, with_customer_cards};

pub(crate) const PHONE: &str = "SKTS7K3M9QX1";
const NEW_PHONE: &str = "SKTS2D8VRT4H";
pub(crate) const NUMBERS: &[MethodKind] = &[MethodKind::CustomerCard];

pub(crate) fn at(page: &str) -> String {
    format!("/i/kaku/{page}")
}

/// The bank of the handbook: the customer chooses at the start what a sign-in asks for.
pub(crate) fn policy() -> Policy {
    let mut policy = with_customer_cards();
    policy.otp.login_mode = LoginMode::ChoiceDefaultOn;
    policy
}

/// 利用者認証, as far as the form.
fn identified(browser: &mut Browser, act: &str) -> Reply {
    let door = at(&format!("otp/{act}"));
    let page = browser.get(&door);
    assert_eq!(page.status, 200, "{}", page.body);
    let typed = [("login_id", "１２３４５６７８９０１"), ("password", LOGIN)];
    let reply = browser.fill(&door, &page, &typed);
    assert_eq!(reply.location(), Some(at("otp/form")), "{}", reply.body);
    browser.get(&at("otp/form"))
}

/// Which question the procedure of a browser asks.
fn asked(world: &World, browser: &Browser) -> ApprovalId {
    let key = browser.cookies["__Host-sekisho-procedure"].clone();
    let id: ProcedureId = key.split('.').next().expect("an id").parse().expect("a procedure");
    let found = world.bank.run(move |tx, _| Ok(tx.load::<Procedure>(&id)?));
    let found = found.expect("read").expect("a procedure");
    found.approval.expect("the card is asked")
}

/// Answers the card.
pub(crate) fn answered(world: &World, browser: &mut Browser, right: bool) -> Reply {
    let page = browser.get(&at("otp/card"));
    assert_eq!(page.status, 200, "{}", page.body);
    let fields = world.fields(asked(world, browser), right);
    browser.fill(&at("otp/card"), &page, &borrowed(&fields))
}

/// The whole start, before sign-in.
fn started(world: &World, phone: &Handset, login: &str) -> Reply {
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    let (serial, code) = (phone.serial(), phone.code(&world.bank));
    let typed = [("serial", &*serial), ("otp", &*code), ("login", login)];
    let reply = browser.fill(&at("otp/form"), &form, &typed);
    assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);
    let reply = answered(world, &mut browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    world.bank.advance_s(30);
    browser.get(&at("otp/result"))
}

pub(crate) fn in_use(world: &World, contract: ContractId) -> Option<Credential> {
    let found = world.bank.run(move |tx, _| {
        let desk = tx.load::<Desk>(&contract)?.expect("a desk");
        Ok(otp::in_use(tx, &desk)?)
    });
    found.expect("read")
}

/// A world with a customer who uses a token, and a card beside it.
pub(crate) fn with_token(policy: Policy, login: &str) -> (World, ContractId, Handset) {
    let world = World::new(policy);
    let contract = world.customer(NUMBERS);
    let phone = Handset::new(&world.bank, PHONE);
    started(&world, &phone, login);
    (world, contract, phone)
}

// A-02, C-09: the block of the sign-in page, where the bank starts tokens before sign-in
#[test]
fn the_sign_in_page_leads_to_the_procedures_only_where_the_bank_has_them_there() {
    let world = World::new(policy());
    let page = world.browser().get(&at("sign_in"));
    for act in ["start", "exchange", "stop"] {
        assert!(page.body.contains(&format!("href=\"/i/kaku/otp/{act}\"")), "{act}");
        assert_eq!(world.browser().get(&at(&format!("otp/{act}"))).status, 200, "{act}");
    }
    let mut inside = policy();
    inside.otp.enrol_place = EnrolPlace::PostLogin;
    let mut without = policy();
    for rule in &mut without.txn.ops {
        rule.methods.retain(|method| !method.is_otp());
    }
    for policy in [inside, without] {
        let world = World::new(policy);
        assert!(!world.browser().get(&at("sign_in")).body.contains("/otp/start"));
        assert_eq!(world.browser().get(&at("otp/start")).status, 404);
    }
    assert_eq!(world.browser().get(&at("otp/issue")).status, 404, "not at the door");
}

// T-06, T-07, T-16
#[test]
fn a_token_is_started_before_sign_in_with_serial_code_and_card() {
    let mut policy = policy();
    policy.migration.mandatory_date = Day::new(2027, 4, 1);
    let world = World::new(policy);
    let contract = world.customer(NUMBERS);
    let phone = Handset::new(&world.bank, PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    for words in ["2027年4月1日", "トークンをご用意されていない場合はこちら", "認証しない"]
    {
        assert!(form.body.contains(words), "{words}");
    }
    assert!(form.body.contains("<li aria-current=\"step\">ワンタイムパスワードの登録</li>"));
    assert!(!browser.cookies.contains_key("__Host-sekisho"), "nobody is signed in by this");

    // Typed as people type: small letters, a blank, full-width digits.
    let wide = |digit: char| char::from_u32(digit as u32 + 0xfee0).expect("full width");
    let code: String = phone.code(&world.bank).chars().map(wide).collect();
    let typed = [("serial", "skts 7k3m9qx1"), ("otp", &*code), ("login", "yes")];
    let reply = browser.fill(&at("otp/form"), &form, &typed);
    assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);

    // The card: a reload shows the same question, and another browser none.
    let page = browser.get(&at("otp/card"));
    assert!(page.body.contains("お客様カードの(1)、(2)の列"), "{}", page.body);
    assert_eq!(browser.get(&at("otp/card")).plain(), page.plain(), "a reload is identical");
    assert!(world.browser().get(&at("otp/card")).body.contains("お手続きの時間が過ぎました"));
    let reply = answered(&world, &mut browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    let done = browser.get(&at("otp/result"));
    assert!(done.body.contains("ワンタイムパスワードの利用をはじめました"), "{}", done.body);
    assert!(done.body.contains(PHONE) && done.body.contains("大切に保管"));
    assert_eq!(browser.get(&at("otp/result")).plain(), done.plain());
    let token = in_use(&world, contract).expect("a token");
    assert!(token.at_sign_in && token.state == CredentialState::Active);
}

// §4.7, E-10: unknown contract and wrong password are one refusal, with the words of the sign-in
#[test]
fn a_stranger_learns_nothing_at_the_door() {
    let world = World::new(policy());
    world.customer(NUMBERS);
    let refused = |login_id: &str, password: &str| {
        let mut browser = world.browser();
        let page = browser.get(&at("otp/start"));
        let typed = [("login_id", login_id), ("password", password)];
        let reply = browser.fill(&at("otp/start"), &page, &typed);
        assert_eq!(reply.status, 422, "{}", reply.body);
        assert!(!browser.cookies.contains_key("__Host-sekisho-procedure"));
        reply.plain().replace(login_id, "")
    };
    let unknown = refused("99999999999", "wrong");
    assert!(unknown.contains("契約者IDまたはパスワードが一致しません"));
    assert_eq!(refused(LOGIN, "wrong"), unknown);
    assert_eq!(refused("hanako", "wrong"), unknown, "no login id at all");
    let mut browser = world.browser();
    let page = browser.get(&at("otp/start"));
    assert_eq!(browser.fill(&at("otp/start"), &page, &[("login_id", LOGIN)]).status, 422);
    assert_eq!(browser.post(&at("otp/start"), &[("login_id", LOGIN)]).status, 422, "no seal");
}

// §4.7: serial, code and card are one verdict; nobody learns which was wrong
#[test]
fn what_was_wrong_is_not_told() {
    let refused = |serial: &str, right_code: bool, right_card: bool| {
        let world = World::new(policy());
        let contract = world.customer(NUMBERS);
        let phone = Handset::new(&world.bank, PHONE);
        let mut browser = world.browser();
        let form = identified(&mut browser, "start");
        let code = if right_code { phone.code(&world.bank) } else { phone.wrong_code(&world.bank) };
        let typed = [("serial", serial), ("otp", &*code), ("login", "yes")];
        let reply = browser.fill(&at("otp/form"), &form, &typed);
        assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);
        let reply = answered(&world, &mut browser, right_card);
        assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);
        assert!(in_use(&world, contract).is_none());
        browser.get(&at("otp/card")).plain()
    };
    let card = refused(PHONE, true, false);
    assert!(card.contains("ご入力の内容が一致しませんでした"), "{card}");
    assert_eq!(refused(NEW_PHONE, true, true), card, "unknown serial");
    assert_eq!(refused(PHONE, false, true), card, "wrong code");
    assert_eq!(refused(PHONE, false, false), card, "everything");
}

// E-23: back button, double click, forms left open
#[test]
fn a_second_click_the_back_button_and_a_stale_form_are_harmless() {
    let world = World::new(policy());
    let contract = world.customer(NUMBERS);
    let phone = Handset::new(&world.bank, PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    let code = phone.code(&world.bank);
    let typed = [("serial", PHONE), ("otp", &*code), ("login", "no")];

    // Nothing typed is nothing judged; a form of another procedure is stale.
    let empty = browser.fill(&at("otp/form"), &form, &[("serial", PHONE)]);
    assert!(empty.status == 422 && empty.body.contains("まだ入力されていない"), "{}", empty.body);
    assert!(empty.body.contains(PHONE), "what was typed stands there still");
    let mut other = browser.clone();
    let older = identified(&mut other, "start");
    let stale = browser.fill(&at("otp/form"), &older, &typed);
    assert_eq!(stale.location(), Some(at("otp/form?note=stale")));

    let first = browser.fill(&at("otp/form"), &form, &typed);
    let second = browser.fill(&at("otp/form"), &form, &typed);
    assert_eq!(first.location(), second.location(), "{}", second.body);
    assert_eq!(browser.get(&at("otp/form")).location(), Some(at("otp/card")), "back leads on");
    let card = browser.get(&at("otp/card"));
    let fields = world.fields(asked(&world, &browser), true);
    let nothing = browser.fill(&at("otp/card"), &card, &[]);
    assert_eq!(nothing.location(), Some(at("otp/card?note=incomplete")));
    let stale = browser.fill(&at("otp/card"), &form, &borrowed(&fields));
    assert_eq!(stale.location(), Some(at("otp/card?note=stale")));
    let first = browser.fill(&at("otp/card"), &card, &borrowed(&fields));
    let second = browser.fill(&at("otp/card"), &card, &borrowed(&fields));
    assert_eq!(first.location(), Some(at("otp/result")));
    assert_eq!(second.location(), first.location());
    assert_eq!(browser.get(&at("otp/form")).location(), Some(at("otp/result")));
    let token = in_use(&world, contract).expect("a token");
    assert!(!token.at_sign_in, "as chosen");
}

#[test]
fn what_has_taken_too_long_says_so_and_changes_nothing() {
    let world = World::new(policy());
    world.customer(NUMBERS);
    let phone = Handset::new(&world.bank, PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    let code = phone.code(&world.bank);
    let typed = [("serial", PHONE), ("otp", &*code), ("login", "no")];
    browser.fill(&at("otp/form"), &form, &typed);
    world.bank.advance_s(1_000);
    for page in ["otp/form", "otp/card"] {
        assert_eq!(browser.get(&at(page)).location(), Some(at("otp/result")), "{page}");
    }
    let over = browser.get(&at("otp/result"));
    assert!(over.body.contains("お手続きの時間が過ぎました"), "{}", over.body);
    assert!(over.body.contains("href=\"/i/kaku/otp/start\""), "the way to begin again");
    for page in ["otp/form", "otp/card", "otp/result"] {
        let body = world.browser().get(&at(page)).body;
        assert!(body.contains("お手続きの時間が過ぎました"), "{page} in a browser without any");
    }
}

// WCAG 2.2.1
#[test]
fn the_time_for_the_card_can_be_made_longer() {
    let world = World::new(policy());
    let contract = world.customer(NUMBERS);
    let phone = Handset::new(&world.bank, PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    let code = phone.code(&world.bank);
    browser.fill(&at("otp/form"), &form, &[("serial", PHONE), ("otp", &code), ("login", "no")]);
    world.bank.advance_s(150);
    let page = browser.get(&at("otp/card"));
    let stale = browser.post(&at("otp/card/extension"), &[]);
    assert_eq!(stale.location(), Some(at("otp/card?note=stale")));
    let reply = browser.fill(&at("otp/card/extension"), &page, &[]);
    assert_eq!(reply.location(), Some(at("otp/card?note=extended")), "{}", reply.body);
    assert!(browser.get(&at("otp/card?note=extended")).body.contains("時間をのばしました"));
    world.bank.advance_s(100);
    answered(&world, &mut browser, true);
    assert!(in_use(&world, contract).is_some());
    let late = browser.fill(&at("otp/card/extension"), &page, &[]);
    assert_eq!(late.location(), Some(at("otp/result")));
}

#[test]
fn the_pictures_of_a_question_before_sign_in_are_shown_to_whoever_was_asked() {
    let world = World::new(policy());
    world.customer(&[MethodKind::ImageCard]);
    let phone = Handset::new(&world.bank, PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "start");
    let code = phone.code(&world.bank);
    let typed = [("serial", PHONE), ("otp", &*code), ("login", "no")];
    browser.fill(&at("otp/form"), &form, &typed);
    let page = browser.get(&at("otp/card"));
    assert_eq!(page.body.matches("<fieldset class=\"panel\"").count(), 4, "four cells (§4.9)");
    let url = page.body.split("src=\"/i/kaku/pictures/").nth(1).expect("a picture");
    let url = at(&format!("pictures/{}", url.split('"').next().expect("an address")));
    assert_eq!(browser.get(&url).status, 200);
    assert_eq!(world.browser().get(&url).status, 404, "not without its cookie");
    let reply = answered(&world, &mut browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    assert_eq!(browser.get(&url).status, 404, "dead with the question");
}

// T-10 to T-13
#[test]
fn a_token_is_exchanged_with_the_codes_of_both() {
    let (world, contract, old) = with_token(policy(), "no");
    let new = Handset::new(&world.bank, NEW_PHONE);
    let mut browser = world.browser();
    let form = identified(&mut browser, "exchange");
    assert!(form.body.contains("9QX1") && form.body.contains("消さないでください"));
    let (old_code, code) = (old.code(&world.bank), new.code(&world.bank));
    let typed = [("old_otp", &*old_code), ("serial", NEW_PHONE), ("otp", &*code)];
    let reply = browser.fill(&at("otp/form"), &form, &typed);
    assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);
    let reply = answered(&world, &mut browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    let done = browser.get(&at("otp/result"));
    assert!(done.body.contains("新しいトークンに交換しました") && done.body.contains(NEW_PHONE));
    assert_eq!(in_use(&world, contract).expect("a token").printed(), NEW_PHONE);
}

// T-08, T-09, C-15
#[test]
fn after_the_stop_the_page_says_what_approves_now() {
    for (after, words) in [
        (AfterStop::None, "お使いになれる認証方法がありません"),
        (AfterStop::FallbackCard, "お手元のカードをお使いください"),
    ] {
        let mut policy = policy();
        policy.otp.after_stop = after;
        let (world, contract, phone) = with_token(policy, "no");
        let mut browser = world.browser();
        let form = identified(&mut browser, "stop");
        let code = phone.code(&world.bank);
        browser.fill(&at("otp/form"), &form, &[("otp", &code)]);
        let reply = answered(&world, &mut browser, true);
        assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
        let done = browser.get(&at("otp/result"));
        assert!(done.body.contains(words), "{}", done.body);
        assert!(in_use(&world, contract).is_none());
        let mut browser = world.browser();
        let form = identified(&mut browser, "stop");
        assert!(form.body.contains("いまはお受けできません"), "nothing is left to stop");
    }
}

// What was done before sign-in is not taken for the reader's own.
#[test]
fn the_log_does_not_say_that_it_was_this_browser() {
    let (world, _, _) = with_token(policy(), "no");
    let log = world.signed_in().get(&at("log")).body;
    let row = |what: &str| {
        let rows = log.split("<tr>").find(|row| row.contains(&format!("\"what\">{what}")));
        rows.unwrap_or_else(|| panic!("no line about {what}: {log}")).to_owned()
    };
    assert!(row("ログイン").contains("いまお使いの端末"));
    for what in ["トークンの利用開始", "お取引の認証"] {
        let row = row(what);
        assert!(!row.contains("端末（") && !row.contains("いまお使いの端末"), "{row}");
    }
}

#[test]
fn every_page_speaks_english_too() {
    let (world, _, phone) = with_token(policy(), "no");
    let mut browser = world.browser();
    browser.cookies.insert("__Host-sekisho-lang".into(), "en".into());
    let form = identified(&mut browser, "stop");
    assert!(form.body.contains("The number shown now by the token whose serial ends in 9QX1"));
    let code = phone.code(&world.bank);
    browser.fill(&at("otp/form"), &form, &[("otp", &code)]);
    assert!(browser.get(&at("otp/card")).body.contains("Numbers of your customer card"));
    answered(&world, &mut browser, true);
    assert!(browser.get(&at("otp/result")).body.contains("One-time passwords are stopped"));
}
