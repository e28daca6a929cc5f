//! Cursors of lists: opaque, bound to client, path and filters, good for a day (api.md §1.5).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_domain::secret::{Keyring, Purpose};
use sekisho_domain::time::Timestamp;
use subtle::ConstantTimeEq as _;

use crate::problem::Problem;

/// Hours a cursor is good for.
const LIFE_H: i64 = 24;
/// Bytes of the seal.
const SEAL: usize = 16;

/// Names the place after `last`, for whoever asked with `bound`.
pub(crate) fn write(keyring: &Keyring, bound: &str, last: &str, now: Timestamp) -> String {
    let plain = format!("{} {last}", now.millis());
    let mut bytes = seal(keyring, bound, plain.as_bytes()).to_vec();
    bytes.extend_from_slice(plain.as_bytes());
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The place a cursor names; an unknown, foreign or old one is a problem.
pub(crate) fn read(
    keyring: &Keyring,
    bound: &str,
    cursor: &str,
    now: Timestamp,
) -> Result<String, Problem> {
    open(keyring, bound, cursor, now).ok_or_else(|| Problem::new("invalid_cursor"))
}

fn open(keyring: &Keyring, bound: &str, cursor: &str, now: Timestamp) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
    let (sealed, plain) = bytes.split_at_checked(SEAL)?;
    if !bool::from(seal(keyring, bound, plain).ct_eq(sealed)) {
        return None;
    }
    let (made, last) = std::str::from_utf8(plain).ok()?.split_once(' ')?;
    let made = Timestamp::from_millis(made.parse().ok()?);
    (now < made.plus_s(LIFE_H * 3600)).then(|| last.to_owned())
}

fn seal(keyring: &Keyring, bound: &str, plain: &[u8]) -> [u8; SEAL] {
    let parts: [&[u8]; 3] = [b"cursor", bound.as_bytes(), plain];
    let mac = keyring.mac(keyring.newest(), Purpose::Form, &parts);
    let mac = mac.expect("the newest key is on the ring");
    *mac.first_chunk().expect("the seal is shorter than the MAC")
}

#[cfg(test)]
mod tests {
    use sekisho_domain::secret::Secret;

    use super::*;

    #[test]
    fn a_cursor_is_good_for_its_list_and_a_day() {
        let ring = Keyring::new(&[(1, Secret::new([7; 32]))]);
        let now = Timestamp::from_millis(1_795_151_000_000);
        let cursor = write(&ring, "cli /v1/approvals", "apr_x", now);
        let open = |bound, cursor: &str, now| read(&ring, bound, cursor, now).ok();
        assert_eq!(open("cli /v1/approvals", &cursor, now).as_deref(), Some("apr_x"));
        assert_eq!(open("other /v1/approvals", &cursor, now), None);
        assert_eq!(open("cli /v1/approvals", &cursor, now.plus_days(1)), None);
        assert_eq!(
            open("cli /v1/approvals", &cursor.replacen('A', "B", 1), now.plus_days(1)),
            None
        );
        assert_eq!(open("cli /v1/approvals", "", now), None);
    }
}
