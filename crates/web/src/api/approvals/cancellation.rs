//! `POST /v1/approvals/{apr}/cancellation` (api.md §4.8).

use sekisho_app::approval;
use sekisho_app::context::Context;
use sekisho_app::once::once;
use sekisho_app::tx::Tx;
use sekisho_domain::fields::{Fields, Read};
use sekisho_domain::read::{letters, object};

use super::standing::{Shown, Standing};
use crate::api::answer::Answer;
use crate::api::door::Visit;
use crate::problem::Problem;

/// The bank's own word for why: 1 to 64 of `a-z 0-9 _`.
fn read(f: &mut Fields) -> Read<String> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    f.required("reason", letters(1..=64, plain))
}

pub(super) async fn cancel(visit: Visit) -> Result<Answer, Problem> {
    let reason = visit.read(object(read))?;
    let id = visit.id("apr")?;
    let (institution, client, key) = (visit.institution(), visit.client().id, visit.once());
    let act = move |tx: &mut Tx, cx: &mut Context| {
        let kept = once(tx, cx, &key, |tx, cx| {
            let ended = approval::cancel(tx, cx, institution, id, client, reason.clone())?;
            Ok(Standing::of(tx, cx, &ended)?)
        })?;
        Ok((approval::find(tx, institution, id)?, kept))
    };
    let (approval, kept) = visit.web.run(visit.actor(), act).await?;
    let shown = Shown::new(&approval, &kept.outcome, visit.lang());
    Ok(Answer::ok(&shown).at(kept.outcome.version).replayed(kept.replayed))
}
