//! What the back office does with a token: sets it aside, takes it back, ends it (api.md §5.3,
//! domain.md §2.6).

use sekisho_domain::contract::Contract;
use sekisho_domain::id::{ContractId, InstitutionId, TokenId};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::{Token, TokenKind, TokenState};

use super::{end, find};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;

/// Sets a device in stock aside for a contract; nobody else can start it from now on (T-11).
pub fn allocate(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
    contract: ContractId,
) -> Result<Token, Error> {
    let token = find(tx, institution, id)?;
    let owner = tx.load::<Contract>(&contract)?;
    let owner = owner.filter(|owner| owner.institution == institution);
    owner.or_refuse(Refusal::NoSuchContract)?.active()?;
    Ok(cx.save(tx, token.allocate(contract)?)?)
}

/// A device nobody is bound to came back into stock.
pub fn put_back(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
) -> Result<Token, Error> {
    let token = find(tx, institution, id)?;
    Ok(cx.save(tx, token.put_back()?)?)
}

/// A token is broken: it ends for all contracts bound to it. Again: the same and no event; ended
/// otherwise before, it is refused.
pub fn defect(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
    by: ReportedBy,
) -> Result<Token, Error> {
    let token = find(tx, institution, id)?;
    if token.state.ended() && token.state != TokenState::Defect {
        return Err(Refusal::InvalidTransition { state: token.state.word() }.into());
    }
    end(tx, cx, token, TokenState::Defect, (Reason::Damaged, by))
}

/// A token ends for all contracts bound to it, and all its owners are told (E-18). Again: the same
/// and no event.
pub fn revoke(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, TokenId),
    (reason, by): (Reason, ReportedBy),
) -> Result<Token, Error> {
    let token = find(tx, institution, id)?;
    let ended = match (reason, token.kind) {
        (Reason::Lost, _) => TokenState::Lost,
        (reason, _) if reason.compromise() => TokenState::Compromised,
        (Reason::Damaged, _) | (_, TokenKind::Device) => TokenState::Defect,
        (_, TokenKind::App) => TokenState::Wiped,
    };
    end(tx, cx, token, ended, (reason, by))
}
