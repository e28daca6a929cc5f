//! Signing in and choosing a password, by whoever knows one.

use sha2::{Digest as _, Sha256};

use sekisho_app::session::{self, Choice, CodeShown, Entered, Entry, Knock};
use sekisho_domain::event::Actor;
use sekisho_domain::id::SessionId;
use sekisho_domain::password::{Device, Verifier};
use sekisho_domain::procedure::Procedure;
use sekisho_domain::session::Session;
use sekisho_domain::text::LoginId;

use super::office::Call;
use super::{phones, thief};
use crate::deed::{Act, Deed, Plain, Reply};
use crate::dice::Dice;
use crate::hex::hex;
use crate::world::World;

/// A verifier that is quick to make; the real one takes a tenth of a second.
pub(crate) fn verifier(password: &str) -> Verifier {
    let hash = Sha256::new().chain_update("sim").chain_update(password).finalize();
    Verifier { phc: format!("$sim${}", hex(&hash)), key: 1 }
}

/// Somebody tries `password` at the door.
pub(crate) fn try_password(
    world: &mut World,
    who: usize,
    password: &str,
    device: &str,
    dice: &mut Dice,
) -> Option<Box<Session>> {
    let customer = &world.cast.customers[who];
    let (contract, login_id) = (customer.contract, customer.login_id.clone());
    let login_id: Option<LoginId> = (!dice.percent(2)).then_some(login_id);
    let institution = world.institution;
    let act = Act::new("knock", Deed::Knock(login_id.is_some().then_some(contract)));
    let knock = world.act(Actor::Stranger, act, move |tx, cx| {
        session::knock(tx, cx, institution, login_id.as_ref())
    });
    let Knock::Try(contract, checked) = knock.done()? else {
        return None;
    };
    let right = verifier(password) == checked;
    let cookie = format!("cookie-{:016x}", dice.below(u64::MAX));
    world.oracle.secret(&cookie);
    let device = Device { mark: device.to_owned(), kind: "Windows".into() };
    let secret_hash = session::hash(cookie.as_bytes());
    let hash = secret_hash.clone();
    let entry = Entry { contract, checked, right, renewed: None, device, secret_hash };
    let act = Act::new("enter", Deed::Enter(contract, right));
    let entered =
        world.act(Actor::Stranger, act, move |tx, cx| session::enter(tx, cx, entry.clone()));
    match entered {
        Reply::Done(Entered::In(session)) => Some(session),
        Reply::Done(Entered::CodeWanted(waits)) => show_code(world, who, &waits, &hash, dice),
        _ => None,
    }
}

/// The code that is wanted besides: twice when the first was wrong, or used already.
fn show_code(
    world: &mut World,
    who: usize,
    waits: &Procedure,
    secret_hash: &str,
    dice: &mut Dice,
) -> Option<Box<Session>> {
    let thief = waits.device.mark == "thief";
    for _ in 0..2 {
        let known = if thief { thief::seen_code(world) } else { phones::shown(world, who, dice) };
        let guess = format!("{:06}", dice.below(1_000_000));
        let code = known.filter(|_| !dice.percent(10)).unwrap_or(guess);
        let (id, contract, hash) = (waits.id, waits.contract, secret_hash.to_owned());
        let act = Act::new("show code", Deed::ShowCode(contract, code.clone()));
        let shown = world.act(Actor::Stranger, act, move |tx, cx| {
            session::show_code(tx, cx, id, &code, hash.clone())
        });
        match shown {
            Reply::Done(CodeShown::In(session)) => return Some(session),
            Reply::Done(CodeShown::Locked) if !thief => {
                world.cast.office.calls.push(Call::Locked(contract));
                return None;
            }
            Reply::Done(CodeShown::Rejected { .. } | CodeShown::Used { .. }) => {}
            _ => return None,
        }
    }
    None
}

/// The customer signs in; with the wrong password when the right one does not come to mind.
pub(crate) fn sign_in(
    world: &mut World,
    who: usize,
    device: usize,
    right: bool,
    dice: &mut Dice,
) -> Option<SessionId> {
    let customer = &world.cast.customers[who];
    let known = customer.letter.clone().or(customer.password.clone());
    let Some(known) = known else {
        let contract = customer.contract;
        world.cast.office.calls.push(Call::NoPassword(contract));
        return None;
    };
    let wrong = format!("wrong-{:08x}", dice.below(1 << 32));
    let password = if right { known } else { wrong };
    let session = try_password(world, who, &password, &format!("{who}/{device}"), dice);
    let customer = &mut world.cast.customers[who];
    customer.sessions[device] = session.as_ref().map(|session| session.id);
    let contract = customer.contract;
    if session.is_none() && right && dice.percent(50) {
        let call = dice.among(&[Call::NoPassword(contract), Call::Resume(contract)]);
        world.cast.office.calls.push(call);
    }
    session.map(|session| session.id)
}

/// After the printed password comes one of the customer's own.
pub(crate) fn choose_password(world: &mut World, who: usize, dice: &mut Dice) {
    let customer = &world.cast.customers[who];
    let Some(printed) = customer.letter.clone() else { return };
    let Some(session) = customer.sessions.iter().flatten().next().copied() else { return };
    let chosen = format!("own-{:012x}", dice.below(1 << 48));
    world.oracle.secret(&chosen);
    let (fresh, replaces) = (verifier(&chosen), verifier(&printed));
    let actor = Actor::Customer(customer.contract);
    let reply = world.act(actor, Act::new("choose password", Deed::Password), move |tx, cx| {
        let (verifier, replaces) = (fresh.clone(), replaces.clone());
        let choice = Choice { session, fit: Ok(()), verifier, replaces };
        session::choose_password(tx, cx, choice).map(|_| Plain(()))
    });
    let customer = &mut world.cast.customers[who];
    match reply {
        Reply::Done(_) => {
            (customer.password, customer.letter) = (Some(chosen), None);
        }
        Reply::Lost => customer.password = Some(chosen), // one of the two is right
        Reply::Refused(_) if customer.password.is_some() => customer.letter = None,
        Reply::Refused(_) | Reply::Busy => {}
    }
}
