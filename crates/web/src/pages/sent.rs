//! A form as it was sent.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use sekisho_domain::secret::Secret;

use super::around::pairs;
use super::detour::Detour;
use super::guest::Guest;
use crate::screen::error::Fault;
use crate::state::Web;

/// Bytes of the largest form of ours, with room to spare.
pub(crate) const FORM_MAX: usize = 16 * 1024;

/// The fields of a form.
pub(crate) struct Sent(Vec<(String, String)>);

impl Sent {
    /// What a field says; nothing was sent, nothing is said.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    /// A field nobody may see again.
    pub(crate) fn secret(&self, name: &str) -> Secret<String> {
        Secret::new(self.text(name).to_owned())
    }

    /// Whether a box was ticked.
    pub(crate) fn ticked(&self, name: &str) -> bool {
        !self.text(name).is_empty()
    }

    /// What the form is about, if it was made for this visitor.
    pub(crate) fn about(&self, guest: &Guest) -> Option<String> {
        guest.made(self.text("csrf"))
    }

    /// Whether the form was made for this visitor.
    pub(crate) fn fresh(&self, guest: &Guest) -> bool {
        self.about(guest).is_some()
    }
}

impl FromRequest<Web> for Sent {
    type Rejection = Detour;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Detour> {
        let bytes =
            Bytes::from_request(request, web).await.map_err(|refused| match refused.status() {
                StatusCode::PAYLOAD_TOO_LARGE => Detour::Fault(Fault::TooLarge),
                _ => Detour::CannotOpen(StatusCode::BAD_REQUEST),
            })?;
        let text = std::str::from_utf8(&bytes);
        let text = text.map_err(|_| Detour::CannotOpen(StatusCode::BAD_REQUEST))?;
        Ok(Self(pairs(text)))
    }
}
