//! A small world: one institution, its systems, one customer with a card.

mod call;
mod office;
mod scene;
mod tokens;

pub(crate) use call::{Call, Told};
pub(crate) use office::Office;
pub(crate) use scene::{FRONT_CERTIFICATE, Scene};
pub(crate) use tokens::{Held, Teller, with};
