//! A new card and the activation code that stands in for the old one are not posted together (E-04;
//! how far apart: [`sekisho_domain::order::far_apart`]).

use sekisho_domain::contract::Contract;
use sekisho_domain::desk::Desk;
use sekisho_domain::order::{CardOrder, OrderKind};

use super::must;
use crate::error::Error;
use crate::order::open_order;
use crate::tx::Tx;

/// What must not lie in the letter box together with this order: for an activation letter the card
/// that is on order or on its way, for a card the letter with the code that is in force.
pub(super) fn counterpart(tx: &mut Tx, order: &CardOrder) -> Result<Option<CardOrder>, Error> {
    match order.kind {
        OrderKind::ActivationLetter => {
            let desk = must::<Desk>(tx, &order.contract)?;
            open_order(tx, &desk)
        }
        OrderKind::ImageCard | OrderKind::CustomerCard => {
            let contract = must::<Contract>(tx, &order.contract)?;
            let letter = contract.activation.and_then(|code| code.letter);
            letter.map(|letter| must::<CardOrder>(tx, &letter)).transpose()
        }
        OrderKind::PasswordLetter => Ok(None),
    }
}
