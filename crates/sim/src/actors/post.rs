//! The post: envelopes arrive late, in any order, come back, or never arrive.

use sekisho_app::batch::post::{self, Which};
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, DispatchId};

use crate::deed::{Act, Deed, Plain};
use crate::dice::Dice;
use crate::screen::Face;
use crate::world::World;

/// What is in an envelope.
pub(crate) enum Content {
    /// A card.
    Card(Face),
    /// A password.
    Password(String),
    /// An activation code.
    Code(String),
}

/// An envelope.
pub(crate) struct Parcel {
    pub(crate) dispatch: DispatchId,
    pub(crate) contract: ContractId,
    pub(crate) card_number: String,
    pub(crate) content: Content,
}

/// What the post has to say.
#[derive(Debug, Clone, Copy)]
enum News {
    Delivered,
    Returned,
    Lost,
}

/// What lies at the post.
#[derive(Default)]
pub(crate) struct Post {
    pub(crate) parcels: Vec<Parcel>,
    /// What was not yet told to the bank, or not heard by it.
    reports: Vec<(DispatchId, News)>,
}

/// Something happens at the post.
pub(crate) fn turn(world: &mut World, dice: &mut Dice) {
    if let Some((dispatch, news)) = world.cast.post.reports.pop() {
        return report(world, dispatch, news);
    }
    let Some(at) = dice.place(world.cast.post.parcels.len()) else { return };
    let parcel = world.cast.post.parcels.remove(at);
    let dispatch = parcel.dispatch;
    match dice.below(100) {
        0..80 => {
            hand_over(world, parcel);
            if dice.percent(70) {
                report(world, dispatch, News::Delivered);
            }
        }
        80..90 => report(world, dispatch, News::Returned),
        90..96 => report(world, dispatch, News::Lost),
        _ => {} // lost, and nobody says so
    }
}

/// Everything arrives.
pub(crate) fn deliver_all(world: &mut World) {
    while let Some(parcel) = world.cast.post.parcels.pop() {
        let dispatch = parcel.dispatch;
        hand_over(world, parcel);
        report(world, dispatch, News::Delivered);
    }
}

fn hand_over(world: &mut World, parcel: Parcel) {
    let customers = &mut world.cast.customers;
    let Some(customer) = customers.iter_mut().find(|it| it.contract == parcel.contract) else {
        return;
    };
    match parcel.content {
        Content::Card(face) => customer.cards.push((parcel.card_number, face)),
        Content::Password(password) => customer.letter = Some(password),
        Content::Code(code) => customer.code = Some(code),
    }
}

fn report(world: &mut World, dispatch: DispatchId, news: News) {
    let institution = world.institution;
    let which = Which::Dispatch(dispatch);
    let act = match news {
        News::Delivered => Act::step("post: delivered"),
        News::Returned => Act::new("post: returned", Deed::Password),
        News::Lost => Act::new("post: lost", Deed::Password),
    };
    let heard = world.act(Actor::System, act, move |tx, cx| {
        match news {
            News::Delivered => post::deliver(tx, cx, institution, which),
            News::Returned => post::returned(tx, cx, institution, which, None),
            News::Lost => post::lost(tx, cx, institution, which),
        }
        .map(|_| Plain(()))
    });
    if !heard.known() {
        world.cast.post.reports.push((dispatch, news));
    }
}
