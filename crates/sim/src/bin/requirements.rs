//! Prints which tests name which requirement of `docs/requirements.md`, and fails when one is named
//! by none.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Where each requirement is named: file and test.
type Named = BTreeMap<String, Vec<String>>;

fn main() -> io::Result<ExitCode> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let listed = listed(&std::fs::read_to_string(root.join("docs/requirements.md"))?);
    let mut named: Named = listed.iter().map(|id| (id.clone(), Vec::new())).collect();
    for path in sources(&root.join("crates"))? {
        let text = std::fs::read_to_string(&path)?;
        let place = path.strip_prefix(&root).unwrap_or(&path).display().to_string();
        let place = place.replace("crates/", "");
        for (id, test) in names(&path, &text) {
            if let Some(tests) = named.get_mut(&id) {
                tests.push(format!("{place} {test}"));
            }
        }
    }
    let missing = print(&listed, &named)?;
    Ok(if missing == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The ids in the first column of the document's tables, in order.
fn listed(document: &str) -> Vec<String> {
    let cell = |line: &str| line.strip_prefix("| ")?.split(" |").next().map(str::to_owned);
    document.lines().filter_map(cell).filter(|id| is_id(id)).collect()
}

fn is_id(word: &str) -> bool {
    let numbered = |rest: &str| rest.len() == 2 && rest.bytes().all(|b| b.is_ascii_digit());
    let section = |rest: &str| {
        let mut parts = rest.split('.');
        let number = |part: Option<&str>| part.is_some_and(|p| p.parse::<u8>().is_ok());
        number(parts.next()) && number(parts.next()) && parts.next().is_none()
    };
    match word.strip_prefix('§') {
        Some(rest) => section(rest),
        None => {
            word.split_once('-').is_some_and(|(letter, rest)| letter.len() == 1 && numbered(rest))
        }
    }
}

fn sources(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let ours = !path.ends_with("node_modules");
        let kind = path.extension().and_then(|kind| kind.to_str());
        if path.is_dir() && ours {
            found.extend(sources(&path)?);
        } else if matches!(kind, Some("rs" | "mjs")) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

/// The ids that stand in comments before a test, with the test's name.
fn names(path: &Path, text: &str) -> Vec<(String, String)> {
    let all_tests =
        path.components().any(|part| matches!(part.as_os_str().to_str(), Some("tests" | "e2e")));
    let mut in_tests = all_tests;
    let mut waiting: Vec<String> = Vec::new();
    let mut found = Vec::new();
    for line in text.lines().map(str::trim) {
        in_tests |= line == "mod tests {";
        if !in_tests {
            continue;
        }
        if let Some(comment) = line.strip_prefix("//") {
            waiting.extend(ids(comment));
        } else if let Some(test) = test_name(line) {
            found.extend(waiting.drain(..).map(|id| (id, test.clone())));
        }
    }
    found
}

fn test_name(line: &str) -> Option<String> {
    let line = line.strip_prefix("async ").unwrap_or(line);
    if let Some(rest) = line.strip_prefix("fn ") {
        return rest.split('(').next().map(str::to_owned);
    }
    let quoted = line.strip_prefix("test(").or_else(|| line.strip_prefix("await t.test("))?;
    quoted.split(['"', '\'', '`']).nth(1).map(str::to_owned)
}

/// The ids of a comment; `U-07 to U-11` stands for all between.
fn ids(comment: &str) -> Vec<String> {
    let words: Vec<&str> = comment
        .split(|c: char| c.is_whitespace() || ",;:()".contains(c))
        .filter(|w| !w.is_empty())
        .collect();
    let mut found: Vec<String> = Vec::new();
    for (at, word) in words.iter().enumerate() {
        let word = word.trim_end_matches('.');
        if !is_id(word) {
            continue;
        }
        let range = at >= 2 && words[at - 1] == "to";
        match (range, found.last().cloned()) {
            (true, Some(first)) => found.extend(between(&first, word)),
            _ => found.push(word.to_owned()),
        }
    }
    found
}

fn between(first: &str, last: &str) -> Vec<String> {
    let split = |id: &str| {
        id.split_once('-').map(|(letter, n)| (letter.to_owned(), n.parse::<u8>().unwrap_or(0)))
    };
    let (Some((letter, from)), Some((_, to))) = (split(first), split(last)) else {
        return vec![last.to_owned()];
    };
    (from + 1..=to).map(|n| format!("{letter}-{n:02}")).collect()
}

fn print(listed: &[String], named: &Named) -> io::Result<usize> {
    let mut out = io::stdout().lock();
    let mut missing = 0;
    for id in listed {
        let tests = &named[id];
        missing += usize::from(tests.is_empty());
        let first = tests.first().map_or("— named by no test", String::as_str);
        writeln!(out, "{id:6} {:3}  {first}", tests.len())?;
        for test in tests.iter().skip(1) {
            writeln!(out, "             {test}")?;
        }
    }
    writeln!(out, "{} requirements, {missing} named by no test", listed.len())?;
    Ok(missing)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_and_sections_are_read() {
        assert_eq!(ids(" U-07 to U-09, K-12; §2.8."), ["U-07", "U-08", "U-09", "K-12", "§2.8"]);
        assert_eq!(ids(" nothing here, not X-1 nor §7"), Vec::<String>::new());
    }

    #[test]
    fn a_comment_belongs_to_the_test_below_it() {
        let text = "// E-01\n#[test]\nfn one_order_at_a_time() {}\n";
        let found = names(Path::new("crates/app/tests/a.rs"), text);
        assert_eq!(found, [("E-01".to_owned(), "one_order_at_a_time".to_owned())]);
        assert!(names(Path::new("crates/app/src/a.rs"), text).is_empty(), "not a test file");
    }
}
