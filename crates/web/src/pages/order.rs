//! 画像認証カードの申込: the offer after sign-in (U-07), the form (U-10), and the way of the card.

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::order::{self, Application};
use sekisho_app::tx::Tx;
use sekisho_domain::contract::Contract;
use sekisho_domain::desk::Desk;
use sekisho_domain::order::{CardOrder, OrderKind, OrderState};
use sekisho_domain::policy::Policy;
use sekisho_domain::reason::ReportedBy;
use sekisho_domain::refusal::Refusal;
use sekisho_domain::text::Postcode;

use super::detour::{Detour, Page};
use super::guest::Customer;
use super::sent::Sent;
use super::words;
use crate::screen::order::{
    Applied, Apply, ApplyTrouble, CampaignDays, CardOffer, OrderStage, OrderStatus,
};

/// Pictures of the sample card.
const SAMPLE: usize = 50;
/// Orders that are looked through for the newest card.
const LOOKED_THROUGH: u32 = 20;

/// GET: the offer, once in a session (U-07); who needs none goes on at once.
pub(crate) async fn offer(customer: Customer) -> Page {
    let session = customer.session.id;
    let contract = customer.contract.clone();
    let shown = customer.session.offered;
    let look =
        move |tx: &mut Tx, cx: &mut Context| Ok(!shown && order::offered(tx, cx, &contract)?);
    if !customer.web.look(look).await? {
        return Ok(customer.go(&customer.onward()));
    }
    let note = move |tx: &mut Tx, cx: &mut Context| sekisho_app::session::offered(tx, cx, session);
    customer.web.run(customer.actor(), note).await?;
    let policy = customer.around.institution.policy(customer.now);
    let pictures = sekisho_pictures::all().iter().take(SAMPLE);
    Ok(customer.show(&CardOffer {
        campaign: campaign(policy),
        sample_urls: pictures.map(|p| format!("/assets/pictures/{}.svg", p.id)).collect(),
        later_url: customer.onward(),
        frame: customer.frame(),
    }))
}

fn campaign(policy: &Policy) -> Option<CampaignDays> {
    let mandatory = policy.migration.mandatory_date?;
    let order_by = mandatory.plus(-i32::from(policy.mail.lead_days_max));
    Some(CampaignDays { order_by, mandatory })
}

/// GET: the form; where nothing can be ordered, why.
pub(crate) async fn form(customer: Customer) -> Page {
    let trouble = open_order(&customer).await?.map(|order| already(&customer, &order));
    let inactive = customer.contract.active().is_err().then_some(ApplyTrouble::ContractNotActive);
    let trouble = trouble.or(inactive);
    Ok(customer.show(&apply_form(&customer, trouble, (String::new(), String::new()))))
}

fn apply_form(
    customer: &Customer,
    trouble: Option<ApplyTrouble>,
    postcode: (String, String),
) -> Apply {
    let institution = &customer.around.institution;
    let frame = customer.frame();
    let person = &customer.contract.person;
    Apply {
        addressee: person.name_kana.clone(),
        address: person.address.clone(),
        branch: words::branch(institution, &customer.contract.branch, customer.around.lang),
        lead_time: words::lead_time(&frame.texts, &institution.policy(customer.now).mail),
        postcode,
        back_url: customer.around.at("overview"),
        trouble,
        frame,
    }
}

/// POST: orders the card.
pub(crate) async fn apply(customer: Customer, sent: Sent) -> Page {
    let part = |name| sent.text(name).chars().take(8).collect::<String>();
    let typed = (part("postcode_a"), part("postcode_b"));
    let again =
        |trouble| Ok(customer.show_again(&apply_form(&customer, Some(trouble), typed.clone())));
    if !sent.fresh(&customer) {
        return again(ApplyTrouble::Stale);
    }
    let Some(postcode) = Postcode::typed(&format!("{}{}", typed.0, typed.1)) else {
        return again(ApplyTrouble::PostcodeForm);
    };
    let application = Application {
        contract: customer.contract.id,
        kind: OrderKind::ImageCard,
        reason: None,
        source: ReportedBy::Customer,
        postcode: Some(postcode),
    };
    let institution = customer.institution();
    let act = move |tx: &mut Tx, cx: &mut Context| order::apply(tx, cx, institution, &application);
    match customer.web.run(customer.actor(), act).await {
        Ok(_) => Ok(customer.go(&customer.around.at("card/applied"))),
        Err(Error::Refused(refusal)) => {
            let open = open_order(&customer).await?;
            again(trouble(&customer, &refusal, open.as_ref()))
        }
        Err(error) => Err(error.into()),
    }
}

fn trouble(customer: &Customer, refusal: &Refusal, open: Option<&CardOrder>) -> ApplyTrouble {
    match (refusal, open) {
        (Refusal::OrderOpen { .. }, Some(order)) => already(customer, order),
        (Refusal::AddressMismatch, _) => ApplyTrouble::PostcodeMismatch,
        (Refusal::AddressRecentlyChanged { until }, _) => {
            ApplyTrouble::AddressRecentlyChanged { until: until.day() }
        }
        // Not yet offered, or a good card is in use: the desk can say more than a page.
        _ => ApplyTrouble::ContractNotActive,
    }
}

/// One is on its way already (E-01): when it was ordered, when it comes.
fn already(customer: &Customer, order: &CardOrder) -> ApplyTrouble {
    let policy = customer.around.institution.policy(customer.now);
    let (from, until) = order.expected_between(policy);
    ApplyTrouble::OrderOpen { ordered: order.ordered_at.day(), from, until }
}

async fn open_order(customer: &Customer) -> Result<Option<CardOrder>, Detour> {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| match tx.load::<Desk>(&id)? {
        Some(desk) => order::open_order(tx, &desk),
        None => Ok(None),
    };
    Ok(customer.web.look(look).await?)
}

/// GET: what was ordered, and what comes next.
pub(crate) async fn applied(customer: Customer) -> Page {
    let Some(order) = open_order(&customer).await? else {
        return Ok(customer.go(&customer.around.at("card/order")));
    };
    let policy = customer.around.institution.policy(customer.now);
    let (from, until) = order.expected_between(policy);
    let frame = customer.frame();
    Ok(customer.show(&Applied {
        reference: words::reference(order.id),
        from,
        until,
        lead_time: words::lead_time(&frame.texts, &policy.mail),
        onward_url: customer.onward(),
        frame,
    }))
}

async fn last_order(customer: &Customer) -> Result<Option<CardOrder>, Detour> {
    let id = customer.contract.id;
    let look = move |tx: &mut Tx, _: &mut Context| order::of_contract(tx, id, LOOKED_THROUGH);
    let orders = customer.web.look(look).await?;
    Ok(orders.into_iter().find(|order| order.kind.method().is_some()))
}

/// GET: how far the card on its way is, or what became of the last one.
pub(crate) async fn status(customer: Customer) -> Page {
    let newest = match open_order(&customer).await? {
        Some(open) => Some(open),
        None => last_order(&customer).await?,
    };
    let Some(order) = newest else {
        return Ok(customer.go(&customer.around.at("card/apply")));
    };
    if order.state == OrderState::Activated {
        return Ok(customer.go(&customer.around.at("overview")));
    }
    let policy = customer.around.institution.policy(customer.now);
    let on_its_way =
        !order.frozen && !order.state.terminal() && order.state != OrderState::Delivered;
    Ok(customer.show(&OrderStatus {
        frame: customer.frame(),
        reference: words::reference(order.id),
        stage: stage(&order),
        ordered: order.ordered_at.day(),
        dispatched: order.dispatched_on,
        expected: on_its_way.then(|| order.expected_between(policy)),
        tracking: order.tracking_number.clone(),
        address: address(&order, &customer.contract),
    }))
}

/// The address as of the order (U-14), with the name.
fn address(order: &CardOrder, contract: &Contract) -> Vec<String> {
    let mut lines = vec![format!("〒{}", order.to.postcode)];
    lines.extend(order.to.address.iter().cloned());
    lines.push(contract.person.name_kana.clone());
    lines
}

/// How far an order is, as the customer sees it.
pub(crate) const fn stage(order: &CardOrder) -> OrderStage {
    match order.state {
        state if order.frozen && !state.terminal() => OrderStage::Frozen,
        OrderState::Ordered | OrderState::Approved => OrderStage::Ordered,
        OrderState::Produced => OrderStage::Produced,
        OrderState::Dispatched => OrderStage::Dispatched,
        OrderState::Delivered | OrderState::Activated => OrderStage::Delivered,
        OrderState::Returned => OrderStage::Returned,
        OrderState::Lost => OrderStage::LostInMail,
        OrderState::Rejected | OrderState::Cancelled => OrderStage::Rejected,
        OrderState::Unswitched => OrderStage::Expired,
    }
}
