//! Approvals: ask, look, cancel, consume (api.md §4).

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Failure, Sekisho, oidc::Caller};

/// How long sekisho may take the customer's answer, in seconds.
const EXPIRES_IN_S: u32 = 300;

/// A request for an approval.
#[derive(Debug, Clone)]
pub struct Ask<'a> {
    /// `ctr_…`
    pub contract: &'a str,
    /// `ses_…` of the customer's sign-in: the page opens in that browser only.
    pub session: &'a str,
    /// The bank's own number of the draft.
    pub reference: &'a str,
    /// Comes back with the customer.
    pub state: &'a str,
    /// What is to be approved.
    pub operation: &'a Value,
    /// Idempotency key, kept with the draft.
    pub key: &'a str,
    /// `ja` or `en`.
    pub language: &'a str,
}

/// Where an approval stands. A word this bank does not know is never success.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// Asked for, not shown yet.
    Requested,
    /// Shown to the customer.
    Challenged,
    /// Answered rightly: may be consumed, once, soon.
    Approved,
    /// Set aside for a later day.
    Reserved,
    /// Consumed.
    Consumed,
    /// Wrong answers, or the customer declined.
    Refused,
    /// Not answered or not consumed in time.
    Expired,
    /// Taken back by the bank.
    Cancelled,
    /// Fallen away.
    Void,
    /// Newer than this bank.
    #[serde(other)]
    Unknown,
}

/// An approval as sekisho tells it.
#[derive(Debug, Clone, Deserialize)]
pub struct Approval {
    /// `apr_…`
    pub id: String,
    /// Where it stands.
    pub state: ApprovalState,
    /// Why it ended.
    pub reason: Option<String>,
    /// `ins_…`
    pub institution: String,
    /// `ctr_…`
    pub contract: String,
    /// The bank's own number.
    pub reference: String,
    /// Part of the digest.
    pub nonce: String,
    /// In the first reply and its replays only.
    pub page: Option<ApprovalPage>,
}

/// Where the customer answers.
#[derive(Debug, Clone, Deserialize)]
pub struct ApprovalPage {
    /// With a ticket, for one opening.
    pub url: String,
    /// When the ticket ends, RFC 3339.
    pub expires_at: String,
}

/// A consumption: the approval is used up, for this booking.
#[derive(Debug, Clone, Deserialize)]
pub struct Consumption {
    /// `cns_…`
    pub id: String,
    /// The bank's number given with it.
    pub booking: String,
    /// Signed proof, readable for years (JWS).
    pub receipt: Option<String>,
}

/// What came of consuming.
#[derive(Debug, Clone)]
pub enum Consumed {
    /// For this booking, now or by an earlier try of ours: book.
    ForThisBooking(Consumption),
    /// For another booking, or not any more, by this code: never book.
    No(String),
}

impl Sekisho {
    /// Asks for an approval. The same `key` gives the same approval.
    pub fn ask(&self, ask: &Ask<'_>) -> Result<Approval, Failure> {
        let body = json!({
            "contract": ask.contract, "session": ask.session, "reference": ask.reference,
            "mode": "page", "channel": "pc", "expires_in_s": EXPIRES_IN_S,
            "page": { "return_url": self.config.return_url(), "state": ask.state },
            "operation": ask.operation,
        });
        self.post(Caller::Front, "/approvals", ask.language, &body, ask.key)?.read()
    }

    /// Looks how an approval stands. The only truth about it.
    pub fn look(&self, approval: &str) -> Result<Approval, Failure> {
        self.get(Caller::Front, &format!("/approvals/{approval}"), "ja")?.read()
    }

    /// Takes a request back. An approval that has ended stays as it ended.
    pub fn cancel(&self, approval: &str, key: &str) -> Result<(), Failure> {
        let path = format!("/approvals/{approval}/cancellation");
        let body = json!({ "reason": "customer_left" });
        self.post(Caller::Front, &path, "ja", &body, key).map(|_| ())
    }

    /// Consumes an approval for `booking`, immediately before booking it. After `Err` nothing is
    /// known: the same call must be made again.
    pub fn consume(
        &self,
        approval: &str,
        digest: &str,
        booking: &str,
        key: &str,
    ) -> Result<Consumed, Failure> {
        let path = format!("/approvals/{approval}/consumption");
        let body = json!({ "digest": digest, "as": "execute", "booking": booking });
        let problem = match self.post(Caller::Core, &path, "ja", &body, key) {
            Ok(reply) => return reply.read().map(Consumed::ForThisBooking),
            Err(Failure::Refused(problem)) => problem,
            Err(other) => return Err(other),
        };
        match problem.code.as_str() {
            // A lost reply and a lost key: the booking's number tells that it was us.
            "already_consumed" => {
                let told = problem.consumption.and_then(|told| serde_json::from_value(told).ok());
                let consumption: Consumption = match told {
                    Some(consumption) => consumption,
                    None => self.get(Caller::Core, &path, "ja")?.read()?,
                };
                Ok(if consumption.booking == booking {
                    Consumed::ForThisBooking(consumption)
                } else {
                    Consumed::No(problem.code)
                })
            }
            "approval_closed"
            | "digest_mismatch"
            | "not_approved"
            | "not_found"
            | "contract_not_active"
            | "operation_date_invalid" => Ok(Consumed::No(problem.code)),
            _ => Err(Failure::Refused(problem)),
        }
    }
}
