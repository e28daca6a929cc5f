//! Mail: made from an envelope, given to a mail server, once or more often but always recognisably
//! the same.

mod message;
mod smtp;

use std::fmt;

use lettre::Message;
use sekisho_domain::time::Timestamp;

pub use smtp::Smtp;

/// A mail to one address.
#[derive(Clone, PartialEq, Eq)]
pub struct Envelope {
    /// The notice it tells (`ntc_…`). Its Message-ID is made from it, so that a mail that was sent
    /// twice is one.
    pub id: String,
    /// The sender's address.
    pub from: String,
    /// The sender's name, as mail programs show it.
    pub from_name: String,
    /// One address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// The plain text.
    pub text: String,
    /// The same as simple HTML.
    pub html: String,
    /// When the notice was decided; the date of the mail.
    pub at: Timestamp,
}

/// Prints the id alone: addresses and texts are not for logs.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({})", self.id)
    }
}

/// Why a mail was not taken. The text names no address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailError {
    /// Later it may go: the mail server is away, busy or greylisting.
    #[error("not taken for now: {0}")]
    Transient(String),
    /// It will never go: an address that cannot be one, or one the mail server refuses for good.
    #[error("refused for good: {0}")]
    Permanent(String),
}

/// Carries a finished message away.
pub trait Transport: Send + Sync {
    /// Returns when the other side has taken the message into its own care.
    fn carry(&self, message: &Message) -> Result<(), MailError>;
}

/// Sends mail.
pub struct Mailer {
    transport: Box<dyn Transport>,
    return_path: Option<String>,
}

impl Mailer {
    /// Sends by `transport`; mails that cannot be delivered come back to `return_path`, or else to
    /// the sender.
    pub fn new(transport: Box<dyn Transport>, return_path: Option<String>) -> Self {
        Self { transport, return_path }
    }

    /// Sends one mail. May take as long as the mail server's patience: never call it within a
    /// transaction.
    pub fn send(&self, envelope: &Envelope) -> Result<(), MailError> {
        let message = message::compose(envelope, self.return_path.as_deref())?;
        self.transport.carry(&message)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Keeps what it was given.
    #[derive(Clone, Default)]
    struct Drawer(Arc<Mutex<Vec<Message>>>);

    impl Transport for Drawer {
        fn carry(&self, message: &Message) -> Result<(), MailError> {
            self.0.lock().expect("one test, one thread").push(message.clone());
            Ok(())
        }
    }

    fn envelope() -> Envelope {
        Envelope {
            id: "ntc_01m7vncdx3e3zbpamptxnpn4sa".into(),
            from: "ib@kaku-shinkin.example".into(),
            from_name: "架空信用金庫".into(),
            to: "hanako@mail.example".into(),
            subject: "【架空信用金庫】お取引を認証しました（照合番号 7K2M-Q94D）".into(),
            text: "カクウ ハナコ 様\n\n次のお取引を認証しました。\n".into(),
            html: "<p>カクウ ハナコ 様</p>".into(),
            at: Timestamp::parse("2026-11-20T11:40:00+09:00").expect("an instant"),
        }
    }

    fn sent(envelope: &Envelope) -> Message {
        let drawer = Drawer::default();
        let mailer = Mailer::new(Box::new(drawer.clone()), Some("returns@platform.example".into()));
        mailer.send(envelope).expect("the drawer takes everything");
        drawer.0.lock().expect("one test, one thread").remove(0)
    }

    #[test]
    fn a_mail_sent_twice_is_recognisably_one() {
        let id = |message: &Message| message.headers().get_raw("Message-ID").map(str::to_owned);
        let (first, second) = (sent(&envelope()), sent(&envelope()));
        let expected = "<ntc_01m7vncdx3e3zbpamptxnpn4sa@kaku-shinkin.example>";
        assert_eq!(id(&first).as_deref(), Some(expected));
        assert_eq!(id(&first), id(&second));
        assert_eq!(
            first.headers().get_raw("Date"),
            Some("Fri, 20 Nov 2026 02:40:00 +0000"),
            "the day of the notice, not of the sending"
        );
    }

    #[test]
    fn it_carries_both_texts_and_returns_to_the_platform() {
        let message = sent(&envelope());
        let from = message.envelope().from().map(ToString::to_string);
        assert_eq!(from.as_deref(), Some("returns@platform.example"));
        let bytes = String::from_utf8(message.formatted()).expect("mail is ASCII");
        for part in [
            "Content-Type: multipart/alternative",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Type: text/html; charset=utf-8",
            "Auto-Submitted: auto-generated",
            "To: hanako@mail.example",
            "<ib@kaku-shinkin.example>",
        ] {
            assert!(bytes.contains(part), "{part} is missing in\n{bytes}");
        }
    }

    #[test]
    fn nothing_can_add_a_header() {
        let subject = "お知らせ\r\nBcc: thief@mail.example".to_owned();
        let message = sent(&Envelope { subject, ..envelope() });
        assert!(message.headers().get_raw("Bcc").is_none());
        let bytes = String::from_utf8(message.formatted()).expect("mail is ASCII");
        assert!(!bytes.contains("\nBcc:"), "{bytes}");
    }

    #[test]
    fn an_address_that_is_none_is_refused_for_good() {
        let mailer = Mailer::new(Box::new(Drawer::default()), None);
        let refused = mailer.send(&Envelope { to: "not an address".into(), ..envelope() });
        assert!(matches!(refused, Err(MailError::Permanent(_))));
    }
}
