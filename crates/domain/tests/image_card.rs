//! Properties and vectors of the printed cards' methods, through the table every caller uses.

use std::collections::BTreeSet;

use proptest::prelude::*;
use sekisho_domain::id::ChallengeId;
use sekisho_domain::method::customer_card;
use sekisho_domain::method::image_card::{Challenge, PrintedImageCard, Secret};
use sekisho_domain::method::{
    Answer, AnyMethod, Ask, CellUse, Choice, MethodKeys, MethodKind, PositionPrompt, Prompt,
    Unusable, Verdict, View, method,
};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::panels::Design;
use sekisho_domain::secret;
use sekisho_domain::time::Timestamp;
use serde::Deserialize;
use serde_json::json;
use serde_json::value::RawValue;

const NOW: Timestamp = Timestamp::from_millis(1_795_151_000_000);

fn image_card() -> &'static dyn AnyMethod {
    method(MethodKind::ImageCard)
}

fn keys(of: u8) -> MethodKeys {
    let key = |n| secret::Secret::new([n; 32]);
    MethodKeys { verifier: key(of), choice: key(!of) }
}

/// A card of chance, what is kept of it as stored, and the chance to go on with.
fn issued(seed: u64) -> (PrintedImageCard, Vec<u8>, Chance) {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let mut chance = Chance::from_seed(bytes);
    let mut moment = Moment::new(NOW, &mut chance);
    let design = Design::new(100, 50).expect("even");
    let card = PrintedImageCard::draw(100, &mut moment);
    let secret = Secret::make(&card, 1, design, &keys(1).verifier, &mut moment);
    (card, serde_json::to_vec(&secret).expect("plain data"), chance)
}

type Asked = Result<(Box<RawValue>, Box<RawValue>), Unusable>;

fn ask(
    secret: &[u8],
    state: &RawValue,
    cells: u8,
    cell_use: CellUse,
    chance: &mut Chance,
) -> Asked {
    let mut moment = Moment::new(NOW, chance);
    let otp = sekisho_domain::policy::Policy::default().otp.reaches();
    let ask = Ask { challenge: ChallengeId::make(&mut moment), cells, cell_use, otp };
    image_card().challenge(secret, state, &ask, &mut moment)
}

fn cells(challenge: &RawValue) -> BTreeSet<u8> {
    let challenge: Challenge = serde_json::from_str(challenge.get()).expect("as written");
    let cells: BTreeSet<u8> = challenge.cells.iter().map(|cell| cell.index()).collect();
    assert_eq!(cells.len(), challenge.cells.len(), "the cells of a challenge are different");
    cells
}

fn prompts(view: View) -> Vec<Prompt> {
    match view {
        View::ImageCard { prompts } => prompts,
        _ => panic!("another method's view"),
    }
}

fn verify(secret: &[u8], challenge: &RawValue, choices: Vec<String>) -> &'static str {
    let (method, answer) = (image_card(), Answer::Choices(choices));
    let state = method.first_state();
    let verdict = method.verify(secret, &keys(1), &state, challenge, &answer, NOW);
    word(&verdict.expect("as stored"))
}

fn word<S>(verdict: &Verdict<S>) -> &'static str {
    match verdict {
        Verdict::Accept(_) => "accept",
        Verdict::Reject(_) => "reject",
        Verdict::Spent { .. } => "spent",
        Verdict::Incomplete => "incomplete",
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// domain.md §4.5: spend on display, whether answered or abandoned, to the last cell.
    #[test]
    fn once_asks_no_cell_twice(
        seed in any::<u64>(),
        steps in prop::collection::vec((2_u8..=4, any::<bool>()), 25),
    ) {
        let (_, secret, mut chance) = issued(seed);
        let mut state = image_card().first_state();
        let mut spent = BTreeSet::new();
        for (count, abandon) in steps {
            let left = 50 - spent.len();
            let remaining = image_card().remaining(&state, CellUse::Once, count);
            prop_assert_eq!(remaining, Ok(u32::try_from(left / usize::from(count)).ok()));
            match ask(&secret, &state, count, CellUse::Once, &mut chance) {
                Ok((challenge, after)) => {
                    for cell in cells(&challenge) {
                        prop_assert!(spent.insert(cell), "cell {} was asked before", cell);
                    }
                    state = after;
                    if abandon {
                        state = image_card().abandon(&state, &challenge).expect("as stored");
                    }
                }
                Err(Unusable::Exhausted) => prop_assert!(left < usize::from(count)),
                Err(Unusable::Malformed) => prop_assert!(false, "state and secret are ours"),
            }
        }
    }

    /// domain.md §7, 5: the least used first, and nothing abandoned again unchanged.
    #[test]
    fn passes_go_round_evenly_and_shun_what_was_abandoned(
        seed in any::<u64>(),
        passes in 2_u8..=3,
        abandoned in prop::collection::vec(prop::bool::weighted(0.3), 75),
    ) {
        let (_, secret, mut chance) = issued(seed);
        let cell_use = CellUse::Passes(passes);
        let mut state = image_card().first_state();
        let (mut uses, mut shunned) = ([0_u8; 50], Vec::new());
        for abandon in abandoned {
            let Ok((challenge, after)) = ask(&secret, &state, 2, cell_use, &mut chance) else {
                let left = uses.iter().filter(|&&times| times < passes).count();
                prop_assert!(left <= 2, "{left} cells are left, more than a shunned pair");
                break;
            };
            state = after;
            let asked = cells(&challenge);
            prop_assert!(!shunned.iter().rev().take(16).any(|known| *known == asked));
            for &cell in &asked {
                uses[usize::from(cell)] += 1;
            }
            let (least, most) = (uses.iter().min(), uses.iter().max());
            prop_assert!(most.expect("50") - least.expect("50") <= 2 && most <= Some(&passes));
            if abandon {
                state = image_card().abandon(&state, &challenge).expect("as stored");
                shunned.push(asked);
            }
        }
    }

    #[test]
    fn only_the_card_answers(
        seed in any::<u64>(),
        count in 2_u8..=4,
        wrong in any::<prop::sample::Index>(),
    ) {
        let (card, secret, mut chance) = issued(seed);
        let first = image_card().first_state();
        let (challenge, _) =
            ask(&secret, &first, count, CellUse::Once, &mut chance).expect("a new card");
        let view = image_card().view(&secret, &keys(1), &first, &challenge).expect("as stored");
        let (mut right, mut other) = (Vec::new(), Vec::new());
        for prompt in prompts(view) {
            let truth = card.cells[usize::from(prompt.cell.index())];
            let (yes, no): (Vec<Choice>, Vec<Choice>) =
                prompt.panel.into_iter().partition(|choice| choice.picture == truth);
            right.push(yes[0].choice.clone());
            other.push(wrong.get(&no).choice.clone());
        }
        prop_assert_eq!(verify(&secret, &challenge, right.clone()), "accept");
        prop_assert_eq!(verify(&secret, &challenge, other.clone()), "reject");
        for slot in 0..right.len() {
            let mut mixed = right.clone();
            mixed[slot].clone_from(&other[slot]);
            prop_assert_eq!(verify(&secret, &challenge, mixed), "reject", "slot {}", slot);
        }
        let mut turned = right.clone();
        turned.rotate_left(1);
        prop_assert_eq!(verify(&secret, &challenge, turned), "reject");
        prop_assert_eq!(verify(&secret, &challenge, right[1..].to_vec()), "incomplete");
    }
}

#[test]
fn a_card_answers_twenty_five_challenges_of_two_cells() {
    // domain.md §4.4
    let (_, secret, mut chance) = issued(4711);
    let mut state = image_card().first_state();
    for asked in 0..25 {
        assert_eq!(image_card().remaining(&state, CellUse::Once, 2), Ok(Some(25 - asked)));
        state = ask(&secret, &state, 2, CellUse::Once, &mut chance).expect("not exhausted").1;
    }
    assert_eq!(image_card().remaining(&state, CellUse::Once, 2), Ok(Some(0)));
    let last = ask(&secret, &state, 2, CellUse::Once, &mut chance);
    assert_eq!(last.err(), Some(Unusable::Exhausted));
    assert_eq!(image_card().remaining(&state, CellUse::Unlimited, 2), Ok(None));
    assert!(ask(&secret, &state, 2, CellUse::Unlimited, &mut chance).is_ok());
}

#[test]
fn the_cells_asked_are_as_likely_as_each_other() {
    let (_, secret, mut chance) = issued(5);
    let first = image_card().first_state();
    let mut counts = [0; 50];
    for _ in 0..2500 {
        let asked = ask(&secret, &first, 2, CellUse::Once, &mut chance).expect("a new card");
        for cell in cells(&asked.0) {
            counts[usize::from(cell)] += 1;
        }
    }
    assert!(counts.iter().all(|count| (60..=145).contains(count)), "{counts:?} of 100 each");
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    #[serde(rename = "about")]
    _about: Vec<String>,
    kind: MethodKind,
    verifier_key: u8,
    choice_key: u8,
    card: serde_json::Value,
    secret: Box<RawValue>,
    challenge: Box<RawValue>,
    view: serde_json::Value,
    answers: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    answer: Answer,
    verdict: String,
}

/// What was computed elsewhere, from HMAC and `ChaCha20` alone, is shown and judged the same here.
#[test]
fn vectors_computed_elsewhere_agree() {
    for json in [
        include_str!("../../../vectors/image_card.json"),
        include_str!("../../../vectors/customer_card.json"),
    ] {
        let vector: Vector = serde_json::from_str(json).expect("a vector of this form");
        let method = method(vector.kind);
        let key = |n| secret::Secret::new([n; 32]);
        let keys =
            MethodKeys { verifier: key(vector.verifier_key), choice: key(vector.choice_key) };
        let secret = vector.secret.get().as_bytes();
        let state = method.first_state();
        let view = method.view(secret, &keys, &state, &vector.challenge).expect("as stored");
        assert_eq!(spelled(view), vector.view);
        for Case { answer, verdict } in &vector.answers {
            let shown = serde_json::to_string(answer).expect("plain data");
            let found = method.verify(secret, &keys, &state, &vector.challenge, answer, NOW);
            assert_eq!(word(&found.expect("as stored")), *verdict, "{shown}");
        }
        let stored: serde_json::Value = serde_json::from_slice(secret).expect("JSON");
        assert_eq!(kept(&vector, &keys), stored["verifiers"]);
    }
}

fn spelled(view: View) -> serde_json::Value {
    match view {
        View::OneTimePassword { .. } => panic!("another vector's view"),
        View::CustomerCard { digits, positions } => {
            let one = |it: &PositionPrompt| json!({ "slot": it.slot, "position": it.position });
            json!({
                "digits": digits, "positions": positions.iter().map(one).collect::<Vec<_>>()
            })
        }
        View::ImageCard { prompts } => {
            let pair = |it: &Choice| json!([it.choice, it.picture]);
            let one = |it: &Prompt| {
                let panel: Vec<_> = it.panel.iter().map(pair).collect();
                json!({ "slot": it.slot, "cell": it.cell, "panel": panel })
            };
            json!({ "prompts": prompts.iter().map(one).collect::<Vec<_>>() })
        }
    }
}

/// The verifiers we would keep of the vector's card.
fn kept(vector: &Vector, keys: &MethodKeys) -> serde_json::Value {
    let cards = "a card of this kind";
    let secret = match vector.kind {
        MethodKind::OtpApp | MethodKind::OtpDevice => panic!("another vector's method"),
        MethodKind::CustomerCard => {
            let positions = serde_json::from_value(vector.card.clone()).expect(cards);
            let card = customer_card::PrintedCustomerCard { positions };
            serde_json::to_value(customer_card::Secret::make(&card, &keys.verifier))
        }
        MethodKind::ImageCard => {
            let cells: Vec<u16> = serde_json::from_value(vector.card.clone()).expect(cards);
            let card = PrintedImageCard { cells: cells.try_into().expect(cards) };
            let mut chance = Chance::from_seed([0; 32]);
            let mut moment = Moment::new(NOW, &mut chance);
            let design = Design::new(100, 100).expect("even");
            serde_json::to_value(Secret::make(&card, 3, design, &keys.verifier, &mut moment))
        }
    };
    secret.expect("plain data")["verifiers"].take()
}
