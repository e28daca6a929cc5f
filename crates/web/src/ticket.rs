//! The one-time link to an approval's page (api.md §4.2): derived, never stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_app::platform::Platform;
use sekisho_domain::approval::Approval;
use sekisho_domain::secret::Purpose;
use subtle::ConstantTimeEq as _;

/// The ticket that opens the page of `approval`, under ring key `key`; `None` when that key is no
/// longer held.
pub fn ticket(platform: &Platform, key: u16, approval: &Approval) -> Option<String> {
    let nonce = approval.nonce.to_string();
    let parts: [&[u8]; 3] = [b"page", &approval.id.to_bytes(), nonce.as_bytes()];
    let mac = platform.keyring.mac(key, Purpose::Ticket, &parts).ok()?;
    Some(URL_SAFE_NO_PAD.encode(mac))
}

/// Whether `given` is the ticket of `approval`; compared in constant time. That it works once is
/// judged elsewhere.
pub fn is_ticket(platform: &Platform, approval: &Approval, given: &str) -> bool {
    let right = ticket(platform, platform.keyring.newest(), approval);
    right.is_some_and(|right| right.as_bytes().ct_eq(given.as_bytes()).into())
}
