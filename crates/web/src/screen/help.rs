//! ヘルプ: a guide to each page, by the questions people ask at the counter.

use askama::Template;

use crate::frame::Frame;
use crate::text::Markup;

/// What a guide is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// ログイン
    SignIn,
    /// パスワードの変更
    Password,
    /// 画像認証カードの申込
    Apply,
    /// カードのお届け
    Delivery,
    /// 画像認証カード切替え
    Switch,
    /// お取引の認証（画像認証カード）
    ImageCard,
    /// お取引の認証（お客様カード）
    CustomerCard,
    /// お取引の認証（ワンタイムパスワード）
    OneTimePassword,
    /// トークンの利用開始・交換・利用中止
    Token,
    /// ロックされたとき
    Locked,
    /// 認証手段の確認・変更
    Overview,
    /// 再発行・紛失のお届け
    Loss,
    /// 利用停止
    Stop,
    /// 操作履歴
    Log,
    /// お知らせとメール
    Notices,
    /// 表示の設定と読み上げ
    Display,
}

impl Topic {
    /// All guides, in the order of a customer's first weeks.
    pub const ALL: [Self; 16] = [
        Self::SignIn,
        Self::Password,
        Self::Apply,
        Self::Delivery,
        Self::Switch,
        Self::ImageCard,
        Self::CustomerCard,
        Self::OneTimePassword,
        Self::Token,
        Self::Locked,
        Self::Overview,
        Self::Loss,
        Self::Stop,
        Self::Log,
        Self::Notices,
        Self::Display,
    ];

    /// Last part of the guide's address: `help/{slug}`.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::SignIn => "sign-in",
            Self::Password => "password",
            Self::Apply => "apply",
            Self::Delivery => "delivery",
            Self::Switch => "switch",
            Self::ImageCard => "image-card",
            Self::CustomerCard => "customer-card",
            Self::OneTimePassword => "one-time-password",
            Self::Token => "token",
            Self::Locked => "locked",
            Self::Overview => "overview",
            Self::Loss => "loss",
            Self::Stop => "stop",
            Self::Log => "log",
            Self::Notices => "notices",
            Self::Display => "display",
        }
    }

    /// The guide at an address.
    pub fn parse(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.slug() == slug)
    }

    /// How many questions the guide answers.
    pub const fn questions(self) -> usize {
        match self {
            Self::Switch | Self::ImageCard | Self::Token => 5,
            Self::Password | Self::Log | Self::Overview | Self::Locked => 3,
            _ => 4,
        }
    }

    /// The guide's title.
    pub fn title(&self, frame: &Frame) -> String {
        frame.t(&format!("help-{}", self.slug()))
    }

    /// In one sentence, what the page is for.
    pub fn lead(&self, frame: &Frame) -> Markup {
        frame.rich(&format!("help-{}.lead", self.slug()))
    }

    /// Questions and answers.
    pub fn answers(&self, frame: &Frame) -> Vec<(String, Markup)> {
        let part = |kind: char, n: usize| format!("help-{}.{kind}{n}", self.slug());
        (1..=self.questions())
            .map(|n| (frame.t(&part('q', n)), frame.rich(&part('a', n))))
            .collect()
    }
}

/// ヘルプ一覧
#[derive(Template)]
#[template(path = "help_index.html")]
pub struct HelpIndex {
    /// Around it.
    pub frame: Frame,
}

/// One guide.
#[derive(Template)]
#[template(path = "help_page.html")]
pub struct HelpPage {
    /// Around it.
    pub frame: Frame,
    /// What it is about.
    pub topic: Topic,
}
