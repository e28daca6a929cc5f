//! What a person at the terminal is told while a command works.

use std::cell::RefCell;
use std::io::Write;

/// Lines on standard error; whoever does not listen cannot be told.
pub struct Progress<'a>(RefCell<&'a mut dyn Write>);

impl<'a> Progress<'a> {
    /// Tells `to`.
    pub fn new(to: &'a mut dyn Write) -> Self {
        Self(RefCell::new(to))
    }

    /// Tells one line.
    pub fn say(&self, line: impl AsRef<str>) {
        let _ = writeln!(self.0.borrow_mut(), "{}", line.as_ref());
    }
}
