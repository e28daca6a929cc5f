//! The files of the token app inside the binary.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::LazyLock;

use sha2::{Digest as _, Sha256};

use crate::assets;

/// A file as it is sent.
#[derive(Clone)]
pub(super) struct File {
    /// The bytes.
    pub(super) bytes: Cow<'static, [u8]>,
    /// Its media type.
    pub(super) content_type: &'static str,
    /// Changes with its content.
    pub(super) tag: String,
    /// Whether it is the service worker.
    pub(super) is_worker: bool,
}

/// What the service worker has in the place of the version.
const VERSION: &str = "@version@";
const PAGE: &str = "index.html";
const WORKER: &str = "sw.js";

/// The manifest, before the institution has filled it in.
pub(super) const MANIFEST: &str = include_str!("../../token_app/manifest.webmanifest");

macro_rules! own {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_bytes!(concat!("../../token_app/", $name)).as_slice())),*]
    };
}

static OWN: [(&str, &[u8]); 28] = own![
    "app.css",
    "app.js",
    "bytes.js",
    "card.js",
    "clock.js",
    "device.js",
    "dom.js",
    "doors.js",
    "help.js",
    "holder.js",
    "home.js",
    "icon-180.png",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable-512.png",
    "icon.svg",
    "index.html",
    "notes.js",
    "provision.js",
    "removal.js",
    "serial.js",
    "setting_up.js",
    "store.js",
    "sw.js",
    "texts.en.js",
    "texts.ja.js",
    "texts.js",
    "totp.js",
];

/// Style sheets of the pages that the app wears too.
const SHARED: [&str; 4] = ["tokens.css", "base.css", "lists.css", "media.css"];

static FILES: LazyLock<BTreeMap<&'static str, File>> = LazyLock::new(|| {
    let shared = SHARED.map(|name| {
        let address = assets::asset(name);
        let found = address.strip_prefix("/assets/").and_then(assets::find);
        (name, found.expect("an asset is found by its own address").bytes)
    });
    let all: Vec<(&'static str, Cow<'static, [u8]>)> =
        OWN.iter().map(|(name, bytes)| (*name, Cow::Borrowed(*bytes))).chain(shared).collect();
    let mut whole = Sha256::new();
    for (name, bytes) in &all {
        whole.update(name);
        whole.update(Sha256::digest(bytes));
    }
    let version = hex(&whole.finalize()[..8]);
    all.into_iter().map(|(name, bytes)| (name, made(name, bytes, &version))).collect()
});

/// The file of this name, unless it is the page, which is served as the folder.
pub(super) fn find(name: &str) -> Option<File> {
    FILES.get(name).filter(|_| name != PAGE).cloned()
}

/// The page.
pub(super) fn page() -> &'static File {
    &FILES[PAGE]
}

fn made(name: &'static str, bytes: Cow<'static, [u8]>, version: &str) -> File {
    let is_worker = name == WORKER;
    let bytes = if is_worker {
        let text = String::from_utf8_lossy(&bytes).replace(VERSION, version);
        Cow::Owned(text.into_bytes())
    } else {
        bytes
    };
    let tag = format!("\"{}\"", hex(&Sha256::digest(&bytes)[..8]));
    File { bytes, content_type: content_type(name), tag, is_worker }
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map(|(_, kind)| kind) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        _ => "application/octet-stream",
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a String cannot fail");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worker_is_new_when_any_file_is() {
        let one = made(WORKER, b"const VERSION = \"@version@\";".as_slice().into(), "1");
        let other = made(WORKER, b"const VERSION = \"@version@\";".as_slice().into(), "2");
        assert_eq!(&*one.bytes, b"const VERSION = \"1\";");
        assert_ne!(one.tag, other.tag);
        let served = find(WORKER).expect("there");
        let text = String::from_utf8(served.bytes.to_vec()).expect("UTF-8");
        assert!(!text.contains(VERSION), "the version is filled in");
    }

    // The app must open without a network: what the page needs, the worker keeps.
    #[test]
    fn the_worker_keeps_every_file_and_names_no_other() {
        let text = String::from_utf8(FILES[WORKER].bytes.to_vec()).expect("UTF-8");
        let list = text.split("const SHELL = [").nth(1).and_then(|rest| rest.split(']').next());
        let mut listed: Vec<&str> = list.expect("a list").split('"').skip(1).step_by(2).collect();
        listed.retain(|name| !name.starts_with('.') && !name.contains(".json"));
        listed.retain(|name| !name.ends_with(".webmanifest"));
        listed.sort_unstable();
        let mut served: Vec<&str> =
            FILES.keys().copied().filter(|name| ![PAGE, WORKER].contains(name)).collect();
        served.sort_unstable();
        assert_eq!(listed, served);
    }
}
