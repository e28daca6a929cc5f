//! Where a customer goes on after sign-in: only ever to a page of the same institution.
//!
//! Sign-in, a change of password, the offer of a card and an order may lie between the bank's call
//! and the way back. Where the customer was going is therefore kept in a cookie of the browser, and
//! judged again when it is used.

use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::around::Around;
use super::cookie;
use super::guest::set;

/// Bytes of an address we keep; a longer one is forgotten.
const LENGTH_MAX: usize = 3000;

/// The address of the sign-in page that leads on to `target`.
pub(crate) fn sign_in(around: &Around, target: &str) -> String {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("return", target)
        .append_pair("lang", around.lang.code())
        .finish();
    format!("{}?{query}", around.at("sign_in"))
}

/// `target`, if it is a page of this institution and nothing else: no other host, no trick of
/// spelling.
pub(crate) fn safe<'a>(around: &Around, target: &'a str) -> Option<&'a str> {
    let home = around.at("");
    let path = target.split(['?', '#']).next()?;
    let plain = target.bytes().all(|byte| (0x21..0x7f).contains(&byte) && byte != b'\\');
    let climbs = path.split('/').any(|step| matches!(step, "." | "..")) || path.contains('%');
    let ours = target.starts_with(&home) && !path.contains("//");
    (ours && plain && !climbs && target.len() <= LENGTH_MAX).then_some(target)
}

/// What the cookie says, if it still leads to a page of this institution.
pub(crate) fn kept(around: &Around) -> Option<String> {
    let bytes = URL_SAFE_NO_PAD.decode(around.cookies.get(cookie::ONWARD)?).ok()?;
    let target = String::from_utf8(bytes).ok()?;
    safe(around, &target).map(str::to_owned)
}

/// Keeps where the customer is going.
pub(crate) fn keep(reply: &mut Response, target: &str) {
    set(reply, cookie::keep(cookie::ONWARD, &URL_SAFE_NO_PAD.encode(target), None));
}

/// The customer has arrived.
pub(crate) fn forget(reply: &mut Response) {
    set(reply, cookie::drop(cookie::ONWARD));
}
