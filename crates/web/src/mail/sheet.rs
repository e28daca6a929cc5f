//! What a mail says, before it is written as plain text or as HTML: so the two cannot differ.

use super::rows::Row;
use crate::text::{Lang, Texts};

/// A part of a mail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// A heading.
    Heading(String),
    /// Lines that belong together.
    Paragraph(Vec<String>),
    /// Labels and values.
    Rows(Vec<Row>),
}

/// A mail, part by part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sheet {
    /// In which language.
    pub(super) lang: Lang,
    /// カクウ ハナコ 様
    pub(super) to: String,
    /// The parts.
    pub(super) parts: Vec<Part>,
}

impl Sheet {
    pub(super) fn heading(&mut self, text: String) {
        self.parts.push(Part::Heading(text));
    }

    /// Adds the paragraphs of a message. Japanese keeps its lines, which break where a reader would
    /// pause; English is broken anew.
    pub(super) fn paragraphs(&mut self, text: &str) {
        let kept = |lines: Vec<String>| match self.lang {
            Lang::Ja => lines,
            Lang::En => vec![lines.join(" ")],
        };
        self.parts.extend(paragraphs(text).into_iter().map(kept).map(Part::Paragraph));
    }

    /// The message `key` as heading and its `.text` below.
    pub(super) fn section(&mut self, texts: &Texts, key: &str) {
        self.heading(texts.t(key));
        self.paragraphs(&texts.t(&format!("{key}.text")));
    }
}

/// Splits a text at its empty lines, and each paragraph into its lines.
pub(super) fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let lines = |part: &str| part.lines().map(|line| line.trim().to_owned()).collect();
    text.split("\n\n").filter(|part| !part.trim().is_empty()).map(lines).collect()
}
