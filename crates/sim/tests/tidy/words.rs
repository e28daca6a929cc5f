//! Words that must not stand in the repository.

use super::rust;
use super::tree::{Tree, unneeded};

/// Words that say nothing, or something else than what is meant (docs/glossary.md).
const EMPTY: &[&str] = &[
    "auth", "common", "data", "handle", "info", "manager", "process", "user", "utils", "validate",
];

/// Names that hold such a word all the same, each with the reason.
const ALLOWED: &[(&str, &str)] = &[
    ("COMMON", "passwords that many people have"),
    ("ConnectInfo", "axum's name"),
    ("Handle", "axum-server's name"),
    ("InvalidData", "std::io's name"),
    ("JoinHandle", "std::thread's name"),
    ("TooCommon", "a password that many people have"),
    ("USER_AGENT", "the header's name"),
    ("UserId", "the ユーザID of Y-09"),
    ("common", "passwords that many people have"),
    ("data", "rust-embed's name for a file's bytes"),
    ("handle", "axum-server's name"),
    ("info", "tracing's name for a grade"),
    ("into_make_service_with_connect_info", "axum's name"),
    ("kill_process", "rustix's name"),
    ("process", "std::process"),
    ("sync_data", "std::fs's name"),
    ("token_users_exempt", "the policy key of domain.md §6"),
    ("user_id", "the ユーザID of Y-09"),
];

/// What is called a token elsewhere, and here a cookie, a key or a ticket: token alone is the
/// customer's (docs/glossary.md). OAuth's access token and ID token are written whole.
const OTHER_TOKENS: &[&str] = &["api", "bearer", "cookie", "csrf", "form", "refresh", "session"];

/// Names that hold a word of [`EMPTY`] and are not allowed, or call something else a token.
pub(crate) fn empty_words(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for file in tree.rust() {
        let mut seen = Vec::new();
        for name in rust::names(&rust::code(&file.text)) {
            let Some(word) = empty_word(name).filter(|_| !seen.contains(&name)) else { continue };
            seen.push(name);
            if ALLOWED.iter().any(|(allowed, _)| *allowed == name) {
                used.push(name.to_owned());
            } else {
                faults.push(format!("{}: `{name}` says {word}", file.path));
            }
        }
    }
    faults.extend(unneeded(ALLOWED.iter().map(|(name, _)| *name), &used));
    faults
}

fn empty_word(name: &str) -> Option<&'static str> {
    let words = rust::words(name);
    let hit = |(at, word): (usize, &String)| {
        let before = at.checked_sub(1).map(|at| words[at].as_str());
        if word == "token" && before.is_some_and(|before| OTHER_TOKENS.contains(&before)) {
            return Some(&"token");
        }
        EMPTY.iter().find(|empty| *empty == word || format!("{empty}s") == *word)
    };
    words.iter().enumerate().find_map(hit).copied()
}

/// Marks of unfinished work, in pieces, so that this file does not hold them itself.
const MARKS: &[(&str, &str)] = &[("TO", "DO"), ("FIX", "ME"), ("XX", "X"), ("HA", "CK:")];

/// Unfinished work.
pub(crate) fn unfinished(tree: &Tree) -> Vec<String> {
    with_any(tree, MARKS)
}

/// Folders of one machine, and hosts from which its packages came, in pieces as above.
const MACHINES: &[(&str, &str)] = &[
    ("/ho", "me/"),
    ("/ro", "ot/"),
    ("/wo", "rk/"),
    ("/Us", "ers/"),
    ("\"resolved\": ", "\"http"),
    ("replace-", "with ="),
    ("spa", "rse+"),
];

/// Files that would only be right on the machine they were written on.
pub(crate) fn machines(tree: &Tree) -> Vec<String> {
    with_any(tree, MACHINES)
}

fn with_any(tree: &Tree, pieces: &[(&str, &str)]) -> Vec<String> {
    let texts: Vec<String> = pieces.iter().map(|(one, other)| format!("{one}{other}")).collect();
    let mut faults = Vec::new();
    for file in &tree.files {
        for (at, line) in file.text.lines().enumerate() {
            let found = texts.iter().find(|text| line.contains(text.as_str()));
            faults.extend(found.map(|text| format!("{}:{}: {text}", file.path, at + 1)));
        }
    }
    faults
}
