//! The stock of hardware tokens (domain.md §2.6, T-11): taken in from their maker's files, posted,
//! counted, moved elsewhere, at the end of their life. What a token has to do with a contract is in
//! [`crate::otp`].

pub mod expiry;
pub mod import;

use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::{InstitutionId, TokenId};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::{Token, TokenKind, TokenState};
use sekisho_domain::token_file::Delivered;

use crate::context::Context;
use crate::error::Error;
use crate::otp;
use crate::tx::{Query, StoreError, Table, Tx};

/// Which tokens a list wants.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Only in one of these states; all when empty.
    pub states: Vec<TokenState>,
    /// Only after this one.
    pub after: Option<TokenId>,
    /// At most so many.
    pub limit: u32,
}

/// An institution's tokens, oldest first.
pub fn list(
    tx: &mut Tx,
    institution: InstitutionId,
    wanted: &Wanted,
) -> Result<Vec<Token>, StoreError> {
    tx.list(&Query {
        institution: Some(institution.to_string()),
        states: wanted.states.iter().map(|state| state.word()).collect(),
        after: wanted.after.map(|id| id.to_string()),
        limit: wanted.limit,
        ..Query::all(Table::Token)
    })
}

/// A device set aside for a contract was given to the post, or into the customer's hand.
pub fn mail(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
) -> Result<Token, Error> {
    let token = otp::find(tx, institution, id)?;
    Ok(cx.save(tx, token.mail()?)?)
}

/// Its owner says that the display tells of an empty battery (§2.6).
pub fn battery_low(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
) -> Result<Token, Error> {
    let token = otp::find(tx, institution, id)?;
    Ok(cx.save(tx, token.battery_low()?)?)
}

/// A device was destroyed. That two people agreed is the caller's to see to.
pub fn destroy(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
) -> Result<Token, Error> {
    let token = otp::find(tx, institution, id)?;
    Ok(cx.save(tx, token.destroy()?)?)
}

/// What is written of a device that moves to another installation: only of one in stock, for
/// nobody may hold what it answers with. That it was written stands in the audit log; that two
/// people agreed is the caller's to see to.
pub fn export(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
) -> Result<Delivered, Error> {
    let token = otp::find(tx, institution, id)?;
    if token.kind != TokenKind::Device || token.state != TokenState::Stock {
        return Err(Refusal::InvalidTransition { state: token.state.word() }.into());
    }
    let (secret, state) = otp::open(cx, &token)?;
    let event = Event::new("token.exported", Subject::new("token", id).at(token.version));
    cx.note(tx, institution, None, &event);
    let (serial, expires_on) = (token.serial, token.expires_on);
    Ok(Delivered { line: 0, serial, secret, state, expires_on })
}
