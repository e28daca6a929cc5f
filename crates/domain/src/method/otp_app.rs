//! ソフトウェアトークン: the code of an app on the customer's phone (T-01, Y-07).

use super::otp::{self, Challenge, Secret, State};
use super::{Answer, Ask, Method, MethodKeys, MethodKind, Unusable, Verdict, View};
use crate::moment::Moment;
use crate::time::Timestamp;

/// The method of the token app.
pub struct OtpApp;

impl Method for OtpApp {
    const KIND: MethodKind = MethodKind::OtpApp;
    type Secret = Secret;
    type State = State;
    type Challenge = Challenge;

    fn challenge(
        &self,
        _secret: &Secret,
        state: State,
        ask: &Ask,
        _moment: &mut Moment,
    ) -> Result<(Challenge, State), Unusable> {
        Ok((Challenge { reach: ask.otp.app }, state))
    }

    fn verify(
        &self,
        secret: &Secret,
        _keys: &MethodKeys,
        state: State,
        challenge: &Challenge,
        answer: &Answer,
        now: Timestamp,
    ) -> Verdict<State> {
        otp::judge(secret, state, challenge.reach, answer, now)
    }

    /// A code that was not typed is not spent.
    fn abandon(&self, state: State, _challenge: &Challenge) -> State {
        state
    }

    fn view(
        &self,
        secret: &Secret,
        _keys: &MethodKeys,
        state: &State,
        _challenge: &Challenge,
    ) -> View {
        otp::view(secret, *state)
    }
}
