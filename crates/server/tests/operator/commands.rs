//! What the program says to its operator, run as a program: one transcript for each family.
//!
//! A transcript (`tests/cli/*.txt`) holds commands after `$`, what they print, and `? n` where they
//! end with another number than 0. All commands of a transcript run in one folder of their own.
//! Where a line of the transcript ends with `…`, the rest may be anything.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::scratch::Scratch;

/// Runs one command line; `NAME=value` before the program sets a variable.
fn run(line: &str, folder: &Scratch) -> String {
    let mut words = line.split_whitespace().peekable();
    let mut command = Command::new(env!("CARGO_BIN_EXE_sekisho"));
    command.current_dir(folder.path("")).env_clear();
    while let Some((name, value)) =
        words.next_if(|word| word.contains('=')).and_then(|w| w.split_once('='))
    {
        command.env(name, value);
    }
    assert_eq!(words.next(), Some("sekisho"), "{line}");
    let done = command.args(words).output().expect("the program can be run");
    let mut text = String::from_utf8(done.stdout).expect("UTF-8");
    text.push_str(&String::from_utf8(done.stderr).expect("UTF-8"));
    match done.status.code() {
        Some(0) => text,
        code => {
            format!("{text}? {}\n", code.map_or_else(|| "killed".to_owned(), |c| c.to_string()))
        }
    }
}

fn fits(line: &str, wanted: &str) -> bool {
    wanted.strip_suffix('…').map_or(line == wanted, |start| line.starts_with(start))
}

fn follow(name: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cli").join(name);
    let transcript = fs::read_to_string(&path).expect("the transcript is in the repository");
    let folder = Scratch::new();
    for part in transcript.split("$ ").skip(1) {
        let (line, wanted) = part.split_once('\n').expect("a command is a line");
        if let Some((file, text)) =
            line.strip_prefix("write ").and_then(|rest| rest.split_once(' '))
        {
            folder.write(file, &text.replace("\\n", "\n"));
            continue;
        }
        let told = run(line, &folder);
        let (told, wanted) = (told.trim_end(), wanted.trim_end());
        let same = told.lines().count() == wanted.lines().count()
            && told.lines().zip(wanted.lines()).all(|(line, wanted)| fits(line, wanted));
        assert!(same, "{name}: {line}\n--- wanted\n{wanted}\n--- told\n{told}");
    }
}

#[test]
fn config_says_what_is_wrong() {
    follow("config.txt");
}

#[test]
fn keys_are_made_rotated_and_guarded() {
    follow("keys.txt");
}

#[test]
fn a_database_is_migrated_once() {
    follow("migrate.txt");
}

#[test]
fn check_finds_what_is_missing() {
    follow("check.txt");
}

#[test]
fn words_are_listed() {
    follow("words.txt");
}
