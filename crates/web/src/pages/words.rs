//! Small texts several pages need.

use std::fmt::Display;

use sekisho_domain::institution::Institution;
use sekisho_domain::policy::MailPolicy;

use super::around::word;
use crate::text::{Lang, Texts};

/// A number to read out on the telephone: the last eight letters of an id, which are chance.
/// `7X2M-9QKD`.
pub(crate) fn reference(id: impl Display) -> String {
    let id = id.to_string();
    let tail = id.get(id.len().saturating_sub(8)..).unwrap_or(&id).to_ascii_uppercase();
    match tail.split_at_checked(4) {
        Some((first, second)) => format!("{first}-{second}"),
        None => tail,
    }
}

/// How long the post takes: whole weeks where the policy counts in them, else days.
pub(crate) fn lead_time(texts: &Texts, policy: &MailPolicy) -> String {
    let (from, until) = (policy.lead_days_min, policy.lead_days_max);
    let args = |unit: u16| [("from", from / unit), ("until", until / unit)];
    if from % 7 == 0 && until % 7 == 0 {
        texts.with("lead-weeks", &args(7))
    } else {
        texts.with("lead-days", &args(1))
    }
}

/// The handling branch with telephone and hours; the desk where the branch is not known.
pub(crate) fn branch(institution: &Institution, code: &str, lang: Lang) -> String {
    let contact = &institution.contact;
    let desk = (&contact.desk, &contact.phone, &contact.hours);
    let branch = institution.branch(code);
    let (name, phone, hours) =
        branch.map_or(desk, |known| (&known.name, &known.phone, &known.hours));
    let mark = if lang == Lang::Ja { "、" } else { ", " };
    format!("{} {phone}{mark}{}", word(name, lang), word(hours, lang))
}

/// Where mail goes, masked: `ha••••@example.jp`.
pub(crate) fn masked(mail: &str) -> String {
    match mail.split_once('@') {
        Some((name, host)) => {
            let seen: String = name.chars().take(2).collect();
            format!("{seen}••••@{host}")
        }
        None => "••••".to_owned(),
    }
}

/// All addresses, masked; nothing when there is none.
pub(crate) fn mail_hint(mails: &[String]) -> Option<String> {
    let masked: Vec<String> = mails.iter().map(|mail| masked(mail)).collect();
    (!masked.is_empty()).then(|| masked.join("、"))
}

/// One page of a list, by its query: from which on, and the addresses of the pages before and
/// after.
#[derive(serde::Deserialize)]
pub(crate) struct From {
    /// Begins after this one.
    pub(crate) from: Option<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_enough_for_the_telephone_and_an_address_shows_little() {
        assert_eq!(reference("ord_01m7vncdx3e3zbpamptxnpn4sa"), "TXNP-N4SA");
        assert_eq!(masked("hanako@example.jp"), "ha••••@example.jp");
        assert_eq!(mail_hint(&[]), None);
    }
}
