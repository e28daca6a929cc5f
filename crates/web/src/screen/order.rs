//! Ordering the image card: the offer after sign-in, the form, and the way of the card.

use std::cmp::Ordering;

use askama::Template;
use sekisho_domain::time::Day;

use super::slip::Badge;
use super::troubles::Troubles;
use crate::frame::Frame;

/// When the old way of approving ends.
#[derive(Clone, Copy, Debug)]
pub struct CampaignDays {
    /// Whoever orders by this day has the card in time.
    pub order_by: Day,
    /// From this day transfers need the image card (U-03).
    pub mandatory: Day,
}

/// 画像認証カードの申込, shown directly after sign-in (U-07).
#[derive(Template)]
#[template(path = "card_offer.html")]
pub struct CardOffer {
    /// Around it.
    pub frame: Frame,
    /// The days, while a switch is on.
    pub campaign: Option<CampaignDays>,
    /// Fifty pictures for the sample card, row by row; any other number shows no sample.
    pub sample_urls: Vec<String>,
    /// Where 「今はしない」 leads: on to the bank, or to the overview.
    pub later_url: String,
}

impl CardOffer {
    /// Pictures of the sample with their place in the drawing.
    pub fn sample(&self) -> Vec<(usize, usize, &str)> {
        let whole = if self.sample_urls.len() == 50 { &self.sample_urls[..] } else { &[] };
        let mut placed = Vec::with_capacity(whole.len());
        for (n, url) in whole.iter().enumerate() {
            placed.push((27 + n % 10 * 27, 52 + n / 10 * 27, url.as_str()));
        }
        placed
    }
}

/// Why an order was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApplyTrouble {
    /// Not three and four digits.
    PostcodeForm,
    /// Not the postcode of the address (U-13).
    PostcodeMismatch,
    /// One is on its way already (E-01).
    OrderOpen {
        /// When it was ordered.
        ordered: Day,
        /// First day of the expected delivery.
        from: Day,
        /// Last day of the expected delivery.
        until: Day,
    },
    /// The address was changed a short time ago.
    AddressRecentlyChanged {
        /// From when an order is taken online.
        until: Day,
    },
    /// The contract is not in use.
    ContractNotActive,
    /// The page had stood open for too long.
    Stale,
}

/// The form of the order (U-10). Form: `postcode_a` (3 digits), `postcode_b` (4).
#[derive(Template)]
#[template(path = "apply.html")]
pub struct Apply {
    /// Around it.
    pub frame: Frame,
    /// Name the letter is addressed to.
    pub addressee: String,
    /// Lines of the registered address.
    pub address: Vec<String>,
    /// The customer's branch, for changes of address: name, telephone and hours in one line.
    pub branch: String,
    /// How long the post takes: `2〜3週間`.
    pub lead_time: String,
    /// What was typed, to be shown again.
    pub postcode: (String, String),
    /// Where 「前の画面へもどる」 leads.
    pub back_url: String,
    /// Why it was not taken.
    pub trouble: Option<ApplyTrouble>,
}

impl Apply {
    /// The sentences of [`Self::trouble`].
    pub fn troubles(&self) -> Troubles {
        let none = Troubles::default();
        let (f, texts) = (&self.frame, &self.frame.texts);
        match self.trouble {
            None => none,
            Some(ApplyTrouble::PostcodeForm) => none.and_at("postcode", f.t("apply-postcode-form")),
            Some(ApplyTrouble::PostcodeMismatch) => {
                none.and_at("postcode", f.with("apply-mismatch", &[("branch", &self.branch)]))
            }
            Some(ApplyTrouble::OrderOpen { ordered, from, until }) => {
                let days = [ordered, from, until].map(|day| texts.day_short(day));
                let [ordered, from, until] = days;
                let args = [("ordered", ordered), ("from", from), ("until", until)];
                none.and(f.with("apply-open", &args))
            }
            Some(ApplyTrouble::AddressRecentlyChanged { until }) => none.and(f.with(
                "apply-address-new",
                &[("until", texts.day(until)), ("branch", self.branch.clone())],
            )),
            Some(ApplyTrouble::ContractNotActive) => none.and(f.t("apply-not-active")),
            Some(ApplyTrouble::Stale) => none.and(f.t("form-stale")),
        }
    }

    /// Whether there is anything left to type: not while an order is on its way.
    pub fn open(&self) -> bool {
        matches!(
            self.trouble,
            None | Some(
                ApplyTrouble::PostcodeForm | ApplyTrouble::PostcodeMismatch | ApplyTrouble::Stale
            )
        )
    }
}

/// お申込みの完了
#[derive(Template)]
#[template(path = "applied.html")]
pub struct Applied {
    /// Around it.
    pub frame: Frame,
    /// Number of the order, to read out on the telephone.
    pub reference: String,
    /// First day of the expected delivery.
    pub from: Day,
    /// Last day of the expected delivery.
    pub until: Day,
    /// How long the post takes: `2〜3週間`.
    pub lead_time: String,
    /// Where to go on: back to the bank, or the overview.
    pub onward_url: String,
}

/// How far an order is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStage {
    /// お申込みを受け付けました; waits for a second look when it came by telephone.
    Ordered,
    /// The address has changed since the order: it waits for a look (E-02).
    Frozen,
    /// カードを作成しています
    Produced,
    /// 発送しました
    Dispatched,
    /// お届けしました, can be switched to.
    Delivered,
    /// 返戻: it came back to us.
    Returned,
    /// Lost on the way; another is ordered.
    LostInMail,
    /// お受けできませんでした
    Rejected,
    /// Not switched to in time.
    Expired,
}

impl OrderStage {
    /// Message with its name.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Ordered => "order-stage-ordered",
            Self::Frozen => "order-stage-frozen",
            Self::Produced => "order-stage-produced",
            Self::Dispatched => "order-stage-dispatched",
            Self::Delivered => "order-stage-delivered",
            Self::Returned => "order-stage-returned",
            Self::LostInMail => "order-stage-lost",
            Self::Rejected => "order-stage-rejected",
            Self::Expired => "order-stage-expired",
        }
    }

    /// Message with what to do now.
    pub const fn advice(self) -> &'static str {
        match self {
            Self::Ordered => "order-advice-ordered",
            Self::Frozen => "order-advice-frozen",
            Self::Produced => "order-advice-produced",
            Self::Dispatched => "order-advice-dispatched",
            Self::Delivered => "order-advice-delivered",
            Self::Returned => "order-advice-returned",
            Self::LostInMail => "order-advice-lost",
            Self::Rejected => "order-advice-rejected",
            Self::Expired => "order-advice-expired",
        }
    }

    /// How it looks.
    pub const fn badge(self) -> Badge {
        match self {
            Self::Ordered | Self::Produced | Self::Dispatched => Badge::Wait,
            Self::Delivered => Badge::Ok,
            Self::Frozen | Self::Returned | Self::LostInMail | Self::Expired => Badge::Warn,
            Self::Rejected => Badge::Stop,
        }
    }

    /// Whether the customer can switch to the card now.
    pub fn can_switch(&self) -> bool {
        matches!(self, Self::Dispatched | Self::Delivered)
    }
}

/// カードのお届け状況
#[derive(Template)]
#[template(path = "order_status.html")]
pub struct OrderStatus {
    /// Around it.
    pub frame: Frame,
    /// Number of the order.
    pub reference: String,
    /// How far it is.
    pub stage: OrderStage,
    /// When it was ordered.
    pub ordered: Day,
    /// When it was sent, if it was.
    pub dispatched: Option<Day>,
    /// First and last day of the expected delivery, while that can be said.
    pub expected: Option<(Day, Day)>,
    /// Number of the registered letter, if it was sent.
    pub tracking: Option<String>,
    /// Lines of the address it goes to, as of the order (U-14).
    pub address: Vec<String>,
}

impl OrderStatus {
    /// The four steps, each with `past`, `now` or `ahead`; none when the order left the way.
    pub fn steps(&self) -> Vec<(&'static str, &'static str)> {
        use OrderStage::{Delivered, Dispatched, Ordered, Produced};
        let way = [Ordered, Produced, Dispatched, Delivered];
        let Some(here) = way.iter().position(|stage| *stage == self.stage) else {
            return Vec::new();
        };
        let when = |at: usize| match at.cmp(&here) {
            Ordering::Less => "past",
            Ordering::Equal => "now",
            Ordering::Greater => "ahead",
        };
        way.iter().enumerate().map(|(at, stage)| (stage.key(), when(at))).collect()
    }
}
