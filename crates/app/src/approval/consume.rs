//! The core banking system uses an approval: exactly once, for exactly what was approved (api.md
//! §4.7).

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::{Consumption, Stage};
use sekisho_domain::desk::Desk;
use sekisho_domain::digest::{Digest, Draft};
use sekisho_domain::id::{ApprovalId, ClientId, ConsumptionId, InstitutionId};
use sekisho_domain::operation::Operation;
use sekisho_domain::refusal::Refusal;

use super::{closed, find};
use crate::context::Context;
use crate::error::Error;
use crate::tx::{StoreError, Tx};

/// What the core is about to book.
#[derive(Debug, Clone)]
pub struct Consume {
    /// Which approval.
    pub approval: ApprovalId,
    /// The digest it computed, or the operation for us to compute it.
    pub booked: Booked,
    /// The core's own number.
    pub booking: String,
    /// Who books.
    pub client: ClientId,
}

/// What is to be booked, in either form.
#[derive(Debug, Clone)]
pub enum Booked {
    /// The digest the core computed.
    Digest(Digest),
    /// The operation itself.
    Operation(Box<Operation>),
}

/// What came of it; small, because it is kept for repeated requests.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Consumed {
    /// Used, now and never again.
    Once(ConsumptionId),
    /// What is to be booked is not what was approved. An alarm was written; the approval stands as
    /// it was.
    DigestMismatch,
}

/// Uses an approval. A digest that differs is a success of this use case: it happened and is kept.
pub fn consume(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    wish: &Consume,
) -> Result<Consumed, Error> {
    let approval = find(tx, institution, wish.approval)?;
    match &approval.stage {
        Stage::Approved(_) if !approval.lapsed(cx.now()) => {}
        Stage::Consumed(_, by) => {
            let (consumption, booking) = (by.id, by.booking.clone());
            return Err(Refusal::AlreadyConsumed { consumption, booking }.into());
        }
        Stage::Requested | Stage::Challenged(_) if !approval.lapsed(cx.now()) => {
            return Err(Refusal::NotApproved { state: approval.stage.word() }.into());
        }
        _ => return Err(closed(&approval, cx.now()).into()),
    }
    let digest = match &wish.booked {
        Booked::Digest(digest) => *digest,
        Booked::Operation(operation) => Draft {
            contract: approval.contract,
            institution: approval.institution,
            nonce: approval.nonce,
            operation,
            reference: &approval.reference,
        }
        .digest(),
    };
    if digest != approval.digest {
        cx.save(tx, approval.digest_differs())?;
        return Ok(Consumed::DigestMismatch);
    }
    let consumption = Consumption {
        id: ConsumptionId::make(cx.moment),
        booking: wish.booking.clone(),
        client: Some(wish.client),
        at: cx.now(),
    };
    let id = consumption.id;
    let desk = tx.load::<Desk>(&approval.contract)?;
    let mut desk =
        desk.ok_or_else(|| StoreError::Corrupt(format!("{} has no desk", approval.contract)))?;
    desk.consume(approval.id, cx.now());
    tx.put(desk)?;
    cx.save(tx, approval.consume(consumption))?;
    Ok(Consumed::Once(id))
}
