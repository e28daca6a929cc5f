//! The database: there, of this program's schema, with room to grow.

use std::fs::OpenOptions;
use std::path::Path;

use rustix::fs::statvfs;
use sekisho_store::migrate;

use super::{Finding, Grade, store_options};
use crate::config::Database;

/// Free space below which the operator is warned, in MiB.
const SPACE_LOW_MIB: u64 = 1_024;

/// Free space below which the next busy day may not fit, in MiB.
const SPACE_OUT_MIB: u64 = 64;

pub(super) fn examine(database: &Database) -> Vec<Finding> {
    let mut findings = vec![schema(database)];
    if database.path.exists() {
        findings.push(writable(&database.path));
    }
    findings.extend(space(&database.path));
    findings
}

fn schema(database: &Database) -> Finding {
    let shown = database.path.display();
    let (grade, sentence) = match migrate::pending(&store_options(database)) {
        Ok(steps) if steps.is_empty() => {
            (Grade::Well, format!("{shown} has this program's schema"))
        }
        Ok(_) if !database.path.exists() => {
            (Grade::Fault, format!("{shown} is not there: run `sekisho migrate`"))
        }
        Ok(steps) => {
            (Grade::Fault, format!("{shown} lacks {}: run `sekisho migrate`", steps.join(", ")))
        }
        Err(error) => (Grade::Fault, format!("{shown}: {error}")),
    };
    Finding::new("database", grade, sentence)
}

fn writable(path: &Path) -> Finding {
    match OpenOptions::new().append(true).open(path) {
        Ok(_) => Finding::new("database", Grade::Well, "the file can be written"),
        Err(error) => {
            let sentence = format!("{} cannot be written: {error}", path.display());
            Finding::new("database", Grade::Fault, sentence)
        }
    }
}

fn space(path: &Path) -> Option<Finding> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let disk = statvfs(folder.unwrap_or(Path::new("."))).ok()?;
    let free_mib = disk.f_bavail.saturating_mul(disk.f_frsize) >> 20;
    let grade = match free_mib {
        ..SPACE_OUT_MIB => Grade::Fault,
        SPACE_OUT_MIB..SPACE_LOW_MIB => Grade::Warning,
        SPACE_LOW_MIB.. => Grade::Well,
    };
    let sentence = match grade {
        Grade::Well => "the disk has room".to_owned(),
        _ => format!("only {free_mib} MiB are free beside the database: make room"),
    };
    Some(Finding::new("disk", grade, sentence))
}
