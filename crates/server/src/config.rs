//! What an operator tells the server: a TOML file, overridden by the environment.
//!
//! [`sections`] names every key once, with its words, its kind and its default. The reader, the
//! commented example (`sekisho config default`) and the JSON schema (`sekisho config schema`) are
//! made from that one list.

pub mod example;
pub mod network;
pub mod schema;
pub mod sections;

mod environment;
mod secrets;
mod setting;

use std::path::{Path, PathBuf};

pub use environment::Environment;
pub use network::Network;
pub use sections::{
    Config, Database, Encryption, Format, Hashing, Institutions, Keyring, Log, Mail, Server, Tls,
};
pub use setting::{Key, SecretText, Section, Setting, Shape};

use crate::document::{Document, DocumentError};

/// The file that is read when none is named, if it is there.
pub const FILE: &str = "sekisho.toml";

/// Why the configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read, or a key or value in it or in the environment is wrong.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Each value can be read, yet together they make no sense.
    #[error("{}: {}", .path.display(), .faults.join("; "))]
    Senseless {
        /// The file.
        path: PathBuf,
        /// A sentence for each fault.
        faults: Vec<String>,
    },
}

impl Config {
    /// Reads the configuration: `file`, or else [`FILE`] if there is one, with `environment` laid
    /// over it.
    ///
    /// Relative paths in it are taken from the file's folder, so that it does not matter where the
    /// server starts.
    pub fn load(file: Option<&Path>, environment: &Environment) -> Result<Self, ConfigError> {
        let path = file.unwrap_or(Path::new(FILE));
        let mut document = if file.is_some() || path.exists() {
            Document::open(path)?
        } else {
            Document::empty(path)
        };
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        environment.lay_over(&mut document.table);
        secrets::fetch(&mut document, &folder)?;
        let path = document.path.clone();
        let mut config: Self = document.read()?;
        let faults = config.faults();
        if !faults.is_empty() {
            return Err(ConfigError::Senseless { path, faults });
        }
        config.start_paths_at(&folder);
        Ok(config)
    }

    /// What does not fit together, a sentence for each.
    fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut say = |wrong: bool, what: &str| {
            if wrong {
                faults.push(what.to_owned());
            }
        };
        let url = &self.server.public_url;
        say(self.version != 1, "this program reads `version = 1`");
        say(
            !url.starts_with("https://") && !is_local(url),
            "server.public_url must begin with https:// (http:// only for 127.0.0.1 and localhost)",
        );
        say(url.ends_with('/'), "server.public_url must not end with a slash");
        let unsafe_mail = self.mail.encryption == Encryption::None;
        let mail_is_local = self.mail.host.as_deref().is_none_or(is_local_host);
        say(
            unsafe_mail && !mail_is_local,
            "mail.encryption = \"none\" is only for this machine itself",
        );
        say(
            self.mail.login.is_some() != self.mail.password.is_some(),
            "mail.login and mail.password belong together",
        );
        let hashing = &self.hashing;
        say(hashing.threads == 0, "hashing.threads must be at least 1");
        say(hashing.queue == 0, "hashing.queue must be at least 1");
        say(hashing.memory_kib < 19_456, "hashing.memory_kib must be at least 19456 (OWASP)");
        say(self.database.readers == 0, "database.readers must be at least 1");
        say(self.database.queue == 0, "database.queue must be at least 1");
        faults
    }

    fn start_paths_at(&mut self, folder: &Path) {
        let tls = self.server.tls.iter_mut().flat_map(|tls| [&mut tls.certificate, &mut tls.key]);
        let paths =
            [&mut self.database.path, &mut self.keyring.file, &mut self.institutions.folder];
        for path in paths.into_iter().chain(tls) {
            *path = folder.join(&path);
        }
    }
}

/// Whether a URL points to this machine.
fn is_local(url: &str) -> bool {
    let host = url.strip_prefix("http://").unwrap_or_default();
    let host = host.split('/').next().unwrap_or_default();
    is_local_host(host.rsplit_once(':').map_or(host, |(name, _)| name))
}

fn is_local_host(host: &str) -> bool {
    matches!(host, "127.0.0.1" | "localhost" | "[::1]" | "::1")
}
