//! One-time passwords: each procedure step by step, the token of one's own, the code at sign-in.

use sekisho_web::Lang;
use sekisho_web::screen::challenge::Question;
use sekisho_web::screen::otp::{
    OtpAct, OtpCard, OtpCardTrouble, OtpDone, OtpEnding, OtpFields, OtpForm, OtpFormTrouble,
    OtpIdentify, OtpOver, OtpOwn, OtpOwnTrouble, OtpResult, OtpWay, SignInCode, SignInCodeTrouble,
    SignInGone, TokenStanding, TokenView,
};
use sekisho_web::screen::sign_in::SignInTrouble;
use sekisho_web::screen::slip::ClockView;

use super::{Screen, at, day, frame, image_card, matrix, show, signed_in};

pub(crate) fn add(lang: Lang, all: &mut Vec<Screen>) {
    identify(lang, all);
    forms(lang, all);
    cards(lang, all);
    ends(lang, all);
    own(lang, all);
    codes(lang, all);
}

fn way(act: OtpAct, signed_in: bool) -> OtpWay {
    OtpWay { act, signed_in, card: act != OtpAct::Activate }
}

fn identify(lang: Lang, all: &mut Vec<Screen>) {
    let page = |act: OtpAct, trouble| OtpIdentify {
        frame: frame(lang, &format!("otp/{}", act.word())),
        way: way(act, false),
        login_id: String::new(),
        trouble,
    };
    for act in [OtpAct::Start, OtpAct::Exchange, OtpAct::Stop] {
        show(all, &format!("otp-{}", act.word()), &page(act, None));
    }
    show(all, "otp-start-mismatch", &page(OtpAct::Start, Some(SignInTrouble::Mismatch)));
}

fn forms(lang: Lang, all: &mut Vec<Screen>) {
    let page = |act, inside, fields, trouble| OtpForm {
        frame: if inside { signed_in(lang, "otp/form") } else { frame(lang, "otp/form") },
        way: way(act, inside),
        fields,
        mandatory: None,
        serial_prefix: "SKTS".to_owned(),
        trouble,
    };
    let hint = || "9QX1".to_owned();
    let serial = String::new;
    let start = |at_sign_in| OtpFields::Start { serial: serial(), at_sign_in };
    let mut first = page(OtpAct::Start, false, start(Some(true)), None);
    first.mandatory = Some(day("2027-04-01"));
    show(all, "otp-form-start", &first);
    show(all, "otp-form-start-forced", &page(OtpAct::Start, true, start(None), None));
    let typed = OtpFields::Start { serial: "SKTS7K3M9QX1".to_owned(), at_sign_in: Some(false) };
    for (name, trouble) in [
        ("incomplete", OtpFormTrouble::Incomplete),
        ("refused", OtpFormTrouble::Refused),
        ("used", OtpFormTrouble::Used { wait_s: Some(18) }),
        ("used-press", OtpFormTrouble::Used { wait_s: None }),
        ("wait", OtpFormTrouble::Wait { seconds: 30 }),
        ("stale", OtpFormTrouble::Stale),
    ] {
        let page = page(OtpAct::Start, false, typed.clone(), Some(trouble));
        show(all, &format!("otp-form-{name}"), &page);
    }
    let exchange = OtpFields::Exchange { hint: hint(), serial: serial() };
    show(all, "otp-form-exchange", &page(OtpAct::Exchange, false, exchange, None));
    let stop = || OtpFields::Stop { hint: hint() };
    show(all, "otp-form-stop", &page(OtpAct::Stop, false, stop(), None));
    show(all, "otp-form-stop-inside", &page(OtpAct::Stop, true, stop(), None));
    let issue = |mail: &str| OtpFields::Issue { mail: mail.to_owned(), hours: 24 };
    show(all, "otp-form-issue", &page(OtpAct::Issue, true, issue(""), None));
    for (name, trouble) in [
        ("mail", OtpFormTrouble::Mail),
        ("password", OtpFormTrouble::StartPasswordForm),
        ("simple", OtpFormTrouble::StartPasswordSimple),
        ("different", OtpFormTrouble::StartPasswordDifferent),
    ] {
        let page = page(OtpAct::Issue, true, issue("hanako@example.jp"), Some(trouble));
        show(all, &format!("otp-form-issue-{name}"), &page);
    }
    let activate = OtpFields::Activate { hint: hint() };
    show(all, "otp-form-activate", &page(OtpAct::Activate, true, activate, None));
    let less = OtpFields::SignInChange { hint: hint() };
    show(all, "otp-form-sign-in", &page(OtpAct::SignInChange, true, less, None));
}

fn cards(lang: Lang, all: &mut Vec<Screen>) {
    let page = |question, trouble| OtpCard {
        frame: frame(lang, "otp/card"),
        way: way(OtpAct::Start, false),
        question,
        clock: ClockView {
            left_s: 139,
            whole_s: 180,
            until: at("2026-11-20T11:42:00+09:00"),
            extend_s: Some(180),
        },
        extended: false,
        trouble,
    };
    let numbers = || Question::CustomerCard(matrix(2));
    show(all, "otp-card", &page(numbers(), None));
    let places = [('A', '4'), ('E', '9'), ('C', '0'), ('B', '2')];
    let pictures = Question::ImageCard(image_card(lang, "", &places));
    let mut longer = page(pictures, None);
    longer.extended = true;
    longer.clock.extend_s = None;
    show(all, "otp-card-pictures", &longer);
    for (name, trouble) in [
        ("incomplete", OtpCardTrouble::Incomplete),
        ("rejected", OtpCardTrouble::Rejected { left: 4 }),
        ("last", OtpCardTrouble::Rejected { left: 1 }),
        ("wait", OtpCardTrouble::Wait { seconds: 30 }),
        ("stale", OtpCardTrouble::Stale),
    ] {
        show(all, &format!("otp-card-{name}"), &page(numbers(), Some(trouble)));
    }
}

fn ends(lang: Lang, all: &mut Vec<Screen>) {
    let serial = || "SKTS7K3M9QX1".to_owned();
    for (name, act, inside, done) in [
        ("start", OtpAct::Start, false, OtpDone::Started { serial: serial(), at_sign_in: true }),
        (
            "activate",
            OtpAct::Activate,
            true,
            OtpDone::Started { serial: serial(), at_sign_in: false },
        ),
        ("exchange", OtpAct::Exchange, false, OtpDone::Exchanged { serial: serial() }),
        ("stop", OtpAct::Stop, false, OtpDone::Stopped { by_card: false }),
        ("stop-card", OtpAct::Stop, true, OtpDone::Stopped { by_card: true }),
        (
            "issue",
            OtpAct::Issue,
            true,
            OtpDone::Issued { mail_hint: "ha••••@example.jp".to_owned(), hours: 24 },
        ),
    ] {
        let page = OtpResult {
            frame: if inside { signed_in(lang, "otp/result") } else { frame(lang, "otp/result") },
            way: way(act, inside),
            done,
            onward_url: "/i/kakuu/sign_in".to_owned(),
        };
        show(all, &format!("otp-result-{name}"), &page);
    }
    let until = at("2026-11-21T00:00:00+09:00");
    for (name, inside, ending) in [
        ("expired", false, OtpEnding::Expired),
        ("refused", true, OtpEnding::Refused),
        ("locked", false, OtpEnding::Locked),
        ("paused", true, OtpEnding::Paused { until }),
        ("not-now", false, OtpEnding::NotNow),
    ] {
        let frame = if inside { signed_in(lang, "otp/result") } else { frame(lang, "otp/result") };
        let page = OtpOver { frame, way: way(OtpAct::Exchange, inside), ending };
        show(all, &format!("otp-over-{name}"), &page);
    }
}

/// A token of one's own.
pub(crate) fn owned(standing: TokenStanding) -> TokenView {
    let waits = standing == TokenStanding::Waiting;
    TokenView {
        device: standing == TokenStanding::Locked,
        serial: "SKTS7K3M9QX1".to_owned(),
        standing,
        since: (!waits).then(|| day("2026-11-02")),
        at_sign_in: standing == TokenStanding::InUse,
    }
}

fn own(lang: Lang, all: &mut Vec<Screen>) {
    let page = |owned, acts: &[OtpAct]| OtpOwn {
        frame: signed_in(lang, "otp"),
        owned,
        acts: acts.to_vec(),
        at_the_door: false,
        hours: 24,
        changed: None,
        trouble: None,
    };
    let used = || Some(owned(TokenStanding::InUse));
    let full = [OtpAct::Exchange, OtpAct::Stop, OtpAct::SignInChange];
    show(all, "otp-own", &page(used(), &full));
    show(all, "otp-own-none", &page(None, &[OtpAct::Start]));
    show(all, "otp-own-issue", &page(None, &[OtpAct::Issue]));
    let waiting = Some(owned(TokenStanding::Waiting));
    show(all, "otp-own-waiting", &page(waiting, &[OtpAct::Activate, OtpAct::Issue]));
    show(all, "otp-own-locked", &page(Some(owned(TokenStanding::Locked)), &[]));
    let mut door = page(used(), &[OtpAct::Stop]);
    door.at_the_door = true;
    door.changed = Some(true);
    show(all, "otp-own-door", &door);
    let until = at("2026-11-20T12:06:00+09:00");
    for (name, trouble) in [
        ("not-now", OtpOwnTrouble::NotNow),
        ("restart", OtpOwnTrouble::Restart { until }),
        ("stale", OtpOwnTrouble::Stale),
    ] {
        let mut page = page(used(), &full);
        page.changed = (trouble == OtpOwnTrouble::Stale).then_some(false);
        page.trouble = Some(trouble);
        show(all, &format!("otp-own-{name}"), &page);
    }
}

fn codes(lang: Lang, all: &mut Vec<Screen>) {
    let page = |trouble| SignInCode {
        frame: frame(lang, "sign_in/code"),
        hint: "9QX1".to_owned(),
        trouble,
    };
    show(all, "sign-in-code", &page(None));
    for (name, trouble) in [
        ("incomplete", SignInCodeTrouble::Incomplete),
        ("rejected", SignInCodeTrouble::Rejected { left: 4 }),
        ("last", SignInCodeTrouble::Rejected { left: 1 }),
        ("used", SignInCodeTrouble::Used { wait_s: Some(18) }),
        ("used-press", SignInCodeTrouble::Used { wait_s: None }),
        ("wait", SignInCodeTrouble::Wait { seconds: 30 }),
        ("stale", SignInCodeTrouble::Stale),
    ] {
        show(all, &format!("sign-in-code-{name}"), &page(Some(trouble)));
    }
    for (name, locked) in [("locked", true), ("gone", false)] {
        let page = SignInGone { frame: frame(lang, "sign_in/code"), locked };
        show(all, &format!("sign-in-code-{name}"), &page);
    }
}
