//! Loss, stop, log, notices.

use sekisho_web::Lang;
use sekisho_web::screen::log::Log;
use sekisho_web::screen::loss::{Loss, LossCard, LossDone, LossKind, LossTrouble};
use sekisho_web::screen::notices::{NoticeLine, NoticePage, Notices};
use sekisho_web::screen::stop::{Stop, StopFactor, StopTrouble, Stopped};

use super::{Screen, address, at, cards, day, frame, show, signed_in};

pub(crate) fn add(lang: Lang, all: &mut Vec<Screen>) {
    loss(lang, all);
    stop(lang, all);
    log(lang, all);
    notices(lang, all);
}

fn loss(lang: Lang, all: &mut Vec<Screen>) {
    let card = |image| LossCard {
        id: "crd_01m7vncdx3e3zbpamptxnpn4sa".to_owned(),
        image,
        number: if image { "4207-1163-2" } else { "1163-4207-8" }.to_owned(),
    };
    let page = |cards, trouble| Loss {
        frame: signed_in(lang, "card/loss"),
        cards,
        chosen: None,
        address: address(lang),
        trouble,
    };
    show(all, "loss", &page(vec![card(true)], None));
    let both = || vec![card(true), card(false)];
    show(all, "loss-incomplete", &page(both(), Some(LossTrouble::Incomplete)));
    let mut chosen = page(both(), Some(LossTrouble::Stale));
    chosen.chosen = Some(LossKind::Photographed);
    show(all, "loss-stale", &chosen);
    for kind in LossKind::ALL {
        let page = LossDone {
            frame: signed_in(lang, "overview"),
            kind,
            card_number: "4207-1163-2".to_owned(),
            reference: "A-2026-1120-0418".to_owned(),
            expected: Some((day("2026-12-04"), day("2026-12-11"))),
            withdrawn: u32::from(kind == LossKind::Lost),
        };
        show(all, &format!("loss-done-{}", kind.code()), &page);
    }
}

fn stop(lang: Lang, all: &mut Vec<Screen>) {
    let page = |frame, trouble| Stop {
        frame,
        factors: vec![StopFactor::Password, StopFactor::CardNumber, StopFactor::OneTimePassword],
        login_id: String::new(),
        waiting: 0,
        trouble,
    };
    let door = || frame(lang, "stop");
    show(all, "stop", &page(door(), None));
    show(all, "stop-mismatch", &page(door(), Some(StopTrouble::Mismatch)));
    show(all, "stop-incomplete", &page(door(), Some(StopTrouble::Incomplete)));
    show(all, "stop-stale", &page(door(), Some(StopTrouble::Stale)));
    show(all, "stop-signed-in", &Stop { waiting: 2, ..page(signed_in(lang, "stop"), None) });
    let stopped = Stopped {
        frame: frame(lang, "sign_in"),
        at: at("2026-11-20T11:40:00+09:00"),
        reference: "S-2026-1120-0007".to_owned(),
    };
    show(all, "stopped", &stopped);
}

fn log(lang: Lang, all: &mut Vec<Screen>) {
    let page =
        |entries| Log { frame: signed_in(lang, "log"), entries, newer_url: None, older_url: None };
    show(all, "log-empty", &page(Vec::new()));
    let mut full = page(cards::log(lang));
    full.newer_url = Some("/i/kakuu/log?after=1".to_owned());
    full.older_url = Some("/i/kakuu/log?before=2".to_owned());
    show(all, "log", &full);
}

fn notices(lang: Lang, all: &mut Vec<Screen>) {
    let ja = lang == Lang::Ja;
    let subject = if ja {
        "お取引を承認しました（照合番号 7K2M-Q94D）"
    } else {
        "You approved an operation (check code 7K2M-Q94D)"
    };
    let line = |unread| NoticeLine {
        url: "/i/kakuu/notices/ntc_01m7vncdx3e3zbpamptxnpn4sa".to_owned(),
        at: at("2026-11-20T11:40:00+09:00"),
        subject: subject.to_owned(),
        unread,
    };
    let page = |lines| Notices {
        frame: signed_in(lang, "notices"),
        lines,
        mail_hint: Some("ha••••@example.jp".to_owned()),
        newer_url: None,
        older_url: None,
        unknown: false,
    };
    show(all, "notices-unknown", &Notices { unknown: true, ..page(Vec::new()) });
    show(all, "notices-empty", &page(Vec::new()));
    let mut full = page(vec![line(true), line(false), line(false)]);
    full.older_url = Some("/i/kakuu/notices?before=2".to_owned());
    show(all, "notices", &full);
    let body = if ja {
        "次のお取引を承認しました。\n\n振込金額　 85,000円\n振込先　　 カ）ミホンショウジ\n"
    } else {
        "You approved this operation.\n\nAmount  85,000 yen\nTo      カ）ミホンショウジ\n"
    };
    let notice = NoticePage {
        frame: signed_in(lang, "notices/ntc_01m7vncdx3e3zbpamptxnpn4sa"),
        subject: subject.to_owned(),
        at: at("2026-11-20T11:40:00+09:00"),
        sent_to: vec!["ha••••@example.jp".to_owned()],
        body: body.to_owned(),
    };
    show(all, "notice", &notice);
}
