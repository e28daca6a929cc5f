//! Drawing what is printed: cards, passwords and codes, from chance, once (domain.md §4.8).
//!
//! Cards come in chunks, each a transaction of its own; the lines go to the printer's encrypted
//! file **after** the commit. Nothing that could be printed again is stored: when the file is lost,
//! [`restart`] makes everything drawn so far void, and drawing begins anew.

use sekisho_domain::batch::{Batch, BatchItem, BatchState, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::contract::ActivationCode;
use sekisho_domain::credential::{Carrier, Credential, CredentialSecret, NewCredential};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{BatchId, CredentialId, InstitutionId, OrderId};
use sekisho_domain::method::customer_card::{self, PrintedCustomerCard};
use sekisho_domain::method::image_card::{self, PrintedImageCard};
use sekisho_domain::method::{CardKind, MethodKind, method};
use sekisho_domain::moment::Moment;
use sekisho_domain::order::{CardOrder, OrderKind, PostalAddress};
use sekisho_domain::panels::Design;
use sekisho_domain::password::Verifier;
use sekisho_domain::reason::Reason;
use sekisho_domain::secret::Secret;
use sekisho_domain::text::LoginId;

use super::standing::{Line, Standing, discard};
use super::{find, items, must};
use crate::context::Context;
use crate::error::Error;
use crate::record::{Alias, AliasKind, item_key};
use crate::switch;
use crate::tx::{Order, Query, Table, Tx};

/// Characters of a printed password; together about 57 bits.
pub const PASSWORD_LENGTH: usize = 12;

/// What cannot be mistaken for one another on paper: no 0 o, 1 i l, 5 s, 2 z.
const PASSWORD_LETTERS: &[u8; 27] = b"346789abcdefghjkmnpqrtuvwxy";

/// Credentials of a contract looked through for the last generation.
const GENERATIONS: u32 = 200;

/// Draws of a card number before something must be wrong: of a hundred million most are free.
const NUMBER_TRIES: u32 = 100;

/// What one line of the printer's file says. It exists in clear only here; it has no `Debug` and is
/// wiped when dropped.
pub struct PrintLine {
    /// For which order.
    pub order: OrderId,
    /// The number on the card; for letters the number on the envelope.
    pub card_number: CardNumber,
    /// Which card of its kind the contract has; 0 for letters.
    pub generation: u16,
    /// What is printed.
    pub face: Face,
}

/// What is printed on a card or in a letter.
pub enum Face {
    /// Fifty pictures. Nothing on the card says whose it is.
    ImageCard(PrintedImageCard),
    /// Eight positions, and what the customer types at sign-in.
    CustomerCard(LoginId, PrintedCustomerCard),
    /// The initial password, and what the customer types at sign-in.
    PasswordLetter(LoginId, Secret<String>),
    /// An activation code (E-04).
    ActivationLetter(Secret<String>),
}

/// What one line of the enclosing house's file says: which envelope, no secret (E-24).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The number on what goes in.
    pub card_number: CardNumber,
    /// For which order.
    pub order: OrderId,
    /// Where it goes.
    pub to: PostalAddress,
}

/// One chunk of a batch, drawn.
pub struct Drawn {
    /// For the printer.
    pub lines: Vec<PrintLine>,
    /// For the enclosing house, in the same order.
    pub labels: Vec<Label>,
    /// Orders that were left out, because they or their contract were stopped or moved (E-02,
    /// E-11).
    pub left_out: Vec<OrderId>,
    /// The key after which to go on; `None` when nothing is open any more.
    pub next: Option<String>,
}

/// A password drawn for a letter, with its verifier, which takes too long to be made within a
/// transaction.
#[derive(Clone)]
pub struct InitialPassword {
    /// What is printed.
    pub password: Secret<String>,
    /// What is kept.
    pub verifier: Verifier,
}

/// A password for a letter: [`PASSWORD_LENGTH`] characters that are not mistaken for one another.
pub fn initial_password(moment: &mut Moment) -> Secret<String> {
    let mut letter = || char::from(PASSWORD_LETTERS[moment.pick(0..PASSWORD_LETTERS.len())]);
    Secret::new((0..PASSWORD_LENGTH).map(|_| letter()).collect())
}

/// Draws the next `chunk` cards or activation letters of an open batch, those after the line with
/// key `after`.
pub fn draw(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    after: Option<String>,
    chunk: u32,
) -> Result<Drawn, Error> {
    let batch = find(tx, institution, batch)?;
    assert!(batch.kind != OrderKind::PasswordLetter, "passwords are drawn by `draw_passwords`");
    let open = items(tx, batch.id, &[ItemState::Open], after, chunk)?;
    let more = open.len() == chunk as usize;
    run(tx, cx, batch, open, more, |tx, cx, line| match line.order.kind.card() {
        Some(CardKind::ImageCard) => card(tx, cx, line, image_face),
        Some(CardKind::CustomerCard) => card(tx, cx, line, customer_face),
        None => code(tx, cx, line),
    })
}

/// Draws the next password letters of an open batch: as many as there are passwords. Those left
/// over, because a letter was left out, are worth nothing.
pub fn draw_passwords(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    after: Option<String>,
    passwords: &[InitialPassword],
) -> Result<Drawn, Error> {
    let batch = find(tx, institution, batch)?;
    assert!(batch.kind == OrderKind::PasswordLetter, "cards are drawn by `draw`");
    let chunk = u32::try_from(passwords.len()).expect("a chunk fits memory");
    let open = items(tx, batch.id, &[ItemState::Open], after, chunk)?;
    let more = open.len() == passwords.len();
    let mut passwords = passwords.iter();
    run(tx, cx, batch, open, more, |tx, cx, line| {
        let password = passwords.next().expect("there is a password for each line");
        let policy = cx.policy(line.order.institution);
        let reset = line.contract.clone();
        let reset =
            reset.reset_password(password.verifier.clone(), line.order.id, &policy, cx.now());
        cx.save(tx, reset)?;
        let login_id = line.contract.login_id.clone();
        letter(tx, cx, line, Face::PasswordLetter(login_id, password.password.clone()))
    })
}

/// Makes what was drawn so far void, at most `chunk` lines, so that drawing begins anew; to be
/// called until it returns `false`.
pub fn restart(
    tx: &mut Tx,
    cx: &mut Context,
    (institution, batch): (InstitutionId, BatchId),
    chunk: u32,
) -> Result<bool, Error> {
    let batch = find(tx, institution, batch)?;
    batch.expect(BatchState::Open)?;
    let drawn = items(tx, batch.id, &[ItemState::Drawn], None, chunk)?;
    let (again, more) = (drawn.len() as u64, drawn.len() == chunk as usize);
    for item in drawn {
        discard(tx, cx, &item, Reason::StaffError)?;
        let order = must::<CardOrder>(tx, &item.order)?;
        if order.batch == Some(batch.id) {
            cx.save(tx, order.undrawn())?;
        }
        cx.save(tx, item.undrawn())?;
    }
    cx.save(tx, batch.undraw(again)?)?;
    Ok(more)
}

fn run(
    tx: &mut Tx,
    cx: &mut Context,
    batch: Batch,
    open: Vec<BatchItem>,
    more: bool,
    mut make: impl FnMut(&mut Tx, &mut Context, &Line) -> Result<PrintLine, Error>,
) -> Result<Drawn, Error> {
    batch.expect(BatchState::Open)?;
    let last = open.last().map(|item| item_key(item.batch, item.order));
    let next = last.filter(|_| more);
    let mut drawn = Drawn { lines: Vec::new(), labels: Vec::new(), left_out: Vec::new(), next };
    for item in open {
        let line = Line::load(tx, item)?;
        let standing = line.standing(tx)?;
        if standing == Standing::Good {
            let printed = make(tx, cx, &line)?;
            let (card_number, order) = (printed.card_number, printed.order);
            drawn.labels.push(Label { card_number, order, to: line.order.to });
            drawn.lines.push(printed);
        } else {
            drawn.left_out.push(line.order.id);
            line.keep_back(tx, cx, standing, ItemState::LeftOut)?;
        }
    }
    let counts = (drawn.lines.len() as u64, drawn.left_out.len() as u64);
    cx.save(tx, batch.draw(counts.0, counts.1)?)?;
    Ok(drawn)
}

/// What a face is made of: its credential's id, its generation, and the contract.
struct Blank<'a> {
    credential: CredentialId,
    generation: u16,
    line: &'a Line,
}

/// What is printed, and the method's secret as JSON.
type Made = (Face, Secret<Vec<u8>>);

fn image_face(cx: &mut Context, blank: &Blank) -> Result<Made, Error> {
    let policy = cx.policy(blank.line.order.institution);
    let design = Design::new(policy.image_card.pool, policy.image_card.candidates);
    let design = design.expect("a policy is checked before it comes into force");
    let card = PrintedImageCard::draw(design.pool(), cx.moment);
    let keys = cx.platform.method_keys(blank.credential, cx.platform.keyring.newest())?;
    let generation = u32::from(blank.generation);
    let secret = image_card::Secret::make(&card, generation, design, &keys.verifier, cx.moment);
    let secret = serde_json::to_vec(&secret).expect("a card's secret is plain");
    Ok((Face::ImageCard(card), Secret::new(secret)))
}

fn customer_face(cx: &mut Context, blank: &Blank) -> Result<Made, Error> {
    let policy = cx.policy(blank.line.order.institution);
    let card = PrintedCustomerCard::draw(policy.customer_card.digits, cx.moment);
    let keys = cx.platform.method_keys(blank.credential, cx.platform.keyring.newest())?;
    let secret = customer_card::Secret::make(&card, &keys.verifier);
    let secret = serde_json::to_vec(&secret).expect("a card's secret is plain");
    let login_id = blank.line.contract.login_id.clone();
    Ok((Face::CustomerCard(login_id, card), Secret::new(secret)))
}

fn card(
    tx: &mut Tx,
    cx: &mut Context,
    line: &Line,
    face: impl FnOnce(&mut Context, &Blank) -> Result<Made, Error>,
) -> Result<PrintLine, Error> {
    let order = &line.order;
    let kind = order.kind.card().expect("only cards are drawn here").method();
    let id = CredentialId::make(cx.moment);
    let generation = next_generation(tx, order, kind)?;
    let card_number = free_number(tx, cx, order.institution, id.to_string())?;
    let (face, secret) = face(cx, &Blank { credential: id, generation, line })?;
    let sealed = cx.platform.keyring.seal(&id.to_bytes(), secret.expose(), cx.moment);
    tx.put(CredentialSecret { credential: id, institution: order.institution, sealed })?;
    let new = NewCredential {
        id,
        institution: order.institution,
        contract: order.contract,
        method: kind,
        generation,
        carrier: Carrier::Card { number: card_number, order: order.id },
        at_sign_in: false,
        motion: method(kind).first_state(),
        key: cx.platform.keyring.newest(),
    };
    let made = Credential::make(new, &cx.policy(order.institution), cx.now());
    cx.save(tx, made)?;
    let mut desk = must::<Desk>(tx, &order.contract)?;
    desk.add_credential(id);
    tx.put(desk)?;
    note_drawn(tx, cx, line, Some(id), card_number)?;
    Ok(PrintLine { order: order.id, card_number, generation, face })
}

fn code(tx: &mut Tx, cx: &mut Context, line: &Line) -> Result<PrintLine, Error> {
    let (code, kept) = switch::make_code(cx, &line.contract);
    let kept = ActivationCode { letter: Some(line.order.id), ..kept };
    cx.save(tx, line.contract.clone().issue_activation(kept))?;
    letter(tx, cx, line, Face::ActivationLetter(Secret::new(code)))
}

fn letter(tx: &mut Tx, cx: &mut Context, line: &Line, face: Face) -> Result<PrintLine, Error> {
    let order = &line.order;
    let card_number = free_number(tx, cx, order.institution, order.id.to_string())?;
    note_drawn(tx, cx, line, None, card_number)?;
    Ok(PrintLine { order: order.id, card_number, generation: 0, face })
}

fn note_drawn(
    tx: &mut Tx,
    cx: &mut Context,
    line: &Line,
    credential: Option<CredentialId>,
    number: CardNumber,
) -> Result<(), Error> {
    cx.save(tx, line.order.clone().drawn(credential, number))?;
    cx.save(tx, line.item.clone().drawn(credential, number))?;
    Ok(())
}

/// 1 for the first card of its kind; a card that is made again is always a new generation.
fn next_generation(tx: &mut Tx, order: &CardOrder, kind: MethodKind) -> Result<u16, Error> {
    let issued = tx.list::<Credential>(&Query {
        owner: Some(order.contract.to_string()),
        order: Order::NewestFirst,
        limit: GENERATIONS,
        ..Query::all(Table::Credential)
    })?;
    let of_kind = issued.iter().filter(|credential| credential.method == kind);
    let last = of_kind.map(|credential| credential.generation).max();
    Ok(last.unwrap_or(0).saturating_add(1))
}

/// A card number nobody has, from now on that of `target`: a credential, or the order of a letter.
fn free_number(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    target: String,
) -> Result<CardNumber, Error> {
    for _ in 0..NUMBER_TRIES {
        let number = CardNumber::make(cx.moment);
        let (kind, name) = (AliasKind::CardNumber, number.to_string());
        if tx.load::<Alias>(&kind.key(institution, &name))?.is_none() {
            tx.put(Alias { kind, institution, name, target })?;
            return Ok(number);
        }
    }
    panic!("of a hundred million card numbers most are free")
}
