//! Ways away from the page that was asked for: a fault, a link that does not open, another page.

use axum::http::StatusCode;
use axum::http::header::LOCATION;
use axum::response::{IntoResponse, Response};
use sekisho_app::error::Error;
use sekisho_app::tx::StoreError;
use sekisho_domain::refusal::Refusal;

use crate::corrupt::Corrupt;
use crate::hashing::HashingBusy;
use crate::screen::error::Fault;

/// What a page handler gives.
pub(crate) type Page = Result<Response, Detour>;

/// Why the page asked for is not shown.
#[derive(Debug)]
pub(crate) enum Detour {
    /// Something went wrong; the page about it is made by the outermost layer.
    Fault(Fault),
    /// The store holds what it should not: a fault of ours, and written into the log.
    Corrupt(Corrupt),
    /// 「この画面は開けません」, with this status; says no more.
    CannotOpen(StatusCode),
    /// To another page.
    Go(String),
    /// A reply that is ready.
    Ready(Box<Response>),
}

/// What the outermost layer is to show in place of an empty reply.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Notice {
    /// The page about a fault.
    Fault(Fault),
    /// 「この画面は開けません」.
    CannotOpen,
}

impl From<Error> for Detour {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(Refusal::NotFound) => Self::Fault(Fault::NotFound),
            Error::Refused(_) => Self::CannotOpen(StatusCode::CONFLICT),
            Error::Store(StoreError::Corrupt(what)) => Self::Corrupt(Corrupt::new(&what)),
            Error::Store(_) => Self::Fault(Fault::Unavailable),
        }
    }
}

impl From<HashingBusy> for Detour {
    fn from(_: HashingBusy) -> Self {
        Self::Fault(Fault::Unavailable)
    }
}

impl IntoResponse for Detour {
    fn into_response(self) -> Response {
        let fault = |fault: Fault| {
            let status = StatusCode::from_u16(fault.status());
            (status.expect("faults carry real statuses"), Notice::Fault(fault))
        };
        let mut corrupt = None;
        let (status, notice) = match self {
            Self::Go(url) => return see(&url),
            Self::Ready(reply) => return *reply,
            Self::Fault(why) => fault(why),
            Self::Corrupt(what) => {
                corrupt = Some(what);
                fault(Fault::Internal)
            }
            Self::CannotOpen(status) => (status, Notice::CannotOpen),
        };
        let mut reply = status.into_response();
        reply.extensions_mut().insert(notice);
        if let Some(corrupt) = corrupt {
            reply.extensions_mut().insert(corrupt);
        }
        reply
    }
}

/// 303: the other page is fetched with `GET`, so that a reload sends nothing twice.
pub(crate) fn see(url: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, url.to_owned())]).into_response()
}
