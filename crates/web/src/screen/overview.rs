//! 認証手段の確認・変更: what the customer has, and the way to everything else.

use askama::Template;
use sekisho_domain::time::{Day, Timestamp};

use super::log::LogEntry;
use super::order::OrderStage;
use super::otp::TokenView;
use super::slip::Badge;
use crate::frame::Frame;

/// How a card stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardState {
    /// 利用中
    Active,
    /// In use until the next one is switched to.
    Retiring,
    /// お手続きのみ: keeps its power for the switch and for one-time passwords (T-16).
    ProceduresOnly,
    /// お手続きのみ, because a token is in use (T-03).
    BesideToken,
    /// ロック
    Locked,
    /// Nothing left to ask.
    Exhausted,
    /// 無効: reported lost or photographed.
    Revoked,
}

impl CardState {
    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "card-state-active",
            Self::Retiring => "card-state-retiring",
            Self::ProceduresOnly | Self::BesideToken => "card-state-procedures",
            Self::Locked => "card-state-locked",
            Self::Exhausted => "card-state-exhausted",
            Self::Revoked => "card-state-revoked",
        }
    }

    /// How it looks.
    pub const fn badge(self) -> Badge {
        match self {
            Self::Active => Badge::Ok,
            Self::BesideToken => Badge::Plain,
            Self::Retiring | Self::ProceduresOnly => Badge::Warn,
            Self::Locked | Self::Exhausted | Self::Revoked => Badge::Stop,
        }
    }

    /// Message with what to do, where something is to be done.
    pub const fn advice(self) -> Option<&'static str> {
        match self {
            Self::Active => None,
            Self::Retiring => Some("card-advice-retiring"),
            Self::ProceduresOnly => Some("card-advice-procedures"),
            Self::BesideToken => Some("card-advice-beside"),
            Self::Locked => Some("card-advice-locked"),
            Self::Exhausted => Some("card-advice-exhausted"),
            Self::Revoked => Some("card-advice-revoked"),
        }
    }
}

/// A card the customer has.
#[derive(Clone, Debug)]
pub struct CardView {
    /// Whether it is an image card; else a customer card.
    pub image: bool,
    /// The printed number.
    pub number: String,
    /// How it stands.
    pub state: CardState,
    /// Since when it is in use.
    pub since: Option<Day>,
    /// How many approvals are left, and out of how many, where that is counted.
    pub left: Option<(u32, u32)>,
}

/// An order that has not ended.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// Its number.
    pub reference: String,
    /// When it was made.
    pub ordered: Day,
    /// How far it is.
    pub stage: OrderStage,
}

/// The first page after sign-in at sekisho itself.
#[derive(Template)]
#[template(path = "overview.html")]
pub struct Overview {
    /// Around it.
    pub frame: Frame,
    /// Cards, the one in use first.
    pub cards: Vec<CardView>,
    /// The token in use, or the one that waits for its first code.
    pub owned: Option<TokenView>,
    /// Whether a token can be started here now.
    pub can_start: bool,
    /// The order on its way.
    pub order: Option<OrderView>,
    /// From when transfers need the image card, while this customer has none.
    pub mandatory: Option<Day>,
    /// Whether an image card can be ordered here now.
    pub can_order: bool,
    /// Unread notices.
    pub unread: u32,
    /// Where notices go, masked: `ha••••@example.jp`.
    pub mail_hint: Option<String>,
    /// When the customer was here before.
    pub last_sign_in: Option<Timestamp>,
    /// The newest lines of the log; five at most.
    pub log: Vec<LogEntry>,
}
