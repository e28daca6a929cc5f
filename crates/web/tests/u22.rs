//! U-22: the notices once printed a prompt for one place and a map for another. Here the prompt,
//! the map and the panel of a page are read back from its HTML, and must agree.

#[expect(dead_code, reason = "shares the sample screens with the other tests")]
mod sample;

use askama::Template;
use sekisho_web::screen::challenge::{ImageCardView, Question};
use sekisho_web::screen::switch::{OldProof, Switch};
use sekisho_web::{Frame, Lang};

/// Mark, row and column as one part of the page says them.
type Said = (String, char, char);

fn switch(frame: Frame, new_card: ImageCardView, old: OldProof) -> String {
    let page = Switch {
        frame,
        new_card,
        old,
        code_offered: false,
        read: false,
        names: false,
        trouble: None,
    };
    page.render().expect("a screen renders")
}

/// What the map says: walks its cells and names each by its heading.
fn said_by_map(html: &str) -> Vec<Said> {
    let table = html.split("<table class=\"map\">").nth(1).and_then(|t| t.split("</table>").next());
    let body = table.expect("a map").split("<tbody>").nth(1).expect("a body");
    let mut said = Vec::new();
    for line in body.split("<tr>").skip(1) {
        let row = line.split('>').nth(1).and_then(|t| t.chars().next()).expect("a row heading");
        for (n, cell) in line.split("<td").skip(1).enumerate() {
            if let Some(rest) = cell.strip_prefix(" data-m=\"") {
                let mark = rest.split('"').next().expect("a mark").to_owned();
                said.push((mark, row, ImageCardView::COLUMNS[n]));
            }
        }
    }
    said.sort();
    said
}

/// What the legends (for the ear) and the prompts (for the eye) of the panels say.
fn said_by_panels(html: &str, lang: Lang) -> (Vec<Said>, Vec<Said>) {
    let (mut heard, mut seen) = (Vec::new(), Vec::new());
    for panel in html.split("<fieldset class=\"panel\" data-m=\"").skip(1) {
        let mark = panel.split('"').next().expect("a mark").to_owned();
        let text = |start: &str, end: &str| {
            let rest = panel.split(start).nth(1).expect("the part is there");
            rest.split(end).next().expect("it ends").to_owned()
        };
        let place = |text: &str| match lang {
            Lang::Ja => {
                let at = text.find('行').expect("a row");
                let row = text[..at].chars().last();
                (row.expect("a letter"), text[at..].chars().nth(1).expect("a digit"))
            }
            Lang::En => {
                let word = |after: &str| {
                    let rest = text.split(after).nth(1).expect("the word is there");
                    rest.chars().next().expect("a letter follows")
                };
                let column = if text.contains("column ") { "column " } else { "col. " };
                let row = if text.contains("Row ") { "Row " } else { "row " };
                (word(row), word(column))
            }
        };
        let (row, column) = place(&text("<legend class=\"sr\">", "</legend>"));
        heard.push((mark.clone(), row, column));
        let (row, column) = place(&text("<b>", "</b>"));
        seen.push((mark, row, column));
    }
    heard.sort();
    seen.sort();
    (heard, seen)
}

#[test]
fn prompt_map_and_panel_always_agree() {
    let columns = ImageCardView::COLUMNS;
    for lang in Lang::ALL {
        for (n, row) in ImageCardView::ROWS.into_iter().enumerate() {
            for (m, column) in columns.into_iter().enumerate() {
                // A second place in another column, often in the same row (U-21).
                let other = (ImageCardView::ROWS[(n + m % 2) % 5], columns[(m + 3) % 10]);
                let card = sample::image_card(lang, "", &[(row, column), other]);
                let html = switch(sample::signed_in(lang, "card/switch"), card, OldProof::None);
                let mut asked =
                    vec![("i".to_owned(), row, column), ("ro".to_owned(), other.0, other.1)];
                asked.sort();
                let (heard, seen) = said_by_panels(&html, lang);
                assert_eq!(said_by_map(&html), asked);
                assert_eq!(heard, asked);
                assert_eq!(seen, asked);
            }
        }
    }
}

#[test]
fn two_cards_on_one_page_keep_their_answers_apart() {
    let new = sample::image_card(Lang::Ja, "", &[('B', '8'), ('B', '6')]);
    let old = sample::image_card(Lang::Ja, "old_", &[('E', '0'), ('A', '1')]);
    let old = OldProof::Card(Question::ImageCard(old));
    let html = switch(sample::signed_in(Lang::Ja, "card/switch"), new, old);
    for name in ["i", "ro", "old_i", "old_ro"] {
        assert_eq!(html.matches(&format!("name=\"{name}\" ")).count(), 40, "{name}");
    }
}
