//! The worker that ends what time has ended: approvals, sessions, cards nobody switched to.

use sekisho_app::batch::deadlines;
use sekisho_app::{approval, session};
use sekisho_domain::event::Actor;

use crate::deed::{Act, Deed, Plain};
use crate::world::World;

/// How many at once.
const CHUNK: u32 = 20;

/// Looks through everything once.
pub(crate) fn turn(world: &mut World) {
    let institution = world.institution;
    world.act(Actor::System, Act::step("expire approvals"), move |tx, cx| {
        approval::expire_due(tx, cx, CHUNK).map(Plain)
    });
    world.act(Actor::System, Act::step("end idle sessions"), move |tx, cx| {
        session::end_idle(tx, cx, CHUNK).map(Plain)
    });
    let due = world.look(move |tx, cx| deadlines::due(tx, cx, institution, None, CHUNK));
    for due in due.map(|page| page.due).unwrap_or_default() {
        world.act(Actor::System, Act::new("settle order", Deed::Password), move |tx, cx| {
            deadlines::settle(tx, cx, institution, due.order).map(Plain)
        });
    }
}
