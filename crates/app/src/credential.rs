//! Credentials in use: reported lost, revoked, unlocked (domain.md §2.3, §2.4).

use sekisho_domain::approval::EndReason;
use sekisho_domain::card::CardNumber;
use sekisho_domain::credential::Credential;
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId};
use sekisho_domain::order::OrderKind;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::TokenState;

use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::record::{Alias, AliasKind};
use crate::tx::{Order, Query, Table, Tx};
use crate::{approval, method, order, otp, reissue};

/// The credential, if it is of this institution.
pub fn find(
    tx: &mut Tx,
    institution: InstitutionId,
    id: CredentialId,
) -> Result<Credential, Error> {
    let credential = tx.load::<Credential>(&id)?.filter(|known| known.institution == institution);
    credential.or_refuse(Refusal::NotFound)
}

/// The credential whose card bears this number, if it is of this institution.
pub fn by_card_number(
    tx: &mut Tx,
    institution: InstitutionId,
    number: CardNumber,
) -> Result<Credential, Error> {
    let key = AliasKind::CardNumber.key(institution, &number.to_string());
    let alias = tx.load::<Alias>(&key)?.or_refuse(Refusal::NoSuchCredential)?;
    // The number of a letter names its order.
    let id = CredentialId::parse(&alias.target).ok().or_refuse(Refusal::NoSuchCredential)?;
    find(tx, institution, id)
}

/// A contract's credentials, newest first.
pub fn of_contract(
    tx: &mut Tx,
    contract: ContractId,
    limit: u32,
) -> Result<Vec<Credential>, Error> {
    let query = Query {
        owner: Some(contract.to_string()),
        order: Order::NewestFirst,
        limit,
        ..Query::all(Table::Credential)
    };
    Ok(tx.list::<Credential>(&query)?)
}

/// A contract's credentials that have not ended, oldest first.
pub fn held(tx: &mut Tx, desk: &Desk) -> Result<Vec<Credential>, Error> {
    Ok(method::held(tx, desk)?)
}

/// Makes a credential useless at once; open approvals are void and, where the customer needs it,
/// the next card is ordered (E-09, E-25). A card on its way is stopped.
pub fn revoke(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: CredentialId,
    reason: Reason,
    by: ReportedBy,
) -> Result<Credential, Error> {
    let credential = find(tx, institution, id)?;
    if credential.state.terminal() {
        return Ok(credential);
    }
    if let (Some(token), true) = (credential.token(), reason.compromise()) {
        let end = if reason == Reason::Lost { TokenState::Lost } else { TokenState::Compromised };
        let token = otp::find(tx, institution, token)?;
        otp::end(tx, cx, token, end, (reason, by))?;
        return find(tx, institution, id);
    }
    let contract = credential.contract;
    approval::void_all(tx, cx, contract, &EndReason::CredentialRevoked)?;
    let credential = tx.load::<Credential>(&id)?.or_refuse(Refusal::NotFound)?;
    let in_use = credential.activated_at.is_some();
    let credential = cx.save(tx, credential.revoke(reason, by))?;
    stop_order(tx, cx, &credential)?;
    let mut desk = tx.load::<Desk>(&contract)?.or_refuse(Refusal::NotFound)?;
    desk.drop_credential(id);
    match credential.method.card() {
        Some(card) if reason.compromise() || reason == Reason::Damaged || !in_use => {
            reissue::replacement(tx, cx, &mut desk, OrderKind::of(card), reason)?;
        }
        Some(_) => {}
        None => otp::give_up(tx, cx, &mut desk, &credential)?,
    }
    tx.put(desk)?;
    Ok(credential)
}

/// The customer reports a card (紛失のお届け). A damaged card goes on until the next one comes
/// (E-09); any other is dead at once.
pub fn report(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    contract: ContractId,
    id: CredentialId,
    reason: Reason,
) -> Result<Credential, Error> {
    let credential = find(tx, institution, id)?;
    if credential.contract != contract {
        return Err(Refusal::NotFound.into());
    }
    if reason != Reason::Damaged {
        return revoke(tx, cx, institution, id, reason, ReportedBy::Customer);
    }
    let card = credential.method.card();
    let card = card.or_refuse(Refusal::InvalidTransition { state: credential.state.word() })?;
    let mut desk = tx.load::<Desk>(&contract)?.or_refuse(Refusal::NotFound)?;
    if let Some(order) = order::open_order(tx, &desk)? {
        return Err(Refusal::OrderOpen { order: order.id, ordered_at: order.ordered_at }.into());
    }
    reissue::replacement(tx, cx, &mut desk, OrderKind::of(card), reason)?;
    tx.put(desk)?;
    Ok(credential)
}

/// Lifts the lock of a card; spent cells stay spent.
pub fn unlock(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    id: CredentialId,
) -> Result<Credential, Error> {
    let credential = find(tx, institution, id)?;
    let policy = cx.policy(institution);
    let contract = credential.contract;
    let unlocked = cx.save(tx, credential.unlock(&policy)?)?;
    let desk = tx.load::<Desk>(&contract)?.or_refuse(Refusal::NotFound)?;
    if unlocked.method.card().is_some() && otp::limits_cards(tx, &desk)? {
        return Ok(cx.save(tx, unlocked.limit())?);
    }
    Ok(unlocked)
}

/// Revokes everything a contract holds.
pub(crate) fn end_all(
    tx: &mut Tx,
    cx: &mut Context,
    contract: ContractId,
    reason: Reason,
) -> Result<(), Error> {
    let Some(mut desk) = tx.load::<Desk>(&contract)? else {
        return Ok(());
    };
    for credential in method::held(tx, &desk)? {
        desk.drop_credential(credential.id);
        otp::release(tx, cx, &credential)?;
        cx.save(tx, credential.revoke(reason, ReportedBy::System))?;
    }
    tx.put(desk)?;
    Ok(())
}

fn stop_order(tx: &mut Tx, cx: &mut Context, credential: &Credential) -> Result<(), Error> {
    let order = order::of_card(tx, credential)?;
    let Some(order) = order.filter(|order| !order.state.terminal()) else {
        return Ok(());
    };
    order::clear_from_desk(tx, &order)?;
    cx.save(tx, order.stop())?;
    Ok(())
}
