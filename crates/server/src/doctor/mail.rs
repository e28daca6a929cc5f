//! The mail server: does it answer, and does it take our name and password?

use super::{Finding, Grade};
use crate::config::Mail;
use crate::mailer::Smtp;

pub(super) fn examine(mail: &Mail) -> Finding {
    let Some(smtp) = Smtp::new(mail) else {
        let sentence = "mail.host is not set: notices stay in the inbox, no mail is sent";
        return Finding::new("mail", Grade::Warning, sentence);
    };
    match smtp.and_then(|smtp| smtp.greet()) {
        Ok(()) => Finding::new("mail", Grade::Well, "the mail server answers"),
        Err(error) => {
            // Mail is tried again for two days: the server can start without it.
            Finding::new("mail", Grade::Warning, format!("the mail server: {error}"))
        }
    }
}
