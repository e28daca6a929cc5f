//! The life of cards and contracts around the main job: moves, losses, dates, one house, one
//! merger.

use sekisho_app::approval::{self, Booked, Consume, Outcome};
use sekisho_app::batch::deadlines::{self, What};
use sekisho_app::error::Error;
use sekisho_app::order::{self, Application};
use sekisho_app::switch::{self, Answered, OldProof};
use sekisho_app::{contract, credential};
use sekisho_domain::contract::Person;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::id::CredentialId;
use sekisho_domain::method::{CardKind, MethodKind};
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;
use sekisho_domain::time::Day;

use crate::support::{Bank, person};

const LOGIN: &str = "12345678901";
const DAY_S: i64 = 86_400;

fn with_customer_cards() -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    policy
}

fn with_customer_card(bank: &Bank) -> (Session, CredentialId) {
    let session = bank.customer(LOGIN);
    let card = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(card);
    (session, card)
}

fn apply(bank: &Bank, session: &Session, source: ReportedBy) -> Result<order::Ordered, Error> {
    let wish = Application {
        contract: session.contract,
        kind: OrderKind::ImageCard,
        reason: None,
        source,
        postcode: Some(person().postcode),
    };
    let institution = bank.institution;
    bank.run(move |tx, cx| order::apply(tx, cx, institution, &wish))
}

fn orders(bank: &Bank, session: &Session) -> Vec<CardOrder> {
    let contract = session.contract;
    bank.run(move |tx, _| order::of_contract(tx, contract, 20)).expect("listed")
}

fn begin(bank: &Bank, session: &Session) -> switch::Switch {
    let session = session.clone();
    bank.run(move |tx, cx| switch::begin(tx, cx, &session)).expect("begun")
}

fn finish(
    bank: &Bank,
    session: &Session,
    begun: &switch::Switch,
    code: Option<String>,
) -> approval::Judged {
    let given = Answered {
        approval: begun.approval.id,
        notice_read: true,
        notice_version: "1".into(),
        parts: bank.answers(begun.approval.id, true),
        code,
    };
    let session = session.clone();
    bank.run(move |tx, cx| switch::answer(tx, cx, &session, &given)).expect("judged")
}

// U-02
#[test]
fn before_the_start_date_no_image_card_is_ordered() {
    let mut policy = with_customer_cards();
    policy.migration.start = Day::new(2026, 12, 1);
    let bank = Bank::new(policy);
    let (session, _) = with_customer_card(&bank);
    assert_eq!(apply(&bank, &session, ReportedBy::Customer), Err(Refusal::MethodNotOffered.into()));
    bank.advance_s(12 * DAY_S);
    let session = bank.sign_in(LOGIN, true).unwrap_or(session);
    apply(&bank, &session, ReportedBy::Customer).expect("ordered from the start date on");
}

// U-03, U-04, U-07, K-01
#[test]
fn after_the_mandatory_date_only_the_offer_is_left_of_the_customer_card() {
    let mut policy = with_customer_cards();
    policy.migration.mandatory_date = Day::new(2026, 11, 21);
    let bank = Bank::new(policy);
    let (session, _) = with_customer_card(&bank);
    bank.request(&session, 1_000).expect("the day before, the customer card approves");
    bank.advance_s(DAY_S);
    let session = bank.sign_in(LOGIN, true).expect("signed in");
    let refused = bank.request(&session, 1_000);
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::MandatoryDatePassed).into()));
    let institution = bank.institution;
    let offered = bank.run(move |tx, cx| {
        let contract = contract::find(tx, institution, session.contract)?;
        order::offered(tx, cx, &contract)
    });
    assert_eq!(offered, Ok(true), "whoever has not switched is asked to, whatever else they use");
}

// U-01, K-02, K-03, K-12, E-06
#[test]
fn without_a_date_the_customer_card_goes_on_until_the_switch() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Customer).expect("ordered");
    bank.deliver_card(session.contract, MethodKind::ImageCard);
    let id = bank.request(&session, 1_000).expect("the order hinders nothing");
    assert_eq!(bank.approval(id).methods, [MethodKind::CustomerCard]);
    bank.open(id).expect("opened");
    assert_eq!(bank.answer(id, true).expect("judged").outcome, Outcome::Accepted);
}

// K-04, K-05
#[test]
fn a_new_contract_gets_the_image_card_at_once() {
    let bank = Bank::new(Policy::default());
    let session = bank.customer(LOGIN);
    let kinds: Vec<OrderKind> = orders(&bank, &session).iter().map(|order| order.kind).collect();
    assert!(kinds.contains(&OrderKind::ImageCard) && kinds.contains(&OrderKind::PasswordLetter));
    assert_eq!(Policy::default().fees.card_yen, 0, "free of charge");
    bank.deliver_card(session.contract, MethodKind::ImageCard);
    let begun = begin(&bank, &session);
    assert_eq!(begun.proof, OldProof::Nothing, "there is no old card to show");
    assert_eq!(finish(&bank, &session, &begun, None).outcome, Outcome::Accepted);
}

// U-09, E-26 of the office: two people
#[test]
fn an_order_by_telephone_waits_for_a_second_person() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    let ordered = apply(&bank, &session, ReportedBy::Phone).expect("taken");
    assert_eq!(orders(&bank, &session)[0].state, OrderState::Ordered);
    let institution = bank.institution;
    bank.run(move |tx, cx| order::approve(tx, cx, institution, ordered.order)).expect("agreed");
    assert_eq!(orders(&bank, &session)[0].state, OrderState::Approved);
}

// U-12, U-14, E-02
#[test]
fn whoever_moves_after_ordering_confirms_the_new_address() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    let ordered = apply(&bank, &session, ReportedBy::Customer).expect("ordered").order;
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| {
        let moved = Person { address: vec!["架空県みほん市東町3-8-1".into()], ..person() };
        contract::change_person(tx, cx, institution, contract, moved).map(drop)
    })
    .expect("moved");
    let frozen = orders(&bank, &session).remove(0);
    assert!(frozen.frozen);
    assert_eq!(frozen.to.address, person().address, "the address as of the application");
    bank.run(move |tx, cx| order::approve(tx, cx, institution, ordered)).expect("confirmed");
    let confirmed = orders(&bank, &session).remove(0);
    assert!(!confirmed.frozen);
    assert_eq!(confirmed.to.address, ["架空県みほん市東町3-8-1"]);
}

// U-05, U-15, §2.4
#[test]
fn whoever_does_not_switch_is_reminded_and_then_the_card_expires() {
    let bank = Bank::new(with_customer_cards());
    let (session, old) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Customer).expect("ordered");
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    let order = orders(&bank, &session)[0].id;
    let institution = bank.institution;
    let settle = |days| {
        bank.advance_s(days * DAY_S);
        bank.run(move |tx, cx| {
            let order = order::find(tx, institution, order)?;
            if order.state == OrderState::Dispatched {
                cx.save(tx, order.clone().delivered()?)?;
            }
            Ok(())
        })
        .expect("handed over");
        bank.run(move |tx, cx| deadlines::settle(tx, cx, institution, order)).expect("settled")
    };
    assert_eq!(settle(15), Some(What::Remind(1)));
    assert_eq!(settle(16), Some(What::Remind(2)));
    assert_eq!(settle(30), Some(What::Remind(3)));
    assert_eq!(settle(31), Some(What::Expire));
    assert_eq!(bank.credential(card).state, CredentialState::Expired);
    assert_eq!(bank.credential(old).state, CredentialState::Active, "the old card still works");
}

// E-04, E-03, §4.7
#[test]
fn with_the_old_card_lost_only_the_activation_code_opens_the_switch() {
    let bank = Bank::new(with_customer_cards());
    let (session, old) = with_customer_card(&bank);
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| credential::report(tx, cx, institution, contract, old, Reason::Lost))
        .expect("reported");
    bank.run(move |tx, cx| {
        let order = order::of_contract(tx, contract, 1)?.remove(0);
        order::cancel(tx, cx, institution, order.id, Reason::CustomerRequest)
    })
    .expect("the replacement of the customer card is taken back");
    apply(&bank, &session, ReportedBy::Branch).expect("an image card instead");
    bank.deliver_card(contract, MethodKind::ImageCard);
    let begun = begin(&bank, &session);
    assert_eq!(begun.proof, OldProof::ActivationCode);
    let code = issue_code(&bank, &session);
    let wrong = finish(&bank, &session, &begun, Some("000000000000".into()));
    assert_eq!(
        (wrong.outcome, wrong.attempts_left),
        (Outcome::Rejected, 1),
        "counted like any part"
    );
    let typed = format!("{}-{} {}", &code[..4], &code[4..8], &code[8..]);
    assert_eq!(finish(&bank, &session, &begun, Some(typed)).outcome, Outcome::Accepted);
}

fn issue_code(bank: &Bank, session: &Session) -> String {
    let (institution, contract) = (bank.institution, session.contract);
    let code = bank.run(move |tx, cx| {
        contract::tell_activation_code(tx, cx, institution, contract)
            .map(|code| code.expose().clone())
    });
    code.expect("issued")
}

// E-04, E-09: the old card was not revoked, and cannot be read
#[test]
fn whoever_has_a_code_may_show_it_in_place_of_the_old_card() {
    let bank = Bank::new(with_customer_cards());
    let (session, old) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Branch).expect("ordered");
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    let begin_by_code = || {
        let session = session.clone();
        bank.run(move |tx, cx| switch::begin_by_code(tx, cx, &session)).expect("begun")
    };
    let asked = begin_by_code();
    let by_card = (OldProof::Card(MethodKind::CustomerCard), false);
    assert_eq!((asked.proof, asked.code_offered), by_card, "without a code there is no choice");
    let code = issue_code(&bank, &session);
    let offered = begin(&bank, &session);
    assert_eq!(offered.approval.id, asked.approval.id, "a reload draws nothing");
    assert_eq!((offered.proof, offered.code_offered), (by_card.0, true));
    let by_code = begin_by_code();
    assert_eq!((by_code.proof, by_code.code_offered), (OldProof::ActivationCode, false));
    assert!(bank.approval(asked.approval.id).stage.terminal(), "the other question has ended");
    for again in [begin(&bank, &session), begin_by_code()] {
        assert_eq!((again.approval.id, again.proof), (by_code.approval.id, by_code.proof));
    }
    let wrong = finish(&bank, &session, &by_code, Some("000000000000".into()));
    assert_eq!(wrong.outcome, Outcome::Rejected, "the new card alone does not switch");
    assert_eq!(finish(&bank, &session, &by_code, Some(code)).outcome, Outcome::Accepted);
    assert_eq!(bank.credential(old).state, CredentialState::Superseded);
    assert_eq!(bank.credential(card).state, CredentialState::Active);
}

// E-04: a code that has run out is no way round the old card
#[test]
fn a_code_that_has_run_out_is_not_offered() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Branch).expect("ordered");
    bank.deliver_card(session.contract, MethodKind::ImageCard);
    issue_code(&bank, &session);
    bank.advance_s(sekisho_domain::contract::ACTIVATION_DAYS * DAY_S);
    let session = bank.sign_in(LOGIN, true).expect("signed in");
    let begun = bank.run(move |tx, cx| switch::begin_by_code(tx, cx, &session)).expect("begun");
    assert_eq!(begun.proof, OldProof::Card(MethodKind::CustomerCard));
    assert!(!begun.code_offered);
}

// E-09, E-25
#[test]
fn a_damaged_card_works_until_the_next_a_photographed_one_is_dead_at_once() {
    for (reason, still) in [(Reason::Damaged, true), (Reason::Photographed, false)] {
        let bank = Bank::new(with_customer_cards());
        let (session, card) = with_customer_card(&bank);
        let (institution, contract) = (bank.institution, session.contract);
        bank.run(move |tx, cx| credential::report(tx, cx, institution, contract, card, reason))
            .expect("reported");
        assert_eq!(bank.credential(card).state == CredentialState::Active, still, "{reason:?}");
        assert_eq!(bank.request(&session, 1_000).is_ok(), still, "{reason:?}");
        assert_eq!(orders(&bank, &session)[0].reason, Some(reason), "the next one is ordered");
    }
}

// E-20
#[test]
fn a_merger_changes_names_and_codes_and_cards_go_on() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    let mut merged =
        bank.platform.institution(bank.institution).expect("registered").as_ref().clone();
    merged.bank_code = "9990".into();
    merged.name.ja = "新架空信用金庫".into();
    bank.platform.replace(vec![merged]);
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    assert_eq!(bank.answer(id, true).expect("judged").outcome, Outcome::Accepted);
}

// E-21
#[test]
fn what_a_compromised_card_had_approved_is_not_carried_out() {
    let bank = Bank::new(with_customer_cards());
    let (session, card) = with_customer_card(&bank);
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    assert_eq!(bank.answer(id, true).expect("judged").outcome, Outcome::Accepted);
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| {
        credential::report(tx, cx, institution, contract, card, Reason::Phishing)
    })
    .expect("reported");
    let wish = Consume {
        approval: id,
        booked: Booked::Digest(bank.approval(id).digest),
        booking: "CORE-1".into(),
        client: bank.client.id,
    };
    let refused = bank.run(move |tx, cx| approval::consume(tx, cx, institution, &wish));
    let reason = "credential_revoked".to_owned();
    assert_eq!(refused, Err(Refusal::ApprovalClosed { state: "void", reason }.into()));
}

// E-11, §2.1
#[test]
fn the_end_of_a_contract_stops_its_cards_wherever_they_are() {
    let bank = Bank::new(with_customer_cards());
    let (session, card) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Customer).expect("ordered");
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| contract::cancel(tx, cx, institution, contract, Reason::Closed))
        .expect("ended");
    assert_eq!(orders(&bank, &session)[0].state, OrderState::Rejected);
    assert!(bank.credential(card).state.terminal());
    assert!(bank.sign_in(LOGIN, true).is_none());
}

// §2.1
#[test]
fn after_a_fraud_resuming_needs_a_new_password() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = with_customer_card(&bank);
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| {
        contract::suspend(tx, cx, institution, contract, Reason::Fraud, ReportedBy::Staff)
    })
    .expect("stopped");
    bank.run(move |tx, cx| contract::resume(tx, cx, institution, contract)).expect("resumed");
    assert!(bank.sign_in(LOGIN, true).is_none(), "the old password is dead");
    let letter = orders(&bank, &session).remove(0);
    assert_eq!(letter.kind, OrderKind::PasswordLetter, "a new one comes by letter");
}

// U-18, U-25
#[test]
fn the_switch_counts_from_the_next_approval_on() {
    let bank = Bank::new(with_customer_cards());
    let (session, old) = with_customer_card(&bank);
    apply(&bank, &session, ReportedBy::Customer).expect("ordered");
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    let begun = begin(&bank, &session);
    assert_eq!(finish(&bank, &session, &begun, None).outcome, Outcome::Accepted);
    assert_eq!(
        bank.credential(old).state,
        CredentialState::Superseded,
        "terminal: to be destroyed"
    );
    let confirmed = bank.store.inspect(|engine| {
        let of_notice = |event: &&std::sync::Arc<sekisho_app::tx::KeptEvent>| {
            event.kind == "credential.notice_confirmed"
        };
        engine
            .all_events()
            .iter()
            .filter(of_notice)
            .map(|event| event.body.clone())
            .collect::<Vec<_>>()
    });
    assert!(confirmed.len() == 1 && confirmed[0].contains(r#""notice":"1""#), "the text is kept");
    let id = bank.request(&session, 1_000).expect("requested");
    assert_eq!(bank.approval(id).methods, [MethodKind::ImageCard]);
    let remaining = bank.credential(card).remaining(&Policy::default(), 2);
    assert_eq!(remaining, Some(23), "the four cells of the switch are spent (§4.9)");
}
