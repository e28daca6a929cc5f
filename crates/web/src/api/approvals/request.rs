//! `POST /v1/approvals` (api.md §4.2).

use std::sync::Arc;

use sekisho_app::approval::{self, Wanted};
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::once::once;
use sekisho_app::tx::{StoreError, Tx};
use sekisho_domain::approval::{Approval, Channel, Mode};
use sekisho_domain::digest::Reference;
use sekisho_domain::fields::{FaultCode, Fields, Read};
use sekisho_domain::id::{ApprovalId, ContractId, SessionId};
use sekisho_domain::operation::Operation;
use sekisho_domain::read::{TEXT, integer, object, parsed, text, word};
use sekisho_domain::refusal::Refusal;
use serde::{Deserialize, Serialize};

use super::standing::{Page, Shown, Standing};
use crate::api::answer::Answer;
use crate::api::counts::over;
use crate::api::door::Visit;
use crate::api::told::Told;
use crate::problem::Problem;
use crate::state::Web;
use crate::ticket::ticket;

/// The body, well-formed.
struct Body {
    contract: ContractId,
    session: Option<SessionId>,
    reference: Reference,
    mode: Mode,
    channel: Channel,
    expires_in_s: u32,
    page: Option<(String, String)>,
    operation: Operation,
}

/// Seconds until it ends unanswered, when the caller does not say.
const EXPIRES_IN_S: u32 = 300;

impl Body {
    fn read(f: &mut Fields, needs_session: bool) -> Read<Self> {
        let contract = f.required("contract", parsed());
        let session = if needs_session {
            f.required("session", parsed()).map(Some)
        } else {
            f.optional("session", parsed())
        };
        let reference = f.required("reference", Reference::read);
        let mode = f.required("mode", word());
        let channel = f.required("channel", word());
        let expires_in_s = f.optional("expires_in_s", integer(60..=900));
        let page = match mode {
            Ok(Mode::Page) => f.required("page", object(read_page)).map(Some),
            Ok(Mode::Direct) if f.has("page") => f.fault("page", FaultCode::Unknown),
            _ => f.optional("page", object(read_page)),
        };
        let operation = f.required("operation", object(Operation::read));
        // Where the front end saw the customer: its form is checked; nothing here judges by it yet.
        let origin = f.optional("origin", object(read_origin));
        let expires_in_s = expires_in_s?.and_then(|s| u32::try_from(s).ok());
        origin?;
        Ok(Self {
            contract: contract?,
            session: session?,
            reference: reference?,
            mode: mode?,
            channel: channel?,
            expires_in_s: expires_in_s.unwrap_or(EXPIRES_IN_S),
            page: page?,
            operation: operation?,
        })
    }
}

fn read_page(f: &mut Fields) -> Read<(String, String)> {
    let return_url = f.required("return_url", text(1..=2000));
    let state = f.optional("state", text(0..=512));
    Ok((return_url?, state?.unwrap_or_default()))
}

fn read_origin(f: &mut Fields) -> Read<()> {
    let address = f.optional("address", parsed::<std::net::IpAddr>());
    let agent = f.optional("user_agent", text(TEXT));
    address?;
    agent?;
    Ok(())
}

/// What is kept for repeated requests: the rest of the reply never changes.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Made {
    approval: ApprovalId,
    /// The ring key of its ticket.
    key: u16,
}

pub(super) async fn request(visit: Visit) -> Result<Answer, Problem> {
    let institution = visit.institution();
    let policy_asks = !visit.home().policy(visit.web.now()).approval.without_session;
    let needs_session = visit.client().signs_in || policy_asks;
    let body = visit.read(object(|f| Body::read(f, needs_session)))?;
    let contract = body.contract;
    let counted = visit.web.quotas.approvals.take(contract, visit.web.now());
    let room = counted.wait_s.is_none();
    let wanted = Wanted {
        institution,
        client: Arc::clone(&visit.caller.client),
        contract,
        session: body.session,
        reference: body.reference,
        mode: body.mode,
        channel: body.channel,
        expires_in_s: body.expires_in_s,
        page: body.page,
        operation: body.operation,
    };
    let key = visit.once();
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let kept = once(tx, cx, &key, |tx, cx| {
            if !room {
                return Err(Refusal::TooManyOpenApprovals { limit: 0 }.into());
            }
            let made = approval::request(tx, cx, &wanted)?;
            Ok(Made { approval: made.approval, key: cx.platform.keyring.newest() })
        })?;
        let made = tx.load::<Approval>(&kept.outcome.approval)?;
        let lost =
            || StoreError::Corrupt(format!("{} was made and is gone", kept.outcome.approval));
        Ok((made.ok_or_else(lost)?, kept))
    };
    let outcome: Result<(Approval, _), Error> = visit.web.run(visit.actor(), act).await;
    let fresh = outcome.as_ref().is_ok_and(|(_, kept)| !kept.replayed);
    if room && !fresh {
        visit.web.quotas.approvals.give_back(contract);
    }
    if fresh || !room {
        visit.counts.note(counted);
    }
    let (approval, kept) = outcome.map_err(|error| match (error, counted.wait_s) {
        (Error::Refused(Refusal::TooManyOpenApprovals { limit: 0 }), Some(wait_s)) => {
            over(counted.name, wait_s)
        }
        (error, _) => error.into(),
    })?;
    Ok(reply(&visit, &approval, kept.outcome.key).replayed(kept.replayed))
}

fn reply(visit: &Visit, approval: &Approval, key: u16) -> Answer {
    let institution = visit.web.platform.institution(approval.institution);
    let institution = institution.expect("an approval belongs to a registered institution");
    let standing = Standing::first(approval, institution.policy(approval.created_at));
    let page = page(&visit.web, approval, key, &institution.slug);
    let shown = Shown::new(approval, &standing, visit.lang()).with_page(page);
    Answer::created(&shown, format!("/v1/approvals/{}", approval.id)).at(standing.version)
}

fn page(web: &Web, approval: &Approval, key: u16, slug: &str) -> Option<Page> {
    let until = approval.page.as_ref()?.ticket_until;
    let ticket = ticket(&web.platform, key, approval)?;
    let url = format!("{}/i/{slug}/approve/{}?ticket={ticket}", web.public_url, approval.id);
    Some(Page { url, expires_at: Told(until) })
}
