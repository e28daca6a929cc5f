//! A contract's own events and notices, found without an index: its desk names the newest, and each
//! of them names the one before it.
//!
//! Whatever happens at a contract is written together with its desk, while an index by contract
//! would cost every event one more page, somewhere in the middle of a tree (decision 16).

use std::collections::VecDeque;

use rusqlite::types::FromSql;
use rusqlite::{Connection, OptionalExtension, Row as Found, ToSql, params};
use sekisho_app::tx::{EventQuery, KeptEvent, Order, Query, Row, StoreError};

use crate::fault::fault;

/// The statements of one kind of trail.
pub(crate) struct Trail {
    /// `?1` contract → what is newest there.
    newest: &'static str,
    /// `?1` contract, `?2` what is newest there from now on.
    lead: &'static str,
    /// `?1` contract, `?2` a place on its trail → what comes before it.
    before: &'static str,
    /// `?1` a place → the place, what comes before it, and whatever is read there.
    read: &'static str,
}

/// Events; places are their `seq`.
pub(crate) const EVENTS: Trail = Trail {
    newest: "SELECT newest_event FROM desk WHERE key = ?1",
    lead: "UPDATE desk SET newest_event = ?2 WHERE key = ?1",
    before: "SELECT before FROM event WHERE seq = ?2 AND contract = ?1",
    read: "SELECT seq, before, id, institution, contract, kind, body FROM event WHERE seq = ?1",
};

/// Notices; places are their keys.
pub(crate) const NOTICES: Trail = Trail {
    newest: "SELECT newest_notice FROM desk WHERE key = ?1",
    lead: "UPDATE desk SET newest_notice = ?2 WHERE key = ?1",
    before: "SELECT before FROM notice WHERE key = ?2 AND owner = ?1",
    read: "SELECT key, before, version, institution, owner, state, due, body FROM notice \
           WHERE key = ?1",
};

/// Which part of a trail is wanted.
struct Part<'a, K> {
    after: Option<&'a K>,
    order: Order,
    limit: u32,
}

impl Trail {
    /// The contract's trail begins at `place` from now on.
    pub(crate) fn lead_to(
        &self,
        connection: &Connection,
        contract: &str,
        place: &dyn ToSql,
    ) -> Result<(), StoreError> {
        let lead = connection.prepare_cached(self.lead);
        let desks = lead.and_then(|mut lead| lead.execute(params![contract, place]));
        match desks.map_err(|e| fault(&e))? {
            1 => Ok(()),
            _ => Err(no_desk(contract)),
        }
    }

    /// Reads from the newest place backwards what is wanted of the trail.
    fn walk<K, T>(
        &self,
        connection: &Connection,
        contract: &str,
        part: &Part<K>,
        read: impl Fn(&Found) -> rusqlite::Result<Option<T>>,
    ) -> rusqlite::Result<Vec<T>>
    where
        K: Ord + ToSql + FromSql,
    {
        let limit = usize::try_from(part.limit).expect("a limit fits memory");
        let oldest_first = part.order == Order::OldestFirst;
        let mut found = VecDeque::new();
        let mut next = self.start(connection, contract, part)?;
        let mut statement = connection.prepare_cached(self.read)?;
        while let Some(place) = next.take().filter(|_| oldest_first || found.len() < limit) {
            let mut rows = statement.query([&place])?;
            // The first has nothing before it; what was removed for its age ends a trail as well.
            let Some(row) = rows.next()? else { break };
            next = Some(row.get(1)?);
            match part.after {
                Some(end) if oldest_first && place <= *end => break,
                Some(start) if !oldest_first && place >= *start => continue,
                _ => found.extend(read(row)?),
            }
            if found.len() > limit {
                found.pop_front();
            }
        }
        let found = found.into_iter();
        Ok(if oldest_first { found.rev().collect() } else { found.collect() })
    }

    fn start<K: ToSql + FromSql>(
        &self,
        connection: &Connection,
        contract: &str,
        part: &Part<K>,
    ) -> rusqlite::Result<Option<K>> {
        if let (Order::NewestFirst, Some(after)) = (part.order, part.after) {
            let mut before = connection.prepare_cached(self.before)?;
            let place = before.query_row(params![contract, after], |row| row.get(0));
            if let Some(place) = place.optional()? {
                return Ok(Some(place));
            }
        }
        let mut newest = connection.prepare_cached(self.newest)?;
        newest.query_row([contract], |row| row.get(0)).optional()
    }
}

/// Something is to hang at a desk that is not there.
pub(crate) fn no_desk(contract: &str) -> StoreError {
    StoreError::Corrupt(format!("desk {contract}: gone, with the trail that begins there"))
}

/// The events of `contract` that `query` selects.
pub(crate) fn events(
    connection: &Connection,
    contract: &str,
    query: &EventQuery,
) -> Result<Vec<KeptEvent>, StoreError> {
    let part = Part { after: query.after.as_ref(), order: query.order, limit: query.limit };
    let read = |row: &Found| {
        let kind = row.get_ref(5)?.as_str()?;
        let is = |column: usize, wanted: &Option<String>| match wanted {
            Some(wanted) => Ok(row.get_ref(column)?.as_str()? == wanted),
            None => Ok::<_, rusqlite::Error>(true),
        };
        let of_kind = query.kinds.is_empty() || query.kinds.iter().any(|wanted| wanted == kind);
        if !of_kind || !is(2, &query.id)? || !is(3, &query.institution)? {
            return Ok(None);
        }
        Ok(Some(KeptEvent {
            seq: row.get(0)?,
            id: row.get(2)?,
            institution: row.get(3)?,
            contract: row.get(4)?,
            kind: kind.to_owned(),
            body: row.get(6)?,
        }))
    };
    EVENTS.walk(connection, contract, &part, read).map_err(|e| fault(&e))
}

/// The notices of `contract` that `query` selects.
pub(crate) fn notices(
    connection: &Connection,
    contract: &str,
    query: &Query,
) -> Result<Vec<Row>, StoreError> {
    let part = Part { after: query.after.as_ref(), order: query.order, limit: query.limit };
    let read = |row: &Found| {
        let (institution, state) = (row.get_ref(3)?.as_str()?, row.get_ref(5)?.as_str()?);
        let at_home = query.institution.as_ref().is_none_or(|wanted| wanted == institution);
        if !at_home || !query.states.is_empty() && !query.states.contains(&state) {
            return Ok(None);
        }
        Ok(Some(Row {
            key: row.get(0)?,
            version: row.get(2)?,
            institution: institution.to_owned(),
            owner: row.get(4)?,
            state: state.to_owned(),
            due: row.get(6)?,
            body: row.get(7)?,
        }))
    };
    NOTICES.walk(connection, contract, &part, read).map_err(|e| fault(&e))
}
