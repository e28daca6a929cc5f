//! Ordering, delivery, switching, the overview.

use sekisho_web::Lang;
use sekisho_web::screen::challenge::Question;
use sekisho_web::screen::log::{Happening, LogEntry, Outcome, Place};
use sekisho_web::screen::order::{
    Applied, Apply, ApplyTrouble, CampaignDays, CardOffer, OrderStage, OrderStatus,
};
use sekisho_web::screen::otp::TokenStanding;
use sekisho_web::screen::overview::{CardState, CardView, OrderView, Overview};
use sekisho_web::screen::switch::{OldCard, OldProof, Switch, SwitchTrouble, Switched};

use super::{Screen, address, at, branch, day, image_card, matrix, picture_url, show, signed_in};

pub(crate) fn add(lang: Lang, all: &mut Vec<Screen>) {
    ordering(lang, all);
    delivery(lang, all);
    switching(lang, all);
    overview(lang, all);
}

fn lead_time(lang: Lang) -> String {
    if lang == Lang::Ja { "2〜3週間" } else { "2 to 3 weeks" }.to_owned()
}

fn ordering(lang: Lang, all: &mut Vec<Screen>) {
    let pictures = sekisho_pictures::all();
    let page = |campaign| CardOffer {
        frame: signed_in(lang, "card/offer"),
        campaign,
        sample_urls: (0..50).map(|n| picture_url(pictures[n * 5 + 2].id)).collect(),
        later_url: "/i/kakuu/overview".to_owned(),
    };
    let days = CampaignDays { order_by: day("2027-03-05"), mandatory: day("2027-04-01") };
    show(all, "card-offer", &page(Some(days)));
    show(all, "card-offer-plain", &CardOffer { sample_urls: Vec::new(), ..page(None) });

    let page = |trouble| Apply {
        frame: signed_in(lang, "card/apply"),
        addressee: "カクウ ハナコ".to_owned(),
        address: address(lang),
        branch: branch(lang),
        lead_time: lead_time(lang),
        postcode: (String::new(), String::new()),
        back_url: "/i/kakuu/card/offer".to_owned(),
        trouble,
    };
    show(all, "apply", &page(None));
    let (from, until) = (day("2026-12-04"), day("2026-12-11"));
    for (name, trouble) in [
        ("postcode-form", ApplyTrouble::PostcodeForm),
        ("mismatch", ApplyTrouble::PostcodeMismatch),
        ("open", ApplyTrouble::OrderOpen { ordered: day("2026-11-20"), from, until }),
        ("address-new", ApplyTrouble::AddressRecentlyChanged { until: day("2026-12-20") }),
        ("not-active", ApplyTrouble::ContractNotActive),
        ("stale", ApplyTrouble::Stale),
    ] {
        let postcode = ("100".to_owned(), "0000".to_owned());
        let page = Apply { postcode, ..page(Some(trouble)) };
        show(all, &format!("apply-{name}"), &page);
    }
    let applied = Applied {
        frame: signed_in(lang, "card/order"),
        reference: "A-2026-1120-0417".to_owned(),
        from,
        until,
        lead_time: lead_time(lang),
        onward_url: "/i/kakuu/overview".to_owned(),
    };
    show(all, "applied", &applied);
}

fn delivery(lang: Lang, all: &mut Vec<Screen>) {
    for (name, stage) in [
        ("ordered", OrderStage::Ordered),
        ("frozen", OrderStage::Frozen),
        ("produced", OrderStage::Produced),
        ("dispatched", OrderStage::Dispatched),
        ("delivered", OrderStage::Delivered),
        ("returned", OrderStage::Returned),
        ("lost", OrderStage::LostInMail),
        ("rejected", OrderStage::Rejected),
        ("expired", OrderStage::Expired),
    ] {
        let sent =
            !matches!(stage, OrderStage::Ordered | OrderStage::Frozen | OrderStage::Produced);
        let page = OrderStatus {
            frame: signed_in(lang, "card/order"),
            reference: "A-2026-1120-0417".to_owned(),
            stage,
            ordered: day("2026-11-20"),
            dispatched: sent.then(|| day("2026-12-02")),
            expected: Some((day("2026-12-04"), day("2026-12-11"))),
            tracking: sent.then(|| "123-45-67890-1".to_owned()),
            address: address(lang),
        };
        show(all, &format!("order-{name}"), &page);
    }
}

fn switching(lang: Lang, all: &mut Vec<Screen>) {
    let page = |old, trouble| Switch {
        frame: signed_in(lang, "card/switch"),
        new_card: image_card(lang, "", &[('B', '8'), ('B', '6')]),
        old,
        code_offered: true,
        read: trouble != Some(SwitchTrouble::NotRead),
        names: false,
        trouble,
    };
    let customer = || OldProof::Card(Question::CustomerCard(matrix(1)));
    let image = || {
        let card = image_card(lang, "old_", &[('E', '0'), ('A', '1')]);
        OldProof::Card(Question::ImageCard(card))
    };
    let mut fresh = page(customer(), None);
    fresh.read = false;
    show(all, "switch", &fresh);
    show(all, "switch-old-image", &page(image(), None));
    show(all, "switch-code", &page(OldProof::Code, None));
    let mut four = page(OldProof::None, None);
    four.new_card = image_card(lang, "", &[('A', '4'), ('E', '9'), ('C', '0'), ('B', '2')]);
    four.names = true;
    show(all, "switch-four-names", &four);
    for (name, trouble) in [
        ("not-read", SwitchTrouble::NotRead),
        ("incomplete", SwitchTrouble::Incomplete),
        ("rejected", SwitchTrouble::Rejected { left: 4 }),
        ("wait", SwitchTrouble::Wait { seconds: 30 }),
        ("renewed", SwitchTrouble::Renewed),
        ("stale", SwitchTrouble::Stale),
    ] {
        show(all, &format!("switch-{name}"), &page(customer(), Some(trouble)));
    }
    for (name, old) in
        [("customer", OldCard::Customer), ("image", OldCard::Image), ("none", OldCard::None)]
    {
        let page = Switched {
            frame: signed_in(lang, "overview"),
            card_number: "4207-1163-2".to_owned(),
            at: at("2026-12-10T10:05:00+09:00"),
            old,
            otp_in_use: old == OldCard::Image,
            lowered_until: (old == OldCard::Customer).then(|| at("2026-12-11T10:05:00+09:00")),
            valid_until: Some(day("2031-12-31")),
            onward_url: "/i/kakuu/overview".to_owned(),
        };
        show(all, &format!("switched-{name}"), &page);
    }
}

/// Five lines, one of each kind.
pub(crate) fn log(lang: Lang) -> Vec<LogEntry> {
    let line = |at_text: &str, what, place, outcome| LogEntry {
        at: at(at_text),
        what,
        detail: None,
        place,
        outcome,
    };
    let phone = || Place::Known("iPhone".to_owned());
    let mut approval =
        line("2026-11-18T09:14:00+09:00", Happening::Approval, phone(), Outcome::Approved);
    let detail = if lang == Lang::Ja { "振込 12,000円" } else { "Transfer, 12,000 yen" };
    approval.detail = Some(detail.to_owned());
    let unknown = || Place::New("Android".to_owned());
    vec![
        line("2026-11-20T11:36:00+09:00", Happening::SignIn, Place::ThisOne, Outcome::Done),
        approval,
        line("2026-11-15T23:40:00+09:00", Happening::SignIn, unknown(), Outcome::Mismatch),
        line("2026-11-15T09:00:00+09:00", Happening::CardLock, Place::Automatic, Outcome::Locked),
        line("2026-10-20T10:05:00+09:00", Happening::StaffProcedure, Place::Staff, Outcome::Done),
    ]
}

fn overview(lang: Lang, all: &mut Vec<Screen>) {
    let card = |image, state, left| CardView {
        image,
        number: if image { "4207-1163-2" } else { "1163-4207-8" }.to_owned(),
        state,
        since: Some(day("2026-10-20")),
        left,
    };
    let page = |cards| Overview {
        frame: signed_in(lang, "overview"),
        cards,
        owned: None,
        can_start: false,
        order: None,
        mandatory: None,
        can_order: false,
        unread: 2,
        mail_hint: Some("ha••••@example.jp".to_owned()),
        last_sign_in: Some(at("2026-11-18T09:12:00+09:00")),
        log: log(lang),
    };
    show(all, "overview", &page(vec![card(true, CardState::Active, Some((18, 25)))]));
    let order = |stage| {
        let reference = "A-2026-1120-0417".to_owned();
        Some(OrderView { reference, ordered: day("2026-11-20"), stage })
    };
    let mut waiting = page(vec![card(false, CardState::Active, None)]);
    waiting.order = order(OrderStage::Dispatched);
    waiting.mandatory = Some(day("2027-04-01"));
    show(all, "overview-order", &waiting);
    let mut with_token = page(vec![card(false, CardState::BesideToken, None)]);
    with_token.owned = Some(super::tokens::owned(TokenStanding::InUse));
    show(all, "overview-token", &with_token);
    with_token.owned = Some(super::tokens::owned(TokenStanding::Locked));
    show(all, "overview-token-locked", &with_token);
    let mut bare = page(vec![card(false, CardState::ProceduresOnly, None)]);
    bare.can_order = true;
    bare.can_start = true;
    bare.mail_hint = None;
    bare.unread = 0;
    bare.last_sign_in = None;
    bare.log = Vec::new();
    show(all, "overview-bare", &bare);
    let states = [CardState::Retiring, CardState::Locked, CardState::Exhausted, CardState::Revoked];
    let mut many = page(states.map(|state| card(true, state, Some((2, 25)))).to_vec());
    many.order = order(OrderStage::Ordered);
    show(all, "overview-states", &many);
}
