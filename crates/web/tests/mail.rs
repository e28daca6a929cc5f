//! Every mail in both languages, as customers get it.

use std::fmt::Write as _;
use std::{env, fs, path::Path};

use sekisho_domain::contract::{Contract, NewContract, Person};
use sekisho_domain::id::{ContractId, InstitutionId, NoticeId};
use sekisho_domain::institution::{Brand, Contact, Institution, Words};
use sekisho_domain::notice::{Notice, NoticeKind, PostedNotice};
use sekisho_domain::text::{LoginId, LoginIdForm, Postcode};
use sekisho_domain::time::Timestamp;
use sekisho_web::Lang;
use sekisho_web::mail::{Mail, Recipient, inbox_text, render, short_id};
use serde_json::json;

const KINDS: [NoticeKind; 19] = [
    NoticeKind::CardOrdered,
    NoticeKind::OrderRejected,
    NoticeKind::CardDispatched,
    NoticeKind::CardReturned,
    NoticeKind::CardLost,
    NoticeKind::SwitchReminder,
    NoticeKind::CardSwitched,
    NoticeKind::CardRevoked,
    NoticeKind::CardLocked,
    NoticeKind::CardUnlocked,
    NoticeKind::CardNearlyUsedUp,
    NoticeKind::ChallengeAbandoned,
    NoticeKind::NewDevice,
    NoticeKind::SignedInAfterFailures,
    NoticeKind::PasswordChanged,
    NoticeKind::OperationApproved,
    NoticeKind::ContractSuspended,
    NoticeKind::ContractResumed,
    NoticeKind::MailChanged,
];

fn words(ja: &str, en: &str) -> Words {
    Words { ja: ja.to_owned(), en: en.to_owned() }
}

fn institution() -> Institution {
    Institution {
        id: InstitutionId::parse("ins_01m7vncdx3e3zbpamptxnpn4sa").expect("an id"),
        slug: "kaku".into(),
        bank_code: "9999".into(),
        name: words("架空信用金庫", "Kakū Shinkin Bank"),
        service: words("個人インターネットバンキング", "Personal Internet Banking"),
        itself: words("当金庫", "our bank"),
        contact: Contact {
            desk: words("インターネットバンキング係", "Internet Banking Desk"),
            phone: "0120-000-000".into(),
            hours: words("平日 9:00〜17:00", "weekdays 9:00 to 17:00"),
            loss_phone: "0120-000-999".into(),
        },
        branches: Vec::new(),
        brand: Brand {
            accent: "#0f5e57".into(),
            on_accent: "#ffffff".into(),
            accent_night: "#7fd1c5".into(),
            radius_rem: 0.375,
        },
        mail_from: "ib@kaku-shinkin.example".into(),
        policies: Vec::new(),
    }
}

fn now() -> Timestamp {
    Timestamp::parse("2026-11-20T11:40:00+09:00").expect("an instant")
}

fn contract() -> Contract {
    let new = NewContract {
        id: ContractId::parse("ctr_01m7vncdx3e3zbpamptxnpn4sa").expect("an id"),
        institution: institution().id,
        login_id: LoginId::parse("12345678901", LoginIdForm::Digits11).expect("eleven digits"),
        external_id: None,
        branch: "001".into(),
        person: Person {
            name: "カクウ ハナコ".into(),
            name_kana: "カクウ ハナコ".into(),
            postcode: Postcode::typed("000-0000").expect("a postcode"),
            address: vec!["架空県見本市例示町1-2-3".into()],
            mails: vec!["hanako@mail.example".into()],
            phone: None,
        },
    };
    Contract::create(new, now()).into_parts().0
}

fn transfer() -> serde_json::Value {
    json!({
        "type": "transfer",
        "from": { "branch": "001", "kind": "1", "number": "1234567" },
        "payee": {
            "bank": "9998", "bank_name": "例示銀行", "branch": "012", "branch_name": "駅前支店",
            "kind": "1", "number": "7654567", "name": "ｶ)ﾐﾎﾝｼﾖｳｼﾞ", "registration": "none"
        },
        "amount_yen": 85_000, "fee_yen": 440, "fee_payer": "remitter", "date": "2026-11-20"
    })
}

/// A notice with the facts that the domain gives its kind.
fn notice(kind: NoticeKind) -> PostedNotice {
    let plain = Notice::new(kind);
    let card = |notice: Notice| notice.with("method", "image_card");
    let numbered = |notice: Notice| card(notice).with("card_number", "1234-5678-2");
    let notice = match kind {
        NoticeKind::CardOrdered | NoticeKind::CardDispatched => card(plain),
        NoticeKind::CardSwitched
        | NoticeKind::CardRevoked
        | NoticeKind::CardLocked
        | NoticeKind::CardUnlocked
        | NoticeKind::ChallengeAbandoned => numbered(plain),
        NoticeKind::CardNearlyUsedUp => numbered(plain).with("left", 5),
        NoticeKind::NewDevice => plain.with("device", "Windows"),
        NoticeKind::SignedInAfterFailures => plain.with("failures", 3),
        NoticeKind::OperationApproved => card(plain)
            .with("operation", transfer())
            .with("reference_code", "7K2M-Q94D")
            .with("approved_at", now().millis()),
        _ => plain,
    };
    let id = NoticeId::parse("ntc_01m7vncdx3e3zbpamptxnpn4sa").expect("an id");
    let to = (institution().id, contract().id);
    notice.posted(id, to, now())
}

fn mail(notice: &PostedNotice, lang: Lang) -> Mail {
    let (contract, institution) = (contract(), institution());
    let to = Recipient { contract: &contract, institution: &institution, stop_code: "7MHQ2K9RXD" };
    render(notice, to, lang)
}

fn all() -> impl Iterator<Item = (NoticeKind, Lang, Mail)> {
    let each = |lang| KINDS.map(|kind| (kind, lang, mail(&notice(kind), lang)));
    Lang::ALL.into_iter().flat_map(each)
}

/// `SEKISHO_WRITE_SNAPSHOTS=1 cargo test -p sekisho-web --test mail` writes them anew.
#[test]
fn every_mail_reads_as_it_was_approved() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mails");
    for lang in Lang::ALL {
        let mut text = String::new();
        for (kind, _, mail) in all().filter(|(_, of, _)| *of == lang) {
            write!(text, "==== {kind:?}\n{}\n\n{}\n", mail.subject, mail.text).expect("memory");
        }
        text.push_str(&mail(&notice(NoticeKind::OperationApproved), lang).html);
        let path = folder.join(format!("{}.txt", lang.code()));
        if env::var_os("SEKISHO_WRITE_SNAPSHOTS").is_some() {
            fs::write(&path, &text).expect("the folder is ours");
        }
        let approved = fs::read_to_string(&path).expect("the file is in the repository");
        assert_eq!(text, approved, "{}", lang.code());
    }
}

#[test]
fn no_mail_has_a_link_a_picture_or_a_style() {
    for (kind, lang, mail) in all() {
        let whole = format!("{}{}{}", mail.subject, mail.text, mail.html).to_lowercase();
        for mark in ["http", "www", "href", "<img", "src=", "<style", "style=", "@", "mailto"] {
            assert!(!whole.contains(mark), "{kind:?} {lang:?}: {mark}");
        }
    }
}

/// Full-width characters take two columns.
fn columns(line: &str) -> usize {
    let wide = |c: char| c >= '\u{2500}' && !('\u{ff61}'..='\u{ffdc}').contains(&c);
    line.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[test]
fn every_line_fits_on_a_telephone() {
    for (kind, lang, mail) in all() {
        let width = if lang == Lang::Ja { 40 } else { 64 };
        for line in mail.text.lines() {
            assert!(columns(line) <= width, "{kind:?}: {line}");
        }
    }
}

#[test]
fn every_message_is_found_and_every_mail_can_be_checked_in_the_inbox() {
    let id = short_id(notice(NoticeKind::CardLocked).id);
    assert_eq!(id, "TXNP-N4SA");
    for (kind, lang, mail) in all() {
        assert!(mail.text.contains(&id) && mail.html.contains(&id), "{kind:?} {lang:?}");
        assert!(!mail.text.contains("mail-"), "{kind:?} {lang:?}: a message is missing");
        assert_eq!(mail.subject.lines().count(), 1, "{kind:?} {lang:?}");
        let inbox = inbox_text(&notice(kind), &institution(), lang);
        assert!(mail.subject.contains(&inbox.title), "{kind:?}");
        assert!(!inbox.paragraphs.is_empty() && !inbox.rows.is_empty(), "{kind:?}");
    }
}

#[test]
fn what_others_wrote_is_escaped() {
    let mut sly = notice(NoticeKind::NewDevice);
    sly.facts.insert("device".into(), "<a href=x>".into());
    let html = mail(&sly, Lang::Ja).html;
    assert!(!html.contains("<a "), "{html}");
}

#[test]
fn long_names_are_broken_where_a_line_may_begin() {
    let mut long = institution();
    long.contact.desk.ja = "個人インターネットバンキングお客さま相談センター、受付。".into();
    let contract = contract();
    let to = Recipient { contract: &contract, institution: &long, stop_code: "7MHQ2K9RXD" };
    let text = render(&notice(NoticeKind::NewDevice), to, Lang::Ja).text;
    assert!(
        text.ends_with("個人インターネットバンキングお客さま相談\nセンター、受付。\n"),
        "{text}"
    );
}
