//! 画像認証カード切替え: the new card is proven with its own pictures and with the old way.

use askama::Template;
use sekisho_domain::time::{Day, Timestamp};

use super::challenge::{ImageCardView, Question};
use super::troubles::Troubles;
use crate::frame::Frame;

/// Why the switch was not made; never says which picture or number was wrong (E-22).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SwitchTrouble {
    /// The notice was not ticked (U-18).
    NotRead,
    /// Something was not chosen or not typed; not counted.
    Incomplete,
    /// Something did not match.
    Rejected {
        /// Tries left.
        left: u32,
    },
    /// Too soon after the last try.
    Wait {
        /// Seconds until the next try.
        seconds: u32,
    },
    /// The pictures were too old; these are new ones.
    Renewed,
    /// The page had stood open for too long.
    Stale,
}

/// How the old way is proven on this page (§2.4, E-03, E-04).
#[derive(Clone, Debug)]
pub enum OldProof {
    /// By the old card. Form fields of the question; an image card should use the prefix `old_`.
    Card(Question),
    /// By the code from the branch or the second letter. Form: `activation_code`.
    Code,
    /// Nothing to prove: there was no old card.
    None,
}

/// The switch (U-16 to U-25).
///
/// Form: `read` (tick box), the fields of [`Self::new_card`], those of [`Self::old`], `names`
/// (tick box, kept over a reload). The link to prove by code is this page with `?proof=code`.
#[derive(Template)]
#[template(path = "switch.html")]
pub struct Switch {
    /// Around it.
    pub frame: Frame,
    /// The questions to the new card; its prefix is empty.
    pub new_card: ImageCardView,
    /// The proof by the old way.
    pub old: OldProof,
    /// Whether the activation code may be offered instead of the old card (E-04).
    pub code_offered: bool,
    /// Whether the notice was ticked before.
    pub read: bool,
    /// Whether the names of the pictures are shown.
    pub names: bool,
    /// Why it was not made.
    pub trouble: Option<SwitchTrouble>,
}

impl Switch {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        match self.trouble {
            None => none,
            Some(SwitchTrouble::NotRead) => none.and_at("read", self.frame.t("switch-not-read")),
            Some(SwitchTrouble::Incomplete) => none.and(self.frame.t("answer-incomplete")),
            Some(SwitchTrouble::Rejected { left }) => {
                none.and(self.frame.count("switch-rejected", left))
            }
            Some(SwitchTrouble::Wait { seconds }) => {
                let length = self.frame.texts.length(seconds);
                none.and(self.frame.with("answer-wait", &[("length", length)]))
            }
            Some(SwitchTrouble::Renewed) => none.and(self.frame.t("answer-renewed")),
            Some(SwitchTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }
}

/// What becomes of the card used until now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldCard {
    /// The customer card; carries the contract id, which must be noted first.
    Customer,
    /// An older image card.
    Image,
    /// There was none.
    None,
}

/// 切替えの完了 (U-25)
#[derive(Template)]
#[template(path = "switched.html")]
pub struct Switched {
    /// Around it.
    pub frame: Frame,
    /// Number of the card now in use.
    pub card_number: String,
    /// When it was switched.
    pub at: Timestamp,
    /// What becomes of the old card.
    pub old: OldCard,
    /// Whether transfers go on with the one-time password (E-05).
    pub otp_in_use: bool,
    /// Until when limits stay lowered after the switch (E-03), if they do.
    pub lowered_until: Option<Timestamp>,
    /// Until when the card can be used.
    pub valid_until: Option<Day>,
    /// Where to go on.
    pub onward_url: String,
}
