//! Sentences in the customer's language, from `messages/{ja,en}`.

use std::borrow::{Borrow, Cow};
use std::collections::HashMap;
use std::fmt;

use askama::filters::HtmlSafe;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader, langid, static_loader};

static_loader! {
    static MESSAGES = {
        locales: "./messages",
        fallback_language: "ja",
        // Isolation marks would be read aloud, copied and printed with every number.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// A language the screens speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Japanese, the first language.
    Ja,
    /// English.
    En,
}

impl Lang {
    /// Both languages, Japanese first.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The code for `lang=`, cookies and `?lang`.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// The language the switch in the header leads to.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }

    /// The language's own name for itself.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }

    /// The language of a tag such as `en-GB`, if the screens speak it.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.trim().split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// What the customer asked for: `?lang` before the cookie before `Accept-Language`; else
    /// Japanese.
    pub fn choose(query: Option<&str>, cookie: Option<&str>, accept: Option<&str>) -> Self {
        query
            .and_then(Self::parse)
            .or_else(|| cookie.and_then(Self::parse))
            .or_else(|| accept.and_then(Self::preferred))
            .unwrap_or(Self::Ja)
    }

    /// The best language of an `Accept-Language` header; of equals, the first.
    fn preferred(header: &str) -> Option<Self> {
        let weighed = |part: &str| {
            let (tag, rest) = part.split_once(';').unwrap_or((part, "q=1"));
            let weight: f32 = rest.trim().strip_prefix("q=")?.parse().ok()?;
            Self::parse(tag).filter(|_| weight > 0.0).map(|lang| (lang, weight))
        };
        let mut best: Option<(Self, f32)> = None;
        for (lang, weight) in header.split(',').filter_map(weighed) {
            if best.is_none_or(|(_, most)| weight > most) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    const fn id(self) -> LanguageIdentifier {
        match self {
            Self::Ja => langid!("ja"),
            Self::En => langid!("en"),
        }
    }
}

/// A piece of HTML made from a message of ours and escaped arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Markup(String);

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl HtmlSafe for Markup {}

/// The messages of one language, with the words every message may use (`{ $phone }`, `{ $our }`…).
///
/// A message that is missing shows its own key; a test sees to it that none is.
#[derive(Clone, Debug)]
pub struct Texts {
    lang: Lang,
    words: Vec<(&'static str, String)>,
}

impl Texts {
    /// Texts with `words` at hand in every message.
    pub fn new(lang: Lang, words: Vec<(&'static str, String)>) -> Self {
        Self { lang, words }
    }

    /// The language.
    pub const fn lang(&self) -> Lang {
        self.lang
    }

    /// The message `key` as plain text.
    pub fn t(&self, key: &str) -> String {
        self.say(key, &self.plain())
    }

    /// The message `key` with `args`, as plain text.
    pub fn with<V: ToString>(&self, key: &str, args: &[(&'static str, V)]) -> String {
        let mut all = self.plain();
        all.extend(args.iter().map(|(name, value)| ((*name).into(), value.to_string().into())));
        self.say(key, &all)
    }

    /// The message `key` with `$count`, which may choose a plural.
    pub fn count(&self, key: &str, count: impl Borrow<u32>) -> String {
        let mut all = self.plain();
        all.insert("count".into(), (*count.borrow()).into());
        self.say(key, &all)
    }

    /// The message `key` with its own `<b>` and `<br>`.
    pub fn rich(&self, key: &str) -> Markup {
        Markup(self.say(key, &self.escaped()))
    }

    /// The message `key` with its own `<b>` and `<br>`; `args` are escaped.
    pub fn rich_with<V: ToString>(&self, key: &str, args: &[(&'static str, V)]) -> Markup {
        let mut all = self.escaped();
        let safe = |value: &V| escape(&value.to_string()).into();
        all.extend(args.iter().map(|(name, value)| ((*name).into(), safe(value))));
        Markup(self.say(key, &all))
    }

    fn say(&self, key: &str, args: &Args) -> String {
        let found = MESSAGES.try_lookup_with_args(&self.lang.id(), key, args);
        debug_assert!(found.is_some(), "there is no message {key}, or it lacks an argument");
        found.unwrap_or_else(|| key.to_owned())
    }

    fn plain(&self) -> Args {
        self.words.iter().map(|(name, word)| ((*name).into(), word.clone().into())).collect()
    }

    fn escaped(&self) -> Args {
        let shown = |name: &str, word: &str| match name {
            // A telephone number broken over two lines is dialled wrong.
            "phone" | "loss_phone" => format!("<span class=\"nb\">{}</span>", escape(word)),
            _ => escape(word),
        };
        self.words.iter().map(|(name, word)| ((*name).into(), shown(name, word).into())).collect()
    }
}

type Args = HashMap<Cow<'static, str>, FluentValue<'static>>;

fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_query_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        let accept = Some("fr, en-GB;q=0.8, ja;q=0.4");
        assert_eq!(Lang::choose(Some("ja"), Some("en"), accept), Lang::Ja);
        assert_eq!(Lang::choose(Some("xx"), Some("en"), None), Lang::En);
        assert_eq!(Lang::choose(None, None, accept), Lang::En);
        assert_eq!(Lang::choose(None, None, Some("en;q=0, de")), Lang::Ja);
        assert_eq!(Lang::choose(None, None, Some("ja;q=0.5,en;q=0.5")), Lang::Ja);
        assert_eq!(Lang::choose(None, None, None), Lang::Ja);
    }

    #[test]
    fn rich_text_escapes_what_others_wrote() {
        let texts = Texts::new(Lang::Ja, vec![("phone", "0120-<000>".to_owned())]);
        assert_eq!(
            texts.rich("phone-only").to_string(),
            "<span class=\"nb\">0120-&lt;000&gt;</span>"
        );
        assert_eq!(texts.t("phone-only"), "0120-<000>");
    }
}
