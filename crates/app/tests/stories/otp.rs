//! 利用開始: what is shown, what is told, and what is counted.

use sekisho_app::approval::{self, By, Given, Outcome};
use sekisho_app::error::Error;
use sekisho_app::procedure::{self, Form, Next, Step};
use sekisho_app::{credential, otp, provision};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::id::InstitutionId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::notice::NoticeKind;
use sekisho_domain::operation::{CredentialAction, Operation};
use sekisho_domain::policy::{EnrolPlace, Provisioning};
use sekisho_domain::procedure::ProcedureKind;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::Session;
use sekisho_domain::token::TokenState;

use crate::handset::{
    Handset, LOGIN, NEW_PHONE, OTHER, PHONE, STEP_S, again, answer, approve, failures, forgive,
    give, identify, in_use, policy, sign_in, start, start_form, token, told, with_card, with_token,
};
use crate::support::Bank;

// T-03, T-06, T-07, T-16, A-03, A-05, A-07, A-12, C-12
#[test]
fn a_token_is_started_from_the_sign_in_page_and_approves_from_then_on() {
    let bank = Bank::new(policy());
    let (session, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let form = start_form(&phone, &bank);
    let Next::Ask(asked) = give(&bank, begun.id, form).expect("given") else {
        panic!("the card is asked");
    };
    assert!(in_use(&bank, session.contract).is_none(), "nothing is bound before the card");
    let asks = bank.approval(asked);
    let Operation::CredentialChange(change) = &asks.operation else { panic!("a change") };
    assert_eq!(change.action, CredentialAction::OtpStart);
    assert_eq!((change.serial.as_deref(), asks.session), (Some(PHONE), None));
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
    assert_eq!(bank.approval(asked).stage.word(), "consumed");
    let used = in_use(&bank, session.contract).expect("in use");
    assert_eq!((used.state, used.method), (CredentialState::Active, MethodKind::OtpApp));
    assert_eq!(token(&bank, phone.id).bound.len(), 1);
    assert_eq!(bank.credential(card).state, CredentialState::Limited);
    assert_eq!(told(&bank, &session, NoticeKind::OtpStarted), 1);
    let id = bank.request(&session, 1_000).expect("requested");
    assert_eq!(bank.approval(id).methods, [MethodKind::OtpApp]);
    let code = phone.next_code(&bank);
    assert_eq!(approve(&bank, id, &code).expect("judged").outcome, Outcome::Accepted);
    let late = give(&bank, begun.id, start_form(&phone, &bank));
    assert_eq!(late, Err(Refusal::NotFound.into()), "a procedure ends once");
}

// T-06, T-11, E-10: whatever is wrong looks the same, and only the card counts it
#[test]
fn what_is_wrong_at_a_start_is_not_told() {
    let bank = Bank::new(policy());
    let (_, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let mut chance = Chance::from_seed([1; 32]);
    let elsewhere = InstitutionId::make(&mut Moment::new(bank.now(), &mut chance));
    let foreign = Handset::of(&bank, NEW_PHONE, elsewhere);
    let revoked = Handset::new(&bank, "SKTS00000001");
    let id = revoked.id;
    bank.run(move |tx, cx| {
        let token = otp::find(tx, cx.platform.institutions()[0].id, id)?;
        otp::end(tx, cx, token, TokenState::Lost, (Reason::Lost, ReportedBy::Phone))
    })
    .expect("lost");
    let right = |token: &Handset| (token.serial(), token.code(&bank));
    let tries = [
        (("SKTSNOBODY00".to_owned(), "123456".to_owned()), true),
        ((PHONE.to_owned(), phone.wrong_code(&bank)), true),
        (right(&foreign), true),
        (right(&revoked), true),
        (right(&phone), false),
    ];
    for ((serial, code), card_right) in tries {
        let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
        let form = Form::Start { serial, code, at_sign_in: true };
        let next = give(&bank, begun.id, form).expect("given");
        let Next::Ask(asked) = next else { panic!("the card is asked in any case: {next:?}") };
        let step = answer(&bank, begun.id, asked, card_right);
        assert_eq!(step, Ok(Step::Rejected { attempts_left: 1 }));
        assert_eq!(bank.credential(card).attempts.failures(), 1, "the joint count is the card's");
        forgive(&bank, card);
    }
}

// E-10
#[test]
fn whoever_does_not_know_the_password_moves_no_count() {
    let (bank, session, card, _) = with_token(policy());
    for kind in [ProcedureKind::OtpStart, ProcedureKind::OtpExchange, ProcedureKind::OtpStop] {
        assert!(identify(&bank, LOGIN, false, kind).is_none());
        assert!(identify(&bank, "99999999999", true, kind).is_none());
        bank.advance_s(700);
    }
    assert_eq!((failures(&bank, &session), bank.credential(card).attempts.failures()), (0, 0));
    let tried = bank.run(move |tx, _| {
        let contract = tx.load::<Contract>(&session.contract)?;
        Ok(contract.expect("a contract").password.attempts.failures())
    });
    assert_eq!(tried, Ok(3), "the password counts its own");
}

// E-10: a right password is no sign-in
#[test]
fn the_door_of_a_procedure_leaves_the_session_alone() {
    let bank = Bank::new(policy());
    let (session, _) = with_card(&bank, LOGIN);
    identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let id = session.id;
    let after = bank.run(move |tx, _| Ok(tx.load::<Session>(&id)?)).expect("read");
    assert_eq!(after, Some(session.clone()));
    assert_eq!(told(&bank, &session, NoticeKind::NewDevice), 0);
}

// Bad input: told at once, the same for every token, and not counted
#[test]
fn what_no_token_shows_is_told_at_once() {
    let bank = Bank::new(policy());
    let (_, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    for (serial, code) in
        [(PHONE, "12345"), (PHONE, "1234567"), (PHONE, "12a456"), ("SK", "123456"), ("", "123456")]
    {
        let form = Form::Start { serial: serial.into(), code: code.into(), at_sign_in: true };
        assert_eq!(give(&bank, begun.id, form), Err(Refusal::AnswerIncomplete.into()), "{code}");
    }
    assert_eq!(bank.credential(card).attempts.failures(), 0);
    let wide: String = phone.code(&bank).chars().map(wide).collect();
    let form = Form::Start { serial: PHONE.to_lowercase(), code: wide, at_sign_in: true };
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("full width is fine") };
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
}

fn wide(digit: char) -> char {
    char::from_u32(u32::from(digit) - u32::from('0') + u32::from('０')).expect("a digit")
}

// E-14
#[test]
fn a_code_is_good_once_for_all_contracts_of_a_token() {
    let (bank, session, _, phone) = with_token(policy());
    let (other, _) = with_card(&bank, OTHER);
    start(&bank, OTHER, &phone);
    assert_eq!(token(&bank, phone.id).bound.len(), 2);
    let code = phone.next_code(&bank);
    let mine = bank.request(&session, 1_000).expect("requested");
    assert_eq!(approve(&bank, mine, &code).expect("judged").outcome, Outcome::Accepted);
    let theirs = bank.request(&other, 1_000).expect("requested");
    let judged = approve(&bank, theirs, &code).expect("judged");
    assert_eq!(judged.outcome, Outcome::Wait, "used at the other contract");
    assert!((1..=STEP_S).contains(&i64::from(judged.wait_s)), "{}", judged.wait_s);
    assert_eq!(failures(&bank, &other), 0, "and not counted");
    bank.advance_s(i64::from(judged.wait_s));
    let next = phone.code(&bank);
    assert_eq!(again(&bank, theirs, &next).expect("judged").outcome, Outcome::Accepted);
}

// E-14: told at once at a start too
#[test]
fn a_used_code_starts_nothing_and_costs_nothing() {
    let (bank, _, _, phone) = with_token(policy());
    let (_, card) = with_card(&bank, OTHER);
    let begun = identify(&bank, OTHER, true, ProcedureKind::OtpStart).expect("the password");
    let form = |code| Form::Start { serial: PHONE.into(), code, at_sign_in: true };
    let next = give(&bank, begun.id, form(phone.code(&bank))).expect("given");
    let Next::Used { wait_s: Some(wait_s) } = next else { panic!("used, wait: {next:?}") };
    assert!((1..=30).contains(&wait_s), "{wait_s}");
    assert_eq!(bank.credential(card).attempts.failures(), 0);
    let next = give(&bank, begun.id, form(phone.next_code(&bank))).expect("given");
    let Next::Ask(asked) = next else { panic!("the card is asked: {next:?}") };
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
}

// C-12, C-13, C-14: policy asks for no card; `challenge_paused`
#[test]
fn without_a_card_wrong_proofs_wait_longer_and_then_pause() {
    let mut policy = policy();
    policy.otp.proof_start = false;
    policy.otp.proof_stop = false;
    let bank = Bank::new(policy);
    let (session, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let wrong =
        || Form::Start { serial: PHONE.into(), code: phone.wrong_code(&bank), at_sign_in: true };
    for wait_s in [0, 5, 30, 120] {
        assert_eq!(give(&bank, begun.id, wrong()), Ok(Next::Refused));
        if wait_s > 0 {
            assert_eq!(give(&bank, begun.id, wrong()), Ok(Next::Wait { wait_s }));
            bank.advance_s(i64::from(wait_s));
        }
    }
    assert_eq!(give(&bank, begun.id, wrong()), Ok(Next::Refused));
    let until = bank.now().plus_s(86_400);
    let paused = give(&bank, begun.id, start_form(&phone, &bank));
    assert_eq!(paused, Err(Refusal::ChallengePaused { until }.into()));
    assert_eq!(bank.credential(card).attempts.failures(), 0, "no card was asked");
    bank.advance_s(86_400);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    assert_eq!(give(&bank, begun.id, start_form(&phone, &bank)), Ok(Next::Done));
    assert_eq!(bank.credential(card).state, CredentialState::Limited);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStop).expect("the password");
    let form = Form::Stop { code: phone.next_code(&bank) };
    assert_eq!(give(&bank, begun.id, form), Ok(Next::Done));
    assert!(in_use(&bank, session.contract).is_none());
}

// C-12: who makes the card useless cannot do without it
#[test]
fn a_card_that_cannot_be_asked_is_not_left_out() {
    let bank = Bank::new(policy());
    let (session, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let form = || start_form(&phone, &bank);
    let begun = || identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password").id;
    bank.run(move |tx, _| {
        let mut held = tx.load::<Credential>(&card)?.expect("a card");
        held.state = CredentialState::Locked;
        Ok(tx.put(held)?)
    })
    .expect("locked");
    let refused = give(&bank, begun(), form());
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::Locked).into()));
    let (institution, contract) = (bank.institution, session.contract);
    bank.run(move |tx, cx| {
        credential::report(tx, cx, institution, contract, card, Reason::Lost).map(drop)
    })
    .expect("reported");
    let refused = give(&bank, begun(), form());
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::NoneEnrolled).into()));
    bank.deliver_card(session.contract, MethodKind::ImageCard);
    let refused = give(&bank, begun(), form());
    assert_eq!(refused, Err(Refusal::NoUsableMethod(NoMethod::CardOnTheWay).into()));
}

// Y-11, Y-13, C-09, C-11
#[test]
fn after_sign_in_an_issued_token_is_started_by_its_first_code_and_given_up() {
    let mut policy = policy();
    policy.otp.enrol_place = EnrolPlace::PostLogin;
    let bank = Bank::new(policy);
    let (session, _) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let (contract, id) = (session.contract, phone.id);
    bank.run(move |tx, cx| {
        let contract = sekisho_app::contract::find(tx, cx.platform.institutions()[0].id, contract)?;
        let token = otp::find(tx, contract.institution, id)?;
        otp::bind(tx, cx, &contract, token, true)
    })
    .expect("issued and set up");
    let open = |session: &Session, kind| {
        let session = session.clone();
        bank.run(move |tx, cx| procedure::begin(tx, cx, &session, kind)).expect("begun")
    };
    let begun = open(&session, ProcedureKind::OtpStart);
    let wrong = Form::Code { code: phone.wrong_code(&bank) };
    assert_eq!(give(&bank, begun.id, wrong), Ok(Next::Refused));
    let right = Form::Code { code: phone.next_code(&bank) };
    assert_eq!(give(&bank, begun.id, right), Ok(Next::Done));
    let used = in_use(&bank, session.contract).expect("in use");
    assert_eq!((used.state, used.at_sign_in), (CredentialState::Active, true));
    let code = phone.next_code(&bank);
    let session = sign_in(&bank, LOGIN, &code);
    let begun = open(&session, ProcedureKind::OtpStop);
    let form = Form::Stop { code: phone.next_code(&bank) };
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("the card is asked") };
    assert_eq!(bank.approval(asked).session, Some(session.id));
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
    assert!(in_use(&bank, session.contract).is_none());
}

// C-09, C-10: `method_not_offered`
#[test]
fn what_the_institution_does_not_offer_there_is_refused() {
    let mut policy = policy();
    policy.otp.enrol_place = EnrolPlace::PreLogin;
    let bank = Bank::new(policy);
    let (session, _) = with_card(&bank, LOGIN);
    for kind in [ProcedureKind::OtpStart, ProcedureKind::OtpIssue, ProcedureKind::SignIn] {
        let of = session.clone();
        let refused = bank.run(move |tx, cx| procedure::begin(tx, cx, &of, kind).map(drop));
        assert_eq!(refused, Err(Refusal::MethodNotOffered.into()), "{kind:?}");
    }
}

// A procedure lives a quarter of an hour, and as long as what it rests on
#[test]
fn a_procedure_ends_with_its_time_its_password_and_its_contract() {
    let bank = Bank::new(policy());
    let (session, _) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let (institution, contract) = (bank.institution, session.contract);
    let known = |id, secret: &'static [u8]| {
        let found = bank.run(move |tx, cx| {
            procedure::visitor(tx, cx, institution, id, secret).map(|found| found.is_some())
        });
        found.expect("looked")
    };
    let begin = || identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password").id;
    let late = begin();
    assert!(known(late, b"procedure") && !known(late, b"guessed"));
    bank.advance_s(900);
    assert!(!known(late, b"procedure"));
    let refused = give(&bank, late, start_form(&phone, &bank));
    assert_eq!(refused, Err(Refusal::NotFound.into()));
    let fresh = begin();
    assert_eq!(bank.run(|tx, cx| procedure::sweep(tx, cx, 10)), Ok(1), "only what is over");
    bank.run(move |tx, cx| {
        let contract = tx.load::<Contract>(&contract)?;
        let changed = crate::handset::verifier("another");
        let contract = contract.expect("a contract");
        Ok(cx.save(tx, contract.choose_password(changed))?)
    })
    .expect("chosen");
    assert!(!known(fresh, b"procedure"), "the password it rests on is gone");
    let suspended = begin();
    bank.run(move |tx, cx| {
        sekisho_app::contract::suspend(
            tx,
            cx,
            institution,
            contract,
            Reason::Fraud,
            ReportedBy::Phone,
        )
    })
    .expect("stopped");
    assert!(!known(suspended, b"procedure"));
}

// Y-08, Y-09, C-10
#[test]
fn the_institution_issues_a_token_to_whoever_shows_the_card() {
    let mut policy = policy();
    policy.otp.provisioning = Provisioning::BankIssue;
    let bank = Bank::new(policy);
    let (session, _) = with_card(&bank, LOGIN);
    let of = session.clone();
    let begun = bank
        .run(move |tx, cx| procedure::begin(tx, cx, &of, ProcedureKind::OtpIssue))
        .expect("begun");
    let form = |mail: &str, start_password: &str| Form::Issue {
        mail: mail.into(),
        start_password: start_password.into(),
    };
    for (mail, start_password) in
        [("hanako@keitai.example", "123"), ("hanako", "80351"), ("@keitai.example", "80351")]
    {
        let refused = give(&bank, begun.id, form(mail, start_password));
        assert_eq!(refused, Err(Refusal::AnswerIncomplete.into()), "{mail} {start_password}");
    }
    let next = give(&bank, begun.id, form("hanako@keitai.example", "80351"));
    let Ok(Next::Ask(asked)) = next else { panic!("the card is asked: {next:?}") };
    assert_eq!(told(&bank, &session, NoticeKind::OtpIssued), 0, "nothing before the card");
    assert_eq!(answer(&bank, begun.id, asked, true), Ok(Step::Done));
    assert_eq!(told(&bank, &session, NoticeKind::OtpIssued), 1);
    let contract = session.contract;
    let issues = bank.run(move |tx, _| provision::issues_of(tx, contract)).expect("listed");
    let sent: Vec<&str> = issues.iter().map(|issue| issue.mail.as_str()).collect();
    assert_eq!(sent, ["hanako@keitai.example"]);
}

// The question of a procedure leads nowhere through another door
#[test]
fn the_card_alone_binds_nothing() {
    let bank = Bank::new(policy());
    let (session, _) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let form =
        Form::Start { serial: PHONE.into(), code: phone.wrong_code(&bank), at_sign_in: true };
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("the card is asked") };
    let challenge = bank.approval(asked).challenge().expect("a question").id;
    let parts = bank.answers(asked, true);
    let given = Given { approval: asked, challenge, parts, besides: true };
    let institution = bank.institution;
    let judged = bank
        .run(move |tx, cx| approval::answer(tx, cx, institution, &given, By::Page(None)))
        .expect("judged");
    assert_eq!(judged.outcome, Outcome::Accepted);
    assert!(in_use(&bank, session.contract).is_none());
    let id = begun.id;
    let late = bank.run(move |tx, cx| procedure::answer(tx, cx, id, challenge, Vec::new()));
    assert!(matches!(late, Err(Error::Refused(Refusal::ApprovalClosed { .. }))), "{late:?}");
}

// A card answered wrongly to the end ends the procedure too
#[test]
fn after_the_last_wrong_answer_the_procedure_is_over() {
    let bank = Bank::new(policy());
    let (session, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    let begun = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let form = start_form(&phone, &bank);
    let Ok(Next::Ask(asked)) = give(&bank, begun.id, form) else { panic!("the card is asked") };
    let first = answer(&bank, begun.id, asked, false);
    assert_eq!(first, Ok(Step::Rejected { attempts_left: 1 }));
    assert_eq!(answer(&bank, begun.id, asked, false), Ok(Step::Over));
    assert_eq!(bank.credential(card).attempts.failures(), 2);
    assert!(in_use(&bank, session.contract).is_none());
    let form =
        || Form::Start { serial: PHONE.into(), code: phone.wrong_code(&bank), at_sign_in: true };
    assert_eq!(give(&bank, begun.id, form()), Err(Refusal::NotFound.into()));
    let anew = identify(&bank, LOGIN, true, ProcedureKind::OtpStart).expect("the password");
    let Ok(Next::Ask(asked)) = give(&bank, anew.id, form()) else { panic!("the card is asked") };
    let soon = answer(&bank, anew.id, asked, true);
    assert_eq!(soon, Ok(Step::Wait { seconds: 5 }), "nothing is judged so soon");
}
