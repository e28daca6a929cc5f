//! The worker that sends mail: late, sometimes twice, each notice under its own id.

use sekisho_app::tx::{Query, Table};
use sekisho_domain::event::Actor;
use sekisho_domain::notice::{Mailing, PostedNotice};

use crate::deed::{Act, Plain};
use crate::dice::Dice;
use crate::world::World;

/// Turns in which all mail must be out at the end.
const DRAIN_TURNS: u32 = 10_000;

/// Sends a few of the mails that are due.
pub(crate) fn turn(world: &mut World, dice: &mut Dice) {
    for notice in due(world) {
        if dice.percent(10) {
            let id = notice.id;
            world.act(Actor::System, Act::step("mail server away"), move |tx, cx| {
                let notice = tx.load::<PostedNotice>(&id)?;
                let notice = notice.ok_or(sekisho_domain::refusal::Refusal::NotFound)?;
                let failed = notice.mail_failed(cx.now());
                Ok(Plain(cx.save(tx, failed).map(|_| ())?))
            });
        } else {
            send(world, &notice);
        }
    }
}

/// Sends everything, whatever it takes.
pub(crate) fn drain(world: &mut World) {
    for _ in 0..DRAIN_TURNS {
        world.pass_ms(86_400_000);
        let notices = due(world);
        if notices.is_empty() {
            return;
        }
        for notice in &notices {
            send(world, notice);
        }
    }
}

fn send(world: &mut World, notice: &PostedNotice) {
    let facts = serde_json::to_string(&notice.facts).expect("facts are plain");
    let said = format!("{} {:?} {facts}", notice.contract, notice.kind);
    world.oracle.mailed(&notice.id.to_string(), &said);
    let id = notice.id;
    world.act(Actor::System, Act::step("mail sent"), move |tx, cx| {
        let Some(notice) = tx.load::<PostedNotice>(&id)? else { return Ok(Plain(())) };
        if matches!(notice.mail, Mailing::Sent(_)) {
            return Ok(Plain(()));
        }
        let sent = notice.mailed(Some(cx.now()));
        Ok(Plain(cx.save(tx, sent).map(|_| ())?))
    });
}

fn due(world: &mut World) -> Vec<PostedNotice> {
    let now = world.now().millis();
    let query =
        Query { states: vec!["due"], due_by: Some(now), limit: 8, ..Query::all(Table::Notice) };
    world.look(move |tx, _| Ok(tx.list::<PostedNotice>(&query)?)).unwrap_or_default()
}
