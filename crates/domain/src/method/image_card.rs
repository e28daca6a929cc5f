//! 画像認証カード: fifty pictures on the card, two to four asked, each chosen from a panel (K-06,
//! K-07).
//!
//! Online there are panels and verifiers, never the card (domain.md §4.8). A choice is named by
//! twelve letters that come from the challenge's own keystream: nobody can foresee them, they are
//! the same on every reload, they die with the challenge, and nothing has to be stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha20Rng;
use serde::{Deserialize, Serialize};
use subtle::{ConditionallySelectable as _, ConstantTimeEq as _};
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::verifiers::{Keyed, Verifier, each_place, keyed, mac, verifier};
use super::{
    Answer, Ask, CellUse, Choice, Method, MethodKeys, MethodKind, Prompt, Unusable, Uses, Verdict,
    View, verifiers,
};
use crate::card::{Cell, Slot};
use crate::id::ChallengeId;
use crate::moment::Moment;
use crate::panels::{Design, Panels};
use crate::secret;
use crate::time::Timestamp;

const CELLS: usize = Cell::COUNT as usize;

/// The method of the image card.
pub struct ImageCard;

/// What is printed on one card. It exists only in production, is never printed elsewhere, and is
/// wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrintedImageCard {
    /// The picture at each cell, as an index into the institution's pool.
    pub cells: [u16; CELLS],
}

impl PrintedImageCard {
    /// Fifty different pictures of a pool of `pool` (K-06), other ones and in another order on each
    /// card (K-08).
    ///
    /// # Panics
    /// When the pool holds fewer than fifty.
    pub fn draw(pool: u16, moment: &mut Moment) -> Self {
        let mut pictures: Vec<u16> = (0..pool).collect();
        moment.shuffle(&mut pictures);
        let cells = *pictures.first_chunk().expect("a pool is larger than a card");
        pictures.zeroize();
        Self { cells }
    }
}

/// What is kept of a card: enough to ask and to recognise the answer, not to print it again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    generation: u32,
    panels: Panels,
    /// Base64 of fifty verifiers of 16 bytes.
    #[serde(with = "verifiers")]
    verifiers: [Verifier; CELLS],
}

impl Secret {
    /// What to keep of `card`, the contract's `generation`-th, under the verifier key of its
    /// credential. Draws the panels; they stay for the life of the card.
    pub fn make(
        card: &PrintedImageCard,
        generation: u32,
        design: Design,
        key: &secret::Secret<[u8; 32]>,
        moment: &mut Moment,
    ) -> Self {
        let keyed = keyed(key);
        let panels = Panels::draw(design, &card.cells, moment);
        let of = |at: u8| cell_verifier(&keyed, generation, at, card.cells[usize::from(at)]);
        Self { generation, panels, verifiers: each_place(of) }
    }

    /// Which of the contract's cards this is.
    pub fn generation(&self) -> u32 {
        self.generation
    }

    /// What each cell shows.
    pub fn panels(&self) -> &Panels {
        &self.panels
    }
}

fn cell_verifier(keyed: &Keyed, generation: u32, cell: u8, picture: u16) -> Verifier {
    verifier(keyed, &[&generation.to_be_bytes(), &[cell], &picture.to_be_bytes()])
}

/// Which cells are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// The challenge's id; the letters of its choices come from it.
    pub id: ChallengeId,
    /// Two to four different cells, イ first.
    pub cells: Vec<Cell>,
}

impl Challenge {
    fn places(&self) -> Vec<u8> {
        self.cells.iter().map(|cell| cell.index()).collect()
    }
}

impl Method for ImageCard {
    const KIND: MethodKind = MethodKind::ImageCard;
    type Secret = Secret;
    type State = Uses<CELLS>;
    type Challenge = Challenge;

    /// The cells are spent now, on display: answered or not, under `once` they never come again.
    fn challenge(
        &self,
        _secret: &Secret,
        mut state: Self::State,
        ask: &Ask,
        moment: &mut Moment,
    ) -> Result<(Challenge, Self::State), Unusable> {
        assert!((2..=4).contains(&ask.cells), "the policy asks for two to four cells");
        let places = state.take(ask.cells, ask.cell_use, moment).ok_or(Unusable::Exhausted)?;
        let cell = |place: u8| Cell::new(place).expect("a place below fifty");
        let cells = places.into_iter().map(cell).collect();
        Ok((Challenge { id: ask.challenge, cells }, state))
    }

    fn verify(
        &self,
        secret: &Secret,
        keys: &MethodKeys,
        state: Self::State,
        challenge: &Challenge,
        answer: &Answer,
        _now: Timestamp,
    ) -> Verdict<Self::State> {
        let Answer::Choices(choices) = answer else { return Verdict::Incomplete };
        let read = |choice: &String| Letters::read(choice);
        let Some(chosen) = choices.iter().map(read).collect::<Option<Vec<_>>>() else {
            return Verdict::Incomplete;
        };
        if chosen.len() != challenge.cells.len() {
            return Verdict::Incomplete;
        }
        let (verifiers, letters) = (keyed(&keys.verifier), keyed(&keys.choice));
        let mut right = subtle::Choice::from(1);
        for ((slot, &cell), chosen) in Slot::ALL.into_iter().zip(&challenge.cells).zip(chosen) {
            let names = Names::of(&letters, challenge.id, slot, secret.panels.pool());
            let (picture, shown) = names.find(chosen);
            let found = cell_verifier(&verifiers, secret.generation, cell.index(), picture);
            right &= shown & found.ct_eq(&secret.verifiers[usize::from(cell.index())]);
        }
        Verdict::of(right, state)
    }

    fn abandon(&self, mut state: Self::State, challenge: &Challenge) -> Self::State {
        state.shun(&challenge.places());
        state
    }

    fn view(
        &self,
        secret: &Secret,
        keys: &MethodKeys,
        _state: &Self::State,
        challenge: &Challenge,
    ) -> View {
        let letters = keyed(&keys.choice);
        let prompt = |(slot, &cell): (Slot, &Cell)| {
            let names = Names::of(&letters, challenge.id, slot, secret.panels.pool());
            let choice = |picture| Choice { choice: names.get(picture).write(), picture };
            let mut panel: Vec<Choice> = secret.panels.panel(cell).pictures().map(choice).collect();
            panel.sort_by(|a, b| a.choice.cmp(&b.choice)); // an order of chance, and constant
            Prompt { slot, cell, panel }
        };
        let prompts = Slot::ALL.into_iter().zip(&challenge.cells).map(prompt).collect();
        View::ImageCard { prompts }
    }

    fn remaining(&self, state: &Self::State, cell_use: CellUse, cells: u8) -> Option<u32> {
        state.remaining(cell_use, cells)
    }
}

/// The nine bytes behind the twelve letters of a choice.
#[derive(Clone, Copy)]
struct Letters([u8; Letters::BYTES]);

impl Letters {
    const BYTES: usize = 9;

    fn read(choice: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(choice).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// Zero if and only if the two are equal.
    fn differs_from(self, other: Self) -> u64 {
        let (head, tail) = self.words();
        let (other_head, other_tail) = other.words();
        (head ^ other_head) | (tail ^ other_tail)
    }

    fn words(self) -> (u64, u64) {
        let [head @ .., tail] = self.0;
        (u64::from_le_bytes(head), tail.into())
    }

    fn write(self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

/// What every picture of the pool is called at one slot of one challenge.
struct Names {
    letters: [u8; Letters::BYTES * Design::POOL_MAX as usize],
    pool: u16,
}

impl Names {
    fn of(keyed: &Keyed, challenge: ChallengeId, slot: Slot, pool: u16) -> Self {
        let seed = mac(keyed, &[&challenge.to_bytes(), &[slot as u8]]);
        let mut names = Self { letters: [0; _], pool };
        let used = Letters::BYTES * usize::from(pool);
        ChaCha20Rng::from_seed(seed).fill_bytes(&mut names.letters[..used]);
        names
    }

    fn get(&self, picture: u16) -> Letters {
        let at = Letters::BYTES * usize::from(picture);
        Letters(*self.letters[at..].first_chunk().expect("a name for each picture of the pool"))
    }

    /// The picture called so, and whether there is one; looks at all of them, so that the time
    /// taken does not tell which it was.
    fn find(&self, wanted: Letters) -> (u16, subtle::Choice) {
        let (mut found, mut picture) = (subtle::Choice::from(0), 0);
        for candidate in 0..self.pool {
            let same = self.get(candidate).differs_from(wanted).ct_eq(&0);
            picture.conditional_assign(&candidate, same);
            found |= same;
        }
        (picture, found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn keys(of: u8) -> MethodKeys {
        let key = |n| secret::Secret::new([n; 32]);
        MethodKeys { verifier: key(of), choice: key(of + 1) }
    }

    fn with_moment<T>(seed: u8, tell: impl FnOnce(&mut Moment) -> T) -> T {
        tell(&mut Moment::new(NOW, &mut Chance::from_seed([seed; 32])))
    }

    fn design(candidates: u16) -> Design {
        Design::new(100, candidates).expect("even")
    }

    /// A card, what is kept of it, and a challenge of the cells named.
    fn issued(candidates: u16, cells: &[&str]) -> (PrintedImageCard, Secret, Challenge) {
        with_moment(1, |moment| {
            let card = PrintedImageCard::draw(100, moment);
            let secret = Secret::make(&card, 3, design(candidates), &keys(1).verifier, moment);
            let id = ChallengeId::make(moment);
            let cells = cells.iter().map(|cell| cell.parse().expect("a cell")).collect();
            (card, secret, Challenge { id, cells })
        })
    }

    fn prompts(secret: &Secret, challenge: &Challenge) -> Vec<Prompt> {
        match ImageCard.view(secret, &keys(1), &Uses::default(), challenge) {
            View::ImageCard { prompts } => prompts,
            _ => panic!("another method's view"),
        }
    }

    fn judge(secret: &Secret, challenge: &Challenge, choices: &[&str]) -> Verdict<()> {
        let answer = Answer::Choices(choices.iter().map(|&choice| choice.to_owned()).collect());
        let state = Uses::default();
        match ImageCard.verify(secret, &keys(1), state, challenge, &answer, NOW) {
            Verdict::Accept(_) => Verdict::Accept(()),
            Verdict::Reject(_) => Verdict::Reject(()),
            Verdict::Spent { .. } => panic!("cells are not spent by answers"),
            Verdict::Incomplete => Verdict::Incomplete,
        }
    }

    #[test]
    fn only_the_right_pictures_of_all_cells_in_order_are_accepted() {
        // K-07, U-21: two positions may share a row; U-22: each prompt names its own cell.
        for candidates in [50, 100] {
            let (card, secret, challenge) = issued(candidates, &["B8", "B6"]);
            let prompts = prompts(&secret, &challenge);
            let named: Vec<String> =
                prompts.iter().map(|it| format!("{} {}", it.slot, it.cell)).collect();
            assert_eq!(named, ["イ B8", "ロ B6"]);
            let mut accepted = Vec::new();
            for first in &prompts[0].panel {
                for second in &prompts[1].panel {
                    let verdict = judge(&secret, &challenge, &[&first.choice, &second.choice]);
                    match verdict {
                        Verdict::Accept(()) => accepted.push((first.picture, second.picture)),
                        other => assert_eq!(other, Verdict::Reject(())),
                    }
                }
            }
            assert_eq!(accepted, [(card.cells[17], card.cells[15])], "and no other pair");
        }
    }

    #[test]
    fn a_wrong_choice_is_rejected_and_no_choice_is_not_judged() {
        let (card, secret, challenge) = issued(50, &["A1", "E0"]);
        let prompts = prompts(&secret, &challenge);
        let right = |prompt: &Prompt| {
            let true_picture = card.cells[usize::from(prompt.cell.index())];
            let found = prompt.panel.iter().find(|choice| choice.picture == true_picture);
            found.expect("each panel shows its picture").choice.clone()
        };
        let (first, second) = (right(&prompts[0]), right(&prompts[1]));
        let (first, second) = (first.as_str(), second.as_str());
        for (choices, verdict) in [
            (&[first, second][..], Verdict::Accept(())),
            (&[second, first], Verdict::Reject(())),
            (&[first, first], Verdict::Reject(())),
            (&[first, "AAAAAAAAAAAA"], Verdict::Reject(())),
            (&["AAAAAAAAAAAA", second], Verdict::Reject(())),
            (&[first], Verdict::Incomplete),
            (&[first, second, second], Verdict::Incomplete),
            (&[first, ""], Verdict::Incomplete),
            (&[first, "AAAAAAAAAAA"], Verdict::Incomplete),
            (&[first, "AAAAAAAAAAAAAAAA"], Verdict::Incomplete),
            (&[first, "AAAAAAAAAAA+"], Verdict::Incomplete),
            (&[first, "りんご"], Verdict::Incomplete),
            (&[], Verdict::Incomplete),
        ] {
            assert_eq!(judge(&secret, &challenge, choices), verdict, "{choices:?}");
        }
        let values = Answer::Values(vec![first.to_owned(), second.to_owned()]);
        let found = ImageCard.verify(&secret, &keys(1), Uses::default(), &challenge, &values, NOW);
        assert_eq!(found, Verdict::Incomplete);
    }

    #[test]
    fn a_reload_shows_the_same_and_another_challenge_nothing_of_it() {
        let (_, secret, challenge) = issued(50, &["A1", "C5", "D2", "E0"]);
        let shown = prompts(&secret, &challenge);
        assert!(shown == prompts(&secret, &challenge), "the identical challenge");
        let other = Challenge { id: with_moment(2, ChallengeId::make), ..challenge.clone() };
        let mut choices = std::collections::BTreeSet::new();
        for prompt in shown.iter().chain(&prompts(&secret, &other)) {
            assert_eq!(prompt.panel.len(), 50);
            assert!(prompt.panel.is_sorted_by(|a, b| a.choice < b.choice));
            assert!(!prompt.panel.is_sorted_by(|a, b| a.picture < b.picture));
            for choice in &prompt.panel {
                assert_eq!(choice.choice.len(), 12);
                assert!(choices.insert(choice.choice.clone()), "no choice means two things");
            }
        }
        let stale: Vec<&str> = shown.iter().map(|prompt| prompt.panel[0].choice.as_str()).collect();
        assert_eq!(judge(&secret, &other, &stale), Verdict::Reject(()));
    }

    #[test]
    fn what_is_kept_depends_on_key_generation_cell_and_picture() {
        let (card, secret, _) = issued(50, &[]);
        let of = |key: u8, generation, cell, picture| {
            cell_verifier(&keyed(&keys(key).verifier), generation, cell, picture)
        };
        assert_eq!(secret.verifiers[7], of(1, 3, 7, card.cells[7]));
        for other in [of(2, 3, 7, 40), of(1, 4, 7, 40), of(1, 3, 8, 40), of(1, 3, 7, 41)] {
            assert_ne!(of(1, 3, 7, 40), other);
        }
        let json = serde_json::to_string(&secret).expect("plain data");
        let back: Secret = serde_json::from_str(&json).expect("as written");
        assert!(back.panels == secret.panels && back.verifiers == secret.verifiers);
        assert!(json.len() < 2100, "{} bytes in every row", json.len());
        let larger = json.replace("\"pool\":100", "\"pool\":200");
        assert!(serde_json::from_str::<Secret>(&larger).is_err(), "maps of another pool");
    }

    #[test]
    fn cards_of_chance_bear_fifty_different_pictures() {
        // K-06, K-08
        with_moment(9, |moment| {
            let (one, other) =
                (PrintedImageCard::draw(100, moment), PrintedImageCard::draw(100, moment));
            let pictures = std::collections::BTreeSet::from(one.cells);
            assert_eq!(pictures.len(), CELLS);
            assert_ne!(pictures, std::collections::BTreeSet::from(other.cells));
        });
    }
}
