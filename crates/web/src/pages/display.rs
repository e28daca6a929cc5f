//! 表示の設定 and ヘルプ.

use axum::extract::{Path, Query};
use serde::Deserialize;

use super::cookie;
use super::detour::{Detour, Page};
use super::guest::{Guest, set};
use super::sent::Sent;
use crate::frame::TextSize;
use crate::screen::display::Display;
use crate::screen::error::Fault;
use crate::screen::help::{HelpIndex, HelpPage, Topic};
use crate::text::Lang;

/// The query of the settings.
#[derive(Deserialize)]
pub(crate) struct Asked {
    saved: Option<String>,
}

/// GET: the settings.
pub(crate) async fn form(guest: Guest, Query(asked): Query<Asked>) -> Page {
    let back = if guest.session().is_some() { "overview" } else { "sign_in" };
    let back_url = guest.around.at(back);
    Ok(guest.show(&Display { frame: guest.frame(), saved: asked.saved.is_some(), back_url }))
}

/// POST: keeps them in the browser.
pub(crate) async fn keep(guest: Guest, sent: Sent) -> Page {
    if !sent.fresh(&guest) {
        return Ok(guest.go(&guest.around.at("display")));
    }
    let mut reply = guest.go(&guest.around.at("display?saved=1"));
    let size = TextSize::of_cookie(Some(sent.text("text_size")));
    set(&mut reply, cookie::setting(cookie::TEXT_SIZE, size.code()));
    if let Some(lang) = Lang::parse(sent.text("lang")) {
        set(&mut reply, cookie::keep(cookie::LANG, lang.code(), Some(cookie::YEAR_S)));
    }
    Ok(reply)
}

/// GET: all guides.
pub(crate) async fn help(guest: Guest) -> Page {
    Ok(guest.show(&HelpIndex { frame: guest.frame() }))
}

/// GET: one guide.
pub(crate) async fn topic(guest: Guest, Path((_, topic)): Path<(String, String)>) -> Page {
    let topic = Topic::parse(&topic).ok_or(Detour::Fault(Fault::NotFound))?;
    Ok(guest.show(&HelpPage { frame: guest.frame(), topic }))
}
