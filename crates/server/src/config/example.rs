//! The commented example file: every key with its words and its default.

use std::fmt::Write as _;

use super::sections::Config;
use super::setting::{Key, Section, Shape};

/// Widest line of a comment.
const WIDTH: usize = 100;

/// The example file. It can be read again and says exactly the defaults.
pub fn text() -> String {
    let mut text = String::from("# The configuration of sekisho: every key with its default.\n");
    let help = "Each key can be overridden by the environment: SEKISHO_SERVER__LISTEN is listen in \
                [server]. \
                Relative paths begin at the folder of this file.";
    comment(&mut text, help);
    text.push('\n');
    section(&mut text, "", &Config::keys(), false);
    text
}

/// Writes the plain keys of a section, then its sections; `out` comments everything out.
fn section(text: &mut String, path: &str, keys: &[Key], out: bool) {
    let mark = if out { "# " } else { "" };
    for key in keys {
        if let Shape::Section { .. } = key.shape {
            continue;
        }
        comment(text, &described(key));
        match &key.default {
            Some(default) => line(text, format_args!("{mark}{} = {default}", key.name)),
            None => line(text, format_args!("# {} = \"…\"", key.name)),
        }
    }
    for key in keys {
        if let Shape::Section { keys, optional } = &key.shape {
            let path =
                if path.is_empty() { key.name.to_owned() } else { format!("{path}.{}", key.name) };
            text.push('\n');
            comment(text, key.doc);
            line(text, format_args!("{}[{path}]", if *optional { "# " } else { mark }));
            section(text, &path, keys, out || *optional);
        }
    }
}

/// The words of a key, with what else is to know of its kind.
fn described(key: &Key) -> String {
    match key.shape {
        Shape::Secret => format!("{} Better: {}_file, the file that holds it.", key.doc, key.name),
        Shape::Word(words) => format!("{} One of: {}.", key.doc, words.join(", ")),
        _ => key.doc.to_owned(),
    }
}

fn line(text: &mut String, line: std::fmt::Arguments) {
    writeln!(text, "{line}").expect("a text takes everything");
}

/// Writes `words` as comment lines no wider than [`WIDTH`].
fn comment(text: &mut String, words: &str) {
    let mut row = String::from("#");
    for word in words.split_whitespace() {
        if row.len() + 1 + word.len() > WIDTH {
            line(text, format_args!("{row}"));
            row.truncate(1);
        }
        row.push(' ');
        row.push_str(word);
    }
    line(text, format_args!("{row}"));
}
