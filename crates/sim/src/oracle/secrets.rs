//! At rest no secret appears: passwords, cookies, codes, the choices of an answer, the row of
//! pictures of a card.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

/// How long words are that can be secrets.
const LENGTHS: std::ops::RangeInclusive<usize> = 12..=24;

/// Everything that must be nowhere in plain text.
#[derive(Default)]
pub(super) struct Secrets {
    /// Found anywhere within a text.
    texts: Vec<String>,
    /// Found as a word of their own.
    words: BTreeSet<String>,
}

impl Secrets {
    /// A password, a cookie, a code, a choice: one word of letters, digits and hyphens.
    pub(super) fn keep(&mut self, word: &str) {
        self.words.insert(word.to_owned());
    }

    /// The pictures of a card: seven in a row would give it away.
    pub(super) fn keep_row(&mut self, pictures: &[u16]) {
        let row: Vec<String> = pictures.iter().take(7).map(u16::to_string).collect();
        self.texts.push(row.join(","));
    }

    /// What a token makes its codes from, as it would stand in JSON.
    pub(super) fn keep_seed(&mut self, seed: &[u8]) {
        self.texts.push(STANDARD_NO_PAD.encode(seed));
    }

    /// A secret this text shows, if any.
    pub(super) fn shown_by(&self, text: &str) -> Option<&str> {
        let whole = self.texts.iter().find(|secret| text.contains(secret.as_str()));
        let letter = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let word = || {
            let words = text.as_bytes().split(|b| !letter(b));
            let long = words.filter(|word| LENGTHS.contains(&word.len()));
            long.filter_map(|word| str::from_utf8(word).ok()).find_map(|word| self.words.get(word))
        };
        whole.or_else(word).map(String::as_str)
    }
}
