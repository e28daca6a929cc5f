//! お手続き of several pages: 利用開始, 交換, 利用中止 and トークン発行, before the sign-in and after it
//! (T-06 to T-13, Y-09 to Y-13, A-03 to A-12).
//!
//! First the password ([`enter()`]) or the session ([`begin`]); then what the token shows
//! ([`give()`]), judged at once and told to nobody; then the card ([`answer()`]), with one verdict
//! over all of it. Whoever does not know the password moves no count of a token or a card (E-10).

mod answer;
mod card;
mod enter;
mod finish;
mod give;

pub use answer::{Step, answer};
pub use enter::{Entered, begin, enter, of_session, visitor};
pub use give::{Form, Next, give};

use sekisho_domain::contract::{Contract, ContractState};
use sekisho_domain::desk::Desk;
use sekisho_domain::event::Actor;
use sekisho_domain::id::{ContractId, ProcedureId};
use sekisho_domain::procedure::{Procedure, ProcedureKind};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::session::Session;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::{Query, StoreError, Table, Tx};

/// Removes procedures whose time is over; returns how many. Called by the worker.
pub fn sweep(tx: &mut Tx, cx: &mut Context, limit: u32) -> Result<usize, Error> {
    let query = Query { due_by: Some(cx.now().millis()), limit, ..Query::all(Table::Procedure) };
    let over = tx.list::<Procedure>(&query)?;
    for procedure in &over {
        tx.forget(Table::Procedure, &procedure.id)?;
    }
    Ok(over.len())
}

/// The procedure and whose it is, while it goes on; one that is over is not there.
fn open(
    tx: &mut Tx,
    cx: &mut Context,
    id: ProcedureId,
    kinds: fn(ProcedureKind) -> bool,
) -> Result<(Procedure, Contract), Error> {
    let procedure = tx.load::<Procedure>(&id)?.filter(|procedure| kinds(procedure.kind));
    let procedure = procedure.or_refuse(Refusal::NotFound)?;
    let contract = standing(tx, cx, &procedure)?.or_refuse(Refusal::NotFound)?;
    cx.actor = Actor::Customer(contract.id);
    Ok((procedure, contract))
}

/// Whose procedure it is, if it goes on: in time, with the password that was shown or the session
/// it began in, at a contract in use.
pub(crate) fn standing(
    tx: &mut Tx,
    cx: &Context,
    procedure: &Procedure,
) -> Result<Option<Contract>, Error> {
    if !procedure.open(cx.now()) {
        return Ok(None);
    }
    if let Some(id) = procedure.session {
        let policy = cx.policy(procedure.institution);
        let alive = |session: Session| session.alive(&policy, cx.now()).is_ok();
        if !tx.load::<Session>(&id)?.is_some_and(alive) {
            return Ok(None);
        }
    }
    let stands = |contract: &Contract| {
        let in_use = match contract.state {
            ContractState::Active => true,
            ContractState::Pending => procedure.kind == ProcedureKind::SignIn,
            ContractState::Suspended { .. } | ContractState::Cancelled { .. } => false,
        };
        let same = procedure.session.is_some() || contract.password.verifier == procedure.checked;
        in_use && same
    };
    Ok(tx.load::<Contract>(&procedure.contract)?.filter(stands))
}

fn desk_of(tx: &mut Tx, contract: ContractId) -> Result<Desk, Error> {
    let desk = tx.load::<Desk>(&contract)?;
    Ok(desk.ok_or_else(|| StoreError::Corrupt(format!("{contract} has no desk")))?)
}
