//! `sekisho config`: the example, the schema, and whether a file is right.

use clap::Subcommand;
use serde_json::json;

use super::{Desk, Failure};
use crate::config::{example, schema};

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Print a commented file with every key and its default
    Default,
    /// Print the JSON schema of the file
    Schema,
    /// Read file and environment, and say what is wrong with them
    Check,
}

pub(super) fn run(verb: &Verb, mut desk: Desk) -> Result<u8, Failure> {
    match verb {
        Verb::Default => desk.output.document(&example::text())?,
        Verb::Schema => desk.output.document(&schema::text())?,
        Verb::Check => {
            desk.config()?;
            desk.output.answer(&json!({ "config": "ok" }), "The configuration can be used.")?;
        }
    }
    Ok(0)
}
