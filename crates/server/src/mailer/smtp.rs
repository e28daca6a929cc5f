//! Mail submission over SMTP (RFC 6409).

use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Tls, TlsParameters};
use lettre::transport::smtp::{Error, SmtpTransport};
use lettre::{Message, Transport as _};

use super::{MailError, Transport};
use crate::config::{Encryption, Mail};

/// A mail server, with a few connections kept open.
pub struct Smtp(SmtpTransport);

impl Smtp {
    /// The mail server that the configuration names; `None` when it names none.
    ///
    /// Nothing is connected yet.
    pub fn new(mail: &Mail) -> Option<Result<Self, MailError>> {
        let host = mail.host.as_deref()?;
        Some(Self::connect(host, mail).map_err(|error| outcome(&error)))
    }

    fn connect(host: &str, mail: &Mail) -> Result<Self, Error> {
        let parameters = || TlsParameters::new(host.to_owned());
        let tls = match mail.encryption {
            Encryption::StartTls => Tls::Required(parameters()?),
            Encryption::Tls => Tls::Wrapper(parameters()?),
            Encryption::None => Tls::None,
        };
        let mut builder = SmtpTransport::builder_dangerous(host)
            .port(mail.port)
            .tls(tls)
            .timeout(Some(Duration::from_secs(mail.timeout_s.into())));
        if let (Some(login), Some(password)) = (&mail.login, &mail.password) {
            builder =
                builder.credentials(Credentials::new(login.clone(), password.expose().to_owned()));
        }
        Ok(Self(builder.build()))
    }

    /// Connects, logs in and says goodbye, without sending anything.
    pub fn greet(&self) -> Result<(), MailError> {
        match self.0.test_connection() {
            Ok(true) => Ok(()),
            Ok(false) => Err(MailError::Transient("it does not answer as it should".to_owned())),
            Err(error) => Err(outcome(&error)),
        }
    }
}

impl Transport for Smtp {
    fn carry(&self, message: &Message) -> Result<(), MailError> {
        self.0.send(message).map(drop).map_err(|error| outcome(&error))
    }
}

/// What an error means for the mail. The words of the other side are left out: they may repeat the
/// address.
fn outcome(error: &Error) -> MailError {
    let code = error.status().map(|code| format!("it answered {code}"));
    match (error.is_permanent(), code) {
        (true, Some(code)) => MailError::Permanent(code),
        (_, Some(code)) => MailError::Transient(code),
        (_, None) if error.is_timeout() => {
            MailError::Transient("it did not answer in time".to_owned())
        }
        (_, None) if error.is_tls() => MailError::Transient("no protected connection".to_owned()),
        (_, None) => MailError::Transient("no connection".to_owned()),
    }
}
