//! A TOML file that remembers its lines, so that every complaint can say where to look.
//!
//! Configuration and institution files are read through this one door. A key that a section does
//! not have is an error that names the file, the line and the nearest known word; serde's own
//! readers would stop at the first and say less. Values from the environment are laid over the tree
//! before it is read.

mod node;
mod reader;
mod trouble;

use std::fs;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;

pub use node::{Node, Origin, Table, Value};
pub use trouble::Trouble;

/// A file that was parsed and not yet read into a type.
#[derive(Debug, Clone)]
pub struct Document {
    /// The file, as it is called in complaints.
    pub path: PathBuf,
    /// What is in it.
    pub table: Table,
}

/// Why a file cannot be taken over. The text names file and line and never shows a value of the
/// file.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The file cannot be opened.
    #[error("{path} cannot be read: {source}", path = .path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What the operating system says.
        source: std::io::Error,
    },
    /// The file is not TOML, or does not say what it should.
    #[error("{}", .trouble.in_file(.path))]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// What is wrong, and where.
        trouble: Trouble,
    },
}

impl Document {
    /// An empty document, for a program that runs on defaults and environment alone.
    pub fn empty(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), table: Table::new() }
    }

    /// Opens and parses a file.
    pub fn open(path: &Path) -> Result<Self, DocumentError> {
        let text = fs::read_to_string(path)
            .map_err(|source| DocumentError::Unreadable { path: path.to_owned(), source })?;
        Self::parse(path, &text)
    }

    /// Parses `text`, which is called `path` in complaints.
    pub fn parse(path: &Path, text: &str) -> Result<Self, DocumentError> {
        match node::parse(text) {
            Ok(table) => Ok(Self { path: path.to_owned(), table }),
            Err(trouble) => Err(DocumentError::Wrong { path: path.to_owned(), trouble }),
        }
    }

    /// Takes one key out of the top of the document, to be read apart.
    pub fn take(&mut self, key: &str) -> Option<Node> {
        self.table.remove(key)
    }

    /// Reads the whole document into `T`; every key must be one of `T`'s.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, DocumentError> {
        let Self { path, table } = self;
        let node = Node { origin: Origin::Line(1), value: Value::Table(table) };
        node.read().map_err(|trouble| DocumentError::Wrong { path, trouble })
    }

    /// Puts `trouble` into this file.
    pub fn wrong(&self, trouble: Trouble) -> DocumentError {
        DocumentError::Wrong { path: self.path.clone(), trouble }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, Deserialize)]
    struct Shop {
        counter: Counter,
        #[serde(default)]
        days: Vec<String>,
    }

    #[derive(Debug, Deserialize)]
    struct Counter {
        clerks: u8,
        #[serde(default)]
        lamp: Option<bool>,
    }

    fn read(text: &str) -> Result<Shop, String> {
        let parsed = Document::parse(Path::new("shop.toml"), text).and_then(Document::read);
        parsed.map_err(|error| error.to_string())
    }

    #[test]
    fn every_complaint_names_file_line_and_key() {
        for (text, complaint) in [
            (
                "[counter]\nclerks = 2\nlamb = true",
                "shop.toml, line 3: there is no `lamb` in [counter]; did you mean `lamp`?",
            ),
            (
                "[counter]\nclerks = 2\n\n[kitchen]",
                "shop.toml, line 4: there is no `kitchen` here; known are counter, days",
            ),
            (
                "days = []\n[counter]\nclerks = 300",
                "shop.toml, line 3: counter.clerks: the number is out of range, expected u8",
            ),
            (
                "[counter]\nclerks = \"hunter2\"",
                "shop.toml, line 2: counter.clerks: this is a text, expected u8",
            ),
            ("days = [\"月\"]\n[counter]\n", "shop.toml, line 2: counter: `clerks` is missing"),
            ("[counter]\nclerks 2", "shop.toml, line 2: key with no value, expected `=`"),
        ] {
            assert_eq!(read(text).expect_err(text), complaint);
        }
    }

    #[test]
    fn what_is_written_arrives() {
        let shop =
            read("days = [\"月\", \"火\"]\ncounter = { clerks = 2, lamp = false }").expect("right");
        assert_eq!((shop.counter.clerks, shop.counter.lamp), (2, Some(false)));
        assert_eq!(shop.days, ["月", "火"]);
    }
}
