//! Takes into stock what two people agreed to import (api.md §5.3): opens the file where nobody
//! waits for it, and applies it a chunk to a commit. What a crash broke off goes on where it was.

use std::sync::Arc;

use sekisho_app::error::Error;
use sekisho_app::job::{self, Job, JobState, Task};
use sekisho_app::tokens::import;
use sekisho_domain::id::{InstitutionId, JobId};

use crate::office::Office;

/// One round over the imports that wait for a worker or were left behind.
pub(crate) fn round(office: &Office) -> Result<(), Error> {
    let of_kind = |task: &Task| matches!(task, Task::TokenImport(_));
    while let Some(job) = office.look(move |tx, _| Ok(job::next(tx, of_kind)?))? {
        carry_out(office, (job.institution, job.id), &mut |_, _| ())?;
    }
    Ok(())
}

/// Carries an import out to its end; tells `progress` how many lines are done, and of how many.
pub(crate) fn carry_out(
    office: &Office,
    which: (InstitutionId, JobId),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Job, Error> {
    let opened = office.look(move |tx, cx| import::open(tx, cx, which))?;
    let Some(opened) = opened else {
        return office.look(move |tx, _| job::find(tx, which.0, which.1));
    };
    let file = match opened.read() {
        Ok(file) => Arc::new(file),
        Err(fault) => {
            tracing::warn!(job = %which.1, why = fault.word(), "a file of tokens was not taken");
            return office.run(move |tx, cx| import::give_up(tx, cx, which, &fault));
        }
    };
    loop {
        let lines = Arc::clone(&file);
        let job = office.run(move |tx, cx| import::apply(tx, cx, which, &lines))?;
        progress(job.done, job.total);
        if !matches!(job.state, JobState::Queued | JobState::Running) {
            return Ok(job);
        }
    }
}
