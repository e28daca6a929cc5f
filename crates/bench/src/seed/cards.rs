//! Customers and their cards.

use std::ops::Range;

use sekisho_app::context::Context;
use sekisho_app::contract::{self, Create};
use sekisho_app::error::Error;
use sekisho_app::tx::{Record, StoreError, Tx};
use sekisho_domain::card::CardNumber;
use sekisho_domain::contract::{Contract, Person};
use sekisho_domain::credential::{Carrier, Credential, CredentialSecret, NewCredential};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ContractId, CredentialId, InstitutionId};
use sekisho_domain::method::customer_card::{self, PrintedCustomerCard};
use sekisho_domain::method::image_card::{self, PrintedImageCard};
use sekisho_domain::method::{CardKind, MethodKind, method};
use sekisho_domain::order::CardOrder;
use sekisho_domain::panels::Design;
use sekisho_domain::password::Verifier;
use sekisho_domain::secret::Secret;
use sekisho_domain::text::{LoginId, LoginIdForm};
use sekisho_domain::transition::Transition;
use sekisho_pictures as pictures;

use super::tokens::{self, Token};

/// What is printed on a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Face {
    /// The digits at ア to ク.
    CustomerCard([String; 8]),
    /// The English names of the pictures at A1 to E0, row by row.
    ImageCard(Box<[&'static str; 50]>),
    /// A token, which shows another code every thirty seconds.
    Token(Token),
}

/// A customer with a card or a token in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// The contract.
    pub contract: ContractId,
    /// The credential.
    pub credential: CredentialId,
    /// What card or token shows.
    pub face: Face,
}

/// Makes the contracts with these numbers, each with one card in use, or with a token and a card
/// that proves changes of it.
pub(super) fn issue(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    kind: MethodKind,
    numbers: Range<usize>,
) -> Result<Vec<Customer>, Error> {
    numbers.map(|number| one(tx, cx, institution, kind, number)).collect()
}

fn one(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    kind: MethodKind,
    number: usize,
) -> Result<Customer, Error> {
    let login_id = format!("{:011}", 10_000_000_000 + number);
    let wish = Create {
        institution,
        login_id: LoginId::parse(&login_id, LoginIdForm::Digits11).expect("eleven digits"),
        external_id: None,
        branch: "001".to_owned(),
        person: person(),
    };
    let contract = contract::create(tx, cx, wish)?.contract;
    let found = must::<Contract>(tx, contract)?;
    let verifier = Verifier { phc: "$argon2id$never-signs-in".to_owned(), key: 1 };
    quietly(tx, found.choose_password(verifier))?;
    let mut desk = must::<Desk>(tx, contract)?;
    let order = desk.order.take().expect("a new contract has ordered its card");
    let order = must::<CardOrder>(tx, order)?;
    let (credential, face) = card(tx, cx, &order, kind.card().unwrap_or(CardKind::CustomerCard))?;
    desk.add_credential(credential.id);
    let (id, number) = (credential.id, credential.card_number().expect("a card was drawn"));
    let (used, face) = if kind.is_otp() {
        quietly(tx, credential.limit())?;
        let (used, face) = tokens::bound(tx, cx, &order)?;
        desk.add_credential(used);
        (used, Face::Token(face))
    } else {
        (id, face)
    };
    tx.put(desk)?;
    let order = quietly(tx, order.drawn(Some(id), number))?;
    let order = quietly(tx, order.produced()?)?;
    let order = quietly(tx, order.dispatched("123-45-67890-1".to_owned(), cx.now().day())?)?;
    quietly(tx, order.activated())?;
    Ok(Customer { contract, credential: used, face })
}

/// Saves what came of a transition and tells nobody: these customers have had their cards for long.
pub(super) fn quietly<R: Record>(tx: &mut Tx, transition: Transition<R>) -> Result<R, StoreError> {
    let (after, _, _) = transition.into_parts();
    tx.put(after.clone())?;
    Ok(after)
}

fn must<R: Record<Key: std::fmt::Display>>(tx: &mut Tx, key: R::Key) -> Result<R, StoreError> {
    let found = tx.load::<R>(&key)?;
    found.ok_or_else(|| StoreError::Corrupt(format!("{key} was just made and is gone")))
}

fn card(
    tx: &mut Tx,
    cx: &mut Context,
    order: &CardOrder,
    kind: CardKind,
) -> Result<(Credential, Face), Error> {
    let id = CredentialId::make(cx.moment);
    let key = cx.platform.keyring.newest();
    let (face, secret) = draw(cx, order.institution, kind, id)?;
    let sealed = cx.platform.keyring.seal(&id.to_bytes(), secret.expose(), cx.moment);
    tx.put(CredentialSecret { credential: id, institution: order.institution, sealed })?;
    let new = NewCredential {
        id,
        institution: order.institution,
        contract: order.contract,
        method: kind.method(),
        generation: 1,
        carrier: Carrier::Card { number: CardNumber::make(cx.moment), order: order.id },
        at_sign_in: false,
        motion: method(kind.method()).first_state(),
        key,
    };
    let made = Credential::make(new, &cx.policy(order.institution), cx.now());
    let (made, _, _) = made.into_parts();
    Ok((quietly(tx, made.activate(cx.now())?)?, face))
}

/// The face of a new card, and its method's secret as JSON.
fn draw(
    cx: &mut Context,
    institution: InstitutionId,
    kind: CardKind,
    id: CredentialId,
) -> Result<(Face, Secret<Vec<u8>>), Error> {
    let policy = cx.policy(institution);
    let keys = cx.platform.method_keys(id, cx.platform.keyring.newest())?;
    let (face, secret) = match kind {
        CardKind::CustomerCard => {
            let card = PrintedCustomerCard::draw(policy.customer_card.digits, cx.moment);
            let secret = customer_card::Secret::make(&card, &keys.verifier);
            (Face::CustomerCard(card.positions.clone()), serde_json::to_vec(&secret))
        }
        CardKind::ImageCard => {
            let design = Design::new(policy.image_card.pool, policy.image_card.candidates);
            let design = design.expect("the default policy is balanced");
            let card = PrintedImageCard::draw(design.pool(), cx.moment);
            let secret = image_card::Secret::make(&card, 1, design, &keys.verifier, cx.moment);
            let name = |picture| pictures::by_index(picture).expect("a picture of the set").name_en;
            (Face::ImageCard(Box::new(card.cells.map(name))), serde_json::to_vec(&secret))
        }
    };
    Ok((face, Secret::new(secret.expect("a card's secret is plain"))))
}

fn person() -> Person {
    Person {
        name: "架空 花子".to_owned(),
        name_kana: "カクウ ハナコ".to_owned(),
        postcode: "1234567".parse().expect("seven digits are a postcode"),
        address: vec!["架空県みほん市中央一丁目2番25号".to_owned()],
        mails: vec!["hanako@example.jp".to_owned()],
        phone: None,
    }
}
