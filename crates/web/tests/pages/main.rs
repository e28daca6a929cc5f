//! The customers' pages, through the router as a browser sees them.

#[expect(dead_code, reason = "shared with the tests of the use cases")]
#[path = "../../../app/tests/stories/support.rs"]
mod bank;
mod browser;
#[expect(dead_code, reason = "shared with the tests of the use cases")]
#[path = "../../../app/tests/stories/handset.rs"]
mod handset;
mod world;

/// What the shared handset calls the bank's module.
mod support {
    pub(crate) use crate::bank::Bank;
}

mod approval;
mod door;
mod forms;
mod main_job;
mod oidc;
mod operator;
mod otp;
mod otp_inside;
mod own_pages;
mod token_app;
