//! HTTP with limits: time, size, tries.
//!
//! A call that changes something carries an idempotency key made by the caller and kept by it, so
//! that the identical request may be sent again when a reply is lost (api.md §1.3).

use std::time::Duration;

use ureq::{
    Agent,
    http::{Response, header},
};

use super::{Failure, Problem};
use crate::clock::pause;

const CONNECT_WITHIN: Duration = Duration::from_secs(3);
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
const LARGEST_BODY: u64 = 256 * 1024;
/// How often the identical request is sent before the bank gives up for now.
const TRIES: u32 = 3;
/// The bank waits this long at most before it repeats; a longer `Retry-After` is for the customer
/// to wait.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// One call.
pub(super) struct Call<'a> {
    pub(super) method: Method<'a>,
    pub(super) url: &'a str,
    /// The whole `Authorization` header.
    pub(super) credentials: Option<String>,
    pub(super) language: &'a str,
    /// Whether the identical request may be sent again.
    pub(super) repeatable: bool,
}

pub(super) enum Method<'a> {
    Get,
    /// `application/x-www-form-urlencoded`, for OAuth's endpoints.
    PostForm(&'a [(&'a str, &'a str)]),
    /// JSON under an idempotency key.
    PostJson {
        body: &'a serde_json::Value,
        key: &'a str,
    },
}

/// A reply below 300.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) body: Vec<u8>,
}

impl Reply {
    /// The body as the JSON expected.
    pub(super) fn read<T: serde::de::DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| Failure::Strange(error.to_string()))
    }
}

pub(super) struct Http(Agent);

/// What one try came to.
enum Try {
    Done(Reply),
    Final(Failure),
    Again(Failure, Duration),
}

impl Http {
    pub(super) fn new() -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT_WITHIN))
            .timeout_global(Some(ANSWER_WITHIN))
            .build();
        Self(Agent::new_with_config(config))
    }

    /// Sends the call, again where that is safe and of use.
    pub(super) fn send(&self, call: &Call<'_>) -> Result<Reply, Failure> {
        let mut tries_left = if call.repeatable { TRIES } else { 1 };
        loop {
            tries_left -= 1;
            match self.send_once(call) {
                Try::Done(reply) => return Ok(reply),
                Try::Final(failure) => return Err(failure),
                Try::Again(failure, _) if tries_left == 0 => return Err(failure),
                Try::Again(failure, wait) if wait > LONGEST_PAUSE => return Err(failure),
                Try::Again(_, wait) => pause(wait),
            }
        }
    }

    fn send_once(&self, call: &Call<'_>) -> Try {
        let sent = match &call.method {
            Method::Get => {
                let mut request = self.0.get(call.url).header("Accept-Language", call.language);
                if let Some(credentials) = &call.credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                request.call()
            }
            Method::PostForm(fields) => {
                let mut request = self.0.post(call.url);
                if let Some(credentials) = &call.credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                request.send_form(fields.iter().copied())
            }
            Method::PostJson { body, key } => {
                let mut request = self
                    .0
                    .post(call.url)
                    .header("Accept-Language", call.language)
                    .header("Idempotency-Key", format!("\"{key}\""))
                    .content_type("application/json");
                if let Some(credentials) = &call.credentials {
                    request = request.header(header::AUTHORIZATION, credentials);
                }
                request.send(body.to_string())
            }
        };
        match sent {
            Ok(response) => judge(response),
            Err(error) => Try::Again(Failure::Away(error.to_string()), Duration::from_millis(200)),
        }
    }
}

fn judge(mut response: Response<ureq::Body>) -> Try {
    let status = response.status().as_u16();
    let wait = response
        .headers()
        .get(header::RETRY_AFTER)
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .map(Duration::from_secs);
    let body = match response.body_mut().with_config().limit(LARGEST_BODY).read_to_vec() {
        Ok(body) => body,
        Err(error) => {
            return Try::Again(Failure::Away(error.to_string()), Duration::from_millis(200));
        }
    };
    match status {
        200..300 => Try::Done(Reply { body }),
        500.. => Try::Again(
            Failure::Away(format!("status {status}")),
            wait.unwrap_or(Duration::from_millis(500)),
        ),
        _ => match serde_json::from_slice::<Problem>(&body) {
            Ok(problem) if problem.code == "idempotency_in_progress" || status == 429 => {
                let busy = wait.unwrap_or(Duration::from_secs(1));
                // Too many open approvals is no matter of seconds: the customer must be told.
                if problem.code == "too_many_open_approvals" {
                    Try::Final(Failure::Refused(Box::new(problem)))
                } else {
                    Try::Again(Failure::Refused(Box::new(problem)), busy)
                }
            }
            Ok(problem) => Try::Final(Failure::Refused(Box::new(problem))),
            Err(_) => Try::Final(Failure::Strange(format!("status {status} without a problem"))),
        },
    }
}
