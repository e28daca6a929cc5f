//! 再発行・紛失のお届け: a card is gone, was seen by others, or cannot be read any more.

use askama::Template;
use sekisho_domain::time::Day;

use super::troubles::Troubles;
use crate::frame::Frame;

/// What happened to the card; the value of the form field `what`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossKind {
    /// なくした・盗まれた
    Lost,
    /// 写真に撮った・撮られた (E-25)
    Photographed,
    /// にせの画面や電話で答えた
    Phished,
    /// 破れた・読みにくい
    Damaged,
}

impl LossKind {
    /// All kinds, the most frequent first.
    pub const ALL: [Self; 4] = [Self::Lost, Self::Photographed, Self::Phished, Self::Damaged];

    /// Value of the form field.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::Photographed => "photographed",
            Self::Phished => "phished",
            Self::Damaged => "damaged",
        }
    }

    /// The kind of a form value.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Lost => "loss-lost",
            Self::Photographed => "loss-photographed",
            Self::Phished => "loss-phished",
            Self::Damaged => "loss-damaged",
        }
    }

    /// Message with what follows from it.
    pub const fn effect(self) -> &'static str {
        match self {
            Self::Lost => "loss-lost-effect",
            Self::Photographed => "loss-photographed-effect",
            Self::Phished => "loss-phished-effect",
            Self::Damaged => "loss-damaged-effect",
        }
    }
}

/// A card that can be reported.
#[derive(Clone, Debug)]
pub struct LossCard {
    /// Value of the form field `card`: the credential's id.
    pub id: String,
    /// Whether it is an image card; else a customer card.
    pub image: bool,
    /// The printed number.
    pub number: String,
}

/// Why the report was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LossTrouble {
    /// Nothing chosen.
    Incomplete,
    /// The page had stood open for too long.
    Stale,
}

/// The report. Form: `card`, `what` ([`LossKind::code`]).
#[derive(Template)]
#[template(path = "loss.html")]
pub struct Loss {
    /// Around it.
    pub frame: Frame,
    /// The cards that can be reported; one or more.
    pub cards: Vec<LossCard>,
    /// What was chosen before.
    pub chosen: Option<LossKind>,
    /// Lines of the address the new card goes to.
    pub address: Vec<String>,
    /// Why it was not taken.
    pub trouble: Option<LossTrouble>,
}

impl Loss {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        match self.trouble {
            None => none,
            Some(LossTrouble::Incomplete) => none.and_at("what", self.frame.t("loss-incomplete")),
            Some(LossTrouble::Stale) => none.and(self.frame.t("form-stale")),
        }
    }
}

/// After the report.
#[derive(Template)]
#[template(path = "loss_done.html")]
pub struct LossDone {
    /// Around it.
    pub frame: Frame,
    /// What was reported.
    pub kind: LossKind,
    /// Number of the card.
    pub card_number: String,
    /// Number of the report, to read out on the telephone.
    pub reference: String,
    /// Expected delivery of the new card, when one was ordered.
    pub expected: Option<(Day, Day)>,
    /// How many pending operations were withdrawn with the card.
    pub withdrawn: u32,
}
