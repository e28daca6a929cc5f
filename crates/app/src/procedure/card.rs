//! The card beside the code: which one is asked, and its question (C-12 to C-14, T-16).

use sekisho_domain::approval::{Approval, AskedBy, Channel, Mode, Request};
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::{Desk, Open};
use sekisho_domain::digest::Reference;
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::money::Yen;
use sekisho_domain::operation::{CredentialChange, Operation, OperationKind};
use sekisho_domain::policy::{Policy, TxnRule};
use sekisho_domain::procedure::{Procedure, ProcedureKind};
use sekisho_domain::refusal::{NoMethod, Refusal};

use crate::context::Context;
use crate::error::Error;
use crate::tx::Tx;
use crate::{approval, credential, method};

/// Seconds in which the question can be answered, with all extensions.
const ASKED_S: u32 = 900;
/// Cards of a contract that are looked through.
const CARDS_MAX: u32 = 100;

/// The card that must be shown besides: the image card before the customer card (C-12). `None`
/// where policy asks for none, and for a contract that never had one.
///
/// A contract whose card is locked, lost or still in the post is refused: otherwise whoever makes
/// the card useless would not need it.
pub(super) fn proof(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    kind: ProcedureKind,
) -> Result<Option<Credential>, Error> {
    let policy = cx.policy(desk.institution);
    if !asked(&policy, kind) {
        return Ok(None);
    }
    let held = method::held(tx, desk)?;
    let cells = policy.otp.cells;
    let proves = |card: &&Credential| card.proves() && card.remaining(&policy, cells) != Some(0);
    for kind in [MethodKind::ImageCard, MethodKind::CustomerCard] {
        if let Some(card) = held.iter().filter(|card| card.method == kind).find(proves) {
            return Ok(Some(card.clone()));
        }
    }
    let is_card = |credential: &&Credential| credential.method.card().is_some();
    let why = held.iter().filter(is_card).map(|card| match card.state {
        CredentialState::Locked => NoMethod::Locked,
        CredentialState::Pending => NoMethod::CardOnTheWay,
        _ => NoMethod::Exhausted,
    });
    let why: Vec<NoMethod> = why.collect();
    let told = [NoMethod::Locked, NoMethod::CardOnTheWay, NoMethod::Exhausted];
    if let Some(why) = told.into_iter().find(|reason| why.contains(reason)) {
        return Err(Refusal::NoUsableMethod(why).into());
    }
    let ever = credential::of_contract(tx, desk.contract, CARDS_MAX)?;
    if ever.iter().any(|known| known.method.card().is_some()) {
        return Err(Refusal::NoUsableMethod(NoMethod::NoneEnrolled).into());
    }
    Ok(None)
}

fn asked(policy: &Policy, kind: ProcedureKind) -> bool {
    match kind {
        ProcedureKind::OtpStart | ProcedureKind::OtpIssue => policy.otp.proof_start,
        ProcedureKind::OtpExchange => policy.otp.proof_exchange,
        ProcedureKind::OtpStop => policy.otp.proof_stop,
        ProcedureKind::SignIn => false,
    }
}

/// Asks the card; an older question of the contract makes way (E-17).
pub(super) fn ask(
    tx: &mut Tx,
    cx: &mut Context,
    procedure: &Procedure,
    contract: &Contract,
    mut desk: Desk,
    card: Credential,
    change: CredentialChange,
) -> Result<ApprovalId, Error> {
    let policy = cx.policy(contract.institution);
    let rule = TxnRule {
        operation: OperationKind::CredentialChange,
        registration: None,
        up_to_yen: None,
        tier: "credential_change".to_owned(),
        methods: vec![card.method],
        cells: policy.otp.cells,
    };
    let wish = Request {
        institution: contract.institution,
        contract: contract.id,
        asked_by: AskedBy::Page,
        session: procedure.session,
        reference: Reference::parse(&format!("procedure.{}", procedure.id))
            .expect("an id is made of letters and digits"),
        mode: Mode::Page,
        channel: Channel::Pc,
        operation: Operation::CredentialChange(change),
        expires_in_s: ASKED_S,
        page: None,
    };
    let requested = Approval::request(wish, &rule, rule.methods.clone(), &policy, cx.moment);
    let approval = cx.save(tx, requested)?;
    if let Some(older) = desk.challenged {
        approval::replace(tx, cx, &mut desk, older)?;
    }
    // As the older question left it.
    let card = tx.load::<Credential>(&card.id)?.unwrap_or(card);
    let challenge = approval::show(tx, cx, &mut desk, vec![(card, rule.cells)])?;
    let until = approval.expires_at;
    desk.open.push(Open { approval: approval.id, amount: Yen::ZERO, by_card: false, until });
    desk.challenged = Some(approval.id);
    tx.put(desk)?;
    Ok(cx.save(tx, approval.challenged(challenge))?.id)
}
