//! Letters with a secret in them: what becomes of the secret when the letter goes astray, and how
//! far a card and its code stay apart.

use sekisho_app::batch::deadlines::{self, What};
use sekisho_app::batch::dispatch::RowVerdict;
use sekisho_app::batch::draw::{self, InitialPassword};
use sekisho_app::batch::open::{self, Selection};
use sekisho_app::batch::post::{self, Which};
use sekisho_app::{contract, order};
use sekisho_domain::card::CardNumber;
use sekisho_domain::contract::Contract;
use sekisho_domain::id::{BatchId, ContractId, OrderId};
use sekisho_domain::order::OrderKind;
use sekisho_domain::password::Verifier;
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::refusal::Refusal;

use crate::support::Bank;

const DAY_S: i64 = 86_400;
const LETTERS: [OrderKind; 2] = [OrderKind::PasswordLetter, OrderKind::ActivationLetter];

/// How a letter goes astray.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Fate {
    Spoiled,
    Returned,
    Lost,
    Overdue,
}

/// A letter that was printed.
struct Printed {
    batch: BatchId,
    order: OrderId,
    number: CardNumber,
}

/// A contract whose owner has chosen a password, with a card on order.
fn customer(bank: &Bank) -> ContractId {
    let id = bank.contracts(1)[0];
    choose_password(bank, id);
    id
}

fn choose_password(bank: &Bank, id: ContractId) {
    bank.run(move |tx, cx| {
        let contract = tx.load::<Contract>(&id)?.expect("a contract");
        let verifier = Verifier { phc: "$own$".into(), key: 1 };
        Ok(cx.save(tx, contract.choose_password(verifier))?)
    })
    .expect("chosen");
}

fn order_code(bank: &Bank, id: ContractId) -> OrderId {
    let letter = bank.run(move |tx, cx| {
        let contract = tx.load::<Contract>(&id)?.expect("a contract");
        contract::order_letter(tx, cx, &contract, OrderKind::ActivationLetter)
    });
    letter.expect("ordered").id
}

fn cancel_card(bank: &Bank, id: ContractId) {
    let (institution, card) = (bank.institution, bank.open_order(id).id);
    bank.run(move |tx, cx| order::cancel(tx, cx, institution, card, Reason::CustomerRequest))
        .expect("taken back");
}

/// Prints the one letter of this kind that waits.
fn printed(bank: &Bank, kind: OrderKind) -> Printed {
    let batch = bank.opened(kind).id;
    let place = (bank.institution, batch);
    let drawn = bank.run(move |tx, cx| {
        let drawn = if kind == OrderKind::PasswordLetter {
            let password = draw::initial_password(cx.moment);
            let verifier = Verifier { phc: password.expose().clone(), key: 1 };
            draw::draw_passwords(tx, cx, place, None, &[InitialPassword { password, verifier }])?
        } else {
            draw::draw(tx, cx, place, None, 1)?
        };
        Ok((drawn.lines[0].order, drawn.lines[0].card_number))
    });
    let (order, number) = drawn.expect("drawn");
    bank.sealed(batch);
    Printed { batch, order, number }
}

fn post(bank: &Bank, letter: &Printed) {
    bank.reconciled(letter.batch, Vec::new()).expect("reconciled");
    let posted = bank.posted(letter.batch, &[letter.number]);
    assert!(matches!(posted[..], [RowVerdict::Dispatched(_)]), "{posted:?}");
}

fn goes_astray(bank: &Bank, letter: &Printed, fate: Fate) {
    if fate == Fate::Spoiled {
        bank.reconciled(letter.batch, vec![letter.number]).expect("reconciled");
        return;
    }
    let (institution, id) = (bank.institution, letter.order);
    let tracking = format!("T-{}", letter.number);
    match fate {
        Fate::Overdue => {
            bank.advance_s(28 * DAY_S);
            let settled = bank.run(move |tx, cx| deadlines::settle(tx, cx, institution, id));
            assert_eq!(settled, Ok(Some(What::Lose)));
        }
        _ => {
            bank.run(move |tx, cx| {
                let which = Which::Tracking(&tracking);
                match fate {
                    Fate::Lost => post::lost(tx, cx, institution, which),
                    _ => post::returned(tx, cx, institution, which, None),
                }
            })
            .expect("noted");
        }
    }
}

/// Whether the customer's password, or the code, can be used.
fn lives(bank: &Bank, id: ContractId, kind: OrderKind) -> bool {
    let contract = bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?)).expect("read");
    let contract = contract.expect("a contract");
    match kind {
        OrderKind::PasswordLetter => contract.password.verifier.is_some(),
        _ => contract.activation.is_some(),
    }
}

/// How often the log says that a secret died with its letter.
fn voided(bank: &Bank) -> usize {
    let events = bank.store.inspect(|engine| engine.all_events().to_vec());
    let words = [r#""what":["password_void"]"#, r#""what":["activation_code_void"]"#];
    events.iter().filter(|event| words.iter().any(|word| event.body.contains(word))).count()
}

/// A customer with a letter in the post, and nothing else.
fn with_letter(bank: &Bank, kind: OrderKind) -> (ContractId, Printed) {
    let id = bank.contracts(1)[0];
    if kind == OrderKind::ActivationLetter {
        choose_password(bank, id);
        cancel_card(bank, id);
        order_code(bank, id);
    }
    (id, printed(bank, kind))
}

// E-03, E-04, §2.2: whoever finds a letter that went astray can do nothing with it
#[test]
fn the_secret_of_a_letter_that_went_astray_is_dead() {
    for kind in LETTERS {
        for fate in [Fate::Spoiled, Fate::Returned, Fate::Lost, Fate::Overdue] {
            let bank = Bank::new(Policy::default());
            let (id, letter) = with_letter(&bank, kind);
            if fate != Fate::Spoiled {
                post(&bank, &letter);
            }
            assert_eq!((lives(&bank, id, kind), voided(&bank)), (true, 0), "{kind:?} {fate:?}");
            goes_astray(&bank, &letter, fate);
            assert_eq!((lives(&bank, id, kind), voided(&bank)), (false, 1), "{kind:?} {fate:?}");
        }
    }
}

// §2.2: only the secret of that letter dies, and not the one that has taken its place
#[test]
fn a_letter_that_comes_back_late_does_not_kill_the_next_one() {
    for kind in LETTERS {
        let bank = Bank::new(Policy::default());
        let (id, first) = with_letter(&bank, kind);
        post(&bank, &first);
        goes_astray(&bank, &first, Fate::Lost);
        bank.advance_s(1);
        printed(&bank, kind);
        assert!(lives(&bank, id, kind), "{kind:?}: it was ordered again");
        goes_astray(&bank, &first, Fate::Returned);
        assert_eq!((lives(&bank, id, kind), voided(&bank)), (true, 1), "{kind:?}");
    }
}

// §2.2: what the customer has chosen since stays
#[test]
fn a_password_chosen_by_its_owner_survives_its_letter() {
    let bank = Bank::new(Policy::default());
    let (id, letter) = with_letter(&bank, OrderKind::PasswordLetter);
    post(&bank, &letter);
    choose_password(&bank, id);
    goes_astray(&bank, &letter, Fate::Returned);
    assert_eq!((lives(&bank, id, OrderKind::PasswordLetter), voided(&bank)), (true, 0));
}

/// Why the letter with the code cannot be made now; nothing when it can.
fn waits(bank: &Bank, letter: OrderId) -> Option<Refusal> {
    let institution = bank.institution;
    let taken = bank.run(move |tx, cx| {
        let wish = Selection::Orders(vec![letter]);
        let taken = open::open(tx, cx, institution, OrderKind::ActivationLetter, &wish, 1)?;
        open::give_up(tx, cx, (institution, taken.batch.id), 1)?;
        Ok(taken.refused)
    });
    taken.expect("opened").pop().map(|(_, refusal)| refusal)
}

// E-04
#[test]
fn the_code_is_made_two_days_after_its_card_was_posted() {
    let bank = Bank::new(Policy::default());
    let id = customer(&bank);
    let letter = order_code(&bank, id);
    assert_eq!(waits(&bank, letter), Some(Refusal::OperationDateInvalid), "no card is posted yet");
    let batch = bank.opened(OrderKind::ImageCard).id;
    let card = bank.drawn(batch)[&id];
    bank.sealed(batch);
    bank.reconciled(batch, Vec::new()).expect("reconciled");
    bank.posted(batch, &[card]);
    for day in ["the same day", "the next day"] {
        assert_eq!(waits(&bank, letter), Some(Refusal::OperationDateInvalid), "{day}");
        bank.advance_s(DAY_S);
    }
    assert_eq!(waits(&bank, letter), None);
}

// E-04: the code was posted first, for a card that is no more
#[test]
fn a_card_is_not_posted_into_the_letter_box_of_its_code() {
    let bank = Bank::new(Policy::default());
    let (id, letter) = with_letter(&bank, OrderKind::ActivationLetter);
    bank.run(move |tx, cx| {
        let contract = tx.load::<Contract>(&id)?.expect("a contract");
        let wish = order::Application {
            contract: id,
            kind: OrderKind::ImageCard,
            reason: None,
            source: ReportedBy::Branch,
            postcode: Some(contract.person.postcode),
        };
        order::apply(tx, cx, contract.institution, &wish)
    })
    .expect("ordered");
    post(&bank, &letter);
    let batch = bank.opened(OrderKind::ImageCard).id;
    let card = bank.drawn(batch)[&id];
    bank.sealed(batch);
    bank.reconciled(batch, Vec::new()).expect("reconciled");
    for day in ["the same day", "the next day"] {
        let refused = bank.posted(batch, &[card]);
        assert_eq!(refused, [RowVerdict::Refused(Refusal::OperationDateInvalid)], "{day}");
        bank.advance_s(DAY_S);
    }
    let posted = bank.posted(batch, &[card]);
    assert!(matches!(posted[..], [RowVerdict::Dispatched(_)]), "{posted:?}");
}
