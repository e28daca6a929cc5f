//! Phones with a token app: set up, shared in a family, started, exchanged, given up, lost. Their
//! clocks go wrong, and a dead one is replaced.

use sekisho_app::credential;
use sekisho_app::otp::by_bank::{self, NewToken, Warrant};
use sekisho_app::otp::{self, Arrival};
use sekisho_domain::credential::Credential;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ApprovalId, ContractId};
use sekisho_domain::method::MethodKind;
use sekisho_domain::method::otp::{Secret, Seed, State};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{Algorithm, Digits};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::serial::Serial;
use sekisho_domain::token::TokenKind;

use super::customer::number_of;
use super::office::Call;
use super::{bank, procedure};
use crate::deed::{Act, Change, Deed, Plain, Proof, Reply};
use crate::dice::Dice;
use crate::oracle::{PERIOD_S, code_at};
use crate::world::World;

/// A phone with the app. What it knows of time is its own affair.
pub(crate) struct Phone {
    pub(crate) serial: String,
    seed: Vec<u8>,
    /// Milliseconds its clock is ahead of the server's.
    ahead_ms: i64,
    /// Whether it still shows anything.
    dead: bool,
}

/// Before the first turn: in some families a phone is in use already, in some by two of them.
pub(crate) fn hand_out(world: &mut World, dice: &mut Dice) {
    if dice.percent(35) {
        return;
    }
    let family = 1 + usize::from(dice.percent(60));
    let phone = install(world, 0, dice);
    for who in 0..family {
        world.cast.customers[who].phone = phone;
        start(world, who, dice);
    }
}

/// A customer sets up the app on a new phone.
fn install(world: &mut World, who: usize, dice: &mut Dice) -> Option<usize> {
    let mut seed = [0; 32];
    let mut chance = [0; 32];
    seed.chunks_mut(8).for_each(|eight| eight.copy_from_slice(&dice.below(u64::MAX).to_le_bytes()));
    chance[..8].copy_from_slice(&dice.below(u64::MAX).to_le_bytes());
    let mut chance = Chance::from_seed(chance);
    let serial = Serial::draw("SKTS", &mut Moment::new(world.now(), &mut chance)).to_string();
    world.oracle.installed(&serial, &seed);
    let (institution, shown) = (world.institution, serial.clone());
    let actor = Actor::Customer(world.cast.customers[who].contract);
    let taken = world.act(actor, Act::step("set up app"), move |tx, cx| {
        let secret = Secret {
            serial: shown.clone(),
            algorithm: Algorithm::Sha256,
            digits: Digits::SIX,
            period_s: Some(PERIOD_S),
            seed: Seed::new(seed.to_vec()),
        };
        let arrival = Arrival {
            institution,
            kind: TokenKind::App,
            secret,
            state: State::default(),
            import: None,
            device_key: None,
            expires_on: None,
        };
        otp::take_in(tx, cx, arrival).map(|token| Plain(token.is_some()))
    });
    if !matches!(taken, Reply::Done(Plain(true)) | Reply::Lost) {
        return None;
    }
    let ahead_ms = dice.among(&[0, 0, 4_000, -7_000, 25_000, -50_000, 100_000]);
    world.cast.phones.push(Phone { serial, seed: seed.to_vec(), ahead_ms, dead: false });
    Some(world.cast.phones.len() - 1)
}

/// The code a phone shows now, or showed so many steps ago.
pub(super) fn code(world: &World, phone: usize, ago: i64) -> Option<String> {
    let phone = world.cast.phones.get(phone).filter(|phone| !phone.dead)?;
    let shown = (world.now().millis() + phone.ahead_ms).div_euclid(i64::from(PERIOD_S) * 1000);
    Some(code_at(&phone.seed, shown - ago))
}

/// What a customer reads off the phone at hand; now and then a step too late.
pub(crate) fn shown(world: &World, who: usize, dice: &mut Dice) -> Option<String> {
    let ago = i64::from(dice.percent(12));
    code(world, world.cast.customers[who].phone?, ago)
}

/// What a customer reads off the phone with this serial; now and then a step too late.
pub(crate) fn read(world: &World, who: usize, serial: &str, dice: &mut Dice) -> Option<String> {
    let phone = world.cast.customers[who].phone?;
    let same = world.cast.phones[phone].serial == serial;
    shown(world, who, dice).filter(|_| same)
}

/// One thing a customer does about a token.
pub(crate) fn turn(world: &mut World, who: usize, dice: &mut Dice) {
    let contract = world.cast.customers[who].contract;
    let Some(phone) = world.cast.customers[who].phone else {
        let family = world.cast.customers.iter().find_map(|it| it.phone);
        let phone = family.filter(|_| dice.percent(40));
        world.cast.customers[who].phone = phone.or_else(|| install(world, who, dice));
        return start(world, who, dice);
    };
    if let Some(moves) = world.cast.phones.get_mut(phone) {
        moves.ahead_ms += dice.between(-8_000, 8_000);
    }
    let Some(used) = used(world, contract) else {
        if dice.percent(60) {
            return procedure::start(world, who, phone, dice);
        }
        return start(world, who, dice);
    };
    match dice.below(100) {
        0..8 => lose(world, who, phone, contract),
        8..25 => world.cast.office.calls.push(Call::Astray(contract)),
        30..70 => {
            let Some(next) = install(world, who, dice) else { return };
            let serial = world.cast.phones[next].serial.clone();
            let change = bank::TokenChange::Exchange { old: used.id, next, serial };
            bank::draft_change(world, who, change, dice);
        }
        _ => bank::draft_change(world, who, bank::TokenChange::Stop { old: used.id }, dice),
    }
}

/// The token a contract uses.
fn used(world: &mut World, contract: ContractId) -> Option<Credential> {
    let held = world.look(move |tx, _| {
        let desk = tx.load::<sekisho_domain::desk::Desk>(&contract)?;
        match desk {
            Some(desk) => Ok(otp::in_use(tx, &desk)?),
            None => Ok(None),
        }
    });
    held.flatten()
}

/// 利用開始 at the counter: serial and code are shown; the clerk has seen a document.
fn start(world: &mut World, who: usize, dice: &mut Dice) {
    let customer = &world.cast.customers[who];
    let (contract, Some(phone)) = (customer.contract, customer.phone) else { return };
    let Some(shown) = code(world, phone, i64::from(dice.percent(10))) else {
        world.cast.customers[who].phone = None;
        return;
    };
    let serial = world.cast.phones[phone].serial.clone();
    let code = if dice.percent(12) { format!("{:06}", dice.below(1_000_000)) } else { shown };
    let institution = world.institution;
    let proof = Proof {
        contract,
        change: Change::Start,
        approval: None,
        shown: vec![(serial.clone(), code.clone())],
    };
    let new = NewToken { serial, code };
    let clerk = Actor::Operator("counter".into());
    world.act(clerk, Act::new("start token", Deed::Prove(proof)), move |tx, cx| {
        let kind = (MethodKind::OtpApp, false);
        by_bank::start(tx, cx, (institution, contract), kind, &new, None).map(Plain)
    });
}

/// The approval of an exchange or a stop was given: the bank sends what the customer shows.
pub(crate) fn carry_out(
    world: &mut World,
    who: usize,
    change: &bank::TokenChange,
    approval: ApprovalId,
    dice: &mut Dice,
) {
    let customer = &world.cast.customers[who];
    let (contract, Some(phone)) = (customer.contract, customer.phone) else { return };
    let Some(known) = world.approval(approval) else { return };
    let warrant = Warrant { approval, digest: known.digest, client: world.client.id };
    let guess = format!("{:06}", dice.below(1_000_000));
    let (slips, right) = (dice.percent(10), code(world, phone, 0));
    let old_code = right.filter(|_| !slips).unwrap_or(guess);
    let (bank::TokenChange::Stop { old } | bank::TokenChange::Exchange { old, .. }) = change;
    let Some(old_serial) = number_of(world, *old) else { return };
    let (institution, actor) = (world.institution, Actor::Client(world.client.id));
    let mut proof = Proof {
        contract,
        change: Change::Stop,
        approval: Some(approval),
        shown: vec![(old_serial, old_code.clone())],
    };
    match change.clone() {
        bank::TokenChange::Stop { old } => {
            let act = Act::new("stop token", Deed::Prove(proof));
            world.act(actor, act, move |tx, cx| {
                by_bank::stop(tx, cx, (institution, old), &old_code, &warrant).map(Plain)
            });
        }
        bank::TokenChange::Exchange { old, next, serial } => {
            let Some(code) = code(world, next, 0) else { return };
            proof.change = Change::Exchange;
            proof.shown.push((serial.clone(), code.clone()));
            let new = NewToken { serial, code };
            let act = Act::new("exchange token", Deed::Prove(proof));
            let done = world.act(actor, act, move |tx, cx| {
                let which = (institution, old);
                by_bank::exchange(tx, cx, which, &old_code, &new, &warrant).map(Plain)
            });
            if let Reply::Done(Plain(by_bank::Outcome::Done(_))) | Reply::Lost = done {
                world.cast.customers[who].phone = Some(next);
            }
        }
    }
}

/// The phone is lost or broken, and the customer calls.
fn lose(world: &mut World, who: usize, phone: usize, contract: ContractId) {
    world.cast.phones[phone].dead = true;
    world.cast.customers[who].phone = None;
    world.cast.office.calls.push(Call::DeadPhone(contract));
}

/// Two codes in a row, as the customer reads them to the office.
pub(crate) fn two_in_a_row(
    world: &World,
    contract: ContractId,
    dice: &mut Dice,
) -> Option<[String; 2]> {
    let customer = world.cast.customers.iter().find(|it| it.contract == contract)?;
    let (first, second) = (code(world, customer.phone?, 1)?, code(world, customer.phone?, 0)?);
    let swapped = dice.percent(15);
    Some(if swapped { [second, first] } else { [first, second] })
}

/// What the office does for a phone that shows wrong codes, or none.
pub(crate) fn mend(world: &mut World, contract: ContractId, dead: bool, dice: &mut Dice) {
    let Some(used) = used(world, contract) else { return };
    let (institution, clerk) = (world.institution, Actor::Operator("office".into()));
    if dead {
        let reason = dice.among(&[Reason::Lost, Reason::CustomerRequest]);
        world.act(clerk, Act::step("revoke token"), move |tx, cx| {
            let by = ReportedBy::Branch;
            credential::revoke(tx, cx, institution, used.id, reason, by).map(|_| Plain(()))
        });
        return;
    }
    let Some(codes) = two_in_a_row(world, contract, dice) else { return };
    let act = Act::new("set token right", Deed::Resync(used.id, codes.clone()));
    world.act(clerk, act, move |tx, cx| {
        otp::resync(tx, cx, &used, [&codes[0], &codes[1]]).map(|_| Plain(()))
    });
}
