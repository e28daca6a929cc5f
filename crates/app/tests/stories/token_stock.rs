//! The stock of hardware tokens: taken in by two people, handed out, at the end of their life.

use std::sync::Arc;

use sekisho_app::error::Error;
use sekisho_app::job::{Job, JobState};
use sekisho_app::otp::{self, office};
use sekisho_app::proposal;
use sekisho_app::tokens::expiry;
use sekisho_app::tokens::import::{self, Format};
use sekisho_app::tokens::{self, Wanted};
use sekisho_app::tx::{Facets, Query, Record, Table};
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ClientId, ContractId, InstitutionId, JobId, ProposalId, TokenId};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::notice::NoticeKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::pskc::Protection;
use sekisho_domain::reason::ReportedBy;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::{Expiry, Token, TokenState};
use sekisho_domain::token_file::{Fault, TokenFile, csv};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::handset::told;
use crate::support::Bank;

const FIGURE_6: &str = include_str!("../../../../vectors/pskc/figure6.xml");

fn maker() -> Actor {
    Actor::Operator("aoki".to_owned())
}

fn checker() -> Actor {
    Actor::Operator("baba".to_owned())
}

fn seed(number: usize) -> String {
    format!("{number:040x}")
}

fn line(number: usize, seed: &str, ends: &str) -> String {
    format!("AB{number:06},totp-sha1,6,30,{seed},{ends}\n")
}

fn file(lines: &str) -> String {
    format!("{}\n{lines}", csv::HEADER)
}

/// A file in custody, with the proposal that its second person decides.
fn receive(bank: &Bank, format: Format, file: &str) -> (JobId, Option<ProposalId>) {
    let (institution, file) = (bank.institution, file.to_owned());
    bank.run(move |tx, cx| {
        cx.actor = maker();
        let (job, asked) = import::receive(tx, cx, institution, format, file.as_bytes())?;
        Ok((job.id, asked.map(|proposal| proposal.id)))
    })
    .expect("received")
}

fn give_key(bank: &Bank, job: JobId, by: Actor, key: Protection) -> Result<Job, Error> {
    let (which, key) = ((bank.institution, job), Arc::new(key));
    bank.run(move |tx, cx| {
        cx.actor = by.clone();
        import::give_key(tx, cx, which, &key)
    })
}

fn decide(bank: &Bank, id: ProposalId, accepts: bool) {
    let institution = bank.institution;
    bank.run(move |tx, cx| {
        cx.actor = checker();
        proposal::decide(tx, cx, institution, id, accepts)
    })
    .expect("decided");
}

fn job(bank: &Bank, id: JobId) -> Job {
    let institution = bank.institution;
    bank.run(move |tx, _| sekisho_app::job::find(tx, institution, id)).expect("kept")
}

fn opened(bank: &Bank, id: JobId) -> Result<TokenFile, Fault> {
    let which = (bank.institution, id);
    let opened = bank.run(move |tx, cx| Ok(import::open(tx, cx, which)?.map(Arc::new)));
    opened.expect("readable").expect("it goes on").read()
}

/// The next chunk, by a worker that has just read the file.
fn apply(bank: &Bank, id: JobId) -> Job {
    let which = (bank.institution, id);
    let file = Arc::new(opened(bank, id).expect("a good file"));
    bank.run(move |tx, cx| import::apply(tx, cx, which, &file)).expect("applied")
}

/// An import from file to end, agreed by two people.
fn taken(bank: &Bank, lines: &str) -> Job {
    let (id, asked) = receive(bank, Format::Csv, &file(lines));
    give_key(bank, id, checker(), Protection::Plain).expect("another person");
    decide(bank, asked.expect("two people"), true);
    loop {
        let job = apply(bank, id);
        if job.state == JobState::Done {
            return job;
        }
    }
}

fn counts(job: &Job) -> Value {
    let result = job.result.as_ref().expect("a report");
    json!([result["new"], result["known"], result["refused"]])
}

/// A row of the table of files, whatever it holds.
#[derive(Clone, Serialize, Deserialize)]
struct Piece(Value);

impl Record for Piece {
    const TABLE: Table = Table::File;
    type Key = String;
    fn key(&self) -> String {
        self.0.to_string()
    }
    fn facets(&self) -> Facets {
        Facets::default()
    }
}

fn sealed_pieces(bank: &Bank) -> usize {
    let pieces = bank.run(|tx, _| Ok(tx.list::<Piece>(&Query::all(Table::File))?));
    pieces.expect("read").len()
}

fn stock(bank: &Bank) -> Vec<Token> {
    let institution = bank.institution;
    let wanted = Wanted { limit: 5_000, ..Wanted::default() };
    bank.run(move |tx, _| Ok(tokens::list(tx, institution, &wanted)?)).expect("listed")
}

fn refusal<T>(done: Result<T, Error>) -> Option<Refusal> {
    match done {
        Err(Error::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

// T-11, §2.6
#[test]
fn an_import_goes_on_after_a_crash_and_takes_no_line_twice() {
    let bank = Bank::new(Policy::default());
    let mut lines: String = (0..1_200).map(|at| line(at, &seed(at), "2031-03-31")).collect();
    lines.push_str(&line(9_000, &seed(1), "2026-11-19"));
    lines.push_str(&line(9_001, "00", ""));
    let (id, asked) = receive(&bank, Format::Csv, &file(&lines));
    assert_eq!(job(&bank, id).state, JobState::Waiting);
    give_key(&bank, id, checker(), Protection::Plain).expect("another person");
    assert_eq!(job(&bank, id).state, JobState::Waiting, "nobody has agreed");
    decide(&bank, asked.expect("two people"), true);
    assert_eq!(job(&bank, id).state, JobState::Queued);

    let first = apply(&bank, id);
    assert_eq!((first.state, first.done, first.total), (JobState::Running, 501, 1_202));
    assert_eq!(stock(&bank).len(), 500);
    // Whoever comes after the crash reads the file again, and goes on.
    assert_eq!(apply(&bank, id).done, 1_001);
    let done = apply(&bank, id);
    assert_eq!((done.state, done.done, done.accepted), (JobState::Done, 1_202, 1_200));
    assert_eq!(counts(&done), json!([1_200, 0, 2]));
    let result = done.result.expect("a report");
    let refused: Vec<_> = result["lines"].as_array().expect("a list").iter().collect();
    assert_eq!(refused[0]["line"], 1_202);
    assert_eq!((&refused[0]["why"], &refused[1]["why"]), (&json!("over"), &json!("seed")));
    assert_eq!(stock(&bank).len(), 1_200);
    assert!(stock(&bank).iter().all(|token| token.state == TokenState::Stock));
    assert_eq!(sealed_pieces(&bank), 0, "file and key are wiped");
    // The same again: known, and nothing else.
    assert_eq!(counts(&taken(&bank, &lines)), json!([0, 1_200, 2]));
    assert_eq!(stock(&bank).len(), 1_200);
}

// T-11
#[test]
fn a_known_serial_with_another_key_is_refused_and_left_alone() {
    let bank = Bank::new(Policy::default());
    taken(&bank, &line(1, &seed(1), ""));
    let before = stock(&bank).remove(0);
    let again = taken(&bank, &format!("{}{}", line(1, &seed(2), ""), line(2, &seed(2), "")));
    assert_eq!(counts(&again), json!([1, 0, 1]));
    let result = again.result.expect("a report");
    assert_eq!(result["lines"][0]["why"], "known_otherwise");
    assert_eq!(result["lines"][0]["line"], 2);
    let after = stock(&bank).into_iter().find(|token| token.id == before.id).expect("kept");
    assert_eq!((before.version, before.sealed.bytes()), (after.version, after.sealed.bytes()));
}

// §5.0
#[test]
fn file_and_key_come_from_two_people_and_are_wiped_when_it_does_not_go_on() {
    let bank = Bank::new(Policy::default());
    let good = file(&line(1, &seed(1), ""));
    let (id, asked) = receive(&bank, Format::Csv, &good);
    let own = give_key(&bank, id, maker(), Protection::Plain);
    assert_eq!(refusal(own), Some(Refusal::MakerCannotCheck));
    let mut chance = Chance::from_seed([2; 32]);
    let machine = ClientId::make(&mut Moment::new(bank.now(), &mut chance));
    let plain = give_key(&bank, id, Actor::Client(machine), Protection::Plain);
    assert_eq!(refusal(plain), Some(Refusal::StaffNotPermitted), "only at the server");
    give_key(&bank, id, checker(), Protection::Plain).expect("another person");
    let twice = give_key(&bank, id, checker(), Protection::Plain);
    assert_eq!(refusal(twice), Some(Refusal::InvalidTransition { state: "waiting" }));
    decide(&bank, asked.expect("two people"), false);
    assert_eq!((job(&bank, id).state, sealed_pieces(&bank)), (JobState::Cancelled, 0));

    let (id, _) = receive(&bank, Format::Csv, &good);
    let which = (bank.institution, id);
    bank.run(move |tx, cx| import::cancel(tx, cx, which.0, which.1)).expect("it waits");
    assert_eq!((job(&bank, id).state, sealed_pieces(&bank)), (JobState::Cancelled, 0));
    assert!(stock(&bank).is_empty());

    let stranger = bank.run(move |tx, cx| {
        cx.actor = Actor::Stranger;
        import::receive(tx, cx, which.0, Format::Csv, b"").map(drop)
    });
    assert_eq!(refusal(stranger), Some(Refusal::StaffNotPermitted));
}

#[test]
fn a_file_that_its_key_does_not_open_leaves_nothing_behind() {
    let bank = Bank::new(Policy::default());
    for (key, why) in
        [(Protection::key(vec![1; 16]).expect("16 bytes"), "key"), (Protection::Plain, "wants_key")]
    {
        let (id, asked) = receive(&bank, Format::Pskc, FIGURE_6);
        give_key(&bank, id, checker(), key).expect("another person");
        decide(&bank, asked.expect("two people"), true);
        let fault = opened(&bank, id).err().expect("it does not fit");
        let which = (bank.institution, id);
        let failed = bank.run(move |tx, cx| import::give_up(tx, cx, which, &fault));
        let failed = failed.expect("told");
        assert_eq!(failed.state, JobState::Failed);
        assert_eq!(failed.result.expect("why")["why"], why);
        assert!(stock(&bank).is_empty() && sealed_pieces(&bank) == 0);
    }
}

/// A device in use by a contract.
fn bind(bank: &Bank, token: TokenId, contract: ContractId) {
    let institution = bank.institution;
    bank.run(move |tx, cx| {
        let contract = sekisho_app::contract::find(tx, institution, contract)?;
        let token = otp::find(tx, institution, token)?;
        let credential = otp::bind(tx, cx, &contract, token, false)?;
        otp::start(tx, cx, credential)
    })
    .expect("in use");
}

// T-11, A-08
#[test]
fn a_device_is_started_only_by_the_contract_it_was_set_aside_for() {
    let bank = Bank::new(Policy::default());
    let (own, other) = (bank.customer("10000000001"), bank.customer("10000000002"));
    taken(&bank, &line(1, &seed(1), ""));
    let token = stock(&bank).remove(0);
    let today = bank.now().day();
    let policy = Policy::default();
    assert!(!token.may_bind(own.contract, &policy, today), "it lies in stock");
    let which = (bank.institution, token.id);
    let mut chance = Chance::from_seed([4; 32]);
    let foreign = InstitutionId::make(&mut Moment::new(bank.now(), &mut chance));
    let foreign = (foreign, token.id);
    let stranger = bank.run(move |tx, cx| office::allocate(tx, cx, foreign, own.contract));
    assert_eq!(refusal(stranger), Some(Refusal::NotFound), "of another institution");
    let aside = bank.run(move |tx, cx| office::allocate(tx, cx, which, own.contract));
    let aside = aside.expect("set aside");
    assert!(aside.may_bind(own.contract, &policy, today));
    assert!(!aside.may_bind(other.contract, &policy, today));
    let mailed = bank.run(move |tx, cx| tokens::mail(tx, cx, which)).expect("on its way");
    assert_eq!(mailed.state, TokenState::Mailed);
    let returned = bank.run(move |tx, cx| office::put_back(tx, cx, which)).expect("in stock");
    assert_eq!((returned.state, returned.allocated_to), (TokenState::Stock, None));
    let again = bank.run(move |tx, cx| tokens::mail(tx, cx, which));
    assert_eq!(refusal(again), Some(Refusal::InvalidTransition { state: "stock" }));
    let written = bank.run(move |tx, cx| Ok(tokens::export(tx, cx, which)?.serial.to_string()));
    assert_eq!(written.as_deref(), Ok("AB000001"));
    bank.run(move |tx, cx| office::defect(tx, cx, which, ReportedBy::Staff)).expect("broken");
    let gone = bank.run(move |tx, cx| tokens::destroy(tx, cx, which)).expect("destroyed");
    assert_eq!(gone.state, TokenState::Destroyed);
    let export = bank.run(move |tx, cx| tokens::export(tx, cx, which).map(drop));
    assert_eq!(refusal(export), Some(Refusal::InvalidTransition { state: "destroyed" }));
}

/// One round of the worker.
fn settle(bank: &Bank) -> Vec<Expiry> {
    bank.run(|tx, cx| {
        let due = expiry::due(tx, cx, 100)?;
        due.into_iter().map(|token| expiry::settle(tx, cx, token)).collect()
    })
    .expect("settled")
}

// §2.6, T-13
#[test]
fn owners_are_told_before_the_last_day_and_after_it_the_device_answers_for_nobody() {
    let bank = Bank::new(Policy::default());
    let session = bank.customer("10000000001");
    // Noon of 2026-11-20: a hundred days to the last.
    let lines = line(1, &seed(1), "2027-02-28") + &line(2, &seed(2), "2027-02-28");
    taken(&bank, &lines);
    let [used, idle] = &stock(&bank)[..] else { panic!("two") };
    let which = (bank.institution, used.id);
    bank.run(move |tx, cx| office::allocate(tx, cx, which, session.contract)).expect("aside");
    bind(&bank, used.id, session.contract);

    assert!(settle(&bank).iter().all(|found| matches!(found, Expiry::Wait(_))));
    assert!(settle(&bank).is_empty(), "looked at once");
    bank.advance_s(10 * 86_400);
    assert!(settle(&bank).contains(&Expiry::Tell));
    assert_eq!(told(&bank, &session, NoticeKind::TokenExpiring), 1);
    for _ in 0..9 {
        bank.advance_s(10 * 86_400);
        assert!(!settle(&bank).contains(&Expiry::Tell), "told once");
    }
    // The last day itself still counts.
    let find = |id: TokenId| {
        let institution = bank.institution;
        bank.run(move |tx, _| otp::find(tx, institution, id)).expect("kept").state
    };
    assert_eq!((find(used.id), find(idle.id)), (TokenState::Usable, TokenState::Stock));
    bank.advance_s(86_400);
    settle(&bank);
    assert_eq!((find(used.id), find(idle.id)), (TokenState::Expired, TokenState::Expired));
    let contract = session.contract;
    let held = bank.run(move |tx, _| {
        let desk = tx.load::<sekisho_domain::desk::Desk>(&contract)?.expect("a desk");
        Ok(otp::in_use(tx, &desk)?.is_none())
    });
    assert_eq!(held, Ok(true), "nothing is bound to it");
    assert!(settle(&bank).is_empty());
}
