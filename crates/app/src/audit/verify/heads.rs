//! What was signed, and what others have kept, against the tree as it is.

use std::collections::VecDeque;

use sekisho_domain::id::InstitutionId;
use sekisho_domain::note::{Head, NoteVerifier};
use sekisho_domain::tree::Frontier;

use super::{Findings, What};
use crate::audit::record::AuditHead;
use crate::audit::sequence::HEAD_EVENTS;
use crate::error::Error;
use crate::tx::Tx;

/// Heads read at once.
const PAGE: u32 = 200;

/// What heads are checked with.
pub(super) struct Keys<'a> {
    pub(super) verifiers: &'a [NoteVerifier],
    pub(super) trusted: Option<&'a str>,
}

impl Keys<'_> {
    fn open(&self, note: &str) -> Option<Head> {
        self.verifiers.iter().find_map(|verifier| Head::open(note, verifier).ok())
    }
}

/// The heads of a log, in order of size.
pub(super) struct Heads<'a> {
    institution: InstitutionId,
    keys: &'a Keys<'a>,
    page: VecDeque<AuditHead>,
    /// The greatest size read.
    read_to: u64,
    all_read: bool,
    /// The size of the last head met.
    last: u64,
    trusted: Option<Head>,
    rewritten: bool,
}

impl<'a> Heads<'a> {
    pub(super) fn new(
        institution: InstitutionId,
        keys: &'a Keys<'a>,
        found: &mut Findings,
    ) -> Self {
        let trusted = keys.trusted.and_then(|note| keys.open(note));
        if keys.trusted.is_some() && trusted.is_none() {
            found.add(0, What::BadSignature);
        }
        Self {
            institution,
            keys,
            page: VecDeque::new(),
            read_to: 0,
            all_read: false,
            last: 0,
            trusted,
            rewritten: false,
        }
    }

    /// Compares the heads of exactly this size.
    pub(super) fn check(
        &mut self,
        tx: &mut Tx,
        frontier: &Frontier,
        found: &mut Findings,
    ) -> Result<(), Error> {
        let size = frontier.size();
        if let Some(trusted) = self.trusted.take_if(|head| head.size == size) {
            self.compare(&trusted, frontier, found);
        }
        while let Some(kept) = self.next_up_to(tx, size)? {
            self.gap(kept.size, found);
            match self.keys.open(&kept.note) {
                None => found.add(kept.size, What::BadSignature),
                Some(head) if head.size != kept.size => found.add(kept.size, What::BadSignature),
                Some(head) => self.compare(&head, frontier, found),
            }
        }
        Ok(())
    }

    /// The log ends here: whatever speaks of more has seen more.
    pub(super) fn finish(
        &mut self,
        tx: &mut Tx,
        size: u64,
        found: &mut Findings,
    ) -> Result<(), Error> {
        let beyond = self.next_up_to(tx, u64::MAX)?.is_some() || self.trusted.is_some();
        if beyond {
            found.add(size, What::TruncatedHead);
        }
        self.gap(size, found);
        Ok(())
    }

    fn compare(&mut self, head: &Head, frontier: &Frontier, found: &mut Findings) {
        if head.root != frontier.root() && !self.rewritten {
            self.rewritten = true;
            found.add(head.size, What::HeadMismatch);
        }
    }

    fn gap(&mut self, size: u64, found: &mut Findings) {
        if size.saturating_sub(self.last) > HEAD_EVENTS {
            found.add(self.last + HEAD_EVENTS, What::HeadMissing);
        }
        self.last = size;
    }

    fn next_up_to(&mut self, tx: &mut Tx, size: u64) -> Result<Option<AuditHead>, Error> {
        if self.page.is_empty() && !self.all_read {
            let page = AuditHead::above(tx, self.institution, self.read_to, PAGE)?;
            self.all_read = page.len() < PAGE as usize;
            self.read_to = page.last().map_or(self.read_to, |head| head.size);
            self.page = page.into();
        }
        let reached = self.page.front().is_some_and(|head| head.size <= size);
        Ok(if reached { self.page.pop_front() } else { None })
    }
}
