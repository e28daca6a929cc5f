//! The code at sign-in and in approvals: asked for, good once, counted, locked.

use sekisho_app::approval::{Given, Outcome};
use sekisho_app::credential;
use sekisho_app::procedure::{Form, Step};
use sekisho_app::session::CodeShown;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::method::{Answer, MethodKind};
use sekisho_domain::notice::NoticeKind;
use sekisho_domain::policy::LoginMode;
use sekisho_domain::procedure::ProcedureKind;
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;

use crate::handset::{
    Handset, LOGIN, PHONE, again, approve, carry_out, code_wanted, failures, in_use, policy,
    show_code, sign_in, told, with_card, with_token,
};
use crate::support::Bank;

// E-15
#[test]
fn a_code_of_the_sign_in_approves_no_transfer() {
    let (bank, _, _, phone) = with_token(policy());
    let code = phone.next_code(&bank);
    let session = sign_in(&bank, LOGIN, &code);
    let id = bank.request(&session, 1_000).expect("requested");
    let judged = approve(&bank, id, &code).expect("judged");
    assert_eq!(judged.outcome, Outcome::Wait);
    assert_eq!(failures(&bank, &session), 0);
    bank.advance_s(i64::from(judged.wait_s));
    let next = phone.code(&bank);
    assert_eq!(again(&bank, id, &next).expect("judged").outcome, Outcome::Accepted);
}

// One acceptance per code, and none of the others is counted
#[test]
fn of_sixty_four_equal_codes_one_is_accepted_and_none_counted() {
    let (bank, session, _, phone) = with_token(policy());
    let waiting: Vec<_> =
        (0..64).map(|_| code_wanted(&bank, LOGIN).expect("a code is wanted").id).collect();
    let code = phone.next_code(&bank);
    let shown: Vec<CodeShown> = waiting.iter().map(|id| show_code(&bank, *id, &code)).collect();
    let admitted = shown.iter().filter(|shown| matches!(shown, CodeShown::In(_))).count();
    let used = shown.iter().filter(|shown| matches!(shown, CodeShown::Used { .. })).count();
    assert_eq!((admitted, used), (1, 63));
    assert_eq!(failures(&bank, &session), 0);
    let code = phone.next_code(&bank);
    let session = sign_in(&bank, LOGIN, &code);
    let id = bank.request(&session, 1_000).expect("requested");
    bank.open(id).expect("opened");
    let challenge = bank.approval(id).challenge().expect("a question").id;
    let code = phone.next_code(&bank);
    let answers = (0..64).map(|_| {
        let parts = vec![Answer::Code(code.clone())];
        let given = Given { approval: id, challenge, parts, besides: true };
        bank.give(given).is_ok_and(|judged| judged.outcome == Outcome::Accepted)
    });
    assert_eq!(answers.filter(|accepted| *accepted).count(), 1);
    assert_eq!(failures(&bank, &session), 0);
}

// T-04, A-09, C-07, Y-12
#[test]
fn a_sign_in_asks_for_a_code_where_policy_or_customer_want_it() {
    for (mode, at_sign_in, asked) in [
        (LoginMode::Forced, false, true),
        (LoginMode::ChoiceDefaultOn, true, true),
        (LoginMode::ChoiceDefaultOff, false, false),
    ] {
        let mut policy = policy();
        policy.otp.login_mode = mode;
        let bank = Bank::new(policy);
        with_card(&bank, LOGIN);
        let phone = Handset::new(&bank, PHONE);
        let form = Form::Start { serial: phone.serial(), code: phone.code(&bank), at_sign_in };
        assert_eq!(carry_out(&bank, LOGIN, ProcedureKind::OtpStart, form), Step::Done);
        let direct = bank.sign_in(LOGIN, true);
        assert_eq!(direct.is_none(), asked, "{mode:?}");
        if asked {
            let code = phone.next_code(&bank);
            let session = sign_in(&bank, LOGIN, &code);
            assert_eq!(session.otp, Some(MethodKind::OtpApp));
        }
    }
}

// Y-12, E-10: nothing is noted of a sign-in before the code was right
#[test]
fn a_sign_in_without_its_code_leaves_no_trace_of_a_sign_in() {
    let (bank, session, _, phone) = with_token(policy());
    let contract = session.contract;
    let last = || {
        let read = bank.run(move |tx, _| {
            let contract = tx.load::<Contract>(&contract)?;
            Ok(contract.expect("a contract").last_sign_in_at)
        });
        read.expect("read")
    };
    let before = last();
    let waiting = code_wanted(&bank, LOGIN).expect("a code is wanted");
    assert_eq!(last(), before);
    let id = session.id;
    let open = bank.run(move |tx, _| Ok(tx.load::<Session>(&id)?)).expect("read");
    assert_eq!(open.and_then(|session| session.ended), None, "the older session goes on");
    assert_eq!(told(&bank, &session, NoticeKind::NewDevice), 0);
    let code = phone.next_code(&bank);
    assert!(matches!(show_code(&bank, waiting.id, &code), CodeShown::In(_)));
    assert_eq!(last(), Some(bank.now()));
    assert_eq!(told(&bank, &session, NoticeKind::NewDevice), 1);
    assert_eq!(show_code(&bank, waiting.id, &code), CodeShown::Gone, "once");
}

// §2.5: locked after five wrong codes; unlocked by staff
#[test]
fn five_wrong_codes_lock_the_token_until_staff_unlock_it() {
    let (bank, session, _, phone) = with_token(policy());
    let waiting = code_wanted(&bank, LOGIN).expect("a code is wanted");
    for (left, wait_s) in [(4, 0), (3, 5), (2, 30), (1, 120)] {
        let wrong = phone.wrong_code(&bank);
        assert_eq!(show_code(&bank, waiting.id, &wrong), CodeShown::Rejected { left });
        if wait_s > 0 {
            assert_eq!(show_code(&bank, waiting.id, &wrong), CodeShown::Wait { wait_s });
        }
        bank.advance_s(i64::from(wait_s));
    }
    let wrong = phone.wrong_code(&bank);
    assert_eq!(show_code(&bank, waiting.id, &wrong), CodeShown::Locked);
    let locked = in_use(&bank, session.contract).expect("held");
    assert_eq!(locked.state, CredentialState::Locked);
    assert_eq!(told(&bank, &session, NoticeKind::OtpLocked), 1);
    let anew = code_wanted(&bank, LOGIN).expect("a code is wanted");
    let right = phone.next_code(&bank);
    assert_eq!(show_code(&bank, anew.id, &right), CodeShown::Locked);
    let refused = bank.request(&session, 1_000);
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::Locked).into()));
    let (institution, id) = (bank.institution, locked.id);
    bank.run(move |tx, cx| credential::unlock(tx, cx, institution, id)).expect("unlocked");
    let right = phone.next_code(&bank);
    sign_in(&bank, LOGIN, &right);
    assert_eq!(failures(&bank, &session), 0);
}
