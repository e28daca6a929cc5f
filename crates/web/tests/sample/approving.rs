//! Approving, how it ended, the lock.

use sekisho_web::Lang;
use sekisho_web::screen::approve::{AnswerTrouble, Approve, ApproveEnded, Ending, OtherWay};
use sekisho_web::screen::challenge::Question;
use sekisho_web::screen::locked::Locked;
use sekisho_web::screen::slip::{Badge, ClockView, SlipLine, SlipView};

use super::{Screen, at, branch, image_card, matrix, show, signed_in};

const PAGE: &str = "approve/apr_01m7vncdx3e3zbpamptxnpn4sa";

pub(crate) fn add(lang: Lang, all: &mut Vec<Screen>) {
    questions(lang, all);
    endings(lang, all);
    for (name, image, unlock) in
        [("locked", true, None), ("locked-customer", false, Some("/i/kakuu/unlock"))]
    {
        let page = Locked {
            frame: signed_in(lang, "overview"),
            image,
            reference: "A-2026-1120-0417".to_owned(),
            failures: 5,
            unlock_url: unlock.map(str::to_owned),
            branch: branch(lang),
            return_url: None,
        };
        show(all, name, &page);
    }
}

/// A transfer of 85,000 yen.
pub(crate) fn slip(lang: Lang) -> SlipView {
    let ja = lang == Lang::Ja;
    let word = |japanese: &str, english: &str| if ja { japanese } else { english }.to_owned();
    let line = |label: String, parts: Vec<String>| SlipLine { label, parts, badge: None };
    let mut payee = line(
        word("振込先", "To"),
        vec![
            "カ）ミホンショウジ".to_owned(),
            word("例示銀行　駅前支店", "Reiji Bank, Ekimae branch"),
            word("普通 1234567", "Ordinary 1234567"),
        ],
    );
    payee.badge = Some((Badge::Ok, word("利用者登録の振込先", "Saved payee")));
    SlipView {
        title: word("振込", "Transfer"),
        amount: Some((word("振込金額", "Amount"), 85_000)),
        target: vec![payee],
        rest: vec![
            line(
                word("出金口座", "From"),
                vec![word("本店営業部　普通 7654321", "Head office, ordinary 7654321")],
            ),
            line(
                word("手数料", "Fee"),
                vec![word("220円（合計 85,220円）", "220 yen (85,220 in all)")],
            ),
            line(
                word("振込日", "Date"),
                vec![word("2026年11月20日（金）", "Friday 20 November 2026")],
            ),
        ],
        check_code: "7K2M-Q94D".to_owned(),
    }
}

fn questions(lang: Lang, all: &mut Vec<Screen>) {
    let page = |question, trouble| Approve {
        frame: signed_in(lang, PAGE),
        page: PAGE.to_owned(),
        slip: slip(lang),
        clock: ClockView {
            left_s: 139,
            whole_s: 180,
            until: at("2026-11-20T11:42:00+09:00"),
            extend_s: Some(180),
        },
        question,
        others: Vec::new(),
        names: false,
        extended: false,
        trouble,
    };
    let pictures = || Question::ImageCard(image_card(lang, "", &[('D', '3'), ('A', '7')]));
    let numbers = || Question::CustomerCard(matrix(2));
    show(all, "approve", &page(pictures(), None));
    show(all, "approve-numbers", &page(numbers(), None));
    let rejected = |left| Some(AnswerTrouble::Rejected { left });
    show(all, "approve-rejected", &page(pictures(), rejected(4)));
    show(all, "approve-last-try", &page(pictures(), rejected(1)));
    show(all, "approve-numbers-rejected", &page(numbers(), rejected(2)));
    for (name, trouble) in [
        ("wait", AnswerTrouble::Wait { seconds: 45 }),
        ("incomplete", AnswerTrouble::Incomplete),
        ("stale", AnswerTrouble::Stale),
    ] {
        show(all, &format!("approve-{name}"), &page(pictures(), Some(trouble)));
    }
    let mut four = page(pictures(), None);
    let places = [('A', '4'), ('E', '9'), ('C', '0'), ('B', '2')];
    four.question = Question::ImageCard(image_card(lang, "", &places));
    four.names = true;
    four.extended = true;
    four.clock.extend_s = None;
    let name =
        if lang == Lang::Ja { "ワンタイムパスワード" } else { "one-time password" };
    four.others =
        vec![OtherWay { name: name.to_owned(), url: format!("/i/kakuu/{PAGE}?method=otp") }];
    four.slip.amount = None;
    four.slip.rest = Vec::new();
    show(all, "approve-four-names", &four);
}

fn endings(lang: Lang, all: &mut Vec<Screen>) {
    let operation = slip(lang).title;
    for (name, ending) in [
        ("approved", Ending::Approved),
        ("attempts", Ending::AttemptsExhausted),
        ("declined", Ending::Declined),
        ("expired", Ending::Expired),
        ("replaced", Ending::Replaced),
        ("void", Ending::Void),
        ("cancelled", Ending::Cancelled),
        ("paused", Ending::Paused { until: at("2026-11-21T00:00:00+09:00") }),
    ] {
        let page = ApproveEnded {
            frame: signed_in(lang, PAGE),
            ending,
            operation: operation.clone(),
            check_code: "7K2M-Q94D".to_owned(),
            return_url: Some("/bank/transfers/done".to_owned()),
        };
        show(all, &format!("ended-{name}"), &page);
    }
}
