//! ログイン時の認証, changed by a customer who is signed in (C-07, A-07). To be asked for more is
//! done at once; to be asked for less takes a code of the token.

use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::id::ContractId;
use sekisho_domain::policy::LoginMode;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::token::Token;

use super::by_bank::Outcome;
use super::proof::prove;
use super::{desk_of, in_use};
use crate::context::{Context, OrRefuse};
use crate::contract;
use crate::error::Error;
use crate::tx::Tx;

/// The token whose sign-in can be chosen: in use, and policy leaves the choice.
pub fn choosable(
    tx: &mut Tx,
    cx: &Context,
    contract: ContractId,
) -> Result<Option<Credential>, Error> {
    let desk = desk_of(tx, contract)?;
    let chosen = cx.policy(desk.institution).otp.login_mode != LoginMode::Forced;
    let active = |credential: &Credential| credential.state == CredentialState::Active;
    Ok(in_use(tx, &desk)?.filter(|credential| chosen && active(credential)))
}

/// A sign-in asks for a code from now on.
pub fn ask(tx: &mut Tx, cx: &mut Context, contract: ContractId) -> Result<Credential, Error> {
    let credential = choosable(tx, cx, contract)?.or_refuse(Refusal::OperationNotOffered)?;
    Ok(cx.save(tx, credential.ask_at_sign_in(true))?)
}

/// A sign-in asks for a code no longer, if the one shown is right: judged and counted like every
/// code without a card.
pub fn ask_no_longer(
    tx: &mut Tx,
    cx: &mut Context,
    contract: ContractId,
    code: &str,
) -> Result<Outcome, Error> {
    let credential = choosable(tx, cx, contract)?.or_refuse(Refusal::OperationNotOffered)?;
    let found = contract::find(tx, credential.institution, contract)?;
    let token = match credential.token() {
        Some(id) => tx.load::<Token>(&id)?,
        None => None,
    };
    if let Some(refused) = prove(tx, cx, &found, vec![(token, code)])? {
        return Ok(refused);
    }
    let credential = cx.save(tx, credential.ask_at_sign_in(false))?;
    Ok(Outcome::Done(credential.id))
}
