//! What is wrong with an installation, in clear sentences, before customers notice.

mod database;
mod files;
mod mail;

use std::fmt;

use sekisho_store::Options;
use serde::Serialize;

use crate::clock::Clock;
use crate::config::{self, Config};
use crate::installation::{Installation, InstallationError};

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// Nothing to do.
    Well,
    /// It runs, but somebody should look.
    Warning,
    /// It does not run.
    Fault,
}

impl Grade {
    /// The exit code: 0, 1, 2.
    pub const fn code(self) -> u8 {
        self as u8
    }
}

/// What was looked at, and what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What was looked at: `database`.
    pub subject: &'static str,
    /// How bad it is.
    pub grade: Grade,
    /// What was found and what to do.
    pub sentence: String,
}

impl Finding {
    /// A finding.
    pub fn new(subject: &'static str, grade: Grade, sentence: impl Into<String>) -> Self {
        Self { subject, grade, sentence: sentence.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match self.grade {
            Grade::Well => "ok     ",
            Grade::Warning => "warning",
            Grade::Fault => "FAULT  ",
        };
        write!(f, "{mark} {}: {}", self.subject, self.sentence)
    }
}

/// Looks at everything the configuration names.
pub fn examine(config: &Config, clock: &Clock) -> Vec<Finding> {
    let mut findings = vec![
        Finding::new("config", Grade::Well, "the configuration can be used"),
        clock_sanity(clock.now().seconds()),
        files::keyring(&config.keyring),
    ];
    findings.extend(database::examine(&config.database));
    if findings.iter().all(|finding| finding.grade < Grade::Fault) {
        findings.extend(keyring_fits(config));
    }
    findings.extend(files::tls(config.server.tls.as_ref()));
    findings.extend(files::institutions(&config.institutions));
    findings.push(mail::examine(&config.mail));
    if config.server.sandbox {
        let sentence = "server.sandbox is on: never with real customers";
        findings.push(Finding::new("server", Grade::Warning, sentence));
    }
    findings
}

/// Whether the keyring is the one the database was sealed under.
fn keyring_fits(config: &Config) -> Option<Finding> {
    match Installation::open(config.clone()) {
        Ok(_) => None,
        Err(InstallationError::OtherKeyring(file)) => {
            let sentence = InstallationError::OtherKeyring(file).to_string();
            Some(Finding::new("keyring", Grade::Fault, sentence))
        }
        Err(other) => Some(Finding::new("database", Grade::Fault, other.to_string())),
    }
}

/// How the store opens the database that the configuration names.
pub fn store_options(database: &config::Database) -> Options {
    Options {
        queue_max: usize::try_from(database.queue).expect("a queue's length fits into memory"),
        readers: usize::from(database.readers),
        ..Options::at(&database.path)
    }
}

/// Whether the clock stands at a year in which this program can be running.
fn clock_sanity(now_s: i64) -> Finding {
    // 2026-01-01 and 2126-01-01, UTC: a clock outside has lost its battery or its mind.
    const SANE_S: std::ops::Range<i64> = 1_767_225_600..4_922_899_200;
    if SANE_S.contains(&now_s) {
        return Finding::new("clock", Grade::Well, "the clock stands at a possible time");
    }
    let sentence = "the clock stands at an impossible time: set it and switch on a time service";
    Finding::new("clock", Grade::Fault, sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_impossible_clock_is_a_fault() {
        assert_eq!(clock_sanity(0).grade, Grade::Fault);
        assert_eq!(clock_sanity(1_795_000_000).grade, Grade::Well);
        assert_eq!(clock_sanity(5_000_000_000).grade, Grade::Fault);
    }
}
