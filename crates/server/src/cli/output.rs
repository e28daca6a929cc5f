//! What a command answers: sentences for people, or one JSON object for programs.

use std::io::{self, Write};

use serde::Serialize;

/// Where answers go.
pub struct Output<'a> {
    out: &'a mut dyn Write,
    json: bool,
}

impl<'a> Output<'a> {
    /// Answers to `out`, as JSON if `json`.
    pub fn new(out: &'a mut dyn Write, json: bool) -> Self {
        Self { out, json }
    }

    /// Gives the answer of a command: `report` to programs, `text` to people.
    ///
    /// A command calls this once, so that standard output is one JSON object.
    pub fn answer(&mut self, report: &impl Serialize, text: &str) -> io::Result<()> {
        if self.json {
            serde_json::to_writer(&mut *self.out, report)?;
            return writeln!(self.out);
        }
        self.document(text)
    }

    /// Gives a whole document, such as an example file, the same to programs and to people.
    pub fn document(&mut self, text: &str) -> io::Result<()> {
        self.out.write_all(text.as_bytes())?;
        if text.ends_with('\n') { Ok(()) } else { writeln!(self.out) }
    }
}
