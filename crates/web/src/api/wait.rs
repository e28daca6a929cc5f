//! Long polls: a look that waits until there is something new (api.md §4.8).

use std::time::Duration;

use super::counts::over;
use super::door::Visit;
use crate::problem::Problem;

/// How often a long poll looks.
const LOOKS_EVERY: Duration = Duration::from_millis(500);
/// Looks in a second.
const LOOKS_A_SECOND: u64 = 2;

/// What `look` finds: at once, or, where the caller would wait, as soon as its version is not the
/// one the caller has.
pub(super) async fn until_changed<T, F>(
    visit: &Visit,
    look: impl Fn() -> F,
    version: impl Fn(&T) -> u64,
) -> Result<T, Problem>
where
    F: Future<Output = Result<T, Problem>>,
{
    let Some((known, wait_s)) = visit.waits_for() else {
        return look().await;
    };
    let place = visit.web.quotas.long_poll(visit.client().id);
    let _place = place.ok_or_else(|| over("long_poll", 1))?;
    let mut looks_left = wait_s * LOOKS_A_SECOND;
    loop {
        let found = look().await?;
        if format!("\"v{}\"", version(&found)) != known || looks_left == 0 {
            return Ok(found);
        }
        looks_left -= 1;
        tokio::time::sleep(LOOKS_EVERY).await;
    }
}
