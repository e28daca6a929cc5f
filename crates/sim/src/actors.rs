//! Everybody in the world. Each has one function that takes a turn; what they know of each other
//! goes through paper: calls to the office, envelopes in the post, drafts at the bank.

pub(crate) mod bank;
pub(crate) mod customer;
mod mail;
mod office;
pub(crate) mod phones;
mod post;
mod procedure;
mod signing;
mod switching;
mod thief;
mod tidy;

use crate::dice::Dice;
use crate::plan::Who;
use crate::world::World;

/// Turns of the office in which the opening must be done.
const OPENING_TURNS: u32 = 200;

/// Everybody, with what each knows.
#[derive(Default)]
pub(crate) struct Cast {
    pub(crate) customers: Vec<customer::Customer>,
    pub(crate) bank: bank::Bank,
    pub(crate) office: office::Office,
    pub(crate) post: post::Post,
    pub(crate) phones: Vec<phones::Phone>,
    pub(crate) thief: thief::Thief,
}

/// Before the first turn: customers have contracts, their first cards and passwords have come.
pub(crate) fn open(world: &mut World, dice: &mut Dice) {
    let customers = 3 + dice.below(3);
    for number in 0..customers {
        customer::join(world, number, dice);
    }
    for _ in 0..OPENING_TURNS {
        office::turn(world, dice);
        post::deliver_all(world);
        world.pass_ms(60_000);
        let ready = |it: &customer::Customer| it.letter.is_some() && !it.cards.is_empty();
        if world.cast.customers.iter().all(ready) {
            break;
        }
    }
    for number in 0..world.cast.customers.len() {
        signing::sign_in(world, number, 0, true, dice);
        signing::choose_password(world, number, dice);
    }
    for number in 0..world.cast.customers.len() {
        let session = world.cast.customers[number].sessions[0];
        if let Some(session) = session.filter(|_| dice.percent(80)) {
            switching::turn(world, number, session, dice);
        }
    }
    phones::hand_out(world, dice);
    thief::set_out(world, dice);
}

/// One turn of somebody.
pub(crate) fn turn(world: &mut World, who: Who, dice: &mut Dice) {
    match who {
        Who::Customer(number) => {
            let number = usize::from(number) % world.cast.customers.len();
            customer::turn(world, number, dice);
        }
        Who::Thief => thief::turn(world, dice),
        Who::Bank => bank::turn(world, dice),
        Who::Office => office::turn(world, dice),
        Who::Post => post::turn(world, dice),
        Who::Mail => mail::turn(world, dice),
        Who::Tidy => tidy::turn(world),
        Who::Operator => {}
    }
}

/// After the last turn: every mail goes out.
pub(crate) fn close(world: &mut World) {
    mail::drain(world);
}
