//! One-time passwords: the values of RFC 4226 and RFC 6238, and what holds of every token.

use proptest::prelude::*;
use proptest::sample::select;
use std::collections::{BTreeMap, BTreeSet};

use sekisho_domain::id::ChallengeId;
use sekisho_domain::method::otp::{Reach, Secret, Seed, State, judge, resync};
use sekisho_domain::method::{Answer, Ask, CellUse, MethodKeys, MethodKind, Verdict, method};
use sekisho_domain::moment::{Chance, Moment};
use sekisho_domain::oath::{Algorithm, Digits, begins, hotp, step};
use sekisho_domain::policy::Policy;
use sekisho_domain::secret;
use sekisho_domain::time::Timestamp;
use serde::Deserialize;

/// 2026-11-20 at noon in Japan.
const NOON: i64 = 1_795_143_600_000;

#[derive(Deserialize)]
struct Vectors {
    hotp: HotpVectors,
    totp: TotpVectors,
}

#[derive(Deserialize)]
struct HotpVectors {
    algorithm: Algorithm,
    digits: Digits,
    seed: String,
    values: Vec<HotpValue>,
}

#[derive(Deserialize)]
struct HotpValue {
    counter: u64,
    hmac: String,
    truncated: u32,
    code: String,
}

#[derive(Deserialize)]
struct TotpVectors {
    digits: Digits,
    period_s: u16,
    seeds: BTreeMap<String, String>,
    values: Vec<TotpValue>,
}

#[derive(Deserialize)]
struct TotpValue {
    unix_s: i64,
    step: u64,
    codes: BTreeMap<String, String>,
}

fn vectors() -> Vectors {
    let file = include_str!("../../../vectors/oath.json");
    serde_json::from_str(file).expect("vectors/oath.json has this form")
}

fn unhex(text: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).expect("two hexadecimal digits");
    (0..text.len()).step_by(2).map(byte).collect()
}

// RFC 4226 appendix D, and its 31-bit numbers at every length a code may have.
#[test]
fn hotp_gives_the_values_of_rfc_4226() {
    let HotpVectors { algorithm, digits, seed, values } = vectors().hotp;
    let seed = unhex(&seed);
    let counters: Vec<u64> = values.iter().map(|value| value.counter).collect();
    assert_eq!(counters, (0..10).collect::<Vec<_>>());
    for HotpValue { counter, hmac, truncated, code } in values {
        let hmac = unhex(&hmac);
        let offset = usize::from(hmac[19] & 0xf);
        let four = hmac[offset..offset + 4].try_into().expect("four bytes");
        assert_eq!(u32::from_be_bytes(four) & 0x7fff_ffff, truncated);
        assert_eq!(hotp(algorithm, &seed, counter, digits), code);
        for count in 6..=8 {
            let digits = Digits::new(count).expect("a length codes have");
            let width = usize::from(count);
            let wanted = format!("{:0width$}", truncated % 10_u32.pow(count.into()));
            assert_eq!(hotp(algorithm, &seed, counter, digits), wanted);
        }
    }
}

// RFC 6238 appendix B
#[test]
fn totp_gives_the_values_of_rfc_6238() {
    let TotpVectors { digits, period_s, seeds, values } = vectors().totp;
    assert_eq!(values.len(), 6);
    for value in values {
        let at = Timestamp::from_millis(value.unix_s * 1000);
        assert_eq!(step(at, period_s), value.step);
        assert!(begins(value.step, period_s) <= at && at < begins(value.step + 1, period_s));
        for algorithm in Algorithm::ALL {
            let seed = unhex(&seeds[algorithm.as_str()]);
            let made = hotp(algorithm, &seed, value.step, digits);
            assert_eq!(made, value.codes[algorithm.as_str()], "{}", algorithm.as_str());
        }
    }
}

/// A token of chance; a failing case shows what it is made of.
struct Token(Secret);

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Secret { algorithm, digits, period_s, seed, .. } = &self.0;
        write!(f, "{algorithm:?} {digits:?} {period_s:?} {:?}", seed.expose())
    }
}

prop_compose! {
    fn any_token(periods: &'static [Option<u16>])(
        algorithm in select(&Algorithm::ALL[..]),
        count in select(&[6_u8, 8][..]),
        period_s in select(periods),
        seed in prop::collection::vec(any::<u8>(), 16..=64),
    ) -> Token {
        let digits = Digits::new(count).expect("6 and 8 are lengths");
        let serial = "SKTS7K3M9QX1".to_owned();
        Token(Secret { serial, algorithm, digits, period_s, seed: Seed::new(seed) })
    }
}

/// A token that shows the time.
fn clocked() -> impl Strategy<Value = Token> {
    any_token(&[Some(30), Some(60)])
}

/// A token that counts presses.
fn counting() -> impl Strategy<Value = Token> {
    any_token(&[None])
}

prop_compose! {
    fn any_reach()(window in 0..=2_u8, drift in 0..=10_u8, look_ahead in 0..=10_u8) -> Reach {
        Reach { window, drift, look_ahead }
    }
}

fn instants() -> impl Strategy<Value = Timestamp> {
    (0..86_400_000_i64).prop_map(|after| Timestamp::from_millis(NOON + after))
}

fn code(secret: &Secret, at: u64) -> String {
    hotp(secret.algorithm, secret.seed.expose(), at, secret.digits)
}

fn show(secret: &Secret, state: State, reach: Reach, at: u64, now: Timestamp) -> Verdict<State> {
    judge(secret, state, reach, &Answer::Code(code(secret, at)), now)
}

/// Whether no two steps around here happen to have the same code: then a code names its step.
fn told_apart(secret: &Secret, around: u64, reach: u64) -> bool {
    let steps = around.saturating_sub(reach)..=around + reach;
    let count = steps.clone().count();
    steps.map(|at| code(secret, at)).collect::<BTreeSet<_>>().len() == count
}

fn ahead(secret: &Secret, at: u64, now: Timestamp) -> i64 {
    let here = step(now, secret.period_s.expect("it shows the time"));
    i64::try_from(at).expect("small") - i64::try_from(here).expect("small")
}

fn off(from: u64, by: i64) -> u64 {
    from.checked_add_signed(by).expect("far from both ends")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    // E-13, E-14, RFC 6238 §5.2: the steps of the window, and of them those after the last.
    #[test]
    fn exactly_the_unused_steps_of_the_window_are_accepted(
        Token(secret) in clocked(), reach in any_reach(), now in instants(),
        learned in -12..=12_i32, last in prop::option::of(-5..=5_i64), by in -5..=5_i64,
    ) {
        let here = step(now, secret.period_s.expect("it shows the time"));
        let believed = off(here, learned.into());
        prop_assume!(told_apart(&secret, believed, 5));
        let state = State { last: last.map(|last| off(believed, last)), drift: learned };
        let shown = off(believed, by);
        let near = by.unsigned_abs() <= reach.window.into();
        let verdict = show(&secret, state, reach, shown, now);
        match (near, last) {
            (_, Some(last)) if by == last => {
                prop_assert!(matches!(verdict, Verdict::Spent { .. }), "{verdict:?}");
            }
            (false, _) => prop_assert_eq!(verdict, Verdict::Reject(state)),
            (true, Some(last)) if by < last => {
                prop_assert!(matches!(verdict, Verdict::Spent { .. }), "{verdict:?}");
            }
            (true, _) => {
                let Verdict::Accept(after) = verdict else {
                    return Err(TestCaseError::fail(format!("{verdict:?}")));
                };
                prop_assert_eq!(after.last, Some(shown));
            }
        }
    }

    // E-13: at each use the drift moves by no more than the window, and never beyond the policy's
    // bound; a token that goes astray slowly is followed, one that jumps is not.
    #[test]
    fn drift_is_learned_at_each_use_up_to_the_bound(
        Token(secret) in clocked(), reach in any_reach(), now in instants(),
        jumps in prop::collection::vec(-3..=3_i64, 1..20),
    ) {
        prop_assume!(told_apart(&secret, step(now, secret.period_s.unwrap_or(30)), 120));
        let period_s = i64::from(secret.period_s.expect("it shows the time"));
        let (bound, window) = (i64::from(reach.drift), i64::from(reach.window));
        let (mut state, mut truly) = (State::default(), 0_i64);
        for (use_no, jump) in (0_i64..).zip(jumps) {
            // So long after the use before that no step comes twice.
            let now = now.plus_s(use_no * 4 * period_s);
            let known = i64::from(state.drift);
            let shown = off(step(now, secret.period_s.expect("it shows the time")), truly + jump);
            match show(&secret, state, reach, shown, now) {
                Verdict::Accept(after) => {
                    prop_assert!((truly + jump - known).abs() <= window);
                    truly += jump;
                    prop_assert_eq!(i64::from(after.drift), truly.clamp(-bound, bound));
                    prop_assert!((i64::from(after.drift) - known).abs() <= window);
                    state = after;
                }
                Verdict::Reject(after) => {
                    prop_assert!((truly + jump - known).abs() > window);
                    prop_assert_eq!(after, state);
                }
                other => prop_assert!(false, "{other:?}"),
            }
        }
    }

    // E-14: whatever is shown, and however the clock of the server is set, steps only rise.
    #[test]
    fn no_step_is_accepted_after_a_later_one(
        Token(secret) in clocked(), reach in any_reach(), now in instants(),
        shown in prop::collection::vec((-6..=6_i64, -200_i64..=200), 1..40),
    ) {
        let mut state = State::default();
        let mut accepted = BTreeSet::new();
        for (by, after_s) in shown {
            let now = now.plus_s(after_s);
            let at = off(step(now, secret.period_s.expect("it shows the time")), by);
            if let Verdict::Accept(next) = show(&secret, state, reach, at, now) {
                let found = next.last.expect("a code was accepted");
                prop_assert!(state.last.is_none_or(|last| last < found));
                prop_assert!(accepted.insert(found));
                state = next;
            }
        }
    }

    // E-14, E-15: a copy of an accepted code is used, not wrong: at once, at the end of its step,
    // or long after.
    #[test]
    fn a_copy_of_the_code_accepted_last_is_spent_and_never_wrong(
        Token(secret) in any_token(&[Some(30), Some(60), None]), reach in any_reach(),
        now in instants(), learned in -10..=10_i32, by in -2..=2_i64,
        later_s in prop::collection::vec(0..600_i64, 64),
    ) {
        let here = secret.period_s.map_or(1_000, |period_s| step(now, period_s));
        let counted = State { drift: 0, ..State::counting_from(1_000) };
        let timed = State { last: None, drift: learned };
        let state = if secret.period_s.is_some() { timed } else { counted };
        let shown = off(here, i64::from(state.drift) + by);
        prop_assume!(told_apart(&secret, shown, 40));
        let Verdict::Accept(after) = show(&secret, state, reach, shown, now) else {
            return Ok(());
        };
        for later_s in later_s {
            let copy = show(&secret, after, reach, shown, now.plus_s(later_s));
            prop_assert!(matches!(copy, Verdict::Spent { .. }), "{later_s} s later: {copy:?}");
        }
    }

    // E-15: the first instant at which the token, as far as we know its clock, shows a code that
    // was not used.
    #[test]
    fn a_spent_code_says_when_the_next_one_is_shown(
        Token(secret) in clocked(), window in 0..=2_u8, now in instants(),
        learned in -10..=10_i32, by in -2..=2_i64, older in 0..=2_i64,
    ) {
        let reach = Reach { window, drift: 10, look_ahead: 0 };
        let period_s = secret.period_s.expect("it shows the time");
        let believed = off(step(now, period_s), learned.into());
        prop_assume!(told_apart(&secret, believed, 20));
        let state = State { last: None, drift: learned };
        let Verdict::Accept(after) = show(&secret, state, reach, off(believed, by), now) else {
            return Ok(());
        };
        let last = after.last.expect("accepted");
        let copy = show(&secret, after, reach, off(last, -older.min(window.into())), now);
        let Verdict::Spent { again_at: Some(again_at) } = copy else {
            // An older one may lie outside the window; the last one never does.
            prop_assert!(older > 0 && copy == Verdict::Reject(after), "{copy:?}");
            return Ok(());
        };
        let shown_at = |instant| off(step(instant, period_s), after.drift.into());
        let before = Timestamp::from_millis(again_at.millis() - 1);
        prop_assert_eq!((shown_at(before), shown_at(again_at)), (last, last + 1));
        let then = show(&secret, after, reach, shown_at(again_at), again_at);
        prop_assert!(matches!(then, Verdict::Accept(it) if it.last == Some(last + 1)), "{then:?}");
        let too_soon = show(&secret, after, reach, shown_at(before), before);
        prop_assert_eq!(too_soon, Verdict::Spent { again_at: Some(again_at) });
    }

    // RFC 4226 §7.2: presses nobody saw are skipped, those seen are used.
    #[test]
    fn a_counting_token_may_have_skipped_what_the_policy_says(
        Token(secret) in counting(), reach in any_reach(), now in instants(),
        first in 0..1_000_000_u64, by in -25..=25_i64,
    ) {
        let state = State::counting_from(first);
        let Some(shown) = first.checked_add_signed(by) else { return Ok(()) };
        prop_assume!(told_apart(&secret, first, 30));
        let ahead = i64::from(reach.look_ahead);
        let verdict = show(&secret, state, reach, shown, now);
        let wanted = match by {
            0.. if by <= ahead => Verdict::Accept(State { last: Some(shown), drift: 0 }),
            -1 => Verdict::Spent { again_at: None },
            ..0 if -by <= ahead => Verdict::Spent { again_at: None },
            _ => Verdict::Reject(state),
        };
        prop_assert_eq!(verdict, wanted);
    }

    // E-13 時刻補正: two codes in a row, both new, within the range; nothing else.
    #[test]
    fn a_resync_takes_two_codes_in_a_row_and_no_others(
        Token(secret) in any_token(&[Some(30), Some(60), None]), now in instants(),
        by in -30..=30_i64, apart in -2..=3_i64, last in prop::option::of(-30..=30_i64),
    ) {
        const RANGE: u16 = 20;
        let here = secret.period_s.map_or(1_000, |period_s| step(now, period_s));
        prop_assume!(told_apart(&secret, here, 40));
        let state = match secret.period_s {
            Some(_) => State { last: last.map(|last| off(here, last)), drift: 0 },
            None => State::counting_from(here),
        };
        let (first, second) = (off(here, by), off(off(here, by), apart));
        let codes = [code(&secret, first), code(&secret, second)];
        let found = resync(&secret, state, [&codes[0], &codes[1]], RANGE, now);
        let fresh = state.last.is_none_or(|last| last < first);
        let near = by.unsigned_abs() <= u64::from(RANGE);
        let drift = if secret.period_s.is_some() { by + 1 } else { 0 };
        let wanted = State { last: Some(second), drift: i32::try_from(drift).expect("small") };
        prop_assert_eq!(found, (apart == 1 && fresh && near).then_some(wanted));
        if let Some(after) = found {
            // Both are used, and the token is known to be where it is.
            let reach = Reach { window: 1, drift: 2, look_ahead: 10 };
            for used in [first, second] {
                let again = show(&secret, after, reach, used, now);
                prop_assert!(matches!(again, Verdict::Spent { .. }), "{again:?}");
            }
            let next = show(&secret, after, reach, second + 1, now);
            prop_assert!(matches!(next, Verdict::Accept(_)), "{next:?}");
            prop_assert_eq!(resync(&secret, after, [&codes[0], &codes[1]], RANGE, now), None);
        }
    }

    // What customers type: full width, blanks and hyphens are forgiven; another length is no code.
    #[test]
    fn what_is_typed_is_forgiven_its_width_and_nothing_else(
        Token(secret) in clocked(), now in instants(), at in 1..6_usize, wide in any::<bool>(),
        blank in select(&[" ", "\u{3000}", "-", ""][..]),
    ) {
        let reach = Reach { window: 1, drift: 2, look_ahead: 10 };
        let state = State::default();
        let right = code(&secret, step(now, secret.period_s.expect("it shows the time")));
        let widened = |digit: char| {
            char::from_u32(u32::from(digit) + 0xfee0).expect("a full-width digit")
        };
        let typed = format!("{}{blank}{}", &right[..at], &right[at..]);
        let typed = if wide { typed.chars().map(|c| {
            if c.is_ascii_digit() { widened(c) } else { c }
        }).collect() } else { typed };
        let said = |text: &str| judge(&secret, state, reach, &Answer::Code(text.to_owned()), now);
        prop_assert!(matches!(said(&typed), Verdict::Accept(_)), "{typed}");
        let (short, long) = (&right[..right.len() - 1], format!("{right}0"));
        for other in [short, &long, "", "12345a", "一二三四五六", &"9".repeat(400)] {
            prop_assert_eq!(said(other), Verdict::Incomplete, "{}", other);
        }
        let (values, choices) = (Answer::Values(vec![right.clone()]), Answer::Choices(vec![right]));
        for other in [values, choices] {
            prop_assert_eq!(judge(&secret, state, reach, &other, now), Verdict::Incomplete);
        }
    }
}

// E-13: a phone may be off by two steps, a device by ten, each learned step by step.
#[test]
fn a_phone_is_followed_for_two_steps_and_a_device_for_ten() {
    let secret = Secret {
        serial: "00123456".to_owned(),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period_s: Some(30),
        seed: Seed::new(vec![7; 20]),
    };
    let stored = serde_json::to_vec(&secret).expect("plain data");
    let key = || secret::Secret::new([1; 32]);
    let keys = MethodKeys { verifier: key(), choice: key() };
    for (kind, most) in [(MethodKind::OtpApp, 2), (MethodKind::OtpDevice, 10)] {
        let mut chance = Chance::from_seed([9; 32]);
        let mut moment = Moment::new(Timestamp::from_millis(NOON), &mut chance);
        let otp = Policy::default().otp.reaches();
        let challenge = ChallengeId::make(&mut moment);
        let ask = Ask { challenge, cells: 2, cell_use: CellUse::Once, otp };
        let mut state = method(kind).first_state();
        let mut followed = 0;
        for astray in 1..=20_i64 {
            let now = Timestamp::from_millis(NOON).plus_s(astray * 300);
            let drawn = method(kind).challenge(&stored, &state, &ask, &mut moment);
            let (challenge, same) = drawn.expect("a token is always ready");
            assert_eq!(same.get(), state.get(), "to ask moves nothing");
            let answer = Answer::Code(code(&secret, off(step(now, 30), astray)));
            let verdict = method(kind).verify(&stored, &keys, &state, &challenge, &answer, now);
            let Verdict::Accept(after) = verdict.expect("as stored") else { break };
            (state, followed) = (after, astray);
        }
        // The window reaches one step beyond what is learned.
        assert_eq!(followed, most + 1, "{kind}");
        let known: State = serde_json::from_str(state.get()).expect("as written");
        assert_eq!(i64::from(known.drift), most, "{kind}");
        assert!(ahead(&secret, known.last.expect("used"), Timestamp::from_millis(NOON)) > 0);
    }
}

#[test]
fn a_counter_at_its_very_end_is_no_panic() {
    let secret = Secret {
        serial: "00123456".to_owned(),
        algorithm: Algorithm::Sha1,
        digits: Digits::SIX,
        period_s: None,
        seed: Seed::new(vec![7; 20]),
    };
    let now = Timestamp::from_millis(NOON);
    let reach = Reach { window: 1, drift: 2, look_ahead: 10 };
    let state = State { last: Some(u64::MAX), drift: 0 };
    let spent = show(&secret, state, reach, u64::MAX, now);
    assert_eq!(spent, Verdict::Spent { again_at: None });
    let codes = [code(&secret, u64::MAX), code(&secret, u64::MAX)];
    assert_eq!(resync(&secret, state, [&codes[0], &codes[1]], 100, now), None);
}
