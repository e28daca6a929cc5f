//! Tokens started, exchanged, stopped and set right through the bank's own pages (api.md §5.3).
//!
//! The customer has approved the change; what he shows of his token comes with the call. Serial and
//! codes are one proof with one verdict and one count, that of the desk: nobody learns which of
//! them was wrong, and a code that is right and used costs nothing (E-14).

use serde::{Deserialize, Serialize};

use sekisho_domain::approval::{Approval, AskedBy, Consumption, Stage};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::digest::Digest;
use sekisho_domain::id::{
    ApprovalId, ClientId, ConsumptionId, ContractId, CredentialId, InstitutionId, ProposalId,
    TokenId,
};
use sekisho_domain::method::MethodKind;
use sekisho_domain::operation::{CredentialAction, Operation, OperationKind};
use sekisho_domain::policy::{LoginMode, Policy, TxnRule};
use sekisho_domain::proposal::Change;
use sekisho_domain::provision::{StartPassword, TokenIssue};
use sekisho_domain::refusal::Refusal;
use sekisho_domain::serial::Serial;
use sekisho_domain::token::Token;

use super::proof::{may_prove, prove, right, well_formed, wrong};
use super::{bind, by_serial, desk_of, in_use, token_of, waiting};
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;
use crate::{contract, credential, proposal, provision};

/// By what right a bank changes something: its customer's approval, and what the bank believes was
/// approved.
#[derive(Debug, Clone, Copy)]
pub struct Warrant {
    /// The approval, which the change uses up.
    pub approval: ApprovalId,
    /// The digest the bank computed.
    pub digest: Digest,
    /// Who calls: only whoever asked for the approval uses it here.
    pub client: ClientId,
}

/// What is shown of a token that comes into use. It holds a code, so it has no `Debug`.
#[derive(Clone)]
pub struct NewToken {
    /// シリアル番号, as it was typed.
    pub serial: String,
    /// What the token shows.
    pub code: String,
}

/// What came of it; small, because it is kept for repeated requests. Whatever stands here happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Done; this is the credential.
    Done(CredentialId),
    /// It waits for a second person.
    Proposed(ProposalId),
    /// Serial or code was wrong; counted, once.
    Refused {
        /// Tries left.
        attempts_left: u8,
    },
    /// What the bank believes is not what was approved: an alarm was written, nothing is used.
    DigestMismatch,
}

/// What a customer answers with when a bank asks for a change of tokens, where the policy has no
/// rule of its own in `txn.ops`; `None` for what no call of the API carries out.
pub(crate) fn rule(policy: &Policy, operation: &Operation) -> Option<TxnRule> {
    let Operation::CredentialChange(change) = operation else { return None };
    let otp = &policy.otp;
    let cards = [MethodKind::ImageCard, MethodKind::CustomerCard];
    let card = |asked: bool| if asked { cards.to_vec() } else { Vec::new() };
    let methods = match change.action {
        CredentialAction::OtpExchange => card(otp.proof_exchange),
        CredentialAction::OtpStop => card(otp.proof_stop),
        CredentialAction::OtpStart | CredentialAction::OtpIssue => card(otp.proof_start),
        CredentialAction::SignInChange => {
            let token = [MethodKind::OtpApp, MethodKind::OtpDevice];
            token.into_iter().chain(card(true)).collect()
        }
        CredentialAction::CardSwitch
        | CredentialAction::MailPasswordStart
        | CredentialAction::MailPasswordStop => return None,
    };
    Some(TxnRule {
        operation: OperationKind::CredentialChange,
        registration: None,
        up_to_yen: None,
        tier: "credential_change".to_owned(),
        methods,
        cells: otp.cells,
    })
}

/// 利用開始 (T-07): uses the approval up, binds the token and takes it into use, in one commit.
/// Without an approval it is a change by staff, which needs two people.
pub fn start(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, ContractId),
    (method, at_sign_in): (MethodKind, bool),
    shown: &NewToken,
    warrant: Option<&Warrant>,
) -> Result<Outcome, Error> {
    let contract = contract::find(tx, institution, id)?;
    may_start(tx, cx, &contract)?;
    let mut approval = None;
    if let Some(warrant) = warrant {
        let change =
            Asked { serial: Some(&shown.serial), ..Asked::new(CredentialAction::OtpStart) };
        match warrant.check(tx, cx, &contract, &change)? {
            Some(found) => approval = Some(found),
            None => return Ok(Outcome::DigestMismatch),
        }
    }
    let token = startable(tx, cx, &contract, &shown.serial)?;
    let token = token.filter(|token| token.kind.method() == method);
    let id = token.as_ref().map(|token| token.id);
    if let Some(refused) = prove(tx, cx, &contract, vec![(token, shown.code.as_str())])? {
        return Ok(refused);
    }
    let token = id.expect("a token that is not there proves nothing");
    let Some(approval) = approval else {
        let contract = contract.id;
        let change = Change::OtpStart { contract, token, at_sign_in };
        return match proposal::submit(tx, cx, institution, change)? {
            Some(proposal) => Ok(Outcome::Proposed(proposal.id)),
            None => started(tx, contract),
        };
    };
    use_up(tx, cx, approval, warrant)?;
    let credential = take_into_use(tx, cx, &contract, token, at_sign_in)?;
    Ok(Outcome::Done(credential.id))
}

/// What a second person has agreed to: the code was shown when it was proposed.
pub(crate) fn start_agreed(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, ContractId),
    token: TokenId,
    at_sign_in: bool,
) -> Result<(), Error> {
    let contract = contract::find(tx, institution, id)?;
    may_start(tx, cx, &contract)?;
    let found = super::find(tx, institution, token)?;
    let policy = cx.policy(institution);
    let waits = issued(tx, &contract, &found)?.is_some();
    if !waits && !found.may_bind(id, &policy, cx.now().day()) {
        return Err(Refusal::InvalidTransition { state: found.state.word() }.into());
    }
    take_into_use(tx, cx, &contract, token, at_sign_in).map(drop)
}

/// 交換 (T-12): the old code and the new serial with its code are one proof; both codes are spent.
pub fn exchange(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, CredentialId),
    old_code: &str,
    shown: &NewToken,
    warrant: &Warrant,
) -> Result<Outcome, Error> {
    let (old, contract) = used(tx, institution, id)?;
    let change = Asked {
        serial: Some(&shown.serial),
        credential: Some(id),
        ..Asked::new(CredentialAction::OtpExchange)
    };
    let Some(approval) = warrant.check(tx, cx, &contract, &change)? else {
        return Ok(Outcome::DigestMismatch);
    };
    let next = startable(tx, cx, &contract, &shown.serial)?;
    let token = next.as_ref().map(|token| token.id);
    let proof = vec![(token_of(tx, &old)?, old_code), (next, shown.code.as_str())];
    if let Some(refused) = prove(tx, cx, &contract, proof)? {
        return Ok(refused);
    }
    use_up(tx, cx, approval, Some(warrant))?;
    let token = token.expect("a token that is not there proves nothing");
    let token = super::find(tx, institution, token)?;
    let next = super::exchange(tx, cx, &contract, old, token)?;
    Ok(Outcome::Done(next.id))
}

/// 利用中止 (T-08); from then on the policy's `otp.after_stop` holds (C-15).
pub fn stop(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, CredentialId),
    code: &str,
    warrant: &Warrant,
) -> Result<Outcome, Error> {
    let (credential, contract) = used(tx, institution, id)?;
    let serial = credential.printed();
    let change = Asked {
        serial: Some(&serial),
        credential: Some(id),
        ..Asked::new(CredentialAction::OtpStop)
    };
    let Some(approval) = warrant.check(tx, cx, &contract, &change)? else {
        return Ok(Outcome::DigestMismatch);
    };
    let proof = vec![(token_of(tx, &credential)?, code)];
    if let Some(refused) = prove(tx, cx, &contract, proof)? {
        return Ok(refused);
    }
    use_up(tx, cx, approval, Some(warrant))?;
    let stopped = super::stop(tx, cx, credential)?;
    Ok(Outcome::Done(stopped.id))
}

/// 時刻補正 (E-13): two codes in a row set the token right, for all contracts bound to it. Wrong
/// ones are counted like any other proof.
pub fn resync(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, CredentialId),
    [first, second]: [&str; 2],
) -> Result<Outcome, Error> {
    let credential = of_token(tx, institution, id)?;
    if credential.state.terminal() {
        return Err(Refusal::InvalidTransition { state: credential.state.word() }.into());
    }
    let contract = contract::find(tx, institution, credential.contract)?;
    for code in [first, second] {
        well_formed(code)?;
    }
    may_prove(tx, cx, &contract)?;
    match super::resync(tx, cx, &credential, [first, second]) {
        Ok(_) => {
            right(tx, &contract)?;
            Ok(Outcome::Done(id))
        }
        Err(Error::Refused(Refusal::ProofRefused { .. })) => wrong(tx, cx, &contract),
        Err(other) => Err(other),
    }
}

/// Whether a sign-in asks for the token (C-07). To ask for less than before needs an approval.
pub fn ask_at_sign_in(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, CredentialId),
    wanted: bool,
    warrant: Option<&Warrant>,
) -> Result<Outcome, Error> {
    let (credential, contract) = used(tx, institution, id)?;
    if !wanted && cx.policy(institution).otp.login_mode == LoginMode::Forced {
        return Err(Refusal::OperationNotOffered.into());
    }
    if credential.at_sign_in && !wanted {
        let action = CredentialAction::SignInChange;
        let missing = Refusal::ApprovalRequired { action: action.word() };
        let warrant = warrant.or_refuse(missing)?;
        let serial = credential.printed();
        let change = Asked { serial: Some(&serial), credential: Some(id), ..Asked::new(action) };
        let Some(approval) = warrant.check(tx, cx, &contract, &change)? else {
            return Ok(Outcome::DigestMismatch);
        };
        use_up(tx, cx, approval, Some(warrant))?;
    }
    cx.save(tx, credential.ask_at_sign_in(wanted))?;
    Ok(Outcome::Done(id))
}

/// トークン発行 (Y-09): uses the approval up and issues a token by mail; `None` when the bank believes
/// something else was approved, which is written down.
pub fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, id): (InstitutionId, ContractId),
    (mail, start_password): (&str, &StartPassword),
    warrant: &Warrant,
) -> Result<Option<TokenIssue>, Error> {
    let contract = contract::find(tx, institution, id)?;
    may_start(tx, cx, &contract)?;
    let change = Asked::new(CredentialAction::OtpIssue);
    let Some(approval) = warrant.check(tx, cx, &contract, &change)? else {
        return Ok(None);
    };
    use_up(tx, cx, approval, Some(warrant))?;
    Ok(Some(provision::issue(tx, cx, &contract, mail, start_password)?))
}

/// What a call is about to do, to be compared with what was approved.
struct Asked<'a> {
    action: CredentialAction,
    serial: Option<&'a str>,
    credential: Option<CredentialId>,
}

impl Asked<'_> {
    fn new(action: CredentialAction) -> Self {
        Self { action, serial: None, credential: None }
    }

    /// Whether an approved operation is this one: what it names must be what the call names
    /// (api.md §12).
    fn is(&self, operation: &Operation) -> bool {
        let Operation::CredentialChange(approved) = operation else { return false };
        let serial = |text: &str| text.parse::<Serial>().ok();
        let same_serial = |named: &String| {
            serial(named).is_some() && serial(named) == self.serial.and_then(serial)
        };
        approved.action == self.action
            && approved.serial.as_ref().is_none_or(same_serial)
            && approved.credential.is_none_or(|named| Some(named) == self.credential)
    }
}

impl Warrant {
    /// The approval, if it allows `change` of this contract now; `None` when the bank believes
    /// something else was approved, which is written down.
    fn check(
        &self,
        tx: &mut Tx,
        cx: &mut Context,
        contract: &Contract,
        change: &Asked,
    ) -> Result<Option<Approval>, Error> {
        let missing = Refusal::ApprovalRequired { action: change.action.word() };
        let allows = |approval: &Approval| {
            approval.contract == contract.id
                && approval.asked_by == AskedBy::Client(self.client)
                && change.is(&approval.operation)
                && matches!(approval.stage, Stage::Approved(_))
                && !approval.lapsed(cx.now())
        };
        let approval = tx.load::<Approval>(&self.approval)?.filter(allows).or_refuse(missing)?;
        if approval.digest == self.digest {
            return Ok(Some(approval));
        }
        cx.save(tx, approval.digest_differs())?;
        Ok(None)
    }
}

/// Uses an approval up, in the commit of what it allows.
fn use_up(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
    warrant: Option<&Warrant>,
) -> Result<(), Error> {
    let mut desk = desk_of(tx, approval.contract)?;
    desk.consume(approval.id, cx.now());
    tx.put(desk)?;
    let id = ConsumptionId::make(cx.moment);
    let booking = approval.reference.to_string();
    let client = warrant.map(|warrant| warrant.client);
    cx.save(tx, approval.consume(Consumption { id, booking, client, at: cx.now() }))?;
    Ok(())
}

/// Whether the contract can take a token into use now: it is active, uses none yet (T-03), and has
/// not given one up a moment ago (§2.5).
fn may_start(tx: &mut Tx, cx: &Context, contract: &Contract) -> Result<(), Error> {
    contract.active()?;
    let desk = desk_of(tx, contract.id)?;
    if let Some(used) = in_use(tx, &desk)? {
        return Err(Refusal::InvalidTransition { state: used.state.word() }.into());
    }
    match desk.token_from {
        Some(until) if cx.now() < until => Err(Refusal::RestartWaiting { until }.into()),
        _ => Ok(()),
    }
}

/// The token with this serial, if the contract can start it. Why not is nobody's to learn.
fn startable(
    tx: &mut Tx,
    cx: &Context,
    contract: &Contract,
    serial: &str,
) -> Result<Option<Token>, Error> {
    let serial: Serial = serial.parse().map_err(|_| Refusal::AnswerIncomplete)?;
    let Some(token) = by_serial(tx, contract.institution, &serial)? else { return Ok(None) };
    let policy = cx.policy(contract.institution);
    if token.may_bind(contract.id, &policy, cx.now().day()) {
        return Ok(Some(token));
    }
    let waits = issued(tx, contract, &token)?.is_some() && token.state.can_start();
    Ok(waits.then_some(token))
}

/// The contract's credential of a token that was issued and set up, and not started yet (Y-11).
fn issued(tx: &mut Tx, contract: &Contract, token: &Token) -> Result<Option<Credential>, Error> {
    let desk = desk_of(tx, contract.id)?;
    Ok(waiting(tx, &desk)?.filter(|waiting| waiting.token() == Some(token.id)))
}

fn take_into_use(
    tx: &mut Tx,
    cx: &mut Context,
    contract: &Contract,
    token: TokenId,
    at_sign_in: bool,
) -> Result<Credential, Error> {
    let token = super::find(tx, contract.institution, token)?;
    let credential = match issued(tx, contract, &token)? {
        Some(credential) => cx.save(tx, credential.ask_at_sign_in(at_sign_in))?,
        None => bind(tx, cx, contract, token, at_sign_in)?,
    };
    super::start(tx, cx, credential)
}

fn started(tx: &mut Tx, contract: ContractId) -> Result<Outcome, Error> {
    let desk = desk_of(tx, contract)?;
    let used = in_use(tx, &desk)?.or_refuse(Refusal::NotFound)?;
    Ok(Outcome::Done(used.id))
}

/// A credential that is bound to a token.
fn of_token(
    tx: &mut Tx,
    institution: InstitutionId,
    id: CredentialId,
) -> Result<Credential, Error> {
    let credential = credential::find(tx, institution, id)?;
    if credential.token().is_none() {
        return Err(Refusal::InvalidTransition { state: credential.state.word() }.into());
    }
    Ok(credential)
}

/// The token in use, and whose it is.
fn used(
    tx: &mut Tx,
    institution: InstitutionId,
    id: CredentialId,
) -> Result<(Credential, Contract), Error> {
    let credential = of_token(tx, institution, id)?;
    if credential.state != CredentialState::Active {
        return Err(Refusal::InvalidTransition { state: credential.state.word() }.into());
    }
    let contract = contract::find(tx, institution, credential.contract)?;
    contract.active()?;
    Ok((credential, contract))
}
