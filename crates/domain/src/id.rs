//! Ids: typed, sortable by creation, never secret (api.md §1.2).
//!
//! An id is a `TypeID` 0.3: a prefix that names the kind, `_`, and a `UUIDv7` in 26 Crockford
//! letters.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::moment::Moment;

const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const LEN: usize = 26;
const PREFIX_LEN: usize = 3;

/// The text is not an id of the kind asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// What stands before the underscore.
            pub const PREFIX: &'static str = $prefix;

            /// A new id; ids made later sort later, to the millisecond.
            pub fn make(moment: &mut Moment) -> Self {
                Self(uuid_v7(moment))
            }

            /// Reads the canonical spelling; anything else, also another kind's id, is refused.
            pub fn parse(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix(concat!($prefix, "_")).ok_or(NotAnId)?;
                decode(rest).map(Self).ok_or(NotAnId)
            }

            /// The sixteen bytes, for binding secrets to their owner.
            pub fn to_bytes(self) -> [u8; 16] {
                self.0.to_be_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(Text::of($prefix, self.0).as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;
            fn from_str(text: &str) -> Result<Self, NotAnId> {
                Self::parse(text)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(Text::of($prefix, self.0).as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                from.deserialize_str(Spelling(Self::parse))
            }
        }
    )*};
}

ids! {
    /// One bank, credit bank or credit union on the platform.
    InstitutionId = "ins";
    /// A customer's contract (ご契約).
    ContractId = "ctr";
    /// Something the institution issued: a card, a token, a passkey (認証手段).
    CredentialId = "crd";
    /// A token: an app on a phone, or a device.
    TokenId = "tok";
    /// A token the bank issued by mail (Y-09).
    IssueId = "iss";
    /// A token app on its way to becoming a token (api.md §6).
    RegistrationId = "reg";
    /// A card's order, from the wish to the switch.
    OrderId = "ord";
    /// A production batch.
    BatchId = "bat";
    /// One thing on its way by post.
    DispatchId = "dsp";
    /// The approval of one operation (お取引の認証).
    ApprovalId = "apr";
    /// What was asked within an approval or a procedure.
    ChallengeId = "chl";
    /// The one use of an approval.
    ConsumptionId = "cns";
    /// A hosted procedure, such as the switch of a card.
    ProcedureId = "prc";
    /// A customer's sign-in.
    SessionId = "ses";
    /// A change that waits for a second person.
    ProposalId = "pro";
    /// A member of staff.
    StaffId = "stf";
    /// A system that calls the API.
    ClientId = "cli";
    /// An entry of the audit log.
    EventId = "evt";
    /// A notice to the customer.
    NoticeId = "ntc";
    /// A long job.
    JobId = "job";
    /// A file made by us.
    FileId = "fil";
    /// One request to the API.
    RequestId = "req";
}

fn uuid_v7(moment: &mut Moment) -> u128 {
    let millis = u128::try_from(moment.now.millis()).expect("the clock stands after 1970");
    let chance: [u8; 10] = moment.bytes();
    let mut bytes = [0; 16];
    bytes[..6].copy_from_slice(&millis.to_be_bytes()[10..]);
    bytes[6..].copy_from_slice(&chance);
    bytes[6] = bytes[6] & 0x0f | 0x70;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    u128::from_be_bytes(bytes)
}

/// The canonical spelling. Ids are written many times in each use case, so this does without
/// formatting and without the heap.
struct Text([u8; PREFIX_LEN + 1 + LEN]);

impl Text {
    fn of(prefix: &str, value: u128) -> Self {
        let mut text = [b'_'; PREFIX_LEN + 1 + LEN];
        text[..PREFIX_LEN].copy_from_slice(prefix.as_bytes());
        let mut rest = value;
        for letter in text[PREFIX_LEN + 1..].iter_mut().rev() {
            *letter = LETTERS[(rest & 31) as usize];
            rest >>= 5;
        }
        Self(text)
    }

    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("the alphabet is ASCII")
    }
}

/// Reads an id out of a text that need not be copied for it.
struct Spelling<T>(fn(&str) -> Result<T, NotAnId>);

impl<T> de::Visitor<'_> for Spelling<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an id")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        (self.0)(text).map_err(E::custom)
    }
}

/// For each byte the number it stands for in an id; 255: none.
const NUMBERS: [u8; 256] = {
    let mut numbers = [u8::MAX; 256];
    let mut number = 0u8;
    while (number as usize) < LETTERS.len() {
        numbers[LETTERS[number as usize] as usize] = number;
        number += 1;
    }
    numbers
};

fn decode(letters: &str) -> Option<u128> {
    if letters.len() != LEN || letters.as_bytes()[0] > b'7' {
        return None; // 26 letters hold 130 bits; the first may carry only three
    }
    letters.bytes().try_fold(0u128, |value, letter| {
        let number = NUMBERS[usize::from(letter)];
        (number != u8::MAX).then_some(value << 5 | u128::from(number))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::moment::Chance;
    use crate::time::Timestamp;

    #[test]
    fn spelling_round_trips_and_names_the_kind() {
        let text = "apr_01m7vncdx3e3zbpamptxnpn4sa"; // the example of api.md §1.2
        assert_eq!(ApprovalId::parse(text).expect("canonical").to_string(), text);
        for wrong in [
            "ctr_01m7vncdx3e3zbpamptxnpn4sa",
            "apr_01M7VNCDX3E3ZBPAMPTXNPN4SA",
            "apr_81m7vncdx3e3zbpamptxnpn4sa",
            "apr_01m7vncdx3e3zbpamptxnpn4s",
            "apr_01m7vncdx3e3zbpamptxnpn4su",
            "",
        ] {
            assert_eq!(ApprovalId::parse(wrong), Err(NotAnId), "{wrong}");
        }
    }

    #[test]
    fn later_ids_sort_later() {
        let mut chance = Chance::from_seed([7; 32]);
        let mut make = |ms| {
            let mut moment = Moment::new(Timestamp::from_millis(ms), &mut chance);
            ApprovalId::make(&mut moment)
        };
        let (first, second) = (make(1_795_151_000_000), make(1_795_151_000_001));
        assert!(first < second && first.to_string() < second.to_string());
    }
}
