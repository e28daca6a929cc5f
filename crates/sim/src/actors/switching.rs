//! The switch to a card that has come: begun, reloaded, answered, sometimes wrongly.

use sekisho_app::approval::Outcome;
use sekisho_app::context::Context;
use sekisho_app::switch::{self, Answered, OldProof};
use sekisho_app::tx::Tx;
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::SessionId;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;

use super::customer::{Habit, call_about, fill_in, forget_session};
use super::office::Call;
use super::thief;
use crate::deed::{Act, Attempt, Deed, Door, Plain, Reply};
use crate::dice::Dice;
use crate::world::World;

/// The customer switches, when there is a card to switch to.
pub(crate) fn turn(world: &mut World, who: usize, session: SessionId, dice: &mut Dice) {
    let contract = world.cast.customers[who].contract;
    let waits = world.look(move |tx, cx| {
        let Some(desk) = tx.load::<Desk>(&contract)? else { return Ok(false) };
        let known = tx.load::<Session>(&session)?;
        let policy = cx.policy(desk.institution);
        let alive = known.is_some_and(|it| it.alive(&policy, cx.now()).is_ok());
        Ok(alive && switch::waiting_card(tx, &desk)?.is_some())
    });
    if waits != Some(true) {
        return;
    }
    let start = move |tx: &mut Tx, cx: &mut Context| {
        let known = tx.load::<Session>(&session)?.ok_or(Refusal::NotFound)?;
        switch::begin(tx, cx, &known).map(Plain)
    };
    let mut reply = world.act(Actor::Customer(contract), Act::step("begin switch"), start);
    if world.cast.customers[who].habit == Habit::Reloads || dice.percent(15) {
        reply = world.act(Actor::Customer(contract), Act::step("begin switch"), start);
    }
    let switch = match reply {
        Reply::Done(Plain(switch)) => switch,
        Reply::Refused(Refusal::NoSuchSession) => return forget_session(world, who, session),
        Reply::Refused(refusal) => return call_about(world, who, &refusal),
        Reply::Busy | Reply::Lost => return,
    };
    if dice.percent(10) {
        return; // reads the notice, and comes back another day
    }
    let Some(screen) = world.screen(switch.approval.id) else { return };
    let parts = fill_in(world, who, &screen, dice);
    thief::over_the_shoulder(world, who, &screen, &parts);
    let wants_code = switch.proof == OldProof::ActivationCode;
    let known = world.cast.customers[who].code.clone();
    if wants_code && known.is_none() {
        return world.cast.office.calls.push(Call::NoCode(contract));
    }
    let slip = format!("{:012}", dice.below(1_000_000_000_000));
    let code = if dice.percent(10) { Some(slip) } else { known };
    let (approval, challenge) = (switch.approval.id, screen.challenge);
    let door = Door::Switch(session);
    let (shown, answers) = (code.clone(), parts.clone());
    let attempt = Attempt { approval, challenge, parts: answers, code: shown, wants_code, door };
    let given = Answered { approval, notice_read: true, notice_version: "1".into(), parts, code };
    let act = Act::new("answer switch", Deed::Answer(attempt));
    let judged = world.act(Actor::Customer(contract), act, move |tx, cx| {
        let known = tx.load::<Session>(&session)?.ok_or(Refusal::NotFound)?;
        switch::answer(tx, cx, &known, &given)
    });
    if judged.done().is_some_and(|judged| judged.outcome == Outcome::Accepted) && wants_code {
        world.cast.customers[who].code = None;
    }
}
