//! The demo: sekisho, the reference bank, and what reaches the customer from outside, in one
//! process.

pub mod cast;
pub mod devices;
pub mod folder;
pub mod home;
pub mod outside;
pub mod people;
pub mod post;
#[cfg(test)]
mod scratch;
pub mod seeds;
pub mod sink;
pub mod welcome;

/// The demo's ports on 127.0.0.1.
#[derive(Debug, Clone, Copy)]
pub struct Ports {
    /// sekisho.
    pub sekisho: u16,
    /// The reference bank.
    pub bank: u16,
    /// The mail inbox and the letter box.
    pub outside: u16,
    /// The customers' mail server.
    pub mail: u16,
    /// Whether the clock can be turned.
    pub sandbox: bool,
}

impl Ports {
    /// The highest first port.
    pub const FIRST_MAX: u16 = u16::MAX - 3;

    /// Four ports in a row, from `first` on, which is [`Self::FIRST_MAX`] at most.
    pub fn from(first: u16, sandbox: bool) -> Self {
        Self { sekisho: first, bank: first + 1, outside: first + 2, mail: first + 3, sandbox }
    }
}
