//! The sekisho server: everything that touches the machine it runs on.
//!
//! Here, and only here, are the clock and the source of chance ([`clock`]), the environment and
//! files ([`config`], [`keyring_file`], [`institution_file`]), the mail server ([`mailer`]) and the
//! log ([`telemetry`]). [`cli`] is the operator's door, [`doctor`] says what is wrong with an
//! installation.

pub mod cli;
pub mod clock;
pub mod config;
pub mod doctor;
pub mod document;
pub mod hashing;
pub mod installation;
pub mod institution_file;
pub mod keyring_file;
pub mod mailer;
pub mod office;
pub mod operations;
pub mod production;
pub mod serve;
pub mod telemetry;
pub mod work;

#[cfg(test)]
mod scratch;
