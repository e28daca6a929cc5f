//! Signing in, leaving, help, settings, faults.

use sekisho_web::screen::display::Display;
use sekisho_web::screen::error::{Fault, FaultPage, PlainFaultPage};
use sekisho_web::screen::help::{HelpIndex, HelpPage, Topic};
use sekisho_web::screen::password::{PasswordChange, PasswordTrouble};
use sekisho_web::screen::problem::{PROBLEMS, PlainFrame, ProblemPage};
use sekisho_web::screen::sign_in::{
    CampaignNote, CannotOpen, Environment, OtpDoors, SignIn, SignInHelp, SignInTrouble, SignedOut,
};
use sekisho_web::{Lang, TextSize};

use super::{Screen, at, day, frame, show, signed_in};

pub(crate) fn add(lang: Lang, all: &mut Vec<Screen>) {
    sign_in(lang, all);
    passwords(lang, all);
    help(lang, all);
    faults(lang, all);
}

fn sign_in(lang: Lang, all: &mut Vec<Screen>) {
    let page = || SignIn {
        frame: frame(lang, "sign_in"),
        login_id: String::new(),
        campaign: None,
        otp: None,
        trouble: None,
    };
    let campaign = Some(CampaignNote { mandatory: day("2027-04-01") });
    show(all, "sign-in", &SignIn { campaign, ..page() });
    let doors = OtpDoors {
        start_url: "/i/kakuu/otp/start".to_owned(),
        exchange_url: "/i/kakuu/otp/exchange".to_owned(),
        stop_url: "/i/kakuu/otp/stop".to_owned(),
    };
    show(all, "sign-in-otp", &SignIn { campaign, otp: Some(doors), ..page() });
    let mut sandbox = page();
    sandbox.frame.sandbox = true;
    sandbox.frame.text_size = TextSize::Large;
    sandbox.frame.institution.logo_url = Some("/i/kakuu/pictures/bell.svg".to_owned());
    show(all, "sign-in-sandbox-large", &sandbox);
    for (name, trouble) in [
        ("incomplete", SignInTrouble::Incomplete),
        ("mismatch", SignInTrouble::Mismatch),
        ("wait", SignInTrouble::Wait { until: at("2026-11-20T11:42:00+09:00") }),
        ("stale", SignInTrouble::Stale),
    ] {
        let login_id = "12345678901".to_owned();
        let page = SignIn { trouble: Some(trouble), login_id, ..page() };
        show(all, &format!("sign-in-{name}"), &page);
    }
    show(all, "sign-in-trouble", &SignInHelp { frame: frame(lang, "sign_in/trouble") });
    show(all, "environment", &Environment { frame: frame(lang, "environment") });
    show(all, "signed-out", &SignedOut { frame: frame(lang, "sign_in"), by_time: false });
    show(all, "signed-out-by-time", &SignedOut { frame: frame(lang, "sign_in"), by_time: true });
    show(all, "cannot-open", &CannotOpen { frame: frame(lang, "sign_in") });
}

fn passwords(lang: Lang, all: &mut Vec<Screen>) {
    let page = |forced, trouble| PasswordChange {
        frame: signed_in(lang, "password"),
        forced,
        length_min: 8,
        length_max: 64,
        trouble,
    };
    show(all, "password-forced", &page(true, None));
    show(all, "password", &page(false, None));
    for (name, trouble) in [
        ("short", PasswordTrouble::TooShort),
        ("long", PasswordTrouble::TooLong),
        ("common", PasswordTrouble::TooCommon),
        ("unchanged", PasswordTrouble::Unchanged),
        ("different", PasswordTrouble::Different),
        ("current-wrong", PasswordTrouble::CurrentWrong),
        ("stale", PasswordTrouble::Stale),
    ] {
        let forced = trouble != PasswordTrouble::CurrentWrong;
        show(all, &format!("password-{name}"), &page(forced, Some(trouble)));
    }
}

fn help(lang: Lang, all: &mut Vec<Screen>) {
    show(all, "help", &HelpIndex { frame: frame(lang, "help") });
    for topic in Topic::ALL {
        let path = format!("help/{}", topic.slug());
        let page = HelpPage { frame: frame(lang, &path), topic };
        show(all, &format!("help-{}", topic.slug()), &page);
    }
    for (name, saved) in [("display", false), ("display-saved", true)] {
        let back_url = "/i/kakuu/sign_in".to_owned();
        show(all, name, &Display { frame: frame(lang, "display"), saved, back_url });
    }
}

fn faults(lang: Lang, all: &mut Vec<Screen>) {
    let request_id = || Some("req_01m7vncdx3e7jtkv3pjycvk2r8".to_owned());
    for fault in Fault::ALL {
        let page = FaultPage { frame: frame(lang, "sign_in"), fault, request_id: request_id() };
        show(all, &format!("fault-{}", fault.status()), &page);
        let frame = PlainFrame::new(lang, "/");
        let page = PlainFaultPage { frame, fault, request_id: request_id() };
        show(all, &format!("fault-plain-{}", fault.status()), &page);
    }
    for problem in PROBLEMS {
        let frame = PlainFrame::new(lang, &format!("/problems/{}", problem.code));
        let page = ProblemPage { frame, problem: *problem };
        show(all, &format!("problem-{}", problem.code), &page);
    }
}
