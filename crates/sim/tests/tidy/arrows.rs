//! Which crate may know which (docs/architecture.md).

use super::tree::Tree;

/// What each crate may name in `[dependencies]`. What is not here does not exist.
const ARROWS: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("pictures", &[]),
    ("app", &["domain"]),
    ("store", &["app", "domain"]),
    ("web", &["app", "domain", "pictures"]),
    ("print", &["domain", "pictures"]),
    ("server", &["app", "domain", "pictures", "print", "store", "web"]),
    // An outsider: it knows sekisho by HTTP only.
    ("bank", &[]),
    ("demo", &["app", "bank", "domain", "server", "store", "web"]),
    // Outside what is shipped.
    ("bench", &["app", "bank", "domain", "pictures", "server", "store", "web"]),
    ("sim", &["app", "domain", "store", "web"]),
];

/// What tests may know besides, each with the reason.
const FOR_TESTS: &[(&str, &str, &str)] = &[
    ("app", "store", "use cases are tested over the store in memory"),
    ("web", "store", "endpoints and pages are tested over the store in memory"),
];

/// Arrows that are not drawn, and crates nobody has drawn.
pub(crate) fn undrawn(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    for file in tree.below("crates/") {
        let folder = file.path.strip_prefix("crates/").and_then(|p| p.strip_suffix("/Cargo.toml"));
        let Some(name) = folder.filter(|folder| !folder.contains('/')) else { continue };
        let Some((_, may)) = ARROWS.iter().find(|(known, _)| *known == name) else {
            faults.push(format!("{name} stands nowhere in the picture"));
            continue;
        };
        for (section, other) in named(&file.text) {
            let for_tests = |(from, to, _): &(&str, &str, &str)| *from == name && *to == other;
            let tested = section == "[dev-dependencies]" && FOR_TESTS.iter().any(for_tests);
            if !may.contains(&other) && !tested {
                faults.push(format!("{name} → {other} in {section}"));
            }
        }
    }
    faults
}

/// Our own crates that a manifest names, with the section they stand in.
fn named(manifest: &str) -> Vec<(&str, &str)> {
    let mut section = "";
    let mut named = Vec::new();
    for line in manifest.lines() {
        if line.starts_with('[') {
            section = line.trim();
        } else if let Some(rest) = line.strip_prefix("sekisho-") {
            let name = rest.split(['.', ' ', '=']).next().unwrap_or_default();
            named.push((section, name));
        }
    }
    named
}
