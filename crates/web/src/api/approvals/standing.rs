//! Where an approval stands, apart from what never changes about it; and both together as the API
//! shows them.

use sekisho_app::context::Context;
use sekisho_app::tx::{StoreError, Tx};
use sekisho_domain::approval::{Approval, Approved, Challenge, EndReason, Stage};
use sekisho_domain::credential::Credential;
use sekisho_domain::method::MethodKind;
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Timestamp;
use serde::{Deserialize, Serialize};

use crate::api::told::Told;
use crate::display::Display;
use crate::text::Lang;

/// What changes about an approval. It is small, and kept for repeated requests.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Standing {
    pub(super) version: u64,
    pub(super) state: String,
    method: Option<MethodKind>,
    challenged_at: Option<Timestamp>,
    attempts_left: Option<u8>,
    approved_at: Option<Timestamp>,
    consume_before: Option<Timestamp>,
    reason: Option<String>,
    consumption: Option<String>,
}

impl Standing {
    /// Where it stands now. What has lapsed counts as expired already, under the version the expiry
    /// will have.
    pub(super) fn of(tx: &mut Tx, cx: &Context, approval: &Approval) -> Result<Self, StoreError> {
        let lapsed = approval.lapsed(cx.now());
        let mut standing = Self {
            version: approval.version + u64::from(lapsed),
            state: approval.state(cx.now()).to_owned(),
            method: None,
            challenged_at: None,
            attempts_left: None,
            approved_at: None,
            consume_before: None,
            reason: None,
            consumption: None,
        };
        match &approval.stage {
            _ if lapsed => {
                let used = matches!(approval.stage, Stage::Approved(_));
                let why = if used { EndReason::NotConsumed } else { EndReason::NotAnswered };
                standing.reason = Some(why.word().to_owned());
            }
            Stage::Requested => {}
            Stage::Challenged(challenge) => {
                standing.method = Some(challenge.method());
                standing.challenged_at = Some(challenge.drawn_at);
                let policy = cx.policy(approval.institution);
                standing.attempts_left = Some(attempts_left(tx, &policy, challenge)?);
            }
            Stage::Approved(approved) => standing.approved(approved),
            Stage::Consumed(approved, by) => {
                standing.approved(approved);
                standing.consumption = Some(by.id.to_string());
            }
            Stage::Ended { reason, .. } => standing.reason = Some(reason.word().to_owned()),
        }
        Ok(standing)
    }

    /// Where it stood when it was made: requested, or approved at once where policy asks for
    /// nothing.
    pub(super) fn first(approval: &Approval, policy: &Policy) -> Self {
        let at_once = approval.methods.is_empty();
        let consume_s = i64::from(policy.approval.consume_within_s);
        let made = approval.created_at;
        Self {
            version: 1 + u64::from(at_once),
            state: if at_once { "approved" } else { "requested" }.to_owned(),
            method: None,
            challenged_at: None,
            attempts_left: None,
            approved_at: at_once.then_some(made),
            consume_before: at_once.then(|| made.plus_s(consume_s)),
            reason: at_once.then(|| "no_method_needed".to_owned()),
            consumption: None,
        }
    }

    fn approved(&mut self, approved: &Approved) {
        self.method = approved.methods.first().copied();
        self.approved_at = Some(approved.at);
        self.consume_before = Some(approved.consume_before);
        if approved.methods.is_empty() {
            self.reason = Some("no_method_needed".to_owned());
        }
    }
}

/// Answers left: the smaller of what challenge and lock allow (api.md §12).
pub(super) fn attempts_left(
    tx: &mut Tx,
    policy: &Policy,
    challenge: &Challenge,
) -> Result<u8, StoreError> {
    let mut left = challenge.left(policy);
    for part in &challenge.parts {
        if let Some(credential) = tx.load::<Credential>(&part.credential)? {
            left = left.min(credential.attempts.left(&policy.lock.card));
        }
    }
    Ok(left)
}

/// An approval as the API shows it.
#[derive(Serialize)]
pub(super) struct Shown<'a> {
    id: Told<sekisho_domain::id::ApprovalId>,
    version: u64,
    state: &'a str,
    institution: Told<sekisho_domain::id::InstitutionId>,
    contract: Told<sekisho_domain::id::ContractId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    session: Option<Told<sekisho_domain::id::SessionId>>,
    reference: &'a str,
    mode: &'static str,
    channel: &'static str,
    operation: &'a sekisho_domain::operation::Operation,
    nonce: Told<sekisho_domain::digest::Nonce>,
    digest: Told<sekisho_domain::digest::Digest>,
    tier: &'a str,
    methods: &'a [MethodKind],
    method: Option<MethodKind>,
    created_at: Told<Timestamp>,
    expires_at: Told<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<Page>,
    display: Display,
    #[serde(skip_serializing_if = "Option::is_none")]
    challenged_at: Option<Told<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attempts_left: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    approved_at: Option<Told<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consume_before: Option<Told<Timestamp>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumption: Option<&'a str>,
}

/// The one-time link, in the first reply and its replays only.
#[derive(Serialize)]
pub(super) struct Page {
    pub(super) url: String,
    pub(super) expires_at: Told<Timestamp>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(approval: &'a Approval, standing: &'a Standing, lang: Lang) -> Self {
        Self {
            id: Told(approval.id),
            version: standing.version,
            state: &standing.state,
            institution: Told(approval.institution),
            contract: Told(approval.contract),
            session: approval.session.map(Told),
            reference: approval.reference.as_str(),
            mode: approval.mode.word(),
            channel: approval.channel.word(),
            operation: &approval.operation,
            nonce: Told(approval.nonce),
            digest: Told(approval.digest),
            tier: &approval.tier,
            methods: &approval.methods,
            method: standing.method,
            created_at: Told(approval.created_at),
            expires_at: Told(approval.expires_at),
            page: None,
            display: Display::of(&approval.operation, approval.created_at.day(), lang),
            challenged_at: standing.challenged_at.map(Told),
            attempts_left: standing.attempts_left,
            approved_at: standing.approved_at.map(Told),
            consume_before: standing.consume_before.map(Told),
            reason: standing.reason.as_deref(),
            consumption: standing.consumption.as_deref(),
        }
    }

    /// With the link to its page.
    pub(super) fn with_page(self, page: Option<Page>) -> Self {
        Self { page, ..self }
    }
}
