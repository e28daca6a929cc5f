//! One-time passwords after sign-in: the code that is asked at the door, the token issued by the
//! bank, the choice at sign-in.

use sekisho_app::{otp, provision};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::id::ContractId;
use sekisho_domain::policy::{EnrolPlace, Provisioning};
use sekisho_domain::token::Token;

use crate::browser::{Browser, Reply};
use crate::handset::Handset;
use crate::otp::{NUMBERS, PHONE, answered, at, in_use, policy, with_token};
use crate::world::{LOGIN, World};

// Y-12, C-07, E-15
#[test]
fn a_sign_in_asks_for_the_code_and_goes_on_as_any_other() {
    let (world, _, phone) = with_token(policy(), "yes");
    let mut browser = world.browser();
    let door = at("sign_in?return=%2Fi%2Fkaku%2Fnotices");
    let page = browser.get(&door);
    let reply = browser.fill(&door, &page, &[("login_id", LOGIN), ("password", LOGIN)]);
    let next = reply.location().expect("on to the code");
    assert_eq!(next, at("sign_in/code?return=%2Fi%2Fkaku%2Fnotices"));
    assert!(!browser.cookies.contains_key("__Host-sekisho"), "not in yet");
    assert_eq!(browser.get(&at("overview")).status, 303);

    let page = browser.get(&next);
    assert!(page.body.contains("ワンタイムパスワード認証") && page.body.contains("9QX1"));
    assert_eq!(browser.get(&next).plain(), page.plain());
    let empty = browser.fill(&next, &page, &[("otp", "12")]);
    assert!(empty.status == 422 && empty.body.contains("回数に数えていません"));
    let wrong = phone.wrong_code(&world.bank);
    let reply = browser.fill(&next, &page, &[("otp", &wrong)]);
    assert!(reply.status == 422 && reply.body.contains("あと4回"), "{}", reply.body);
    let code = phone.code(&world.bank);
    let reply = browser.fill(&next, &page, &[("otp", &code)]);
    assert_eq!(reply.location(), Some(at("notices")), "{}", reply.body);
    assert!(!browser.cookies.contains_key("__Host-sekisho-procedure"));
    assert_eq!(browser.get(&at("notices")).status, 200);
    let second = browser.fill(&next, &page, &[("otp", &code)]);
    assert_eq!(second.location(), Some(at("notices")), "a double click");

    // The code is spent; at the next sign-in the page says how long to wait (E-15).
    let mut other = world.browser();
    let reply = other.sign_in(LOGIN, LOGIN);
    assert_eq!(reply.location(), Some(at("sign_in/code")));
    let page = other.get(&at("sign_in/code"));
    let used = other.fill(&at("sign_in/code"), &page, &[("otp", &code)]);
    assert!(used.status == 422 && used.body.contains("使用済みです"), "{}", used.body);
    assert!(used.body.contains("秒"), "how long to wait");
    world.bank.advance_s(1_000);
    let page = other.get(&at("sign_in/code"));
    assert!(page.body.contains("ログインの時間が過ぎました"), "{}", page.body);
}

// E-13, RTS Art. 4
#[test]
fn a_token_that_is_locked_says_what_to_do() {
    let (world, contract, phone) = with_token(policy(), "yes");
    let mut browser = world.browser();
    browser.sign_in(LOGIN, LOGIN);
    let path = at("sign_in/code");
    let mut page = browser.get(&path);
    for _ in 0..5 {
        world.bank.advance_s(130);
        let wrong = phone.wrong_code(&world.bank);
        let reply = browser.fill(&path, &page, &[("otp", &wrong)]);
        if reply.status == 422 {
            page = reply;
        } else {
            assert!(reply.body.contains("ワンタイムパスワードをロックしました"), "{}", reply.body);
        }
    }
    let token = in_use(&world, contract).expect("a token");
    assert_eq!(token.state, CredentialState::Locked);
    let reply = world.browser().get(&at("help/token"));
    assert!(reply.status == 200 && reply.body.contains("シリアル番号はどこにありますか"));
}

// Y-09 to Y-13
#[test]
fn a_token_issued_by_mail_is_applied_for_started_and_stopped_after_sign_in() {
    let mut policy = policy();
    policy.otp.enrol_place = EnrolPlace::PostLogin;
    policy.otp.provisioning = Provisioning::BankIssue;
    let world = World::new(policy);
    let contract = world.customer(NUMBERS);
    let mut browser = world.signed_in();
    applied(&world, contract, &mut browser);

    // The app is set up; its first code starts it (Y-11).
    let phone = set_up(&world, contract);
    let form = begin(&mut browser, "activate");
    let wrong = phone.wrong_code(&world.bank);
    let reply = browser.fill(&at("otp/form"), &form, &[("otp", &wrong)]);
    assert!(reply.status == 422 && reply.body.contains("一致しませんでした"), "{}", reply.body);
    let code = phone.code(&world.bank);
    let reply = browser.fill(&at("otp/form"), &form, &[("otp", &code)]);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    assert!(browser.get(&at("otp/result")).body.contains(PHONE));
    assert!(in_use(&world, contract).is_some());

    // Overview and log name it, and the card says what it is for.
    let overview = browser.get(&at("overview")).body;
    for words in [PHONE, "お手続きのみ", "トークンの利用開始", "トークンの発行"]
    {
        assert!(overview.contains(words), "{words}");
    }
    assert!(!browser.get(&at("card/loss")).body.contains(PHONE), "no token among the cards");

    // 利用解除 (Y-13).
    world.bank.advance_s(30);
    let form = begin(&mut browser, "stop");
    let code = phone.code(&world.bank);
    browser.fill(&at("otp/form"), &form, &[("otp", &code)]);
    let reply = answered(&world, &mut browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    assert!(browser.get(&at("otp/result")).body.contains("利用を中止しました"));
    assert!(in_use(&world, contract).is_none());
    assert!(browser.get(&at("log")).body.contains("トークンの利用中止"));

    // §2.5: not again at once.
    let page = browser.get(&at("otp"));
    let reply = browser.fill(&at("otp"), &page, &[("act", "issue")]);
    assert!(reply.status == 422 && reply.body.contains("もう一度お進みください"), "{}", reply.body);
}

/// Begins a procedure after sign-in, as far as the form.
fn begin(browser: &mut Browser, act: &str) -> Reply {
    let page = browser.get(&at("otp"));
    let reply = browser.fill(&at("otp"), &page, &[("act", act)]);
    assert_eq!(reply.location(), Some(at("otp/form")), "{}", reply.body);
    browser.get(&at("otp/form"))
}

/// 申請 → トークン発行 → the card → the mail (Y-09).
fn applied(world: &World, contract: ContractId, browser: &mut Browser) {
    assert!(browser.get(&at("overview")).body.contains("href=\"/i/kaku/otp\""));
    let form = begin(browser, "issue");
    for (mail, chosen, again, words) in [
        ("hanako", "2718", "2718", "メールアドレスの形"),
        ("hanako@example.jp", "271", "271", "4桁から8桁の数字で"),
        ("hanako@example.jp", "1111", "1111", "推測されやすい"),
        ("hanako@example.jp", "1234", "1234", "推測されやすい"),
        ("hanako@example.jp", "2718", "2719", "1回目と2回目が違います"),
        ("hanako@example.jp", "2718", "", "まだ入力されていない"),
    ] {
        let typed = [("mail", mail), ("start_password", chosen), ("start_password_again", again)];
        let reply = browser.fill(&at("otp/form"), &form, &typed);
        assert!(reply.status == 422 && reply.body.contains(words), "{words}: {}", reply.body);
        assert!(chosen.len() < 4 || !reply.body.contains(&format!("\"{chosen}\"")), "not shown");
    }
    let typed = [
        ("mail", "hanako@example.jp"),
        ("start_password", "２７１８"),
        ("start_password_again", "2718"),
    ];
    let reply = browser.fill(&at("otp/form"), &form, &typed);
    assert_eq!(reply.location(), Some(at("otp/card")), "{}", reply.body);
    let reply = answered(world, browser, true);
    assert_eq!(reply.location(), Some(at("otp/result")), "{}", reply.body);
    let done = browser.get(&at("otp/result"));
    assert!(done.body.contains("ご案内のメールをお送りしました"), "{}", done.body);
    assert!(done.body.contains("ha••••@example.jp") && !done.body.contains("hanako@"));
    let issued = world.bank.run(move |tx, _| provision::issues_of(tx, contract));
    assert_eq!(issued.expect("read").len(), 1);
}

/// The app of a token that was issued, set up and not yet started.
fn set_up(world: &World, contract: ContractId) -> Handset {
    let phone = Handset::new(&world.bank, PHONE);
    let id = phone.id;
    let bound = world.bank.run(move |tx, cx| {
        let token = tx.load::<Token>(&id)?.expect("a token");
        let owner = tx.load::<Contract>(&contract)?.expect("known");
        otp::bind(tx, cx, &owner, token, true)
    });
    assert_eq!(bound.expect("bound").state, CredentialState::Pending);
    phone
}

// C-07: more is asked at once, less takes a code
#[test]
fn the_choice_at_sign_in_is_made_after_sign_in() {
    let (world, contract, phone) = with_token(policy(), "no");
    let mut browser = world.signed_in();
    let choose = |browser: &mut Browser, login: &str| {
        let page = browser.get(&at("otp"));
        browser.fill(&at("otp"), &page, &[("act", "sign_in"), ("login", login)])
    };
    let reply = choose(&mut browser, "yes");
    assert_eq!(reply.location(), Some(at("otp?note=asked")), "{}", reply.body);
    assert!(browser.get(&at("otp?note=asked")).body.contains("ログイン時の認証を変更しました"));
    assert!(!browser.get(&at("otp?note=not_asked")).body.contains("変更しました"), "only truth");
    assert!(in_use(&world, contract).expect("a token").at_sign_in);
    let reply = choose(&mut browser, "no");
    assert_eq!(reply.location(), Some(at("otp/sign_in")), "{}", reply.body);
    let page = browser.get(&at("otp/sign_in"));
    let wrong = phone.wrong_code(&world.bank);
    let reply = browser.fill(&at("otp/sign_in"), &page, &[("otp", &wrong)]);
    assert!(reply.status == 422 && reply.body.contains("一致しませんでした"), "{}", reply.body);
    assert!(in_use(&world, contract).expect("a token").at_sign_in, "asked still");
    let code = phone.code(&world.bank);
    let reply = browser.fill(&at("otp/sign_in"), &page, &[("otp", &code)]);
    assert_eq!(reply.location(), Some(at("otp?note=not_asked")), "{}", reply.body);
    assert!(!in_use(&world, contract).expect("a token").at_sign_in);
    assert!(browser.get(&at("log")).body.contains("ログイン時の認証の変更"));
}

#[test]
fn a_procedure_belongs_to_its_browser_and_its_session() {
    let (world, _, _) = with_token(policy(), "no");
    let mut browser = world.signed_in();
    let page = browser.get(&at("otp"));
    browser.fill(&at("otp"), &page, &[("act", "stop")]);
    assert_eq!(browser.get(&at("otp/form")).status, 200);
    let mut thief = world.browser();
    let key = browser.cookies["__Host-sekisho-procedure"].clone();
    thief.cookies.insert("__Host-sekisho-procedure".into(), key);
    assert!(thief.get(&at("otp/form")).body.contains("お手続きの時間が過ぎました"));
    world.signed_in();
    let replaced = browser.get(&at("otp/form"));
    assert!(replaced.body.contains("お手続きの時間が過ぎました"), "its session has ended");
    let odd = [("act", "nothing"), ("act", "sign_in"), ("act", "issue")];
    let mut browser = world.signed_in();
    for field in odd {
        let page = browser.get(&at("otp"));
        assert_eq!(browser.fill(&at("otp"), &page, &[field]).status, 422, "{field:?}");
        assert_eq!(browser.post(&at("otp"), &[field]).status, 422, "no seal");
    }
}
