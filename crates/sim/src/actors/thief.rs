//! The thief: knows some passwords, looks over shoulders, guesses, draws again, answers again what
//! was answered.

use std::collections::BTreeMap;

use sekisho_domain::id::SessionId;
use sekisho_domain::method::{Answer, MethodKind};

use super::{bank, signing};
use crate::deed::Reply;
use crate::dice::Dice;
use crate::screen::{Part, Screen, guess};
use crate::world::World;

/// What the thief knows.
#[derive(Default)]
pub(crate) struct Thief {
    /// Whom the thief watches.
    victim: usize,
    session: Option<SessionId>,
    /// The picture at each cell, or the digits at each position, that was seen, by card.
    seen: BTreeMap<(String, usize), Seen>,
    /// Codes that were seen, newest last.
    codes: Vec<String>,
    /// Answers that were seen.
    answers: Vec<Vec<Answer>>,
    /// The victim's password, if the thief has it.
    password: Option<String>,
    draft: Option<usize>,
}

#[derive(Clone)]
enum Seen {
    Picture(u16),
    Digits(String),
}

/// The thief chooses a victim.
pub(crate) fn set_out(world: &mut World, dice: &mut Dice) {
    let victim = dice.place(world.cast.customers.len()).expect("there are customers");
    let password = world.cast.customers[victim].password.clone().filter(|_| dice.percent(60));
    world.cast.thief = Thief { victim, password, ..Thief::default() };
}

/// A customer answers; the thief may be looking.
pub(crate) fn over_the_shoulder(world: &mut World, who: usize, screen: &Screen, parts: &[Answer]) {
    let thief = &mut world.cast.thief;
    if who != thief.victim {
        return;
    }
    thief.answers.push(parts.to_vec());
    for ((card, part), answer) in screen.parts.iter().zip(parts) {
        let card = card.to_string();
        match (part, answer) {
            (Part::Image(panels), Answer::Choices(choices)) => {
                for (panel, choice) in panels.iter().zip(choices) {
                    let chosen = panel.choices.iter().find(|known| known.0 == *choice);
                    let Some((_, picture)) = chosen else { continue };
                    thief.seen.insert((card.clone(), panel.cell), Seen::Picture(*picture));
                }
            }
            (Part::Customer(places, _), Answer::Values(values)) => {
                for (place, value) in places.iter().zip(values) {
                    thief.seen.insert((card.clone(), *place), Seen::Digits(value.clone()));
                }
            }
            (Part::Code(_), Answer::Code(code)) => thief.codes.push(code.clone()),
            _ => {}
        }
    }
}

/// The newest code that was seen.
pub(crate) fn seen_code(world: &World) -> Option<String> {
    world.cast.thief.codes.last().cloned()
}

/// One thing the thief does.
pub(crate) fn turn(world: &mut World, dice: &mut Dice) {
    let victim = world.cast.thief.victim;
    if dice.percent(15) {
        let anybody = dice.place(world.cast.customers.len()).expect("there are customers");
        let guessed = format!("guess-{:06x}", dice.below(1 << 24));
        signing::try_password(world, anybody, &guessed, "thief", dice);
        return;
    }
    let Some(session) = world.cast.thief.session else {
        let Some(password) = world.cast.thief.password.clone().filter(|_| dice.percent(40)) else {
            return meddle(world, dice);
        };
        let session = signing::try_password(world, victim, &password, "thief", dice);
        world.cast.thief.session = session.map(|session| session.id);
        return;
    };
    if let Some(draft) = world.cast.thief.draft {
        return attack(world, draft, session, dice);
    }
    let draft = bank::draft(world, victim, session, dice);
    if matches!(bank::request(world, draft), Reply::Refused(_)) {
        world.cast.thief.session = None;
        return;
    }
    world.cast.thief.draft = Some(draft);
    attack(world, draft, session, dice);
}

/// Without a session: tries the newest draft of anybody, in a session of nobody's.
fn meddle(world: &mut World, dice: &mut Dice) {
    let Some(draft) = world.cast.bank.drafts.len().checked_sub(1) else { return };
    let old = world.cast.thief.session;
    let sessions = world.cast.customers.iter().flat_map(|it| it.sessions).flatten().next();
    let Some(session) = old.or(sessions) else { return };
    attack(world, draft, session, dice);
}

fn attack(world: &mut World, draft: usize, session: SessionId, dice: &mut Dice) {
    let opened = bank::open(world, draft, session);
    if matches!(opened, Reply::Refused(_)) {
        world.cast.thief.draft = None;
        return;
    }
    if dice.percent(35) {
        for kind in [MethodKind::ImageCard, MethodKind::CustomerCard, MethodKind::ImageCard] {
            bank::open_wanting(world, draft, session, Some(kind));
        }
    }
    if dice.percent(20) {
        world.cast.thief.draft = None; // opened silently, and left
        return;
    }
    let Some(approval) = world.cast.bank.drafts[draft].approval else { return };
    let Some(screen) = world.screen(approval) else { return };
    let replayed = world.cast.thief.answers.last().cloned().filter(|_| dice.percent(15));
    let parts = replayed.unwrap_or_else(|| {
        screen.parts.iter().map(|(card, part)| from_memory(world, *card, part, dice)).collect()
    });
    bank::answer(world, draft, &screen, parts, session);
    bank::new_submission(world, draft);
}

/// What the thief has seen before, and a guess where nothing was.
fn from_memory(
    world: &World,
    card: sekisho_domain::id::CredentialId,
    part: &Part,
    dice: &mut Dice,
) -> Answer {
    let known = |at: usize| world.cast.thief.seen.get(&(card.to_string(), at)).cloned();
    let mut answer = guess(part, dice);
    match (part, &mut answer) {
        (Part::Image(panels), Answer::Choices(choices)) => {
            for (panel, choice) in panels.iter().zip(choices) {
                let Some(Seen::Picture(picture)) = known(panel.cell) else { continue };
                let shown = panel.choices.iter().find(|it| it.1 == picture);
                choice.clone_from(shown.map_or(&String::new(), |it| &it.0));
            }
        }
        (Part::Customer(places, _), Answer::Values(values)) => {
            for (place, value) in places.iter().zip(values) {
                if let Some(Seen::Digits(digits)) = known(*place) {
                    *value = digits;
                }
            }
        }
        (Part::Code(_), Answer::Code(code)) => {
            if let Some(seen) = world.cast.thief.codes.last().filter(|_| dice.percent(70)) {
                code.clone_from(seen);
            }
        }
        _ => {}
    }
    answer
}
