//! Removing from a failing plan the turns the failure does not need.

use crate::plan::Turn;
use crate::run::{Manner, run};

/// Runs a shrink may cost.
const RUNS_MAX: u32 = 400;

/// The shortest plan found that breaks the same promise as `plan` does; `plan` itself when it
/// breaks none.
///
/// Turns after the failure go first, then ever smaller pieces. Time goes on as before: what a
/// removed turn waited is waited by the next.
pub fn shrink(seed: u64, plan: &[Turn], manner: Manner) -> Vec<Turn> {
    let Some(failure) = run(seed, plan, manner).failure else { return plan.to_vec() };
    let upto = plan.iter().position(|turn| turn.number == failure.turn);
    let mut kept = plan[..upto.map_or(plan.len(), |at| at + 1)].to_vec();
    let (mut piece, mut runs) = (kept.len().div_ceil(2), 0);
    while piece > 0 && runs < RUNS_MAX {
        let mut from = 0;
        while from < kept.len() && runs < RUNS_MAX {
            let shorter = without(&kept, from, piece);
            runs += 1;
            let again = run(seed, &shorter, manner).failure;
            if again.is_some_and(|again| again.rule == failure.rule) {
                kept = shorter;
            } else {
                from += piece;
            }
        }
        piece = if piece == 1 { 0 } else { piece.div_ceil(2) };
    }
    kept
}

fn without(plan: &[Turn], from: usize, count: usize) -> Vec<Turn> {
    let upto = (from + count).min(plan.len());
    let waited: i64 = plan[from..upto].iter().map(|turn| turn.after_ms).sum();
    let mut shorter = [&plan[..from], &plan[upto..]].concat();
    if let Some(next) = shorter.get_mut(from) {
        next.after_ms += waited;
    }
    shorter
}
