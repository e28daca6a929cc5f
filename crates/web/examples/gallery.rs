//! Writes every screen in every state into a folder, to be looked at in a browser:
//!
//! ```text
//! cargo run -p sekisho-web --example gallery -- <folder>
//! python3 -m http.server --directory <folder>
//! ```

#[path = "../tests/sample/mod.rs"]
mod sample;

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use sekisho_web::Lang;
use sekisho_web::brand::Brand;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(env::args().nth(1).ok_or("name a folder to write to")?);
    for (address, asset) in sekisho_web::assets::all() {
        write(&folder, &address, &asset.bytes)?;
    }
    let css = Brand::default().css().map_err(|troubles| format!("{troubles:?}"))?;
    write(&folder, "/i/kakuu/brand.css", css.as_bytes())?;
    for picture in sekisho_pictures::all() {
        write(&folder, &sample::picture_url(picture.id), picture.svg.as_bytes())?;
    }
    let mut index = String::from("<!doctype html><html lang=\"ja\"><title>Gallery</title><ul>\n");
    for lang in Lang::ALL {
        for screen in sample::screens(lang) {
            let address = format!("/{}/{}.html", lang.code(), screen.name);
            write(&folder, &address, screen.html.as_bytes())?;
            writeln!(index, "<li><a href=\"{address}\">{address}</a></li>")?;
        }
    }
    write(&folder, "/index.html", index.as_bytes())?;
    Ok(())
}

fn write(folder: &Path, address: &str, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    let path = folder.join(address.trim_start_matches('/'));
    let parent = path.parent().ok_or("every address has a folder")?;
    fs::create_dir_all(parent)?;
    fs::write(path, bytes)?;
    Ok(())
}
