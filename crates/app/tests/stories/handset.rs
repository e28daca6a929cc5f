//! A token in the hand, whose codes the tests know, and the ways a customer uses it.

use sekisho_app::approval::{self, By, Given, Judged};
use sekisho_app::error::Error;
use sekisho_app::otp::{self, Arrival};
use sekisho_app::procedure::{self, Entered, Form, Next, Step};
use sekisho_app::session::{self, CodeShown, Entry, Knock};
use sekisho_app::tx::{Query, Table};
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{
    ApprovalId, ContractId, CredentialId, InstitutionId, ProcedureId, TokenId,
};
use sekisho_domain::method::otp::{Secret, Seed, State};
use sekisho_domain::method::{Answer, CardKind, MethodKind};
use sekisho_domain::notice::{NoticeKind, PostedNotice};
use sekisho_domain::oath::{Algorithm, Digits, hotp, step};
use sekisho_domain::password::{Device, Verifier};
use sekisho_domain::policy::Policy;
use sekisho_domain::procedure::{Procedure, ProcedureKind};
use sekisho_domain::session::Session;
use sekisho_domain::text::{LoginId, LoginIdForm};
use sekisho_domain::token::{Token, TokenKind};

use crate::support::Bank;

/// Seconds a code is shown.
pub(crate) const STEP_S: i64 = 30;

/// A token app on a phone.
pub(crate) struct Handset {
    pub(crate) id: TokenId,
    secret: Secret,
}

impl Handset {
    /// A token app that this bank knows.
    pub(crate) fn new(bank: &Bank, serial: &str) -> Self {
        Self::of(bank, serial, bank.institution)
    }

    /// A token app that another bank knows.
    pub(crate) fn of(bank: &Bank, serial: &str, institution: InstitutionId) -> Self {
        let seed = serial.bytes().cycle().take(32).collect();
        let secret = Secret {
            serial: serial.to_owned(),
            algorithm: Algorithm::Sha256,
            digits: Digits::SIX,
            period_s: Some(30),
            seed: Seed::new(seed),
        };
        let known = secret.clone();
        let token = bank.run(move |tx, cx| {
            let arrival = Arrival {
                institution,
                kind: TokenKind::App,
                secret: known.clone(),
                state: State::default(),
                import: None,
                device_key: None,
                expires_on: None,
            };
            otp::take_in(tx, cx, arrival)
        });
        Self { id: token.expect("kept").expect("a new serial").id, secret }
    }

    pub(crate) fn serial(&self) -> String {
        self.secret.serial.clone()
    }

    /// What it shows now.
    pub(crate) fn code(&self, bank: &Bank) -> String {
        let at = step(bank.now(), 30);
        hotp(self.secret.algorithm, self.secret.seed.expose(), at, self.secret.digits)
    }

    /// What it shows when what it shows now is gone.
    pub(crate) fn next_code(&self, bank: &Bank) -> String {
        bank.advance_s(STEP_S);
        self.code(bank)
    }

    /// Six digits that it does not show, nor did, nor will in the next minutes.
    pub(crate) fn wrong_code(&self, bank: &Bank) -> String {
        let here = step(bank.now(), 30);
        let shown = |code: &String| {
            (here - 4..=here + 4).any(|at| {
                let secret = &self.secret;
                hotp(secret.algorithm, secret.seed.expose(), at, secret.digits) == *code
            })
        };
        let mut codes = (0..).map(|number| format!("{number:06}"));
        codes.find(|code| !shown(code)).expect("most are wrong")
    }
}

/// The door, before the sign-in.
fn knock(bank: &Bank, login_id: &str, right: bool) -> Option<Entry> {
    let institution = bank.institution;
    let login = LoginId::parse(login_id, LoginIdForm::Digits11);
    let knocked = bank.run(move |tx, cx| session::knock(tx, cx, institution, login.as_ref()));
    let Knock::Try(contract, checked) = knocked.expect("a knock is never refused") else {
        return None;
    };
    let device = Device { mark: "phone".into(), kind: "iPhone".into() };
    let secret_hash = session::hash(b"procedure");
    Some(Entry { contract, checked, right, renewed: None, device, secret_hash })
}

/// 利用者認証: the password at the door of a procedure.
pub(crate) fn identify(
    bank: &Bank,
    login_id: &str,
    right: bool,
    kind: ProcedureKind,
) -> Option<Procedure> {
    let entry = knock(bank, login_id, right)?;
    match bank.run(move |tx, cx| procedure::enter(tx, cx, entry.clone(), kind)).expect("judged") {
        Entered::In(procedure) => Some(*procedure),
        Entered::Refused => None,
    }
}

/// A sign-in up to where it waits for a code.
pub(crate) fn code_wanted(bank: &Bank, login_id: &str) -> Option<Procedure> {
    let entry = knock(bank, login_id, true)?;
    match bank.run(move |tx, cx| session::enter(tx, cx, entry.clone())).expect("judged") {
        session::Entered::CodeWanted(procedure) => Some(*procedure),
        session::Entered::In(_) | session::Entered::Refused => None,
    }
}

pub(crate) fn show_code(bank: &Bank, id: ProcedureId, code: &str) -> CodeShown {
    let code = code.to_owned();
    let secret_hash = session::hash(b"cookie");
    bank.run(move |tx, cx| session::show_code(tx, cx, id, &code, secret_hash.clone()))
        .expect("judged")
}

/// Signs in with password and code.
pub(crate) fn sign_in(bank: &Bank, login_id: &str, code: &str) -> Session {
    let procedure = code_wanted(bank, login_id).expect("a code is wanted");
    match show_code(bank, procedure.id, code) {
        CodeShown::In(session) => *session,
        other => panic!("the code was right: {other:?}"),
    }
}

pub(crate) fn give(bank: &Bank, id: ProcedureId, form: Form) -> Result<Next, Error> {
    bank.run(move |tx, cx| procedure::give(tx, cx, id, form.clone()))
}

/// Answers the card that is asked.
pub(crate) fn answer(
    bank: &Bank,
    id: ProcedureId,
    asked: ApprovalId,
    right: bool,
) -> Result<Step, Error> {
    let challenge = bank.approval(asked).challenge().expect("a question").id;
    let parts = bank.answers(asked, right);
    bank.run(move |tx, cx| procedure::answer(tx, cx, id, challenge, parts.clone()))
}

/// What was given leads to the card; the card is answered rightly.
pub(crate) fn carry_out(bank: &Bank, login_id: &str, kind: ProcedureKind, form: Form) -> Step {
    let procedure = identify(bank, login_id, true, kind).expect("the password is right");
    let Next::Ask(asked) = give(bank, procedure.id, form).expect("given") else {
        panic!("the card is asked");
    };
    answer(bank, procedure.id, asked, true).expect("judged")
}

pub(crate) fn start_form(token: &Handset, bank: &Bank) -> Form {
    Form::Start { serial: token.serial(), code: token.next_code(bank), at_sign_in: true }
}

/// 利用開始, from the sign-in page to the result.
pub(crate) fn start(bank: &Bank, login_id: &str, token: &Handset) {
    let form = start_form(token, bank);
    assert_eq!(carry_out(bank, login_id, ProcedureKind::OtpStart, form), Step::Done);
}

/// The one-time password a contract uses.
pub(crate) fn in_use(bank: &Bank, contract: ContractId) -> Option<Credential> {
    bank.run(move |tx, _| {
        let desk = tx.load::<Desk>(&contract)?.expect("a desk");
        Ok(otp::in_use(tx, &desk)?)
    })
    .expect("read")
}

pub(crate) fn token(bank: &Bank, id: TokenId) -> Token {
    bank.run(move |tx, _| Ok(tx.load::<Token>(&id)?.expect("a token"))).expect("read")
}

/// Approves with a code in direct mode.
pub(crate) fn approve(bank: &Bank, id: ApprovalId, code: &str) -> Result<Judged, Error> {
    bank.open(id)?;
    again(bank, id, code)
}

/// Answers the question that is open already.
pub(crate) fn again(bank: &Bank, id: ApprovalId, code: &str) -> Result<Judged, Error> {
    let challenge = bank.approval(id).challenge().expect("a question").id;
    let parts = vec![Answer::Code(code.to_owned())];
    let given = Given { approval: id, challenge, parts, besides: true };
    let (institution, by) = (bank.institution, By::Client(bank.client.id));
    bank.run(move |tx, cx| approval::answer(tx, cx, institution, &given, by))
}

/// The verifier of the password that [`Bank::customer`] chose.
pub(crate) fn verifier(login_id: &str) -> Verifier {
    Verifier { phc: format!("$test${login_id}"), key: 1 }
}

pub(crate) const LOGIN: &str = "12345678901";
pub(crate) const OTHER: &str = "12345678902";
pub(crate) const PHONE: &str = "SKTS7K3M9QX1";
pub(crate) const NEW_PHONE: &str = "SKTS2D8VRT4H";

/// Customer cards, and no lower limit on the first day of a token.
pub(crate) fn policy() -> Policy {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    policy.otp.first_day_yen = 1_000_000;
    policy
}

/// A customer with a customer card, signed in.
pub(crate) fn with_card(bank: &Bank, login_id: &str) -> (Session, CredentialId) {
    let session = bank.customer(login_id);
    let card = bank.deliver_card(session.contract, MethodKind::CustomerCard);
    bank.put_in_use(card);
    (session, card)
}

/// A customer who uses a token, signed in before it was started.
pub(crate) fn with_token(policy: Policy) -> (Bank, Session, CredentialId, Handset) {
    let bank = Bank::new(policy);
    let (session, card) = with_card(&bank, LOGIN);
    let phone = Handset::new(&bank, PHONE);
    start(&bank, LOGIN, &phone);
    (bank, session, card, phone)
}

/// How many notices of a kind the customer got.
pub(crate) fn told(bank: &Bank, session: &Session, kind: NoticeKind) -> usize {
    let contract = session.contract;
    let notices = bank.run(move |tx, _| {
        let query =
            Query { owner: Some(contract.to_string()), limit: 200, ..Query::all(Table::Notice) };
        Ok(tx.list::<PostedNotice>(&query)?)
    });
    notices.expect("listed").iter().filter(|notice| notice.kind == kind).count()
}

/// Wrong codes in a row at the contract.
pub(crate) fn failures(bank: &Bank, session: &Session) -> u8 {
    in_use(bank, session.contract).expect("a token in use").attempts.failures()
}

/// Takes back what stands against another try, for tables of tries.
pub(crate) fn forgive(bank: &Bank, card: CredentialId) {
    bank.run(move |tx, _| {
        let mut card = tx.load::<Credential>(&card)?.expect("a card");
        card.attempts = card.attempts.cleared();
        let desk = tx.load::<Desk>(&card.contract)?.expect("a desk");
        tx.put(card)?;
        let (abandoned, paused_until) = (Vec::new(), None);
        tx.put(Desk { paused_until, abandoned, abandoned_between: 0, ..desk })?;
        Ok(())
    })
    .expect("forgiven");
}
