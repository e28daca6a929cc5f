//! Every statement, once, in the dialect that SQLite and PostgreSQL share (house.md §1.6).
//!
//! Parameters are written `?1 ?2`: in SQLite `$2` is a name, numbered by where it first stands, and
//! an update written with it would change no row.

use std::fmt::Write as _;
use std::sync::LazyLock;

use sekisho_app::tx::{EventQuery, Order, Query, Refiled, Table};

/// The statements on the rows of one table.
pub(crate) struct Statements {
    /// `?1` key → version, institution, owner, state, due, body.
    pub(crate) fetch: String,
    /// `?1` key … `?7` body; no row if the key is taken.
    pub(crate) insert: String,
    updates: Vec<String>,
    /// `?1` key, `?2` version expected.
    pub(crate) delete: String,
}

static STATEMENTS: LazyLock<Vec<Statements>> =
    LazyLock::new(|| Table::ALL.iter().map(|&table| Statements::new(table)).collect());

/// The statements for `table`.
pub(crate) fn of(table: Table) -> &'static Statements {
    &STATEMENTS[table as usize]
}

impl Statements {
    /// `?1` key, `?2` version expected, `?3` version, `?4` body, then institution and owner, state,
    /// and due, as far as `refiled` names them: a column not named leaves its indexes alone.
    pub(crate) fn update(&self, refiled: Refiled) -> &str {
        let Refiled { owner, state, due } = refiled;
        &self.updates[usize::from(owner) | usize::from(state) << 1 | usize::from(due) << 2]
    }

    fn new(table: Table) -> Self {
        let updates = (0..8).map(|bits| update(table, bits & 1 > 0, bits & 2 > 0, bits & 4 > 0));
        Self {
            updates: updates.collect(),
            fetch: format!(
                "SELECT version, institution, owner, state, due, body FROM {table} WHERE key = ?1"
            ),
            insert: insert(table),
            delete: format!("DELETE FROM {table} WHERE key = ?1 AND version = ?2"),
        }
    }
}

fn insert(table: Table) -> String {
    let (column, value) = match table {
        Table::Notice => {
            (", before", ", coalesce((SELECT newest_notice FROM desk WHERE key = ?4), '')")
        }
        _ => ("", ""),
    };
    format!(
        "INSERT INTO {table} (key, version, institution, owner, state, due, body{column}) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7{value}) ON CONFLICT DO NOTHING"
    )
}

fn update(table: Table, owner: bool, state: bool, due: bool) -> String {
    let named = [(owner, "institution"), (owner, "owner"), (state, "state"), (due, "due")];
    let mut text = format!("UPDATE {table} SET version = ?3, body = ?4");
    for (number, (_, column)) in (5..).zip(named.iter().filter(|(named, _)| *named)) {
        write!(text, ", {column} = ?{number}").expect("a String takes all that is written");
    }
    text + " WHERE key = ?1 AND version = ?2"
}

/// `?1` id, `?2` institution, `?3` contract, `?4` kind, `?5` body.
pub(crate) const APPEND: &str = "INSERT INTO event (id, institution, contract, kind, body, before) \
     VALUES (?1, ?2, ?3, ?4, ?5, \
     coalesce((SELECT newest_event FROM desk WHERE key = ?3), 0))";

/// What stands for a `?n`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Param<'a> {
    Text(&'a str),
    Number(i64),
}

/// A list's statement with what it is asked with.
pub(crate) struct Select<'a> {
    pub(crate) text: String,
    pub(crate) params: Vec<Param<'a>>,
    joint: &'static str,
}

impl<'a> Select<'a> {
    fn new(text: String) -> Self {
        Self { text, params: Vec::new(), joint: " WHERE " }
    }

    fn add(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn param(&mut self, param: Param<'a>) {
        self.params.push(param);
        write!(self.text, "?{}", self.params.len()).expect("a String takes all that is written");
    }

    /// `condition` ends where its parameter is to stand.
    fn narrow(&mut self, condition: &str, param: Option<Param<'a>>) {
        let Some(param) = param else { return };
        self.add(self.joint);
        self.add(condition);
        self.param(param);
        self.joint = " AND ";
    }

    fn narrow_to_any(&mut self, column: &str, texts: impl Iterator<Item = &'a str>) {
        let mut open = false;
        for text in texts {
            if open {
                self.add(", ");
            } else {
                self.add(self.joint);
                self.add(column);
                self.add(" IN (");
                open = true;
            }
            self.param(Param::Text(text));
        }
        if open {
            self.add(")");
            self.joint = " AND ";
        }
    }

    fn finish(mut self, order: &str, limit: u32) -> Self {
        self.add(order);
        self.add(" LIMIT ");
        self.param(Param::Number(limit.into()));
        self
    }
}

fn text(member: Option<&String>) -> Option<Param<'_>> {
    member.map(|text| Param::Text(text))
}

/// The rows `query` selects: key, version, institution, owner, state, due, body.
pub(crate) fn list(query: &Query) -> Select<'_> {
    let mut select = Select::new(format!(
        "SELECT key, version, institution, owner, state, due, body FROM {}",
        query.table
    ));
    select.narrow("institution = ", text(query.institution.as_ref()));
    select.narrow("owner = ", text(query.owner.as_ref()));
    select.narrow_to_any("state", query.states.iter().copied());
    if let Some(instant) = query.due_by {
        select.narrow("due <= ", Some(Param::Number(instant)));
        return select.finish(" ORDER BY due, key", query.limit);
    }
    let (after, order) = match query.order {
        Order::OldestFirst => ("key > ", " ORDER BY key"),
        Order::NewestFirst => ("key < ", " ORDER BY key DESC"),
    };
    select.narrow(after, text(query.after.as_ref()));
    select.finish(order, query.limit)
}

/// The events `query` selects, of whatever contract: seq, id, institution, contract, kind, body.
pub(crate) fn events(query: &EventQuery) -> Select<'_> {
    let head = "SELECT seq, id, institution, contract, kind, body FROM event";
    let mut select = Select::new(head.to_owned());
    select.narrow("institution = ", text(query.institution.as_ref()));
    select.narrow_to_any("kind", query.kinds.iter().map(String::as_str));
    select.narrow("id = ", text(query.id.as_ref()));
    let (after, order) = match query.order {
        Order::OldestFirst => ("seq > ", " ORDER BY seq"),
        Order::NewestFirst => ("seq < ", " ORDER BY seq DESC"),
    };
    select.narrow(after, query.after.map(Param::Number));
    select.finish(order, query.limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_asks_for_no_more_than_its_query_says() {
        let query = Query { limit: 3, ..Query::all(Table::Order) };
        let select = list(&query);
        assert!(select.text.ends_with("FROM card_order ORDER BY key LIMIT ?1"), "{}", select.text);
        assert_eq!(select.params, [Param::Number(3)]);
    }

    #[test]
    fn parameters_are_numbered_as_they_stand() {
        let query = Query {
            institution: Some("ins_a".into()),
            states: vec!["open", "shown"],
            after: Some("apr_1".into()),
            order: Order::NewestFirst,
            ..Query::all(Table::Approval)
        };
        let select = list(&query);
        let tail = "FROM approval WHERE institution = ?1 AND state IN (?2, ?3) AND key < ?4 \
                    ORDER BY key DESC LIMIT ?5";
        assert!(select.text.ends_with(tail), "{}", select.text);
        assert_eq!(select.params[3..], [Param::Text("apr_1"), Param::Number(200)]);
    }

    #[test]
    fn an_update_names_only_what_changes() {
        let text = of(Table::Approval).update(Refiled { owner: true, state: false, due: true });
        let expected = "UPDATE approval SET version = ?3, body = ?4, institution = ?5, owner = ?6, \
                        due = ?7 WHERE key = ?1 AND version = ?2";
        assert_eq!(text, expected);
    }

    #[test]
    fn what_is_due_comes_longest_due_first() {
        let query = Query { due_by: Some(7), ..Query::all(Table::Notice) };
        let tail = "FROM notice WHERE due <= ?1 ORDER BY due, key LIMIT ?2";
        assert!(list(&query).text.ends_with(tail));
    }
}
