//! Why something was stopped, revoked or ordered again, and who said so (api.md §5.0).

use serde::{Deserialize, Serialize};

macro_rules! words {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All words, in the order of the document.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The word of the API.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word of the API.
            pub fn parse(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Why.
    Reason {
        /// Lost.
        Lost = "lost",
        /// Stolen.
        Stolen = "stolen",
        /// Photographed or copied (E-25).
        Photographed = "photographed",
        /// Typed into a false page.
        Phishing = "phishing",
        /// Used by somebody else.
        Fraud = "fraud",
        /// Broken or illegible.
        Damaged = "damaged",
        /// The customer has moved.
        Moved = "moved",
        /// Came back from the post.
        ReturnedMail = "returned_mail",
        /// The customer wished it.
        CustomerRequest = "customer_request",
        /// The account was closed.
        Closed = "closed",
        /// The customer has died.
        Death = "death",
        /// A mistake of staff.
        StaffError = "staff_error",
        /// Anything else; the note says what.
        Other = "other",
    }
}

words! {
    /// Who reported it.
    ReportedBy {
        /// The customer, online.
        Customer = "customer",
        /// The customer, by telephone.
        Phone = "phone",
        /// The customer, at a branch.
        Branch = "branch",
        /// Staff.
        Staff = "staff",
        /// A rule.
        System = "system",
    }
}

impl Reason {
    /// Whether somebody else may hold the secret (E-09, E-21): then the old thing dies at once.
    pub const fn compromise(self) -> bool {
        matches!(
            self,
            Self::Lost | Self::Stolen | Self::Photographed | Self::Phishing | Self::Fraud
        )
    }
}
