//! Pages of lists: newest first, no total, opaque cursors (api.md §1.5).

use sekisho_app::error::Error;
use sekisho_app::tx::{Order, Query as Rows, Record, Table, Tx};
use sekisho_domain::id::InstitutionId;
use serde::Serialize;

use super::answer::Answer;
use super::cursor;
use super::door::Visit;
use crate::problem::Problem;

/// How much the caller wants, and from where.
pub(crate) struct Wanted {
    pub(crate) limit: u32,
    pub(crate) after: Option<String>,
    pub(crate) order: Order,
}

impl Wanted {
    /// Reads `limit`, `after` and `order`.
    pub(crate) fn read(visit: &Visit) -> Result<Self, Problem> {
        let order = match visit.query.one("order")? {
            None | Some("desc") => Order::NewestFirst,
            Some("asc") => Order::OldestFirst,
            Some(_) => return Err(Problem::parameter("order", "enum")),
        };
        let keyring = &visit.web.platform.keyring;
        let bound = visit.list_bound();
        let open = |cursor: &str| cursor::read(keyring, &bound, cursor, visit.web.now());
        let after = visit.query.one("after")?.map(open).transpose()?;
        Ok(Self { limit: visit.query.limit()?, after, order })
    }

    /// These rows of an institution.
    pub(crate) fn rows(self, table: Table, institution: InstitutionId) -> Rows {
        let Self { limit, after, order } = self;
        let institution = Some(institution.to_string());
        Rows { institution, after, order, limit, ..Rows::all(table) }
    }
}

/// Some rows, and the key after which the next page begins.
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) next: Option<String>,
}

/// Reads made for one page at most; a filter that finds little gives a short page and a cursor.
const READS_MAX: usize = 20;

/// Fills a page of `rows.limit` rows that `keep` wants; ends early where `beyond` says nothing more
/// can follow.
pub(crate) fn fill<R: Record>(
    tx: &mut Tx,
    mut rows: Rows,
    keep: impl Fn(&R) -> bool,
    beyond: impl Fn(&R) -> bool,
) -> Result<Page<R>, Error> {
    let (limit, after) = (rows.limit, rows.after.take());
    let read = |after: &Option<String>, limit: u32| {
        let found = tx.list::<R>(&Rows { after: after.clone(), limit, ..rows.clone() })?;
        Ok(found.into_iter().map(|record| (record.key().to_string(), record)).collect())
    };
    gather(limit, after, read, keep, beyond)
}

/// The same from anywhere: `read` gives so many of what follows a place, each with its own place.
pub(crate) fn gather<T>(
    limit: u32,
    mut after: Option<String>,
    mut read: impl FnMut(&Option<String>, u32) -> Result<Vec<(String, T)>, Error>,
    keep: impl Fn(&T) -> bool,
    beyond: impl Fn(&T) -> bool,
) -> Result<Page<T>, Error> {
    let wanted = usize::try_from(limit).expect("a page fits memory");
    let mut items = Vec::with_capacity(wanted);
    for _ in 0..READS_MAX {
        // One more than the page, to know whether there is a next one.
        let found = read(&after, limit + 1)?;
        let more = found.len() == wanted + 1;
        for (place, item) in found {
            if beyond(&item) {
                return Ok(Page { items, next: None });
            }
            if items.len() == wanted {
                return Ok(Page { items, next: after });
            }
            after = Some(place);
            if keep(&item) {
                items.push(item);
            }
        }
        if !more {
            return Ok(Page { items, next: None });
        }
    }
    Ok(Page { items, next: after })
}

#[derive(Serialize)]
struct Listed<T> {
    items: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// The reply with a page of items.
pub(crate) fn answer<T: Serialize>(visit: &Visit, items: Vec<T>, next: Option<String>) -> Answer {
    let keyring = &visit.web.platform.keyring;
    let bound = visit.list_bound();
    let next = next.map(|last| cursor::write(keyring, &bound, &last, visit.web.now()));
    Answer::ok(&Listed { items, next })
}
