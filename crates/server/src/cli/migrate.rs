//! `sekisho migrate`: brings the database to this program's schema.

use clap::Args;
use sekisho_store::{Options, migrate};
use serde_json::json;

use super::{Desk, Failure};
use crate::doctor::store_options;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(arguments: &Arguments, mut desk: Desk) -> Result<u8, Failure> {
    let options: Options = store_options(&desk.config()?.database);
    let steps =
        if arguments.dry_run { migrate::pending(&options)? } else { migrate::migrate(&options)? };
    let text = match (steps.is_empty(), arguments.dry_run) {
        (true, _) => "The database has this program's schema; there was nothing to do.".to_owned(),
        (false, true) => format!("Would run: {}.", steps.join(", ")),
        (false, false) => format!("Done: {}.", steps.join(", ")),
    };
    desk.output.answer(&json!({ "dry_run": arguments.dry_run, "steps": steps }), &text)?;
    Ok(0)
}
