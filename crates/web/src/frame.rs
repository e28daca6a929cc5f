//! What every screen has around it: whose page it is, who is signed in, how large the text is.

use std::borrow::Borrow;

use crate::text::{Lang, Markup, Texts};

/// An institution as its screens name it, in the language of the request.
#[derive(Clone, Debug)]
pub struct Letterhead {
    /// Its place in addresses: `/i/{slug}/`.
    pub slug: String,
    /// 架空信用金庫
    pub name: String,
    /// 個人インターネットバンキング
    pub product: String,
    /// How it speaks of itself: 当金庫, 当行, 当組合 (in English `we` texts avoid it).
    pub our_word: String,
    /// Who answers the telephone: インターネットバンキング係
    pub desk: String,
    /// The telephone number of the desk, as it is to be read.
    pub phone: String,
    /// The number for losses and fraud, answered day and night.
    pub loss_phone: String,
    /// When the desk answers: 平日 9:00〜17:00、紛失の受付は24時間
    pub hours: String,
    /// Address of its own mark, served by us; `None` shows the gate.
    pub logo_url: Option<String>,
}

/// The size of the text the customer chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// 標準: 17 px.
    #[default]
    Standard,
    /// 拡大: 21 px.
    Large,
}

impl TextSize {
    /// The size in the cookie `text_size`; anything unknown is the standard.
    pub fn of_cookie(value: Option<&str>) -> Self {
        if value == Some("large") { Self::Large } else { Self::Standard }
    }

    /// The word for the cookie and the form.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Standard => "standard",
            Self::Large => "large",
        }
    }

    /// Whether the text is large.
    pub fn is_large(&self) -> bool {
        *self == Self::Large
    }
}

/// What stands around a screen.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Whose page it is.
    pub institution: Letterhead,
    /// The messages of the request's language.
    pub texts: Texts,
    /// Name of the customer who is signed in, in kana.
    pub customer: Option<String>,
    /// Value of the hidden field `csrf` of every form.
    pub csrf: String,
    /// Size of the text, from the cookie.
    pub text_size: TextSize,
    /// Path and query of a `GET` that shows this screen again, for the switch of language.
    pub path: String,
    /// Whether this is a sandbox, which must say so on every page.
    pub sandbox: bool,
}

impl Frame {
    /// A frame for somebody who is not signed in.
    pub fn new(institution: Letterhead, lang: Lang, path: &str, csrf: &str) -> Self {
        let words = vec![
            ("institution", institution.name.clone()),
            ("our", institution.our_word.clone()),
            ("desk", institution.desk.clone()),
            ("phone", institution.phone.clone()),
            ("loss_phone", institution.loss_phone.clone()),
            ("hours", institution.hours.clone()),
        ];
        Self {
            texts: Texts::new(lang, words),
            institution,
            customer: None,
            csrf: csrf.to_owned(),
            text_size: TextSize::Standard,
            path: path.to_owned(),
            sandbox: false,
        }
    }

    /// The address of a page of this institution: `at("card/apply")`.
    pub fn at(&self, page: &str) -> String {
        format!("/i/{}/{page}", self.institution.slug)
    }

    /// The address of this page in the other language.
    pub fn in_other_language(&self) -> String {
        let mark = if self.path.contains('?') { '&' } else { '?' };
        format!("{}{mark}lang={}", self.path, self.texts.lang().other().code())
    }

    /// See [`Texts::t`].
    pub fn t(&self, key: &str) -> String {
        self.texts.t(key)
    }

    /// See [`Texts::with`].
    pub fn with<V: ToString>(&self, key: &str, args: &[(&'static str, V)]) -> String {
        self.texts.with(key, args)
    }

    /// See [`Texts::count`].
    pub fn count(&self, key: &str, count: impl Borrow<u32>) -> String {
        self.texts.count(key, count)
    }

    /// See [`Texts::rich`].
    pub fn rich(&self, key: &str) -> Markup {
        self.texts.rich(key)
    }

    /// See [`Texts::rich_with`].
    pub fn rich_with<V: ToString>(&self, key: &str, args: &[(&'static str, V)]) -> Markup {
        self.texts.rich_with(key, args)
    }
}
