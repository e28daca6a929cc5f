//! Tokens, and what contracts have of them (api.md §5.3).

mod exchange;
mod import;
mod issue;
mod sign_in;
mod start;
mod stock;
mod stop;
mod transfer;
