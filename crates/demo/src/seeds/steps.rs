//! What can happen to a player, each step by the use case that does it in real life.

use std::path::PathBuf;
use std::sync::Arc;

use sekisho_app::batch::deadlines;
use sekisho_app::batch::post::{self, Which};
use sekisho_app::contract::{self, Create};
use sekisho_app::credential;
use sekisho_app::error::Error;
use sekisho_app::order::{self, Application};
use sekisho_app::session;
use sekisho_domain::contract::{Contract, Person};
use sekisho_domain::credential::{Credential, CredentialSecret};
use sekisho_domain::desk::Desk;
use sekisho_domain::id::{ChallengeId, OrderId};
use sekisho_domain::institution::Institution;
use sekisho_domain::method::method;
use sekisho_domain::moment::Chance;
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::secret::Secret;
use sekisho_domain::text::{LoginId, LoginIdForm};
use sekisho_server::hashing::Hashing;
use sekisho_server::office::Office;
use sekisho_server::production::ProductionError;

use super::history::HistoryClock;
use crate::cast::{PASSWORD, Player, Stage};
use crate::post::PostOffice;

/// Challenges taken from a card so that only a few are left.
const USED: usize = 21;

/// Why the seeds could not be lived.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// A use case was refused, or the store failed.
    #[error(transparent)]
    App(#[from] Error),
    /// A card could not be made.
    #[error(transparent)]
    Production(#[from] ProductionError),
    /// The folder of the demo cannot be written.
    #[error(transparent)]
    Folder(#[from] std::io::Error),
    /// The passwords could not be hashed.
    #[error(transparent)]
    Hashing(#[from] sekisho_server::hashing::Busy),
}

/// The means by which the story is told.
pub(super) struct Steps {
    pub(super) office: Office,
    pub(super) hashing: Arc<Hashing>,
    pub(super) clock: Arc<HistoryClock>,
    pub(super) chance: Chance,
    pub(super) institution: Arc<Institution>,
    pub(super) folder: PathBuf,
}

impl Steps {
    pub(super) fn create(&mut self, player: &Player) -> Result<(), SeedError> {
        let wish = Create {
            institution: self.institution.id,
            login_id: login_id(player),
            external_id: Some(format!("CIF-{}", player.login_id)),
            branch: if player.login_id.ends_with('2') { "012" } else { "001" }.to_owned(),
            person: person(player),
        };
        self.office.run(move |tx, cx| contract::create(tx, cx, wish.clone()))?;
        Ok(())
    }

    pub(super) fn post_everything(&mut self, player: &Player) -> Result<(), SeedError> {
        for order in self.open_orders(player)? {
            let post = PostOffice {
                office: &self.office,
                hashing: &self.hashing,
                institution: &self.institution,
                folder: &self.folder,
            };
            post.post(order, &mut self.chance, self.clock.now())?;
        }
        Ok(())
    }

    pub(super) fn produce(&mut self, player: &Player) -> Result<(), SeedError> {
        for order in self.open_orders(player)? {
            let post = PostOffice {
                office: &self.office,
                hashing: &self.hashing,
                institution: &self.institution,
                folder: &self.folder,
            };
            post.produce(order, &mut self.chance, self.clock.now())?;
        }
        Ok(())
    }

    pub(super) fn choose_password(&mut self, player: &Player) -> Result<(), SeedError> {
        let verifier = self.hashing.hash(Secret::new(PASSWORD.to_owned()))?.wait();
        self.with_contract(player, move |tx, cx, contract| {
            let chosen = contract.clone().choose_password(verifier.clone());
            Ok(cx.save(tx, chosen).map(drop)?)
        })
    }

    /// What the page of the switch, or the first use of a customer card, does.
    pub(super) fn put_card_in_use(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            let mut desk = tx.load::<Desk>(&contract.id)?.expect("a contract has a desk");
            for card in credential::held(tx, &desk)? {
                let order = tx
                    .load::<CardOrder>(&card.order().expect("a card"))?
                    .expect("a card was ordered");
                if card.activated_at.is_some() {
                    desk.drop_credential(card.id);
                    cx.save(tx, card.supersede())?;
                } else if order.state == OrderState::Dispatched {
                    cx.save(tx, card.activate(cx.now())?)?;
                    desk.order = desk.order.filter(|open| *open != order.id);
                    cx.save(tx, order.activated())?;
                }
            }
            tx.put(desk)?;
            Ok(())
        })
    }

    pub(super) fn apply(&mut self, player: &Player) -> Result<(), SeedError> {
        self.order_card(player, ReportedBy::Customer)
    }

    pub(super) fn apply_by_phone(&mut self, player: &Player) -> Result<(), SeedError> {
        self.order_card(player, ReportedBy::Phone)
    }

    fn order_card(&mut self, player: &Player, source: ReportedBy) -> Result<(), SeedError> {
        let institution = self.institution.id;
        let postcode = Some(person(player).postcode);
        self.with_contract(player, move |tx, cx, contract| {
            let kind = OrderKind::ImageCard;
            let wish = Application { contract: contract.id, kind, reason: None, source, postcode };
            order::apply(tx, cx, institution, &wish).map(drop)
        })
    }

    pub(super) fn move_house(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            let address = vec!["架空県みほん市東町三丁目8番1号".to_owned()];
            let person = Person { address, ..contract.person.clone() };
            contract::change_person(tx, cx, institution, contract.id, person).map(drop)
        })
    }

    pub(super) fn come_back(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            let order = order::of_contract(tx, contract.id, 1)?.remove(0);
            let number = order.tracking_number.expect("it was posted");
            post::returned(tx, cx, institution, Which::Tracking(&number), None).map(drop)
        })
    }

    /// What the worker does each day: lost in the mail, never switched to.
    pub(super) fn keep_deadlines(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            let order = order::of_contract(tx, contract.id, 1)?.remove(0);
            deadlines::settle(tx, cx, institution, order.id).map(drop)
        })
    }

    /// Twenty-one payments in the past: so many questions are shown and spent.
    pub(super) fn use_up(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            let desk = tx.load::<Desk>(&contract.id)?.expect("a contract has a desk");
            let mut card = credential::held(tx, &desk)?.remove(0);
            let policy = cx.policy(contract.institution);
            let secret = tx.load::<CredentialSecret>(&card.id)?.expect("a card has a secret");
            let secret = cx.platform.keyring.open(&card.id.to_bytes(), &secret.sealed)?;
            for _ in 0..USED {
                let challenge = ChallengeId::make(cx.moment);
                let ask = card.ask(challenge, 2, &policy);
                let drawn =
                    method(card.method).challenge(secret.expose(), &card.motion, &ask, cx.moment);
                let (_, motion) = drawn.expect("the card is new");
                card = cx.save(tx, card.moved(motion, &policy))?;
            }
            Ok(())
        })?;
        self.order_card(player, ReportedBy::System)
    }

    pub(super) fn lose(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            let card = in_use(tx, contract)?;
            credential::report(tx, cx, institution, contract.id, card.id, Reason::Lost).map(drop)
        })
    }

    pub(super) fn send_code(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            contract::order_letter(tx, cx, contract, OrderKind::ActivationLetter).map(drop)
        })?;
        self.post_everything(player)
    }

    pub(super) fn lock_card(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            let policy = cx.policy(contract.institution);
            let mut card = in_use(tx, contract)?;
            while !card.attempts.locked(&policy.lock.card) {
                card = cx.save(tx, card.failed(&policy, cx.now()))?;
            }
            Ok(())
        })
    }

    pub(super) fn stop(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            session::stop_by_factor(tx, cx, contract.id).map(drop)
        })
    }

    pub(super) fn suspend_for_fraud(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            contract::suspend(tx, cx, institution, contract.id, Reason::Fraud, ReportedBy::Staff)
                .map(drop)
        })
    }

    pub(super) fn cancel(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        self.with_contract(player, move |tx, cx, contract| {
            contract::cancel(tx, cx, institution, contract.id, Reason::Closed).map(drop)
        })
    }

    pub(super) fn lock_password(&mut self, player: &Player) -> Result<(), SeedError> {
        let institution = self.institution.id;
        let login = login_id(player);
        for _ in 0..10 {
            let login = login.clone();
            self.office.run(move |tx, cx| session::knock(tx, cx, institution, Some(&login)))?;
            self.clock.hours(1);
        }
        Ok(())
    }

    pub(super) fn pause(&mut self, player: &Player) -> Result<(), SeedError> {
        self.with_contract(player, |tx, cx, contract| {
            let policy = cx.policy(contract.institution);
            let mut desk = tx.load::<Desk>(&contract.id)?.expect("a contract has a desk");
            for _ in 0..policy.challenge.abandoned_per_day {
                desk.abandon(&policy, cx.now());
            }
            Ok(tx.put(desk)?)
        })
    }

    fn open_orders(&self, player: &Player) -> Result<Vec<OrderId>, SeedError> {
        let institution = self.institution.id;
        let login = login_id(player);
        Ok(self.office.look(move |tx, _| {
            let contract = contract::by_login_id(tx, institution, &login)?.expect("created before");
            let orders = order::of_contract(tx, contract.id, 50)?;
            let open =
                |order: &CardOrder| order.state == OrderState::Approved && order.batch.is_none();
            Ok(orders.into_iter().filter(open).map(|order| order.id).collect())
        })?)
    }

    pub(super) fn with_contract(
        &self,
        player: &Player,
        mut act: impl FnMut(
            &mut sekisho_app::tx::Tx,
            &mut sekisho_app::context::Context,
            &Contract,
        ) -> Result<(), Error>
        + Send
        + 'static,
    ) -> Result<(), SeedError> {
        let institution = self.institution.id;
        let login = login_id(player);
        self.office.run(move |tx, cx| {
            let contract = contract::by_login_id(tx, institution, &login)?.expect("created before");
            act(tx, cx, &contract)
        })?;
        Ok(())
    }
}

fn in_use(tx: &mut sekisho_app::tx::Tx, contract: &Contract) -> Result<Credential, Error> {
    let desk = tx.load::<Desk>(&contract.id)?.expect("a contract has a desk");
    let held = credential::held(tx, &desk)?;
    Ok(held.into_iter().find(|card| card.activated_at.is_some()).expect("a card is in use"))
}

fn login_id(player: &Player) -> LoginId {
    LoginId::parse(player.login_id, LoginIdForm::Digits11).expect("eleven digits")
}

/// Two of the cast live in one house and get their cards on one day (E-24).
fn person(player: &Player) -> Person {
    let house = match player.stage {
        Stage::Posted => "架空県みほん市中央一丁目2番25号 しんきんビル203号室".to_owned(),
        _ => format!("架空県みほん市中央二丁目{}番地", &player.login_id[9..]),
    };
    Person {
        name: player.name.to_owned(),
        name_kana: player.kana.to_owned(),
        postcode: "1234567".parse().expect("a postcode"),
        address: vec![house],
        mails: vec![format!("{}@mail.example", player.login_id)],
        phone: Some("090-0000-0000".to_owned()),
    }
}
