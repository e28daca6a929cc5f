//! The folder of a demo: one demo works in it at a time, and `--fresh` empties no other folder.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

/// Held open and locked by the demo that runs.
const LOCK: &str = "demo.lock";
/// What else tells a demo's folder from any other.
const CONFIGURATION: &str = "sekisho.toml";
/// How the demo's configuration begins.
pub(crate) const MARK: &str = "# The demo's configuration";

/// A folder in which nobody else works until this is dropped.
#[derive(Debug)]
pub struct Claim {
    _locked: File,
}

/// Why a folder cannot be used, in a sentence for whoever started the demo.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// Another demo runs in it.
    #[error("another demo runs in {0}: end it first, or choose another place with --folder")]
    Taken(String),
    /// Something else is kept there.
    #[error(
        "{0} holds something that is no demo, which is left alone: choose another place with \
         --folder"
    )]
    Foreign(String),
    /// It cannot be read or written.
    #[error("{0} cannot be used as the demo's folder: {1}")]
    Broken(String, io::Error),
}

impl Claim {
    /// Makes `folder` if need be and takes it; when `fresh`, what a demo has left there is removed.
    pub fn take(folder: &Path, fresh: bool) -> Result<Self, Unfit> {
        let name = || folder.display().to_string();
        let broken = |error| Unfit::Broken(name(), error);
        fs::create_dir_all(folder).map_err(broken)?;
        if !is_ours(folder).map_err(broken)? {
            return Err(Unfit::Foreign(name()));
        }
        let locked = File::create(folder.join(LOCK)).map_err(broken)?;
        match locked.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(Unfit::Taken(name())),
            Err(TryLockError::Error(error)) => return Err(broken(error)),
        }
        if fresh {
            empty(folder).map_err(broken)?;
        }
        Ok(Self { _locked: locked })
    }
}

/// Whether a folder is empty or was made by a demo.
fn is_ours(folder: &Path) -> io::Result<bool> {
    if fs::read_dir(folder)?.next().is_none() || folder.join(LOCK).exists() {
        return Ok(true);
    }
    let text = fs::read_to_string(folder.join(CONFIGURATION)).unwrap_or_default();
    Ok(text.starts_with(MARK))
}

/// Removes everything but the lock.
fn empty(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_name() == LOCK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())?;
        } else {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_folder_with_something_else_in_it_is_left_alone() {
        let folder = Scratch::new("foreign");
        folder.write("letter.txt", "dear");
        let refused = Claim::take(&folder.0, true).expect_err("not a demo's");
        assert!(matches!(refused, Unfit::Foreign(_)), "{refused}");
        let kept: Vec<_> = fs::read_dir(&folder.0).expect("it is there").collect();
        assert_eq!(kept.len(), 1);
    }

    #[test]
    fn fresh_empties_a_demos_folder_and_nothing_else_does() {
        let folder = Scratch::new("fresh");
        folder.write(CONFIGURATION, MARK);
        folder.write("ready", "1");
        drop(Claim::take(&folder.0, false).expect("a demo's"));
        assert!(folder.0.join("ready").exists());
        drop(Claim::take(&folder.0, true).expect("a demo's"));
        assert!(!folder.0.join("ready").exists());
    }

    #[test]
    fn one_demo_runs_in_a_folder() {
        let folder = Scratch::new("taken");
        let first = Claim::take(&folder.0, false).expect("empty");
        let refused = Claim::take(&folder.0, true).expect_err("the first runs");
        assert!(matches!(refused, Unfit::Taken(_)), "{refused}");
        drop(first);
        Claim::take(&folder.0, false).expect("the first has ended");
    }

    #[test]
    fn a_file_is_no_folder() {
        let folder = Scratch::new("file");
        folder.write("file", "");
        let refused = Claim::take(&folder.0.join("file"), false).expect_err("a file");
        assert!(refused.to_string().contains("cannot be used as the demo's folder"));
    }
}
