//! What the set promises, held for every picture of it.

use std::collections::HashSet;
use std::path::Path;

use super::{Picture, all, by_id, by_index, index_of};

/// A pool of an institution takes 100 or more of at least this many pictures (domain §7(7)).
const PICTURES_MIN: usize = 300;

/// Longest drawing in bytes: fifty of them stand in one page and on one card.
const SVG_LEN_MAX: usize = 16_384;

fn repeated<'a>(part: impl Fn(&'a Picture) -> &'a str) -> Vec<&'a str> {
    let mut seen = HashSet::new();
    all().iter().map(part).filter(|text| !seen.insert(*text)).collect()
}

#[test]
fn there_are_enough_pictures_for_every_pool() {
    assert!(all().len() >= PICTURES_MIN, "{} pictures", all().len());
}

#[test]
fn no_two_pictures_share_an_id_a_name_or_a_sound() {
    assert_eq!(repeated(|picture| picture.id), [""; 0]);
    assert_eq!(repeated(|picture| picture.name), [""; 0]);
    assert_eq!(repeated(|picture| picture.kana), [""; 0]);
    assert_eq!(repeated(|picture| picture.name_en), [""; 0]);
    assert_eq!(repeated(|picture| picture.svg), [""; 0]);
}

#[test]
fn every_name_can_be_read_aloud() {
    for picture in all() {
        let hiragana = |c: char| matches!(c, 'ぁ'..='ゖ' | 'ー');
        let japanese = |c: char| hiragana(c) || matches!(c, 'ァ'..='ヶ' | '々' | '一'..='龠');
        let id = picture.id;
        assert!(!picture.kana.is_empty() && picture.kana.chars().all(hiragana), "{id}");
        assert!(!picture.name.is_empty() && picture.name.chars().all(japanese), "{id}");
        assert!(picture.name.chars().count() <= 12, "{id}: too long to say");
        let english = |c: char| c.is_ascii_alphabetic() || matches!(c, ' ' | '-');
        assert!(!picture.name_en.is_empty() && picture.name_en.chars().all(english), "{id}");
        assert!(id.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{id}");
    }
}

#[test]
fn every_drawing_is_uniform_and_harmless() {
    let root = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 32 32\">";
    let unwanted = [
        "<script",
        "<style",
        "<image",
        "<text",
        "<use",
        "<filter",
        "<mask",
        "<foreignObject",
        "Gradient",
        "clipPath",
        "href",
        "url(",
        " id=",
        " on",
        "<!",
        "data:",
        "style=",
        "opacity",
    ];
    for Picture { id, svg, .. } in all() {
        assert!(svg.starts_with(root), "{id}");
        assert!(svg.trim_end().ends_with("</svg>"), "{id}");
        assert!(svg.len() <= SVG_LEN_MAX, "{id}: {} bytes", svg.len());
        for part in unwanted {
            assert!(!svg.contains(part), "{id} contains {part}");
        }
    }
}

#[test]
fn every_drawing_in_the_folder_is_in_the_list() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("svg");
    for file in folder.read_dir().expect("the drawings lie beside the crate") {
        let name = file.expect("readable folder").file_name();
        let id = name.to_str().and_then(|name| name.strip_suffix(".svg")).expect("an svg file");
        assert!(by_id(id).is_some(), "{id} is not in the list");
    }
}

#[test]
fn a_picture_is_found_by_its_number_and_by_its_id() {
    for (place, picture) in all().iter().enumerate() {
        let number = u16::try_from(place).expect("small set");
        assert_eq!(by_index(number), Some(picture));
        assert_eq!(by_id(picture.id), Some(picture));
        assert_eq!(index_of(picture.id), Some(number));
    }
    assert_eq!(by_id("no-such-picture"), None);
    assert_eq!(by_index(u16::MAX), None);
}

/// A card in a drawer refers to its pictures by number: what is printed never changes.
#[test]
fn the_numbers_given_out_stay_as_they_are() {
    let given_out = [
        (0, "cloud"),
        (34, "building-construction"),
        (68, "roller-skate"),
        (102, "eggplant"),
        (136, "kite"),
        (170, "dolphin"),
        (204, "chocolate-bar"),
        (238, "octopus"),
        (272, "carrot"),
        (306, "womans-hat"),
        (340, "pineapple"),
    ];
    for (number, id) in given_out {
        assert_eq!(index_of(id), Some(number));
    }
}
