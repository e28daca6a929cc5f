//! Production and post, from the order to the letter box.

use std::collections::{BTreeMap, BTreeSet};

use sekisho_app::batch::deadlines::{self, What};
use sekisho_app::batch::dispatch::{self, DispatchRow, RowVerdict};
use sekisho_app::batch::draw::{self, Face, InitialPassword};
use sekisho_app::batch::open::{self, Selection};
use sekisho_app::batch::post::{self, Which};
use sekisho_app::batch::reconcile::{self, Counted};
use sekisho_app::batch::{self, seal};
use sekisho_app::contract;
use sekisho_app::error::Error;
use sekisho_domain::batch::{Batch, BatchState, Counts, ItemState};
use sekisho_domain::card::CardNumber;
use sekisho_domain::contract::Contract;
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{BatchId, ContractId};
use sekisho_domain::method::CardKind;
use sekisho_domain::notice::{NoticeKind, PostedNotice};
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::password::Verifier;
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::Reason;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::secret::Secret;

use crate::support::{Bank, person};

impl Bank {
    pub(crate) fn contracts(&self, count: u32) -> Vec<ContractId> {
        let login = |n: u32| format!("{:011}", 20_000_000_000_u64 + u64::from(n));
        let make = |n| {
            let wish = self.create(&login(n));
            self.run(move |tx, cx| contract::create(tx, cx, wish.clone()))
                .expect("created")
                .contract
        };
        (0..count).map(make).collect()
    }

    pub(crate) fn opened(&self, kind: OrderKind) -> Batch {
        let (institution, until) = (self.institution, self.now().plus_s(1));
        let all = Selection::ApprovedBefore(until);
        let taken = self.run(move |tx, cx| open::open(tx, cx, institution, kind, &all, 100));
        taken.expect("opened").batch
    }

    /// Draws in chunks of two; the numbers drawn, by contract.
    pub(crate) fn drawn(&self, batch: BatchId) -> BTreeMap<ContractId, CardNumber> {
        let (place, mut after, mut numbers) = ((self.institution, batch), None, BTreeMap::new());
        loop {
            let from = after.clone();
            let (lines, next) = self
                .run(move |tx, cx| {
                    let drawn = draw::draw(tx, cx, place, from.clone(), 2)?;
                    let lines: Vec<_> =
                        drawn.lines.iter().map(|l| (l.order, l.card_number)).collect();
                    Ok((lines, drawn.next))
                })
                .expect("drawn");
            for (order, number) in lines {
                let order = self.run(move |tx, _| Ok(tx.load::<CardOrder>(&order)?)).expect("read");
                numbers.insert(order.expect("an order").contract, number);
            }
            after = next;
            if after.is_none() {
                return numbers;
            }
        }
    }

    pub(crate) fn sealed(&self, batch: BatchId) {
        self.advance_s(1);
        let place = (self.institution, batch);
        let files = BTreeMap::from([("cards.ndjson.age".to_owned(), "ab".repeat(32))]);
        self.run(move |tx, cx| seal::seal(tx, cx, place, files.clone())).expect("sealed");
    }

    pub(crate) fn reconciled(
        &self,
        batch: BatchId,
        spoiled: Vec<CardNumber>,
    ) -> Result<Batch, Error> {
        let place = (self.institution, batch);
        let drawn = self.batch(batch).counts.drawn;
        self.run(move |tx, cx| {
            let enclosed = drawn - spoiled.len() as u64;
            let counted = Counted { printed: drawn, spoiled: &spoiled, enclosed };
            reconcile::reconcile(tx, cx, place, &counted)
        })?;
        while self.run(move |tx, cx| reconcile::enclose(tx, cx, place, 2))? {}
        Ok(self.batch(batch))
    }

    pub(crate) fn posted(&self, batch: BatchId, numbers: &[CardNumber]) -> Vec<RowVerdict> {
        let (place, today) = ((self.institution, batch), self.now().day());
        let row = |number: &CardNumber| DispatchRow {
            card_number: *number,
            tracking_number: format!("T-{number}"),
            dispatched_on: today,
        };
        let rows: Vec<_> = numbers.iter().map(row).collect();
        self.run(move |tx, cx| dispatch::dispatch(tx, cx, place, &rows)).expect("judged")
    }

    fn batch(&self, id: BatchId) -> Batch {
        let institution = self.institution;
        self.run(move |tx, _| batch::find(tx, institution, id)).expect("a batch")
    }

    fn desk(&self, id: ContractId) -> Desk {
        self.run(move |tx, _| Ok(tx.load::<Desk>(&id)?.expect("a desk"))).expect("read")
    }

    pub(crate) fn open_order(&self, id: ContractId) -> CardOrder {
        let order = self.desk(id).order.expect("an open order");
        self.run(move |tx, _| Ok(tx.load::<CardOrder>(&order)?.expect("an order"))).expect("read")
    }

    /// Order and card of a contract on their way; the order was just posted.
    fn on_the_way(&self) -> (ContractId, CardOrder, Credential) {
        let id = self.contracts(1)[0];
        let batch = self.opened(OrderKind::ImageCard).id;
        let number = self.drawn(batch)[&id];
        self.sealed(batch);
        self.reconciled(batch, Vec::new()).expect("reconciled");
        assert!(matches!(self.posted(batch, &[number])[..], [RowVerdict::Dispatched(_)]));
        let order = self.open_order(id);
        let card = self.credential(order.credential.expect("a card"));
        (id, order, card)
    }

    fn cancel(&self, id: ContractId) {
        let institution = self.institution;
        self.run(move |tx, cx| contract::cancel(tx, cx, institution, id, Reason::Closed))
            .expect("cancelled");
    }

    fn move_house(&self, id: ContractId) {
        let institution = self.institution;
        let mut person = person();
        person.address = vec!["架空県みほん市西二丁目1番".into()];
        self.run(move |tx, cx| contract::change_person(tx, cx, institution, id, person.clone()))
            .expect("moved");
    }

    fn settle(&self, order: &CardOrder) -> Option<What> {
        let (institution, id) = (self.institution, order.id);
        self.run(move |tx, cx| deadlines::settle(tx, cx, institution, id)).expect("settled")
    }

    fn told(&self, id: ContractId) -> Vec<NoticeKind> {
        use sekisho_app::tx::{Query, Table};
        let owner = Some(id.to_string());
        let query = Query { owner, ..Query::all(Table::Notice) };
        let notices = self.run(move |tx, _| Ok(tx.list::<PostedNotice>(&query)?)).expect("listed");
        notices.iter().map(|notice| notice.kind).collect()
    }
}

// §4.8, api.md §5.5, U-14
#[test]
fn counts_agree_at_every_step_and_the_same_row_again_changes_nothing() {
    let bank = Bank::new(Policy::default());
    let contracts = bank.contracts(5);
    let batch = bank.opened(OrderKind::ImageCard).id;
    let numbers = bank.drawn(batch);
    assert_eq!(numbers.len(), 5);
    bank.sealed(batch);
    let spoiled = numbers[&contracts[0]];
    let place = (bank.institution, batch);
    let short = bank.run(move |tx, cx| {
        let counted = Counted { printed: 4, spoiled: &[], enclosed: 4 };
        reconcile::reconcile(tx, cx, place, &counted)
    });
    assert_eq!(short, Err(Refusal::CountsDisagree { expected: 5, given: 4 }.into()));
    let reconciled = bank.reconciled(batch, vec![spoiled]).expect("reconciled");
    assert_eq!(reconciled.state, BatchState::Reconciled);

    let good: Vec<_> = contracts[1..].iter().map(|id| numbers[id]).collect();
    let first = bank.posted(batch, &good);
    assert!(first.iter().all(|row| matches!(row, RowVerdict::Dispatched(_))), "{first:?}");
    let again = bank.posted(batch, &good);
    assert!(again.iter().all(|row| matches!(row, RowVerdict::Unchanged(_))), "{again:?}");
    let void = bank.posted(batch, &[spoiled]);
    assert_eq!(void, [RowVerdict::Refused(Refusal::CardVoid)]);

    let closed = bank.batch(batch);
    let counts = Counts {
        ordered: 5,
        drawn: 5,
        printed: 5,
        spoiled: 1,
        enclosed: 4,
        dispatched: 4,
        ..Counts::default()
    };
    assert_eq!((closed.state, closed.counts), (BatchState::Closed, counts));
    assert_eq!(bank.told(contracts[1]), [NoticeKind::CardOrdered, NoticeKind::CardDispatched]);
}

// §4.8: a spoiled card is never printed again; the next one is another generation
#[test]
fn a_spoiled_card_is_revoked_and_made_anew_in_another_batch() {
    let bank = Bank::new(Policy::default());
    let id = bank.contracts(1)[0];
    let first = bank.opened(OrderKind::ImageCard).id;
    let spoiled = bank.drawn(first)[&id];
    let card = bank.open_order(id).credential.expect("drawn");
    bank.sealed(first);
    let closed = bank.reconciled(first, vec![spoiled]).expect("reconciled");
    assert_eq!(closed.state, BatchState::Closed, "nothing of it is left to be posted");
    assert_eq!(bank.credential(card).state, CredentialState::Revoked(Reason::Damaged));
    assert_eq!(bank.told(id), [NoticeKind::CardOrdered], "nobody is told of a card never seen");

    let second = bank.opened(OrderKind::ImageCard).id;
    bank.drawn(second);
    let order = bank.open_order(id);
    let next = bank.credential(order.credential.expect("drawn again"));
    assert_eq!((order.batch, next.generation), (Some(second), 2));
    let desk = bank.desk(id);
    assert_eq!((desk.credentials, desk.issued), (vec![next.id], 1), "the first it will ever have");
}

// E-11
#[test]
fn what_was_stopped_never_leaves_the_house() {
    let bank = Bank::new(Policy::default());
    let [before, drawn, enclosed, posted] = bank.contracts(4)[..] else { panic!("four") };
    let batch = bank.opened(OrderKind::ImageCard).id;
    bank.cancel(before);
    let numbers = bank.drawn(batch);
    assert_eq!(numbers.len(), 3, "the production line refuses to print");
    bank.sealed(batch);
    bank.cancel(drawn);
    bank.reconciled(batch, Vec::new()).expect("reconciled");
    bank.cancel(enclosed);
    let all: Vec<_> = [drawn, enclosed, posted].map(|id| numbers[&id]).to_vec();
    let verdicts = bank.posted(batch, &all);
    let void = RowVerdict::Refused(Refusal::CardVoid);
    assert_eq!(verdicts[..2], [void.clone(), void]);
    assert!(matches!(verdicts[2], RowVerdict::Dispatched(_)));
    let Counts { ordered, left_out, enclosed, dispatched, withheld, .. } = bank.batch(batch).counts;
    assert_eq!((ordered, left_out, enclosed, dispatched, withheld), (4, 1, 3, 1, 2));
    assert_eq!(bank.batch(batch).state, BatchState::Closed);
}

// E-02
#[test]
fn a_card_to_an_old_address_is_kept_back_and_made_anew_once_confirmed() {
    let bank = Bank::new(Policy::default());
    let id = bank.contracts(1)[0];
    let batch = bank.opened(OrderKind::ImageCard).id;
    let number = bank.drawn(batch)[&id];
    let card = bank.open_order(id).credential.expect("drawn");
    bank.sealed(batch);
    bank.reconciled(batch, Vec::new()).expect("reconciled");
    bank.move_house(id);
    assert_eq!(bank.posted(batch, &[number]), [RowVerdict::Refused(Refusal::CardVoid)]);
    assert_eq!(bank.credential(card).state, CredentialState::Revoked(Reason::Moved));
    let order = bank.open_order(id);
    assert_eq!((order.state, order.frozen, order.batch), (OrderState::Approved, true, None));
    let (institution, order) = (bank.institution, order.id);
    bank.run(move |tx, cx| sekisho_app::order::approve(tx, cx, institution, order)).expect("ok");
    let next = bank.opened(OrderKind::ImageCard);
    assert_eq!(next.counts.ordered, 1);
}

#[test]
fn a_batch_whose_file_was_lost_is_drawn_again_from_the_start() {
    let bank = Bank::new(Policy::default());
    let contracts = bank.contracts(3);
    let batch = bank.opened(OrderKind::ImageCard).id;
    let place = (bank.institution, batch);
    bank.run(move |tx, cx| Ok(draw::draw(tx, cx, place, None, 2)?.lines.len())).expect("drawn");
    let files = BTreeMap::new();
    let half = bank.run(move |tx, cx| seal::seal(tx, cx, place, files.clone()));
    assert_eq!(half, Err(Refusal::CountsDisagree { expected: 3, given: 2 }.into()));
    while bank.run(move |tx, cx| draw::restart(tx, cx, place, 1)).expect("restarted") {}
    let numbers: BTreeSet<_> = bank.drawn(batch).into_values().collect();
    bank.sealed(batch);
    let institution = bank.institution;
    let manifest =
        bank.run(move |tx, _| seal::manifest(tx, institution, batch)).expect("a manifest");
    assert_eq!(manifest.card_numbers.keys().copied().collect::<BTreeSet<_>>(), numbers);
    assert!(manifest.card_numbers.values().all(|state| *state == ItemState::Drawn));
    for id in contracts {
        assert_eq!(bank.desk(id).credentials.len(), 1, "what was drawn first is void");
    }
}

// §2.2: nobody sees the password but printer and customer
#[test]
fn password_letters_take_their_passwords_from_outside() {
    let bank = Bank::new(Policy::default());
    let id = bank.contracts(1)[0];
    let batch = bank.opened(OrderKind::PasswordLetter);
    let place = (bank.institution, batch.id);
    let printed = bank
        .run(move |tx, cx| {
            let password = draw::initial_password(cx.moment);
            let verifier = Verifier { phc: "$argon2id$".into(), key: 1 };
            let passwords = [InitialPassword { password, verifier }];
            let drawn = draw::draw_passwords(tx, cx, place, None, &passwords)?;
            let Face::PasswordLetter(_, printed) = &drawn.lines[0].face else { panic!("a letter") };
            Ok(Secret::new(printed.expose().clone()))
        })
        .expect("drawn");
    assert_eq!(printed.expose().len(), draw::PASSWORD_LENGTH);
    let contract = bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?)).expect("read");
    assert!(contract.expect("a contract").password.is_initial());
}

// api.md §5.5: what the printer gets for each kind, and that no line holds both cells and a name
#[test]
fn every_kind_has_its_face() {
    let mut policy = Policy::default();
    policy.contract.initial_card = CardKind::CustomerCard;
    let bank = Bank::new(policy);
    let id = bank.contracts(2)[1];
    let (institution, card) = (bank.institution, bank.open_order(id).id);
    bank.run(move |tx, cx| {
        sekisho_app::order::cancel(tx, cx, institution, card, Reason::CustomerRequest)?;
        let contract = tx.load::<Contract>(&id)?.expect("a contract");
        let verifier = Verifier { phc: "$argon2id$".into(), key: 1 };
        let contract = cx.save(tx, contract.choose_password(verifier))?;
        contract::order_letter(tx, cx, &contract, OrderKind::ActivationLetter)
    })
    .expect("ordered");
    for kind in [OrderKind::CustomerCard, OrderKind::ActivationLetter] {
        let place = (institution, bank.opened(kind).id);
        bank.run(move |tx, cx| {
            let drawn = draw::draw(tx, cx, place, None, 5)?;
            let [line] = &drawn.lines[..] else { panic!("one line") };
            match &line.face {
                Face::CustomerCard(login_id, card) => {
                    assert_eq!(login_id.as_str(), "20000000000");
                    assert!(card.positions.iter().all(|digits| digits.len() == 2));
                }
                Face::ActivationLetter(code) => assert_eq!(code.expose().len(), 12),
                Face::ImageCard(_) | Face::PasswordLetter(..) => panic!("of another kind"),
            }
            assert_eq!(drawn.labels[0].card_number, line.card_number);
            Ok(())
        })
        .expect("drawn");
    }
    let contract = bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?)).expect("read");
    assert!(contract.expect("a contract").activation.is_some());
}

#[test]
fn a_batch_that_is_given_up_sets_its_orders_free() {
    let bank = Bank::new(Policy::default());
    let contracts = bank.contracts(3);
    let first = bank.opened(OrderKind::ImageCard).id;
    bank.drawn(first);
    let place = (bank.institution, first);
    while bank.run(move |tx, cx| open::give_up(tx, cx, place, 2)).expect("given up") {}
    assert_eq!(bank.batch(first).state, BatchState::Void);
    assert!(contracts.iter().all(|id| bank.desk(*id).credentials.is_empty()));
    assert_eq!(bank.opened(OrderKind::ImageCard).counts.ordered, 3);
}

// §2.4 RETURNED
#[test]
fn a_card_that_came_back_is_dead_and_nothing_more_is_posted_there() {
    let bank = Bank::new(Policy::default());
    let (id, order, card) = bank.on_the_way();
    let institution = bank.institution;
    let scan = || {
        let (number, scanned) = (order.tracking_number.clone().expect("posted"), order.card_number);
        bank.run(move |tx, cx| {
            post::returned(tx, cx, institution, Which::Tracking(&number), scanned)
        })
    };
    scan().expect("returned");
    let once = bank.store.inspect(|engine| engine.all_events().len());
    scan().expect("again");
    assert_eq!(bank.store.inspect(|engine| engine.all_events().len()), once);
    assert_eq!(bank.credential(card.id).state, CredentialState::Revoked(Reason::ReturnedMail));
    let contract = bank.run(move |tx, _| Ok(tx.load::<Contract>(&id)?)).expect("read");
    assert!(contract.expect("a contract").address_invalid);
    let desk = bank.desk(id);
    assert_eq!((desk.order, desk.credentials), (None, Vec::new()));
}

// §2.4 LOST_IN_MAIL, C-04
#[test]
fn an_overdue_card_is_lost_and_the_next_one_ordered() {
    let bank = Bank::new(Policy::default());
    let (id, order, card) = bank.on_the_way();
    assert_eq!(bank.settle(&order), None);
    bank.advance_s(28 * 86_400);
    let institution = bank.institution;
    let page = bank.run(move |tx, cx| deadlines::due(tx, cx, institution, None, 10)).expect("due");
    assert_eq!(page.due.iter().map(|due| due.what).collect::<Vec<_>>(), [What::Lose]);
    assert_eq!(bank.settle(&order), Some(What::Lose));
    assert_eq!(bank.settle(&order), None, "once");
    assert_eq!(bank.credential(card.id).state, CredentialState::Revoked(Reason::Lost));
    let next = bank.open_order(id);
    assert_eq!((next.reason, next.state), (Some(Reason::Lost), OrderState::Approved));
}

// §2.4 EXPIRED_UNSWITCHED
#[test]
fn a_card_nobody_switches_to_is_reminded_of_and_expires() {
    let bank = Bank::new(Policy::default());
    let (id, order, card) = bank.on_the_way();
    let (institution, number) = (bank.institution, order.tracking_number.clone().expect("posted"));
    bank.run(move |tx, cx| post::deliver(tx, cx, institution, Which::Tracking(&number)))
        .expect("delivered");
    let mut done = Vec::new();
    for _ in 0..90 {
        bank.advance_s(86_400);
        done.extend(bank.settle(&order));
    }
    assert_eq!(done, [What::Remind(1), What::Remind(2), What::Remind(3), What::Expire]);
    assert_eq!(bank.credential(card.id).state, CredentialState::Expired);
    let desk = bank.desk(id);
    assert_eq!((desk.order, desk.credentials), (None, Vec::new()));
}
