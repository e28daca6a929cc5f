//! The text files of the repository.

use std::path::{Path, PathBuf};

/// Endings of files that are read; whatever else lies in the tree is a picture or a font.
const TEXT: &[&str] = &[
    "rs", "toml", "md", "ftl", "html", "txt", "css", "js", "mjs", "json", "sql", "sh", "yml",
    "yaml", "lock",
];

/// Text files without an ending.
const PLAIN: &[&str] = &["run", "test", ".gitignore"];

/// Folders that no commit holds (`.gitignore`), or that hold drawings only.
const SKIPPED: &[&str] = &["target", "var", "node_modules", ".git", "svg"];

/// One file.
pub(crate) struct File {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

impl File {
    /// Its ending, without the dot; empty if it has none.
    pub(crate) fn ending(&self) -> &str {
        ending(&self.path)
    }

    /// The lines that are only there to test: all of a test file, or what follows `mod tests {`.
    pub(crate) fn tests(&self) -> &str {
        let all = ["/tests/", "/e2e/", "/src/tests.rs"].iter().any(|part| self.path.contains(part));
        let begin = if all { Some(0) } else { self.text.find("mod tests {") };
        begin.map_or("", |begin| &self.text[begin..])
    }

    /// The lines that are not only there to test.
    pub(crate) fn product(&self) -> &str {
        &self.text[..self.text.len() - self.tests().len()]
    }
}

/// All text files.
pub(crate) struct Tree {
    /// In order of their paths.
    pub(crate) files: Vec<File>,
}

impl Tree {
    /// Reads the repository this test stands in.
    pub(crate) fn read() -> Self {
        let mut files = Vec::new();
        let mut folders = vec![root()];
        while let Some(folder) = folders.pop() {
            for entry in folder.read_dir().expect("a folder of the repository") {
                let path = entry.expect("it can be read").path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                if path.is_dir() {
                    folders.extend((!SKIPPED.contains(&name.as_str())).then_some(path));
                } else if is_text(&name) {
                    let text = std::fs::read_to_string(&path).expect("text files are UTF-8");
                    files.push(File { path: from_root(&path), text });
                }
            }
        }
        files.sort_by(|one, other| one.path.cmp(&other.path));
        Self { files }
    }

    /// The Rust files.
    pub(crate) fn rust(&self) -> impl Iterator<Item = &File> {
        self.files.iter().filter(|file| file.ending() == "rs")
    }

    /// What stands in the file with this path; empty if there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.files.iter().find(|file| file.path == path).map_or("", |file| &file.text)
    }

    /// Files whose path begins like this.
    pub(crate) fn below<'a>(&'a self, start: &'a str) -> impl Iterator<Item = &'a File> {
        self.files.iter().filter(move |file| file.path.starts_with(start))
    }
}

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn from_root(path: &Path) -> String {
    let path = path.strip_prefix(root()).expect("below the root");
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn is_text(name: &str) -> bool {
    TEXT.contains(&ending(name)) || PLAIN.contains(&name)
}

fn ending(name: &str) -> &str {
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

/// Allowances nobody needs any more: what of `listed` is not `used`.
pub(crate) fn unneeded<'a>(listed: impl Iterator<Item = &'a str>, used: &[String]) -> Vec<String> {
    let over = listed.filter(|entry| !used.iter().any(|name| name == entry));
    over.map(|entry| format!("{entry} is allowed, and nothing needs that")).collect()
}
