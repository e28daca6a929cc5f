//! From an envelope to a message as RFC 5322 wants it.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Message;
use lettre::address::{Address, Envelope as Route};
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};

use super::{Envelope, MailError};

/// The message for `envelope`; delivery failures go to `return_path`, or else to the sender.
pub(super) fn compose(
    envelope: &Envelope,
    return_path: Option<&str>,
) -> Result<Message, MailError> {
    let from = address(&envelope.from, "the sender's address")?;
    let to = address(&envelope.to, "the address")?;
    let returns = return_path.map(|text| address(text, "mail.return_path")).transpose()?;
    let route = Route::new(Some(returns.unwrap_or_else(|| from.clone())), vec![to.clone()]);
    let route = route.map_err(|error| MailError::Permanent(error.to_string()))?;

    let name = Some(one_line(&envelope.from_name)).filter(|name| !name.is_empty());
    let id = format!("<{}@{}>", envelope.id, from.domain());
    let since = Duration::from_millis(envelope.at.millis().unsigned_abs());
    // Robots that answer every mail stay silent on this (RFC 3834).
    let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
    Message::builder()
        .from(Mailbox::new(name, from))
        .to(Mailbox::new(None, to))
        .subject(one_line(&envelope.subject))
        .message_id(Some(id))
        .date(UNIX_EPOCH + since)
        .raw_header(HeaderValue::new(automatic, "auto-generated".to_owned()))
        .envelope(route)
        .multipart(MultiPart::alternative_plain_html(envelope.text.clone(), envelope.html.clone()))
        .map_err(|error| MailError::Permanent(error.to_string()))
}

fn address(text: &str, what: &str) -> Result<Address, MailError> {
    text.parse().map_err(|_| MailError::Permanent(format!("{what} is not a mail address")))
}

/// A header has one line, whatever a name or a subject was made of.
fn one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}
