//! 認証手段の確認・変更: the first page after sign-in at sekisho itself.

use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_app::{log, overview};
use sekisho_domain::credential::{Credential, CredentialState};
use sekisho_domain::method::{CellUse, MethodKind};
use sekisho_domain::policy::Policy;
use sekisho_domain::time::{Day, Timestamp};

use super::detour::Page;
use super::guest::{Customer, Guest};
use super::{log as lines, order, otp, words};
use crate::screen::overview::{CardState, CardView, OrderView, Overview};

/// Lines of the log on the overview.
const LOG_LINES: u32 = 5;

/// GET `/i/{slug}`: whoever comes to the institution's address wants to go in.
pub(crate) async fn home(guest: Guest) -> Page {
    Ok(guest.go(&guest.around.at("overview")))
}

/// GET: the overview.
pub(crate) async fn page(customer: Customer) -> Page {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, cx: &mut Context| {
        let has = overview::of_contract(tx, cx, id)?;
        let (newest, _) = log::page(tx, id, None, LOG_LINES)?;
        let named = lines::name(tx, newest)?;
        Ok((has, named))
    };
    let (has, newest) = customer.web.look(look).await?;
    let policy = customer.around.institution.policy(customer.now);
    let today = customer.now.day();
    let frame = customer.frame();
    let log = lines::entries(&newest, &frame, &customer.session);
    let order = has.order.as_ref().filter(|order| order.kind.method().is_some());
    let order = order.map(|order| OrderView {
        reference: words::reference(order.id),
        ordered: order.ordered_at.day(),
        stage: order::stage(order),
    });
    let tokens = || has.credentials.iter().filter(|held| held.method.is_otp());
    let in_use = tokens().find(|token| token.activated_at.is_some());
    let mut cards: Vec<CardView> = has
        .credentials
        .iter()
        .filter_map(|card| view(card, in_use.is_some(), policy, today))
        .collect();
    cards.sort_by_key(|card| !card.image);
    let started = policy.migration.start.is_none_or(|start| start <= today);
    let switched = cards.iter().any(|card| card.image);
    Ok(customer.show(&Overview {
        can_order: order.is_none() && !switched && started && customer.contract.active().is_ok(),
        cards,
        owned: in_use.or_else(|| tokens().next()).map(|token| otp::view(token, policy)),
        can_start: otp::offered(policy)
            && policy.otp.enrol_place.after_sign_in()
            && customer.contract.active().is_ok(),
        order,
        mandatory: has.mandatory.filter(|_| !switched),
        unread: u32::try_from(has.unread).unwrap_or(u32::MAX),
        mail_hint: words::mail_hint(&customer.contract.person.mails),
        last_sign_in: customer.session.last_sign_in_at,
        log,
        frame,
    }))
}

/// A card as the customer knows it; nothing for one that has not reached him.
fn view(card: &Credential, with_token: bool, policy: &Policy, today: Day) -> Option<CardView> {
    card.method.card()?;
    let serves = card.method == MethodKind::ImageCard || policy.customer_card_serves(today);
    let state = match card.state {
        CredentialState::Active | CredentialState::Retiring if !serves => CardState::ProceduresOnly,
        CredentialState::Active => CardState::Active,
        CredentialState::Retiring => CardState::Retiring,
        CredentialState::Limited if with_token => CardState::BesideToken,
        CredentialState::Limited => CardState::ProceduresOnly,
        CredentialState::Locked => CardState::Locked,
        CredentialState::Exhausted => CardState::Exhausted,
        CredentialState::Revoked(_) => CardState::Revoked,
        CredentialState::Pending
        | CredentialState::Superseded
        | CredentialState::Exchanged
        | CredentialState::Stopped
        | CredentialState::Expired => return None,
    };
    // Fifty cells, two at a time.
    let whole = match policy.image_card.cell_use {
        CellUse::Once => Some(25),
        CellUse::Passes(times) => Some(25 * u32::from(times)),
        CellUse::Unlimited => None,
    };
    let left = card.remaining(policy, 2);
    Some(CardView {
        image: card.method == MethodKind::ImageCard,
        number: card.printed(),
        state,
        since: card.activated_at.map(Timestamp::day),
        left: left.zip(whole).map(|(left, whole)| (left.min(whole), whole)),
    })
}
