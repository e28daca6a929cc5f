//! `/problems/{code}`: the page behind the `type` of a problem, for whoever builds a front end.

use askama::Template;

use crate::text::{Lang, Markup, Texts};

/// What stands around a page that belongs to no institution.
#[derive(Clone, Debug)]
pub struct PlainFrame {
    /// The messages of the request's language.
    pub texts: Texts,
    /// Path that shows this page again, for the switch of language.
    pub path: String,
}

impl PlainFrame {
    /// A frame in a language.
    pub fn new(lang: Lang, path: &str) -> Self {
        Self { texts: Texts::new(lang, Vec::new()), path: path.to_owned() }
    }

    /// See [`Texts::t`].
    pub fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// See [`Texts::with`].
    pub fn with<V: ToString>(&self, key: &str, args: &[(&'static str, V)]) -> String {
        self.texts.with(key, args)
    }

    /// See [`Texts::rich`].
    pub fn rich(&self, key: &str) -> Markup {
        self.texts.rich(key)
    }

    /// The address of this page in the other language.
    pub fn in_other_language(&self) -> String {
        format!("{}?lang={}", self.path, self.texts.lang().other().code())
    }
}

/// When a request that met a problem may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Never.
    Never,
    /// The identical request, at once or after `Retry-After`.
    Same,
    /// The identical request, but only after the time given.
    Later,
    /// Something must change first; a new key.
    Changed,
}

impl Retry {
    /// Message with the advice.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Never => "retry-never",
            Self::Same => "retry-same",
            Self::Later => "retry-later",
            Self::Changed => "retry-changed",
        }
    }

    /// The word in the JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Same => "same",
            Self::Later => "later",
            Self::Changed => "changed",
        }
    }
}

/// One row of the table of problems (api §1.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its stable code; also the last part of its address.
    pub code: &'static str,
    /// The HTTP status it comes with.
    pub status: u16,
    /// When to send again.
    pub retry: Retry,
}

impl Problem {
    /// The row of a code.
    pub fn of(code: &str) -> Option<Self> {
        PROBLEMS.iter().find(|problem| problem.code == code).copied()
    }

    /// Message with its title; the `title` of the JSON is the same.
    pub fn title(&self) -> String {
        format!("problem-{}", self.code)
    }

    /// Message with what happened.
    pub fn what(&self) -> String {
        format!("problem-{}.what", self.code)
    }

    /// Message with what to do.
    pub fn next(&self) -> String {
        format!("problem-{}.next", self.code)
    }
}

/// Every problem the API can answer with.
pub const PROBLEMS: &[Problem] = &[
    problem("malformed_json", 400, Retry::Never),
    problem("invalid_request", 400, Retry::Changed),
    problem("invalid_cursor", 400, Retry::Changed),
    problem("idempotency_key_missing", 400, Retry::Changed),
    problem("access_token_invalid", 401, Retry::Changed),
    problem("access_token_not_bound", 401, Retry::Changed),
    problem("dpop_nonce_required", 401, Retry::Same),
    problem("insufficient_user_authentication", 401, Retry::Changed),
    problem("insufficient_scope", 403, Retry::Never),
    problem("source_not_allowed", 403, Retry::Never),
    problem("staff_not_permitted", 403, Retry::Never),
    problem("maker_cannot_check", 403, Retry::Never),
    problem("exemption_not_permitted", 403, Retry::Never),
    problem("not_found", 404, Retry::Never),
    problem("method_not_allowed", 405, Retry::Never),
    problem("not_acceptable", 406, Retry::Never),
    problem("idempotency_in_progress", 409, Retry::Same),
    problem("invalid_transition", 409, Retry::Changed),
    problem("contract_not_active", 409, Retry::Changed),
    problem("reference_taken", 409, Retry::Never),
    problem("no_usable_method", 409, Retry::Changed),
    problem("challenge_paused", 409, Retry::Later),
    problem("approval_closed", 409, Retry::Never),
    problem("challenge_closed", 409, Retry::Changed),
    problem("not_approved", 409, Retry::Changed),
    problem("already_consumed", 409, Retry::Never),
    problem("digest_mismatch", 409, Retry::Never),
    problem("reservation_recalled", 409, Retry::Never),
    problem("login_id_taken", 409, Retry::Changed),
    problem("order_open", 409, Retry::Changed),
    problem("exclusive_method", 409, Retry::Changed),
    problem("too_many_contracts", 409, Retry::Changed),
    problem("address_recently_changed", 409, Retry::Later),
    problem("restart_waiting", 409, Retry::Later),
    problem("code_used", 409, Retry::Changed),
    problem("proof_paused", 409, Retry::Later),
    problem("proposal_closed", 409, Retry::Never),
    problem("batch_closed", 409, Retry::Never),
    problem("policy_not_draft", 409, Retry::Never),
    problem("card_void", 409, Retry::Never),
    problem("version_mismatch", 412, Retry::Changed),
    problem("precondition_required", 428, Retry::Changed),
    problem("payload_too_large", 413, Retry::Changed),
    problem("uri_too_long", 414, Retry::Changed),
    problem("unsupported_media_type", 415, Retry::Changed),
    problem("headers_too_large", 431, Retry::Changed),
    problem("idempotency_key_reused", 422, Retry::Never),
    problem("no_such_contract", 422, Retry::Changed),
    problem("no_such_session", 422, Retry::Changed),
    problem("no_such_credential", 422, Retry::Changed),
    problem("operation_not_offered", 422, Retry::Changed),
    problem("method_not_offered", 422, Retry::Changed),
    problem("operation_date_invalid", 422, Retry::Changed),
    problem("limit_exceeded", 422, Retry::Changed),
    problem("payee_cooling_down", 422, Retry::Later),
    problem("return_url_not_registered", 422, Retry::Changed),
    problem("answer_incomplete", 422, Retry::Changed),
    problem("proof_refused", 422, Retry::Changed),
    problem("address_mismatch", 422, Retry::Never),
    problem("approval_required", 422, Retry::Changed),
    problem("counts_disagree", 422, Retry::Changed),
    problem("manifest_mismatch", 422, Retry::Changed),
    problem("policy_lint_failed", 422, Retry::Changed),
    problem("file_refused", 422, Retry::Changed),
    problem("attestation_refused", 422, Retry::Changed),
    problem("start_refused", 422, Retry::Changed),
    problem("suite_unsupported", 422, Retry::Changed),
    problem("rate_limited", 429, Retry::Later),
    problem("too_many_open_approvals", 429, Retry::Later),
    problem("internal_error", 500, Retry::Same),
    problem("overloaded", 503, Retry::Later),
    problem("unavailable", 503, Retry::Later),
    problem("maintenance", 503, Retry::Later),
];

const fn problem(code: &'static str, status: u16, retry: Retry) -> Problem {
    Problem { code, status, retry }
}

/// The page of one problem.
#[derive(Template)]
#[template(path = "problem.html")]
pub struct ProblemPage {
    /// Around it.
    pub frame: PlainFrame,
    /// Which one.
    pub problem: Problem,
}
