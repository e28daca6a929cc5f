//! 再発行・紛失のお届け: one card, one reason, at once (§2.3, §2.4, E-09, E-25).

use axum::extract::{Path, Query};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::tx::Tx;
use sekisho_app::{credential, order};
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::CredentialId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::reason::Reason;
use sekisho_domain::refusal::Refusal;
use serde::Deserialize;

use super::detour::{Detour, Page};
use super::guest::Customer;
use super::sent::Sent;
use super::words;
use crate::screen::error::Fault;
use crate::screen::loss::{Loss, LossCard, LossDone, LossKind, LossTrouble};

/// GET: the form.
pub(crate) async fn form(customer: Customer) -> Page {
    shown(&customer, None, None).await
}

async fn shown(
    customer: &Customer,
    chosen: Option<LossKind>,
    trouble: Option<LossTrouble>,
) -> Page {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| match tx.load::<Desk>(&id)? {
        Some(desk) => credential::held(tx, &desk),
        None => Ok(Vec::new()),
    };
    let mut cards = customer.web.look(look).await?;
    // A lost token is told by telephone, after everything was stopped (T-14).
    cards.retain(|held| held.method.card().is_some());
    if cards.is_empty() {
        return Ok(customer.go(&customer.around.at("overview")));
    }
    let cards = cards.iter().map(|card| LossCard {
        id: card.id.to_string(),
        image: card.method == MethodKind::ImageCard,
        number: card.printed(),
    });
    let page = Loss {
        frame: customer.frame(),
        cards: cards.collect(),
        chosen,
        address: customer.contract.person.address.clone(),
        trouble,
    };
    Ok(if trouble.is_some() { customer.show_again(&page) } else { customer.show(&page) })
}

/// POST: takes the report.
pub(crate) async fn report(customer: Customer, sent: Sent) -> Page {
    let kind = LossKind::parse(sent.text("what"));
    if !sent.fresh(&customer) {
        return shown(&customer, kind, Some(LossTrouble::Stale)).await;
    }
    let card = sent.text("card").parse::<CredentialId>().ok();
    let (Some(kind), Some(card)) = (kind, card) else {
        return shown(&customer, kind, Some(LossTrouble::Incomplete)).await;
    };
    let (institution, contract) = (customer.institution(), customer.contract.id);
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let waiting = tx.load::<Desk>(&contract)?.map_or(0, |desk| desk.open.len());
        credential::report(tx, cx, institution, contract, card, reason(kind))?;
        let left = tx.load::<Desk>(&contract)?.map_or(0, |desk| desk.open.len());
        Ok(waiting.saturating_sub(left))
    };
    match customer.web.run(customer.actor(), act).await {
        Ok(withdrawn) => {
            let query = format!("card/loss/{card}?withdrawn={withdrawn}");
            Ok(customer.go(&customer.around.at(&query)))
        }
        // A damaged card, and the next one is on its way: the customer sees which.
        Err(Error::Refused(Refusal::OrderOpen { .. })) => {
            Ok(customer.go(&customer.around.at("card/order")))
        }
        Err(error) => Err(error.into()),
    }
}

/// What the report says to the bank.
const fn reason(kind: LossKind) -> Reason {
    match kind {
        LossKind::Lost => Reason::Lost,
        LossKind::Photographed => Reason::Photographed,
        LossKind::Phished => Reason::Phishing,
        LossKind::Damaged => Reason::Damaged,
    }
}

/// What was reported of a card, if anything was.
const fn reported(card: &Credential) -> LossKind {
    match card.state {
        CredentialState::Revoked(Reason::Photographed) => LossKind::Photographed,
        CredentialState::Revoked(Reason::Phishing) => LossKind::Phished,
        CredentialState::Revoked(_) => LossKind::Lost,
        _ => LossKind::Damaged,
    }
}

/// The query of the page after it.
#[derive(Deserialize)]
pub(crate) struct Count {
    withdrawn: Option<u8>,
}

/// GET: what follows from it.
pub(crate) async fn done(
    customer: Customer,
    Path((_, card)): Path<(String, String)>,
    Query(count): Query<Count>,
) -> Page {
    let id = card.parse::<CredentialId>().map_err(|_| Detour::Fault(Fault::NotFound))?;
    let (institution, contract) = (customer.institution(), customer.contract.id);
    let look = move |tx: &mut Tx, _: &mut Context| {
        let card = credential::find(tx, institution, id)?;
        let order = match tx.load::<Desk>(&contract)? {
            Some(desk) => order::open_order(tx, &desk)?,
            None => None,
        };
        Ok((card, order))
    };
    let (card, order) = customer.web.look(look).await?;
    if card.contract != contract {
        return Err(Detour::Fault(Fault::NotFound));
    }
    let policy = customer.around.institution.policy(customer.now);
    Ok(customer.show(&LossDone {
        frame: customer.frame(),
        kind: reported(&card),
        card_number: card.printed(),
        reference: words::reference(card.id),
        expected: order.map(|order| order.expected_between(policy)),
        withdrawn: count.withdrawn.unwrap_or(0).into(),
    }))
}
