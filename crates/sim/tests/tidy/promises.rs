//! What code, messages and documents must say alike.

use std::collections::BTreeSet;

use super::rust;
use super::tree::{self, File, Tree};

const REFUSALS: &str = "crates/domain/src/refusal.rs";
const PROBLEMS: &str = "crates/web/src/problem.rs";
const NOTICES: &str = "crates/domain/src/notice.rs";
const NOTICE_WORDS: &str = "crates/web/src/mail/kind.rs";

/// Variant and code of every refusal.
fn refusal_codes(tree: &Tree) -> Vec<(&str, &str)> {
    let after = tree.text(REFUSALS).split("impl Refusal {").nth(1).unwrap_or_default();
    let codes = arms(after.split("\n}").next().unwrap_or_default(), "Self::");
    assert!(codes.len() > 20, "the codes were not found: {REFUSALS} has changed its shape");
    codes
}

/// Arms `start::Variant … => "text"` of a match.
fn arms<'a>(text: &'a str, start: &str) -> Vec<(&'a str, &'a str)> {
    let arm = |line: &'a str| {
        let (patterns, literal) = line.split_once("=> \"")?;
        let literal = literal.split('"').next()?;
        Some(patterns.split(start).skip(1).map(move |pattern| {
            let end = pattern.find(|c: char| !c.is_alphanumeric()).unwrap_or(pattern.len());
            (&pattern[..end], literal)
        }))
    };
    text.lines().filter_map(arm).flatten().collect()
}

/// Whether a message of this name, with this attribute, is in a language.
fn speaks(tree: &Tree, lang: &str, name: &str, attribute: &str) -> bool {
    let folder = format!("crates/web/messages/{lang}/");
    tree.below(&folder).any(|file| {
        let mut lines =
            file.text.lines().skip_while(|line| !line.starts_with(&format!("{name} =")));
        let there = lines.next().is_some();
        let mut own = lines.take_while(|line| line.starts_with([' ', '\t']));
        there && own.any(|line| line.trim().starts_with(attribute))
    })
}

/// Refusals without a message in a language, or without a line in docs/refusals.md.
///
/// The API tells a few refusals of our own pages under another code: those have its messages.
pub(crate) fn refusals(tree: &Tree) -> Vec<String> {
    let codes = refusal_codes(tree);
    let told = arms(tree.text(PROBLEMS), "Refusal::");
    let mut faults = Vec::new();
    for (variant, code) in codes {
        let other = told.iter().find(|(known, _)| *known == variant);
        let name = format!("problem-{}", other.map_or(code, |(_, other)| other));
        for (lang, attribute) in
            [("ja", ".what"), ("ja", ".next"), ("en", ".what"), ("en", ".next")]
        {
            if !speaks(tree, lang, &name, attribute) {
                faults.push(format!("{code}: no {name}{attribute} in {lang}"));
            }
        }
        if !tree.text("docs/refusals.md").contains(&format!("`{code}`")) {
            faults.push(format!("{code} is not in docs/refusals.md"));
        }
    }
    faults
}

/// Refusals that no test makes happen. The table in the tests of [`PROBLEMS`] names them all and
/// makes none happen.
pub(crate) fn untested_refusals(tree: &Tree) -> Vec<String> {
    let files = tree.files.iter().filter(|file| file.path != PROBLEMS && file.path != REFUSALS);
    let tests: String = files.map(File::tests).collect();
    let named = |variant: &str, code: &str| {
        holds_word(&tests, code) || holds_word(&tests, &format!("Refusal::{variant}"))
    };
    let codes = refusal_codes(tree);
    let untested = codes.iter().filter(|(variant, code)| !named(variant, code));
    untested.map(|(_, code)| format!("{code} is named by no test")).collect()
}

/// Whether a text holds a word, and not only a longer one.
fn holds_word(text: &str, word: &str) -> bool {
    let goes_on = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].ends_with(goes_on) && !text[at + word.len()..].starts_with(goes_on)
    })
}

/// Notices without a message in a language.
pub(crate) fn notices(tree: &Tree) -> Vec<String> {
    let after = tree.text(NOTICES).split("pub enum NoticeKind {").nth(1).unwrap_or_default();
    let listed = after.split("\n}").next().unwrap_or_default().lines();
    let kinds: Vec<&str> = listed.filter_map(|line| line.trim().strip_suffix(',')).collect();
    assert!(kinds.len() > 10, "the kinds were not found: {NOTICES} has changed its shape");
    let words = arms(tree.text(NOTICE_WORDS), "NoticeKind::");
    let mut faults = Vec::new();
    for kind in kinds {
        let Some((_, name)) = words.iter().find(|(known, _)| *known == kind) else {
            faults.push(format!("{kind} has no message in {NOTICE_WORDS}"));
            continue;
        };
        for lang in ["ja", "en"] {
            if !speaks(tree, lang, name, ".text") {
                faults.push(format!("{kind}: no {name}.text in {lang}"));
            }
        }
    }
    faults
}

/// Events in the code and not in docs/events.md, and the other way round.
pub(crate) fn events(tree: &Tree) -> Vec<String> {
    let mut in_code = BTreeSet::new();
    for start in ["crates/domain/src/", "crates/app/src/", "crates/web/src/", "crates/server/src/"]
    {
        for file in tree.below(start).filter(|file| file.ending() == "rs") {
            in_code
                .extend(rust::literals(file.product()).into_iter().filter(|text| is_event(text)));
        }
    }
    assert!(in_code.len() > 20, "the events were not found: they are named in another way now");
    let cells = tree.text("docs/events.md").lines().filter_map(|line| line.strip_prefix("| `"));
    let in_docs: BTreeSet<&str> = cells.filter_map(|cell| cell.split('`').next()).collect();
    let missing =
        in_code.difference(&in_docs).map(|name| format!("{name} is not in docs/events.md"));
    let stale = in_docs.difference(&in_code).map(|name| format!("{name} is nowhere in the code"));
    missing.chain(stale).collect()
}

/// What events happen to; the first part of their names.
const SUBJECTS: &[&str] = &[
    "approval",
    "batch",
    "card_order",
    "client",
    "contract",
    "credential",
    "dispatch",
    "file",
    "institution",
    "job",
    "notice",
    "operator",
    "policy",
    "production",
    "proposal",
    "sandbox",
    "session",
    "staff",
    "token",
    "token_import",
    "token_issue",
];

/// Literals of the form of an event that are something else.
const NO_EVENTS: &[&str] = &["notice.html"];

fn is_event(text: &str) -> bool {
    let plain = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
    let parts = text.split_once('.').filter(|(_, verb)| !verb.is_empty() && plain(verb));
    parts.is_some_and(|(subject, _)| SUBJECTS.contains(&subject)) && !NO_EVENTS.contains(&text)
}

/// Links of Markdown files to files that are not there.
pub(crate) fn dead_links(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.files.iter().filter(|file| file.ending() == "md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for link in file.text.split("](").skip(1) {
            let link = link.split([')', '#', ' ']).next().unwrap_or_default();
            let outside = link.is_empty() || link.contains("://") || link.starts_with("mailto:");
            if !outside && !tree::root().join(folder).join(link).exists() {
                faults.push(format!("{} → {link}", file.path));
            }
        }
    }
    faults
}
