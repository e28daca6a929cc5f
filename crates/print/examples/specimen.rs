//! Writes the specimen sheets of 架空信用金庫 into a folder:
//! `cargo run -p sekisho-print --example specimen -- target/specimen`.
//!
//! The picture in the documentation is made from the first of them, see `cut_card.rs`.

use std::error::Error;
use std::path::PathBuf;

use sekisho_print::{customer_cards, image_cards, letters};

#[path = "../tests/specimen/mod.rs"]
mod specimen;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args().nth(1).ok_or("name a folder")?);
    std::fs::create_dir_all(&folder)?;
    let brand = specimen::brand();
    let cards = image_cards(&brand, (0..3).map(specimen::image_card), |_| ())?;
    std::fs::write(folder.join("image-cards.pdf"), cards)?;
    let cards = customer_cards(&brand, [specimen::customer_card()], |_| ())?;
    std::fs::write(folder.join("customer-cards.pdf"), cards)?;
    let pages = letters(&brand, specimen::letters(), |_| ())?;
    std::fs::write(folder.join("letters.pdf"), pages)?;
    Ok(())
}
