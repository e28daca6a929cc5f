//! How often each place of a printed card was asked, and which places come next.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::card::{Misspelled, stored_as_text};
use crate::moment::Moment;

stored_as_text!(CellUse);

/// How often a cell may be asked (domain.md §7, 5): `once`, `passes(2)` or `unlimited`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellUse {
    /// Shown once, spent for ever: who watches learns nothing he will be asked.
    Once,
    /// This many times, 2 to 9.
    Passes(u8),
    /// Without end, as the cards of the seeds.
    Unlimited,
}

impl CellUse {
    fn limit(self) -> Option<u8> {
        match self {
            Self::Once => Some(1),
            Self::Passes(n) => Some(n),
            Self::Unlimited => None,
        }
    }
}

impl fmt::Display for CellUse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Once => f.write_str("once"),
            Self::Passes(n) => write!(f, "passes({n})"),
            Self::Unlimited => f.write_str("unlimited"),
        }
    }
}

impl FromStr for CellUse {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        match text.as_bytes() {
            b"once" => Ok(Self::Once),
            b"unlimited" => Ok(Self::Unlimited),
            [b'p', b'a', b's', b's', b'e', b's', b'(', n @ b'2'..=b'9', b')'] => {
                Ok(Self::Passes(n - b'0'))
            }
            _ => Err(Misspelled),
        }
    }
}

/// What a card remembers of the questions it was asked; `N` places, 0 to N − 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Stored", into = "Stored")]
pub struct Uses<const N: usize> {
    /// Stops at 255.
    times: [u8; N],
    /// Sets of places that were asked together in vain, sorted, oldest first.
    shunned: Vec<Vec<u8>>,
}

impl<const N: usize> Uses<N> {
    /// Questions remembered as asked in vain. Policy allows a few each day (domain.md §4.5); of a
    /// customer card's 28 pairs twelve always stay to be asked.
    pub const SHUNNED_MAX: usize = 16;

    /// Takes `count` different places that may be asked under `cell_use` and counts them as asked.
    ///
    /// The least asked come first, by chance among equals, never all those of a question asked in
    /// vain. `None` when there are none such.
    pub(super) fn take(
        &mut self,
        count: u8,
        cell_use: CellUse,
        moment: &mut Moment,
    ) -> Option<Vec<u8>> {
        let mut order: Vec<u8> = (0..).take(N).filter(|&place| self.may(place, cell_use)).collect();
        moment.shuffle(&mut order);
        order.sort_by_key(|&place| self.times[usize::from(place)]);
        let mut places = self.first_fresh(&order, count.into())?;
        moment.shuffle(&mut places); // the order asked shall not tell which was asked less
        for &place in &places {
            let times = &mut self.times[usize::from(place)];
            *times = times.saturating_add(1);
        }
        Some(places)
    }

    fn may(&self, place: u8, cell_use: CellUse) -> bool {
        cell_use.limit().is_none_or(|limit| self.times[usize::from(place)] < limit)
    }

    /// The first `count` of `order` that are not shunned together, going on to the next when they
    /// are. Ends soon: each turn but the last meets another of the few shunned.
    fn first_fresh(&self, order: &[u8], count: usize) -> Option<Vec<u8>> {
        if order.len() < count {
            return None;
        }
        let mut picked: Vec<usize> = (0..count).collect();
        loop {
            let places: Vec<u8> = picked.iter().map(|&at| order[at]).collect();
            if !self.shunned.contains(&sorted(&places)) {
                return Some(places);
            }
            let step = (0..count).rev().find(|&n| picked[n] < order.len() - count + n)?;
            let next = picked[step] + 1;
            picked[step..].iter_mut().zip(next..).for_each(|(at, value)| *at = value);
        }
    }

    /// Notes that `places` were asked together in vain.
    pub(super) fn shun(&mut self, places: &[u8]) {
        let places = sorted(places);
        self.shunned.retain(|known| *known != places);
        self.shunned.push(places);
        if self.shunned.len() > Self::SHUNNED_MAX {
            self.shunned.remove(0);
        }
    }

    /// Questions of `count` places still to be had, at most; `None` when they do not run out.
    ///
    /// T questions of different places need at least `count` · T uses when no place gives more than
    /// T of those it has left; taking the least asked first reaches the largest such T.
    pub(super) fn remaining(&self, cell_use: CellUse, count: u8) -> Option<u32> {
        let limit = cell_use.limit()?;
        let left = self.times.iter().map(|&times| u32::from(limit.saturating_sub(times)));
        let enough = |t: &u32| left.clone().map(|n| n.min(*t)).sum::<u32>() >= u32::from(count) * t;
        let most = left.clone().sum::<u32>() / u32::from(count);
        (0..=most).rev().find(enough)
    }
}

fn sorted(places: &[u8]) -> Vec<u8> {
    let mut places = places.to_vec();
    places.sort_unstable();
    places
}

impl<const N: usize> Default for Uses<N> {
    fn default() -> Self {
        Self { times: [0; N], shunned: Vec::new() }
    }
}

#[derive(Serialize, Deserialize)]
struct Stored {
    /// Base64 of one byte per place.
    uses: String,
    shunned: Vec<Vec<u8>>,
}

impl<const N: usize> From<Uses<N>> for Stored {
    fn from(uses: Uses<N>) -> Self {
        Self { uses: STANDARD_NO_PAD.encode(uses.times), shunned: uses.shunned }
    }
}

impl<const N: usize> TryFrom<Stored> for Uses<N> {
    type Error = &'static str;
    fn try_from(stored: Stored) -> Result<Self, Self::Error> {
        let times = STANDARD_NO_PAD.decode(stored.uses).map_err(|_| "the uses are base64")?;
        let times = times.try_into().map_err(|_| "one use count per place")?;
        Ok(Self { times, shunned: stored.shunned })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    #[test]
    fn the_policy_words_are_read_and_written() {
        for (word, cell_use) in [
            ("once", CellUse::Once),
            ("passes(2)", CellUse::Passes(2)),
            ("passes(9)", CellUse::Passes(9)),
            ("unlimited", CellUse::Unlimited),
        ] {
            assert_eq!((word.parse(), cell_use.to_string()), (Ok(cell_use), word.to_owned()));
        }
        for wrong in ["passes(1)", "passes(10)", "passes", "Once", ""] {
            assert_eq!(wrong.parse::<CellUse>(), Err(Misspelled), "{wrong}");
        }
    }

    #[test]
    fn a_question_asked_in_vain_is_passed_over_until_nothing_else_is_left() {
        let mut chance = Chance::from_seed([3; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(0), &mut chance);
        let mut uses = Uses::<4> { times: [1, 0, 1, 0], shunned: Vec::new() };
        let mut take = |uses: &mut Uses<4>, cell_use| {
            uses.take(2, cell_use, &mut moment).map(|places| sorted(&places))
        };
        uses.shun(&[3, 1]);
        let mixed = take(&mut uses.clone(), CellUse::Unlimited).expect("there are other pairs");
        assert_ne!(mixed, [1, 3], "the least asked, but asked in vain");
        assert_eq!(take(&mut uses, CellUse::Once), None, "only that pair is left");
        for pair in [[0, 1], [0, 2], [0, 3], [1, 2]] {
            uses.shun(&pair);
        }
        assert_eq!(take(&mut uses.clone(), CellUse::Unlimited), Some(vec![2, 3]));
        uses.shun(&[2, 3]);
        assert_eq!(take(&mut uses, CellUse::Unlimited), None);
    }

    #[test]
    fn what_remains_is_what_can_really_be_asked() {
        let remaining = |times, cell_use, count| {
            Uses::<4> { times, shunned: Vec::new() }.remaining(cell_use, count)
        };
        assert_eq!(remaining([0; 4], CellUse::Once, 2), Some(2));
        assert_eq!(remaining([0; 4], CellUse::Passes(3), 2), Some(6));
        assert_eq!(remaining([0, 2, 2, 2], CellUse::Passes(2), 2), Some(0), "one place is no pair");
        assert_eq!(remaining([0, 1, 2, 2], CellUse::Passes(2), 2), Some(1));
        assert_eq!(remaining([0, 0, 1, 2], CellUse::Once, 3), Some(0));
        assert_eq!(remaining([9; 4], CellUse::Once, 2), Some(0), "asked under another policy");
        assert_eq!(remaining([9; 4], CellUse::Unlimited, 2), None);
    }
}
