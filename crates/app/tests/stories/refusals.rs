//! Refusals that no other story meets.

use sekisho_app::approval;
use sekisho_app::batch::open::{self, Selection};
use sekisho_app::error::Error;
use sekisho_app::order::{self, Application};
use sekisho_app::session::{self, Choice};
use sekisho_app::switch::{self, Answered};
use sekisho_app::{contract, credential};
use sekisho_domain::contract::Person;
use sekisho_domain::method::{CardKind, MethodKind};
use sekisho_domain::order::OrderKind;
use sekisho_domain::password::{self, Device, Verifier};
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::ReportedBy;
use sekisho_domain::refusal::{PasswordFault, Refusal};
use sekisho_domain::session::Session;

use crate::support::{Bank, person};

const LOGIN: &str = "12345678901";

fn with_customer_cards() -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    policy
}

fn with_customer_card(policy: Policy) -> (Bank, Session) {
    let bank = Bank::new(policy);
    let session = bank.customer(LOGIN);
    let card = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(card);
    (bank, session)
}

fn apply(bank: &Bank, session: &Session) -> Result<order::Ordered, Error> {
    let wish = Application {
        contract: session.contract,
        kind: OrderKind::ImageCard,
        reason: None,
        source: ReportedBy::Customer,
        postcode: Some(person().postcode),
    };
    let institution = bank.institution;
    bank.run(move |tx, cx| order::apply(tx, cx, institution, &wish))
}

fn move_house(bank: &Bank, session: &Session) {
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| {
        let moved = Person { address: vec!["架空県みほん市東町3-8-1".into()], ..person() };
        contract::change_person(tx, cx, institution, contract, moved).map(drop)
    })
    .expect("moved");
}

// E-02: `address_recently_changed`
#[test]
fn no_card_is_posted_to_an_address_that_is_new() {
    let (bank, session) = with_customer_card(with_customer_cards());
    move_house(&bank, &session);
    let refused = apply(&bank, &session);
    assert!(matches!(refused, Err(Error::Refused(Refusal::AddressRecentlyChanged { .. }))));
}

// E-02: `order_frozen`
#[test]
fn an_order_that_waits_for_its_address_enters_no_batch() {
    let (bank, session) = with_customer_card(with_customer_cards());
    let order = apply(&bank, &session).expect("ordered").order;
    move_house(&bank, &session);
    let institution = bank.institution;
    let taken = bank.run(move |tx, cx| {
        let wish = Selection::Orders(vec![order]);
        open::open(tx, cx, institution, OrderKind::ImageCard, &wish, 10)
    });
    assert_eq!(taken.expect("opened").refused, [(order, Refusal::OrderFrozen)]);
}

// §4.9: `limit_exceeded`
#[test]
fn a_contract_transfers_only_its_amount_of_a_day() {
    let mut policy = with_customer_cards();
    policy.limits.card_day_yen = 10_000_000;
    let (bank, session) = with_customer_card(policy);
    bank.request(&session, 900_000).expect("within the limit");
    let refused = bank.request(&session, 100_001);
    assert_eq!(
        refused,
        Err(Refusal::LimitExceeded {
            limit: "limits.transfer_day_yen",
            limit_yen: 1_000_000,
            left_yen: 100_000,
        }
        .into())
    );
}

// C-23: `login_id_taken`
#[test]
fn two_contracts_do_not_share_a_login_id() {
    let bank = Bank::new(Policy::default());
    bank.customer(LOGIN);
    let wish = bank.create(LOGIN);
    let refused = bank.run(move |tx, cx| contract::create(tx, cx, wish.clone()));
    assert_eq!(refused, Err(Refusal::LoginIdTaken.into()));
}

// `no_such_credential`
#[test]
fn a_number_that_stands_on_no_card_names_none() {
    let bank = Bank::new(Policy::default());
    let institution = bank.institution;
    let number = "4207-1163-2".parse().expect("a good check digit");
    let refused =
        bank.run(move |tx, _| credential::by_card_number(tx, institution, number).map(drop));
    assert_eq!(refused, Err(Refusal::NoSuchCredential.into()));
}

// U-18: `notice_not_read`
#[test]
fn the_switch_begins_with_the_notice() {
    let (bank, session) = with_customer_card(with_customer_cards());
    apply(&bank, &session).expect("ordered");
    bank.deliver_card(session.contract, MethodKind::ImageCard);
    let begun = {
        let session = session.clone();
        bank.run(move |tx, cx| switch::begin(tx, cx, &session)).expect("begun")
    };
    let given = Answered {
        approval: begun.approval.id,
        notice_read: false,
        notice_version: "1".into(),
        parts: bank.answers(begun.approval.id, true),
        code: None,
    };
    let refused = bank.run(move |tx, cx| switch::answer(tx, cx, &session, &given));
    assert_eq!(refused, Err(Refusal::NoticeNotRead.into()));
}

// `operation_not_offered`
#[test]
fn an_operation_without_a_rule_is_not_offered() {
    let mut policy = with_customer_cards();
    policy.txn.ops.clear();
    let (bank, session) = with_customer_card(policy);
    let wanted = bank.wanted(&session, 1_000);
    let refused = bank.run(move |tx, cx| approval::request(tx, cx, &wanted));
    assert_eq!(refused, Err(Refusal::OperationNotOffered.into()));
}

// §2.2: `proof_refused`
#[test]
fn a_password_that_was_changed_meanwhile_is_not_replaced() {
    let bank = Bank::new(Policy::default());
    let session = bank.customer(LOGIN);
    let id = session.id;
    let refused = bank.run(move |tx, cx| {
        let verifier = Verifier { phc: "$new".into(), key: 1 };
        let replaces = Verifier { phc: "$older".into(), key: 1 };
        session::choose_password(tx, cx, Choice { session: id, fit: Ok(()), verifier, replaces })
    });
    assert_eq!(refused.map(drop), Err(Refusal::ProofRefused { attempts_left: None }.into()));
}

// E-10: `sign_in_failed`
#[test]
fn whoever_knocks_for_nobody_is_told_the_same() {
    let bank = Bank::new(Policy::default());
    let entry = session::Entry {
        contract: "ctr_01kng5fyw0ejqr3z5z3y4sg13p".parse().expect("an id"),
        checked: Verifier { phc: "$any".into(), key: 1 },
        right: true,
        renewed: None,
        device: Device { mark: "d1".into(), kind: "Windows".into() },
        secret_hash: session::hash(b"cookie"),
    };
    let refused = bank.run(move |tx, cx| session::enter(tx, cx, entry.clone()).map(drop));
    assert_eq!(refused, Err(Refusal::SignInFailed { wait_s: 0 }.into()));
}

// §2.2: `password_unfit`
#[test]
fn a_password_that_everybody_has_is_not_chosen() {
    let bank = Bank::new(Policy::default());
    let session = bank.customer(LOGIN);
    let fit = password::fit("password1", LOGIN, &Policy::default());
    let id = session.id;
    let refused = bank.run(move |tx, cx| {
        let verifier = Verifier { phc: "$new".into(), key: 1 };
        let replaces = Verifier { phc: format!("$test${LOGIN}"), key: 1 };
        session::choose_password(tx, cx, Choice { session: id, fit, verifier, replaces })
    });
    assert_eq!(refused, Err(Refusal::PasswordUnfit(PasswordFault::TooCommon).into()));
}
