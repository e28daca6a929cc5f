//! One struct a page. Fill the fields, call `render()`, send it with `no-store`.
//!
//! Names of form fields are said at the struct whose form sends them. Every form posts to the
//! page's own address unless said otherwise, urlencoded, with the hidden field `csrf`.

pub mod approve;
pub mod challenge;
pub mod display;
pub mod error;
pub mod help;
pub mod locked;
pub mod log;
pub mod loss;
pub mod notices;
pub mod order;
pub mod otp;
pub mod overview;
pub mod password;
pub mod problem;
pub mod sign_in;
pub mod slip;
pub mod stop;
pub mod switch;
pub mod troubles;
