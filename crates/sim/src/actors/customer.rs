//! Customers: careful ones, forgetful ones, those who click twice, reload, go back, leave, or use
//! two devices.

use sekisho_app::approval::{self, Outcome};
use sekisho_app::contract::{self, Create};
use sekisho_app::order::{self, Application};
use sekisho_app::{credential, session};
use sekisho_domain::contract::Person;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, CredentialId, SessionId};
use sekisho_domain::method::Answer;
use sekisho_domain::order::OrderKind;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::session::SessionEnd;
use sekisho_domain::text::{LoginId, LoginIdForm};

use super::office::Call;
use super::{bank, phones, signing, switching, thief};
use crate::deed::{Act, Deed, Plain, Reply};
use crate::dice::Dice;
use crate::screen::{Face, Part, Screen, guess, read_off};
use crate::world::World;

/// How a customer behaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Habit {
    Careful,
    Forgetful,
    ClicksTwice,
    TwoDevices,
    Abandons,
    Reloads,
}

impl Habit {
    const ALL: [Self; 7] = [
        Self::Careful,
        Self::Careful,
        Self::Forgetful,
        Self::ClicksTwice,
        Self::TwoDevices,
        Self::Abandons,
        Self::Reloads,
    ];
}

/// A customer, and what the customer knows.
pub(crate) struct Customer {
    pub(crate) contract: ContractId,
    pub(crate) login_id: LoginId,
    pub(crate) habit: Habit,
    /// The printed initial password, as long as it is the last thing that came.
    pub(crate) letter: Option<String>,
    pub(crate) password: Option<String>,
    /// An activation code that came by letter.
    pub(crate) code: Option<String>,
    /// Cards in hand, newest last, by their printed numbers.
    pub(crate) cards: Vec<(String, Face)>,
    /// The phone with the token app, by its place among all; a family may share one.
    pub(crate) phone: Option<usize>,
    /// A session on each of two devices.
    pub(crate) sessions: [Option<SessionId>; 2],
    /// What is being paid: the number of a draft at the bank.
    pub(crate) paying: Option<usize>,
    pub(crate) postcode: String,
}

/// A person becomes a customer of the bank.
pub(crate) fn join(world: &mut World, number: u64, dice: &mut Dice) {
    let login_id = format!("{:011}", 20_000_000_000 + number);
    let login_id = LoginId::parse(&login_id, LoginIdForm::Digits11).expect("eleven digits");
    let postcode = format!("{:07}", 1_000_000 + number);
    let wish = Create {
        institution: world.institution,
        login_id: login_id.clone(),
        external_id: Some(format!("C-{number}")),
        branch: "001".into(),
        person: person(&postcode),
    };
    let created = world.act(Actor::System, Act::step("create contract"), move |tx, cx| {
        contract::create(tx, cx, wish.clone()).map(Plain)
    });
    let contract = created.done().expect("nothing fails before the first turn").0.contract;
    world.cast.customers.push(Customer {
        contract,
        login_id,
        habit: dice.among(&Habit::ALL),
        letter: None,
        password: None,
        code: None,
        cards: Vec::new(),
        phone: None,
        sessions: [None, None],
        paying: None,
        postcode,
    });
}

/// A person who lives at this postcode.
pub(crate) fn person(postcode: &str) -> Person {
    Person {
        name: "架空 花子".into(),
        name_kana: "カクウ ハナコ".into(),
        postcode: postcode.parse().expect("seven digits"),
        address: vec![format!("架空県みほん市{postcode}番地")],
        mails: vec!["hanako@example.jp".into()],
        phone: None,
    }
}

/// One thing a customer does.
pub(crate) fn turn(world: &mut World, who: usize, dice: &mut Dice) {
    let customer = &world.cast.customers[who];
    let device = usize::from(customer.habit == Habit::TwoDevices && dice.percent(30));
    let Some(session) = customer.sessions[device] else {
        let slips = if customer.habit == Habit::Forgetful { 35 } else { 5 };
        let right = !dice.percent(slips);
        signing::sign_in(world, who, device, right, dice);
        signing::choose_password(world, who, dice);
        return;
    };
    if dice.percent(25) {
        let touched = Act::step("touch session");
        let contract = customer.contract;
        world.act(Actor::Customer(contract), touched, move |tx, cx| {
            session::touch(tx, cx, session).map(Plain)
        });
    }
    let paying = world.cast.customers[who].paying;
    match (paying, dice.below(100)) {
        (Some(draft), 0..88) => go_on_paying(world, who, draft, session, dice),
        (None, 0..66) => pay(world, who, session, dice),
        (_, 66..76) => phones::turn(world, who, dice),
        (_, 76..90) => switching::turn(world, who, session, dice),
        (_, 90..95) => apply(world, who),
        (_, 95) if dice.percent(60) => report(world, who, dice),
        (_, 96) if dice.percent(50) => stop(world, who),
        (_, 97) => sign_out(world, who, device, session),
        // The page is closed, or the customer went back.
        _ => world.cast.customers[who].paying = None,
    }
}

fn pay(world: &mut World, who: usize, session: SessionId, dice: &mut Dice) {
    let draft = bank::draft(world, who, session, dice);
    match bank::request(world, draft) {
        Reply::Done(()) | Reply::Busy | Reply::Lost => {
            world.cast.customers[who].paying = Some(draft);
        }
        Reply::Refused(Refusal::NoSuchSession) => {
            forget_session(world, who, session);
            signing::sign_in(world, who, 0, true, dice);
        }
        Reply::Refused(Refusal::NoUsableMethod(NoMethod::CardOnTheWay)) => {
            switching::turn(world, who, session, dice);
        }
        Reply::Refused(Refusal::NoUsableMethod(
            NoMethod::NoneEnrolled | NoMethod::Exhausted | NoMethod::MandatoryDatePassed,
        )) => apply(world, who),
        Reply::Refused(refusal) => call_about(world, who, &refusal),
    }
}

/// Looks at the question of what is being paid, and answers it, or not.
pub(crate) fn go_on_paying(
    world: &mut World,
    who: usize,
    draft: usize,
    session: SessionId,
    dice: &mut Dice,
) {
    let Some(approval) = world.cast.bank.drafts[draft].approval else {
        world.cast.customers[who].paying = None;
        return;
    };
    let habit = world.cast.customers[who].habit;
    match bank::open(world, draft, session) {
        Reply::Refused(refusal) => {
            world.cast.customers[who].paying = None;
            return call_about(world, who, &refusal);
        }
        Reply::Busy => return,
        Reply::Done(_) | Reply::Lost => {}
    }
    if habit == Habit::Reloads {
        bank::open(world, draft, session);
    }
    let Some(screen) = world.screen(approval) else { return };
    match dice.below(100) {
        0..4 => return extend(world, draft, session),
        4..8 => return decline(world, who, draft, session),
        8..35 if habit == Habit::Abandons => {
            world.cast.customers[who].paying = None;
            return;
        }
        8..18 => return, // looks for the card; comes back later, or too late
        _ => {}
    }
    let parts = fill_in(world, who, &screen, dice);
    thief::over_the_shoulder(world, who, &screen, &parts);
    let twice = habit == Habit::ClicksTwice;
    for _ in 0..=u8::from(twice) {
        let reply = bank::answer(world, draft, &screen, parts.clone(), session);
        let ended = match &reply {
            Reply::Done(judged) => {
                judged.outcome == Outcome::Accepted || judged.state != "challenged"
            }
            Reply::Refused(refusal) => *refusal != Refusal::AnswerIncomplete,
            Reply::Busy | Reply::Lost => false,
        };
        if ended {
            world.cast.customers[who].paying = None;
        }
    }
    bank::new_submission(world, draft);
    if world.cast.customers[who].paying.is_none() && dice.percent(70) {
        bank::book(world, draft, dice);
    }
}

/// What the customer answers: read off the card, or wrong.
pub(crate) fn fill_in(
    world: &mut World,
    who: usize,
    screen: &Screen,
    dice: &mut Dice,
) -> Vec<Answer> {
    let slips = if world.cast.customers[who].habit == Habit::Forgetful { 45 } else { 12 };
    let wrong = dice.percent(slips);
    let mut parts = Vec::new();
    for (card, part) in &screen.parts {
        let number = number_of(world, *card);
        let held =
            world.cast.customers[who].cards.iter().find(|known| Some(&known.0) == number.as_ref());
        let read = match part {
            Part::Code(_) => {
                number.and_then(|serial| phones::read(world, who, &serial, dice)).map(Answer::Code)
            }
            _ => held.and_then(|(_, face)| read_off(face, part)),
        };
        parts.push(read.filter(|_| !wrong).unwrap_or_else(|| guess(part, dice)));
    }
    if dice.percent(3) {
        parts.pop();
    }
    parts
}

/// The number printed on a card.
pub(crate) fn number_of(world: &mut World, card: CredentialId) -> Option<String> {
    world
        .look(move |tx, _| Ok(tx.load::<sekisho_domain::credential::Credential>(&card)?))
        .flatten()
        .map(|card| card.printed())
}

fn extend(world: &mut World, draft: usize, session: SessionId) {
    let (institution, draft) = (world.institution, &world.cast.bank.drafts[draft]);
    let (Some(approval), contract) = (draft.approval, draft.contract) else { return };
    let act = Act::new("take more time", Deed::Extend(approval));
    world.act(Actor::Customer(contract), act, move |tx, cx| {
        approval::extend(tx, cx, institution, approval, Some(session)).map(|_| Plain(()))
    });
}

fn decline(world: &mut World, who: usize, draft: usize, session: SessionId) {
    let (institution, draft) = (world.institution, &world.cast.bank.drafts[draft]);
    let (Some(approval), contract) = (draft.approval, draft.contract) else { return };
    world.act(Actor::Customer(contract), Act::step("decline"), move |tx, cx| {
        approval::decline(tx, cx, institution, approval, Some(session)).map(|_| Plain(()))
    });
    world.cast.customers[who].paying = None;
}

fn apply(world: &mut World, who: usize) {
    let (institution, customer) = (world.institution, &world.cast.customers[who]);
    let contract = customer.contract;
    let wish = Application {
        contract,
        kind: OrderKind::ImageCard,
        reason: None,
        source: ReportedBy::Customer,
        postcode: customer.postcode.parse().ok(),
    };
    world.act(Actor::Customer(contract), Act::step("apply"), move |tx, cx| {
        order::apply(tx, cx, institution, &wish).map(Plain)
    });
}

/// Reports a card: lost, photographed, damaged.
fn report(world: &mut World, who: usize, dice: &mut Dice) {
    let (institution, contract) = (world.institution, world.cast.customers[who].contract);
    let reason = dice.among(&[Reason::Lost, Reason::Photographed, Reason::Damaged]);
    let held = world.look(move |tx, _| credential::of_contract(tx, contract, 5));
    let good = held.unwrap_or_default().into_iter().find(|card| !card.state.terminal());
    let Some(card) = good.map(|card| card.id) else { return };
    world.act(Actor::Customer(contract), Act::step("report card"), move |tx, cx| {
        credential::report(tx, cx, institution, contract, card, reason).map(|_| Plain(()))
    });
}

fn stop(world: &mut World, who: usize) {
    let contract = world.cast.customers[who].contract;
    let stopped = world.act(Actor::Stranger, Act::step("stop by code"), move |tx, cx| {
        session::stop_by_factor(tx, cx, contract).map(|_| Plain(()))
    });
    if stopped.known() {
        world.cast.customers[who].sessions = [None, None];
        world.cast.office.calls.push(Call::Resume(contract));
    }
}

fn sign_out(world: &mut World, who: usize, device: usize, session: SessionId) {
    let contract = world.cast.customers[who].contract;
    world.act(Actor::Customer(contract), Act::step("sign out"), move |tx, cx| {
        session::end(tx, cx, session, SessionEnd::SignedOut).map(Plain)
    });
    world.cast.customers[who].sessions[device] = None;
}

/// The session is over; the customer has to sign in again.
pub(crate) fn forget_session(world: &mut World, who: usize, session: SessionId) {
    for known in &mut world.cast.customers[who].sessions {
        *known = known.filter(|known| *known != session);
    }
}

/// The customer calls the office about a refusal that only the office can do something about.
pub(crate) fn call_about(world: &mut World, who: usize, refusal: &Refusal) {
    let contract = world.cast.customers[who].contract;
    let call = match refusal {
        Refusal::NoUsableMethod(NoMethod::Locked) => Call::Locked(contract),
        Refusal::ContractNotActive { .. } => Call::Resume(contract),
        _ => return,
    };
    world.cast.office.calls.push(call);
}
