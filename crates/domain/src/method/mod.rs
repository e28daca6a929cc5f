//! Ways in which a customer proves to hold what the institution issued: one trait, one table.
//!
//! A new method is a new file here, a word in [`MethodKind`] and an entry in [`METHODS`].

pub mod customer_card;
pub mod image_card;
pub mod otp;
pub mod otp_app;
pub mod otp_device;
mod uses;
mod verifiers;

use std::fmt;
use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::card::{Cell, Misspelled, Position, Slot};
use crate::id::ChallengeId;
use crate::moment::Moment;
use crate::secret::Secret;
use crate::time::Timestamp;

pub use customer_card::CustomerCard;
pub use image_card::ImageCard;
pub use otp_app::OtpApp;
pub use otp_device::OtpDevice;
pub use uses::{CellUse, Uses};

/// The kind of a credential: the word in the database, the API and the messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// お客様カード: eight printed positions, two asked (A-10).
    CustomerCard,
    /// 画像認証カード: fifty pictures, two to four asked (K-06, K-07).
    ImageCard,
    /// ソフトウェアトークン: the code of an app (T-01).
    OtpApp,
    /// ハードウェアトークン: the code of a device (A-08).
    OtpDevice,
}

impl MethodKind {
    /// Every kind there is.
    pub const ALL: [Self; 4] = [Self::CustomerCard, Self::ImageCard, Self::OtpApp, Self::OtpDevice];

    /// The word, `image_card`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CustomerCard => "customer_card",
            Self::ImageCard => "image_card",
            Self::OtpApp => "otp_app",
            Self::OtpDevice => "otp_device",
        }
    }

    /// The printed card it is, if it is one: its amounts and questions are capped (domain.md §4.2,
    /// §4.5).
    pub const fn card(self) -> Option<CardKind> {
        match self {
            Self::CustomerCard => Some(CardKind::CustomerCard),
            Self::ImageCard => Some(CardKind::ImageCard),
            Self::OtpApp | Self::OtpDevice => None,
        }
    }

    /// Whether it is a one-time password of a token.
    pub const fn is_otp(self) -> bool {
        matches!(self, Self::OtpApp | Self::OtpDevice)
    }
}

/// A card that is printed and posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardKind {
    /// お客様カード.
    CustomerCard,
    /// 画像認証カード.
    ImageCard,
}

impl CardKind {
    /// Its method.
    pub const fn method(self) -> MethodKind {
        match self {
            Self::CustomerCard => MethodKind::CustomerCard,
            Self::ImageCard => MethodKind::ImageCard,
        }
    }
}

impl fmt::Display for MethodKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for MethodKind {
    type Err = Misspelled;
    fn from_str(text: &str) -> Result<Self, Misspelled> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or(Misspelled)
    }
}

/// The keys of one credential; the caller derives them from the keyring, no method sees that.
pub struct MethodKeys {
    /// Of the verifiers stored for a printed card. Changing it makes the card useless.
    pub verifier: Secret<[u8; 32]>,
    /// Of the opaque choices of a challenge.
    pub choice: Secret<[u8; 32]>,
}

/// What the policy wants to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The challenge this will be.
    pub challenge: ChallengeId,
    /// Cells of an image card, 2 to 4. A customer card is always asked for two positions (A-11).
    pub cells: u8,
    /// How often a cell of an image card may be asked.
    pub cell_use: CellUse,
    /// How far a code may be off.
    pub otp: Reaches,
}

/// How far a code may be off, by what makes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reaches {
    /// A phone, whose clock is set by its network.
    pub app: otp::Reach,
    /// A device, whose clock nobody sets.
    pub device: otp::Reach,
}

/// Why a credential cannot be asked or answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unusable {
    /// No cells are left that may be asked; the customer needs the next card.
    #[error("no challenge is left on this card")]
    Exhausted,
    /// What is stored is not this method's: a fault of the store, never of the customer.
    #[error("the stored credential cannot be read")]
    Malformed,
}

/// What an answer was. The state it carries must be saved, also when the answer was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<S> {
    /// All of it was right.
    Accept(S),
    /// Something was wrong; nobody learns what.
    Reject(S),
    /// Right, and used before: not accepted again, and not counted as wrong (E-14, E-15).
    Spent {
        /// When the token shows a code that was not used; `None` when the customer presses for it.
        again_at: Option<Timestamp>,
    },
    /// Not an answer to this question: too few parts, too many, or of the wrong form. Not counted.
    Incomplete,
}

impl<S> Verdict<S> {
    fn of(right: subtle::Choice, state: S) -> Self {
        if right.into() { Self::Accept(state) } else { Self::Reject(state) }
    }

    fn try_map<T, E>(self, convert: impl FnOnce(S) -> Result<T, E>) -> Result<Verdict<T>, E> {
        Ok(match self {
            Self::Accept(state) => Verdict::Accept(convert(state)?),
            Self::Reject(state) => Verdict::Reject(convert(state)?),
            Self::Spent { again_at } => Verdict::Spent { again_at },
            Self::Incomplete => Verdict::Incomplete,
        })
    }
}

/// What the customer answered (api.md §4.6). It may hold a secret, so it has no `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Typed values in slot order.
    Values(Vec<String>),
    /// Opaque choices in prompt order.
    Choices(Vec<String>),
    /// The code a token shows.
    Code(String),
}

/// What to show, as data. Prompt, map and panel are all rendered from it, so they agree (U-22).
#[derive(Clone, PartialEq, Eq)]
pub enum View {
    /// Two positions of a customer card.
    CustomerCard {
        /// Digits at each position, 1 or 2.
        digits: u8,
        /// In the order in which they are asked and must be answered.
        positions: Vec<PositionPrompt>,
    },
    /// Cells of an image card.
    ImageCard {
        /// In the order in which they are asked and must be answered.
        prompts: Vec<Prompt>,
    },
    /// The code of a token.
    OneTimePassword {
        /// The last four letters of the serial, so that the customer takes the right token.
        serial_hint: String,
        /// How many digits the code has.
        digits: u8,
        /// Seconds each code is shown; `None`: a new one at each press.
        period_s: Option<u16>,
        /// When the token shows the first code that was not used; in the past when it does (E-15).
        fresh_at: Option<Timestamp>,
    },
}

/// One position asked: 「(1)(ウ)」.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PositionPrompt {
    /// 1 or 2.
    pub slot: u8,
    /// Where to look on the card.
    pub position: Position,
}

/// One cell asked: 「「イ」に位置している画像」.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    /// The name under which the text and the map mark the cell.
    pub slot: Slot,
    /// Where to look on the card.
    pub cell: Cell,
    /// What there is to choose from, in the order to be shown.
    pub panel: Vec<Choice>,
}

/// A picture to choose.
#[derive(Clone, PartialEq, Eq)]
pub struct Choice {
    /// What the answer says: twelve letters that mean nothing outside this challenge.
    pub choice: String,
    /// The picture, as an index into the institution's pool.
    pub picture: u16,
}

/// A way for a customer to prove possession of something the institution issued.
pub trait Method: Sync {
    /// The word for it.
    const KIND: MethodKind;
    /// What is sealed at rest.
    type Secret: Serialize + DeserializeOwned;
    /// What moves: cells spent, counters, clock drift. Its default is that of a new credential.
    type State: Default + Serialize + DeserializeOwned;
    /// What was asked; kept until answered, so that a reload shows the same.
    type Challenge: Serialize + DeserializeOwned;

    /// Asks. The state returned counts what is asked as used, answered or not; it must be saved
    /// before the question is shown.
    fn challenge(
        &self,
        secret: &Self::Secret,
        state: Self::State,
        ask: &Ask,
        moment: &mut Moment,
    ) -> Result<(Self::Challenge, Self::State), Unusable>;

    /// Judges an answer: one verdict for all of it, in a time that does not depend on which part is
    /// wrong.
    fn verify(
        &self,
        secret: &Self::Secret,
        keys: &MethodKeys,
        state: Self::State,
        challenge: &Self::Challenge,
        answer: &Answer,
        now: Timestamp,
    ) -> Verdict<Self::State>;

    /// Notes that `challenge` ended without a right answer, so that it is never asked again
    /// unchanged (domain.md §7, 5).
    fn abandon(&self, state: Self::State, challenge: &Self::Challenge) -> Self::State;

    /// What to show for `challenge`; of a card always the same.
    fn view(
        &self,
        secret: &Self::Secret,
        keys: &MethodKeys,
        state: &Self::State,
        challenge: &Self::Challenge,
    ) -> View;

    /// Challenges of `cells` cells still to be had, at most; `None` when they do not run out.
    fn remaining(&self, _state: &Self::State, _cell_use: CellUse, _cells: u8) -> Option<u32> {
        None
    }
}

/// A [`Method`] whose secret, state and challenge are JSON, as stored.
///
/// Each function is that of `Method`; what cannot be read is [`Unusable::Malformed`].
pub trait AnyMethod: Sync {
    /// The word for it.
    fn kind(&self) -> MethodKind;

    /// The state of a new credential.
    fn first_state(&self) -> Box<RawValue>;

    /// See [`Method::challenge`]; returns the challenge and the new state.
    fn challenge(
        &self,
        secret: &[u8],
        state: &RawValue,
        ask: &Ask,
        moment: &mut Moment,
    ) -> Result<(Box<RawValue>, Box<RawValue>), Unusable>;

    /// See [`Method::verify`].
    fn verify(
        &self,
        secret: &[u8],
        keys: &MethodKeys,
        state: &RawValue,
        challenge: &RawValue,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<Verdict<Box<RawValue>>, Unusable>;

    /// See [`Method::abandon`].
    fn abandon(&self, state: &RawValue, challenge: &RawValue) -> Result<Box<RawValue>, Unusable>;

    /// See [`Method::view`].
    fn view(
        &self,
        secret: &[u8],
        keys: &MethodKeys,
        state: &RawValue,
        challenge: &RawValue,
    ) -> Result<View, Unusable>;

    /// See [`Method::remaining`].
    fn remaining(
        &self,
        state: &RawValue,
        cell_use: CellUse,
        cells: u8,
    ) -> Result<Option<u32>, Unusable>;
}

impl<M: Method> AnyMethod for M {
    fn kind(&self) -> MethodKind {
        M::KIND
    }

    fn first_state(&self) -> Box<RawValue> {
        write(&M::State::default()).expect("a first state is plain data")
    }

    fn challenge(
        &self,
        secret: &[u8],
        state: &RawValue,
        ask: &Ask,
        moment: &mut Moment,
    ) -> Result<(Box<RawValue>, Box<RawValue>), Unusable> {
        let (secret, state) = (read(secret)?, read(state.get().as_bytes())?);
        let (challenge, state) = Method::challenge(self, &secret, state, ask, moment)?;
        Ok((write(&challenge)?, write(&state)?))
    }

    fn verify(
        &self,
        secret: &[u8],
        keys: &MethodKeys,
        state: &RawValue,
        challenge: &RawValue,
        answer: &Answer,
        now: Timestamp,
    ) -> Result<Verdict<Box<RawValue>>, Unusable> {
        let (secret, state) = (read(secret)?, read(state.get().as_bytes())?);
        let challenge = read(challenge.get().as_bytes())?;
        let verdict = Method::verify(self, &secret, keys, state, &challenge, answer, now);
        verdict.try_map(|state| write(&state))
    }

    fn abandon(&self, state: &RawValue, challenge: &RawValue) -> Result<Box<RawValue>, Unusable> {
        let (state, challenge) = (read(state.get().as_bytes())?, read(challenge.get().as_bytes())?);
        write(&Method::abandon(self, state, &challenge))
    }

    fn view(
        &self,
        secret: &[u8],
        keys: &MethodKeys,
        state: &RawValue,
        challenge: &RawValue,
    ) -> Result<View, Unusable> {
        let (state, challenge) = (read(state.get().as_bytes())?, read(challenge.get().as_bytes())?);
        Ok(Method::view(self, &read(secret)?, keys, &state, &challenge))
    }

    fn remaining(
        &self,
        state: &RawValue,
        cell_use: CellUse,
        cells: u8,
    ) -> Result<Option<u32>, Unusable> {
        let state = read(state.get().as_bytes())?;
        Ok(Method::remaining(self, &state, cell_use, cells))
    }
}

fn read<T: DeserializeOwned>(json: &[u8]) -> Result<T, Unusable> {
    serde_json::from_slice(json).map_err(|_| Unusable::Malformed)
}

fn write<T: Serialize>(value: &T) -> Result<Box<RawValue>, Unusable> {
    to_raw_value(value).map_err(|_| Unusable::Malformed)
}

/// Every method there is.
pub static METHODS: &[&dyn AnyMethod] = &[&CustomerCard, &ImageCard, &OtpApp, &OtpDevice];

/// The method of `kind`.
pub fn method(kind: MethodKind) -> &'static dyn AnyMethod {
    let found = METHODS.iter().find(|method| method.kind() == kind);
    *found.expect("every kind stands in the table, as a test sees to")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_every_kind_once_under_its_word() {
        let kinds: Vec<MethodKind> = METHODS.iter().map(|method| method.kind()).collect();
        assert_eq!(kinds, MethodKind::ALL);
        for kind in kinds {
            assert_eq!(method(kind).kind(), kind);
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).expect("a word"), format!("\"{kind}\""));
        }
        assert_eq!("image-card".parse::<MethodKind>(), Err(Misspelled));
    }

    #[test]
    fn what_is_stored_must_be_the_methods_own() {
        let raw = |json: &str| RawValue::from_string(json.to_owned()).expect("JSON");
        for method in METHODS {
            let first = method.first_state();
            assert!(method.remaining(&first, CellUse::Once, 2).is_ok());
            for wrong in ["{}", "null", r#"{"uses":"AAAA","shunned":[]}"#] {
                let found = method.remaining(&raw(wrong), CellUse::Once, 2);
                assert_eq!(found, Err(Unusable::Malformed), "{wrong}");
            }
        }
    }

    #[test]
    fn answers_are_spelled_as_the_api_says() {
        let values = Answer::Values(vec!["4".into(), "7".into()]);
        let json = serde_json::to_string(&values).expect("plain data");
        assert_eq!(json, r#"{"values":["4","7"]}"#);
        let choices: Answer = serde_json::from_str(r#"{"choices":["x7Qm"]}"#).expect("the form");
        assert!(choices == Answer::Choices(vec!["x7Qm".into()]));
    }
}
