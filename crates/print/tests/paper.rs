//! What the printer gets, read from the bytes of the PDF.

use std::collections::HashSet;

use sekisho_print::{
    Brand, ImageCardFace, Letter, PrintError, customer_cards, image_cards, letters,
};

mod specimen;

const POINTS_PER_MM: f32 = 72.0 / 25.4;

/// A PDF as a reader of its bytes sees it: what lies outside compressed streams is plain text.
struct Paper {
    text: String,
}

impl Paper {
    fn read(bytes: &[u8]) -> Self {
        assert!(bytes.starts_with(b"%PDF-1."));
        Self { text: bytes.iter().copied().map(char::from).collect() }
    }

    fn count(&self, part: &str) -> usize {
        self.text.matches(part).count()
    }

    /// Every box of this name, as left, bottom, right and top in points.
    fn boxes(&self, name: &str) -> Vec<[f32; 4]> {
        let numbers = |rest: &str| {
            let inner = rest.split_once(']').expect("a box ends").0;
            let parts: Vec<f32> =
                inner.split_ascii_whitespace().map(|n| n.parse().expect("a number")).collect();
            parts.try_into().expect("four numbers")
        };
        self.text.split(&format!("/{name}[")).skip(1).map(numbers).collect()
    }
}

fn cards(count: usize) -> Vec<u8> {
    image_cards(&specimen::brand(), (0..count).map(specimen::image_card), |_| ())
        .expect("the specimen prints")
}

fn near(left: [f32; 4], right_mm: [f32; 4]) -> bool {
    left.iter().zip(right_mm).all(|(points, mm)| (points - mm * POINTS_PER_MM).abs() < 0.01)
}

/// Domain §4.8: ID-1 with 3 mm bleed on every side, two pages a card.
#[test]
fn a_card_is_85_60_by_53_98_with_bleed_on_both_sides() {
    let customer = customer_cards(&specimen::brand(), [specimen::customer_card()], |_| ());
    for bytes in [cards(1), customer.expect("the specimen prints")] {
        let paper = Paper::read(&bytes);
        assert_eq!(paper.count("/Type/Page/"), 2);
        for (name, expected) in [
            ("MediaBox", [0.0, 0.0, 91.60, 59.98]),
            ("BleedBox", [0.0, 0.0, 91.60, 59.98]),
            ("TrimBox", [3.0, 3.0, 88.60, 56.98]),
        ] {
            let boxes = paper.boxes(name);
            assert_eq!(boxes.len(), 2, "{name}");
            assert!(boxes.iter().all(|&found| near(found, expected)), "{name}: {boxes:?}");
        }
    }
}

/// U-20, K-06: fifty different pictures, all as paths, none as pixels.
#[test]
fn an_image_card_shows_fifty_different_pictures_as_vectors() {
    let ids: HashSet<_> = specimen::image_card(0).cells.iter().map(|picture| picture.id).collect();
    assert_eq!(ids.len(), 50);
    let paper = Paper::read(&cards(1));
    assert_eq!(paper.count("/Subtype/Form"), 50);
    assert_eq!(paper.count("/Subtype/Image"), 0);
}

#[test]
fn both_weights_of_the_typeface_are_embedded_as_subsets() {
    let bytes = cards(1);
    let paper = Paper::read(&bytes);
    assert_eq!(paper.count("/FontFile2 "), 2);
    for name in ["+BIZUDPGothic-Regular", "+BIZUDPGothic-Bold"] {
        assert!(paper.count(name) > 0, "{name}");
    }
    assert!(bytes.len() < 200_000, "the fonts alone have 4.6 MB each; {} bytes", bytes.len());
}

#[test]
fn a_picture_is_written_once_however_many_cards_show_it() {
    let paper = Paper::read(&cards(40));
    assert_eq!(paper.count("/Type/Page/"), 80);
    let drawn: HashSet<_> =
        (0..40).flat_map(|nth| specimen::image_card(nth).cells).map(|picture| picture.id).collect();
    assert_eq!(paper.count("/Subtype/Form"), drawn.len());
    let one_more = (cards(80).len() - cards(60).len()) / 20;
    assert!(one_more < 6_000, "each further card takes {one_more} bytes");
}

#[test]
fn the_same_faces_give_the_same_bytes() {
    assert_eq!(cards(3), cards(3));
    let print = || letters(&specimen::brand(), specimen::letters(), |_| ());
    assert_eq!(print().expect("the specimen prints"), print().expect("the specimen prints"));
}

/// U-14: one sheet a letter, and every kind of letter prints.
#[test]
fn each_letter_is_one_a4_sheet_and_the_progress_is_told() {
    let mut heard = Vec::new();
    let bytes = letters(&specimen::brand(), specimen::letters(), |done| heard.push(done));
    let paper = Paper::read(&bytes.expect("the specimen prints"));
    assert_eq!(heard, [1, 2, 3]);
    let boxes = paper.boxes("TrimBox");
    assert_eq!(boxes.len(), 3);
    assert!(boxes.iter().all(|&found| near(found, [0.0, 0.0, 210.0, 297.0])), "{boxes:?}");
}

#[test]
fn long_names_and_addresses_still_print() {
    let [mut letter, ..] = specimen::letters();
    letter.to.name = "長い名前の見本".repeat(12);
    letter.to.lines = (1..=6).map(|line| format!("{line}行目のとても長い住所").repeat(3)).collect();
    let brand =
        Brand { name: "とても長い名前の架空信用金庫".repeat(2), ..specimen::brand() };
    letters(&brand, [letter], |_| ()).expect("everything shrinks into its place");
    image_cards(&brand, [specimen::image_card(0)], |_| ()).expect("the band has room");
}

#[test]
fn a_character_without_a_glyph_is_told_with_its_page_but_without_the_name() {
    let [good, bad, _] = specimen::letters();
    let bad = Letter {
        to: sekisho_print::Address { name: "見本 \u{2a6a5}子".into(), ..bad.to },
        ..bad
    };
    let error = letters(&specimen::brand(), [good, bad], |_| ()).expect_err("no such glyph");
    assert!(matches!(error, PrintError::NoGlyph { page: 2, character: '\u{2a6a5}' }), "{error}");
    assert_eq!(error.to_string(), "page 2 has a character that cannot be printed: U+2A6A5");
}

#[test]
fn an_empty_batch_is_refused() {
    let none: [ImageCardFace<'static>; 0] = [];
    let printed = image_cards(&specimen::brand(), none, |_| ());
    assert!(matches!(printed, Err(PrintError::NothingToPrint)));
}
