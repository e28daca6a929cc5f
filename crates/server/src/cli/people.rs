//! Two people (api.md §5.0): what needs a maker and a checker names both, here as anywhere.
//!
//! At the server's console nobody signs in as staff: whoever may run this program may do all of it.
//! So the two are named by the operator, are told so, and stand in the audit log beside the
//! operator's login name, in the commit of what they decided.

use std::fmt::Display;

use clap::Args;
use sekisho_app::context::Context;
use sekisho_app::tx::Tx;
use sekisho_domain::event::{Event, Subject};
use sekisho_domain::id::{ContractId, InstitutionId};
use sekisho_domain::refusal::Refusal;

use super::Failure;

/// The two people who decided.
#[derive(Debug, Args)]
pub(super) struct TwoPeople {
    /// Login name of the member of staff who proposed it
    #[arg(long, value_name = "NAME")]
    maker: Option<String>,
    /// Login name of the other one, who agreed
    #[arg(long, value_name = "NAME")]
    checker: Option<String>,
}

/// A decision of two people, or one that needs none.
#[derive(Debug, Clone)]
pub(super) struct Decision {
    what: &'static str,
    pair: Option<(String, String)>,
}

impl TwoPeople {
    /// The decision to do `what`, a word such as `batch_seal`; `needed` is what the policy says.
    ///
    /// # Errors
    /// When they are needed and not both named, or the same person is named twice.
    pub(super) fn decide(&self, what: &'static str, needed: bool) -> Result<Decision, Failure> {
        let pair = match (&self.maker, &self.checker) {
            (None, None) if !needed => None,
            (Some(maker), Some(checker)) => Some((name(maker)?, name(checker)?)),
            _ => {
                let sentence = "this needs two people: name them with --maker and --checker";
                return Err(Failure::Unfit(sentence.to_owned()));
            }
        };
        if pair.as_ref().is_some_and(|(maker, checker)| maker == checker) {
            return Err(Failure::Refused(Refusal::MakerCannotCheck));
        }
        Ok(Decision { what, pair })
    }
}

impl Decision {
    /// Writes both names into the audit log, in the transaction of what they decided.
    pub(super) fn note(
        &self,
        tx: &mut Tx,
        cx: &mut Context,
        institution: InstitutionId,
        contract: Option<ContractId>,
        subject: Subject,
    ) {
        let Some((maker, checker)) = &self.pair else { return };
        let event = Event::new("operator.decided", subject)
            .with("checker", checker.as_str())
            .with("maker", maker.as_str())
            .with("what", self.what);
        cx.note(tx, institution, contract, &event);
    }

    /// The login names of the two, where they are needed or were named.
    pub(super) fn pair(&self) -> Option<(&str, &str)> {
        self.pair.as_ref().map(|(maker, checker)| (maker.as_str(), checker.as_str()))
    }

    /// What was done, with the reminder that nobody else had to agree.
    pub(super) fn told(&self, done: impl Display) -> String {
        match &self.pair {
            None => done.to_string(),
            Some((maker, checker)) => format!(
                "{done}\nAn operator at the server acts alone: {maker} and {checker} stand in the \
                 audit log because you named them."
            ),
        }
    }
}

/// A login name: never a person's full name, which has no place in the audit log.
pub(super) fn name(text: &str) -> Result<String, Failure> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if (1..=32).contains(&text.len()) && text.chars().all(plain) {
        return Ok(text.to_ascii_lowercase());
    }
    let sentence = "a login name has 1 to 32 of a-z, 0-9, '.', '-' and '_'";
    Err(Failure::Unfit(sentence.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn people(maker: Option<&str>, checker: Option<&str>) -> TwoPeople {
        TwoPeople { maker: maker.map(str::to_owned), checker: checker.map(str::to_owned) }
    }

    #[test]
    fn nobody_checks_what_they_made() {
        let same = people(Some("aoki"), Some("Aoki")).decide("test", true);
        assert!(matches!(same, Err(Failure::Refused(Refusal::MakerCannotCheck))));
        assert!(people(Some("aoki"), None).decide("test", false).is_err());
        assert!(people(None, None).decide("test", true).is_err());
        assert!(people(None, None).decide("test", false).is_ok());
        assert!(people(Some("aoki"), Some("baba")).decide("test", true).is_ok());
        assert!(people(Some("青木"), Some("baba")).decide("test", true).is_err());
    }
}
