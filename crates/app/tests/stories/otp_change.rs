//! Tokens exchanged, given up and lost; the card beside them.

use sekisho_app::approval::{Given, Outcome};
use sekisho_app::credential;
use sekisho_app::error::Error;
use sekisho_app::procedure::{self, Form, Next, Step};
use sekisho_app::switch::{self, Answered};
use sekisho_domain::credential::CredentialState;
use sekisho_domain::method::{Answer, MethodKind};
use sekisho_domain::notice::NoticeKind;
use sekisho_domain::policy::AfterStop;
use sekisho_domain::procedure::ProcedureKind;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;
use sekisho_domain::token::TokenState;

use crate::handset::{
    Handset, LOGIN, NEW_PHONE, OTHER, PHONE, STEP_S, again, answer, approve, carry_out, forgive,
    give, identify, in_use, policy, sign_in, start, start_form, token, told, with_card, with_token,
};
use crate::support::Bank;

// T-10, T-12, T-13, C-14
#[test]
fn an_exchange_puts_the_new_token_in_place_of_the_old_in_one_commit() {
    let (bank, session, card, phone) = with_token(policy());
    let old = in_use(&bank, session.contract).expect("in use");
    let new = Handset::new(&bank, NEW_PHONE);
    let old_code = phone.next_code(&bank);
    let code = new.code(&bank);
    let form =
        Form::Exchange { old_code: old_code.clone(), serial: new.serial(), code: code.clone() };
    assert_eq!(carry_out(&bank, LOGIN, ProcedureKind::OtpExchange, form), Step::Done);
    let used = in_use(&bank, session.contract).expect("in use");
    assert_eq!((used.token(), used.state), (Some(new.id), CredentialState::Active));
    assert_eq!(bank.credential(old.id).state, CredentialState::Exchanged);
    assert_eq!(token(&bank, phone.id).bound, []);
    assert_eq!(told(&bank, &session, NoticeKind::OtpExchanged), 1);
    assert_eq!(bank.credential(card).state, CredentialState::Limited, "still the proof");
    let id = bank.request(&session, 1_000).expect("requested");
    assert_eq!(approve(&bank, id, &code).expect("judged").outcome, Outcome::Wait, "spent too");
    let old_code = phone.next_code(&bank);
    assert_eq!(again(&bank, id, &old_code).expect("judged").outcome, Outcome::Rejected);
    let code = new.next_code(&bank);
    assert_eq!(again(&bank, id, &code).expect("judged").outcome, Outcome::Accepted);
}

// T-12, E-12: the new code alone is not enough, nor the old one
#[test]
fn an_exchange_wants_both_codes() {
    let (bank, session, card, phone) = with_token(policy());
    let new = Handset::new(&bank, NEW_PHONE);
    for (old_right, new_right) in [(true, false), (false, true)] {
        bank.advance_s(STEP_S);
        let code = |token: &Handset, right| {
            if right { token.code(&bank) } else { token.wrong_code(&bank) }
        };
        let form = Form::Exchange {
            old_code: code(&phone, old_right),
            serial: new.serial(),
            code: code(&new, new_right),
        };
        let step = carry_out(&bank, LOGIN, ProcedureKind::OtpExchange, form);
        assert_eq!(step, Step::Rejected { attempts_left: 1 });
        forgive(&bank, card);
    }
    assert_eq!(in_use(&bank, session.contract).and_then(|it| it.token()), Some(phone.id));
}

// An exchange may overtake a question to the old token
#[test]
fn a_question_to_a_token_that_was_exchanged_ends() {
    let (bank, session, _, phone) = with_token(policy());
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    let challenge = bank.approval(id).challenge().expect("a question").id;
    let new = Handset::new(&bank, NEW_PHONE);
    let form = Form::Exchange {
        old_code: phone.next_code(&bank),
        serial: new.serial(),
        code: new.code(&bank),
    };
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpExchange).expect("the password");
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("the card is asked") };
    assert_eq!(bank.approval(id).stage.word(), "void", "one question at a time (E-17)");
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
    let parts = vec![Answer::Code(phone.next_code(&bank))];
    let given = Given { approval: id, challenge, parts, besides: true };
    assert!(matches!(bank.give(given), Err(Error::Refused(Refusal::ApprovalClosed { .. }))));
}

// T-08, T-09, C-13, C-15
#[test]
fn after_a_stop_the_policy_says_what_approves() {
    for (after_stop, state) in [
        (AfterStop::None, CredentialState::Limited),
        (AfterStop::FallbackCard, CredentialState::Active),
    ] {
        let mut policy = policy();
        policy.otp.after_stop = after_stop;
        let (bank, session, card, phone) = with_token(policy);
        let stopped = in_use(&bank, session.contract).expect("in use").id;
        let form = Form::Stop { code: phone.next_code(&bank) };
        assert_eq!(carry_out(&bank, LOGIN, ProcedureKind::OtpStop, form), Step::Done);
        assert_eq!(bank.credential(stopped).state, CredentialState::Stopped);
        assert_eq!(bank.credential(card).state, state);
        assert_eq!(token(&bank, phone.id).bound, []);
        assert_eq!(told(&bank, &session, NoticeKind::OtpStopped), 1);
        let session = bank.sign_in(LOGIN, true).expect("no code is asked any more");
        let approved = bank.request(&session, 1_000).is_ok();
        assert_eq!(approved, after_stop == AfterStop::FallbackCard);
    }
}

// §2.5: a waiting time after a stop; `restart_waiting`, `invalid_transition`
#[test]
fn a_token_is_started_again_only_after_a_while() {
    let (bank, session, card, phone) = with_token(policy());
    let begin = |session: &Session, kind| {
        let session = session.clone();
        bank.run(move |tx, cx| procedure::begin(tx, cx, &session, kind).map(|begun| begun.id))
    };
    let twice = begin(&session, ProcedureKind::OtpStart);
    assert_eq!(twice, Err(Refusal::InvalidTransition { state: "active" }.into()));
    let form = Form::Stop { code: phone.next_code(&bank) };
    assert_eq!(carry_out(&bank, LOGIN, ProcedureKind::OtpStop, form), Step::Done);
    let until = bank.now().plus_s(1_800);
    let soon = begin(&session, ProcedureKind::OtpStart);
    assert_eq!(soon, Err(Refusal::RestartWaiting { until }.into()));
    let none = begin(&session, ProcedureKind::OtpStop);
    assert_eq!(none, Err(Refusal::NoUsableMethod(NoMethod::NoneEnrolled).into()));
    let form = start_form(&phone, &bank);
    let step = carry_out(&bank, LOGIN, ProcedureKind::OtpStart, form);
    assert_eq!(step, Step::Rejected { attempts_left: 1 }, "and at the door nobody says why");
    forgive(&bank, card);
    bank.advance_s(1_800);
    start(&bank, LOGIN, &phone);
}

// E-18
#[test]
fn a_serial_reported_stolen_is_dead_for_every_contract() {
    let (bank, session, card, phone) = with_token(policy());
    let (other, other_card) = with_card(&bank, OTHER);
    start(&bank, OTHER, &phone);
    let used = in_use(&bank, other.contract).expect("in use").id;
    let institution = bank.institution;
    bank.run(move |tx, cx| {
        credential::revoke(tx, cx, institution, used, Reason::Stolen, ReportedBy::Phone)
    })
    .expect("revoked");
    assert_eq!(token(&bank, phone.id).state, TokenState::Compromised);
    for (session, card) in [(&session, card), (&other, other_card)] {
        assert!(in_use(&bank, session.contract).is_none());
        assert_eq!(told(&bank, session, NoticeKind::OtpRevoked), 1);
        assert_eq!(bank.credential(card).state, CredentialState::Active, "the card in its place");
    }
}

// E-12, C-16, T-14, T-15: a dead phone
#[test]
fn with_a_dead_phone_the_institution_ends_the_token_and_another_is_started() {
    let (bank, session, card, phone) = with_token(policy());
    let dead = in_use(&bank, session.contract).expect("in use").id;
    let new = Handset::new(&bank, NEW_PHONE);
    let form = Form::Exchange {
        old_code: phone.wrong_code(&bank),
        serial: new.serial(),
        code: new.code(&bank),
    };
    let alone = carry_out(&bank, LOGIN, ProcedureKind::OtpExchange, form);
    assert_eq!(alone, Step::Rejected { attempts_left: 1 }, "not with password and card alone");
    forgive(&bank, card);
    let institution = bank.institution;
    bank.run(move |tx, cx| {
        credential::revoke(tx, cx, institution, dead, Reason::Damaged, ReportedBy::Staff)
    })
    .expect("revoked");
    assert_eq!(bank.credential(dead).state, CredentialState::Revoked(Reason::Damaged));
    assert_eq!(token(&bank, phone.id).bound, [], "the app itself is not accused of anything");
    assert_eq!(told(&bank, &session, NoticeKind::OtpRevoked), 1);
    bank.advance_s(1_800);
    start(&bank, LOGIN, &new);
    assert_eq!(in_use(&bank, session.contract).and_then(|it| it.token()), Some(new.id));
}

// E-05, E-06, U-04
#[test]
fn a_switch_beside_a_token_only_changes_the_card_that_proves() {
    let bank = Bank::new(policy());
    let (session, old) = with_card(&bank, LOGIN);
    let wish = sekisho_app::order::Application {
        contract: session.contract,
        kind: sekisho_domain::order::OrderKind::ImageCard,
        reason: None,
        source: ReportedBy::Customer,
        postcode: Some(crate::support::person().postcode),
    };
    let institution = bank.institution;
    bank.run(move |tx, cx| sekisho_app::order::apply(tx, cx, institution, &wish)).expect("ordered");
    let card = bank.deliver_card(session.contract, MethodKind::ImageCard);
    let phone = Handset::new(&bank, PHONE);
    start(&bank, LOGIN, &phone);
    assert_eq!(bank.credential(card).state, CredentialState::Pending, "it waits for the switch");
    let code = phone.next_code(&bank);
    let session = sign_in(&bank, LOGIN, &code);
    let of = session.clone();
    let begun = bank.run(move |tx, cx| switch::begin(tx, cx, &of)).expect("begun");
    let given = Answered {
        approval: begun.approval.id,
        notice_read: true,
        notice_version: "1".into(),
        parts: bank.answers(begun.approval.id, true),
        code: None,
    };
    let of = session.clone();
    let judged = bank.run(move |tx, cx| switch::answer(tx, cx, &of, &given)).expect("judged");
    assert_eq!(judged.outcome, Outcome::Accepted);
    assert_eq!(bank.credential(old).state, CredentialState::Superseded);
    assert_eq!(bank.credential(card).state, CredentialState::Limited);
    let id = bank.request(&session, 1_000).expect("requested");
    assert_eq!(bank.approval(id).methods, [MethodKind::OtpApp]);
    let form = Form::Stop { code: phone.next_code(&bank) };
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStop).expect("the password");
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("the card is asked") };
    let asks = bank.approval(asked);
    assert_eq!((asks.methods.as_slice(), asks.cells), (&[MethodKind::ImageCard][..], 4));
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
}
