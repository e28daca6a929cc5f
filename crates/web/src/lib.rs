//! The screens of sekisho: what a customer sees between the bank's page and the bank's answer.
//!
//! A screen is a struct of plain fields in [`screen`] and a template of the same name. It decides
//! nothing and looks nothing up: whoever fills the fields has decided already. Every screen carries
//! a [`Frame`], which knows whose page it is and in which language it speaks.

pub mod api;
pub mod app_v1;
pub mod assets;
pub mod brand;
mod corrupt;
mod dates;
pub mod display;
pub mod frame;
pub mod guard;
pub mod hashing;
pub mod limits;
pub mod mail;
pub mod oauth;
pub mod oidc;
pub mod pages;
pub mod problem;
mod router;
pub mod screen;
pub mod state;
pub mod text;
pub mod ticket;
mod token_app;

pub use frame::{Frame, Letterhead, TextSize};
pub use router::router;
pub use state::{Clock, SandboxClock, Web, Wiring};
pub use text::{Lang, Markup, Texts};
