//! What the token app and the hardware token have in common: a code of the RFC 4226 family that is
//! good once per token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::{Answer, Verdict, View};
use crate::oath::{self, Algorithm, Digits, hotp};
use crate::text::bare_code;
use crate::time::Timestamp;

/// What a token makes its codes from; sealed to the token.
#[derive(Clone, Serialize, Deserialize)]
pub struct Secret {
    /// シリアル番号, as on the back or at the bottom of the screen.
    pub serial: String,
    /// The hash.
    pub algorithm: Algorithm,
    /// How many digits a code has.
    pub digits: Digits,
    /// Seconds a code is shown (TOTP, 30 or 60); `None`: it counts presses (HOTP).
    pub period_s: Option<u16>,
    /// The shared key, 16 to 64 bytes.
    pub seed: Seed,
}

/// A token's shared key: Base64 in JSON, wiped when dropped, never printed.
#[derive(Clone, PartialEq, Eq)]
pub struct Seed(Zeroizing<Vec<u8>>);

impl Seed {
    /// A key of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes: for a code, or for whoever moves the token elsewhere.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl Serialize for Seed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&Zeroizing::new(STANDARD_NO_PAD.encode(&*self.0)))
    }
}

impl<'de> Deserialize<'de> for Seed {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(from)?);
        let bytes = STANDARD_NO_PAD.decode(&*text).map_err(serde::de::Error::custom)?;
        Ok(Self::new(bytes))
    }
}

/// What moves: kept with the token, so that all contracts bound to it see the same (E-14).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct State {
    /// The step or counter accepted last; nothing up to it is ever accepted again.
    pub last: Option<u64>,
    /// How many steps the token's clock is ahead of ours, learned at each use (E-13).
    pub drift: i32,
}

impl State {
    /// The state of a counting token whose next code is that of `counter`.
    pub const fn counting_from(counter: u64) -> Self {
        Self { last: counter.checked_sub(1), drift: 0 }
    }
}

/// How far a code may be off (policy `otp`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Time steps to both sides of where the token's clock is believed to stand.
    pub window: u8,
    /// Time steps the learned drift may grow to.
    pub drift: u8,
    /// Codes of a counting token that may have been skipped.
    pub look_ahead: u8,
}

/// Nothing is drawn: the token asks by itself. What is kept is how the answer will be judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Challenge {
    /// How far a code may be off.
    pub reach: Reach,
}

/// When the token shows the first code after the one accepted last; `None` for one that counts, or
/// was never used.
fn fresh_at(secret: &Secret, state: State) -> Option<Timestamp> {
    let (period_s, last) = (secret.period_s?, state.last?);
    let ours = last.saturating_add(1).saturating_add_signed(-i64::from(state.drift));
    Some(oath::begins(ours, period_s))
}

/// Judges a code: right and new, right and used before, or wrong.
pub fn judge(
    secret: &Secret,
    state: State,
    reach: Reach,
    answer: &Answer,
    now: Timestamp,
) -> Verdict<State> {
    let Answer::Code(code) = answer else { return Verdict::Incomplete };
    let Some(code) = typed(code, secret.digits) else { return Verdict::Incomplete };
    let candidates = candidates(secret, state, reach, now);
    let mut used = false;
    let mut found = None;
    // Every candidate is computed and compared, whichever of them fits.
    for at in candidates {
        let right = bool::from(made(secret, at).as_bytes().ct_eq(code.as_bytes()));
        let old = state.last.is_some_and(|last| at <= last);
        used |= right && old;
        if right && !old && found.is_none() {
            found = Some(at);
        }
    }
    match found {
        Some(at) => Verdict::Accept(accepted(secret, state, reach, at, now)),
        None if used => Verdict::Spent { again_at: fresh_at(secret, state) },
        None => Verdict::Reject(state),
    }
}

/// Two codes in a row prove where a token stands that has gone astray (E-13); `range` steps are
/// searched to both sides, or that many counters ahead. `None`: they are not in a row, not there,
/// or used.
pub fn resync(
    secret: &Secret,
    state: State,
    codes: [&str; 2],
    range: u16,
    now: Timestamp,
) -> Option<State> {
    let [first, second] = codes.map(|code| typed(code, secret.digits));
    let (first, second) = (first?, second?);
    let range = u64::from(range);
    let (from, to) = match secret.period_s {
        Some(period_s) => {
            let here = oath::step(now, period_s);
            (here.saturating_sub(range), here.saturating_add(range))
        }
        None => (next(state), next(state).saturating_add(range)),
    };
    // Both must be new, and after the very last counter there are none.
    let from = from.max(state.last.map_or(Some(0), |last| last.checked_add(1))?);
    let mut found = None;
    for at in from..=to.min(u64::MAX - 1) {
        let right = made(secret, at).as_bytes().ct_eq(first.as_bytes())
            & made(secret, at + 1).as_bytes().ct_eq(second.as_bytes());
        if bool::from(right) && found.is_none() {
            found = Some(at + 1);
        }
    }
    found.map(|at| State { last: Some(at), drift: drift(secret, at, now) })
}

/// What to show: where the code comes from, and when.
pub fn view(secret: &Secret, state: State) -> View {
    let skipped = secret.serial.chars().count().saturating_sub(4);
    View::OneTimePassword {
        serial_hint: secret.serial.chars().skip(skipped).collect(),
        digits: secret.digits.count(),
        period_s: secret.period_s,
        fresh_at: fresh_at(secret, state),
    }
}

/// The digits of `value`, exactly as many as a code has; full-width ones and blanks are forgiven.
fn typed(value: &str, digits: Digits) -> Option<Zeroizing<String>> {
    let code = Zeroizing::new(bare_code(value));
    let count = usize::from(digits.count());
    let fits = code.len() == count && code.bytes().all(|b| b.is_ascii_digit());
    fits.then_some(code)
}

fn made(secret: &Secret, at: u64) -> Zeroizing<String> {
    Zeroizing::new(hotp(secret.algorithm, secret.seed.expose(), at, secret.digits))
}

fn next(state: State) -> u64 {
    state.last.map_or(0, |last| last.saturating_add(1))
}

/// The steps or counters a code is compared with, those included whose codes were used. The one
/// accepted last is always among them: the second of two copies of an answer is used, never wrong,
/// also when the clock has left the window between the two.
fn candidates(secret: &Secret, state: State, reach: Reach, now: Timestamp) -> Vec<u64> {
    let (middle, around) = match secret.period_s {
        Some(period_s) => {
            let here = oath::step(now, period_s);
            (here.saturating_add_signed(state.drift.into()), reach.window)
        }
        None => (next(state), reach.look_ahead),
    };
    let (from, to) = (middle.saturating_sub(around.into()), middle.saturating_add(around.into()));
    let last = state.last.filter(|last| !(from..=to).contains(last));
    last.into_iter().chain(from..=to).collect()
}

fn accepted(secret: &Secret, state: State, reach: Reach, at: u64, now: Timestamp) -> State {
    let most = i32::from(reach.drift).max(state.drift.abs());
    State { last: Some(at), drift: drift(secret, at, now).clamp(-most, most) }
}

fn drift(secret: &Secret, at: u64, now: Timestamp) -> i32 {
    let Some(period_s) = secret.period_s else { return 0 };
    let ahead = i128::from(at) - i128::from(oath::step(now, period_s));
    i32::try_from(ahead).expect("a search reaches some thousand steps")
}
