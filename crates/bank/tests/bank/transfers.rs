//! A customer's transfer, all the way: sign-in, form, approval, consumption, booking - exactly
//! once, whatever gets lost, clicked twice or stopped in between.

use crate::world::{
    World,
    browser::{Browser, Page},
};

const ORDINARY: &str = "1234567";
const SAVINGS: &str = "0456789";
const TARO: &str = "7654321";
const HANAKO_ID: &str = "10000000001";
const TARO_ID: &str = "10000000002";

const NEW_PAYEE: [(&str, &str); 5] = [
    ("payee", "new"),
    ("place", "9997-205"),
    ("kind", "1"),
    ("number", "７６５ー０００１"),
    ("name", "れいじ　さくら"),
];

/// Fills in the form up to the confirmation page.
fn confirmation(browser: &mut Browser, amount: &str) -> Page {
    let form = browser.get("/transfers/new?payee=new");
    let mut fields = NEW_PAYEE.to_vec();
    fields.extend([("from", "4"), ("amount", amount), ("date", "2026-11-20")]);
    let page = browser.submit("/transfers/check", &form, &fields);
    page.says("内容の確認").says("レイジ サクラ").says("例示銀行 港支店");
    page
}

/// Confirms and returns the address of sekisho's page.
fn asked(browser: &mut Browser, amount: &str) -> String {
    let page = confirmation(browser, amount);
    let url = browser.submit("/transfers", &page, &[]).to();
    assert!(url.contains("/approve/apr_"), "{url}");
    url
}

#[test]
fn a_transfer_is_approved_at_sekisho_and_booked_once() {
    let world = World::new("happy");
    let mut browser = world.signed_in(HANAKO_ID);
    browser
        .get("/menu")
        .says("画像認証カードへ切り替えてください")
        .says("2027年4月1日")
        .says("9:12");
    let before_yen = world.balance_yen(ORDINARY);
    let url = asked(&mut browser, "５０，０００");
    assert_eq!(world.balance_yen(ORDINARY), before_yen, "asking moves nothing");
    let result = browser.get(&world.fake.settle(&url, "approved", "")).to();
    browser.get(&result).says("お手続きが完了しました").says("IB-20261120-000001");
    assert_eq!(world.balance_yen(ORDINARY), before_yen - 50_385, "amount and fee");
    browser.get("/accounts/4/statement").says("振込 レイジ サクラ").says("振込手数料");
    browser.get("/accounts/4/statement?page=2").says("新しい明細").says("新規");
    browser.get("/transfers").says("IB-20261120-000001").says("完了");
    assert_eq!(world.fake.counts(), (1, 1));
}

#[test]
fn lost_replies_and_double_clicks_at_every_step_book_once() {
    let world = World::new("lost");
    let mut browser = world.signed_in(HANAKO_ID);
    let mut due_yen = world.balance_yen(ORDINARY);
    for (endpoint, times) in
        [("ask", 1), ("ask", 3), ("look", 2), ("look", 3), ("consume", 1), ("consume", 3)]
    {
        let page = confirmation(&mut browser, "1000");
        world.fake.lose(endpoint, if endpoint == "ask" { times } else { 0 });
        // Two clicks at the same moment, from the same page.
        let mut second = browser.twin();
        let (first, second) = std::thread::scope(|scope| {
            let twin = scope.spawn(|| second.submit("/transfers", &page, &[]).to());
            (browser.submit("/transfers", &page, &[]).to(), twin.join().expect("the twin's reply"))
        });
        let mut url = [first, second].into_iter().find(|url| url.contains("/approve/"));
        let history = browser.get("/transfers");
        let number = history.body.split("/transfers/IB-").nth(1).and_then(|rest| rest.get(..15));
        let result = format!("/transfers/IB-{}", number.expect("the newest draft"));
        if url.is_none() {
            // No reply came: the draft stands, and asking again gives the same approval.
            let page = browser.get(&result);
            page.says("まだお取引を受け付けていません");
            url = Some(browser.submit(&format!("{result}/ask"), &page, &[]).to());
        }
        let back = world.fake.settle(&url.expect("an approval page"), "approved", "");
        world.fake.lose(endpoint, if endpoint == "ask" { 0 } else { times });
        let mut second = browser.twin();
        std::thread::scope(|scope| {
            scope.spawn(|| second.get(&back).to());
            browser.get(&back).to();
        });
        for _ in 0..2 {
            browser.get(&result);
        }
        browser.get(&result).says("お手続きが完了しました");
        due_yen -= 1220;
        assert_eq!(world.balance_yen(ORDINARY), due_yen, "{endpoint} lost {times} times");
    }
    assert_eq!(world.fake.counts(), (6, 6));
}

#[test]
fn a_stop_between_consumption_and_booking_is_made_good_at_the_next_start() {
    for keys_forgotten in [false, true] {
        let mut world = World::new(&format!("stop-{keys_forgotten}"));
        let mut browser = world.signed_in(HANAKO_ID);
        let before_yen = world.balance_yen(ORDINARY);
        let url = asked(&mut browser, "2000");
        let back = world.fake.settle(&url, "approved", "");
        // sekisho consumes, but no reply arrives until the bank is stopped.
        world.fake.lose("consume", u32::MAX);
        let result = browser.get(&back).to();
        browser.get(&result).says("ただいまお手続きを進めています");
        browser.get("/accounts").says("お引出し可能額");
        world.stop();
        assert_eq!(world.balance_yen(ORDINARY), before_yen, "not booked yet");
        assert_eq!(world.fake.counts(), (1, 1), "but consumed");
        world.fake.lose("consume", 0);
        if keys_forgotten {
            world.fake.forget_keys();
        }
        world.start();
        let mut browser = browser.at(&world.url);
        browser.get(&result).says("お手続きが完了しました");
        assert_eq!(world.balance_yen(ORDINARY), before_yen - 2220);
        assert_eq!(world.fake.counts(), (1, 1));
    }
}

#[test]
fn a_customer_who_never_comes_back_after_approving_is_served_all_the_same() {
    let mut world = World::new("away");
    let mut browser = world.signed_in(HANAKO_ID);
    let before_yen = world.balance_yen(ORDINARY);
    let url = asked(&mut browser, "3000");
    world.fake.settle(&url, "approved", "");
    world.stop();
    world.start();
    let mut browser = browser.at(&world.url);
    browser.get("/transfers/IB-20261120-000001").says("お手続きが完了しました");
    assert_eq!(world.balance_yen(ORDINARY), before_yen - 3220);
}

#[test]
fn every_other_end_moves_nothing_and_says_so() {
    let world = World::new("ends");
    let mut browser = world.signed_in(HANAKO_ID);
    let before_yen = world.balance_yen(ORDINARY);
    for (state, reason, words) in [
        ("refused", "attempts_exhausted", "お客さまの認証ができませんでした"),
        ("refused", "declined", "お取引を取りやめました"),
        ("refused", "locked", "認証手段をロックしました"),
        ("expired", "not_answered", "時間が過ぎたため"),
        ("void", "session_ended", "お取引を取りやめました"),
        ("cancelled", "other", "お取引を取りやめました"),
        ("challenged", "", "お客さまの認証がまだ済んでいません"),
        ("something_new", "", "お客さまの認証がまだ済んでいません"),
    ] {
        let url = asked(&mut browser, "1000");
        let result = browser.get(&world.fake.settle(&url, state, reason)).to();
        let page = browser.get(&result);
        page.says(words);
        assert!(!page.body.contains("完了しました"), "{state}");
        if state == "challenged" {
            page.says(url.split('?').next().expect("an address"));
            assert!(!page.body.contains("ticket="), "an opened page has spent its ticket");
            let cancelled = browser.submit(&format!("{result}/cancellation"), &page, &[]).to();
            browser.get(&cancelled).says("お取引を取りやめました");
            assert_eq!(world.fake.state_of(&url), "cancelled");
        }
    }
    world.fake.offer_no_method_next("limit_reached", "使える認証手段がありません。");
    let page = confirmation(&mut browser, "1000");
    let result = browser.submit("/transfers", &page, &[]).to();
    browser.get(&result).says("カードで認証できる1日の金額を超えました");

    world.fake.offer_no_method_next("none_enrolled", "画像認証カードへの切替えが必要です。");
    let page = confirmation(&mut browser, "1000");
    let result = browser.submit("/transfers", &page, &[]).to();
    browser
        .get(&result)
        .says("画像認証カードへの切替えが必要です。")
        .says("カード・認証の手続きへ");
    assert_eq!(world.balance_yen(ORDINARY), before_yen);
    assert_eq!(world.fake.counts().1, 0);
}

#[test]
fn the_way_back_is_never_believed() {
    let world = World::new("forged");
    let mut browser = world.signed_in(HANAKO_ID);
    let before_yen = world.balance_yen(ORDINARY);
    let url = asked(&mut browser, "1000");
    let back = world.fake.settle(&url, "requested", "");
    // Coming back says nothing about the outcome.
    let result = browser.get(&back).to();
    browser.get(&result).says("お客さまの認証がまだ済んでいません").says("ticket=");
    for forged in [
        back.replace("&state=", "&state=x"),
        back.replace("apr_", "apr_1"),
        back.replace("/i/kaku", "/i/mihon"),
    ] {
        assert_eq!(browser.get(&forged).status, 404, "{forged}");
    }
    assert_eq!(world.balance_yen(ORDINARY), before_yen);
}

#[test]
fn money_that_is_being_sent_cannot_be_sent_twice() {
    let world = World::new("balance");
    let mut browser = world.signed_in(TARO_ID);
    let own = [
        ("payee", "new"),
        ("place", "9996-001"),
        ("kind", "1"),
        ("number", "0000001"),
        ("name", "ア"),
    ];
    let urls = [0, 1].map(|_| {
        let form = browser.get("/transfers/new?payee=new");
        let mut fields = own.to_vec();
        fields.extend([("from", "6"), ("amount", "60000"), ("date", "2026-11-20")]);
        let page = browser.submit("/transfers/check", &form, &fields);
        browser.submit("/transfers", &page, &[]).to()
    });
    let results = urls.map(|url| browser.get(&world.fake.settle(&url, "approved", "")).to());
    browser.get(&results[0]).says("お手続きが完了しました");
    browser.get(&results[1]).says("口座の残高が足りなくなりました");
    assert_eq!(world.balance_yen(TARO), 80_000 - 60_385);
    assert_eq!(world.fake.counts(), (2, 1), "the second was not even consumed");
}

#[test]
fn many_ways_back_at_once_with_a_tight_balance_book_once() {
    let world = World::new("tight");
    let mut browser = world.signed_in(TARO_ID);
    let form = browser.get("/transfers/new?payee=new");
    let mut fields = NEW_PAYEE.to_vec();
    fields.extend([("from", "6"), ("amount", "79000"), ("date", "2026-11-20")]);
    let page = browser.submit("/transfers/check", &form, &fields);
    let url = browser.submit("/transfers", &page, &[]).to();
    let back = world.fake.settle(&url, "approved", "");
    std::thread::scope(|scope| {
        for _ in 0..8 {
            let (mut twin, back) = (browser.twin(), &back);
            scope.spawn(move || twin.get(back).to());
        }
    });
    let result = browser.get(&back).to();
    browser.get(&result).says("お手続きが完了しました");
    assert_eq!(world.balance_yen(TARO), 80_000 - 79_385);
    assert_eq!(world.fake.counts(), (1, 1));
}

#[test]
fn the_daily_limit_holds_over_transfers_asked_side_by_side() {
    let world = World::new("limit");
    let mut browser = world.signed_in(HANAKO_ID);
    let urls = [(); 2].map(|()| {
        let form = browser.get("/transfers/new?payee=new");
        let mut fields = NEW_PAYEE.to_vec();
        fields.extend([("from", "5"), ("amount", "600000"), ("date", "2026-11-20")]);
        let page = browser.submit("/transfers/check", &form, &fields);
        browser.submit("/transfers", &page, &[]).to()
    });
    let results = urls.map(|url| browser.get(&world.fake.settle(&url, "approved", "")).to());
    browser.get(&results[0]).says("お手続きが完了しました");
    browser.get(&results[1]).says("1日の限度額を超えました");
    assert_eq!(world.balance_yen(SAVINGS), 1_500_000 - 600_385);
    assert_eq!(world.fake.counts(), (2, 1));
}

#[test]
fn money_moves_between_own_accounts_and_within_the_bank() {
    let world = World::new("own");
    let mut browser = world.signed_in(HANAKO_ID);
    let (ordinary_yen, savings_yen) = (world.balance_yen(ORDINARY), world.balance_yen(SAVINGS));
    let form = browser.get("/own-transfers/new");
    let fields = [("from", "4"), ("to", "5"), ("amount", "7000"), ("date", "2026-11-20")];
    let page = browser.submit("/own-transfers/check", &form, &fields);
    let url = browser.submit("/own-transfers", page.says("かかりません"), &[]).to();
    let result = browser.get(&world.fake.settle(&url, "approved", "")).to();
    browser.get(&result).says("お手続きが完了しました");
    assert_eq!(world.balance_yen(ORDINARY), ordinary_yen - 7000);
    assert_eq!(world.balance_yen(SAVINGS), savings_yen + 7000);

    // Payee 2 of the list is 関所 太郎, at another branch of this bank.
    let list = browser.get("/transfers/new");
    let row = list.body.split("セキシヨ タロウ").nth(1).expect("in the list");
    let id = row.split("payee=").nth(1).and_then(|rest| rest.split('"').next()).expect("an id");
    let form = browser.get(&format!("/transfers/new?payee={id}"));
    let fields = [("from", "4"), ("amount", "500"), ("date", "2026-11-20")];
    let page = browser.submit("/transfers/check", &form, &fields);
    let url = browser.submit("/transfers", &page, &[]).to();
    browser.get(&world.fake.settle(&url, "approved", ""));
    assert_eq!(world.balance_yen(ORDINARY), ordinary_yen - 7610);
    assert_eq!(world.balance_yen(TARO), 80_500);
}

#[test]
fn what_cannot_be_sent_is_said_before_it_is_asked() {
    let world = World::new("checks");
    let mut browser = world.signed_in(HANAKO_ID);
    let mut fields = NEW_PAYEE.to_vec();
    fields.extend([("from", "4"), ("amount", "1000"), ("date", "2026-11-20")]);
    for (field, typed, words) in [
        ("amount", "", "金額を1円以上"),
        ("amount", "900000", "口座の残高が足りません"),
        ("from", "6", "お引出しの口座をお選びください"),
        ("date", "2026-11-21", "本日をお選びください"),
        ("place", "9997-999", "金融機関と支店を"),
        ("number", "123", "7桁の数字で"),
        ("name", "例示 桜", "カナ・英数字で"),
        ("payee", "999", "お振込先"),
    ] {
        let form = browser.get("/transfers/new?payee=new");
        let mut wrong = fields.clone();
        wrong.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = typed);
        let page = browser.submit("/transfers/check", &form, &wrong);
        if field == "payee" {
            assert_eq!(page.to(), "/transfers/new");
        } else {
            page.says(words).says("エラー：");
        }
    }
    let form = browser.get("/transfers/new?payee=new");
    let from_savings = [("from", "5"), ("amount", "1000001")];
    let mut over: Vec<_> = fields.clone();
    over.retain(|(name, _)| *name != "from" && *name != "amount");
    over.extend(from_savings);
    browser.submit("/transfers/check", &form, &over).says("1日の振込限度額を超えます");
    for (place, number, name, words) in [
        ("9998-012", "0000009", "ア", "当金庫に見当たりません"),
        ("9998-012", "7654321", "セキショ ジロウ", "口座の名義と合いません"),
        ("9998-001", "1234567", "カクウ ハナコ", "「振替」をご利用ください"),
    ] {
        let form = browser.get("/payees/new");
        let typed = [("place", place), ("kind", "1"), ("number", number), ("name", name)];
        browser.submit("/payees", &form, &typed).says(words);
    }
    assert_eq!(world.fake.counts(), (0, 0));
}

#[test]
fn payees_are_kept_and_deleted() {
    let world = World::new("payees");
    let mut browser = world.signed_in(TARO_ID);
    browser.get("/payees").says("登録した振込先はまだありません");
    let form = browser.get("/payees/new");
    assert_eq!(browser.submit("/payees", &form, &NEW_PAYEE[1..]).to(), "/payees");
    let list = browser.get("/payees");
    list.says("レイジ サクラ").says("例示銀行 港支店").says("普通 7650001");
    let id = list
        .body
        .split("/deletion")
        .next()
        .and_then(|start| start.rsplit('/').next())
        .expect("an id");
    let question = browser.get(&format!("/payees/{id}/deletion"));
    let stranger = world.signed_in(HANAKO_ID).get(&format!("/payees/{id}/deletion")).status;
    assert_eq!(stranger, 404, "another customer's payee");
    assert_eq!(browser.submit(&format!("/payees/{id}/deletion"), &question, &[]).to(), "/payees");
    browser.get("/payees").says("登録した振込先はまだありません");
}

#[test]
fn only_the_customer_and_only_our_forms_get_in() {
    let world = World::new("doors");
    let mut hanako = world.signed_in(HANAKO_ID);
    let url = asked(&mut hanako, "1000");
    let result = hanako.get(&world.fake.settle(&url, "requested", "")).to();
    let mut taro = world.signed_in(TARO_ID);
    assert_eq!(taro.get(&result).status, 404);
    assert_eq!(taro.get("/accounts/4/statement").status, 404);
    for odd in
        ["/accounts/x/statement", "/accounts/4/statement?page=x", "/transfers/return?state=x"]
    {
        assert_eq!(hanako.get(odd).says("この画面は開けません").status, 404, "{odd}");
    }
    let page = hanako.get(&result);
    let cancellation = format!("{result}/cancellation");
    assert_eq!(taro.submit(&cancellation, &page, &[]).status, 403, "another session's form");
    assert_eq!(hanako.post(&cancellation, &[]).status, 403, "no seal");
    assert_eq!(world.browser().get(&result).to(), "/?again=1");
    assert!(
        page.policy.contains("default-src 'none'")
            && page.policy.contains("frame-ancestors 'none'")
    );
    assert_eq!(world.fake.state_of(&url), "requested");
}
