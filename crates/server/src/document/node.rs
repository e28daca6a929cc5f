//! The tree of a TOML file, each value with the place it came from.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use toml::de::{DeTable, DeValue};

use super::trouble::Trouble;

/// Where a value was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// In this line of the file, from 1.
    Line(usize),
    /// In this environment variable.
    Environment(String),
}

/// A value and where it was written.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where.
    pub origin: Origin,
    /// What.
    pub value: Value,
}

/// Keys and what they stand for.
pub type Table = BTreeMap<String, Node>;

/// What can be written in a file.
#[derive(Debug, Clone)]
pub enum Value {
    /// A text; days and times too.
    Text(String),
    /// A text from the environment, which may mean a number, a flag or a list with commas.
    Loose(String),
    /// A whole number.
    Whole(i64),
    /// Any other number.
    Float(f64),
    /// True or false.
    Flag(bool),
    /// A list.
    List(Vec<Node>),
    /// A section.
    Table(Table),
}

impl Node {
    /// Reads the tree below into `T`; every key must be one of `T`'s.
    pub fn read<T: DeserializeOwned>(self) -> Result<T, Trouble> {
        T::deserialize(self)
    }
}

/// The tree of `text`, or why it is not TOML.
pub(super) fn parse(text: &str) -> Result<Table, Trouble> {
    let lines = Lines(text);
    match DeTable::parse(text) {
        Ok(table) => lines.table(table.into_inner()),
        Err(error) => {
            let place = error.span().map_or(0, |span| span.start);
            Err(Trouble::at(lines.origin(place), error.message()))
        }
    }
}

struct Lines<'a>(&'a str);

impl Lines<'_> {
    fn origin(&self, place: usize) -> Origin {
        let before = self.0.get(..place).unwrap_or(self.0);
        Origin::Line(1 + before.matches('\n').count())
    }

    fn table(&self, table: DeTable) -> Result<Table, Trouble> {
        let node = |(key, value): (toml::Spanned<_>, toml::Spanned<DeValue>)| {
            let origin = self.origin(key.span().start);
            let key: toml::de::DeString = key.into_inner();
            Ok((key.into_owned(), self.node(origin, value.into_inner())?))
        };
        table.into_iter().map(node).collect()
    }

    fn node(&self, origin: Origin, value: DeValue) -> Result<Node, Trouble> {
        let value = match value {
            DeValue::String(text) => Value::Text(text.into_owned()),
            DeValue::Integer(number) => i64::from_str_radix(number.as_str(), number.radix())
                .map(Value::Whole)
                .map_err(|_| Trouble::at(origin.clone(), "the number is too large"))?,
            DeValue::Float(number) => number
                .as_str()
                .parse()
                .map(Value::Float)
                .map_err(|_| Trouble::at(origin.clone(), "this is not a number"))?,
            DeValue::Boolean(flag) => Value::Flag(flag),
            DeValue::Datetime(time) => Value::Text(time.to_string()),
            DeValue::Array(list) => {
                let node = |item: toml::Spanned<DeValue>| {
                    self.node(self.origin(item.span().start), item.into_inner())
                };
                Value::List(list.into_iter().map(node).collect::<Result<_, _>>()?)
            }
            DeValue::Table(table) => Value::Table(self.table(table)?),
        };
        Ok(Node { origin, value })
    }
}
