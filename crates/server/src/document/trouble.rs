//! What is wrong with a file: where, which key, and what would be right. Never with a value of the
//! file.

use std::fmt::{self, Display};
use std::path::Path;

use serde::de::{self, Expected, Unexpected};

use super::node::Origin;

/// One thing that is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trouble {
    origin: Option<Origin>,
    /// The keys on the way to it, innermost first.
    keys: Vec<String>,
    what: What,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum What {
    Wrong(String),
    UnknownKey { key: String, known: Vec<String> },
}

impl Trouble {
    /// Something is wrong with what stands at `origin`.
    pub fn at(origin: Origin, what: impl Into<String>) -> Self {
        Self { origin: Some(origin), keys: Vec::new(), what: What::Wrong(what.into()) }
    }

    /// A section has no such key.
    pub fn unknown(origin: Origin, key: &str, known: &[&str]) -> Self {
        let known = known.iter().map(|&word| word.to_owned()).collect();
        let what = What::UnknownKey { key: key.to_owned(), known };
        Self { origin: Some(origin), keys: Vec::new(), what }
    }

    /// The same, seen from one level further up.
    #[must_use]
    pub fn below(mut self, key: &str, origin: &Origin) -> Self {
        self.origin.get_or_insert_with(|| origin.clone());
        self.keys.push(key.to_owned());
        self
    }

    /// The complaint, with the place in `file` or the name of the variable before it.
    pub fn in_file(&self, file: &Path) -> String {
        match &self.origin {
            Some(Origin::Environment(name)) => format!("environment variable {name}: {self}"),
            Some(Origin::Line(line)) => format!("{}, line {line}: {self}", file.display()),
            None => format!("{}: {self}", file.display()),
        }
    }

    fn path(&self) -> String {
        self.keys.iter().rev().map(String::as_str).collect::<Vec<_>>().join(".")
    }
}

impl Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        match &self.what {
            What::Wrong(what) if path.is_empty() => f.write_str(what),
            What::Wrong(what) => write!(f, "{path}: {what}"),
            What::UnknownKey { key, known } => {
                let place =
                    if path.is_empty() { "here".to_owned() } else { format!("in [{path}]") };
                write!(f, "there is no `{key}` {place}; {}", advice(key, known))
            }
        }
    }
}

impl std::error::Error for Trouble {}

/// Names the word that was probably meant, or all there are.
fn advice(word: &str, known: &[String]) -> String {
    match nearest(word, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are {}", known.join(", ")),
    }
}

/// The known word nearest to `word`, unless all are far.
fn nearest<'a>(word: &str, known: &'a [String]) -> Option<&'a String> {
    // Below this similarity a suggestion surprises more than it helps.
    const NEAR: f64 = 0.75;
    let rated = known.iter().map(|other| (strsim::jaro_winkler(word, other), other));
    let (likeness, best) = rated.max_by(|(a, _), (b, _)| a.total_cmp(b))?;
    (likeness >= NEAR).then_some(best)
}

impl de::Error for Trouble {
    fn custom<T: Display>(what: T) -> Self {
        Self { origin: None, keys: Vec::new(), what: What::Wrong(what.to_string()) }
    }

    fn invalid_type(found: Unexpected, expected: &dyn Expected) -> Self {
        Self::custom(format_args!("this is {}, expected {expected}", kind(found)))
    }

    fn invalid_value(found: Unexpected, expected: &dyn Expected) -> Self {
        match found {
            Unexpected::Signed(_) | Unexpected::Unsigned(_) | Unexpected::Float(_) => {
                let what = "the number is out of range";
                Self::custom(format_args!("{what}, expected {expected}"))
            }
            _ => Self::custom(format_args!("this cannot be used, expected {expected}")),
        }
    }

    fn unknown_variant(word: &str, known: &'static [&'static str]) -> Self {
        let known: Vec<_> = known.iter().map(|&word| word.to_owned()).collect();
        Self::custom(format_args!("`{word}` is not known; {}", advice(word, &known)))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::custom(format_args!("`{field}` is missing"))
    }
}

/// What kind of value was found; its content could be a secret.
fn kind(found: Unexpected) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) => "a number",
        Unexpected::Float(_) => "a number with a point",
        Unexpected::Char(_) | Unexpected::Str(_) => "a text",
        Unexpected::Seq => "a list",
        Unexpected::Map => "a section",
        _ => "something else",
    }
}
