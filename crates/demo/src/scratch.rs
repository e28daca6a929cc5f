//! Folders for tests, gone when the test ends.

use std::path::PathBuf;
use std::{env, fs, process};

/// A folder of a test's own; no two tests give the same name.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        let folder = env::temp_dir().join(format!("sekisho-demo-{}-{name}", process::id()));
        fs::create_dir_all(&folder).expect("the machine has room for tests");
        Self(folder)
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.0.join(name), text).expect("the folder is ours");
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A folder left behind in the temporary place does no harm.
        let _ = fs::remove_dir_all(&self.0);
    }
}
