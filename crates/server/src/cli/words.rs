//! Words of the API as arguments: help lists them, and a wrong one is told together with the right
//! ones.

use clap::builder::{PossibleValuesParser, TypedValueParser};
use sekisho_domain::client::{Profile, Scope};
use sekisho_domain::order::{OrderKind, OrderState};
use sekisho_domain::reason::{Reason, ReportedBy};
use sekisho_domain::time::{Day, Timestamp};
use sekisho_domain::token::TokenState;

macro_rules! words {
    ($($(#[$doc:meta])* $function:ident = $name:ident,)*) => {$(
        $(#[$doc])*
        pub(super) fn $function() -> impl TypedValueParser<Value = $name> {
            let known = $name::ALL.iter().map(|known| known.word());
            PossibleValuesParser::new(known)
                .map(|word| $name::parse(&word).expect("only words of the list come so far"))
        }
    )*};
}

words! {
    /// Reads `lost`, `stolen`, …
    reason = Reason,
    /// Reads `phone`, `branch`, …
    reported_by = ReportedBy,
    /// Reads `image_card`, `password_letter`, …
    order_kind = OrderKind,
    /// Reads `approved`, `dispatched`, …
    order_state = OrderState,
    /// Reads `stock`, `allocated`, …
    token_state = TokenState,
    /// Reads `approvals:write`, …
    scope = Scope,
    /// Reads `fapi` or `baseline`.
    profile = Profile,
}

/// Reads `YYYY-MM-DD`.
pub(super) fn day(text: &str) -> Result<Day, String> {
    Day::parse(text).ok_or_else(|| "a day is written YYYY-MM-DD".to_owned())
}

/// Reads a day, which means its beginning in Japan, or an instant of RFC 3339.
pub(super) fn instant(text: &str) -> Result<Timestamp, String> {
    let day = Day::parse(text).map(Day::start);
    let sentence = "write YYYY-MM-DD, or an instant such as 2026-11-20T14:03:00+09:00";
    day.or_else(|| Timestamp::parse(text)).ok_or_else(|| sentence.to_owned())
}
