//! As much of Rust as tidy must understand: what is code, which words are names, where functions
//! end.

/// A source with comments and literals blanked, line by line the same length in lines.
pub(crate) fn code(source: &str) -> String {
    let mut code = String::with_capacity(source.len());
    let mut rest = source;
    while !rest.is_empty() {
        let length = skipped(rest, code.chars().next_back());
        if length == 0 {
            let c = rest.chars().next().expect("there is a rest");
            code.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            code.extend(rest[..length].chars().filter(|c| *c == '\n'));
            code.push(' ');
            rest = &rest[length..];
        }
    }
    code
}

/// Length of the comment or literal that begins here; 0 if none does.
fn skipped(rest: &str, before: Option<char>) -> usize {
    let in_name = before.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let bare = rest.trim_start_matches(['b', 'r']);
    let prefix = rest.len() - bare.len();
    let hashes = bare.len() - bare.trim_start_matches('#').len();
    if rest.starts_with("//") {
        rest.find('\n').unwrap_or(rest.len())
    } else if rest.starts_with("/*") {
        rest.find("*/").map_or(rest.len(), |end| end + 2)
    } else if !in_name && rest[..prefix].contains('r') && bare[hashes..].starts_with('"') {
        let close = format!("\"{}", "#".repeat(hashes));
        let begin = prefix + hashes + 1;
        rest[begin..].find(&close).map_or(rest.len(), |end| begin + end + close.len())
    } else if !in_name && prefix <= 1 && bare.starts_with('"') {
        prefix + quoted(bare, '"')
    } else if !in_name && prefix <= 1 && is_character(bare) {
        prefix + quoted(bare, '\'')
    } else {
        0
    }
}

/// Whether a character literal begins here, and not a lifetime.
fn is_character(rest: &str) -> bool {
    let mut chars = rest.chars();
    let quote = chars.next() == Some('\'');
    let first = chars.next();
    quote && (first == Some('\\') || (first.is_some() && chars.next() == Some('\'')))
}

fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The names in blanked code.
pub(crate) fn names(code: &str) -> impl Iterator<Item = &str> {
    let parts = code.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|name| name.starts_with(|c: char| c.is_alphabetic() || c == '_'))
}

/// The words of a name, in lower case: `token_life_s` and `TokenLife` both begin with `token`.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = '_';
    for c in name.chars() {
        if c == '_' || (c.is_uppercase() && before.is_lowercase()) {
            words.push(String::new());
        }
        if c != '_' {
            words.last_mut().expect("there is one").extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// Name, first line and length in lines of each function in blanked code.
pub(crate) fn functions(code: &str) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let whole = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let name = names(&code[at + 3..]).next().unwrap_or_default();
        let (true, Some(end)) = (whole, body_end(&code[at..])) else { continue };
        let first = code[..at].matches('\n').count() + 1;
        found.push((name.to_owned(), first, code[at..at + end].matches('\n').count() + 1));
    }
    found
}

/// Where the body of the function that begins here ends; `None` when it has none.
fn body_end(code: &str) -> Option<usize> {
    let mut depth = 0_usize;
    let mut in_body = false;
    for (at, c) in code.char_indices() {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.checked_sub(1)?,
            ';' if depth == 0 => return None,
            '{' => {
                in_body |= depth == 0;
                depth += 1;
            }
            '}' => {
                depth = depth.checked_sub(1)?;
                if in_body && depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// The plain string literals of a source, without what they escape.
pub(crate) fn literals(source: &str) -> Vec<&str> {
    let lines = source.lines().map(|line| match line.trim_start() {
        comment if comment.starts_with("//") => "",
        _ => line,
    });
    lines.flat_map(|line| line.split('"').skip(1).step_by(2)).collect()
}

#[test]
fn comments_and_literals_are_not_code() {
    let source = "let a = \"fn x\"; // fn y\nlet b = 'c'; fn f<'a>() { r#\"}\"# /* { */ }\n";
    let code = code(source);
    assert_eq!(code.lines().count(), 2);
    assert_eq!(names(&code).collect::<Vec<_>>(), ["let", "a", "let", "b", "fn", "f", "a"]);
    assert_eq!(functions(&code), [("f".to_owned(), 2, 1)]);
}

#[test]
fn names_fall_apart_into_words() {
    for name in ["token_life", "TokenLife", "TOKEN_LIFE"] {
        assert_eq!(words(name), ["token", "life"], "{name}");
    }
}
