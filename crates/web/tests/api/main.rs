//! The JSON API, called in process: a store in memory, a clock and chance of our own.

mod approvals;
mod back_office;
mod contract_life;
mod imports;
mod limits;
mod oauth;
mod order_of_checks;
mod production;
mod support;
mod token_app;
mod tokens;
