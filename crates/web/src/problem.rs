//! Every "no" of the API, in one form (api.md §1.6, RFC 9457).
//!
//! Codes, statuses and advice stand in one table, [`PROBLEMS`](crate::screen::problem::PROBLEMS),
//! which the pages `/problems/{code}` are made from too.

use axum::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::Response;
use sekisho_app::error::Error;
use sekisho_app::tx::StoreError;
use sekisho_domain::fields::Fault;
use sekisho_domain::id::RequestId;
use sekisho_domain::json::Malformed;
use sekisho_domain::provision;
use sekisho_domain::refusal::{NoMethod, Refusal};
use sekisho_domain::time::Timestamp;
use serde_json::{Map, Value, json};

use crate::corrupt::Corrupt;
use crate::screen::problem::Problem as Row;
use crate::text::{Lang, Texts};

/// One "no", ready to be told.
#[derive(Debug, Clone)]
pub struct Problem {
    row: Row,
    members: Map<String, Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
    corrupt: Option<Corrupt>,
}

/// Seconds after which a caller may come again when the queue was full or the store away.
const COME_AGAIN_S: i64 = 1;

impl Problem {
    /// The problem with this code.
    ///
    /// # Panics
    /// When the table has no such code: codes are literals, and a test walks all of ours.
    pub fn new(code: &'static str) -> Self {
        let row = Row::of(code).expect("codes of problems stand in the table");
        Self { row, members: Map::new(), headers: Vec::new(), corrupt: None }
    }

    /// Adds a member of its own.
    #[must_use]
    pub fn member(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// Adds an instant, in the spelling of the API.
    #[must_use]
    fn until(self, until: Timestamp) -> Self {
        self.member("until", until.to_string())
    }

    /// Says when to come again, in seconds.
    #[must_use]
    pub fn retry_after(self, seconds: i64) -> Self {
        self.header(RETRY_AFTER, &seconds.to_string())
    }

    /// Says with which methods the address can be called.
    #[must_use]
    pub fn allow(self, methods: &str) -> Self {
        self.header(ALLOW, methods)
    }

    /// Says how to prove oneself (RFC 6750, RFC 9449).
    #[must_use]
    pub fn challenge(self, challenge: &str) -> Self {
        self.header(WWW_AUTHENTICATE, challenge)
    }

    /// Adds a header of its own.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        // What cannot stand in a header is left out; the body says the same.
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// A header the caller left out or spelt wrongly, told like a parameter.
    pub fn parameter(parameter: &str, code: &str) -> Self {
        Self::new("invalid_request")
            .member("errors", json!([{"parameter": parameter, "code": code}]))
    }

    /// Its code.
    pub fn code(&self) -> &'static str {
        self.row.code
    }

    /// Its HTTP status.
    pub fn status(&self) -> u16 {
        self.row.status
    }

    /// The JSON, in a language.
    pub(crate) fn body(&self, request: RequestId, lang: Lang, public_url: &str) -> String {
        let texts = Texts::new(lang, Vec::new());
        let mut body = Map::new();
        body.insert("type".into(), format!("{public_url}/problems/{}", self.row.code).into());
        body.insert("title".into(), texts.t(&self.row.title()).into());
        body.insert("status".into(), self.row.status.into());
        body.insert("code".into(), self.row.code.into());
        body.insert("detail".into(), texts.t(&self.row.what()).into());
        body.insert("retry".into(), self.row.retry.code().into());
        body.insert("request_id".into(), request.to_string().into());
        body.extend(self.members.clone());
        Value::Object(body).to_string()
    }

    /// The reply that tells it. What is wrong with the store goes along for the log alone.
    pub fn reply(self, request: RequestId, lang: Lang, public_url: &str) -> Response {
        let body = self.body(request, lang, public_url);
        let mut reply = Response::builder()
            .status(self.row.status)
            .header("Content-Type", "application/problem+json")
            .header("Content-Language", lang.code());
        for (name, value) in &self.headers {
            reply = reply.header(name, value);
        }
        if let Some(corrupt) = self.corrupt {
            reply = reply.extension(corrupt);
        }
        reply.body(body.into()).expect("a status of the table and headers that were checked")
    }
}

impl From<Malformed> for Problem {
    fn from(Malformed: Malformed) -> Self {
        Self::new("malformed_json")
    }
}

impl From<Vec<Fault>> for Problem {
    fn from(faults: Vec<Fault>) -> Self {
        let errors = serde_json::to_value(faults).expect("faults are plain");
        Self::new("invalid_request").member("errors", errors)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Store(StoreError::Busy | StoreError::Conflict) => {
                Self::new("overloaded").retry_after(COME_AGAIN_S)
            }
            Error::Store(StoreError::Unavailable(_)) => {
                Self::new("unavailable").retry_after(COME_AGAIN_S)
            }
            Error::Store(StoreError::Corrupt(what)) => {
                Self { corrupt: Some(Corrupt::new(&what)), ..Self::new("internal_error") }
            }
        }
    }
}

/// The code under which the API tells a refusal. Those of our own pages have no row of their own
/// there.
fn told_as(refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::OrderFrozen => "invalid_transition",
        Refusal::SignInFailed { .. } => "proof_refused",
        Refusal::PasswordUnfit(_) | Refusal::NoticeNotRead => "answer_incomplete",
        told => told.code(),
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let told = Self::new(told_as(&refusal));
        match refusal {
            Refusal::InvalidTransition { state }
            | Refusal::ContractNotActive { state }
            | Refusal::NotApproved { state }
            | Refusal::ProposalClosed { state }
            | Refusal::BatchClosed { state } => told.member("state", state),
            Refusal::OrderFrozen => told.member("state", "frozen"),
            Refusal::ReferenceTaken { approval } => told.member("approval", approval.to_string()),
            Refusal::NoUsableMethod(why) => no_method(told, why),
            Refusal::ChallengePaused { until }
            | Refusal::AddressRecentlyChanged { until }
            | Refusal::ProofPaused { until }
            | Refusal::RestartWaiting { until } => told.until(until),
            Refusal::CodeUsed { wait_s: Some(wait_s) } => told.member("wait_s", wait_s),
            Refusal::ApprovalRequired { action } => told.member("action", action),
            Refusal::ApprovalClosed { state, reason } => {
                let told = told.member("state", state);
                if reason.is_empty() { told } else { told.member("reason", reason) }
            }
            Refusal::ChallengeClosed { why } => told.member("why", why),
            Refusal::AlreadyConsumed { consumption, booking } => told
                .member("consumption", json!({"id": consumption.to_string(), "booking": booking})),
            Refusal::OrderOpen { order, ordered_at } => {
                told.member("order", order.to_string()).member("ordered_at", ordered_at.to_string())
            }
            Refusal::LimitExceeded { limit, limit_yen, left_yen } => told
                .member("limit", limit)
                .member("limit_yen", limit_yen)
                .member("left_yen", left_yen),
            Refusal::ProofRefused { attempts_left: Some(left) } => {
                told.member("attempts_left", left)
            }
            Refusal::StartRefused { tries_left } => told.member("tries_left", tries_left),
            Refusal::SuiteUnsupported => told.member("suites", json!([provision::SUITE])),
            Refusal::CountsDisagree { expected, given } => {
                told.member("expected", expected).member("given", given)
            }
            Refusal::TooManyOpenApprovals { limit } => {
                told.member("limit", limit).retry_after(OPEN_LIFE_S)
            }
            _ => told,
        }
    }
}

/// Seconds after which one of the open approvals may have ended: the default life of one.
const OPEN_LIFE_S: i64 = 300;

/// What the customer can do about it (api.md §4.3).
fn no_method(told: Problem, why: NoMethod) -> Problem {
    let apply = json!([{"procedure": "image_card_application"}]);
    let switch = json!([{"procedure": "image_card_switch"}]);
    let start = json!([{"procedure": "otp_start"}]);
    let branch = json!([{"contact": "branch"}]);
    let remedy = match why {
        NoMethod::NoneEnrolled | NoMethod::MandatoryDatePassed | NoMethod::Exhausted => apply,
        NoMethod::CardOnTheWay => switch,
        NoMethod::AfterStop => start,
        NoMethod::Locked | NoMethod::Channel => branch,
        NoMethod::LimitReached | NoMethod::StartsOn(_) => json!([]),
    };
    let told = told.member("why", why.code()).member("remedy", remedy);
    match why {
        NoMethod::StartsOn(until) => told.until(until),
        _ => told,
    }
}

#[cfg(test)]
mod tests {
    use sekisho_domain::id::{ApprovalId, ConsumptionId, OrderId};
    use sekisho_domain::refusal::PasswordFault;

    use super::*;
    use crate::screen::problem::{PROBLEMS, Retry};

    const REQUEST: &str = "req_01m7vncdx3e7jtkv3pjycvk2r8";

    fn request() -> RequestId {
        RequestId::parse(REQUEST).expect("an id")
    }

    /// One of each refusal there is.
    fn refusals() -> Vec<Refusal> {
        let now = Timestamp::from_millis(1_795_151_000_000);
        let approval = ApprovalId::parse("apr_01m7vncdx3e3zbpamptxnpn4sa").expect("an id");
        let order = OrderId::parse("ord_01m7vncdx3e3zbpamptxnpn4sa").expect("an id");
        let consumption = ConsumptionId::parse("cns_01m7vndgyfe53vs959gycy4bxm").expect("an id");
        let state = "expired";
        vec![
            Refusal::NotFound,
            Refusal::InvalidTransition { state },
            Refusal::ContractNotActive { state },
            Refusal::ReferenceTaken { approval },
            Refusal::NoUsableMethod(NoMethod::StartsOn(now)),
            Refusal::ChallengePaused { until: now },
            Refusal::ApprovalClosed { state, reason: "not_answered".into() },
            Refusal::ChallengeClosed { why: "expired" },
            Refusal::NotApproved { state },
            Refusal::AlreadyConsumed { consumption, booking: "CORE-1".into() },
            Refusal::DigestMismatch,
            Refusal::LoginIdTaken,
            Refusal::OrderOpen { order, ordered_at: now },
            Refusal::AddressRecentlyChanged { until: now },
            Refusal::OrderFrozen,
            Refusal::ProposalClosed { state },
            Refusal::BatchClosed { state },
            Refusal::CardVoid,
            Refusal::NoSuchContract,
            Refusal::NoSuchSession,
            Refusal::NoSuchCredential,
            Refusal::OperationNotOffered,
            Refusal::MethodNotOffered,
            Refusal::OperationDateInvalid,
            Refusal::LimitExceeded { limit: "limits.transfer_day", limit_yen: 2, left_yen: 1 },
            Refusal::ReturnUrlNotRegistered,
            Refusal::AnswerIncomplete,
            Refusal::ProofRefused { attempts_left: Some(2) },
            Refusal::CodeUsed { wait_s: Some(30) },
            Refusal::ProofPaused { until: now },
            Refusal::RestartWaiting { until: now },
            Refusal::ApprovalRequired { action: "otp_start" },
            Refusal::AddressMismatch,
            Refusal::CountsDisagree { expected: 2, given: 1 },
            Refusal::ManifestMismatch,
            Refusal::TooManyOpenApprovals { limit: 5 },
            Refusal::StaffNotPermitted,
            Refusal::MakerCannotCheck,
            Refusal::ExemptionNotPermitted,
            Refusal::SignInFailed { wait_s: 0 },
            Refusal::IdempotencyKeyReused,
            Refusal::PasswordUnfit(PasswordFault::TooShort),
            Refusal::NoticeNotRead,
            Refusal::StartRefused { tries_left: 2 },
            Refusal::SuiteUnsupported,
        ]
    }

    #[test]
    fn every_refusal_is_told_by_a_row_of_the_table() {
        for refusal in refusals() {
            let problem = Problem::from(refusal.clone());
            let row = Row::of(problem.code()).expect("a row");
            assert!((400..430).contains(&row.status), "{refusal}");
        }
    }

    #[test]
    fn every_row_speaks_both_languages() {
        for row in PROBLEMS {
            for lang in Lang::ALL {
                let body = Problem::new(row.code).body(request(), lang, "https://sekisho.example");
                let body: Value = serde_json::from_str(&body).expect("JSON");
                assert_eq!(body["type"], format!("https://sekisho.example/problems/{}", row.code));
                assert_eq!(body["status"], row.status);
                assert_eq!(body["retry"], row.retry.code());
                assert_eq!(body["request_id"], REQUEST);
                for text in ["title", "detail"] {
                    let said = body[text].as_str().expect("a text");
                    assert!(
                        !said.is_empty() && !said.starts_with("problem-"),
                        "{} {text}",
                        row.code
                    );
                }
            }
        }
    }

    #[test]
    fn what_comes_later_says_when() {
        let later = [
            Problem::from(Error::Store(StoreError::Busy)),
            Problem::from(Error::Store(StoreError::Conflict)),
            Problem::from(Error::Store(StoreError::Unavailable("away".into()))),
            Problem::from(Refusal::TooManyOpenApprovals { limit: 5 }),
        ];
        for problem in later {
            assert_eq!(problem.row.retry, Retry::Later);
            let reply = problem.reply(request(), Lang::Ja, "");
            assert!(reply.headers().contains_key(RETRY_AFTER));
        }
        let wrong = Problem::from(Error::Store(StoreError::Corrupt("secret detail".into())));
        assert_eq!(wrong.status(), 500);
        assert!(!wrong.body(request(), Lang::En, "").contains("secret detail"));
    }
}
