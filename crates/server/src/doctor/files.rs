//! The files beside the configuration: keyring, TLS, institutions.

use std::fs;
use std::path::Path;

use super::{Finding, Grade};
use crate::config::{Institutions, Keyring, Tls};
use crate::institution_file::InstitutionFile;
use crate::keyring_file::KeyringFile;

pub(super) fn keyring(keyring: &Keyring) -> Finding {
    match KeyringFile::load(&keyring.file) {
        Ok(file) => {
            let sentence =
                format!("{} can be used, key {} seals", keyring.file.display(), file.newest());
            Finding::new("keyring", Grade::Well, sentence)
        }
        Err(error) => Finding::new("keyring", Grade::Fault, error.to_string()),
    }
}

pub(super) fn tls(tls: Option<&Tls>) -> Vec<Finding> {
    let readable = |path: &Path| match fs::read(path) {
        Ok(_) => Finding::new("tls", Grade::Well, format!("{} can be read", path.display())),
        Err(error) => {
            Finding::new("tls", Grade::Fault, format!("{} cannot be read: {error}", path.display()))
        }
    };
    tls.map(|tls| vec![readable(&tls.certificate), readable(&tls.key)]).unwrap_or_default()
}

pub(super) fn institutions(institutions: &Institutions) -> Vec<Finding> {
    let folder = &institutions.folder;
    let one = |grade, sentence| vec![Finding::new("institutions", grade, sentence)];
    let files = match InstitutionFile::list(folder) {
        Ok(files) if files.is_empty() => {
            return one(Grade::Warning, format!("there is no <slug>.toml in {}", folder.display()));
        }
        Ok(files) => files,
        Err(error) => {
            return one(Grade::Warning, format!("{} cannot be read: {error}", folder.display()));
        }
    };
    let examine = |path: &std::path::PathBuf| match InstitutionFile::open(path) {
        Ok(_) => {
            Finding::new("institutions", Grade::Well, format!("{} can be used", path.display()))
        }
        Err(error) => Finding::new("institutions", Grade::Fault, error.to_string()),
    };
    files.iter().map(examine).collect()
}
