//! How much and how often (api.md §1.7, §1.8).

use std::collections::HashMap;
use std::fmt::Write as _;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use sekisho_domain::id::{ClientId, ContractId};
use sekisho_domain::time::Timestamp;

/// Sizes and rates of an installation.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a body that has no rule of its own.
    pub body_max: usize,
    /// Bytes of path and query.
    pub target_max: usize,
    /// Bytes of all headers.
    pub headers_max: usize,
    /// Seconds a request may take.
    pub request_s: u64,
    /// Requests of each client.
    pub client: Rate,
    /// Approvals made for each contract.
    pub approvals: Rate,
    /// Calls of the token endpoint by each client.
    pub token_endpoint: Rate,
    /// Calls of anonymous doors from each source.
    pub source: Rate,
    /// Token apps registered from each source.
    pub app_registration: Rate,
    /// Wrong passwords from each source (domain.md §4.9).
    pub failures: Rate,
    /// Long polls of one client at the same time.
    pub long_polls: u32,
}

/// So many in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in a window; at least 1.
    pub quota: u32,
    /// The window, in seconds.
    pub window_s: u32,
    /// How many at once, when nothing came for a while.
    pub burst: u32,
}

/// The defaults of api.md §1.7 and §1.8.
impl Default for Limits {
    fn default() -> Self {
        let rate = |quota, window_s, burst| Rate { quota, window_s, burst };
        Self {
            body_max: 64 * 1024,
            target_max: 4 * 1024,
            headers_max: 16 * 1024,
            request_s: 30,
            client: rate(50, 1, 200),
            approvals: rate(10, 60, 10),
            token_endpoint: rate(60, 60, 60),
            source: rate(600, 60, 600),
            app_registration: rate(20, 3600, 20),
            failures: rate(20, 3600, 20),
            long_polls: 20,
        }
    }
}

/// One rate and how much of it each caller has used.
///
/// Kept as the instant at which the caller's bucket would be full again (GCRA), in microseconds:
/// one number each.
pub(crate) struct Quota<K> {
    name: &'static str,
    rate: Rate,
    full_at: Mutex<HashMap<K, i64>>,
}

/// How a call was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Counted {
    /// Name and numbers of the rate.
    pub(crate) name: &'static str,
    pub(crate) rate: Rate,
    /// Calls left at once.
    pub(crate) left: u32,
    /// Seconds until the next call is taken, when none is left.
    pub(crate) wait_s: Option<i64>,
}

/// Callers remembered by each rate; a full bucket is as good as none.
const REMEMBERED: usize = 100_000;

impl<K: Hash + Eq + Copy> Quota<K> {
    fn new(name: &'static str, rate: Rate) -> Self {
        Self { name, rate, full_at: Mutex::new(HashMap::new()) }
    }

    /// Microseconds after which one more call is taken.
    fn step(&self) -> i64 {
        (i64::from(self.rate.window_s) * 1_000_000 / i64::from(self.rate.quota.max(1))).max(1)
    }

    /// Counts one call of `key`, unless nothing is left.
    pub(crate) fn take(&self, key: K, now: Timestamp) -> Counted {
        let (now, step) = (now.millis() * 1000, self.step());
        let most = step * i64::from(self.rate.burst.max(1));
        let mut held = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if held.len() >= REMEMBERED {
            held.retain(|_, full_at| *full_at > now);
        }
        let full_at = held.entry(key).or_insert(now);
        let next = (*full_at).max(now) + step;
        let wait = next - (now + most);
        if wait <= 0 {
            *full_at = next;
        }
        let left = u32::try_from(-wait / step).unwrap_or(0);
        // A caller told to wait 0 s would come too early.
        let wait_s = (wait > 0).then(|| (wait + 999_999) / 1_000_000);
        Counted { name: self.name, rate: self.rate, left, wait_s }
    }

    /// What was counted did not happen.
    pub(crate) fn give_back(&self, key: K) {
        let mut held = self.full_at.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(full_at) = held.get_mut(&key) {
            *full_at -= self.step();
        }
    }
}

/// All rates.
pub(crate) struct Quotas {
    pub(crate) client: Quota<ClientId>,
    pub(crate) approvals: Quota<ContractId>,
    pub(crate) token_endpoint: Quota<ClientId>,
    pub(crate) source: Quota<u128>,
    pub(crate) app_registration: Quota<u128>,
    pub(crate) failures: Quota<u128>,
    long_polls_max: u32,
    long_polls: Mutex<HashMap<ClientId, u32>>,
}

impl Quotas {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            client: Quota::new("client", limits.client),
            approvals: Quota::new("approvals", limits.approvals),
            token_endpoint: Quota::new("token_endpoint", limits.token_endpoint),
            source: Quota::new("source", limits.source),
            app_registration: Quota::new("app_registration", limits.app_registration),
            failures: Quota::new("failures", limits.failures),
            long_polls_max: limits.long_polls,
            long_polls: Mutex::new(HashMap::new()),
        }
    }

    /// Takes one of the client's places for long polls; it is given back when the place is dropped.
    pub(crate) fn long_poll(&self, client: ClientId) -> Option<Place<'_>> {
        let mut held = self.long_polls.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = held.entry(client).or_insert(0);
        (*taken < self.long_polls_max).then(|| {
            *taken += 1;
            Place { quotas: self, client }
        })
    }
}

/// A place for a long poll.
pub(crate) struct Place<'a> {
    quotas: &'a Quotas,
    client: ClientId,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        let mut held = self.quotas.long_polls.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = held.get_mut(&self.client) {
            *taken -= 1;
            if *taken == 0 {
                held.remove(&self.client);
            }
        }
    }
}

/// What counts as one source: an IPv4 address, or the /64 of an IPv6 one.
pub(crate) fn source(address: IpAddr) -> u128 {
    match address.to_canonical() {
        IpAddr::V4(v4) => u128::from(v4.to_bits()),
        IpAddr::V6(v6) => v6.to_bits() >> 64 << 64,
    }
}

/// `RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers) for what was counted.
pub(crate) fn headers(counted: &[Counted]) -> (String, String) {
    let (mut policy, mut left) = (String::new(), String::new());
    for (nth, one) in counted.iter().enumerate() {
        let comma = if nth == 0 { "" } else { ", " };
        let Rate { quota, window_s, .. } = one.rate;
        let reset_s = one.wait_s.unwrap_or(i64::from(window_s));
        let remaining = one.left.min(quota);
        write!(policy, "{comma}\"{}\";q={quota};w={window_s}", one.name)
            .expect("a text takes everything");
        write!(left, "{comma}\"{}\";r={remaining};t={reset_s}", one.name)
            .expect("a text takes everything");
    }
    (policy, left)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millis(1_795_151_000_000 + ms)
    }

    #[test]
    fn a_burst_is_taken_and_then_the_rate_holds() {
        let quota = Quota::new("x", Rate { quota: 2, window_s: 1, burst: 3 });
        let left = |ms| quota.take(7, at(ms)).left;
        assert_eq!([left(0), left(0), left(0)], [2, 1, 0]);
        assert_eq!(quota.take(7, at(0)).wait_s, Some(1), "told to come back, never too early");
        assert_eq!(quota.take(7, at(499)).wait_s, Some(1));
        assert_eq!(quota.take(7, at(500)).wait_s, None);
        assert_eq!(quota.take(8, at(500)).left, 2, "each caller has a bucket of its own");
        quota.give_back(7);
        assert_eq!(quota.take(7, at(500)).wait_s, None, "what did not happen is not counted");
    }

    #[test]
    fn long_polls_are_given_back() {
        let quotas = Quotas::new(&Limits { long_polls: 1, ..Limits::default() });
        let client = ClientId::parse("cli_01kn374xt0ebzb2y5t6qyt0h6s").expect("an id");
        let place = quotas.long_poll(client);
        assert!(place.is_some() && quotas.long_poll(client).is_none());
        drop(place);
        assert!(quotas.long_poll(client).is_some());
    }

    #[test]
    fn the_fields_are_those_of_the_document() {
        let rate = Rate { quota: 50, window_s: 1, burst: 200 };
        let one = Counted { name: "client", rate, left: 199, wait_s: None };
        let (policy, left) = headers(&[one, Counted { name: "approvals", left: 9, ..one }]);
        assert_eq!(policy, "\"client\";q=50;w=1, \"approvals\";q=50;w=1");
        assert_eq!(left, "\"client\";r=50;t=1, \"approvals\";r=9;t=1");
    }
}
