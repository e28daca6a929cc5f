//! A token comes: an app that was set up, a device out of a maker's parcel.

use serde_json::value::RawValue;

use sekisho_domain::id::{InstitutionId, JobId, TokenId};
use sekisho_domain::method::otp::{Secret, State};
use sekisho_domain::secret::Secret as Wiped;
use sekisho_domain::time::Day;
use sekisho_domain::token::{NewToken, Token, TokenKind};

use super::by_serial;
use crate::context::Context;
use crate::error::Error;
use crate::record::{Alias, AliasKind};
use crate::tx::Tx;

/// A token that comes, with what its codes are made from.
pub struct Arrival {
    /// Whose customers may start it.
    pub institution: InstitutionId,
    /// App or device.
    pub kind: TokenKind,
    /// What its codes are made from; its serial names it.
    pub secret: Secret,
    /// Its counter or drift at first.
    pub state: State,
    /// The import that brings it.
    pub import: Option<JobId>,
    /// Public key of the app's installation.
    pub device_key: Option<Box<RawValue>>,
    /// The last day of use.
    pub expires_on: Option<Day>,
}

/// Takes a token in, its secret sealed; it is found by its serial from now on.
///
/// `None` when the institution has a token of this serial already: a known one is never
/// overwritten.
pub fn take_in(tx: &mut Tx, cx: &mut Context, arrival: Arrival) -> Result<Option<Token>, Error> {
    let Arrival { institution, kind, secret, state, import, device_key, expires_on } = arrival;
    let Ok(serial) = secret.serial.parse() else { return Ok(None) };
    if by_serial(tx, institution, &serial)?.is_some() {
        return Ok(None);
    }
    let id = TokenId::make(cx.moment);
    let plain = Wiped::new(serde_json::to_vec(&secret).expect("a token's secret is plain"));
    let sealed = cx.platform.keyring.seal(&id.to_bytes(), plain.expose(), cx.moment);
    tx.put(Alias {
        kind: AliasKind::TokenSerial,
        institution,
        name: serial.to_string(),
        target: id.to_string(),
    })?;
    let new =
        NewToken { id, institution, kind, serial, state, sealed, import, device_key, expires_on };
    Ok(Some(cx.save(tx, Token::register(new, cx.now()))?))
}
