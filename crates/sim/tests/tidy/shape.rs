//! How long lines, files and functions are.

use super::rust;
use super::tree::{Tree, unneeded};

const COLUMNS_MAX: usize = 100;
const LINES_MAX: usize = 500;
const FUNCTION_MAX: usize = 70;

/// Files whose lines may be longer, each with the reason.
const LONG_LINES: &[(&str, &str)] = &[];

/// Files that may be longer, each with the reason.
const LONG_FILES: &[(&str, &str)] = &[];

/// Functions that may be longer, as `file:function`, each with the reason.
const LONG_FUNCTIONS: &[(&str, &str)] = &[];

/// Lines of Rust beyond [`COLUMNS_MAX`] characters.
pub(crate) fn long_lines(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for file in tree.rust() {
        for (at, line) in file.text.lines().enumerate() {
            let columns = line.chars().count();
            if columns <= COLUMNS_MAX {
                continue;
            }
            if LONG_LINES.iter().any(|(path, _)| *path == file.path) {
                used.push(file.path.clone());
            } else {
                faults.push(format!("{}:{}: {columns} columns", file.path, at + 1));
            }
        }
    }
    faults.extend(unneeded(LONG_LINES.iter().map(|(path, _)| *path), &used));
    faults
}

/// Files beyond [`LINES_MAX`] lines, and functions beyond [`FUNCTION_MAX`].
pub(crate) fn long_pieces(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let mut used = Vec::new();
    for file in tree.rust() {
        let lines = file.text.lines().count();
        if lines > LINES_MAX {
            used.push(file.path.clone());
            faults.push((file.path.clone(), format!("{}: {lines} lines", file.path)));
        }
        for (name, first, length) in rust::functions(&rust::code(&file.text)) {
            if length > FUNCTION_MAX {
                let place = format!("{}:{name}", file.path);
                used.push(place.clone());
                let said = format!("{}:{first}: `{name}` has {length} lines", file.path);
                faults.push((place, said));
            }
        }
    }
    let listed = || LONG_FILES.iter().chain(LONG_FUNCTIONS).map(|(place, _)| *place);
    faults.retain(|(place, _)| listed().all(|known| known != place));
    let faults = faults.into_iter().map(|(_, said)| said);
    faults.chain(unneeded(listed(), &used)).collect()
}
