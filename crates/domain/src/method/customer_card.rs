//! お客様カード: eight printed positions, two asked, one or two digits each.

use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::verifiers::{Verifier, each_place, keyed, verifier};
use super::{
    Answer, Ask, CellUse, Method, MethodKeys, MethodKind, PositionPrompt, Unusable, Uses, Verdict,
    View, verifiers,
};
use crate::card::Position;
use crate::moment::Moment;
use crate::secret;
use crate::text::bare_code;
use crate::time::Timestamp;

const POSITIONS: usize = Position::COUNT as usize;

/// The method of the customer card.
pub struct CustomerCard;

/// What is printed on one card. It exists only in production, is never printed elsewhere, and is
/// wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub struct PrintedCustomerCard {
    /// The digits at ア to ク, equally many at each.
    pub positions: [String; POSITIONS],
}

impl PrintedCustomerCard {
    /// A card of chance with `digits` digits at each position.
    ///
    /// # Panics
    /// Unless `digits` is 1 or 2 (domain.md §7, 2).
    pub fn draw(digits: u8, moment: &mut Moment) -> Self {
        assert!((1..=2).contains(&digits), "a position holds one or two digits");
        let mut number = || (0..digits).map(|_| char::from(moment.pick(b'0'..=b'9'))).collect();
        Self { positions: std::array::from_fn(|_| number()) }
    }
}

/// What is kept of a card: enough to recognise the digits, not to print them again.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    digits: u8,
    /// Base64 of eight verifiers of 16 bytes.
    #[serde(with = "verifiers")]
    verifiers: [Verifier; POSITIONS],
}

impl Secret {
    /// What to keep of `card`, under the verifier key of its credential.
    pub fn make(card: &PrintedCustomerCard, key: &secret::Secret<[u8; 32]>) -> Self {
        let keyed = keyed(key);
        let of = |at: u8| verifier(&keyed, &[&[at], card.positions[usize::from(at)].as_bytes()]);
        let digits = u8::try_from(card.positions[0].len()).expect("one or two digits");
        Self { digits, verifiers: each_place(of) }
    }

    /// Digits at each position, 1 or 2.
    pub fn digits(&self) -> u8 {
        self.digits
    }
}

/// Two different positions, in the order in which they are asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// (1) and (2).
    pub positions: [Position; 2],
}

impl Challenge {
    fn places(&self) -> [u8; 2] {
        self.positions.map(Position::index)
    }
}

impl Method for CustomerCard {
    const KIND: MethodKind = MethodKind::CustomerCard;
    type Secret = Secret;
    type State = Uses<POSITIONS>;
    type Challenge = Challenge;

    /// Asks the two positions asked least, by chance among equals; eight positions cannot last, so
    /// the policy's cell use does not apply and the card never runs out.
    fn challenge(
        &self,
        _secret: &Secret,
        mut state: Self::State,
        _ask: &Ask,
        moment: &mut Moment,
    ) -> Result<(Challenge, Self::State), Unusable> {
        let places = state.take(2, CellUse::Unlimited, moment).ok_or(Unusable::Exhausted)?;
        let at = |n: usize| Position::new(places[n]).expect("a place below eight");
        Ok((Challenge { positions: [at(0), at(1)] }, state))
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
        let Answer::Values(values) = answer else { return Verdict::Incomplete };
        let digits = |value: &String| typed(value, secret.digits);
        let Some(typed) = values.iter().map(digits).collect::<Option<Vec<_>>>() else {
            return Verdict::Incomplete;
        };
        if typed.len() != challenge.positions.len() {
            return Verdict::Incomplete;
        }
        let keyed = keyed(&keys.verifier);
        let mut right = subtle::Choice::from(1);
        for (place, digits) in challenge.places().into_iter().zip(&typed) {
            let expected = &secret.verifiers[usize::from(place)];
            right &= verifier(&keyed, &[&[place], digits.as_bytes()]).ct_eq(expected);
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
        _keys: &MethodKeys,
        _state: &Self::State,
        challenge: &Challenge,
    ) -> View {
        let prompt = |(slot, position)| PositionPrompt { slot, position };
        let positions = (1..).zip(challenge.positions).map(prompt).collect();
        View::CustomerCard { digits: secret.digits, positions }
    }
}

/// The digits of `value`, exactly `count` of them; full-width ones and spaces are forgiven.
fn typed(value: &str, count: u8) -> Option<String> {
    let digits = bare_code(value);
    let fits = digits.len() == usize::from(count) && digits.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::ChallengeId;
    use crate::moment::Chance;
    use crate::policy::Policy;

    const NOW: Timestamp = Timestamp::from_millis(0);

    fn keys(of: u8) -> MethodKeys {
        let key = |n| secret::Secret::new([n; 32]);
        MethodKeys { verifier: key(of), choice: key(0xff) }
    }

    fn card(positions: [&str; POSITIONS]) -> PrintedCustomerCard {
        PrintedCustomerCard { positions: positions.map(str::to_owned) }
    }

    fn ask(moment: &mut Moment) -> Ask {
        let otp = Policy::default().otp.reaches();
        Ask { challenge: ChallengeId::make(moment), cells: 2, cell_use: CellUse::Unlimited, otp }
    }

    #[test]
    fn both_positions_must_be_right_and_in_order() {
        // (1) then (2).
        let secret =
            Secret::make(&card(["0", "1", "4", "3", "9", "7", "6", "5"]), &keys(1).verifier);
        let challenge =
            Challenge { positions: ["ウ", "カ"].map(|kana| kana.parse().expect("a position")) };
        let state = Uses::default();
        for (values, verdict) in [
            (&["4", "7"][..], Verdict::Accept(state.clone())),
            (&["４", "７"], Verdict::Accept(state.clone())),
            (&["7", "4"], Verdict::Reject(state.clone())),
            (&["4", "0"], Verdict::Reject(state.clone())),
            (&["0", "7"], Verdict::Reject(state.clone())),
            (&["0", "0"], Verdict::Reject(state.clone())),
            (&["4"], Verdict::Incomplete),
            (&["4", "7", "7"], Verdict::Incomplete),
            (&["4", ""], Verdict::Incomplete),
            (&["4", "77"], Verdict::Incomplete),
            (&["4", "x"], Verdict::Incomplete),
            (&[], Verdict::Incomplete),
        ] {
            let answer = Answer::Values(values.iter().map(|&value| value.to_owned()).collect());
            let state = state.clone();
            let found = CustomerCard.verify(&secret, &keys(1), state, &challenge, &answer, NOW);
            assert_eq!(found, verdict, "{values:?}");
        }
        let choices = Answer::Choices(vec!["4".into(), "7".into()]);
        let found = CustomerCard.verify(&secret, &keys(1), state, &challenge, &choices, NOW);
        assert_eq!(found, Verdict::Incomplete);
    }

    #[test]
    fn the_view_names_slots_and_positions() {
        let secret = Secret::make(&card(["00"; 8]), &keys(1).verifier);
        let positions = [Position::new(2), Position::new(7)].map(|it| it.expect("below eight"));
        let view = CustomerCard.view(&secret, &keys(1), &Uses::default(), &Challenge { positions });
        let View::CustomerCard { digits, positions } = view else { panic!("another card's view") };
        let spelled = positions.iter().map(|it| format!("({})({})", it.slot, it.position));
        assert_eq!((digits, spelled.collect::<String>()), (2, "(1)(ウ)(2)(ク)".to_owned()));
    }

    #[test]
    fn all_positions_are_asked_before_one_is_asked_again_and_in_both_orders() {
        let mut chance = Chance::from_seed([5; 32]);
        let mut moment = Moment::new(NOW, &mut chance);
        let secret = Secret::make(&card(["0"; 8]), &keys(1).verifier);
        let mut state = Uses::default();
        let (mut rising, mut pairs) = (0, std::collections::BTreeSet::new());
        for _ in 0..100 {
            let mut asked = Vec::new();
            for _ in 0..4 {
                let ask = ask(&mut moment);
                let (challenge, next) =
                    CustomerCard.challenge(&secret, state, &ask, &mut moment).expect("endless");
                state = next;
                rising += u32::from(challenge.positions[0] < challenge.positions[1]);
                asked.extend(challenge.positions);
                pairs.insert(challenge.positions);
            }
            asked.sort_unstable();
            assert!(asked.into_iter().eq(Position::all()));
        }
        assert!((150..=250).contains(&rising), "{rising} of 400 in rising order");
        assert_eq!(pairs.len(), 56, "every pair in both orders");
    }

    #[test]
    fn an_abandoned_pair_is_not_asked_again() {
        let mut chance = Chance::from_seed([6; 32]);
        let mut moment = Moment::new(NOW, &mut chance);
        let secret = Secret::make(&card(["0"; 8]), &keys(1).verifier);
        let mut state = Uses::default();
        let mut shunned = std::collections::BTreeSet::new();
        for round in 0..200 {
            let ask = ask(&mut moment);
            let (challenge, next) =
                CustomerCard.challenge(&secret, state, &ask, &mut moment).expect("endless");
            let mut pair = challenge.places();
            pair.sort_unstable();
            assert!(!shunned.contains(&pair));
            state = next;
            if round < Uses::<POSITIONS>::SHUNNED_MAX {
                state = CustomerCard.abandon(state, &challenge);
                shunned.insert(pair);
            }
        }
    }

    #[test]
    fn a_card_is_drawn_evenly_and_kept_without_its_digits() {
        let mut chance = Chance::from_seed([8; 32]);
        let mut moment = Moment::new(NOW, &mut chance);
        let mut counts = [0; 10];
        for _ in 0..500 {
            let card = PrintedCustomerCard::draw(2, &mut moment);
            for letter in card.positions.iter().flat_map(|position| position.bytes()) {
                counts[usize::from(letter - b'0')] += 1;
            }
        }
        assert!(counts.iter().all(|count| (700..=900).contains(count)), "{counts:?} of 800 each");

        let card = card(["42"; 8]);
        let json =
            |of| serde_json::to_string(&Secret::make(&card, &keys(of).verifier)).expect("JSON");
        assert_ne!(json(1), json(2), "each card's key makes other verifiers of the same digits");
        let secret = Secret::make(&card, &keys(1).verifier);
        assert_ne!(secret.verifiers[0], secret.verifiers[1], "equal digits do not look equal");
    }
}
