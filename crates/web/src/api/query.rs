//! Parameters after the question mark, read as strictly as bodies (api.md §1.1, §1.5).

use serde_json::{Value, json};

use crate::problem::Problem;

/// The parameters of one request; only known names, in the order sent.
#[derive(Debug, Default)]
pub(crate) struct Query {
    pairs: Vec<(String, String)>,
}

/// Rows on a page when the caller does not say.
const LIMIT_DEFAULT: u32 = 50;
/// Rows on a page at most.
const LIMIT_MAX: u32 = 200;

impl Query {
    /// Reads a query; a name that is not `known` is a fault.
    pub(crate) fn read(query: &str, known: &[&str]) -> Result<Self, Problem> {
        let mut errors: Vec<Value> = Vec::new();
        let mut pairs = Vec::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            if !known.contains(&name.as_ref()) {
                errors.push(json!({"parameter": name, "code": "unknown"}));
            } else if value.contains(char::is_control)
                || value.contains(char::REPLACEMENT_CHARACTER)
            {
                errors.push(json!({"parameter": name, "code": "pattern"}));
            }
            pairs.push((name.into_owned(), value.into_owned()));
        }
        if errors.is_empty() {
            return Ok(Self { pairs });
        }
        Err(Problem::new("invalid_request").member("errors", errors))
    }

    /// All values of a parameter, which mean "or".
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.pairs.iter().filter(move |(sent, _)| sent == name).map(|(_, value)| value.as_str())
    }

    /// The one value of a parameter that may stand once.
    pub(crate) fn one<'a>(&'a self, name: &'a str) -> Result<Option<&'a str>, Problem> {
        let mut all = self.all(name);
        let first = all.next();
        match all.next() {
            Some(_) => Err(Problem::parameter(name, "duplicate")),
            None => Ok(first),
        }
    }

    /// The one value of a parameter, read with `read`; what it cannot read is a fault of `pattern`.
    pub(crate) fn read_one<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<Option<T>, Problem> {
        let value = self.one(name)?;
        value
            .map(|value| read(value).ok_or_else(|| Problem::parameter(name, "pattern")))
            .transpose()
    }

    /// All values of a parameter, each one of `words`.
    pub(crate) fn words(
        &self,
        name: &str,
        words: &[&'static str],
    ) -> Result<Vec<&'static str>, Problem> {
        let known = |value: &str| words.iter().copied().find(|word| *word == value);
        let wrong = || Problem::parameter(name, "enum");
        self.all(name).map(|value| known(value).ok_or_else(wrong)).collect()
    }

    /// Rows on a page, 1 to 200.
    pub(crate) fn limit(&self) -> Result<u32, Problem> {
        let limit = self.read_one("limit", |text| text.parse::<u32>().ok())?;
        match limit.unwrap_or(LIMIT_DEFAULT) {
            limit @ 1..=LIMIT_MAX => Ok(limit),
            _ => Err(Problem::parameter("limit", "range")),
        }
    }

    /// Everything but the cursor: what a cursor is bound to.
    pub(crate) fn filters(&self) -> String {
        let mut out = form_urlencoded::Serializer::new(String::new());
        for (name, value) in self.pairs.iter().filter(|(name, _)| name != "after") {
            out.append_pair(name, value);
        }
        out.finish()
    }
}
