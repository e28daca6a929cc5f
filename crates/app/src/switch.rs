//! The switch to the image card (切替え, U-16 to U-25, K-14): notice, old method and new cells on
//! one screen.
//!
//! It is the approval of a change of credentials, asked by a page of ours: so that everything that
//! holds for questions and answers holds here too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use subtle::ConstantTimeEq as _;

use sekisho_domain::approval::{Approval, AskedBy, Channel, Consumption, Mode, Request, Stage};
use sekisho_domain::contract::{ActivationCode, Contract};
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::{Desk, Open};
use sekisho_domain::digest::Reference;
use sekisho_domain::id::{ApprovalId, ConsumptionId, CredentialId};
use sekisho_domain::method::{Answer, MethodKind};
use sekisho_domain::money::Yen;
use sekisho_domain::operation::{CredentialAction, CredentialChange, Operation, OperationKind};
use sekisho_domain::order::{CardOrder, OrderState};
use sekisho_domain::policy::TxnRule;
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::secret::Purpose;
use sekisho_domain::session::Session;
use sekisho_domain::text::bare_code;

use crate::approval::{self, By, Given, Judged, Outcome};
use crate::batch::post;
use crate::context::{Context, OrRefuse};
use crate::error::Error;
use crate::tx::Tx;
use crate::{method, order, otp};

/// Cells or positions the old card is asked for.
const OLD_CELLS: u8 = 2;

/// What the customer must show besides the new card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OldProof {
    /// The card used until now: the first part of the challenge.
    Card(MethodKind),
    /// The activation code from the branch or from a letter of its own (E-04).
    ActivationCode,
    /// Nothing: this is the first card of the contract, or policy asks for none.
    Nothing,
}

/// A switch that has begun: its challenge stays the same over reloads.
#[derive(Debug, Clone)]
pub struct Switch {
    /// The approval that carries it.
    pub approval: Approval,
    /// The card to switch to.
    pub card: Credential,
    /// What must be shown besides it.
    pub proof: OldProof,
    /// Whether an activation code may be shown in place of the old card: one was issued and is in
    /// force (E-04).
    pub code_offered: bool,
}

/// What the customer sends. It holds secrets, so it has no `Debug`.
#[derive(Clone)]
pub struct Answered {
    /// The switch.
    pub approval: ApprovalId,
    /// Whether the notice was confirmed (U-18).
    pub notice_read: bool,
    /// Version of the notice that was shown.
    pub notice_version: String,
    /// The answers, old card first.
    pub parts: Vec<Answer>,
    /// The activation code, where one is asked.
    pub code: Option<String>,
}

/// The card a contract can switch to: posted, not yet in use.
pub fn waiting_card(tx: &mut Tx, desk: &Desk) -> Result<Option<(Credential, CardOrder)>, Error> {
    for credential in method::held(tx, desk)? {
        let waiting =
            credential.activated_at.is_none() && credential.method == MethodKind::ImageCard;
        if !waiting {
            continue;
        }
        let order = order::of_card(tx, &credential)?;
        let posted = |order: &CardOrder| {
            matches!(order.state, OrderState::Dispatched | OrderState::Delivered)
        };
        if let Some(order) = order.filter(posted) {
            return Ok(Some((credential, order)));
        }
    }
    Ok(None)
}

/// Begins the switch, or finds the one that has begun in this session.
pub fn begin(tx: &mut Tx, cx: &mut Context, session: &Session) -> Result<Switch, Error> {
    start(tx, cx, session, false)
}

/// The same for a customer who cannot read the old card, damaged or lost: where an activation code
/// is in force, it is asked in place of the old card (E-04). A question that asks the old card
/// ends.
pub fn begin_by_code(tx: &mut Tx, cx: &mut Context, session: &Session) -> Result<Switch, Error> {
    start(tx, cx, session, true)
}

fn start(tx: &mut Tx, cx: &mut Context, session: &Session, by_code: bool) -> Result<Switch, Error> {
    let contract = tx.load::<Contract>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    contract.active()?;
    let mut desk = tx.load::<Desk>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    let waiting = waiting_card(tx, &desk)?;
    let (card, _) = waiting.or_refuse(Refusal::NoUsableMethod(NoMethod::NoneEnrolled))?;
    if card.state == CredentialState::Locked {
        return Err(Refusal::NoUsableMethod(NoMethod::Locked).into());
    }
    let has_code = desk.issued > 1 && code_in_force(cx, &contract).is_some();
    let offered = |proof| has_code && matches!(proof, OldProof::Card(_));
    if let Some(begun) = begun(tx, cx, &desk, session, &card)? {
        let proof = proof_drawn(cx, &desk, &begun);
        if !(by_code && offered(proof)) {
            return Ok(Switch { approval: begun, card, proof, code_offered: offered(proof) });
        }
    }
    let (proof, old) = match old_proof(tx, cx, &desk)? {
        (proof, _) if by_code && offered(proof) => (OldProof::ActivationCode, None),
        asked => asked,
    };
    desk.may_challenge(cx.now())?;
    let rule = rule(cx, session, old.as_ref());
    let wish = wish(session, &card);
    let policy = cx.policy(session.institution);
    let requested = Approval::request(wish, &rule, rule.methods.clone(), &policy, cx.moment);
    let approval = cx.save(tx, requested)?;
    if let Some(older) = desk.challenged {
        approval::replace(tx, cx, &mut desk, older)?;
    }
    let old_part = old.map(|old| (old, OLD_CELLS));
    let asked = old_part.into_iter().chain([(card.clone(), rule.cells)]).collect();
    let challenge = approval::show(tx, cx, &mut desk, asked)?;
    let until = approval.expires_at;
    desk.open.push(Open { approval: approval.id, amount: Yen::ZERO, by_card: false, until });
    desk.challenged = Some(approval.id);
    tx.put(desk)?;
    let approval = cx.save(tx, approval.challenged(challenge))?;
    Ok(Switch { approval, card, proof, code_offered: offered(proof) })
}

/// Judges the answers; a right one switches in the same commit (U-25).
pub fn answer(
    tx: &mut Tx,
    cx: &mut Context,
    session: &Session,
    given: &Answered,
) -> Result<Judged, Error> {
    if !given.notice_read {
        return Err(Refusal::NoticeNotRead.into());
    }
    let approval = approval::find(tx, session.institution, given.approval)?;
    let desk = tx.load::<Desk>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    let challenge = approval.challenge().map(|challenge| challenge.id);
    let challenge = challenge.or_refuse(approval::closed(&approval, cx.now()))?;
    let proof = proof_drawn(cx, &desk, &approval);
    let contract = tx.load::<Contract>(&session.contract)?.or_refuse(Refusal::NotFound)?;
    contract.active()?;
    let besides = match proof {
        OldProof::ActivationCode => {
            let code = given.code.as_deref().map(bare_code).unwrap_or_default();
            if code.is_empty() {
                return Err(Refusal::AnswerIncomplete.into());
            }
            code_is_right(cx, &contract, &code)
        }
        OldProof::Card(_) | OldProof::Nothing => true,
    };
    let answer = Given { approval: approval.id, challenge, parts: given.parts.clone(), besides };
    let by = By::Page(Some(session.id));
    let judged = approval::answer(tx, cx, session.institution, &answer, by)?;
    if let (Outcome::Accepted, Some(card)) = (judged.outcome, switched_to(&approval)) {
        let card = tx.load::<Credential>(&card)?.or_refuse(Refusal::NoSuchCredential)?;
        let confirmed = card.notice_confirmed(&given.notice_version);
        cx.note(tx, session.institution, Some(session.contract), &confirmed);
    }
    Ok(judged)
}

/// The card that an approval switches to, if it does.
fn switched_to(approval: &Approval) -> Option<CredentialId> {
    match &approval.operation {
        Operation::CredentialChange(change) => change.credential,
        _ => None,
    }
}

/// Makes an activation code; the only place where it exists in clear is the value returned.
pub fn make_code(cx: &mut Context, contract: &Contract) -> (String, ActivationCode) {
    let number: u64 = cx.moment.pick(0..1_000_000_000_000);
    let code = format!("{number:012}");
    let key = cx.platform.keyring.newest();
    let verifier = code_verifier(cx, contract, key, &code).expect("the newest key is on the ring");
    let until = cx.now().plus_days(sekisho_domain::contract::ACTIVATION_DAYS);
    (code, ActivationCode { verifier, key, until, letter: None })
}

fn code_verifier(cx: &Context, contract: &Contract, key: u16, code: &str) -> Option<String> {
    let parts: [&[u8]; 3] = [b"activation", &contract.id.to_bytes(), code.as_bytes()];
    cx.platform
        .keyring
        .mac(key, Purpose::Ticket, &parts)
        .ok()
        .map(|mac| STANDARD_NO_PAD.encode(mac))
}

fn code_in_force<'a>(cx: &Context, contract: &'a Contract) -> Option<&'a ActivationCode> {
    contract.activation.as_ref().filter(|known| cx.now() < known.until)
}

fn code_is_right(cx: &Context, contract: &Contract, code: &str) -> bool {
    let Some(known) = code_in_force(cx, contract) else {
        return false;
    };
    let given = code_verifier(cx, contract, known.key, code);
    given.is_some_and(|given| given.as_bytes().ct_eq(known.verifier.as_bytes()).into())
}

/// What must be shown besides the new card: possession of it alone is not enough (U-24, E-03).
fn old_proof(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
) -> Result<(OldProof, Option<Credential>), Error> {
    if !cx.policy(desk.institution).switch.proof_by_old_method {
        return Ok((OldProof::Nothing, None));
    }
    let in_use = |credential: &Credential| credential.activated_at.is_some() && credential.proves();
    let old = method::held(tx, desk)?.into_iter().find(in_use);
    Ok(match old {
        Some(old) => (OldProof::Card(old.method), Some(old)),
        None if desk.issued > 1 => (OldProof::ActivationCode, None),
        None => (OldProof::Nothing, None),
    })
}

/// What was decided when the question was drawn. It stays, whatever becomes of the old card
/// meanwhile: it may have given its last cells to this question, or been unlocked after it was
/// left out.
fn proof_drawn(cx: &Context, desk: &Desk, approval: &Approval) -> OldProof {
    let parts = approval.challenge().map_or(&[][..], |challenge| &challenge.parts);
    match parts {
        [old, _, ..] => OldProof::Card(old.method),
        _ if cx.policy(desk.institution).switch.proof_by_old_method && desk.issued > 1 => {
            OldProof::ActivationCode
        }
        _ => OldProof::Nothing,
    }
}

fn begun(
    tx: &mut Tx,
    cx: &Context,
    desk: &Desk,
    session: &Session,
    card: &Credential,
) -> Result<Option<Approval>, Error> {
    let Some(id) = desk.challenged else {
        return Ok(None);
    };
    let same = |approval: &Approval| {
        approval.session == Some(session.id)
            && approval.operation == operation(card)
            && approval.challenge().is_some()
            && !approval.lapsed(cx.now())
    };
    Ok(tx.load::<Approval>(&id)?.filter(same))
}

fn operation(card: &Credential) -> Operation {
    Operation::CredentialChange(CredentialChange {
        action: CredentialAction::CardSwitch,
        serial: None,
        credential: Some(card.id),
    })
}

fn rule(cx: &Context, session: &Session, old: Option<&Credential>) -> TxnRule {
    let methods = old.map(|old| old.method).into_iter().chain([MethodKind::ImageCard]);
    TxnRule {
        operation: OperationKind::CredentialChange,
        registration: None,
        up_to_yen: None,
        tier: "credential_change".to_owned(),
        methods: methods.collect(),
        cells: cx.policy(session.institution).switch.cells,
    }
}

fn wish(session: &Session, card: &Credential) -> Request {
    let reference = format!("switch.{}", card.printed());
    Request {
        institution: session.institution,
        contract: session.contract,
        asked_by: AskedBy::Page,
        session: Some(session.id),
        reference: Reference::parse(&reference)
            .expect("a card number is made of digits and hyphens"),
        mode: Mode::Page,
        channel: Channel::Pc,
        operation: operation(card),
        expires_in_s: 900,
        page: None,
    }
}

/// After a right answer: the approval is used, the new card comes into use, the old ones are
/// superseded, all in the commit of the answer (K-15, U-25). Approvals of anything else pass
/// unchanged.
pub(crate) fn complete(
    tx: &mut Tx,
    cx: &mut Context,
    approval: Approval,
) -> Result<Approval, Error> {
    let Operation::CredentialChange(change) = &approval.operation else {
        return Ok(approval);
    };
    let (AskedBy::Page, CredentialAction::CardSwitch, Stage::Approved(_), Some(id)) =
        (approval.asked_by, change.action, &approval.stage, change.credential)
    else {
        return Ok(approval);
    };
    let mut desk = tx.load::<Desk>(&approval.contract)?.or_refuse(Refusal::NotFound)?;
    // A token goes on approving; the card takes over the proof of changes (E-05).
    let with_token = otp::limits_cards(tx, &desk)?;
    for credential in method::held(tx, &desk)? {
        if credential.id == id {
            let card = cx.save(tx, credential.activate(cx.now())?)?;
            if with_token {
                cx.save(tx, card.limit())?;
            }
        } else if credential.method.card().is_some() {
            desk.drop_credential(credential.id);
            cx.save(tx, credential.supersede())?;
        }
    }
    let card = tx.load::<Credential>(&id)?.or_refuse(Refusal::NoSuchCredential)?;
    if let Some(order) = order::of_card(tx, &card)? {
        desk.order = desk.order.filter(|open| *open != order.id);
        post::arrived(tx, cx, &order)?;
        cx.save(tx, order.activated())?;
    }
    let contract = tx.load::<Contract>(&approval.contract)?.or_refuse(Refusal::NotFound)?;
    if contract.activation.is_some() {
        cx.save(tx, contract.spend_activation())?;
    }
    desk.consume(approval.id, cx.now());
    tx.put(desk)?;
    let id = ConsumptionId::make(cx.moment);
    let booking = approval.reference.to_string();
    let consumption = Consumption { id, booking, client: None, at: cx.now() };
    Ok(cx.save(tx, approval.consume(consumption))?)
}
