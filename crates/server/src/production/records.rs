//! What is printed, as data: for printers who set the cards themselves (api.md §5.5).
//!
//! A line per card or letter, in the order of the pages of the PDF. Pictures are named by their
//! number in the set; `pictures.json` says what each of them is called. As everywhere, no file
//! holds a card's face and a name.

use sekisho_app::batch::draw::{Face, PrintLine};
use sekisho_domain::card::Position;
use sekisho_domain::method::customer_card::PrintedCustomerCard;
use serde_json::{Map, Value, json};

/// `cards.ndjson` or `letters.ndjson`: a JSON object and a line end for each line.
pub(super) fn ndjson(lines: &[PrintLine]) -> String {
    lines.iter().flat_map(|line| [record(line).to_string(), "\n".to_owned()]).collect()
}

fn record(line: &PrintLine) -> Value {
    let card_number = line.card_number.to_string();
    let generation = line.generation;
    match &line.face {
        Face::ImageCard(card) => json!({
            "card_number": card_number,
            "generation": generation,
            "face": "image_card",
            "cells": card.cells.iter().copied().map(picture_id).collect::<Vec<_>>(),
        }),
        Face::CustomerCard(login_id, card) => json!({
            "card_number": card_number,
            "generation": generation,
            "face": "customer_card",
            "login_id": login_id.to_string(),
            "positions": positions(card),
        }),
        Face::PasswordLetter(login_id, password) => json!({
            "card_number": card_number,
            "face": "password_letter",
            "login_id": login_id.to_string(),
            "password": password.expose(),
        }),
        Face::ActivationLetter(code) => json!({
            "card_number": card_number,
            "face": "activation_letter",
            "code": code.expose(),
        }),
    }
}

fn positions(card: &PrintedCustomerCard) -> Map<String, Value> {
    let printed = Position::all().zip(&card.positions);
    printed.map(|(position, digits)| (position.to_string(), json!(digits))).collect()
}

/// `pictures.json`: the names of all pictures, by the id that stands in a card's cells.
pub(super) fn pictures() -> String {
    let named = (0..).zip(sekisho_pictures::all()).map(|(index, picture)| {
        let names =
            json!({ "name": picture.name, "name_en": picture.name_en, "drawing": picture.id });
        (picture_id(index), names)
    });
    Value::Object(named.collect::<Map<_, _>>()).to_string()
}

fn picture_id(index: u16) -> String {
    format!("img_{index:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_of_a_card_has_a_name() {
        let pictures: Value = serde_json::from_str(&pictures()).expect("JSON");
        assert_eq!(pictures["img_000"]["name"], "雲");
        assert_eq!(pictures.as_object().map(Map::len), Some(sekisho_pictures::all().len()));
    }
}
