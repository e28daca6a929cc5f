//! A change of state together with what must be written down about it.

use crate::event::Event;
use crate::notice::Notice;

/// The new state of something, and the events and notices that belong to the change.
///
/// Only this crate makes one, and a transaction saves nothing else: so nothing can be saved without
/// its audit events (house.md §1.3).
#[must_use = "a transition that is not saved did not happen"]
#[derive(Debug, Clone)]
pub struct Transition<T> {
    after: T,
    events: Vec<Event>,
    notices: Vec<Notice>,
}

impl<T> Transition<T> {
    pub(crate) fn new(after: T, event: Event) -> Self {
        Self { after, events: vec![event], notices: Vec::new() }
    }

    /// A change the audit log has no word for: it only keeps count for a later event of its cause.
    pub(crate) fn quiet(after: T) -> Self {
        Self { after, events: Vec::new(), notices: Vec::new() }
    }

    pub(crate) fn and(mut self, event: Event) -> Self {
        self.events.push(event);
        self
    }

    pub(crate) fn tell(mut self, notice: Notice) -> Self {
        self.notices.push(notice);
        self
    }

    /// The new state.
    pub fn after(&self) -> &T {
        &self.after
    }

    /// Takes the transition apart, for the one who saves it.
    pub fn into_parts(self) -> (T, Vec<Event>, Vec<Notice>) {
        (self.after, self.events, self.notices)
    }
}
