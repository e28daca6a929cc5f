//! Proof that a form was ours, made for this browser (CSRF), and that a cookie names what it may.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sekisho_domain::secret::Purpose;
use subtle::ConstantTimeEq as _;

use crate::state::Web;

/// The hidden field of a form: bound to the visitor, and to what the form is about where that is
/// one thing.
pub(crate) fn form(web: &Web, binding: &str, about: Option<&str>) -> String {
    let sealed = mac(web, &[b"form", binding.as_bytes(), about.unwrap_or_default().as_bytes()]);
    match about {
        Some(about) => format!("{sealed}.{about}"),
        None => sealed,
    }
}

/// What a hidden field says the form is about, often nothing; `None` when we did not make it for
/// this visitor.
pub(crate) fn opened(web: &Web, binding: &str, field: &str) -> Option<String> {
    let about = field.split_once('.').map(|(_, about)| about);
    let right = form(web, binding, about);
    let same: bool = right.as_bytes().ct_eq(field.as_bytes()).into();
    same.then(|| about.unwrap_or_default().to_owned())
}

/// A word that only we could have written: `what` and its seal for a purpose.
pub(crate) fn sealed(web: &Web, purpose: &str, what: &str) -> String {
    format!("{what}.{}", mac(web, &[purpose.as_bytes(), what.as_bytes()]))
}

/// What a word sealed for a purpose says, if we wrote it.
pub(crate) fn unsealed<'a>(web: &Web, purpose: &str, word: &'a str) -> Option<&'a str> {
    let (what, _) = word.rsplit_once('.')?;
    let same: bool = sealed(web, purpose, what).as_bytes().ct_eq(word.as_bytes()).into();
    same.then_some(what)
}

/// Under the newest key only: a form left open over a change of keys is stale.
fn mac(web: &Web, parts: &[&[u8]]) -> String {
    let ring = &web.platform.keyring;
    let mac = ring.mac(ring.newest(), Purpose::Form, parts);
    URL_SAFE_NO_PAD.encode(mac.expect("the newest key is on the ring"))
}
