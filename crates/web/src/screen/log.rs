//! 操作履歴: the customer's own security log.

use askama::Template;
use sekisho_domain::time::Timestamp;

use super::slip::Badge;
use crate::frame::Frame;

/// What happened, as far as a customer cares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// ログイン
    SignIn,
    /// ログアウト
    SignOut,
    /// お取引の認証
    Approval,
    /// パスワードの変更
    PasswordChange,
    /// カードの申込
    CardOrder,
    /// カードの発送
    CardDispatch,
    /// カードの切替え
    CardSwitch,
    /// カードのロック
    CardLock,
    /// ロック解除
    CardUnlock,
    /// カードの無効化
    CardRevocation,
    /// トークンの発行
    TokenIssue,
    /// トークンの利用開始
    TokenStart,
    /// トークンの交換
    TokenExchange,
    /// トークンの利用中止
    TokenStop,
    /// ログイン時の認証の変更
    SignInChange,
    /// トークンのロック
    TokenLock,
    /// トークンのロック解除
    TokenUnlock,
    /// トークンの無効化
    TokenRevocation,
    /// お知らせの宛先の変更
    ContactChange,
    /// 利用停止
    Suspension,
    /// 利用再開
    Resumption,
    /// 窓口・電話でのお手続き
    StaffProcedure,
}

impl Happening {
    /// All of them.
    pub const ALL: [Self; 22] = [
        Self::SignIn,
        Self::SignOut,
        Self::Approval,
        Self::PasswordChange,
        Self::CardOrder,
        Self::CardDispatch,
        Self::CardSwitch,
        Self::CardLock,
        Self::CardUnlock,
        Self::CardRevocation,
        Self::TokenIssue,
        Self::TokenStart,
        Self::TokenExchange,
        Self::TokenStop,
        Self::SignInChange,
        Self::TokenLock,
        Self::TokenUnlock,
        Self::TokenRevocation,
        Self::ContactChange,
        Self::Suspension,
        Self::Resumption,
        Self::StaffProcedure,
    ];

    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::SignIn => "log-sign-in",
            Self::SignOut => "log-sign-out",
            Self::Approval => "log-approval",
            Self::PasswordChange => "log-password-change",
            Self::CardOrder => "log-card-order",
            Self::CardDispatch => "log-card-dispatch",
            Self::CardSwitch => "log-card-switch",
            Self::CardLock => "log-card-lock",
            Self::CardUnlock => "log-card-unlock",
            Self::CardRevocation => "log-card-revocation",
            Self::TokenIssue => "log-token-issue",
            Self::TokenStart => "log-token-start",
            Self::TokenExchange => "log-token-exchange",
            Self::TokenStop => "log-token-stop",
            Self::SignInChange => "log-sign-in-change",
            Self::TokenLock => "log-token-lock",
            Self::TokenUnlock => "log-token-unlock",
            Self::TokenRevocation => "log-token-revocation",
            Self::ContactChange => "log-contact-change",
            Self::Suspension => "log-suspension",
            Self::Resumption => "log-resumption",
            Self::StaffProcedure => "log-staff-procedure",
        }
    }
}

/// From where, in words that mean something to the reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// The browser in which the log is read now.
    ThisOne,
    /// A browser seen before; its kind, such as `Windows`.
    Known(String),
    /// A browser never seen before.
    New(String),
    /// A browser nobody could tell: the password was not right.
    Unknown,
    /// Someone at the counter or on the telephone.
    Staff,
    /// The clock.
    Automatic,
}

impl Place {
    /// The words.
    pub fn words(&self, frame: &Frame) -> String {
        match self {
            Self::ThisOne => frame.t("place-this"),
            Self::Known(kind) => frame.with("place-known", &[("kind", kind)]),
            Self::New(kind) => frame.with("place-new", &[("kind", kind)]),
            Self::Unknown => frame.t("place-unknown"),
            Self::Staff => frame.t("place-staff"),
            Self::Automatic => frame.t("place-automatic"),
        }
    }
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 完了
    Done,
    /// 認証しました
    Approved,
    /// 一致しませんでした
    Mismatch,
    /// 行われませんでした: declined, expired, cancelled.
    NotDone,
    /// ロックしました
    Locked,
}

impl Outcome {
    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Done => "outcome-done",
            Self::Approved => "outcome-approved",
            Self::Mismatch => "outcome-mismatch",
            Self::NotDone => "outcome-not-done",
            Self::Locked => "outcome-locked",
        }
    }

    /// How it looks.
    pub const fn badge(self) -> Badge {
        match self {
            Self::Done | Self::Approved => Badge::Ok,
            Self::NotDone => Badge::Plain,
            Self::Mismatch => Badge::Warn,
            Self::Locked => Badge::Stop,
        }
    }
}

/// One line of the log.
#[derive(Clone, Debug)]
pub struct LogEntry {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Happening,
    /// More about it: `振込 12,000円`.
    pub detail: Option<String>,
    /// From where.
    pub place: Place,
    /// How it ended.
    pub outcome: Outcome,
}

/// The log, a page at a time, newest first.
#[derive(Template)]
#[template(path = "log.html")]
pub struct Log {
    /// Around it.
    pub frame: Frame,
    /// The lines of this page.
    pub entries: Vec<LogEntry>,
    /// Address of the newer page.
    pub newer_url: Option<String>,
    /// Address of the older page.
    pub older_url: Option<String>,
}
