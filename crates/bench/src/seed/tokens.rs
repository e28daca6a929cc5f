//! Tokens: those of the customers, whose codes we know, and any number that nobody uses.

use sekisho_app::context::Context;
use sekisho_app::error::Error;
use sekisho_app::record::{Alias, AliasKind};
use sekisho_app::tx::Tx;
use sekisho_domain::credential::{Carrier, Credential, NewCredential};
use sekisho_domain::id::{CredentialId, InstitutionId, TokenId};
use sekisho_domain::method::otp::{Secret, Seed, State};
use sekisho_domain::method::{MethodKind, method};
use sekisho_domain::oath::{self, Algorithm, Digits, hotp};
use sekisho_domain::order::CardOrder;
use sekisho_domain::serial::Serial;
use sekisho_domain::time::Timestamp;
use sekisho_domain::token::{Binding, NewToken, Token as Kept, TokenKind};

use super::cards::quietly;

/// Seconds each code is shown.
const PERIOD_S: u16 = 30;

/// What a token makes its codes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A token with this seed.
    pub const fn new(seed: [u8; 32]) -> Self {
        Self(seed)
    }

    /// The step that a right clock shows.
    pub fn step(now: Timestamp) -> u64 {
        oath::step(now, PERIOD_S)
    }

    /// When a step begins.
    pub fn begins(step: u64) -> Timestamp {
        oath::begins(step, PERIOD_S)
    }

    /// The code of a step.
    pub fn code(&self, step: u64) -> String {
        hotp(Algorithm::Sha256, &self.0, step, Digits::SIX)
    }
}

/// A token in use at the contract of `order`.
pub(super) fn bound(
    tx: &mut Tx,
    cx: &mut Context,
    order: &CardOrder,
) -> Result<(CredentialId, Token), Error> {
    let (token, face) = register(tx, cx, order.institution)?;
    let id = CredentialId::make(cx.moment);
    let new = NewCredential {
        id,
        institution: order.institution,
        contract: order.contract,
        method: MethodKind::OtpApp,
        generation: 1,
        carrier: Carrier::Token { token: token.id, serial: token.serial.clone() },
        at_sign_in: false,
        motion: method(MethodKind::OtpApp).first_state(),
        key: cx.platform.keyring.newest(),
    };
    let (made, _, _) = Credential::make(new, &cx.policy(order.institution), cx.now()).into_parts();
    quietly(tx, made.start(cx.now())?)?;
    quietly(tx, token.bind(Binding { contract: order.contract, credential: id }))?;
    Ok((id, face))
}

/// So many tokens that nobody uses.
pub(super) fn stock(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
    count: usize,
) -> Result<(), Error> {
    for _ in 0..count {
        register(tx, cx, institution)?;
    }
    Ok(())
}

fn register(
    tx: &mut Tx,
    cx: &mut Context,
    institution: InstitutionId,
) -> Result<(Kept, Token), Error> {
    let id = TokenId::make(cx.moment);
    let serial = Serial::draw("SKTS", cx.moment);
    let seed: [u8; 32] = cx.moment.bytes();
    let secret = Secret {
        serial: serial.to_string(),
        algorithm: Algorithm::Sha256,
        digits: Digits::SIX,
        period_s: Some(PERIOD_S),
        seed: Seed::new(seed.to_vec()),
    };
    let plain = serde_json::to_vec(&secret).expect("a token's secret is plain");
    let sealed = cx.platform.keyring.seal(&id.to_bytes(), &plain, cx.moment);
    let new = NewToken {
        id,
        institution,
        kind: TokenKind::App,
        serial: serial.clone(),
        state: State::default(),
        sealed,
        import: None,
        device_key: None,
        expires_on: None,
    };
    tx.put(Alias {
        kind: AliasKind::TokenSerial,
        institution,
        name: serial.to_string(),
        target: id.to_string(),
    })?;
    Ok((quietly(tx, Kept::register(new, cx.now()))?, Token(seed)))
}
