//! Style sheets and scripts inside the binary, under names that change with their content.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets/"]
struct Files;

/// One file to be served. Its name changes with its content, so it may be kept for a year.
#[derive(Clone, Debug)]
pub struct Asset {
    /// The bytes.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Its media type with charset.
    pub content_type: &'static str,
}

static BY_NAME: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| Files::iter().map(|name| (name.to_string(), hashed(&name))).collect());

static BY_HASHED: LazyLock<BTreeMap<String, String>> =
    LazyLock::new(|| BY_NAME.iter().map(|(name, hashed)| (hashed.clone(), name.clone())).collect());

/// The address of the file `name`: `asset("base.css")` is `/assets/base.<hash>.css`.
///
/// Panics when there is no such file: names are literals in templates, and each is rendered in a
/// test.
pub fn asset(name: &str) -> String {
    let hashed = BY_NAME.get(name).expect("templates name files that are in assets/");
    format!("/assets/{hashed}")
}

/// The file behind the last part of an address made by [`asset`].
pub fn find(hashed: &str) -> Option<Asset> {
    let name = BY_HASHED.get(hashed)?;
    let content_type = match name.rsplit_once('.')?.1 {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        _ => "application/octet-stream",
    };
    Some(Asset { bytes: Files::get(name)?.data, content_type })
}

/// Every address and its file, for a copy on disk.
pub fn all() -> impl Iterator<Item = (String, Asset)> {
    BY_HASHED.keys().filter_map(|hashed| Some((format!("/assets/{hashed}"), find(hashed)?)))
}

fn hashed(name: &str) -> String {
    let file = Files::get(name).expect("the list of files and the files come from one folder");
    let mut hash = String::new();
    for byte in &file.metadata.sha256_hash()[..6] {
        write!(hash, "{byte:02x}").expect("writing to a String cannot fail");
    }
    match name.rsplit_once('.') {
        Some((stem, kind)) => format!("{stem}.{hash}.{kind}"),
        None => format!("{name}.{hash}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_asset_is_found_under_its_hashed_name_only() {
        let address = asset("base.css");
        let hashed = address.strip_prefix("/assets/").expect("served below /assets/");
        assert_eq!(find(hashed).expect("there").content_type, "text/css; charset=utf-8");
        assert!(find("base.css").is_none());
    }
}
