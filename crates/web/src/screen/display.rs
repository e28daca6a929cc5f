//! 表示の設定: text size and language without any script.

use askama::Template;

use crate::frame::Frame;
use crate::text::Lang;

/// The settings. Form: `text_size` (`standard`, `large`), `lang` (`ja`, `en`).
#[derive(Template)]
#[template(path = "display.html")]
pub struct Display {
    /// Around it.
    pub frame: Frame,
    /// Whether settings were just kept.
    pub saved: bool,
    /// Where 「もどる」 leads.
    pub back_url: String,
}

impl Display {
    /// The languages to choose from, and which one is chosen.
    pub fn languages(&self) -> [(Lang, bool); 2] {
        Lang::ALL.map(|lang| (lang, lang == self.frame.texts.lang()))
    }
}
