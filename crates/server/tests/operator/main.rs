//! What an operator meets: the configuration and the command line.

mod commands;
mod config;
mod mail;

#[path = "../../src/scratch.rs"]
mod scratch;
