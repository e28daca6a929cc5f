//! What goes wrong: the server dies before or after a commit, its queue is full, the clock is set,
//! a backup put back.

use std::collections::BTreeMap;

use sekisho_store::Fault;

use crate::dice::Dice;

/// What goes wrong in a turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mishap {
    /// The queue is full at this write of the turn (0 is the first).
    Full(u64),
    /// The server dies before the commit of this write.
    DiesBefore(u64),
    /// The server dies after the commit of this write.
    DiesAfter(u64),
    /// The clock is set by so many milliseconds, forward or back.
    ClockSet(i64),
    /// The last backup is put back.
    Restored,
}

impl Mishap {
    /// What goes wrong, if anything: in about one turn of ten.
    pub(crate) fn draw(dice: &mut Dice, restores: bool) -> Option<Self> {
        let (kind, nth) = (dice.below(1000), dice.below(3) * dice.below(2));
        let jump = dice.between(-90_000, 90_000);
        match kind {
            _ if restores && kind < 300 => Some(Self::Restored),
            0..15 => Some(Self::Full(nth)),
            15..55 => Some(Self::DiesBefore(nth)),
            55..105 => Some(Self::DiesAfter(nth)),
            105..115 => Some(Self::ClockSet(jump)),
            _ => None,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Full(_) => "queue full",
            Self::DiesBefore(_) => "died before commit",
            Self::DiesAfter(_) => "died after commit",
            Self::ClockSet(_) => "clock set",
            Self::Restored => "backup put back",
        }
    }
}

/// What still is to go wrong in the turn, and how often what went wrong so far.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    waiting: Option<(u64, Fault, Mishap)>,
    tally: BTreeMap<&'static str, u64>,
}

impl Faults {
    /// A turn begins.
    pub(crate) fn plan(&mut self, mishap: Option<Mishap>) {
        self.waiting = mishap.and_then(|mishap| match mishap {
            Mishap::Full(nth) => Some((nth, Fault::Full, mishap)),
            Mishap::DiesBefore(nth) => Some((nth, Fault::DiesBeforeCommit, mishap)),
            Mishap::DiesAfter(nth) => Some((nth, Fault::DiesAfterCommit, mishap)),
            Mishap::ClockSet(_) | Mishap::Restored => None,
        });
    }

    /// What befalls the next write.
    pub(crate) fn next_write(&mut self) -> Option<Fault> {
        let (nth, fault, mishap) = self.waiting.take()?;
        if nth > 0 {
            self.waiting = Some((nth - 1, fault, mishap));
            return None;
        }
        self.count(mishap);
        Some(fault)
    }

    /// Something went wrong.
    pub(crate) fn count(&mut self, mishap: Mishap) {
        *self.tally.entry(mishap.word()).or_default() += 1;
    }

    /// How often what went wrong.
    pub(crate) fn tally(&self) -> &BTreeMap<&'static str, u64> {
        &self.tally
    }
}
