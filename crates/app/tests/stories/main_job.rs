//! From applying for an image card to a transfer approved with it, at the level of use cases.

use sekisho_app::approval::{self, Booked, By, Consume, Consumed, Outcome};
use sekisho_app::error::Error;
use sekisho_app::order::{self, Application};
use sekisho_app::switch::{self, Answered, OldProof};
use sekisho_app::{contract, credential};
use sekisho_domain::credential::CredentialState;
use sekisho_domain::desk::Desk;
use sekisho_domain::method::{CardKind, CellUse, MethodKind};
use sekisho_domain::order::OrderKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;
use sekisho_domain::time::Day;

use crate::support::Bank;

const LOGIN: &str = "12345678901";

fn with_customer_cards() -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    policy
}

fn application(session: &Session, postcode: &str) -> Application {
    Application {
        contract: session.contract,
        kind: OrderKind::ImageCard,
        reason: None,
        source: ReportedBy::Customer,
        postcode: Some(postcode.parse().expect("a postcode")),
    }
}

fn apply(bank: &Bank, session: &Session, postcode: &str) -> Result<order::Ordered, Error> {
    let (institution, wish) = (bank.institution, application(session, postcode));
    bank.run(move |tx, cx| order::apply(tx, cx, institution, &wish))
}

fn switch_to(bank: &Bank, session: &Session, right: bool) -> approval::Judged {
    let begun = {
        let session = session.clone();
        bank.run(move |tx, cx| switch::begin(tx, cx, &session)).expect("begun")
    };
    let given = Answered {
        approval: begun.approval.id,
        notice_read: true,
        notice_version: "1".into(),
        parts: bank.answers(begun.approval.id, right),
        code: None,
    };
    let session = session.clone();
    bank.run(move |tx, cx| switch::answer(tx, cx, &session, &given)).expect("judged")
}

/// A customer with a customer card in use, and an image card that has arrived.
fn customer_with_posted_card(bank: &Bank) -> (Session, sekisho_domain::id::CredentialId) {
    let session = bank.customer(LOGIN);
    let old = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(old);
    apply(bank, &session, "1234567").expect("ordered");
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    (session, card)
}

// U-06, U-07 to U-16, U-19, U-23 to U-25, K-12, K-14, K-15, §2.8
#[test]
fn the_main_job_is_done() {
    let bank = Bank::new(with_customer_cards());
    let (session, card) = customer_with_posted_card(&bank);
    assert_eq!(
        bank.credential(card).state,
        CredentialState::Pending,
        "receipt changes nothing (U-15)"
    );
    assert_eq!(switch_to(&bank, &session, true).outcome, Outcome::Accepted);
    assert_eq!(bank.credential(card).state, CredentialState::Active);

    bank.advance_s(60);
    let id = bank.request(&session, 50_000).expect("requested");
    assert_eq!(
        bank.approval(id).methods,
        [MethodKind::ImageCard],
        "the old card serves no more (K-15)"
    );
    bank.open(id).expect("opened");
    let judged = bank.answer(id, true).expect("judged");
    assert_eq!((judged.outcome, judged.state.as_str()), (Outcome::Accepted, "approved"));

    let wish = Consume {
        approval: id,
        booked: Booked::Digest(bank.approval(id).digest),
        booking: "CORE-1".into(),
        client: bank.client.id,
    };
    let institution = bank.institution;
    let again = wish.clone();
    let used = bank.run(move |tx, cx| approval::consume(tx, cx, institution, &wish)).expect("used");
    assert!(matches!(used, Consumed::Once(_)));
    let twice = bank.run(move |tx, cx| approval::consume(tx, cx, institution, &again));
    assert!(matches!(twice, Err(Error::Refused(Refusal::AlreadyConsumed { .. }))));
}

// U-13, E-01
#[test]
fn one_order_at_a_time_and_only_to_the_registered_address() {
    let bank = Bank::new(with_customer_cards());
    let session = bank.customer(LOGIN);
    let old = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(old);
    assert_eq!(apply(&bank, &session, "7654321"), Err(Refusal::AddressMismatch.into()));
    let first = apply(&bank, &session, "1234567").expect("ordered");
    match apply(&bank, &session, "1234567") {
        Err(Error::Refused(Refusal::OrderOpen { order, .. })) => assert_eq!(order, first.order),
        other => panic!("{other:?}"),
    }
}

// §2.3, E-01: found by the simulator
#[test]
fn the_first_right_answer_of_a_posted_customer_card_ends_its_order() {
    let bank = Bank::new(with_customer_cards());
    let session = bank.customer(LOGIN);
    let card = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    assert_eq!(bank.answer(id, true).expect("judged").outcome, Outcome::Accepted);
    assert_eq!(bank.credential(card).state, CredentialState::Active);
    apply(&bank, &session, "1234567").expect("the next card can be ordered");
}

// U-24, E-03: found by the simulator
#[test]
fn a_card_that_gave_its_last_cells_to_the_switch_still_proves_its_owner() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let old = bank.card_of(&session);
    let contract = session.contract;
    while bank.credential(old).remaining(&Policy::default(), 2) > Some(1) {
        let session = bank.sign_in(LOGIN, true).expect("signed in");
        let id = bank.request(&session, 1_000).expect("requested");
        bank.open(id).expect("opened");
        assert_eq!(bank.answer(id, true).expect("judged").outcome, Outcome::Accepted);
        bank.advance_s(200); // nobody books it, and what it held is free again
    }
    let session = bank.sign_in(LOGIN, true).expect("signed in");
    bank.deliver_card(contract, MethodKind::ImageCard);
    assert_eq!(switch_to(&bank, &session, true).outcome, Outcome::Accepted);
    assert_eq!(bank.credential(old).state, CredentialState::Superseded);
}

// U-24, E-03
#[test]
fn the_new_card_alone_does_not_switch_while_an_old_one_can_prove_its_owner() {
    let bank = Bank::new(with_customer_cards());
    let (session, _) = customer_with_posted_card(&bank);
    let begun = {
        let session = session.clone();
        bank.run(move |tx, cx| switch::begin(tx, cx, &session)).expect("begun")
    };
    assert_eq!(begun.proof, OldProof::Card(MethodKind::CustomerCard));
    let asked = begun.approval.challenge().expect("a challenge").parts.len();
    assert_eq!(asked, 2, "two positions of the old card, four cells of the new");
}

// E-22, E-23
#[test]
fn a_reload_shows_the_same_and_a_wrong_answer_is_counted_but_not_redrawn() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let id = bank.request(&session, 1_000).expect("requested");
    let first = bank.open(id).expect("opened");
    let again = bank.open(id).expect("shown again");
    assert!(first.fresh && !again.fresh);
    assert_eq!(first.challenge, again.challenge);
    let shown = bank.approval(id).challenge().expect("asked").parts[0].body.clone();
    let judged = bank.answer(id, false).expect("judged");
    assert_eq!((judged.outcome, judged.attempts_left), (Outcome::Rejected, 1));
    let after = bank.approval(id).challenge().expect("asked still").parts[0].body.clone();
    assert_eq!(shown.get(), after.get());
    let judged = bank.answer(id, false).expect("judged");
    assert_eq!(
        (judged.state.as_str(), judged.reason.as_deref()),
        ("refused", Some("attempts_exhausted"))
    );
}

fn image_card_customer(bank: &Bank) -> Session {
    let session = bank.customer(LOGIN);
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    bank.put_in_use(card);
    bank.advance_s(25 * 3600);
    bank.sign_in(LOGIN, true).expect("signed in")
}

// §2.4, §2.3, §4.3, E-10
#[test]
fn five_wrong_answers_in_a_row_lock_the_card_over_all_operations() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let mut wrong = 0;
    while wrong < 5 {
        bank.advance_s(121);
        let id = bank.request(&session, 1_000).expect("requested");
        bank.open(id).expect("opened");
        while wrong < 5 && bank.approval(id).challenge().is_some() {
            let judged = bank.answer(id, false).expect("judged");
            match judged.outcome {
                Outcome::Wait => bank.advance_s(i64::from(judged.wait_s)),
                _ => wrong += 1,
            }
        }
    }
    let refused = bank.request(&session, 1_000);
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::Locked).into()));
}

// E-17
#[test]
fn a_second_challenge_of_the_contract_voids_the_first() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let first = bank.request(&session, 1_000).expect("requested");
    let second = bank.request(&session, 2_000).expect("requested");
    bank.open(first).expect("opened");
    bank.open(second).expect("opened");
    let voided = bank.answer_closed(first);
    assert_eq!(voided, Refusal::ApprovalClosed { state: "void", reason: "replaced".into() });
    assert_eq!(bank.answer(second, true).expect("judged").outcome, Outcome::Accepted);
}

// §4.5, E-17
#[test]
fn a_replaced_question_is_never_asked_again_unchanged() {
    let mut policy = Policy::default();
    policy.image_card.cell_use = CellUse::Unlimited;
    policy.challenge.abandoned_per_day = 200;
    policy.challenge.abandoned_between = 200;
    let bank = Bank::new(policy);
    let session = image_card_customer(&bank);
    let shunned = |bank: &Bank| {
        let id = session.contract;
        let desk = bank.run(move |tx, _| Ok(tx.load::<Desk>(&id)?)).expect("read").expect("a desk");
        let card = bank.credential(desk.credentials[0]);
        let motion: serde_json::Value = serde_json::from_str(card.motion.get()).expect("JSON");
        motion["shunned"].as_array().expect("a list").len()
    };
    let first = bank.request(&session, 1_000).expect("requested");
    let second = bank.request(&session, 2_000).expect("requested");
    bank.open(first).expect("opened");
    assert_eq!(shunned(&bank), 0);
    bank.open(second).expect("opened");
    assert_eq!(shunned(&bank), 1);
}

// §4.5
#[test]
fn three_abandoned_challenges_in_a_day_pause_the_card() {
    let bank = Bank::new(Policy::default());
    let mut session = image_card_customer(&bank);
    for _ in 0..3 {
        let id = bank.request(&session, 1_000).expect("requested");
        bank.open(id).expect("opened");
        bank.advance_s(301);
        bank.run(|tx, cx| approval::expire_due(tx, cx, 10)).expect("expired");
        assert_eq!(bank.approval(id).stage.word(), "expired");
        session = bank.sign_in(LOGIN, true).expect("signed in again");
    }
    let id = bank.request(&session, 1_000).expect("requested");
    assert!(matches!(bank.open(id), Err(Error::Refused(Refusal::ChallengePaused { .. }))));
}

// E-07
#[test]
fn the_mandatory_date_is_judged_at_the_answer() {
    let mut policy = with_customer_cards();
    policy.migration.mandatory_date = Day::new(2026, 11, 21);
    let bank = Bank::new(policy);
    let session = bank.customer(LOGIN);
    let card = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(card);
    bank.advance_s(12 * 3600 - 60);
    let session = bank.sign_in(LOGIN, true).unwrap_or(session);
    let id = bank.request(&session, 1_000).expect("requested before midnight");
    bank.open(id).expect("opened before midnight");
    bank.advance_s(61);
    let judged = bank.answer(id, true).expect("judged after midnight");
    assert_eq!(judged.outcome, Outcome::Rejected);
    assert_eq!(judged.reason.as_deref(), Some("method_retired"));
    assert_eq!(bank.credential(card).attempts.failures(), 0, "not counted");
    let refused = bank.request(&session, 1_000);
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::MandatoryDatePassed).into()));
}

// §2.1, E-25
#[test]
fn stopping_voids_what_is_open_and_a_lost_card_is_dead_and_ordered_again() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    let institution = bank.institution;
    let (contract, card) =
        (session.contract, bank.approval(id).challenge().expect("asked").parts[0].credential);
    bank.run(move |tx, cx| {
        credential::report(tx, cx, institution, contract, card, Reason::Photographed)
    })
    .expect("reported");
    assert_eq!(bank.approval(id).stage.word(), "void");
    assert_eq!(bank.credential(card).state, CredentialState::Revoked(Reason::Photographed));
    let orders = bank.run(move |tx, _| order::of_contract(tx, contract, 10)).expect("listed");
    assert_eq!(
        orders[0].reason,
        Some(Reason::Photographed),
        "the next card is ordered, free of charge"
    );
    bank.run(move |tx, cx| {
        contract::suspend(tx, cx, institution, contract, Reason::Phishing, ReportedBy::Customer)
    })
    .expect("stopped");
    assert!(bank.sign_in(LOGIN, true).is_none(), "nobody signs in any more");
}

// E-10
#[test]
fn a_wrong_password_is_counted_before_it_is_judged() {
    let bank = Bank::new(Policy::default());
    bank.customer(LOGIN);
    let mut tried = 0;
    while bank.sign_in(LOGIN, false).is_none() && tried < 10 {
        tried += 1;
        bank.advance_s(601);
    }
    assert!(bank.sign_in(LOGIN, true).is_none(), "locked: the right password is refused alike");
}

// §4.9: card-only amount
#[test]
fn a_printed_card_approves_only_its_amount_of_a_day() {
    let bank = Bank::new(Policy::default());
    let session = image_card_customer(&bank);
    let refused = bank.request(&session, 100_001);
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::LimitReached).into()));
    bank.request(&session, 100_000).expect("within the limit");
}

impl Bank {
    /// The one card of a customer.
    fn card_of(&self, session: &Session) -> sekisho_domain::id::CredentialId {
        let contract = session.contract;
        let held = self.run(move |tx, _| credential::of_contract(tx, contract, 1)).expect("listed");
        held[0].id
    }

    fn answer_closed(&self, id: sekisho_domain::id::ApprovalId) -> Refusal {
        let given = approval::Given {
            approval: id,
            challenge: sekisho_domain::id::ChallengeId::parse("chl_01m7vncg6rfqy9yra91f5wgkx8")
                .expect("an id"),
            parts: Vec::new(),
            besides: true,
        };
        let (institution, by) = (self.institution, By::Client(self.client.id));
        match self.run(move |tx, cx| approval::answer(tx, cx, institution, &given, by)) {
            Err(Error::Refused(refusal)) => refusal,
            other => panic!("{other:?}"),
        }
    }
}
