//! The file that holds the keys of the installation: made once, read at the start, grown by
//! rotation.
//!
//! Whoever has this file and a copy of the database can open everything; whoever loses it loses
//! every sealed secret. It is therefore refused when others may read it, and no complaint ever
//! shows a part of it.

use std::fmt::Write as _;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sekisho_domain::secret::{Keyring, Secret};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::config::SecretText;
use crate::document::{Document, DocumentError};

/// Keys a file may hold; a rotation a year makes that more than a working life.
const KEYS_MAX: usize = 100;

/// Why a keyring file cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is a file already, and its keys must not be lost.
    #[error("{} is there already; `sekisho keys rotate` adds a key to it", .0.display())]
    Exists(PathBuf),
    /// There is none yet.
    #[error("{} is not there; `sekisho keys create` makes it", .0.display())]
    Missing(PathBuf),
    /// Others than its owner may read or write it.
    #[error(
        "{}: others may read or write it (mode {mode:04o}); run `chmod 600` on it",
        .path.display()
    )]
    Open {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is not what `sekisho keys` writes.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It can be read, but not as keys.
    #[error("{}: {what}", .path.display())]
    Wrong {
        /// Which file.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
    /// The operating system refused.
    #[error("{}: {source}", .path.display())]
    Io {
        /// Which file.
        path: PathBuf,
        /// What it says.
        source: io::Error,
    },
}

/// A key and its number.
type NumberedKey = (u16, Secret<[u8; 32]>);

/// The keys of a file, oldest first. Not yet derived: this is what is written back.
pub struct KeyringFile {
    keys: Vec<NumberedKey>,
}

#[derive(Deserialize)]
struct Written {
    version: u8,
    keys: Vec<WrittenKey>,
}

#[derive(Deserialize)]
struct WrittenKey {
    id: u16,
    secret: SecretText,
}

impl KeyringFile {
    /// Makes a file with the first key. A file that is there stays as it is.
    pub fn create(path: &Path, key: Secret<[u8; 32]>) -> Result<Self, KeyringError> {
        let made = Self { keys: vec![(1, key)] };
        match write_new(path, &made.text()) {
            Ok(()) => Ok(made),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                Err(KeyringError::Exists(path.to_owned()))
            }
            Err(error) => Err(io_at(path)(error)),
        }
    }

    /// Reads a file that only its owner may read.
    pub fn load(path: &Path) -> Result<Self, KeyringError> {
        let about = match fs::metadata(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyringError::Missing(path.to_owned()));
            }
            about => about.map_err(io_at(path))?,
        };
        let mode = about.mode() & 0o7777;
        if mode & 0o077 != 0 {
            return Err(KeyringError::Open { path: path.to_owned(), mode });
        }
        let written: Written = Document::open(path)?.read()?;
        let wrong = |what| KeyringError::Wrong { path: path.to_owned(), what };
        let keys = keys(&written).map_err(wrong)?;
        Ok(Self { keys })
    }

    /// Adds a key, which seals from the next start on; the older ones still open. Returns its
    /// number.
    ///
    /// The file is replaced as a whole: a crash leaves the old one or the new one.
    pub fn rotate(&mut self, path: &Path, key: Secret<[u8; 32]>) -> Result<u16, KeyringError> {
        let wrong = |what| KeyringError::Wrong { path: path.to_owned(), what };
        if self.keys.len() >= KEYS_MAX {
            return Err(wrong("it is full"));
        }
        let id = self.newest().checked_add(1).ok_or_else(|| wrong("its numbers are used up"))?;
        self.keys.push((id, key));
        let draft = path.with_extension("new");
        let replace = || -> io::Result<()> {
            write_new(&draft, &self.text())?;
            fs::rename(&draft, path)?;
            sync_folder(path)
        };
        replace().map_err(io_at(&draft))?;
        Ok(id)
    }

    /// The number of the key that seals.
    pub fn newest(&self) -> u16 {
        self.keys.last().expect("a keyring file holds at least one key").0
    }

    /// How many keys there are.
    pub fn count(&self) -> usize {
        self.keys.len()
    }

    /// The keys, ready for use.
    pub fn keyring(&self) -> Keyring {
        Keyring::new(&self.keys)
    }

    fn text(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(256 + 96 * self.keys.len()));
        text.push_str("# Made by `sekisho keys`. Keep a copy off this machine; ");
        text.push_str("never edit, mail or print it.\n");
        text.push_str("version = 1\n");
        for (id, key) in &self.keys {
            let secret = Zeroizing::new(STANDARD.encode(key.expose()));
            write!(text, "\n[[keys]]\nid = {id}\nsecret = \"{}\"\n", *secret)
                .expect("a text takes everything");
        }
        text
    }
}

fn keys(written: &Written) -> Result<Vec<NumberedKey>, &'static str> {
    if written.version != 1 {
        return Err("this program reads `version = 1`");
    }
    if written.keys.is_empty() {
        return Err("it holds no key");
    }
    if !written.keys.is_sorted_by(|a, b| a.id < b.id) {
        return Err("its keys must be numbered upwards");
    }
    let key = |written: &WrittenKey| {
        let mut bytes = Zeroizing::new([0; 32]);
        let length = STANDARD.decode_slice(written.secret.expose(), bytes.as_mut_slice());
        (length == Ok(32)).then(|| (written.id, Secret::new(*bytes)))
    };
    let keys: Option<Vec<_>> = written.keys.iter().map(key).collect();
    keys.ok_or("each secret is 32 bytes in base64")
}

/// Writes a file that must not be there yet and that only its owner may read, and waits for the
/// disk.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    sync_folder(path)
}

fn sync_folder(path: &Path) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

fn io_at(path: &Path) -> impl Fn(io::Error) -> KeyringError {
    move |source| KeyringError::Io { path: path.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use sekisho_domain::secret::Purpose;

    use super::*;
    use crate::scratch::Scratch;

    fn key(byte: u8) -> Secret<[u8; 32]> {
        Secret::new([byte; 32])
    }

    fn mac(ring: &Keyring, id: u16) -> [u8; 32] {
        ring.mac(id, Purpose::Form, &[b"x"]).expect("the key is held")
    }

    #[test]
    fn what_was_made_and_rotated_is_read_again() {
        let scratch = Scratch::new();
        let path = scratch.path("keyring.toml");
        let mut made = KeyringFile::create(&path, key(1)).expect("made");
        assert_eq!(made.rotate(&path, key(2)).expect("rotated"), 2);
        let read = KeyringFile::load(&path).expect("read");
        assert_eq!((read.count(), read.newest()), (2, 2));
        for id in [1, 2] {
            assert_eq!(mac(&read.keyring(), id), mac(&made.keyring(), id));
        }
        assert_eq!(fs::metadata(&path).expect("there").mode() & 0o777, 0o600);
        assert!(matches!(KeyringFile::create(&path, key(3)), Err(KeyringError::Exists(_))));
    }

    #[test]
    fn a_file_others_may_read_is_refused() {
        let scratch = Scratch::new();
        let path = scratch.path("keyring.toml");
        KeyringFile::create(&path, key(1)).expect("made");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).expect("ours");
            let refused = KeyringFile::load(&path).err().expect("refused").to_string();
            assert!(refused.contains(&format!("mode {mode:04o}")), "{refused}");
        }
    }

    #[test]
    fn no_complaint_shows_a_part_of_the_file() {
        let scratch = Scratch::new();
        for (n, text) in [
            "version = 1\n[[keys]]\nid = 1\nsecret = \"hunter2\"",
            "version = 1\n[[keys]]\nid = \"hunter2\"\nsecret = \"\"",
            "version = 1\nkeys = \"hunter2\"",
            "version = 1\n[[keys]]\nid = 1\nsecret = hunter2",
            "version = 2\n[[keys]]\nid = 1\nsecret = \"hunter2\"",
            "version = 1\nkeys = []",
        ]
        .iter()
        .enumerate()
        {
            let path = scratch.write(&format!("{n}.toml"), text);
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("ours");
            let complaint = KeyringFile::load(&path).err().expect("refused").to_string();
            assert!(!complaint.contains("hunter2"), "{complaint}");
        }
    }
}
