//! `<key>_file`: a secret that lies in a file of its own, as container platforms hand them over.

use std::fs;
use std::path::Path;

use super::sections::Config;
use super::setting::{Key, Section, Shape};
use crate::document::{Document, DocumentError, Node, Table, Trouble, Value};

/// Replaces every `<key>_file` of a secret by the content of the file, without the newline at its
/// end.
///
/// Relative names are taken from `folder`. Naming both the secret and its file is an error.
pub(super) fn fetch(document: &mut Document, folder: &Path) -> Result<(), DocumentError> {
    let mut table = std::mem::take(&mut document.table);
    let outcome = fetch_in(&mut table, &Config::keys(), folder);
    document.table = table;
    outcome.map_err(|trouble| document.wrong(trouble))
}

fn fetch_in(table: &mut Table, keys: &[Key], folder: &Path) -> Result<(), Trouble> {
    for key in keys {
        match &key.shape {
            Shape::Section { keys, .. } => {
                if let Some(Node { value: Value::Table(below), .. }) = table.get_mut(key.name) {
                    fetch_in(below, keys, folder)?;
                }
            }
            Shape::Secret => {
                let name = format!("{}_file", key.name);
                if let Some(file) = table.remove(&name) {
                    let secret = read(&file, folder)?;
                    let both = format!("write `{}` or `{name}`, not both", key.name);
                    if table.insert(key.name.to_owned(), secret).is_some() {
                        return Err(Trouble::at(file.origin, both));
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn read(file: &Node, folder: &Path) -> Result<Node, Trouble> {
    let (Value::Text(path) | Value::Loose(path)) = &file.value else {
        return Err(Trouble::at(file.origin.clone(), "expected the name of a file"));
    };
    let mut text = fs::read_to_string(folder.join(path)).map_err(|error| {
        Trouble::at(file.origin.clone(), format!("{path} cannot be read: {error}"))
    })?;
    text.truncate(text.trim_end_matches(['\r', '\n']).len());
    Ok(Node { origin: file.origin.clone(), value: Value::Text(text) })
}
