//! Refusals in sentences for the operator: what is wrong, and what to do now. The stable code of
//! the API stands behind each.

use sekisho_app::tx::StoreError;
use sekisho_domain::refusal::Refusal;

/// A refusal in a sentence.
pub(super) fn refusal(refusal: &Refusal) -> String {
    let code = refusal.code();
    match what(refusal) {
        Some(sentence) => format!("{sentence} ({code})"),
        None => format!("refused: {code}"),
    }
}

fn what(refusal: &Refusal) -> Option<String> {
    let sentence = match refusal {
        Refusal::NotFound => "nothing of this name is known at this institution",
        Refusal::NoSuchContract => "no contract of this institution has this login id",
        Refusal::NoSuchCredential => "no card of this institution has this number",
        Refusal::LoginIdTaken => "the login id belongs to another contract",
        Refusal::OrderFrozen => {
            "the address has changed since the order was made: confirm the new one with \
             `sekisho cards approve`, after the old envelope has come out of its batch"
        }
        Refusal::CardVoid => "the card is void and must not leave the house: destroy it",
        Refusal::ManifestMismatch => {
            "the card is not in this manifest, or this contradicts what was noted before: scan it \
             again"
        }
        Refusal::OperationDateInvalid => {
            "the day lies before the batch was made or in the future (look at --on and the file), \
             or less than two days are between a card and its activation letter: the letter waits \
             until the card was posted two days ago"
        }
        Refusal::MakerCannotCheck => "--maker and --checker must name two different people",
        Refusal::MethodNotOffered => "the institution does not offer this card yet",
        Refusal::AddressMismatch => {
            "post cannot reach this customer since a letter came back: the branch has to mend the \
             address first"
        }
        Refusal::InvalidTransition { state } => {
            return Some(format!("this is not possible any more or not yet: it is {state}"));
        }
        Refusal::ContractNotActive { state } => return Some(format!("the contract is {state}")),
        Refusal::BatchClosed { state } => {
            return Some(format!("the batch is {state}; this step is not its next"));
        }
        Refusal::OrderOpen { order, ordered_at } => {
            let day = ordered_at.day();
            return Some(format!(
                "order {order} of {day} is open, and there is one at a time: \
                 `sekisho cards cancel {order}` takes it back"
            ));
        }
        Refusal::AddressRecentlyChanged { until } => {
            return Some(format!("the address was changed a short while ago: wait until {until}"));
        }
        Refusal::CountsDisagree { expected, given } => {
            return Some(format!(
                "the counts do not agree: {expected} expected, {given} given; count again"
            ));
        }
        _ => return None,
    };
    Some(sentence.to_owned())
}

/// What the store's trouble means for the operator.
pub(super) fn store(error: &StoreError) -> String {
    match error {
        StoreError::Busy => {
            "another program holds the database: nothing was changed, try again".into()
        }
        StoreError::Conflict => {
            "somebody changed the same thing at the same time: nothing was changed, try again"
                .into()
        }
        StoreError::Unavailable(why) => format!(
            "the database cannot be used: {why}; nothing of this step was changed. \
             `sekisho check` says what is wrong with disk and file"
        ),
        StoreError::Corrupt(what) => format!(
            "the database holds what it should not: {what}. Stop the server, keep the file, \
             and restore the last good copy"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_names_its_code() {
        let told = refusal(&Refusal::CountsDisagree { expected: 3, given: 2 });
        assert_eq!(
            told,
            "the counts do not agree: 3 expected, 2 given; count again (counts_disagree)"
        );
        assert_eq!(refusal(&Refusal::DigestMismatch), "refused: digest_mismatch");
    }
}
