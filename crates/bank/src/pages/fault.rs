//! What happens when a page cannot be shown. Drawn at the door, where the visitor's language is
//! known.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{Html, IntoResponse, Response},
};

use super::{frame::Frame, go, visitor::Visitor};
use crate::{ledger::BookingRefused, sekisho::Failure, transfers::Trouble};

/// Why a page cannot be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nobody is signed in, or not any more.
    SignInFirst,
    /// The form is not of this session: sent from elsewhere, or long ago.
    Stale,
    /// No such page, or another customer's.
    NotFound,
    /// The sign-in did not come back as it went.
    SignInFailed,
    /// The customer gave up signing in, or sekisho did.
    SignInDeclined,
    /// Signed in at sekisho, but not a customer of this bank.
    NoCustomer,
    /// sekisho or the database is away.
    Away,
    /// We were wrong.
    Broken,
}

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        tracing::error!(%error, "the bank's database failed");
        Self::Away
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        tracing::warn!(%failure, "sekisho failed");
        Self::Away
    }
}

impl From<Trouble> for Fault {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Store(error) => error.into(),
            Trouble::Sekisho(failure) => failure.into(),
        }
    }
}

impl From<BookingRefused> for Fault {
    fn from(refused: BookingRefused) -> Self {
        tracing::error!(%refused, "a booking failed on a page");
        Self::Broken
    }
}

impl IntoResponse for Fault {
    /// An empty reply that bears the fault; the door draws it.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

#[derive(Template)]
#[template(path = "fault.html")]
struct FaultPage<'a> {
    frame: Frame,
    title: &'a str,
    text: &'a str,
    to_menu: bool,
}

impl Fault {
    fn status(self) -> StatusCode {
        match self {
            Self::SignInFirst => StatusCode::SEE_OTHER,
            Self::Stale | Self::NoCustomer => StatusCode::FORBIDDEN,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignInFailed | Self::SignInDeclined => StatusCode::BAD_REQUEST,
            Self::Away => StatusCode::SERVICE_UNAVAILABLE,
            Self::Broken => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The page of this fault.
    pub(super) fn draw(self, visitor: &Visitor) -> Response {
        if self == Self::SignInFirst {
            return go("/?again=1");
        }
        // No links back to an address that has just failed.
        let frame = Frame { here: None, ..Frame::outside(visitor) };
        let ((title_ja, title_en), (text_ja, text_en)) = self.words();
        let page = FaultPage {
            title: frame.say(title_ja, title_en),
            text: frame.say(text_ja, text_en),
            to_menu: matches!(self, Self::Stale | Self::NotFound | Self::Away | Self::Broken),
            frame,
        };
        match page.render() {
            Ok(html) => (self.status(), Html(html)).into_response(),
            Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    /// Title and text, each in Japanese and English.
    fn words(self) -> ((&'static str, &'static str), (&'static str, &'static str)) {
        match self {
            Self::SignInFirst | Self::Stale => (
                ("画面の有効な時間が過ぎました", "This page has expired"),
                (
                    "お取引は受け付けていません。お手数ですが、メニューからやり直してください。",
                    "Nothing was sent. Please start again from the menu.",
                ),
            ),
            Self::NotFound => (
                ("この画面は開けません", "This page cannot be opened"),
                (
                    "アドレスが変わったか、ほかの方の画面です。メニューからお進みください。",
                    "It has moved, or it is not yours. Please go on from the menu.",
                ),
            ),
            Self::SignInFailed => (
                ("ログインを完了できませんでした", "Sign-in could not be completed"),
                (
                    "別の画面で始めたログインか、時間が過ぎたログインです。もう一度ログインしてください。",
                    "It began in another window or took too long. Please sign in again.",
                ),
            ),
            Self::SignInDeclined => (
                ("ログインを取りやめました", "You have not signed in"),
                (
                    "お取引は行われていません。続けるときは、もう一度ログインしてください。",
                    "Nothing was done. To go on, please sign in again.",
                ),
            ),
            Self::NoCustomer => (
                ("ご契約の口座が見つかりません", "No account was found for your contract"),
                (
                    "お手数ですが、インターネットバンキング係（0120-000-000）へご連絡ください。",
                    "Please call internet banking support, 0120-000-000.",
                ),
            ),
            Self::Away => (
                ("ただいま混み合っています", "We are busy at the moment"),
                (
                    "新しいお取引は受け付けていません。1分ほどおいて、もう一度お試しください。\
                     お急ぎのときは 0120-000-000 へお電話ください。",
                    "No new transaction was accepted. Please try again in a minute, \
                     or call 0120-000-000.",
                ),
            ),
            Self::Broken => (
                ("画面を表示できませんでした", "The page could not be shown"),
                (
                    "ご迷惑をおかけします。お取引の結果は「振込・振替の履歴」でご確認いただけます。",
                    "We are sorry. Your transfers are listed under “Transfer history”.",
                ),
            ),
        }
    }
}
