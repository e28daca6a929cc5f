//! The customers' pages, through the router as a browser sees them.

#[expect(dead_code, reason = "shared with the tests of the use cases")]
#[path = "../../../app/tests/stories/support.rs"]
mod bank;
mod browser;
mod world;

mod approval;
mod door;
mod forms;
mod main_job;
mod oidc;
mod operator;
mod own_pages;
