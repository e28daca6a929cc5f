//! What time does to posted cards: reminders to switch, lost after `mail.sla_days`, expired after
//! `mail.unswitched_days`. Housekeeping asks what is due, and settles each order in a transaction
//! of its own.

use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{InstitutionId, OrderId};
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::policy::MailPolicy;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::time::Day;

use super::must;
use super::post::{self, Which};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::order::clear_from_desk;
use crate::tx::{Query, Table, Tx};

/// What is to be done about an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// The customer uses what came: the order has reached its end.
    Finish,
    /// It counts as lost.
    Lose,
    /// It was never switched to and expires.
    Expire,
    /// The customer is reminded to switch, for the so many-th time.
    Remind(u8),
}

/// An order about which something is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// The order.
    pub order: OrderId,
    /// What.
    pub what: What,
}

/// Some of the orders that are on their way, those that are due picked out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DuePage {
    /// What is to be done, oldest order first.
    pub due: Vec<Due>,
    /// Where to go on; `None` when every order was looked at.
    pub next: Option<OrderId>,
}

/// Looks at the next `limit` orders of the institution that are on their way, those after `after`.
pub fn due(
    tx: &mut Tx,
    cx: &Context,
    institution: InstitutionId,
    after: Option<OrderId>,
    limit: u32,
) -> Result<DuePage, Error> {
    let orders = tx.list::<CardOrder>(&Query {
        institution: Some(institution.to_string()),
        states: vec![OrderState::Dispatched.word(), OrderState::Delivered.word()],
        after: after.map(|id| id.to_string()),
        limit,
        ..Query::all(Table::Order)
    })?;
    let next = orders.last().filter(|_| orders.len() == limit as usize).map(|order| order.id);
    let mut due = Vec::new();
    for order in &orders {
        due.extend(judge(tx, cx, order)?.map(|what| Due { order: order.id, what }));
    }
    Ok(DuePage { due, next })
}

/// Does what is due about an order, as it stands now; says what was done. Called twice it does
/// nothing twice.
pub fn settle(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    order: OrderId,
) -> Result<Option<What>, Error> {
    let order = tx.load::<CardOrder>(&order)?.filter(|order| order.institution == institution);
    let order = order.or_refuse(Refusal::NotFound)?;
    let Some(what) = judge(tx, cx, &order)? else {
        return Ok(None);
    };
    match what {
        What::Finish => {
            post::arrived(tx, cx, &order)?;
            let order = cx.save(tx, order.activated())?;
            clear_from_desk(tx, &order)?;
        }
        What::Lose => {
            let number = order.tracking_number.as_deref();
            let number = number.expect("what was dispatched has a number of the post");
            post::lost(tx, cx, institution, Which::Tracking(number))?;
        }
        What::Expire => expire(tx, cx, order)?,
        What::Remind(nth) => {
            cx.save(tx, order.remind(nth))?;
        }
    }
    Ok(Some(what))
}

fn expire(tx: &mut Tx, cx: &mut Context, order: CardOrder) -> Result<(), Error> {
    let order = cx.save(tx, order.unswitched()?)?;
    if let Some(id) = order.credential {
        let credential = must::<Credential>(tx, &id)?;
        cx.save(tx, credential.expire())?;
        let mut desk = must::<Desk>(tx, &order.contract)?;
        desk.drop_credential(id);
        tx.put(desk)?;
    }
    clear_from_desk(tx, &order)
}

fn judge(tx: &mut Tx, cx: &Context, order: &CardOrder) -> Result<Option<What>, Error> {
    let posted = matches!(order.state, OrderState::Dispatched | OrderState::Delivered);
    let Some(since) = order.dispatched_on.filter(|_| posted) else {
        return Ok(None);
    };
    let policy = cx.policy(order.institution);
    let Some(what) = by_calendar(order, since, &policy.mail, cx.now().day()) else {
        return Ok(None);
    };
    Ok(Some(if post::in_use(tx, order)? { What::Finish } else { what }))
}

fn by_calendar(order: &CardOrder, since: Day, mail: &MailPolicy, today: Day) -> Option<What> {
    let passed = |days: u16| since.plus(i32::from(days)) <= today;
    if order.state == OrderState::Dispatched && passed(mail.sla_days) {
        return Some(What::Lose);
    }
    if passed(mail.unswitched_days) {
        return Some(What::Expire);
    }
    let reached = mail.reminder_days.iter().filter(|days| passed(**days)).count();
    let nth = u8::try_from(reached).unwrap_or(u8::MAX);
    let reminds = order.kind == OrderKind::ImageCard && nth > order.reminders;
    reminds.then_some(What::Remind(nth))
}
