//! 操作履歴: events of the contract in words that mean something to the customer.

use axum::extract::Query;
use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::log::{self, Line};
use sekisho_app::tx::Tx;
use sekisho_domain::approval::Approval;
use sekisho_domain::id::ApprovalId;
use sekisho_domain::method::MethodKind;
use sekisho_domain::operation::Operation;
use sekisho_domain::session::Session;
use serde_json::Value;

use super::detour::Page;
use super::guest::Customer;
use super::{slip, words};
use crate::frame::Frame;
use crate::screen::log::{Happening, Log, LogEntry, Outcome, Place};

/// Lines on a page.
const LINES: u32 = 20;

/// A line, and the operation it is about.
pub(crate) type Named = (Line, Option<Operation>);

/// GET: a page of the log.
pub(crate) async fn page(customer: Customer, Query(asked): Query<words::From>) -> Page {
    let id = customer.contract.id;
    let before = asked.from.and_then(|from| from.parse::<i64>().ok());
    let look = move |tx: &mut Tx, _: &mut Context| {
        let (lines, more) = log::page(tx, id, before, LINES)?;
        Ok((name(tx, lines)?, more))
    };
    let (lines, more) = customer.web.look(look).await?;
    let frame = customer.frame();
    let older = lines.last().filter(|_| more).map(|(line, _)| line.seq);
    Ok(customer.show(&Log {
        entries: entries(&lines, &frame, &customer.session),
        newer_url: before.map(|_| customer.around.at("log")),
        older_url: older.map(|seq| customer.around.at(&format!("log?from={seq}"))),
        frame,
    }))
}

/// Looks up what was approved: the log itself holds ids only.
pub(crate) fn name(tx: &mut Tx, lines: Vec<Line>) -> Result<Vec<Named>, Error> {
    let mut named = Vec::with_capacity(lines.len());
    for line in lines {
        let operation = match line.subject.parse::<ApprovalId>() {
            Ok(id) => tx.load::<Approval>(&id)?.map(|approval| approval.operation),
            Err(_) => None,
        };
        named.push((line, operation));
    }
    Ok(named)
}

/// The lines for the screen; what a customer has no word for is left out.
pub(crate) fn entries(lines: &[Named], frame: &Frame, session: &Session) -> Vec<LogEntry> {
    let entry = |(line, operation): &Named| {
        let (what, outcome) = happening(line)?;
        Some(LogEntry {
            at: line.at,
            what,
            detail: operation.as_ref().map(|operation| slip::in_short(operation, &frame.texts)),
            place: place(line, session),
            outcome,
        })
    };
    lines.iter().filter_map(entry).collect()
}

fn happening(line: &Line) -> Option<(Happening, Outcome)> {
    let fact = |name: &str| line.facts.get(name).and_then(Value::as_str).unwrap_or_default();
    let reason = fact("reason");
    let token = fact("method").parse::<MethodKind>().is_ok_and(MethodKind::is_otp);
    Some(match line.kind.as_str() {
        "approval.approved" => (Happening::Approval, Outcome::Approved),
        "approval.answer_rejected" => (Happening::Approval, Outcome::Mismatch),
        "approval.refused" if reason == "locked" => (Happening::Approval, Outcome::Locked),
        "approval.refused" if reason == "attempts_exhausted" => {
            (Happening::Approval, Outcome::Mismatch)
        }
        "approval.refused" | "approval.expired" | "approval.void" | "approval.cancelled" => {
            (Happening::Approval, Outcome::NotDone)
        }
        "card_order.ordered" => (Happening::CardOrder, Outcome::Done),
        "dispatch.dispatched" => (Happening::CardDispatch, Outcome::Done),
        "token_issue.issued" => (Happening::TokenIssue, Outcome::Done),
        "credential.activated" if token => (Happening::TokenStart, Outcome::Done),
        "credential.activated" => (Happening::CardSwitch, Outcome::Done),
        "credential.exchanged" => (Happening::TokenExchange, Outcome::Done),
        "credential.stopped" => (Happening::TokenStop, Outcome::Done),
        "credential.sign_in_changed" => (Happening::SignInChange, Outcome::Done),
        "credential.locked" if token => (Happening::TokenLock, Outcome::Locked),
        "credential.locked" => (Happening::CardLock, Outcome::Locked),
        "credential.unlocked" if token => (Happening::TokenUnlock, Outcome::Done),
        "credential.unlocked" => (Happening::CardUnlock, Outcome::Done),
        "credential.revoked" if token => (Happening::TokenRevocation, Outcome::Done),
        "credential.revoked" => (Happening::CardRevocation, Outcome::Done),
        "contract.suspended" => (Happening::Suspension, Outcome::Done),
        "contract.resumed" => (Happening::Resumption, Outcome::Done),
        "contract.locked" => (Happening::SignIn, Outcome::Locked),
        "contract.changed" => (changed(line), Outcome::Done),
        "session.started" => (Happening::SignIn, Outcome::Done),
        "session.failures" => (Happening::SignIn, Outcome::Mismatch),
        "session.ended" => (Happening::SignOut, Outcome::Done),
        _ => return None,
    })
}

fn changed(line: &Line) -> Happening {
    let what = line.facts.get("what").and_then(|what| what.get(0)).and_then(Value::as_str);
    match what {
        Some("password") => Happening::PasswordChange,
        Some("mail") => Happening::ContactChange,
        _ => Happening::StaffProcedure,
    }
}

fn place(line: &Line, session: &Session) -> Place {
    match (line.actor.as_str(), &line.device) {
        ("customer", _) if line.session.as_deref() == Some(&*session.id.to_string()) => {
            Place::ThisOne
        }
        ("customer", Some(kind)) => Place::Known(kind.clone()),
        ("staff" | "operator", _) => Place::Staff,
        ("customer" | "stranger", _) => Place::Unknown,
        _ => Place::Automatic,
    }
}
