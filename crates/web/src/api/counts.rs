//! By which rates a call is counted, and what the reply says about them (api.md §1.7).

use std::sync::{Arc, Mutex, PoisonError};

use axum::http::{HeaderMap, HeaderValue};

use crate::limits::{self, Counted};
use crate::problem::Problem;

/// Refuses a call whose rate is used up.
pub(crate) fn within(counted: Counted) -> Result<(), Problem> {
    match counted.wait_s {
        Some(wait_s) => Err(over(counted.name, wait_s)),
        None => Ok(()),
    }
}

/// The rate of this name is used up.
pub(crate) fn over(name: &str, wait_s: i64) -> Problem {
    let violated = serde_json::json!([name]);
    Problem::new("rate_limited").member("violated-policies", violated).retry_after(wait_s)
}

/// The rates a call was counted by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<Vec<Counted>>>);

impl Counts {
    /// Notes one of them.
    pub(crate) fn note(&self, counted: Counted) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(counted);
    }

    /// Says so in the reply (api.md §1.7).
    pub(crate) fn write(&self, headers: &mut HeaderMap) {
        let counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if counted.is_empty() {
            return;
        }
        let (policy, left) = limits::headers(&counted);
        for (name, value) in [("ratelimit-policy", policy), ("ratelimit", left)] {
            let value = HeaderValue::try_from(value).expect("names and numbers are ASCII");
            headers.insert(name, value);
        }
    }
}
