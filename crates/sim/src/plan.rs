//! What is to happen: whose turn it is, after how long, and what fails. Drawn from the seed before
//! anything runs, so that a failing plan can be replayed and shrunk.

use crate::dice::Dice;
use crate::faults::Mishap;

/// Numbers of turns are dice of their own; the plan itself is drawn with this one.
const PLAN: u64 = u64::MAX;

/// Whose turn it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The customer with this number, counted round.
    Customer(u8),
    /// The thief.
    Thief,
    /// The bank's system.
    Bank,
    /// The back office.
    Office,
    /// The post.
    Post,
    /// The worker that sends mail.
    Mail,
    /// The worker that tidies up what time has ended.
    Tidy,
    /// The operator: backups, and now and then one put back.
    Operator,
}

/// One turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// Its number in the whole plan; also its dice.
    pub number: u64,
    /// Milliseconds since the turn before.
    pub after_ms: i64,
    /// Whose.
    pub who: Who,
    /// What fails in it.
    pub mishap: Option<Mishap>,
}

/// All turns of a seed.
pub fn draw(seed: u64, turns: u64) -> Vec<Turn> {
    let mut dice = Dice::of(seed, PLAN);
    let restores = dice.percent(12);
    (1..=turns).map(|number| turn(&mut dice, number, restores)).collect()
}

fn turn(dice: &mut Dice, number: u64, restores: bool) -> Turn {
    let who = match dice.below(100) {
        0..60 => Who::Customer(u8::try_from(dice.below(8)).expect("below eight")),
        60..67 => Who::Thief,
        67..81 => Who::Bank,
        81..89 => Who::Office,
        89..95 => Who::Post,
        95..97 => Who::Mail,
        97..99 => Who::Tidy,
        _ => Who::Operator,
    };
    let after_ms = match dice.below(1000) {
        0..750 => dice.between(0, 4_000),
        750..930 => dice.between(1_000, 40_000),
        930..980 => dice.between(30_000, 300_000),
        980..994 => dice.between(300_000, 4_000_000),
        994..999 => dice.between(10_000_000, 90_000_000),
        _ => dice.between(5, 35) * 86_400_000,
    };
    let mishap = Mishap::draw(dice, who == Who::Operator && restores);
    Turn { number, after_ms, who, mishap }
}
