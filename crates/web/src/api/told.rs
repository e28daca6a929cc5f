//! How values of ours are spelt in replies.

use std::fmt::Display;

use serde::{Serialize, Serializer};

/// A value told as its text: an instant, an id, a digest.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told<T>(pub(crate) T);

impl<T: Display> Serialize for Told<T> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(&self.0)
    }
}
