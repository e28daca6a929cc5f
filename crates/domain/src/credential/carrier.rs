//! What the customer holds in the hand: a card of his own, or a token that may serve others too.

use serde::{Deserialize, Serialize};

use super::Credential;
use crate::card::CardNumber;
use crate::id::{OrderId, TokenId};
use crate::serial::Serial;

/// What the customer holds in the hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Carrier {
    /// A printed card; its secret is the credential's own.
    Card {
        /// The public number printed on it.
        number: CardNumber,
        /// The order it was made for.
        order: OrderId,
    },
    /// A token; its secret is the token's, and may serve other contracts too (§2.5).
    Token {
        /// Which.
        token: TokenId,
        /// What is printed or shown on it.
        serial: Serial,
    },
}

impl Credential {
    /// The number printed on it, if it is a card.
    pub fn card_number(&self) -> Option<CardNumber> {
        match self.carrier {
            Carrier::Card { number, .. } => Some(number),
            Carrier::Token { .. } => None,
        }
    }

    /// The order it was made for, if it is a card.
    pub fn order(&self) -> Option<OrderId> {
        match self.carrier {
            Carrier::Card { order, .. } => Some(order),
            Carrier::Token { .. } => None,
        }
    }

    /// The token it is bound to, if it is one.
    pub fn token(&self) -> Option<TokenId> {
        match self.carrier {
            Carrier::Token { token, .. } => Some(token),
            Carrier::Card { .. } => None,
        }
    }

    /// What the customer reads on it: the number of a card, the serial of a token.
    pub fn printed(&self) -> String {
        match &self.carrier {
            Carrier::Card { number, .. } => number.to_string(),
            Carrier::Token { serial, .. } => serial.to_string(),
        }
    }
}
