//! Every screen in every state, filled with invented people, for tests and the gallery.

mod approving;
mod cards;
mod caring;
mod doors;
mod tokens;

use askama::Template;
use sekisho_domain::time::{Day, Timestamp};
use sekisho_web::screen::challenge::{
    AskedNumber, ChoiceView, ImageCardView, Mark, MatrixView, PromptView,
};
use sekisho_web::{Frame, Lang, Letterhead};

/// One rendered screen.
pub(crate) struct Screen {
    /// Short name of page and state, such as `approve-rejected`.
    pub(crate) name: String,
    /// The whole page.
    pub(crate) html: String,
}

/// Every screen in `lang`.
pub(crate) fn screens(lang: Lang) -> Vec<Screen> {
    let mut all = Vec::new();
    doors::add(lang, &mut all);
    tokens::add(lang, &mut all);
    cards::add(lang, &mut all);
    approving::add(lang, &mut all);
    caring::add(lang, &mut all);
    all
}

fn show(all: &mut Vec<Screen>, name: &str, page: &impl Template) {
    let html = page.render().expect("a screen renders whatever it is filled with");
    all.push(Screen { name: name.to_owned(), html });
}

/// An institution that does not exist, in the words of `lang`.
pub(crate) fn letterhead(lang: Lang) -> Letterhead {
    let ja = lang == Lang::Ja;
    let word = |japanese: &str, english: &str| if ja { japanese } else { english }.to_owned();
    Letterhead {
        slug: "kakuu".to_owned(),
        name: word("架空信用金庫", "Kakuu Shinkin Bank"),
        product: word("個人インターネットバンキング", "Personal internet banking"),
        our_word: word("当金庫", "our bank"),
        desk: word("インターネットバンキング係", "internet banking desk"),
        phone: "0120-000-000".to_owned(),
        loss_phone: "0120-000-001".to_owned(),
        hours: word(
            "平日 9:00〜17:00、紛失の受付は24時間",
            "weekdays 9:00–17:00; lost cards at any hour",
        ),
        logo_url: None,
    }
}

/// Around a page for somebody not signed in.
pub(crate) fn frame(lang: Lang, path: &str) -> Frame {
    Frame::new(letterhead(lang), lang, &format!("/i/kakuu/{path}"), "csrf-of-the-session")
}

/// Around a page for カクウ ハナコ.
pub(crate) fn signed_in(lang: Lang, path: &str) -> Frame {
    let name = if lang == Lang::Ja { "カクウ ハナコ" } else { "Ms Kakuu Hanako" };
    Frame { customer: Some(name.to_owned()), ..frame(lang, path) }
}

pub(crate) fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of the sample")
}

pub(crate) fn at(text: &str) -> Timestamp {
    Timestamp::parse(text).expect("an instant of the sample")
}

pub(crate) fn address(lang: Lang) -> Vec<String> {
    let lines = match lang {
        Lang::Ja => ["架空県みほん市中央一丁目2番25号", "しんきんビル 203号室"],
        Lang::En => ["1-2-25 Chuo, Mihon, Kakuu", "Shinkin Building 203"],
    };
    lines.map(str::to_owned).to_vec()
}

pub(crate) fn branch(lang: Lang) -> String {
    match lang {
        Lang::Ja => "本店営業部 0120-000-000、平日 9:00〜15:00",
        Lang::En => "head office, 0120-000-000, weekdays 9:00–15:00",
    }
    .to_owned()
}

/// Address of a sample picture.
pub(crate) fn picture_url(id: &str) -> String {
    format!("/i/kakuu/pictures/{id}.svg")
}

/// Questions to an image card: one prompt for each of `places`.
pub(crate) fn image_card(
    lang: Lang,
    prefix: &'static str,
    places: &[(char, char)],
) -> ImageCardView {
    let prompts = places.iter().zip(Mark::ALL).enumerate().map(|(n, (place, mark))| PromptView {
        mark,
        row: place.0,
        column: place.1,
        choices: panel(lang, mark, n),
    });
    ImageCardView { card_number: "4207-1163-2".to_owned(), prefix, prompts: prompts.collect() }
}

/// Forty pictures, another forty for every `turn`.
fn panel(lang: Lang, mark: Mark, turn: usize) -> Vec<ChoiceView> {
    let pictures = sekisho_pictures::all();
    let picked = (0..40).map(|n| &pictures[(n * 7 + turn * 53 + 3) % pictures.len()]);
    let choices = picked.enumerate().map(|(n, picture)| ChoiceView {
        choice: format!("{}{n:02}", mark.code()),
        name: if lang == Lang::Ja { picture.name } else { picture.name_en }.to_owned(),
        picture_url: picture_url(picture.id),
    });
    choices.collect()
}

/// Questions to a customer card: ウ and カ.
pub(crate) fn matrix(digits: u8) -> MatrixView {
    MatrixView {
        card_number: "1163-4207-8".to_owned(),
        asked: vec![AskedNumber { slot: 1, position: 2 }, AskedNumber { slot: 2, position: 5 }],
        digits,
    }
}
