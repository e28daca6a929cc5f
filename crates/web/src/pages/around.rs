//! What is known of a request before anybody is asked: whose page, which language, which cookies.

use std::sync::Arc;

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::request::Parts;
use sekisho_domain::institution::{Institution, Words};

use super::cookie::{self, Cookies};
use crate::frame::{Frame, Letterhead, TextSize};
use crate::state::Web;
use crate::text::Lang;

/// Parameters that are not part of the address of a page: shown again without them.
const PASSING: [&str; 2] = ["lang", "ticket"];

/// Whose page, which language, which cookies.
#[derive(Debug, Clone)]
pub(crate) struct Around {
    /// Whose page.
    pub(crate) institution: Arc<Institution>,
    /// In which language.
    pub(crate) lang: Lang,
    /// The language, if it was just chosen.
    pub(crate) chosen: Option<Lang>,
    /// Size of the text.
    pub(crate) text_size: TextSize,
    /// Path and query of the page, without what only passes.
    pub(crate) path: String,
    /// The cookies.
    pub(crate) cookies: Cookies,
    sandbox: bool,
}

impl Around {
    /// Nothing when no institution has this address.
    pub(crate) fn of(web: &Web, parts: &Parts) -> Option<Self> {
        let path = parts.uri.path();
        let slug = path.strip_prefix("/i/")?.split('/').next()?;
        let institution = web.platform.by_slug(slug)?;
        let cookies = Cookies::read(&parts.headers);
        let pairs: Vec<(String, String)> = pairs(parts.uri.query().unwrap_or_default());
        let asked = pairs.iter().find(|(name, _)| name == "lang").map(|(_, value)| value.as_str());
        let accept = parts.headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let rest = pairs.iter().filter(|(name, _)| !PASSING.contains(&name.as_str()));
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(rest).finish();
        let mark = if query.is_empty() { "" } else { "?" };
        Some(Self {
            institution,
            lang: Lang::choose(asked, cookies.get(cookie::LANG), accept),
            chosen: asked.and_then(Lang::parse),
            text_size: TextSize::of_cookie(cookies.get(cookie::TEXT_SIZE)),
            path: format!("{path}{mark}{query}"),
            cookies,
            sandbox: web.sandbox.is_some(),
        })
    }

    /// The frame of a page whose forms carry `csrf`.
    pub(crate) fn frame(&self, csrf: &str) -> Frame {
        let head = letterhead(&self.institution, self.lang);
        let mut frame = Frame::new(head, self.lang, &self.path, csrf);
        frame.text_size = self.text_size;
        frame.sandbox = self.sandbox;
        frame
    }

    /// The address of a page of this institution.
    pub(crate) fn at(&self, page: &str) -> String {
        format!("/i/{}/{page}", self.institution.slug)
    }
}

/// The pairs of a query or form.
pub(crate) fn pairs(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// An institution as its screens name it.
pub(crate) fn letterhead(institution: &Institution, lang: Lang) -> Letterhead {
    let contact = &institution.contact;
    Letterhead {
        slug: institution.slug.clone(),
        name: word(&institution.name, lang),
        product: word(&institution.service, lang),
        our_word: word(&institution.itself, lang),
        desk: word(&contact.desk, lang),
        phone: contact.phone.clone(),
        loss_phone: contact.loss_phone.clone(),
        hours: word(&contact.hours, lang),
        logo_url: None,
    }
}

/// A text of the institution in `lang`.
pub(crate) fn word(words: &Words, lang: Lang) -> String {
    match lang {
        Lang::Ja => words.ja.clone(),
        Lang::En => words.en.clone(),
    }
}
