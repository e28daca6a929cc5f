//! The JSON API, called in process: a store in memory, a clock and chance of our own.

mod approvals;
mod back_office;
mod limits;
mod oauth;
mod order_of_checks;
mod support;
