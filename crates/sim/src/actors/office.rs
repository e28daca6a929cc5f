//! The back office: cards and letters in batches, and whatever customers call about.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_app::batch::dispatch::{DispatchRow, RowVerdict};
use sekisho_app::batch::draw::{self, Drawn, InitialPassword, PrintLine};
use sekisho_app::batch::open::{self, Selection};
use sekisho_app::batch::reconcile::{self, Counted};
use sekisho_app::batch::{dispatch, items, seal};
use sekisho_app::tx::{Query, Table};
use sekisho_app::{contract, credential, order};
use sekisho_domain::batch::{Batch, BatchState, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::credential::CredentialState;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{BatchId, ContractId};
use sekisho_domain::order::OrderKind;
use sekisho_domain::reason::Reason;

use super::customer::person;
use super::post::{Content, Parcel};
use super::{phones, signing};
use crate::deed::{Act, Deed, Plain, Reply};
use crate::dice::Dice;
use crate::screen::Face;
use crate::world::World;

/// Lines in one chunk: few, so that crashes fall between chunks.
const CHUNK: u32 = 3;

/// Steps of a batch in one turn, at most.
const PRODUCTION_STEPS: u64 = 7;

/// What a customer calls about.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Call {
    /// A card is locked.
    Locked(ContractId),
    /// Internet banking was stopped.
    Resume(ContractId),
    /// No password works any more.
    NoPassword(ContractId),
    /// A new card has come and there is no old one to prove it by.
    NoCode(ContractId),
    /// A token shows wrong codes.
    Astray(ContractId),
    /// A token shows none any more.
    DeadPhone(ContractId),
}

/// What the office knows.
#[derive(Default)]
pub(crate) struct Office {
    pub(crate) calls: Vec<Call>,
    /// What was printed, by its number; gone with the file it stood in.
    printed: BTreeMap<String, (ContractId, Content)>,
    /// Rows scanned at the post whose reply never came.
    scanned: Option<(BatchId, Vec<DispatchRow>)>,
    tracking: u64,
}

/// One thing the office does.
pub(crate) fn turn(world: &mut World, dice: &mut Dice) {
    match dice.below(10) {
        0..4 if !world.cast.office.calls.is_empty() => {
            let call = world.cast.office.calls.remove(0);
            take_call(world, call, dice);
        }
        4 => confirm_addresses(world),
        5 if dice.percent(30) => surprise(world, dice),
        _ => (0..=dice.below(PRODUCTION_STEPS)).for_each(|_| produce(world, dice)),
    }
}

fn office() -> Actor {
    Actor::Operator("office".into())
}

fn take_call(world: &mut World, call: Call, dice: &mut Dice) {
    let institution = world.institution;
    match call {
        Call::Locked(contract) => {
            let held = world.look(move |tx, _| credential::of_contract(tx, contract, 10));
            let held = held.unwrap_or_default();
            for card in held.into_iter().filter(|it| it.state == CredentialState::Locked) {
                let act = Act::new("unlock", Deed::Unlock(card.id));
                world.act(office(), act, move |tx, cx| {
                    credential::unlock(tx, cx, institution, card.id).map(|_| Plain(()))
                });
            }
        }
        Call::Resume(contract) => {
            world.act(office(), Act::new("resume", Deed::Password), move |tx, cx| {
                contract::resume(tx, cx, institution, contract).map(|_| Plain(()))
            });
        }
        Call::NoPassword(contract) => letter(world, contract, OrderKind::PasswordLetter),
        Call::NoCode(contract) => letter(world, contract, OrderKind::ActivationLetter),
        Call::Astray(contract) => phones::mend(world, contract, false, dice),
        Call::DeadPhone(contract) => phones::mend(world, contract, true, dice),
    }
}

fn letter(world: &mut World, contract: ContractId, kind: OrderKind) {
    let institution = world.institution;
    world.act(office(), Act::step("order letter"), move |tx, cx| {
        let contract = contract::find(tx, institution, contract)?;
        contract::order_letter(tx, cx, &contract, kind).map(|_| Plain(()))
    });
}

fn confirm_addresses(world: &mut World) {
    let institution = world.institution;
    let waiting = world
        .look(move |tx, _| order::list(tx, institution, vec!["ordered", "approved"], None, 20));
    let frozen = waiting.unwrap_or_default().into_iter().filter(|order| order.frozen);
    for id in frozen.map(|order| order.id).collect::<Vec<_>>() {
        world.act(office(), Act::step("confirm address"), move |tx, cx| {
            order::approve(tx, cx, institution, id).map(|_| Plain(()))
        });
    }
}

/// What happens seldom: a move, a cancelled order, a revoked card.
fn surprise(world: &mut World, dice: &mut Dice) {
    let institution = world.institution;
    let who = dice.place(world.cast.customers.len()).expect("there are customers");
    let id = world.cast.customers[who].contract;
    match dice.below(4) {
        0 | 1 => {
            let postcode = format!("{:07}", 2_000_000 + dice.below(1_000_000));
            let new = person(&postcode);
            let moved = world.act(office(), Act::step("change address"), move |tx, cx| {
                let new = new.clone();
                contract::change_person(tx, cx, institution, id, new).map(|_| Plain(()))
            });
            if matches!(moved, Reply::Done(_) | Reply::Lost) {
                world.cast.customers[who].postcode = postcode;
            }
        }
        2 => {
            let orders = world.look(move |tx, _| order::of_contract(tx, id, 10));
            let open = orders.unwrap_or_default().into_iter().find(|it| !it.state.terminal());
            let Some(open) = open.map(|order| order.id) else { return };
            world.act(office(), Act::step("cancel order"), move |tx, cx| {
                order::cancel(tx, cx, institution, open, Reason::CustomerRequest).map(|_| Plain(()))
            });
        }
        _ => {
            let held = world.look(move |tx, _| credential::of_contract(tx, id, 10));
            let good = held.unwrap_or_default().into_iter().find(|it| !it.state.terminal());
            let Some(card) = good.map(|card| card.id) else { return };
            let by = sekisho_domain::reason::ReportedBy::Branch;
            world.act(office(), Act::step("revoke card"), move |tx, cx| {
                credential::revoke(tx, cx, institution, card, Reason::Stolen, by).map(|_| Plain(()))
            });
        }
    }
}

/// The next step of the oldest batch that is not done; a new batch when there is none.
fn produce(world: &mut World, dice: &mut Dice) {
    if let Some((batch, rows)) = world.cast.office.scanned.take() {
        return post_rows(world, batch, rows);
    }
    let states = vec!["open", "sealed", "reconciled"];
    let query = Query { states, limit: 1, ..Query::all(Table::Batch) };
    let batches = world.look(move |tx, _| Ok(tx.list::<Batch>(&query)?)).unwrap_or_default();
    match batches.into_iter().next() {
        None => start(world, dice),
        Some(batch) => match batch.state {
            BatchState::Open => fill(world, &batch, dice),
            BatchState::Sealed => count(world, &batch, dice),
            _ => hand_over(world, &batch),
        },
    }
}

fn start(world: &mut World, dice: &mut Dice) {
    let institution = world.institution;
    let until = world.now();
    let waiting = world.look(move |tx, _| order::list(tx, institution, vec!["approved"], None, 50));
    let ready = waiting.unwrap_or_default().into_iter();
    let kinds: Vec<OrderKind> =
        ready.filter(|it| !it.frozen && it.ordered_at < until).map(|it| it.kind).collect();
    let Some(at) = dice.place(kinds.len()) else { return };
    let kind = kinds[at];
    let selection = Selection::ApprovedBefore(until);
    world.act(office(), Act::step("open batch"), move |tx, cx| {
        open::open(tx, cx, institution, kind, &selection, 50).map(Plain)
    });
}

fn lines(world: &mut World, batch: BatchId, state: ItemState) -> Vec<Option<CardNumber>> {
    let found = world.look(move |tx, _| Ok(items(tx, batch, &[state], None, 100)?));
    found.unwrap_or_default().into_iter().map(|item| item.card_number).collect()
}

fn fill(world: &mut World, batch: &Batch, dice: &mut Dice) {
    let (institution, id) = (world.institution, batch.id);
    let drawn = lines(world, id, ItemState::Drawn);
    let known = |number: &Option<CardNumber>| {
        number.is_some_and(|it| world.cast.office.printed.contains_key(&it.to_string()))
    };
    if !drawn.iter().all(known) {
        // The printer's file was lost in a crash: what was drawn is void, and drawn anew.
        let act = Act::new("restart batch", Deed::Password);
        world.act(office(), act, move |tx, cx| {
            draw::restart(tx, cx, (institution, id), CHUNK).map(Plain)
        });
    } else if lines(world, id, ItemState::Open).is_empty() {
        if dice.percent(4) {
            world.act(office(), Act::new("give up batch", Deed::Password), move |tx, cx| {
                open::give_up(tx, cx, (institution, id), CHUNK).map(Plain)
            });
            return;
        }
        world.act(office(), Act::step("seal batch"), move |tx, cx| {
            seal::seal(tx, cx, (institution, id), BTreeMap::new()).map(Plain)
        });
    } else {
        draw_lines(world, batch, dice);
    }
}

fn draw_lines(world: &mut World, batch: &Batch, dice: &mut Dice) {
    let (institution, id) = (world.institution, batch.id);
    let act = Act::new("draw", Deed::Password);
    let passwords: Vec<String> =
        (0..CHUNK).map(|_| format!("first-{:012x}", dice.below(1 << 48))).collect();
    for password in &passwords {
        world.oracle.secret(password);
    }
    let letters = batch.kind == OrderKind::PasswordLetter;
    let initial = |password: &String| InitialPassword {
        password: sekisho_domain::secret::Secret::new(password.clone()),
        verifier: signing::verifier(password),
    };
    let passwords: Vec<InitialPassword> = passwords.iter().map(initial).collect();
    let drawn = world.act(office(), act, move |tx, cx| {
        let made = if letters {
            draw::draw_passwords(tx, cx, (institution, id), None, &passwords)
        } else {
            draw::draw(tx, cx, (institution, id), None, CHUNK)
        };
        made.map(Plain)
    });
    let Some(Plain(Drawn { lines, .. })) = drawn.done() else { return };
    for line in lines {
        print(world, &line);
    }
}

fn print(world: &mut World, line: &PrintLine) {
    let order = line.order;
    let found = world.look(move |tx, _| Ok(tx.load::<sekisho_domain::order::CardOrder>(&order)?));
    let Some(order) = found.flatten() else { return };
    let number = line.card_number.to_string();
    let content = match &line.face {
        draw::Face::ImageCard(card) => Content::Card(Face::Image(card.cells.to_vec())),
        draw::Face::CustomerCard(_, card) => Content::Card(Face::Customer(card.positions.to_vec())),
        draw::Face::PasswordLetter(_, password) => Content::Password(password.expose().clone()),
        draw::Face::ActivationLetter(code) => Content::Code(code.expose().clone()),
    };
    match &content {
        Content::Card(face) => world.oracle.printed(number.clone(), face.clone()),
        Content::Code(code) => world.oracle.coded(&order.contract.to_string(), code),
        Content::Password(_) => {}
    }
    world.cast.office.printed.insert(number, (order.contract, content));
}

fn count(world: &mut World, batch: &Batch, dice: &mut Dice) {
    let (institution, id) = (world.institution, batch.id);
    let drawn: BTreeSet<CardNumber> =
        lines(world, id, ItemState::Drawn).into_iter().flatten().collect();
    let spoiled: Vec<CardNumber> = drawn.iter().copied().filter(|_| dice.percent(6)).collect();
    let printed = drawn.len() as u64 + u64::from(dice.percent(5));
    let enclosed = (drawn.len() - spoiled.len()) as u64;
    world.act(office(), Act::new("reconcile", Deed::Password), move |tx, cx| {
        let counted = Counted { printed, spoiled: &spoiled, enclosed };
        reconcile::reconcile(tx, cx, (institution, id), &counted).map(Plain)
    });
}

fn hand_over(world: &mut World, batch: &Batch) {
    let (institution, id) = (world.institution, batch.id);
    if !lines(world, id, ItemState::Drawn).is_empty() {
        world.act(office(), Act::new("enclose", Deed::Password), move |tx, cx| {
            reconcile::enclose(tx, cx, (institution, id), CHUNK).map(Plain)
        });
        return;
    }
    let dispatched_on = world.now().day();
    let mut rows = Vec::new();
    for card_number in lines(world, id, ItemState::Enclosed).into_iter().flatten() {
        world.cast.office.tracking += 1;
        let tracking_number = format!("123-45-{:05}-1", world.cast.office.tracking);
        rows.push(DispatchRow { card_number, tracking_number, dispatched_on });
    }
    if !rows.is_empty() {
        post_rows(world, id, rows);
    }
}

fn post_rows(world: &mut World, batch: BatchId, rows: Vec<DispatchRow>) {
    let (institution, sent) = (world.institution, rows.clone());
    let verdicts = world.act(office(), Act::new("dispatch", Deed::Password), move |tx, cx| {
        dispatch::dispatch(tx, cx, (institution, batch), &sent).map(Plain)
    });
    let verdicts = match verdicts {
        Reply::Done(Plain(verdicts)) => verdicts,
        Reply::Refused(_) => return,
        Reply::Busy | Reply::Lost => {
            world.cast.office.scanned = Some((batch, rows));
            return;
        }
    };
    for (row, verdict) in rows.iter().zip(verdicts) {
        let (RowVerdict::Dispatched(id) | RowVerdict::Unchanged(id)) = verdict else { continue };
        let printed = world.cast.office.printed.remove(&row.card_number.to_string());
        let Some((contract, content)) = printed else { continue };
        let card_number = row.card_number.to_string();
        world.cast.post.parcels.push(Parcel { dispatch: id, contract, card_number, content });
    }
}
