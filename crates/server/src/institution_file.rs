//! The file of one institution: `institutions/<slug>.toml`.
//!
//! It holds everything that differs between institutions (domain.md §6): names, branches, looks,
//! and its policies, each in force from its day. The id is not in it: it is given when the
//! institution is first registered.

use std::io;
use std::path::{Path, PathBuf};

use sekisho_domain::id::InstitutionId;
use sekisho_domain::institution::{Branch, Brand, Contact, DatedPolicy, Institution, Words};
use sekisho_domain::policy::Policy;
use sekisho_domain::time::Day;
use sekisho_web::brand::{self, BrandTrouble, Colour};
use serde::Deserialize;

use crate::document::{Document, DocumentError, Node, Origin, Trouble, Value};

/// An institution as its file describes it.
#[derive(Debug, Clone, PartialEq)]
pub struct InstitutionFile {
    words: Written,
    policies: Vec<DatedPolicy>,
}

/// Everything but the policies, as it is written.
#[derive(Debug, Clone, PartialEq, Deserialize)]
struct Written {
    version: u8,
    slug: String,
    bank_code: String,
    name: Words,
    service: Words,
    itself: Words,
    contact: Contact,
    branches: Vec<Branch>,
    brand: Brand,
    mail_from: String,
}

/// Why the file of an institution cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum InstitutionError {
    /// It cannot be read, or a key or a value is wrong.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Each value can be read, yet it makes no sense.
    #[error("{}: {}", .path.display(), .faults.join("; "))]
    Senseless {
        /// The file.
        path: PathBuf,
        /// A sentence for each fault.
        faults: Vec<String>,
    },
}

impl InstitutionFile {
    /// The files `*.toml` of a folder, in the order of their names.
    pub fn list(folder: &Path) -> io::Result<Vec<PathBuf>> {
        let paths = folder.read_dir()?.map(|entry| entry.map(|entry| entry.path()));
        let mut paths = paths.collect::<io::Result<Vec<_>>>()?;
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
        paths.sort();
        Ok(paths)
    }

    /// Reads and checks a file; its name must be the slug.
    pub fn open(path: &Path) -> Result<Self, InstitutionError> {
        Self::read(Document::open(path)?)
    }

    /// Reads and checks `text`, which is called `path` in complaints.
    pub fn parse(path: &Path, text: &str) -> Result<Self, InstitutionError> {
        Self::read(Document::parse(path, text)?)
    }

    fn read(mut document: Document) -> Result<Self, InstitutionError> {
        let path = document.path.clone();
        let policies = match document.take("policies") {
            Some(node) => policies(node).map_err(|trouble| document.wrong(trouble))?,
            None => Vec::new(),
        };
        let file = Self { words: document.read()?, policies };
        let faults = file.faults(&path);
        if faults.is_empty() { Ok(file) } else { Err(InstitutionError::Senseless { path, faults }) }
    }

    /// In URLs, and the name of the file.
    pub fn slug(&self) -> &str {
        &self.words.slug
    }

    /// The institution it describes, under the id it was registered with.
    pub fn institution(self, id: InstitutionId) -> Institution {
        let Self { words, policies } = self;
        Institution {
            id,
            slug: words.slug,
            bank_code: words.bank_code,
            name: words.name,
            service: words.service,
            itself: words.itself,
            contact: words.contact,
            branches: words.branches,
            brand: words.brand,
            mail_from: words.mail_from,
            policies,
        }
    }

    /// What does not fit, a sentence for each.
    fn faults(&self, path: &Path) -> Vec<String> {
        let mut faults = Vec::new();
        let mut say = |wrong: bool, what: String| {
            if wrong {
                faults.push(what);
            }
        };
        let words = &self.words;
        say(words.version != 1, "this program reads `version = 1`".into());
        say(
            !is_slug(&words.slug),
            "slug: 2 to 32 of a-z, 0-9 and -, beginning with a letter".into(),
        );
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        say(stem != Some(&words.slug), format!("the file must be called {}.toml", words.slug));
        say(!is_digits(&words.bank_code, 4), "bank_code: four digits".into());
        say(!words.mail_from.contains('@'), "mail_from: a mail address".into());
        say(words.branches.is_empty(), "branches: at least one".into());
        for (place, branch) in words.branches.iter().enumerate() {
            let code = &branch.code;
            say(!is_digits(code, 3), format!("branches: code `{code}` must be three digits"));
            let twice = words.branches[..place].iter().any(|other| other.code == *code);
            say(twice, format!("branches: code `{code}` stands twice"));
        }
        say(self.policies.is_empty(), "policies: at least one, in force from its day".into());
        let ordered = self.policies.is_sorted_by(|a, b| a.from < b.from);
        say(!ordered, "policies: each begins on a later day than the one before".into());
        faults.extend(brand_faults(&words.brand));
        for dated in &self.policies {
            faults.extend(otp_faults(&dated.policy));
        }
        faults
    }
}

/// Reads `[[policies]]`: a day, and beside it the sections of the policy.
fn policies(node: Node) -> Result<Vec<DatedPolicy>, Trouble> {
    let Value::List(list) = node.value else {
        return Err(Trouble::at(node.origin, "policies: write [[policies]]"));
    };
    list.into_iter().map(dated).collect()
}

fn dated(node: Node) -> Result<DatedPolicy, Trouble> {
    let Node { origin, value: Value::Table(mut table) } = node else {
        return Err(Trouble::at(node.origin, "policies: write [[policies]]"));
    };
    let from = table.remove("from");
    let from = from.ok_or_else(|| Trouble::at(origin.clone(), "policies: `from` is missing"))?;
    let below =
        |origin: Origin, key: &'static str| move |trouble: Trouble| trouble.below(key, &origin);
    let day: Day = from.clone().read().map_err(below(from.origin, "policies.from"))?;
    let policy: Policy = Node { origin: origin.clone(), value: Value::Table(table) }
        .read()
        .map_err(below(origin, "policies"))?;
    Ok(DatedPolicy { from: day.start(), policy })
}

fn is_slug(text: &str) -> bool {
    (2..=32).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

fn is_digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

/// One-time passwords beyond what is safe (§4.9), or that no token could show.
fn otp_faults(policy: &Policy) -> Vec<String> {
    let (otp, lock) = (&policy.otp, &policy.lock.otp);
    let prefix = otp.serial_prefix.as_bytes();
    let letters = prefix.len() == 4 && prefix.iter().all(u8::is_ascii_uppercase);
    let wrong = [
        (!matches!(otp.step_seconds, 30 | 60), "otp.step_seconds: 30 or 60"),
        (otp.window > 2, "otp.window: at most 2"),
        (otp.drift_app > 10, "otp.drift_app: at most 10"),
        (otp.drift_device > 20, "otp.drift_device: at most 20"),
        (otp.look_ahead > 50, "otp.look_ahead: at most 50"),
        (otp.resync_range > 1_000, "otp.resync_range: at most 1000"),
        (!(2..=4).contains(&otp.cells), "otp.cells: 2 to 4"),
        (otp.max_contracts_per_token == 0, "otp.max_contracts_per_token: at least 1"),
        (!(1..=72).contains(&otp.issue_hours), "otp.issue_hours: 1 to 72"),
        (!letters, "otp.serial_prefix: four of A-Z"),
        (!(1..=10).contains(&lock.max), "lock.otp.max: 1 to 10"),
    ];
    let told = wrong.into_iter().filter(|(wrong, _)| *wrong);
    told.map(|(_, what)| format!("policies: {what}")).collect()
}

/// Colours a customer could not read are refused before any customer sees them (WCAG 1.4.3).
fn brand_faults(brand: &Brand) -> Vec<String> {
    let colours =
        [&brand.accent, &brand.on_accent, &brand.accent_night].map(|text| Colour::parse(text));
    let [Some(accent), Some(on_accent), Some(accent_night)] = colours else {
        return vec!["brand: colours are written #rrggbb".to_owned()];
    };
    if !(0.0..=0.75).contains(&brand.radius_rem) {
        return vec!["brand.radius_rem: 0 to 0.75".to_owned()];
    }
    let say = |trouble: BrandTrouble| match trouble {
        BrandTrouble::Contrast { what, ratio } => {
            format!("brand: {what} has a contrast of {ratio:.1} to 1; at least 4.5 can be read")
        }
        BrandTrouble::Radius => "brand.radius_rem: 0 to 0.75".to_owned(),
    };
    let look = brand::Brand { accent, on_accent, accent_night, radius: 0 };
    look.troubles().into_iter().map(say).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../tests/kaku.toml");

    fn read(text: &str) -> Result<InstitutionFile, String> {
        InstitutionFile::parse(Path::new("kaku.toml"), text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_describes_an_institution() {
        let file = read(FILE).expect("the example is right");
        let id = InstitutionId::parse("ins_01m7vncdx3e3zbpamptxnpn4sa").expect("an id");
        let institution = file.institution(id);
        assert_eq!((institution.slug.as_str(), institution.bank_code.as_str()), ("kaku", "9999"));
        let day = |text| Day::parse(text).expect("a day").start();
        let (first, later) = (day("2026-11-20"), day("2027-04-01"));
        assert_eq!(institution.policy(first).limits.card_day_yen, 100_000);
        assert_eq!(institution.policy(later).limits.card_day_yen, 50_000);
        assert_eq!(institution.policy(first).session, Policy::default().session);
    }

    #[test]
    fn complaints_say_where_and_what() {
        for (from, to, complaint) in [
            (
                "card_day_yen",
                "card_dayyen",
                "line 53: there is no `card_dayyen` in [policies.limits]; \
                 did you mean `card_day_yen`?",
            ),
            (
                "hours = { ja = \"平日",
                "hour = { ja = \"平日",
                "line 26: there is no `hour` in [contact]; did you mean `hours`?",
            ),
            (
                "from = \"2027-04-01\"",
                "from = \"2027-4-1\"",
                "line 49: policies.from: a day is written YYYY-MM-DD",
            ),
            (
                "from = \"2027-04-01\"",
                "from = \"2026-04-01\"",
                "kaku.toml: policies: each begins on a later day than the one before",
            ),
            ("bank_code = \"9999\"", "bank_code = \"999\"", "kaku.toml: bank_code: four digits"),
            (
                "slug = \"kaku\"",
                "slug = \"kakou\"",
                "kaku.toml: the file must be called kakou.toml",
            ),
            ("code = \"002\"", "code = \"001\"", "kaku.toml: branches: code `001` stands twice"),
            (
                "[policies.limits]",
                "[policies.otp]\nwindow = 3\n\n[policies.limits]",
                "kaku.toml: policies: otp.window: at most 2",
            ),
            (
                "[policies.limits]",
                "[policies.otp]\nstep_seconds = 45\n\n[policies.limits]",
                "kaku.toml: policies: otp.step_seconds: 30 or 60",
            ),
            (
                "accent = \"#0f5e57\"",
                "accent = \"#6cc3b9\"",
                "brand: accent on paper has a contrast of 2.1 to 1; at least 4.5 can be read",
            ),
        ] {
            let told = read(&FILE.replacen(from, to, 1)).expect_err(to);
            assert!(told.contains(complaint), "{to}: {told}");
        }
    }
}
