//! Overrides from the environment: `SEKISHO_SERVER__LISTEN=0.0.0.0:8080` is `server.listen`.

use crate::document::{Node, Origin, Table, Value};

/// Before every variable of ours.
const PREFIX: &str = "SEKISHO_";

/// The variables that mean us. Those without `__` name no key (`SEKISHO_CONFIG`).
#[derive(Debug, Clone, Default)]
pub struct Environment(Vec<(String, String)>);

impl Environment {
    /// Picks ours out of all variables of the program.
    pub fn of(variables: impl IntoIterator<Item = (String, String)>) -> Self {
        let ours = |(name, _): &(String, String)| name.starts_with(PREFIX) && name.contains("__");
        let mut found: Vec<_> = variables.into_iter().filter(ours).collect();
        found.sort();
        Self(found)
    }

    /// Puts the values over those of the file. A name that is no key is found when the tree is
    /// read.
    pub(super) fn lay_over(&self, table: &mut Table) {
        for (name, text) in &self.0 {
            let path = name[PREFIX.len()..].to_ascii_lowercase();
            let origin = Origin::Environment(name.clone());
            let keys: Vec<_> = path.split("__").collect();
            let value = Node { origin, value: Value::Loose(text.clone()) };
            put(table, &keys, value);
        }
    }
}

/// Puts `node` at the end of the path `keys`; what stood in the way gives way.
fn put(table: &mut Table, keys: &[&str], node: Node) {
    let (first, rest) = keys.split_first().expect("splitting a text gives at least one part");
    if rest.is_empty() {
        table.insert((*first).to_owned(), node);
        return;
    }
    let empty = || Node { origin: node.origin.clone(), value: Value::Table(Table::new()) };
    let below = table.entry((*first).to_owned()).or_insert_with(empty);
    if !matches!(below.value, Value::Table(_)) {
        *below = Node { origin: node.origin.clone(), value: Value::Table(Table::new()) };
    }
    if let Value::Table(below) = &mut below.value {
        put(below, rest, node);
    }
}
